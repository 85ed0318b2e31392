"""What each book should show now: its rows with the daemon's columns, questions, figures."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import eq, is_
from typing import TypeVar

from model.blueprint import Blueprint, Column, Owner, Role, Table
from model.figures import PayrollMonth, PersonFigures, TeamFigures
from model.records import BookState, Question, QuestionKind, Record, Stance
from model.values import Value
from store import Reader
from sync.card import receipts
from sync.card.adding import CLEARED
from sync.columns import Columns
from sync.journal import JOURNAL, journal_rows
from sync.remembered import Kept, Once
from sync.rights import Access, plain_access
from sync.room import fitted, with_names
from sync.scene import Scene, StageKind, day, fold
from sync.settle.inputs import Input, Inputs, nobody
from sync.write_plan import Rows
from templates.screens import fill
from templates.screens.fill_team import team_size
from templates.screens.room import people_room

V = TypeVar("V")
QUESTIONS = "questions"
DEALS = "deals"
MEND = "✎"
"""Before the subject of a row that needs no answer."""
Values = Mapping[str, Value]
TYPED = frozenset({Owner.PERSON, Owner.IMPORT})


def question_id(question: Question) -> str:
    """Row id of a question: its number, for ever."""
    return f"Q{question.number}"


@dataclass(slots=True)
class Ordered:
    """Rows of a table by id in the order in which books show them, of all and of each person."""

    every: Mapping[str, Record]
    by_person: Mapping[str, Mapping[str, Record]]


@dataclass(slots=True)
class KnownShown:
    """What books showed in the last pass."""

    orders: Kept[str, Record, tuple[bool, int, int]] = field(default_factory=Kept)
    people: dict[str, Kept[str, Record, str]] = field(default_factory=dict)
    ordered: dict[str, Once[Ordered]] = field(default_factory=dict)
    by_person: dict[tuple[str, str], Mapping[str, Record]] = field(default_factory=dict)
    """By table and person, the rows in order."""
    receipts: Kept[str, Record, tuple[str, dict[str, Value]]] = field(default_factory=Kept)
    """Whose client each payment is of, and how that person sees it."""
    receipts_of: Once[dict[str, dict[str, dict[str, Value]]]] = field(default_factory=Once)
    """The same by person."""
    parts: dict[tuple[str, str], Mapping[str, dict[str, Value]]] = field(default_factory=dict)
    """By table and person, the daemon's columns of the rows."""

    def mine(self, table: Table, who: str, rows: Mapping[str, Record]) -> Mapping[str, Record]:
        """A person's rows, the very ones of before when none of them moved."""
        found = _the_very(self.by_person.get((table.key, who), {}), rows)
        self.by_person[table.key, who] = found
        return found


@dataclass(frozen=True, slots=True)
class Shown:
    """Rows of a table as a book shows them, each put together when it is asked for."""

    records: Mapping[str, Record]
    typed: Sequence[Column]
    columns: Columns
    computed: Mapping[str, dict[str, Value]]

    access: Access | None = None
    """Whose eyes the rows are for; None where every column is shown as it is."""
    table: Table | None = None

    def __getitem__(self, row_id: str) -> dict[str, Value]:
        record, ours = self.made_of(row_id)
        values = {c.key: v for c in self.typed if (v := record.values.get(c.key)) is not None}
        if self.access is not None and self.table is not None:
            return self.access.shown(self.table, {**ours, **values})
        return {**ours, **values}

    def __iter__(self) -> Iterator[str]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)

    def __contains__(self, row_id: object) -> bool:
        return row_id in self.records

    def whole(self) -> tuple[object, ...]:
        """The things that all rows are made of, beside the columns of the book."""
        return self.records, self.computed

    def made_of(self, row_id: str) -> tuple[Record, dict[str, Value]]:
        """The record and the daemon's columns of a row."""
        record = self.records[row_id]
        ours = self.computed.get(row_id)
        return record, self.columns.of(record) if ours is None else ours


def tables_of(  # noqa: PLR0913  # whose book, what it shows, what it showed
    reader: Reader,
    blueprint: Blueprint,
    role: Role,
    person: str,
    columns: Columns,
    questions: Sequence[Question],
    *,
    known: KnownShown | None = None,
    access: Access | None = None,
) -> dict[str, Rows]:
    """Rows of every table of a role's book that its person may see."""
    known, access = known or KnownShown(), access or plain_access(role, person)
    tables: dict[str, Rows] = {}
    for key in blueprint.tables_of(role):
        table = blueprint.tables[key]
        if key == QUESTIONS:
            tables[key] = {question_id(q): _question(q) for q in questions}
            continue
        if key == JOURNAL:
            tables[key] = journal_rows(reader, columns.scene, role)
            continue
        if key == receipts.TABLE:
            tables[key] = _receipts(reader, columns, person, known)
            continue
        rows = reader.rows(key)
        ordered = _ordered(table, rows, columns.scene, known)
        computed = columns.of_table(key, columns.scene.rows.get(key, rows))
        mine = _seen_by(access, table, ordered, computed, known)
        if mine is not ordered.every:
            part = {row_id: computed[row_id] for row_id in mine if row_id in computed}
            before = known.parts.get((key, fold(person)), {})
            known.parts[key, fold(person)] = computed = _the_very(before, part)
        typed = [c for c in blueprint.columns_of(role, key) if c.owner in TYPED]
        partly = None if access.rights.of(key).is_whole else access
        tables[key] = Shown(mine, typed, columns, computed, partly, table)
    return tables


