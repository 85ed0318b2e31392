"""The daemon's own columns of each row: the visible number, what was paid, the remark.

Pure over the scene; only columns that the blueprint declares are ever written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from operator import is_

from formulas.clients import client_state
from model.figures import Measure
from model.problems import Problem
from model.records import Record
from model.texts.numbers import money
from model.values import Value
from sync.assigning import routing_columns
from sync.assigning.rules import TABLE as ROUTING
from sync.card.belonging import NOWHERE, CardKey, last_digits
from sync.duplicates import BRANCH
from sync.figures.month import Month
from sync.figures.plans import METRICS
from sync.figures.replies import Reply
from sync.plans.norming import Norming, columns_of
from sync.quality.fields import TABLE as CARD_FIELDS
from sync.quality.scoring import NOTHING_ASKED, Quality, Scored, field_columns
from sync.remembered import Kept
from sync.rights_lines import TABLE as ACCESS
from sync.rights_lines import unclear_lines
from sync.scene import STEP_DAY, STEP_MEANT, Scene, StageKind, amount, day, fold, text
from sync.settle.clients import keys_of
from sync.settle.deals import MADE
from sync.validate import row_remark

ZERO = Decimal(0)
STATES = {
    "lead": "Нет оплат",
    "new": "Новый",
    "active": "Активный",
    "sleeping": "Спит",
    "lost": "Потерян",
}
SILENT_DAYS = 90
HINT = 3
RED, YELLOW = 1, 2

KnownColumns = dict[str, Kept[str, Record, dict[str, Value]]]
"""By table, the columns of its rows as the last pass made them."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Everything the computed columns are made from."""

    scene: Scene
    paid: Mapping[str, Decimal]
    problems: Mapping[tuple[str, str], tuple[Problem, ...]]
    duplicates: frozenset[str]
    by_client: Mapping[str, ClientLine]
    replies: Mapping[str, Reply]
    year_ago: Mapping[tuple[str, Measure], Decimal]
    """What each person, folded, brought in this month a year ago."""
    suggested: Mapping[tuple[str, Measure], Decimal | None] = field(default_factory=dict)
    """What each person, folded, may plan for the month after this one."""
    norming: Norming | None = None
    keys: Mapping[str, Mapping[str, CardKey]] = field(default_factory=dict)
    """By table, the places of rows on the card of their client."""
    known: KnownColumns = field(default_factory=dict)
    quality: Quality | None = None
    """How full cards and deals are."""
    routed: dict[str, dict[str, Value]] = field(default_factory=dict)
    """By row of «Правила распределения» and «Полнота карточек», what stands beside it."""
    tables: dict[str, Mapping[str, dict[str, Value]]] = field(default_factory=dict)
    """Tables that were asked for."""

    def of_table(self, key: str, rows: Mapping[str, Record]) -> Mapping[str, dict[str, Value]]:
        """The daemon's columns of every row of a table; `rows` are those of the scene."""
        if key not in self.tables:
            self.tables[key] = self._of_table(key, rows)
        return self.tables[key]

    def _of_table(self, key: str, rows: Mapping[str, Record]) -> Mapping[str, dict[str, Value]]:
        scene = self.scene
        if key == ROUTING:
            self.routed.update(routing_columns(scene))
        if key == CARD_FIELDS and self.quality is not None:
            self.routed.update(field_columns(self.quality))
        return self.known.setdefault(key, Kept()).over(
            rows,
            self.of,
            around=(scene.asof, scene.zone, scene.blueprint, scene.rows["stages"]),
            beside=self._beside(key),
        )

    def _beside(self, key: str) -> Beside:
        """What the columns of a table's rows are made of beside the row."""
        own, places = _BESIDE.get(key, _nothing_else)(self), self.keys.get(key)
        if places is None:
            return own
        return lambda record: (*own(record), places.get(record.row_id))

    def of(self, record: Record) -> dict[str, Value]:
        """The daemon's columns of one row."""
        common: dict[str, Value] = {
            "id": self.scene.number(record.table, record.row_id),
            "created_at": _local(self.scene, record.created_at),
            "changed_at": _local(self.scene, record.changed_at),
        }
        remark, code = row_remark(self.problems.get((record.table, record.row_id), ()))
        common |= {"remark": remark or None, "remark_code": Decimal(code) if code else None}
        common["remarks"] = remark or None
        if (places := self.keys.get(record.table)) is not None:
            place = places.get(record.row_id, NOWHERE)
            common |= {
                "client_no": place.client or None,
                "card_key": place.every or None,
                "my_key": place.own or None,
            }
        special = {
            "deals": self._deal,
            "clients": self._client,
            "leads": self._lead,
            "payments": self._payment,
            "tasks": self._task,
            "plans": self._plan,
            "norms": columns_of(self.norming),
            ROUTING: self._rule,
            CARD_FIELDS: self._rule,
            ACCESS: self._access,
        }.get(record.table)
        return common | (special(record) if special else {})

    def _access(self, line: Record) -> dict[str, Value]:
        """Whether the line was understood, and what was not."""
        unclear = [doubt.words for doubt in unclear_lines((line,), self.scene.blueprint)]
        return {"checked": "Не понял: " + "; ".join(unclear) if unclear else "Действует"}

    def _deal(self, deal: Record) -> dict[str, Value]:
        scene = self.scene
        stage, value = scene.stage(deal), amount(deal, "amount")
        paid = self.paid.get(deal.row_id, ZERO)
        made = day(deal, "created_on") or (deal.created_at.date() if deal.created_at else None)
        closed, entered = day(deal, "closed_on"), day(deal, "stage_on")
        is_open = stage is not None and stage.kind is StageKind.OPEN
        cost = amount(deal, "cost")
        return {
            "paid": paid,
            "stage_days": _days(entered, scene.asof) if is_open else None,
            "stage_norm": None
            if stage is None or stage.norm_days is None
            else Decimal(stage.norm_days),
            "idle_days": _days(max(filter(None, (entered, made)), default=None), scene.asof)
            if is_open
            else None,
            "cycle_days": _days(made, closed),
            "margin": None if value is None or cost is None else value - cost,
            "debt": max(value - paid, ZERO) if value is not None and _owed(deal, scene) else None,
            **_fullness(self.scored(deal)),
        } | self._said(deal)

    def scored(self, record: Record) -> Scored:
        """How full a card or a deal is."""
        if self.quality is None:
            return NOTHING_ASKED
        return self.quality.score(record.table, record.row_id)

    def _said(self, deal: Record) -> dict[str, Value]:
        """What was understood and what was made, where nothing is wrong with the row."""
        if self.problems.get(("deals", deal.row_id)) and row_remark(
            self.problems["deals", deal.row_id]
        ) != ("", 0):
            return {}
        made = deal.links.get(MADE)
        client = self.scene.rows["clients"].get(made or "")
        fresh = client is not None and _local(self.scene, client.created_at)
        meant, hour = deal.values.get(STEP_MEANT), deal.values.get("step_at")
        if isinstance(fresh, datetime) and fresh.date() == self.scene.asof:
            said = f"Новый клиент {self.scene.number('clients', made)}"
        elif isinstance(meant, date) and day(deal, STEP_DAY) == meant:
            said = f"Понял: {meant:%d.%m}" + (f" в {hour:%H:%M}" if isinstance(hour, time) else "")
        else:
            return {}
        return {"remark": said, "remark_code": Decimal(HINT)}

    def _client(self, client: Record) -> dict[str, Value]:
        line = self.by_client.get(client.row_id, EMPTY_LINE)
        asof, found_by = self.scene.asof, keys_of(client)
        life = client_state(asof, line.first, line.last).value
        remark, code = row_remark(self.problems.get(("clients", client.row_id), ()))
        silent = (asof - line.last).days if line.last else None
        if line.debt:
            remark, code = f"Долг {money(line.debt)}, {line.debt_days} дн.", RED
        elif code != RED and silent is not None and silent > SILENT_DAYS:
            remark, code = f"Молчит {silent} дн.", YELLOW
        elif not remark and client.row_id in self.duplicates:
            remark, code = "Похоже на дубль", HINT
        elif not remark and (head := client.links.get(BRANCH)):
            remark, code = f"Филиал {self.scene.number('clients', head)}", HINT
        return {
            "remark": remark or None,
            "remark_code": Decimal(code) if code else None,
            "next_step": line.step,
            "next_at": line.step_on,
            "debt": line.debt or None,
            "overdue": line.debt or None,
            "lifecycle": STATES.get(life),
            "open_deals": Decimal(line.open_deals),
            "revenue": line.revenue,
            "avg_check": None,
            "rule": client.values.get("rule"),
            **_fullness(self.scored(client)),
            "dup_hint": "да" if client.row_id in self.duplicates else None,
            "find_name": found_by.name or None,
            "find_phone": last_digits(next(iter(found_by.phones), "")) or None,
            "silent_days": None if silent is None else Decimal(silent),
        }

    def _lead(self, lead: Record) -> dict[str, Value]:
        client = lead.links.get("client_id")
        reply = self.replies.get(lead.row_id, Reply(None))
        return {
            "match": self.scene.number("clients", client) or None,
            "rule": lead.values.get("rule"),
            "due_at": reply.due,
            "reply_min": None if reply.spent is None else Decimal(reply.spent),
        }

    def _rule(self, rule: Record) -> dict[str, Value]:
        return self.routed.get(rule.row_id, {})

    def _plan(self, plan: Record) -> dict[str, Value]:
        measure = METRICS.get(fold(plan.values.get("metric")))
        who = fold(plan.values.get("who"))
        if measure is None:
            return {"last_year": None, "suggest": None}
        key = who, measure
        return {"last_year": self.year_ago.get(key), "suggest": self.suggested.get(key)}

    def _payment(self, payment: Record) -> dict[str, Value]:
        scene = self.scene
        linked = payment.links.get("client_id")
        deal = scene.rows["deals"].get(payment.links.get("deal_id") or "")
        client = scene.rows["clients"].get(linked or "")
        owner = text(deal, "owner") if deal else (text(client, "owner") if client else "")
        if linked is None:
            status = "Не привязана"
        elif deal is not None and self.paid.get(deal.row_id, ZERO) < (
            amount(deal, "amount") or ZERO
        ):
            status = "Частично"
        else:
            status = "Оплачено"
        return {"state": status, "manager": owner or None}

    def _task(self, task: Record) -> dict[str, Value]:
        due = day(task, "due")
        done = fold(task.values.get("state")) in {"сделано", "отменена"}
        late = (
            None if done or due is None or due >= self.scene.asof else (self.scene.asof - due).days
        )
        return {"late_h": None if late is None else Decimal(late * 24)}


