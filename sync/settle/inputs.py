"""What people type into the figure sheets: the reason of a lag, an approved pay, an objection.

Each text belongs to a person and a month and is kept with its history. The cell shows it again
while the month lasts, wherever the person's line stands by then; the month is that of the day the
book was last written for, since the cell stood beside the figures of that day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import MappingProxyType

from model.blueprint import Blueprint
from model.records import Question, QuestionKind, Record, Stamped, Stance
from model.snapshot import EMPTY, Snapshot
from model.texts import questions as said
from model.texts.objections import objection
from model.values import Fault, Value, plain
from store import Reader, Writer
from sync.card.adding import taken_books
from sync.rights import Access
from sync.scene import fold, text

TABLE = "inputs"
SERVICE = "_crm"
EVERYBODY = "*"
"""Whose the picked month is."""


class Input(Enum):
    """What a typed text is."""

    REASON = "reason"
    APPROVED = "approved"
    OBJECTION = "objection"
    PAYROLL_MONTH = "payroll_month"
    """Which month «Зарплата» shows."""


SHEETS: Mapping[Input, str] = MappingProxyType(
    {
        Input.REASON: "plan_fact",
        Input.APPROVED: "payroll",
        Input.PAYROLL_MONTH: "payroll",
        Input.OBJECTION: "my_forecast",
    }
)
"""On which sheet each text is typed."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A text of a person for a month; None where the cell is empty."""

    what: Input
    who: str
    month: date
    said: str | None

    @property
    def row_id(self) -> str:
        """Where the store keeps it."""
        return input_id(self.what, self.month, self.who)


def input_id(what: Input, month: date, who: str) -> str:
    """Row of a text."""
    return f"{what.value}|{month:%Y-%m}|{fold(who)}"


@dataclass(frozen=True, slots=True)
class Inputs:
    """The texts of one month."""

    rows: Mapping[tuple[Input, str], Record] = field(default_factory=dict)
    """By what it is and whose, folded."""
    added: frozenset[str] = frozenset()
    """Books whose «Добавить» of the card became a row: its cells are to be empty."""

    def said(self, what: Input, who: str) -> str:
        """The text, empty when there is none."""
        record = self.rows.get((what, fold(who)))
        return "" if record is None else text(record, "said")

    def since(self, what: Input, who: str) -> datetime | None:
        """When it was last changed."""
        record = self.rows.get((what, fold(who)))
        return None if record is None else record.changed_at


def inputs_of(reader: Reader, month: date) -> Inputs:
    """What was typed for a month."""
    rows: dict[tuple[Input, str], Record] = {}
    for record in reader.rows(TABLE).values():
        if record.values.get("month") == month and text(record, "said"):
            rows[Input(text(record, "what")), fold(text(record, "who"))] = record
    return Inputs(rows, taken_books(reader))


def take_inputs(  # noqa: PLR0913  # whose book it is, who is asked, what it descends from
    writer: Writer,
    snapshot: Snapshot,
    blueprint: Blueprint,
    *,
    person: str,
    boss: str,
    by: Stamped,
    base: Snapshot | None = None,
    access: Access | None = None,
) -> int:
    """How many texts of a saved book are new; an objection is asked of the boss.

    `base` is the content that an old copy descends from: what it showed already is not new. What
    `access` does not let the person write is told to both, and the next write puts it back.
    """
    known = writer.rows(TABLE)
    stale = set() if base is None else set(_typed(base, blueprint, person))
    moved, buried = 0, writer.rows(TABLE, deleted=True)
    for typed in _typed(snapshot, blueprint, person):
        if access is not None and not access.edits(SHEETS[typed.what]):
            _refuse(writer, typed, known, (person, boss), blueprint, by.at)
            continue
        before = known.get(typed.row_id)
        if typed in stale or typed.said == (None if before is None else before.values.get("said")):
            continue
        moved += 1
        values: dict[str, Value] = {"said": typed.said}
        if before is None:
            values |= {"what": typed.what.value, "who": typed.who, "month": typed.month}
            if typed.row_id in buried:
                writer.revive(TABLE, typed.row_id, by=by)
        writer.put(TABLE, typed.row_id, values, by=by)
        if typed.what is Input.OBJECTION:
            _object(writer, typed, boss, by.at)
    return moved


