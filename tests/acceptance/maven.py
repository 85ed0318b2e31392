"""A sales team made from the Maven CRM files by the program's own commands, checked from outside.

`python -m tests.acceptance.maven FOLDER` takes the folder with the CSV files, founds a team beside
nothing of its own (a temporary folder), and checks it with the csv module, Decimal and calamine:
no figure is compared with another figure of the program (plans, funnel and speed: pandas and
METRICS.md). It prints `name: value` lines and
`N passed, N failed`, and exits with 1 when anything failed.
"""

from __future__ import annotations

import csv
import json
import os
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from model.blueprint import HEADER_ROW, KEY_ROW
from model.records import BatchKind, Source, Stamped
from model.row_ids import text_id
from sync.founding.from_list import OWN_KEY
from sync.opening import opened
from sync.team import OWNER_BOOK, find_state
from tests.live.hand import Hand, renamed

ROOT = Path(__file__).parents[2]
OWNER = "Summer Sewald"
BASIS, WON = "Продажи считать по", "закрытым сделкам"
WHOLE = "Отдел"
TEAMS, ACCOUNTS, DEALS = "maven_sales_teams", "maven_accounts", "maven_sales_pipeline"
OLD_LIST = "ru_building_suppliers_cp1251.csv"
PATIENCE = 1800
WON_METRIC = "Закрытые сделки, руб."
PERIODS = (
    (("--month", "2017-03"), "2017-03-01", "2017-03-31"),
    (("--quarter", "2017-Q2"), "2017-04-01", "2017-06-30"),
    (("--from", "2017-07-01", "--to", "2017-10-31"), "2017-07-01", "2017-10-31"),
    (("--year", "2017"), "2017-01-01", "2017-12-31"),
)
"""How the days are asked for, and what they are."""
Sheets = dict[str, list[list[object]]]
_CHILD = """
import pickle, sys
from python_calamine import CalamineWorkbook
book = CalamineWorkbook.from_path(sys.argv[1])
read = {n: book.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in book.sheet_names}
sys.stdout.buffer.write(pickle.dumps(read))
"""
"""Rust has its own ways to die: a file is read in a process that may."""


@dataclass(slots=True)
class Score:
    """What was checked; every line is told at once."""

    passed: int = 0
    failed: list[str] = field(default_factory=list)

    def tell(self, name: str, value: object) -> None:
        """A line for the record."""
        print(f"{name}: {value}", flush=True)

    def check(self, name: str, found: object, wanted: object) -> None:
        """One comparison."""
        if found == wanted:
            self.passed += 1
            return
        self.failed.append(name)
        print(f"FAILED {name}: {found!s:.300}, wanted {wanted!s:.300}", flush=True)

    def none(self, name: str, missing: Sequence[object]) -> None:
        """Nothing may be in a list of what is missing or wrong."""
        self.check(name, (len(missing), list(missing[:5])), (0, []))


@dataclass(frozen=True, slots=True)
class Desk:
    """A team folder, its state, and the commands given to it."""

    folder: Path
    root: Path
    score: Score

    def run(self, *words: str) -> dict[str, object]:
        """One command to its end; its answer as facts. The time and memory are told."""
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, str(ROOT / "cli.py"), *words, "--json", "--state", str(self.root)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            timeout=PATIENCE,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{words}: {done.returncode}\n{done.stdout}{done.stderr}")
        name = " ".join(w for w in words[:2] if "/" not in w)
        self.score.tell(f"seconds of {name}", f"{time.monotonic() - began:.1f}")
        facts: dict[str, object] = json.loads(done.stdout)
        return facts

    @property
    def owner_book(self) -> Path:
        """The book of the head."""
        return self.folder / "Руководитель" / "Отдел продаж.xlsx"

    def own_books(self) -> dict[str, Path]:
        """Book of each person, by the name of its folder."""
        return {path.parent.name: path for path in (self.folder / "Сотрудники").glob("*/*.xlsx")}


def main(arguments: Sequence[str]) -> int:
    """The exit code."""
    if len(arguments) != 1:
        print("python -m tests.acceptance.maven FOLDER")
        return 2
    score = Score()
    with tempfile.TemporaryDirectory(prefix="maven-") as place:
        check_team(Path(arguments[0]), Path(place), score)
        check_old_list(Path(arguments[0]), Path(place), score)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    score.tell("largest process, MB", peak)
    print(f"{score.passed} passed, {len(score.failed)} failed")
    return 1 if score.failed else 0


