"""What people type into the figure sheets is kept, shown again where it belongs, and acted on."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from model.figures import Measure, Span
from model.records import BatchKind, Question, QuestionKind, Source, Stamped, Stance
from model.row_ids import text_id
from model.values import Value
from sync.commands.explaining import Why, explain
from sync.commands.said import dumped
from sync.cycle import Memory, PassReport, run_pass
from sync.figures.slips import slips_of, stored
from sync.settle.inputs import Input, inputs_of
from sync.team import Team
from tests.sync.small_team import OWNER, PEOPLE, START, ZONE, FakeWorld

IVANOV, SMIRNOVA = PEOPLE


class Books:
    """The books of a small team as people fill them in."""

    def __init__(self, team: Team, clock: FakeWorld) -> None:
        self.team, self.clock, self.memory = team, clock, Memory()
        self.sync()

    def sync(self) -> PassReport:
        self.clock.later(minutes=1)
        return run_pass(self.team, self.clock.world(), memory=self.memory)

    def path(self, person: str) -> Path:
        with self.team.store.read() as reader:
            return self.team.path(next(b for b in reader.books() if b.person == person))

    def _at(self, key: str) -> tuple[str, int, int]:
        for sheet in self.team.blueprint.sheets.values():
            for slot in sheet.slots:
                if slot.key == key:
                    return sheet.title.ru, *slot.at
        raise KeyError(key)

    def type(self, person: str, **cells: Any) -> PassReport:
        book = openpyxl.load_workbook(self.path(person))
        for key, value in cells.items():
            sheet, row, col = self._at(key.replace("__", "."))
            book[sheet].cell(row, col).value = value
        book.save(self.path(person))
        return self.sync()

    def shown(self, person: str, key: str) -> object:
        sheet, row, col = self._at(key)
        book = openpyxl.load_workbook(self.path(person), read_only=True)  # only this sheet
        try:
            return book[sheet].cell(row, col).value
        finally:
            book.close()

    def line_of(self, name: str) -> int:
        numbers = range(1, 9)
        return next(n for n in numbers if self.shown(OWNER, f"plan_fact.reason_who.{n}") == name)

    def said(self, what: Input, who: str) -> str:
        with self.team.store.read() as reader:
            return inputs_of(reader, START.date().replace(day=1)).said(what, who)

    def words(self) -> list[Question]:
        with self.team.store.read() as reader:
            waiting = reader.questions(stances={Stance.OPEN, Stance.LATER})
        return [q for q in waiting if q.kind is QuestionKind.WORD]

    def pay(self, person: str, amount: int) -> None:
        """A payment of the person's client."""
        with self.team.store.write() as writer:
            batch = writer.start_batch(BatchKind.IMPORT, "", self.clock.now)
            by = Stamped(self.clock.now, "", Source.IMPORT, None, batch)
            client = text_id((person,))
            writer.put("clients", client, {"name": person, "owner": person}, by=by)
            values: dict[str, Value] = {
                "date": START.date(),
                "amount": Decimal(amount),
                "payer": person,
            }
            writer.put("payments", f"P{client}", values, links={"client_id": client}, by=by)


@pytest.fixture
def books(team: Team, clock: FakeWorld) -> Books:
    return Books(team, clock)


def test_a_reason_stays_with_its_person_when_the_lines_change_places(books: Books) -> None:
    first = books.line_of(IVANOV)
    report = books.type(OWNER, **{f"plan_fact__reason__{first}": "Ждём тендер"})
    assert books.said(Input.REASON, IVANOV) == "Ждём тендер"
    assert report.team is not None
    lines = report.team.plan_fact[Span.MONTH, Measure.MONEY]
    assert {line.who: line.reason for line in lines if line.reason} == {IVANOV: "Ждём тендер"}
    books.pay(IVANOV if first == 1 else SMIRNOVA, 900_000)
    books.sync()
    moved = books.line_of(IVANOV)
    assert moved != first
    assert books.shown(OWNER, f"plan_fact.reason.{moved}") == "Ждём тендер"
    assert books.shown(OWNER, f"plan_fact.reason.{first}") is None
    assert books.sync().quiet


