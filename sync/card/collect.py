"""The card of a client, computed by the daemon: the same figures and rows as the sheet shows.

Rows of a block stand newest first. With a person named, only the rows of that person's own book
count, as on that person's sheet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from formulas.rounding import r2
from model.blueprint import Role
from model.records import Record
from model.rights import Reach, Way
from model.texts.numbers import day_year
from model.values import Value
from store import Reader
from sync.card.belonging import DEAL, Belonging, Place, moment_of, tables_on_card
from sync.card.receipts import SOURCE as PAYMENTS
from sync.card.receipts import TABLE as RECEIPTS
from sync.columns import Columns
from sync.rights import Access, gets, plain_access
from sync.scene import Scene, StageKind, amount, fold, text
from templates.screens.card_blocks import (
    BLOCKS,
    CALLS,
    EVENTS,
    LATEST,
    REFUSALS,
    TIMELINE,
    Block,
    Event,
)

ZERO = Decimal(0)
DECIDES, ADVISES = "ЛПР", "ЛВР"
"""The decision maker and the one who influences, as «Роль» of a contact says."""
TALKS = ("calls", "letters")
"""Blocks whose newest row is the last talk."""
Cells = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the client: the cells that its sheet shows, and where it stands in the store."""

    table: str
    row_id: str
    cells: Cells


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of «Что было»."""

    at: datetime
    words: str
    money: Value = None


@dataclass(frozen=True, slots=True)
class Part:
    """A block with its rows, newest first, and how many the client has in all."""

    block: Block
    total: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Hour:
    """The hour in which the client answered most often: how often, and of how many talks."""

    starts: int
    answered: int
    talks: int


@dataclass(frozen=True, slots=True)
class ClientCard:
    """Everything about one client."""

    row_id: str
    number: str
    name: str
    facts: tuple[tuple[str, Value], ...]
    paid: Decimal
    payments: int
    last_payment: Value
    debt: Decimal
    in_work: Decimal
    open_deals: int
    top_stage: str
    touched: datetime | None
    hour: Hour | None
    parts: tuple[Part, ...]
    events: tuple[Happened, ...]

    def part(self, key: str) -> Part:
        """A block by its key."""
        return next(part for part in self.parts if part.block.key == key)


@dataclass(frozen=True, slots=True)
class Cards:
    """Every row of the team by its client, ready to be put on cards."""

    scene: Scene
    columns: Columns
    rows: Mapping[str, Mapping[str, Record]]
    typed: Mapping[str, Mapping[str, Record]]
    """The same rows with values as people typed them."""
    places: Mapping[str, Mapping[str, tuple[tuple[Place, str], ...]]]
    """By client and table: places and ids of rows, the oldest first."""
    access: Access
    """Whose eyes the cards are for."""

    @property
    def role(self) -> Role:
        """The role whose card it is."""
        return self.access.rights.role

    def sees(self, client_id: str) -> bool:
        """Whether the person may look at a client's card."""
        table = self.scene.blueprint.tables["clients"]
        may = gets(self.access.rights, Way.CARD)
        return may and self.access.sees(table, self.typed["clients"][client_id].values)

    def card(self, client_id: str, *, latest: int | None = LATEST) -> ClientCard:
        """The card of a client; `latest` limits the rows of each block, None gives all."""
        client = self.scene.rows["clients"][client_id]
        every = tuple(self._part(block, client_id) for block in BLOCKS)
        near = tuple(_cut(part, part.block.lines) for part in every)
        parts = {part.block.key: part for part in every}
        shown = {part.block.key: part for part in near}
        deals, payments = parts["deals"].lines, parts["payments"].lines
        opened = [line for line in deals if self._is(line, StageKind.OPEN)]
        cells = self._cells("clients", client_id)
        return ClientCard(
            row_id=client_id,
            number=self.scene.number("clients", client_id),
            name=text(client, "name"),
            facts=self._facts(cells, shown, payments),
            paid=_sum(payments, "amount"),
            payments=len(payments),
            last_payment=payments[0].cells.get("date") if payments else None,
            debt=amount_of(cells.get("debt")),
            in_work=_sum(opened, "amount"),
            open_deals=len(opened),
            top_stage=said(deals[0].cells.get("stage")) if deals else "",
            touched=max(filter(None, (_newest(shown[k]) for k in TALKS)), default=None),
            hour=best_hour(shown[CALLS.key].lines),
            parts=tuple(part if latest is None else _cut(part, latest) for part in every),
            events=tuple(self._events(shown)),
        )

    def _facts(
        self, cells: Cells, shown: Mapping[str, Part], payments: Sequence[Line]
    ) -> tuple[tuple[str, Value], ...]:
        """What is known of the client, in the order of the sheet."""
        since = payments[-1].cells.get("date") if payments else None
        owner: Value = cells.get("owner")
        return (
            ("Менеджер", owner),
            ("Состояние", cells.get("lifecycle")),
            ("Дальше", cells.get("next_step")),
            ("Когда", cells.get("next_at")),
            ("ИНН", cells.get("inn")),
            ("Платит с", since),
            ("ЛПР", _of_role(shown, DECIDES)),
            ("Телефон", cells.get("phone")),
            ("Сегмент", cells.get("segment") or cells.get("industry")),
            ("Контакт", cells.get("contact")),
            ("ЛВР", _of_role(shown, ADVISES)),
            ("E-mail", cells.get("email")),
            ("Город", cells.get("city")),
            ("Комментарий", cells.get("note")),
            ("Откуда", cells.get("source")),
        )

    def _part(self, block: Block, client_id: str) -> Part:
        """All rows of a block; lost deals are looked for among the deals that the sheet shows."""
        found = self.places.get(client_id, {}).get(block.table, ())
        mine = [
            row_id for place, row_id in reversed(found) if self._may(block.table, place, row_id)
        ]
        lines = [self._line(block.table, row_id) for row_id in mine]
        if block is REFUSALS:
            lines = [line for line in lines[:LATEST] if self._is(line, StageKind.LOST)]
        return Part(block, len(lines), tuple(lines))

    def _may(self, table: str, place: Place, row_id: str) -> bool:
        """Whether a row stands on the card; a salesperson sees what own clients paid."""
        if self.role is Role.MANAGER:
            listed = self.access.rights.of(RECEIPTS).rows is not Reach.NONE
            return listed if table == PAYMENTS else place.person == self.access.who.name
        rows = self.columns.of_table(table, self.rows[table])
        values = {**rows.get(row_id, {}), **self.typed[table][row_id].values}
        return self.access.sees(self.scene.blueprint.tables[table], values)

    def _line(self, table: str, row_id: str) -> Line:
        return Line(table, row_id, self._cells(table, row_id))

    def _cells(self, table: str, row_id: str) -> Cells:
        """A row as the book shows it: what people typed over what the daemon computes."""
        record = self.typed[table][row_id]
        ours = self.columns.of_table(table, self.rows[table]).get(row_id, {})
        cells = {**ours, **{k: v for k, v in record.values.items() if v is not None}}
        if table == PAYMENTS:
            cells[DEAL] = self._paid_deal(record)
            if self.role is Role.MANAGER:
                return cells
        if table == "deals":
            cells["rest"] = self._rest(record)
        return self.access.shown(self.scene.blueprint.tables[table], cells)

    def _rest(self, deal: Record) -> Decimal | None:
        """What is left to be paid of a deal, as the sheet counts it; of a lost one nothing."""
        value = amount(self.rows["deals"][deal.row_id], "amount")
        stage = self.scene.stage(self.rows["deals"][deal.row_id])
        if value is None or (stage is not None and stage.kind is StageKind.LOST):
            return None
        return r2(max(value - self.columns.paid.get(deal.row_id, ZERO), ZERO))

    def _paid_deal(self, payment: Record) -> Value:
        """The deal of a payment: as typed in the head's book, as resolved in a person's own."""
        if self.role is not Role.MANAGER:
            return payment.values.get(DEAL)
        return self.scene.number("deals", payment.links.get(DEAL)) or None

    def _is(self, line: Line, kind: StageKind) -> bool:
        stage = self.scene.stage(self.rows[line.table][line.row_id])
        return (StageKind.OPEN if stage is None else stage.kind) is kind

    def _events(self, shown: Mapping[str, Part]) -> Iterator[Happened]:
        """The newest events of all blocks; of one moment the one of the later block first."""
        now = self.scene.now.replace(tzinfo=None)
        found: list[tuple[datetime, int, Happened]] = []
        for event in EVENTS:
            for line in shown[event.block.key].lines:
                at = moment_of(line.cells.get(event.day))
                if at is not None and at <= now:
                    money = line.cells.get(event.money) if event.money else None
                    found.append((at, len(found), Happened(at, words_of(event, line.cells), money)))
        found.sort(key=lambda one: one[:2], reverse=True)
        return (one for _, _, one in found[: TIMELINE.lines])