def check_team(source: Path, place: Path, score: Score) -> None:
    """The team of the Maven files: rows, books, figures, a second import."""
    desk = Desk(place / "team", place / "state", score)
    desk.run("init", str(desk.folder), "--owner", OWNER, "--yes")
    desk.run("sync", str(desk.folder))
    count_by_won(desk)
    brought = {
        kind: desk.run("import", kind, str(source / f"{name}.csv"), "--team", str(desk.folder))
        for kind, name in (("staff", TEAMS), ("clients", ACCOUNTS), ("deals", DEALS))
    }
    desk.run("sync", str(desk.folder))
    for kind, name in (("staff", TEAMS), ("clients", ACCOUNTS), ("deals", DEALS)):
        facts, rows = brought[kind], list(_rows(source / f"{name}.csv"))
        score.tell(f"rows of {name}", len(rows))
        score.check(f"{name}: every row taken", (facts["taken"], facts["refused"]), (len(rows), []))
    check_rows(desk, source)
    check_months(desk, source)
    check_again(desk, source)
    check_plans(desk, source)


def count_by_won(desk: Desk) -> None:
    """The owner says in the book that sales are counted by won deals, and saves."""
    with opened(find_state(desk.folder, desk.root, desk.folder)) as team:
        with team.store.read() as reader:
            book = reader.book(OWNER_BOOK)
        if book is None:
            raise SystemExit("no book of the owner")
        hand = Hand(book, team.path(book), team.blueprint)
        row = next(r for r in hand.look().tables["general"].rows if r.value("key") == BASIS)
        hand.change("general", row, {"value": WON}, renamed)


def check_rows(desk: Desk, source: Path) -> None:
    """Every account, agent and deal of the files stands in the books, cell by cell."""
    score, owner = desk.score, read_book(desk.owner_book)
    clients = {str(row.get("name")) for row in table(owner, "clients")}
    accounts = [row["account"] for row in _rows(source / f"{ACCOUNTS}.csv")]
    score.check("accounts in the file", len(accounts), 85)
    score.none("accounts in no book", [a for a in accounts if a not in clients])
    agents = [row["sales_agent"] for row in _rows(source / f"{TEAMS}.csv")]
    staff = {str(row.get("fio")) for row in table(owner, "staff")}
    books = desk.own_books()
    score.check("agents in the file", len(agents), 35)
    score.none("agents not on the list of people", [a for a in agents if a not in staff])
    score.none("agents without a book", [a for a in agents if a not in books])
    wanted = {row["opportunity_id"]: _deal(row) for row in _rows(source / f"{DEALS}.csv")}
    score.check("deals in the file", len(wanted), 8800)
    shown = {str(row.get("number")): row for row in table(owner, "deals")}
    score.check("deals in the owner's book", len(table(owner, "deals")), len(wanted))
    score.none("deals not in the owner's book", sorted(wanted.keys() - shown.keys()))
    differ = [
        (number, name, shown[number].get(name), value)
        for number, deal in wanted.items()
        if number in shown
        for name, value in deal.items()
        if not _same(shown[number].get(name), value)
    ]
    score.none("cells of deals that differ from the file", differ)
    by_agent: dict[str, set[str]] = defaultdict(set)
    for number, deal in wanted.items():
        by_agent[str(deal["owner"])].add(number)
    for agent, numbers in sorted(by_agent.items()):
        own = Counter(str(row.get("number")) for row in table(read_book(books[agent]), "deals"))
        score.check(f"deals in the book of {agent}", own, Counter(numbers))
    ids = Counter(row.get("row_id") for row in table(owner, "deals"))
    score.none("ids that stand twice", [i for i, count in ids.items() if count > 1 or not i])


