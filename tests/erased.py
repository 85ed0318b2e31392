"""A client of the demo team erased, and everything that is left searched by other means.

`python -m tests.erased [--dir DIR] [--cut N]`: the demo team is founded in DIR (one that is there
is used again), with a report, folded copies, a copy of the store, files of strangers and a log that
says too much. The client with the most rows is erased by the command, with `--cut N` killed at its
N-th step and ended by `--go-on`. Then no file, part of a copy or page of a database may hold a word
of the client, and the sums of all months must be those of before.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from backups.folding import body
from model.figures import Measure, Period
from model.values import decode
from sync.commands.erasing import erase
from sync.copies.keeping import fold_waiting, take_store
from sync.opening import opened
from sync.team import Team
from sync.world.real import real_world

CLI = Path(__file__).parent.parent / "cli.py"
TELLING = ("name", "phone", "email", "inn", "contact")
LEAST = 6
LEAST_NAMED = 6
"""Files that name the client before: books, store, copies, files of strangers, the log."""


def traces(roots: Collection[Path], tokens: Collection[str]) -> dict[str, set[str]]:
    """Where a token can be read, looked for without any of the program's own reading."""
    found: dict[str, set[str]] = {}
    seen: dict[bytes, set[str]] = {}
    for path in sorted(p for root in roots for p in root.rglob("*") if p.is_file()):
        pieces = [path.read_bytes()]
        if path.name == "backups.sqlite3":
            pieces += parts_of(path)
        here = set[str]()
        for raw in pieces:
            digest = sha256(raw).digest()
            if digest not in seen:
                seen[digest] = {token for token in tokens if holds(raw, token)}
            here |= seen[digest]
        if here:
            found[path.name] = here
    return found


def parts_of(path: Path) -> Iterator[bytes]:
    """Every part of the file of copies, unpacked, also those that no copy uses."""
    connection = sqlite3.connect(path)
    for (digest,) in connection.execute("SELECT digest FROM parts").fetchall():
        yield body(connection, digest)
    for (raw,) in connection.execute("SELECT raw FROM contents").fetchall():
        yield raw
    connection.close()


def holds(raw: bytes, token: str, deep: int = 3) -> bool:
    """Whether the bytes say the token, in the spellings and packings that files have."""
    written = {token, json.dumps(token)[1:-1], token.replace("«", "&#171;")}
    needles = {
        words.encode(encoding, "replace")
        for words in written
        for encoding in ("utf-8", "cp1251", "utf-16-le")
    }
    if any(needle in raw for needle in needles):
        return True
    if raw.startswith(b"PK") and deep:
        try:
            with zipfile.ZipFile(io.BytesIO(raw)) as package:
                return any(
                    holds(package.read(name), token, deep - 1) for name in package.namelist()
                )
        except (zipfile.BadZipFile, ValueError):  # glue between the parts begins alike
            return False
    if b"base64" in raw[:200]:
        return holds(base64.b64decode(raw.partition(b"\n\n")[2]), token, 0)
    return False


def chosen(state: Path) -> tuple[str, list[str]]:
    """Title of the client with the most rows that shares no word, and its words."""
    with sqlite3.connect(state / "store.sqlite3") as store:
        rows = store.execute(
            "SELECT row_id, number, cells FROM rows WHERE table_key = 'clients' AND NOT deleted"
        ).fetchall()
        links = store.execute("SELECT links FROM rows WHERE links LIKE '%client_id%'").fetchall()
    store.close()
    weight = Counter(json.loads(links_)["client_id"] for (links_,) in links)
    words = {row_id: list(_words(cells)) for row_id, _, cells in rows}
    common = Counter(word.casefold() for said in words.values() for word in said)
    alone = [
        (row_id, f"К-{number}")
        for row_id, number, _ in rows
        if len(words[row_id]) >= len(TELLING) - 1
        and all(common[word.casefold()] == 1 for word in words[row_id])
    ]
    row_id, title = max(alone, key=lambda one: (weight[one[0]], one))
    return title, words[row_id]


def _words(cells: str) -> Iterator[str]:
    for key, coded in json.loads(cells).items():
        value = decode(coded)
        if key in TELLING and isinstance(value, str) and len(value) >= LEAST:
            yield value
            digits = "".join(filter(str.isdigit, value))
            if key == "phone" and len(digits) >= 10:
                yield digits[-10:]