def cards_of(reader: Reader, scene: Scene, columns: Columns, access: Access | None = None) -> Cards:
    """Cards of all clients as a person may see them; as the owner when nobody is named."""
    belonging = Belonging(scene, reader.joined("clients"))
    rows = {key: scene.rows.get(key) or reader.rows(key) for key in tables_on_card(scene.blueprint)}
    places: dict[str, dict[str, list[tuple[Place, str]]]] = {}
    for key, records in rows.items():
        for row_id, record in records.items():
            place = belonging.place(record)
            if place is not None:
                places.setdefault(place.client, {}).setdefault(key, []).append((place, row_id))
    ordered = {
        client: {
            key: tuple(sorted(found, key=lambda one: (one[0].order, one[1])))
            for key, found in tables.items()
        }
        for client, tables in places.items()
    }
    rows["clients"] = scene.rows["clients"]
    typed = {key: reader.rows(key) for key in rows}
    rights = access or plain_access(Role.OWNER, scene.owner)
    return Cards(scene, columns, rows, typed, ordered, rights)


def words_of(event: Event, cells: Cells) -> str:
    """A line of «Что было» in words."""
    word = said(cells.get(event.kind)) if event.kind else ""
    word = word or event.word
    if event.numbered:
        word += f" {said(cells.get('id'))}"
    about = said(cells.get(event.said))
    if not about and event.otherwise:
        about = said(cells.get(event.otherwise))
    return f"{word}: {about}" if about else word


