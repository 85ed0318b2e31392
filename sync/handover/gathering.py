"""Everything that a leaver owes and is owed, the most pressing client first.

What counts: the leaver's clients, open deals, tasks and leads in work. Deals of others with the
same clients are none of it, and stay where they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from model.blueprint import Kind
from model.canon import canon
from model.phones import pretty_phone
from model.records import Record
from sync.columns import EMPTY_LINE, SILENT_DAYS, ClientLine, client_lines
from sync.figures.month import Month
from sync.scene import amount, day, fold, text
from sync.settle.deals import is_open
from sync.settle.leads import ENDED

ZERO = Decimal(0)
LONG_SILENCE, OLD_DEBT = 180, 30


@dataclass(frozen=True, slots=True)
class Promise:
    """One open thing: a deal with its next step, a task or a lead."""

    table: str
    row_id: str
    number: str
    what: str
    due: date | None = None
    note: str = ""
    """Stage of a deal, what a lead wants."""
    amount: Decimal | None = None
    expected: date | None = None
    late: int = 0
    """Days."""


@dataclass(frozen=True, slots=True)
class Held:
    """A client with what is open there; `theirs` names the manager of a client of somebody else."""

    row_id: str
    number: str
    name: str
    phone: str
    contact: str
    note: str
    line: ClientLine
    silent: int | None
    debts: tuple[tuple[str, Decimal, int], ...]
    """Number of the deal, rest, days late."""
    promises: tuple[Promise, ...]
    risk: int
    reasons: tuple[str, ...]
    theirs: str = ""

    @property
    def debt(self) -> Decimal:
        """What the client owes for the leaver's deals."""
        return sum((rest for _, rest, _ in self.debts), ZERO)

    @property
    def stake(self) -> Decimal:
        """Money that may be lost: open deals, and debts of closed ones."""
        told = {one.number for one in self.promises}
        owed = sum((rest for number, rest, _ in self.debts if number not in told), ZERO)
        return sum((one.amount or ZERO for one in self.promises), owed)


@dataclass(frozen=True, slots=True)
class Packet:
    """What goes from one person to another, ready to be read and printed."""

    giver: str
    taker: str
    day: date
    clients: tuple[Held, ...]
    """The most pressing first."""
    loose: tuple[Promise, ...]
    """What is open with nobody's client: deals without one, tasks, leads."""
    seconds: tuple[Promise, ...]
    """Open deals of others in which the leaver is the second manager; they do not move."""

    @property
    def promises(self) -> tuple[Promise, ...]:
        """Everything that is open."""
        return (*(one for held in self.clients for one in held.promises), *self.loose)

    @property
    def debt(self) -> Decimal:
        """What clients owe together."""
        return sum((held.debt for held in self.clients), ZERO)

    @property
    def own(self) -> tuple[Held, ...]:
        """The leaver's own clients: those that move."""
        return tuple(held for held in self.clients if not held.theirs)

    def rows(self, table: str) -> tuple[str, ...]:
        """The rows of a table that move."""
        if table == "clients":
            return tuple(held.row_id for held in self.own)
        return tuple(one.row_id for one in self.promises if one.table == table)


def gather(month: Month, giver: str, taker: str, chosen: Collection[str] = ()) -> Packet:
    """The packet of a person; only of the chosen clients when any are named."""
    return _Gathering(month, giver, frozenset(chosen)).packet(taker)