Beside = Callable[[Record], tuple[object, ...]]
"""What the columns of a row are made of beside the row."""


def _nothing_else(columns: Columns) -> Beside:
    problems = columns.problems
    return lambda record: (problems.get((record.table, record.row_id)),)


def _beside_deal(columns: Columns) -> Beside:
    problems, clients = columns.problems, columns.scene.rows["clients"]
    return lambda deal: (
        problems.get(("deals", deal.row_id)),
        columns.paid.get(deal.row_id),
        clients.get(deal.links.get("client_id", "")),
        clients.get(deal.links.get(MADE, "")),
        columns.scored(deal),
    )


def _beside_client(columns: Columns) -> Beside:
    problems, clients = columns.problems, columns.scene.rows["clients"]
    return lambda client: (
        problems.get(("clients", client.row_id)),
        columns.by_client.get(client.row_id),
        client.row_id in columns.duplicates,
        clients.get(client.links.get(BRANCH, "")),
        columns.scored(client),
    )


def _beside_lead(columns: Columns) -> Beside:
    problems, clients = columns.problems, columns.scene.rows["clients"]
    return lambda lead: (
        problems.get(("leads", lead.row_id)),
        columns.replies.get(lead.row_id),
        clients.get(lead.links.get("client_id", "")),
    )