def best_hour(calls: Sequence[Line]) -> Hour | None:
    """The hour with most answered calls among the newest ones; of equal ones the earliest."""
    hours = Counter(
        at.hour
        for call in calls
        if call.cells.get("answered") in {True, "да"}
        and isinstance(at := call.cells.get("at"), datetime)
    )
    if not hours:
        return None
    starts = min(hours, key=lambda hour: (-hours[hour], hour))
    return Hour(starts, hours[starts], hours.total())


def said(value: Value) -> str:
    """A cell as a text of the sheet repeats it."""
    return "" if value is None else day_year(value) if isinstance(value, date) else str(value)


def amount_of(value: Value) -> Decimal:
    """A cell as a number, nothing for anything else."""
    return value if isinstance(value, Decimal) else ZERO


def _sum(lines: Sequence[Line], field: str) -> Decimal:
    return sum((amount_of(line.cells.get(field)) for line in lines), ZERO)


def _cut(part: Part, latest: int) -> Part:
    return Part(part.block, part.total, part.lines[: min(latest, part.block.lines)])


def _newest(part: Part) -> datetime | None:
    return moment_of(part.lines[0].cells.get("at")) if part.lines else None


def _of_role(shown: Mapping[str, Part], role: str) -> Value:
    """The first contact who has the role."""
    lines = shown["contacts"].lines
    return next(
        (c.cells.get("fio") for c in lines if fold(c.cells.get("role")) == fold(role)), None
    )