@dataclass(frozen=True, slots=True)
class _Gathering:
    month: Month
    giver: str
    chosen: frozenset[str]

    def packet(self, taker: str) -> Packet:
        scene = self.month.scene
        clients, lines = scene.rows["clients"], client_lines(self.month)
        by_client, debts = self._promises(), self._debts()
        own = {i for i, c in clients.items() if self._is_givers(c)}
        named = (own | by_client.keys() | debts.keys()) & clients.keys()
        wanted = named & self.chosen if self.chosen else named
        held = [
            self._held(
                clients[i],
                by_client.get(i, ()),
                tuple(debts.get(i, ())),
                lines.get(i, EMPTY_LINE),
            )
            for i in wanted
        ]
        loose = () if self.chosen else tuple(_in_order(by_client.get("", ())))
        return Packet(
            giver=self.giver,
            taker=taker,
            day=scene.asof,
            clients=tuple(sorted(held, key=_pressing)),
            loose=loose,
            seconds=() if self.chosen else tuple(self._seconds()),
        )

    def _is_givers(self, record: Record, field: str = "owner") -> bool:
        return fold(record.values.get(field)) == fold(self.giver)

    def _promises(self) -> dict[str, list[Promise]]:
        """Open things by the client that they are with; under '' those without one."""
        scene = self.month.scene
        known = scene.rows["clients"]
        found: dict[str, list[Promise]] = defaultdict(list)
        for deal, stage in self.month.standing.open:
            if self._is_givers(deal):
                found[_of(deal, known)].append(self._deal(deal, stage.name))
        for task in scene.rows["tasks"].values():
            if self._is_givers(task, "assignee") and is_open(task):
                of = scene.rows["deals"].get(task.links.get("deal_id", ""))
                if not self._is_step(task, of):
                    found["" if of is None else _of(of, known)].append(self._task(task))
        for lead in scene.rows["leads"].values():
            if self._is_givers(lead) and fold(lead.values.get("state")) not in ENDED:
                found[_of(lead, known)].append(self._lead(lead))
        return found

    def _is_step(self, task: Record, deal: Record | None) -> bool:
        """Whether a task is the next step of an open deal that is told already; it moves too."""
        return deal is not None and deal.links.get("task_id") == task.row_id

    def _deal(self, deal: Record, stage: str) -> Promise:
        due = day(deal, "step_on")
        late = 0 if due is None else max((self.month.scene.asof - due).days, 0)
        return Promise(
            "deals",
            deal.row_id,
            self.month.scene.number("deals", deal.row_id),
            text(deal, "next_step"),
            due,
            stage,
            amount(deal, "amount"),
            day(deal, "expected_on"),
            late,
        )

    def _task(self, task: Record) -> Promise:
        due = day(task, "due")
        late = 0 if due is None else max((self.month.scene.asof - due).days, 0)
        number = self.month.scene.number("tasks", task.row_id)
        return Promise("tasks", task.row_id, number, text(task, "what"), due, "задача", late=late)

    def _lead(self, lead: Record) -> Promise:
        number = self.month.scene.number("leads", lead.row_id)
        wants = text(lead, "text")
        who = text(lead, "name") or text(lead, "phone")
        return Promise("leads", lead.row_id, number, f"Заявка: {who}", day(lead, "at"), wants)

    def _seconds(self) -> Iterator[Promise]:
        for deal, stage in self.month.standing.open:
            if self._is_givers(deal, "second") and not self._is_givers(deal):
                yield self._deal(deal, f"{stage.name}, ведёт {text(deal, 'owner')}")

    def _debts(self) -> dict[str, list[tuple[str, Decimal, int]]]:
        found: dict[str, list[tuple[str, Decimal, int]]] = defaultdict(list)
        for deal, late, rest in self.month.overdue:
            if self._is_givers(deal):
                number = self.month.scene.number("deals", deal.row_id)
                found[deal.links.get("client_id", "")].append((number, rest, late))
        return found

    def _held(
        self,
        client: Record,
        promises: Sequence[Promise],
        debts: tuple[tuple[str, Decimal, int], ...],
        line: ClientLine,
    ) -> Held:
        asof = self.month.scene.asof
        silent = None if line.last is None else (asof - line.last).days
        told = tuple(_reasons(promises, debts, silent, asof))
        return Held(
            row_id=client.row_id,
            number=self.month.scene.number("clients", client.row_id),
            name=text(client, "name"),
            phone=_pretty(client),
            contact=text(client, "contact"),
            note=text(client, "note"),
            line=line,
            silent=silent,
            debts=debts,
            promises=tuple(_in_order(promises)),
            risk=sum(points for points, _ in told),
            reasons=tuple(words for _, words in told),
            theirs="" if self._is_givers(client) else text(client, "owner") or "никто",
        )


def _pretty(client: Record) -> str:
    """The phone as people dial it; what cannot be read stays as it was typed."""
    typed = text(client, "phone")
    tidy = canon(Kind.PHONE, typed)
    known = isinstance(tidy, str) and tidy.startswith("+")
    return ", ".join(map(pretty_phone, str(tidy).split("|"))) if known else typed


def _of(record: Record, clients: Mapping[str, Record]) -> str:
    client = record.links.get("client_id", "")
    return client if client in clients else ""


def _reasons(
    promises: Sequence[Promise],
    debts: Sequence[tuple[str, Decimal, int]],
    silent: int | None,
    asof: date,
) -> Iterator[tuple[int, str]]:
    """Points of risk, each with its words; money that is owed comes first."""
    if debts:
        late = max(days for _, _, days in debts)
        yield (4 if late > OLD_DEBT else 3), f"долг, {late} дн."
    deals = [one for one in promises if one.table == "deals"]
    late_steps = [one.late for one in promises if one.late]
    if late_steps:
        yield 3, f"обещание просрочено, {max(late_steps)} дн."
    if any(not one.what for one in deals):
        yield 3, "сделка без следующего шага"
    elif any(one.due is None for one in deals):
        yield 2, "шаг без даты"
    if any(one.expected is not None and one.expected < asof for one in deals):
        yield 2, "дата оплаты прошла"
    if any(one.table == "leads" for one in promises):
        yield 2, "заявка ждёт"
    if silent is not None and silent > SILENT_DAYS:
        yield (2 if silent > LONG_SILENCE else 1), f"молчит {silent} дн."


def _pressing(held: Held) -> tuple[object, ...]:
    return -held.risk, -held.stake, len(held.number), held.number


def _in_order(promises: Sequence[Promise]) -> list[Promise]:
    return sorted(promises, key=lambda one: (one.due or date.max, one.number))