def check_months(desk: Desk, source: Path) -> None:
    """Each month's report against sums of the file, by agent and in total."""
    offices = {row["sales_agent"]: row["regional_office"] for row in _rows(source / f"{TEAMS}.csv")}
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for row in _rows(source / f"{DEALS}.csv"):
        if row["deal_stage"] == "Won":
            month, agent = f"{_day(row['close_date']):%Y-%m}", row["sales_agent"]
            for who in (agent, offices[agent], WHOLE):
                sums[month][who] += _kopecks(row["close_value"])
    for month, wanted in sorted(sums.items()):
        report = desk.run("report", "--month", month, "--team", str(desk.folder))
        people = report["people"]
        if not isinstance(people, list):
            raise SystemExit(f"{month}: no people in the report")
        found = Counter({p["name"]: _kopecks(p["fact"] or "0") for p in people})
        desk.score.tell(f"won in {month}", Decimal(wanted[WHOLE]) / 100)
        desk.score.check(f"{month}, kopecks by agent, office and in total", found, wanted)
        desk.score.check(f"{month} is counted by won deals", report["measure"], "won")


def check_plans(desk: Desk, source: Path) -> None:
    """Attainment against invented plans, and the funnel, by pandas from the files and METRICS."""
    deals = pd.read_csv(source / f"{DEALS}.csv", parse_dates=["engage_date", "close_date"])
    agents = sorted(set(deals["sales_agent"]))
    desk.score.check("agents with deals", len(agents), 30)
    plans = {
        (who, month): 15_000 + 1_000 * at + 700 * month
        for at, who in enumerate(agents)
        for month in range(1, 13)
    }
    put_plans(desk, plans)
    for words, first, last in PERIODS:
        inside = deals["close_date"].between(first, last)
        won = deals[inside & (deals["deal_stage"] == "Won")]
        lost = deals[inside & (deals["deal_stage"] == "Lost")]
        months = range(pd.Timestamp(first).month, pd.Timestamp(last).month + 1)
        report = desk.run("report", "managers", *words, "--team", str(desk.folder))
        check_attainment(desk.score, " ".join(words), report, won, plans, months)
        report = desk.run("report", "funnel", *words, "--team", str(desk.folder))
        begun = deals[deals["engage_date"].between(first, last)]
        check_funnel(desk.score, " ".join(words), report, begun, won, lost)
        closed = deals["close_date"] > last
        still = (deals["engage_date"] <= last) & (deals["close_date"].isna() | closed)
        check_speed(desk.score, " ".join(words), report, int(still.sum()), won, lost)


def put_plans(desk: Desk, plans: Mapping[tuple[str, int], int]) -> None:
    """The plans of 2017 as the owner's sheet would hold them."""
    with opened(find_state(desk.folder, desk.root, desk.folder)) as team, team.store.write() as to:
        at = datetime.now(UTC)
        batch = to.start_batch(BatchKind.IMPORT, OWNER, at, note="plans of 2017")
        by = Stamped(at, OWNER, Source.IMPORT, None, batch)
        year = next(i for i, r in to.rows("general").items() if r.values.get("key") == "Год планов")
        to.put("general", year, {"value": "2017"}, by=by)
        for who in sorted({who for who, _ in plans}):
            months = {f"m{n:02}": Decimal(plans[who, n]) for n in range(1, 13)}
            row_id = text_id((who, WON_METRIC))
            to.put("plans", row_id, {"who": who, "metric": WON_METRIC, **months}, by=by)


def check_attainment(
    score: Score,
    name: str,
    report: Mapping[str, object],
    won: pd.DataFrame,
    plans: Mapping[tuple[str, int], int],
    months: Iterable[int],
) -> None:
    """Plan, fact and attainment of every agent and of the whole."""
    facts = won.groupby("sales_agent")["close_value"].sum()
    wanted: dict[str, tuple[int, int, Decimal]] = {}
    for who in sorted({who for who, _ in plans}):
        plan = sum(plans[who, month] for month in months)
        fact = int(facts.get(who, 0))
        wanted[who] = (plan, fact, rounded(Fraction(100 * fact, plan)))
    whole = sum(line[0] for line in wanted.values())
    brought = sum(line[1] for line in wanted.values())
    wanted[WHOLE] = (whole, brought, rounded(Fraction(100 * brought, whole)))
    lines = tables_of(report)[0]["lines"]
    found = {
        line["name"]: tuple(Decimal(line["values"][at] or "0") for at in range(3))
        for line in lines
        if line["name"] in wanted
    }
    score.check(f"attainment, {name}", found, wanted)