def test_a_new_month_starts_without_the_old_words(books: Books) -> None:
    line = books.line_of(IVANOV)
    books.type(OWNER, **{f"plan_fact__reason__{line}": "Ждём тендер"})
    books.clock.now = datetime(2026, 4, 1, 9, tzinfo=ZONE)
    books.sync()
    assert books.shown(OWNER, f"plan_fact.reason.{books.line_of(IVANOV)}") is None
    assert books.said(Input.REASON, IVANOV) == "Ждём тендер"


def test_words_typed_before_the_first_write_of_a_month_are_of_the_old_one(books: Books) -> None:
    books.clock.now = datetime(2026, 4, 1, 9, tzinfo=ZONE)
    books.type(OWNER, **{f"plan_fact__reason__{books.line_of(IVANOV)}": "Не успели"})
    assert books.said(Input.REASON, IVANOV) == "Не успели"


def test_a_month_is_approved_when_everybodys_pay_is(books: Books) -> None:
    report = books.type(OWNER, payroll__1__approved="да")
    assert report.team is not None
    assert report.team.approved == ""
    report = books.type(OWNER, payroll__2__approved="да")
    assert report.team is not None
    assert report.team.approved == f"Утверждён 12.03, {OWNER}"
    assert books.shown(OWNER, "payroll.state") == report.team.approved
    assert books.shown(OWNER, "payroll.1.approved") == "да"


def test_a_month_is_picked_approved_and_kept(books: Books) -> None:
    """The owner turns the sheet to February, approves one person, and February stands."""
    books.pay(IVANOV, 400_000)
    with books.team.store.write() as writer:
        batch = writer.start_batch(BatchKind.IMPORT, "", books.clock.now)
        by = Stamped(books.clock.now, "", Source.IMPORT, None, batch)
        for row_id in writer.rows("payments"):
            writer.put("payments", row_id, {"date": date(2026, 2, 10)}, by=by)
    report = books.type(OWNER, payroll__pick="февраль")
    assert books.shown(OWNER, "payroll.month") == datetime(2026, 2, 1)  # noqa: DTZ001 - a cell
    assert books.shown(OWNER, "payroll.title") == "Зарплата · февраль 2026"
    assert books.shown(OWNER, "payroll.pick") == "февраль"
    place = [books.shown(OWNER, f"payroll.{n}.name") for n in (1, 2)].index(IVANOV) + 1
    shown = books.shown(OWNER, f"payroll.{place}.gross")
    assert shown == 40_000 + 12_000
    report = books.type(OWNER, **{f"payroll__{place}__approved": "да"})
    assert report.team is not None
    assert books.shown(OWNER, f"payroll.{place}.approved") == "да"
    with books.team.store.read() as reader:
        ((key, slip),) = slips_of(stored(reader)).items()
    assert key == (IVANOV.casefold(), date(2026, 2, 1))
    assert slip.gross == shown
    with books.team.store.write() as writer:
        batch = writer.start_batch(BatchKind.IMPORT, "", books.clock.now)
        by = Stamped(books.clock.now, "", Source.IMPORT, None, batch)
        for row_id in writer.rows("payments"):
            writer.put("payments", row_id, {"amount": Decimal(300_000)}, by=by)
    report = books.sync()
    assert books.shown(OWNER, f"payroll.{place}.gross") == shown
    assert report.team is not None
    march = next(row for row in report.team.payroll if row.name == IVANOV)
    assert (march.gross, march.bonuses) == (Decimal(37_000), Decimal(-3000))
    assert books.sync().quiet
    books.type(OWNER, payroll__pick="когда-нибудь")
    assert str(books.shown(OWNER, "payroll.state")).startswith("Не понял месяц «когда-нибудь»")
    assert books.shown(OWNER, f"payroll.{place}.approved") is None