def _seen_by(
    access: Access,
    table: Table,
    ordered: Ordered,
    computed: Mapping[str, dict[str, Value]],
    known: KnownShown,
) -> Mapping[str, Record]:
    """The rows that a person may see, in order; the very ones of before when none moved."""
    names = access.whose(table)
    if names is None:
        return ordered.every
    if table.scope is not None and names == {access.who.name}:
        return ordered.by_person.get(access.who.name, {})
    nothing: dict[str, Value] = {}
    rows = {
        row_id: record
        for row_id, record in ordered.every.items()
        if access.sees(table, ChainMap(record.values, computed.get(row_id, nothing)))  # type: ignore[arg-type]  # only read
    }
    return known.mine(table, f"{access.rights.role.value} {access.who.name}", rows)


def _receipts(reader: Reader, columns: Columns, person: str, known: KnownShown) -> Shown:
    """Payments of a person's clients, each in a row of its own; the oldest first."""
    scene, joined = columns.scene, reader.joined("clients")
    payments, clients = scene.rows[receipts.SOURCE], scene.rows["clients"]
    ours, pairs = columns.of_table(receipts.SOURCE, payments), repr(sorted(joined.items()))

    def by_person() -> dict[str, dict[str, dict[str, Value]]]:
        found: dict[str, dict[str, dict[str, Value]]] = {}
        for row_id, (whose, cells) in _receipts_of_all(columns, joined, known).items():
            found.setdefault(whose, {})[row_id] = cells
        return found

    who, table = fold(person), scene.blueprint.tables[receipts.TABLE]
    cells = known.receipts_of.of(by_person, payments, ours, clients, pairs).get(who, {})
    shown = known.parts[receipts.TABLE, who] = _the_very(
        known.parts.get((receipts.TABLE, who), {}), cells
    )
    mine = {row_id: payments[row_id] for row_id in cells}
    return Shown(known.mine(table, who, mine), (), columns, shown)


def _receipts_of_all(
    columns: Columns, joined: Mapping[str, str], known: KnownShown
) -> Mapping[str, tuple[str, dict[str, Value]]]:
    """Of each payment, whose client it is of and how that person sees it."""
    scene = columns.scene
    payments, clients = scene.rows[receipts.SOURCE], scene.rows["clients"]
    ours = columns.of_table(receipts.SOURCE, payments)
    owner = receipts.owner_of(scene, joined)

    def beside(payment: Record) -> tuple[object, ...]:
        linked = payment.links.get("client_id", "")
        client = clients.get(linked)
        return ours[payment.row_id], client, clients.get(joined.get(linked, linked))

    return known.receipts.over(
        payments,
        lambda payment: (owner(payment), receipts.receipt(scene, payment, ours[payment.row_id])),
        around=(repr(sorted(joined.items())),),
        beside=beside,
    )


def _the_very(before: Mapping[str, V], now: Mapping[str, V]) -> Mapping[str, V]:
    """The mapping of before when nothing in it is another thing or stands elsewhere."""
    same = len(before) == len(now) and all(map(eq, before, now))
    return before if same and all(map(is_, before.values(), now.values())) else now


def _ordered(table: Table, rows: Mapping[str, Record], scene: Scene, known: KnownShown) -> Ordered:
    """The rows in order; made anew only when one of them moved."""

    def make() -> Ordered:
        every = list(rows.values())
        if table.key == DEALS:
            around = scene.rows["stages"], scene.zone
            order = known.orders.over(rows, lambda d: _deal_order(scene, d), around=around)
            every.sort(key=lambda deal: order[deal.row_id])
        scope, by_person = table.scope, dict[str, dict[str, Record]]()
        if scope is not None:
            kept = known.people.setdefault(table.key, Kept())
            people = kept.over(rows, lambda r: fold(r.values.get(scope)), around=(table,))
            for record in every:
                by_person.setdefault(people[record.row_id], {})[record.row_id] = record
        return Ordered(
            {record.row_id: record for record in every},
            {who: known.mine(table, who, rows) for who, rows in by_person.items()},
        )

    once = known.ordered.setdefault(table.key, Once())
    return once.of(make, rows, table, scene.zone, scene.rows.get("stages"))


def _deal_order(scene: Scene, deal: Record) -> tuple[bool, int, int]:
    """Open deals first, then the newest: in this order new rows are put below a table."""
    stage = scene.stage(deal)
    closed = stage is not None and stage.kind is not StageKind.OPEN
    on = (day(deal, "closed_on") if closed else None) or day(deal, "created_on")
    if on is None and deal.created_at is not None:
        on = deal.created_at.astimezone(scene.zone).date()
    return closed, -on.toordinal() if on else 0, -(deal.number or 0)


