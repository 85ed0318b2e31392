"""`python -m tests.acceptance.inputs DIR`: every file of a folder of real inputs.

Each file is read in a process of its own, as the drop folder does it: rows of a kind, or a refusal
that names its reason. What is taken goes into the store of a small team twice, and the second time
adds nothing. Balances of 1C statements and calls of Asterisk are counted anew by a few lines that
share nothing with the product.
"""

from __future__ import annotations

import csv
import io
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from model.errors import CrmError
from model.texts import say
from sync.importing import ImportResult, import_file
from sync.imports import ImportKind
from sync.world.real_process import RealProcess
from templates.blueprint import load
from tests.sync.ledger import Ledger
from tests.worlds import world_of

NOT_INPUTS = ("SOURCES.md", "identity_", "hostile_", "ru_dedupe_", "README")
"""Lists for other runners, and what tells of the files."""
NEEDS_KIND = "назовите вид"
MONEY = re.compile(r"(?m)^(НачальныйОстаток|ВсегоПоступило|ВсегоСписано|КонечныйОстаток)=(.*)$")
KEYS = ("НачальныйОстаток", "ВсегоПоступило", "ВсегоСписано", "КонечныйОстаток")
LINKED = 19
"""Column of linkedid in the default order of Asterisk's columns."""


def files(folder: Path) -> Iterator[Path]:
    """The inputs of a folder, in the order of their names."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(p.startswith(NOT_INPUTS) for p in parts):
            yield path


class Team:
    """A team that takes files, and what it says of each."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.chance = iter(range(1, 1 << 30))
        self.world = world_of(lambda: ledger.now, self._bytes)
        self.apart = replace(self.world, process=RealProcess())

    def _bytes(self, count: int) -> bytes:
        return next(self.chance).to_bytes(count, "big")

    def take(self, path: Path, *, again: bool = False) -> ImportResult | str:
        """What became of a file, or the words of its refusal; again: without another process."""
        try:
            world = self.world if again else self.apart
            return import_file(self.ledger.team, None, path, world=world)
        except CrmError as error:
            return say(error.text, **error.facts)


def check(team: Team, path: Path) -> tuple[str, str]:
    """What is said of a file, and what is wrong; '' when nothing is."""
    took = team.take(path)
    if isinstance(took, str):
        return f"refused: {_reason(took)}", "" if len(took) > 20 else "a refusal without a reason"
    again = team.take(path, again=True)
    wrong = []
    if isinstance(again, str) or again.taken or again.updated:
        wrong.append("the second time is not the same")
    wrong += [w for w in (_balance(path, took), _calls(path, took)) if w]
    refused = "; ".join(dict.fromkeys(why for _, why in took.refused))
    skipped = "; ".join(f"{why} {count}" for why, count in took.skipped)
    said = f"{took.kind.value}, {took.title}, taken {took.taken}, refused {len(took.refused)}"
    parts = (said, refused, skipped, *took.notes, *took.problems)
    return " | ".join(part for part in parts if part), "; ".join(wrong)


def _reason(words: str) -> str:
    return words.split(": ", 1)[-1].split(". Ничего", maxsplit=1)[0]


def _balance(path: Path, took: ImportResult) -> str:
    """Whether the product says of a statement what its own figures say."""
    raw = path.read_bytes()
    if not raw.lstrip(b"\xef\xbb\xbf").startswith(b"1CClientBankExchange"):
        return ""
    text = _decoded(raw)
    section = re.findall(r"СекцияРасчСчет(.*?)КонецРасчСчет", text, re.S)
    sums: dict[str, list[Decimal]] = {key: [] for key in KEYS}
    for body in section:
        for key, value in MONEY.findall(body):
            sums[key].append(Decimal(value.strip() or 0))
    agrees = all(a + b - c == d for a, b, c, d in zip(*(sums[key] for key in KEYS), strict=False))
    told = any("остаток не сходится" in problem for problem in took.problems)
    return "" if agrees != told else f"the balance agrees: {agrees}, the product says otherwise"


def _decoded(raw: bytes) -> str:
    texts = []
    for encoding in ("utf-8-sig", "cp1251", "cp866"):
        try:
            texts.append(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    text = max(texts, key=lambda text: text.count("Сумма=") + text.count("СекцияДокумент"))
    return text.replace("\r\n", "\n")


def _calls(path: Path, took: ImportResult) -> str:
    """Whether a log of Asterisk in its default order gives as many calls as it links."""
    if took.kind is not ImportKind.CALLS or not took.title.endswith("Asterisk"):
        return ""
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8", errors="replace"))))
    linked = {row[LINKED] for row in rows if len(row) > LINKED and "." in row[LINKED]}
    if len(linked) == 0 or not all(len(row) > LINKED for row in rows):
        return ""
    counted = took.taken + took.known + sum(count for _, count in took.skipped)
    print(f"{path.name} rows: {len(rows)}, calls: {counted}")
    return "" if counted == len(linked) else f"{counted} calls, the log links {len(linked)}"


def main(folder: Path) -> int:
    """Print a line a file, the counts, and the line of the result."""
    passed, failed = 0, []
    taken = refused = 0
    with tempfile.TemporaryDirectory() as place:
        ledger = Ledger(Path(place), load(2), departments=("Опт", "Розница"))
        with closing(ledger.team.store), closing(ledger.team.backups):
            team = Team(ledger)
            for path in files(folder):
                said, wrong = check(team, path)
                name = path.relative_to(folder)
                print(f"{name}: {said}")
                taken += not said.startswith("refused")
                refused += said.startswith("refused")
                passed += not wrong
                failed += [f"FAILED {name}: {wrong}"] if wrong else []
    print(*failed, sep="\n")
    print(f"files_taken: {taken}\nfiles_refused: {refused}")
    print(f"{passed} passed, {len(failed)} failed")
    return int(bool(failed) or not passed)


def run(arguments: Sequence[str]) -> int:
    """The exit code of the command."""
    return main(Path(arguments[0]))


if __name__ == "__main__":
    raise SystemExit(run(sys.argv[1:]))