def sums(team: Team) -> dict[str, dict[str, object]]:
    """Every sum of every month that a report could show."""
    found: dict[str, dict[str, object]] = {}
    with team.store.read() as reader:
        for year in (this := datetime.now(UTC).year, this - 1):
            for month in range(1, 13):
                after = date(year + month // 12, month % 12 + 1, 1)
                for measure in Measure:
                    got = dict(reader.sums(measure, Period(date(year, month, 1), after)))
                    found[f"{year}-{month} {measure.value}"] = dict(got)
    return found


def plant(team: Team, words: Collection[str]) -> None:
    """Files of strangers and a log that name the client, folded copies, a copy of the store."""
    folder = team.settings.folder / "Входящие" / "Карантин"
    folder.mkdir(parents=True, exist_ok=True)
    line = ";".join(words)
    (folder / "список.csv").write_bytes(f"Имя\r\n{line}\r\nДругой\r\n".encode("cp1251", "replace"))
    letter = base64.encodebytes(line.encode())
    head = b"Subject: x\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64"
    (folder / "письмо.eml").write_bytes(head + b"\n\n" + letter)
    (team.state / "sheetcrm.log").write_text(f"{line}\nпросто строка\n", encoding="utf-8")
    fold_waiting(team)
    take_store(team, datetime.now(UTC))


def crm(place: Path, *words: str) -> None:
    """The command over the teams of the place."""
    environment = {**os.environ, "SHEETCRM_STATE": str(place / "states")}
    subprocess.run([sys.executable, str(CLI), *words], env=environment, check=True)


def apart(state: Path, title: str, step: int) -> int:
    """How a process ended that erases the client, killed at its step of that number."""
    line = [sys.executable, "-m", "tests.erased", "--dir", str(state), "--client", title]
    done = subprocess.run([*line, "--cut", str(step)], cwd=CLI.parent, check=False)
    return done.returncode


def erasing(state: Path, title: str, step: int) -> int:
    """The client erased in this process; no title: what was begun goes on."""

    def say(words: str) -> None:
        sys.stdout.write(f"  {words}\n")
        sys.stdout.flush()
        if words.startswith(f"{step} "):
            os.kill(os.getpid(), signal.SIGKILL)

    with opened(state) as team:
        world = real_world(ZoneInfo(team.settings.zone), team.settings.settle_seconds)
        said = erase(team, world, title or None, ask=str, yes=True, dry_run=False, say=say)
    return int(said.facts["left"] != ())


def founded(place: Path) -> Path:
    """State of the demo team of the place, with its first report."""
    if not (place / "team").exists():
        crm(place, "init", str(place / "team"), "--demo")
        crm(place, "sync", str(place / "team"))
        crm(place, "report", str(place / "team"))
    (state,) = (place / "states").iterdir()
    return state


def life(place: Path, step: int) -> list[str]:
    """What is wrong after an erasure on the demo team."""
    state = founded(place)
    title, words = chosen(state)
    roots = (place / "team", state)
    with opened(state) as team:
        plant(team, words)
        before = sums(team)
    named = traces(roots, words)
    began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    bad = []
    if apart(state, title, step) != (-signal.SIGKILL if step else 0):
        bad.append("the erasure did not end as it should")
    if step and apart(state, "", 0) != 0:
        bad.append("what was begun was not carried to its end")
    spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - began
    with opened(state) as team:
        bad += [f"sums of {key} moved" for key, sum_ in sums(team).items() if sum_ != before[key]]
        bad += [] if team.backups.is_sound() else ["the copies are not sound"]
    left = traces(roots, words)
    bad += [f"{name}: {sorted(held)}" for name, held in left.items()]
    sys.stdout.write(
        f"{title}: {len(words)} words, in {len(named)} files before, in {len(left)} after; "
        f"{len(before)} sums; {spent:.0f} s of CPU\n"
    )
    return bad if len(named) >= LEAST_NAMED else [*bad, "the search sees too little"]


def main() -> int:
    """1 when a word is left, a sum moved or the erasure did not end."""
    ask = argparse.ArgumentParser(prog="python -m tests.erased", description=__doc__)
    ask.add_argument("--dir", type=Path)
    ask.add_argument("--cut", type=int, default=0, metavar="N")
    ask.add_argument("--client", help=argparse.SUPPRESS)
    given = ask.parse_args()
    if given.client is not None:
        return erasing(given.dir, given.client, given.cut)
    with tempfile.TemporaryDirectory(prefix="erased-") as place:
        bad = life(given.dir or Path(place), given.cut)
    sys.stdout.write("".join(f"{line}\n" for line in bad) + f"bad: {len(bad)}\n")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