def _question(question: Question) -> dict[str, Value]:
    proposal = question.outcome or question.proposal
    return {
        "id": Decimal(question.number),
        "about": f"{MEND} {question.about}" if _is_mending(question) else question.about,
        "where": question.where,
        "wrong": question.wrong,
        "proposal": proposal,
        "answer": question.answer or None,
        "whom": question.whom,
        "when": None if question.created_at is None else question.created_at.date(),
        "code": Decimal(_colour(question)),
    }


def _colour(question: Question) -> int:
    """Code of the row: 0 answered, 1 red, 2 yellow, ten more when mending a cell is enough."""
    if question.stance in {Stance.DONE, Stance.KEPT}:
        return 0
    shade = 1 if question.red or question.kind is QuestionKind.HOLD else 2
    return shade + 10 if _is_mending(question) else shade


def _is_mending(question: Question) -> bool:
    """Whether nobody need answer: the row is gone when the cell is mended."""
    return question.kind is QuestionKind.PROBLEM


def _screens(figures: PersonFigures | TeamFigures | None) -> dict[str, Mapping[str, Value]]:
    match figures:
        case PersonFigures():
            return {
                "my_forecast": fill.fill_forecast(figures),
                "fig_forecast": fill.fill_service_forecast(figures),
            }
        case TeamFigures():
            return {
                "dashboard": fill.fill_dashboard(figures),
                "plan_fact": fill.fill_plan_fact(figures),
                "payroll": fill.fill_payroll(figures),
                "rating": fill.fill_rating(figures),
                "fig_team": fill.fill_service_team(figures),
            }
        case None:
            return {}


def _typed(figures: PersonFigures | TeamFigures | None, inputs: Inputs) -> dict[str, Values]:
    """What must stand in the cells people type into: their own texts, moved with their lines."""
    match figures:
        case PersonFigures():
            said = inputs.said(Input.OBJECTION, figures.name)
            return {"my_forecast": {"forecast.disagree": said or None}}
        case TeamFigures():
            size = people_room(team_size(figures))
            payroll = fill.payroll_shown(figures)
            names = {n: row.name for n, row in enumerate(payroll.rows, start=1)}
            approved: dict[str, Value] = {
                key: _approved(payroll, names.get(n), nobody(key), inputs)
                for n in range(1, size + 1)
                if (key := f"payroll.{n}.approved")
            }
            approved["payroll.pick"] = payroll.picked or None
            owned = fill.reason_owners(figures)
            reasons: dict[str, Value] = {
                key: said if key in owned else inputs.said(Input.REASON, nobody(key)) or None
                for key, said in fill.reasons(figures).items()
            }
            return {"plan_fact": reasons, "payroll": approved}
        case None:
            return {}


def _approved(payroll: PayrollMonth, who: str | None, line: str, inputs: Inputs) -> Value:
    """What stands in «Утверждено» of a line: of its person, in the month that is shown."""
    said = payroll.approved.get(who) if who else None
    return (inputs.said(Input.APPROVED, who or line) if said is None else said) or None


def _figures(
    figures: PersonFigures | TeamFigures | None, inputs: Inputs, rows: int | None
) -> dict[str, Values]:
    """Every figure sheet of a book: what is computed and what people typed there."""
    whole: PersonFigures | TeamFigures | None = figures
    gone: tuple[str, ...] = ()
    if isinstance(figures, TeamFigures):
        figures, gone = fitted(figures, rows)
    typed = _typed(figures, inputs)
    slots: dict[str, Values] = {
        key: {**cells, **typed.get(key, {})} for key, cells in _screens(figures).items()
    }
    if gone and isinstance(whole, TeamFigures):
        sums = fill.fill_payroll(whole).items()
        totals = {key: v for key, v in sums if key.startswith("payroll.total.")}
        slots["payroll"] = {**slots["payroll"], **totals}
    return with_names(slots, gone)


def slots_of(  # noqa: PLR0913  # one value a sheet
    role: Role,
    book: BookState,
    scene: Scene,
    figures: PersonFigures | TeamFigures | None,
    inputs: Inputs,
    *,
    stop: str,
    rows: int | None = None,
) -> Mapping[str, Mapping[str, Value]]:
    """Values of the grids' cells of a book, by sheet; of a stopped one the strip's alone.

    `rows` is for how many people the head's sheets were drawn.
    """
    slots: dict[str, Values] = {} if stop else _figures(figures, inputs, rows)
    if book.book in inputs.added and not stop:
        slots["card" if role.leads else "my_card"] = dict(CLEARED)
    reply = scene.general.get(fold("Срок ответа на заявку, мин."), "")
    year = scene.general.get(fold("Год планов"), "")
    slots["_crm"] = {
        "reply_minutes": Decimal(reply if reply.isdecimal() else 30),
        "plan_year": Decimal(year if year.isdecimal() else scene.asof.year),
        "asof": scene.asof,
        "written_at": scene.now.replace(tzinfo=None, second=0, microsecond=0),
        "stop_text": stop or None,
        "helper": scene.helper or None,
        "owner": scene.owner,
        "person": book.person,
        "role": role.value,
    }
    return slots