def test_cells_that_an_explanation_names_hold_what_it_says(books: Books) -> None:
    books.pay(IVANOV, 400_000)
    books.sync()
    books.sync()
    answer = explain(books.team, Why.SALARY, "иванов", None, world=books.clock.world())
    (told,) = json.loads(dumped(answer.facts))["explanations"]
    assert told["figure"] == "52000"
    named = {step["code"]: step for step in told["steps"]}
    cells: list[tuple[Any, object]] = [
        (named["base"]["at"], 40_000),
        (named["tier_1"]["at"], 12_000),
    ]
    cells += [(at, 52_000) for at in told["at"] if at["sheet"] == "Зарплата"]
    cells += [(row["at"], 400_000) for row in named["basis"]["sources"]]
    cells += [(rule["at"], "оклад") for rule in named["base"]["rules"]]
    assert len(cells) == 5
    for at, expected in cells:
        path = next(p for p in books.team.settings.folder.rglob("*.xlsx") if p.name == at["book"])
        book = openpyxl.load_workbook(path, read_only=True)
        assert book[at["sheet"]][at["cell"]].value == expected
        book.close()
    (forecast,) = (at for at in told["at"] if at["sheet"] == "Мой прогноз")
    book = openpyxl.load_workbook(books.path(IVANOV), data_only=True)
    assert book["Мой прогноз"][forecast["cell"]].value == 52_000
    assert "40 000,00 + 12 000,00 = 52 000,00" in "\n".join(answer.lines)


def test_an_objection_is_asked_of_the_boss_and_stands_on_the_payroll(books: Books) -> None:
    books.type(IVANOV, forecast__disagree="Где оплата Вектора?")
    (asked,) = books.words()
    assert (asked.whom, asked.red) == (OWNER, True)
    assert asked.wrong == f"{IVANOV} пишет: Где оплата Вектора?"
    names = [books.shown(OWNER, f"payroll.{n}.name") for n in (1, 2)]
    place = names.index(IVANOV) + 1
    assert books.shown(OWNER, f"payroll.{place}.question") == "Где оплата Вектора?"
    assert books.shown(IVANOV, "forecast.disagree") == "Где оплата Вектора?"
    books.type(IVANOV, forecast__disagree="Где оплаты Вектора и Ели?")
    assert [q.wrong for q in books.words()] == [f"{IVANOV} пишет: Где оплаты Вектора и Ели?"]
    books.type(IVANOV, forecast__disagree=None)
    assert not books.words()
    with books.team.store.read() as reader:
        kept = reader.history("inputs", f"objection|2026-03|{IVANOV.casefold()}", "said")
    assert [change.after for change in reversed(kept)] == [
        "Где оплата Вектора?",
        "Где оплаты Вектора и Ели?",
        None,
    ]


def test_words_on_an_empty_line_and_a_formula_stay_where_they_are(books: Books) -> None:
    books.type(OWNER, plan_fact__reason__8="Что это", plan_fact__reason__1="=1+1")
    assert books.shown(OWNER, "plan_fact.reason.8") == "Что это"
    assert books.shown(OWNER, "plan_fact.reason.1") == "=1+1"
    books.type(OWNER, plan_fact__reason__8=None)
    assert books.sync().quiet


def test_people_without_a_row_are_named_on_the_sheets(books: Books) -> None:
    """The head's sheets were drawn for eight; ten people work here now."""
    for n in range(8):
        name = f"Новичок {n}"
        with books.team.store.write() as writer:
            batch = writer.start_batch(BatchKind.SYNC, OWNER, books.clock.now)
            by = Stamped(books.clock.now, OWNER, Source.PERSON, None, batch)
            person: dict[str, Value] = {"fio": name, "role": "менеджер", "active": "да"}
            writer.put("staff", text_id((name,)), person, by=by)
    report = books.sync()
    assert report.team is not None
    shown = [books.shown(OWNER, f"dashboard.person.{n}.who") for n in range(1, 10)]
    assert shown[8] == "Отдел"
    assert len(set(shown)) == 9
    everybody = {*PEOPLE, *(f"Новичок {n}" for n in range(8))}
    gone = sorted(everybody - set(shown))
    assert len(gone) == 2
    for key in ("dashboard.note", "payroll.state", "plan_fact.undistributed"):
        said = str(books.shown(OWNER, key)).replace("\xa0", " ")
        assert "Не поместились 2 человека: " in said
        assert all(name in said for name in gone)
    assert books.sync().quiet