def check_funnel(
    score: Score,
    name: str,
    report: Mapping[str, object],
    begun: pd.DataFrame,
    won: pd.DataFrame,
    lost: pd.DataFrame,
) -> None:
    """The cohort of the deals engaged in the days: all, those won, and the share in between."""
    lines = tables_of(report)[0]["lines"]
    counts = [int(Decimal(line["values"][0])) for line in lines]
    wins = int((begun["deal_stage"] == "Won").sum())
    score.check(f"deals begun, {name}", counts[0], len(begun))
    score.check(f"of them won, {name}", counts[-1], wins)
    sums = Decimal(lines[-1]["values"][1] or "0")
    wanted = Decimal(int(begun[begun["deal_stage"] == "Won"]["close_value"].sum()))
    score.check(f"amount of those won, {name}", sums, wanted)
    score.check(f"no stage grows, {name}", counts, sorted(counts, reverse=True))
    for at, (here, after) in enumerate(pairwise(counts)):
        share = lines[at]["values"][2]
        ratio = rounded(Fraction(100 * after, here)) if here else None
        score.check(f"share onward {at}, {name}", share and Decimal(share), ratio)
    lost_of_them = int((begun["deal_stage"] == "Lost").sum())
    fell = sum(int(Decimal(line["values"][3])) for line in lines)
    score.check(f"of them lost, {name}", fell, lost_of_them)
    people = next(t for t in tables_of(report) if t["title"] == "По менеджерам")["lines"]
    for place, frame in ((1, won), (2, lost)):
        found = {p["name"]: int(Decimal(p["values"][place])) for p in people}
        count = frame["sales_agent"].value_counts().to_dict()
        score.check(f"ended {place} by agent, {name}", {k: v for k, v in found.items() if v}, count)


def check_speed(
    score: Score,
    name: str,
    report: Mapping[str, object],
    still: int,
    won: pd.DataFrame,
    lost: pd.DataFrame,
) -> None:
    """Share won, average, median days and roubles a day of METRICS section 8."""
    rate = Fraction(len(won), len(won) + len(lost))
    check = Fraction(int(won["close_value"].sum()), len(won))
    days = sorted((won["close_date"] - won["engage_date"]).dt.days)
    half = len(days) // 2
    middle = Fraction(days[half] if len(days) % 2 else days[half - 1] + days[half])
    cycle = middle if len(days) % 2 else middle / 2
    wanted = {
        "Выиграно из закрытых": rounded(rate, 4) * 100,
        "Средний чек, руб.": rounded(check),
        "Срок сделки, дней": rounded(cycle),
        "Воронка приносит в день": rounded(still * rate * check / (cycle or 1)),
    }
    cards = {c["title"]: c["value"] for c in pages_of(report)[0]["cards"]}
    found = {title: Decimal(cards[title]) for title in wanted}
    score.check(f"speed, {name}", found, wanted)


def rounded(value: Fraction, places: int = 2) -> Decimal:
    """Half away from zero to six places, then to the places wanted (METRICS section 0.1)."""
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        six = exact.quantize(Decimal(1).scaleb(-6), ROUND_HALF_UP)
        return six.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def pages_of(report: Mapping[str, object]) -> list[dict[str, Any]]:
    """The pages of a report's JSON."""
    pages = report["pages"]
    if not isinstance(pages, list):
        raise SystemExit(f"no pages: {report}")
    return pages


def tables_of(report: Mapping[str, object]) -> list[dict[str, Any]]:
    """The tables of its first page."""
    tables: list[dict[str, Any]] = pages_of(report)[0]["tables"]
    return tables


def _kopecks(text: str) -> int:
    """A sum as whole kopecks; more digits than that are an error."""
    value = Decimal(text) * 100
    if value != int(value):
        raise SystemExit(f"{text} is not in whole kopecks")
    return int(value)


def check_again(desk: Desk, source: Path) -> None:
    """The same files once more add nothing, and a pass after them writes nothing."""
    before = {path: path.read_bytes() for path in desk.folder.rglob("*.xlsx")}
    for kind, name in (("staff", TEAMS), ("clients", ACCOUNTS), ("deals", DEALS)):
        words = ("import", kind, str(source / f"{name}.csv"), "--team", str(desk.folder))
        facts, rows = desk.run(*words), len(list(_rows(source / f"{name}.csv")))
        found = (facts["taken"], facts["updated"], facts["known"], facts["batch"])
        desk.score.check(f"{name} a second time", found, (0, 0, rows, 0))
    desk.run("sync", str(desk.folder))
    moved = [path.name for path, raw in before.items() if path.read_bytes() != raw]
    desk.score.none("books written after a second import", moved)