def _beside_payment(columns: Columns) -> Beside:
    problems, rows = columns.problems, columns.scene.rows
    clients, deals = rows["clients"], rows["deals"]
    return lambda payment: (
        problems.get(("payments", payment.row_id)),
        columns.paid.get(payment.links.get("deal_id", "")),
        deals.get(payment.links.get("deal_id", "")),
        clients.get(payment.links.get("client_id", "")),
    )


def _beside_plan(columns: Columns) -> Beside:
    problems = columns.problems
    return lambda plan: (
        problems.get(("plans", plan.row_id)),
        columns.year_ago,
        columns.suggested,
    )


def _beside_norm(columns: Columns) -> Beside:
    computed = columns_of(columns.norming)
    return lambda norm: (*computed(norm).values(),)


def _beside_rule(columns: Columns) -> Beside:
    return lambda rule: (*columns.routed.get(rule.row_id, {}).values(),)


_BESIDE: Mapping[str, Callable[[Columns], Beside]] = {
    "deals": _beside_deal,
    "clients": _beside_client,
    "leads": _beside_lead,
    "payments": _beside_payment,
    "plans": _beside_plan,
    "norms": _beside_norm,
    ROUTING: _beside_rule,
    CARD_FIELDS: _beside_rule,
}


@dataclass(frozen=True, slots=True)
class ClientLine:
    """What a client's deals and payments say about it."""

    revenue: Decimal = ZERO
    first: date | None = None
    last: date | None = None
    open_deals: int = 0
    step: str | None = None
    step_on: date | None = None
    debt: Decimal = ZERO
    debt_days: int = 0