def _refuse(  # what was typed, whose it is, what stands
    writer: Writer,
    typed: Typed,
    known: Mapping[str, Record],
    readers: tuple[str, str],
    blueprint: Blueprint,
    at: datetime,
) -> None:
    """A text that the person may not write is named in a question to the person and the boss."""
    before = known.get(typed.row_id)
    stands = None if before is None else before.values.get("said")
    if typed.said is None or typed.said == stands:
        return
    person, boss = readers
    sheet = blueprint.sheets[SHEETS[typed.what]].title.ru
    cells = [f"«{typed.who}»: {typed.said}"]
    to_person = said.put_back(cells, 1, 0, 0, boss)
    to_boss = said.tried_outside(person, cells, 1, 0, 0)
    for whom, words in ((person, to_person), (boss, to_boss)):
        question = Question(
            key=f"outside|{person}|{whom}|{typed.row_id}|{typed.said}",
            kind=QuestionKind.NOTE,
            about=words.about,
            where=f"«{sheet}»",
            wrong=words.wrong,
            proposal=words.proposal,
            whom=whom,
        )
        if writer.question_by_key(question.key) is None:
            writer.ask(question, at=at)


TYPED_INTO = ("plan_fact.reason.", "payroll.", "forecast.disagree")
"""How the keys of cells begin into which people type."""


def _typed(snapshot: Snapshot, blueprint: Blueprint, person: str) -> Iterator[Typed]:
    """Every typed cell with the person whose name stood beside it."""
    day = _cells(snapshot, blueprint, SERVICE).get("asof")
    if not isinstance(day, date):
        return
    for sheet in snapshot.grids:
        cells = _cells(snapshot, blueprint, sheet)
        shown = cells.get("payroll.month")
        payroll = (
            date(shown.year, shown.month, 1) if isinstance(shown, date) else day.replace(day=1)
        )
        for key in cells:
            if not key.startswith(TYPED_INTO):
                continue
            month = day.replace(day=1)
            match key.split("."):
                case ["plan_fact", "reason", number]:
                    what, who = Input.REASON, cells.get(f"plan_fact.reason_who.{number}")
                case ["payroll", number, "approved"]:
                    what, who = Input.APPROVED, cells.get(f"payroll.{number}.name")
                    month = payroll
                case ["payroll", "pick"]:
                    what, who = Input.PAYROLL_MONTH, EVERYBODY
                case ["forecast", "disagree"]:
                    what, who = Input.OBJECTION, person
                case _:
                    continue
            name = who.strip() if isinstance(who, str) else ""
            if not isinstance(cells[key], Fault):
                yield Typed(what, name or nobody(key), month, _words(cells[key]))


def nobody(key: str) -> str:
    """Whose a text is that stands on a line without a person: of the line itself."""
    return f"#{key}"


def _cells(snapshot: Snapshot, blueprint: Blueprint, sheet: str) -> dict[str, Value]:
    """Values of the keyed cells that the sheet still has; people's formulas are left out."""
    grid = snapshot.grids.get(sheet)
    if grid is None:
        return {}
    out: dict[str, Value] = {}
    for slot in blueprint.sheets[sheet].slots:
        if slot.key and slot.row in grid.rows and slot.col in grid.cols:
            cell = grid.cells.get((slot.row, slot.col), EMPTY)
            if cell.formula is None:
                out[slot.key] = cell.value
    return out


def _words(value: Value) -> str | None:
    said = plain(value) if isinstance(value, Decimal) else str(value or "")
    return said.strip() or None


def _object(writer: Writer, typed: Typed, boss: str, at: datetime) -> None:
    """The boss is asked about what stands in the cell now, not about what was taken back."""
    start = f"word|{typed.row_id}|"
    for old in writer.questions(stances={Stance.OPEN, Stance.LATER}):
        if old.key.startswith(start):
            writer.settle(old.number, Stance.GONE, answer="", at=at, outcome="")
    if typed.said is None:
        return
    words = objection(typed.who, typed.said)
    question = Question(
        key=f"{start}{at.isoformat()}",
        kind=QuestionKind.WORD,
        about=words.about,
        where=f"«Мой прогноз», {typed.who}",
        wrong=words.wrong,
        proposal=words.proposal,
        whom=boss,
        red=True,
        table=TABLE,
        row_id=typed.row_id,
    )
    writer.ask(question, at=at)