def check_old_list(source: Path, place: Path, score: Score) -> None:
    """A real list of Russian suppliers moves in: every row, every cell of it."""
    path = source / OLD_LIST
    if not path.is_file():
        score.tell(OLD_LIST, "not there")
        return
    with path.open(encoding="cp1251", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    desk = Desk(place / "suppliers", place / "state2", score)
    desk.run("init", str(desk.folder), "--owner", "Орлов Олег", "--from", str(path), "--yes")
    desk.run("sync", str(desk.folder))
    score.tell(f"rows of {OLD_LIST}", len(rows))
    shown = {_text(row["Код"]): row for row in table(read_book(desk.owner_book), "clients")}
    refused = {_text(row["Код"]): row for row in _refused(desk.folder)}
    score.check(f"{OLD_LIST}: rows", len(rows), 541)
    score.check(f"{OLD_LIST}: rows kept or refused", len(shown) + len(refused), len(rows))
    gone = [row for row in rows if _text(row["Код"]) not in shown.keys() | refused.keys()]
    score.none(f"{OLD_LIST}: rows in no book", gone)
    differ = [
        (row["Код"], name, shown[row["Код"]].get(name), value)
        for row in rows
        if row["Код"] in shown
        for name, value in _client(row).items()
        if _text(shown[row["Код"]].get(name)) != _text(value)
    ]
    score.none(f"{OLD_LIST}: cells that differ from the file", differ)


def _client(row: Mapping[str, str]) -> dict[str, str]:
    """What the row of an old client must show; columns without a field keep their heading."""
    form, name = row["ОПФ"], row["Наименование"]
    return {
        "name": name if name.startswith(f"{form} ") else f"{form} {name}",
        "inn": row["ИНН"],
        "phone": row["Телефон"],
        "email": row["E-mail"],
        "industry": row["Вид деятельности"],
        "Сайт": row["Сайт"],
    }


def _text(value: object) -> str:
    """A cell as it is compared: single spaces, whole numbers without a point."""
    plain = int(value) if isinstance(value, float) and value.is_integer() else value
    return " ".join(str("" if plain is None else plain).split())


def _refused(folder: Path) -> Iterator[Mapping[str, str]]:
    for path in (folder / "Входящие").rglob("*не взято.csv"):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            yield from csv.DictReader(stream, delimiter=";")


def _rows(path: Path) -> Iterator[Mapping[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)


def _deal(row: Mapping[str, str]) -> dict[str, object]:
    """What the row of a deal must show."""
    return {
        "owner": row["sales_agent"],
        "client_id": row["account"],
        "product": row["product"],
        "amount": Decimal(row["close_value"]) if row["close_value"] else "",
        "created_on": _day(row["engage_date"]).date() if row["engage_date"] else "",
        "closed_on": _day(row["close_date"]).date() if row["close_date"] else "",
        "stage_kind": {"Won": "won", "Lost": "lost"}.get(row["deal_stage"], "open"),
    }


def _day(text: str) -> datetime:
    return datetime.strptime(text, "%m/%d/%Y")  # noqa: DTZ007  # days of the trade have no zone


def _same(found: object, wanted: object) -> bool:
    if isinstance(wanted, Decimal):
        return isinstance(found, int | float) and Decimal(str(found)) == wanted
    return (found.date() if isinstance(found, datetime) else found or "") == wanted


def read_book(path: Path) -> Sheets:
    """Every sheet of a workbook as calamine reads it."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(path)], capture_output=True, timeout=300, check=True
    )
    sheets: Sheets = pickle.loads(done.stdout)
    return sheets


def table(book: Sheets, key: str) -> list[dict[str, object]]:
    """Rows of a table by field key, own columns by their heading; empty rows are left out."""
    for rows in book.values():
        keys = [str(cell) for cell in rows[KEY_ROW - 1]] if rows else []
        places = {k.partition(".")[2]: at for at, k in enumerate(keys) if k.startswith(f"{key}.")}
        if places:
            heads = rows[HEADER_ROW - 1]
            named = {str(heads[at]) if k.startswith(OWN_KEY) else k: at for k, at in places.items()}
            found = [{k: row[at] for k, at in named.items()} for row in rows[HEADER_ROW:]]
            return [row for row in found if row.get("row_id") or row.get("name") or row.get("fio")]
    return []


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