EMPTY_LINE = ClientLine()


Debt = tuple[int, Decimal]
"""Days late and what is owed."""
Sources = tuple[tuple[Record, ...], tuple[Record, ...], tuple[Debt, ...]]
KnownLines = dict[str, tuple[Sources, ClientLine]]
"""By client, its payments, open deals and debts as the last pass saw them, and the line."""


def client_lines(month: Month, known: KnownLines | None = None) -> dict[str, ClientLine]:
    """A line for every client that has deals or payments; those of a joined card are the main's.

    `known` is used and brought up to date: what is made of the same is the very same line.
    """
    mains = month.reader.joined("clients")
    payments: dict[str, list[Record]] = defaultdict(list)
    for payment in month.scene.rows["payments"].values():
        if client := payment.links.get("client_id"):
            payments[mains.get(client, client)].append(payment)
    deals: dict[str, list[Record]] = defaultdict(list)
    for deal, _ in month.standing.open:
        if client := deal.links.get("client_id"):
            deals[mains.get(client, client)].append(deal)
    debts: dict[str, list[Debt]] = defaultdict(list)
    for deal, days, rest in month.overdue:
        client = deal.links.get("client_id", "")
        debts[mains.get(client, client)].append((days, rest))
    old = dict(known or {})
    lines: KnownLines = {} if known is None else known
    lines.clear()
    for client in {*payments, *deals, *debts} - {""}:
        made_of = (
            tuple(payments.get(client, ())),
            tuple(deals.get(client, ())),
            tuple(debts.get(client, ())),
        )
        before = old.get(client)
        if before is None or not _same_sources(before[0], made_of):
            before = made_of, _line(*made_of)
        lines[client] = before
    return {client: line for client, (_, line) in lines.items()}


def _same_sources(before: Sources, now: Sources) -> bool:
    """Whether the records are the very ones and the debts the same down to their spelling."""
    records = all(
        len(was) == len(are) and all(map(is_, was, are))
        for was, are in zip(before[:2], now[:2], strict=True)
    )
    return records and repr(before[2]) == repr(now[2])


def _line(payments: Sequence[Record], deals: Sequence[Record], debts: Sequence[Debt]) -> ClientLine:
    came = [
        (on, value)
        for payment in payments
        if (on := day(payment, "date")) and (value := amount(payment, "amount")) is not None
    ]
    paid_on = sorted(on for on, value in came if value > 0)
    steps = sorted(
        ((d, deal) for deal in deals if (d := day(deal, "step_on")) is not None),
        key=lambda pair: (pair[0], pair[1].number or 0),
    )
    return ClientLine(
        revenue=sum((value for _, value in came), ZERO),
        first=paid_on[0] if paid_on else None,
        last=paid_on[-1] if paid_on else None,
        open_deals=len(deals),
        step=(text(steps[0][1], "next_step") or None) if steps else None,
        step_on=steps[0][0] if steps else None,
        debt=sum((rest for _, rest in debts), ZERO),
        debt_days=max((days for days, _ in debts), default=0),
    )


def _fullness(scored: Scored) -> dict[str, Value]:
    return {"fill_pct": scored.score, "missing": ", ".join(scored.missing) or None}


def _days(first: date | None, last: date | None) -> Decimal | None:
    return None if first is None or last is None else Decimal(max((last - first).days, 0))


def _owed(deal: Record, scene: Scene) -> bool:
    stage = scene.stage(deal)
    return stage is not None and stage.kind is StageKind.WON


def _local(scene: Scene, at: datetime | None) -> Value:
    if at is None:
        return None
    return at.astimezone(scene.zone).replace(tzinfo=None, microsecond=0)
