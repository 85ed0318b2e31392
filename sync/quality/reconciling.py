"""What does not agree: payments, calls and invoices that belong to nobody, deals nobody paid for.

Each finding comes with an answer where one fits. Old ones are listed, but not asked about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum

from model.figures import Measure, Period
from model.phones import pretty_phone
from model.records import Question, QuestionKind, Record, Stance
from model.texts import reconciling as said
from model.texts.numbers import day_month, money
from model.texts.questions import Words
from store import Reader
from sync.identity import numbers_in
from sync.scene import Scene, Stage, StageKind, amount, day, fold, text
from sync.settle.clients import ClientBook

CLIENT, DEAL, LOG = "client_id", "deal_id", "call_log"
_NO = frozenset({"нет", "no"})
ZERO = Decimal(0)
DAY = timedelta(days=1)
ASK_KEY, ALONE, HABIT = "Спрашивать об оплатах без сделки", "payment-alone", "payments-alone"
MANY = 10
"""So many payments without a deal, and at least half of all, are how a team keeps its books."""
WAIT_KEY, WAIT_DAYS = "Ждать оплату после закрытия, дней", 14
ASKED_DAYS = timedelta(days=60)
"""Older findings are history: `reconcile` lists them, nobody is asked."""
CALLS_DAYS = timedelta(days=14)
TALKS = frozenset({Measure.CALLS, Measure.TRIES})


class Gap(Enum):
    """What does not agree."""

    PAYMENT = "payment"
    CALL = "call"
    INVOICE = "invoice"
    WON = "won"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not agree, and the question that it makes."""

    gap: Gap
    number: str
    day: date | None
    who: str
    """Whose it is, empty where nobody is known."""
    amount: Decimal | None
    question: Question
    fresh: bool = True
    """Whether it is asked about."""

    @property
    def suggested(self) -> bool:
        """Whether «Да» mends it."""
        return self.question.kind is not QuestionKind.PROBLEM


def gaps(scene: Scene) -> tuple[Finding, ...]:
    """Everything that rows alone tell: payments, invoices, won deals; newest first of each."""
    loose = [
        payment
        for payment in scene.rows["payments"].values()
        if DEAL not in payment.links and (amount(payment, "amount") or ZERO) > 0
    ]
    paid = {
        deal for p in scene.rows["payments"].values() if (deal := p.links.get(DEAL)) is not None
    }
    won = tuple(_won(scene, paid, loose))
    taken = {f.question.row_id for f in won if f.question.kind is QuestionKind.PAYMENT}
    found = [*_payments(scene, loose, taken), *_invoices(scene, loose), *won]
    return tuple(sorted(found, key=_newest))


def _newest(finding: Finding) -> tuple[object, ...]:
    order = tuple(Gap)
    return order.index(finding.gap), -(finding.day or date.min).toordinal(), finding.number


def gap_questions(scene: Scene) -> list[Question]:
    """What people are asked of it."""
    return [finding.question for finding in gaps(scene) if finding.fresh]


def as_the_team_books(
    found: Sequence[Question], scene: Scene, answered: Question | None
) -> list[Question]:
    """The questions of `gap_questions`; a team that books payments without deals gets one for all.

    `answered` is that one as it stands; «Спрашивать об оплатах без сделки» says it for good.
    """
    alone, rest = list[Question](), list[Question]()
    for question in found:
        (alone if question.key.startswith(f"{ALONE}|") else rest).append(question)
    told = fold(scene.general.get(fold(ASK_KEY), ""))
    if told in _NO or (not told and answered is not None and answered.stance is Stance.DONE):
        return rest
    every = _fresh_payments(scene)
    one_by_one = told or (answered is not None and answered.stance is Stance.KEPT)
    if one_by_one or len(alone) < MANY or 2 * len(alone) < every:
        return [*found]
    sum_ = sum((question.money or ZERO for question in alone), ZERO)
    words = said.payments_of_no_deals(len(alone), every, money(sum_), ASKED_DAYS.days)
    asked = Question(
        key=HABIT,
        kind=QuestionKind.PAYMENT,
        about=words.about,
        where="«Оплаты»",
        wrong=words.wrong,
        proposal=words.proposal,
        whom=scene.owner,
        money=sum_,
        table="payments",
        payload={"habit": "payments"},
    )
    return [asked, *rest]


def _fresh_payments(scene: Scene) -> int:
    return sum(
        _is_fresh(scene, day(payment, "date")) and (amount(payment, "amount") or ZERO) > 0
        for payment in scene.rows["payments"].values()
    )


def _payments(scene: Scene, loose: Sequence[Record], taken: set[str]) -> Iterator[Finding]:
    """Payments of known clients with no deal to be for; several deals are asked about elsewhere."""
    stages = scene.stages.values()
    has_won = any(stage.kind is StageKind.WON for stage in stages)
    owing = _owing(scene)
    for payment in loose:
        client = scene.rows["clients"].get(payment.links.get(CLIENT, ""))
        if client is None or client.row_id in owing or text(payment, DEAL) or not has_won:
            continue
        if payment.row_id in taken:
            continue
        on, value = day(payment, "date"), amount(payment, "amount")
        words = said.payment_of_no_deal(money(value, kopecks=True), text(client, "name"), _day(on))
        owner = text(client, "owner")
        asked = Question(
            key=f"{ALONE}|{payment.row_id}",
            kind=QuestionKind.PAYMENT,
            about=words.about,
            where=f"«Оплаты», {scene.number('payments', payment.row_id)}",
            wrong=words.wrong,
            proposal=words.proposal,
            whom=owner or scene.owner,
            money=value,
            table="payments",
            row_id=payment.row_id,
            column=DEAL,
            payload={"make": "deal"},
        )
        number = scene.number("payments", payment.row_id)
        yield Finding(Gap.PAYMENT, number, on, owner, value, asked, _is_fresh(scene, on))


def _owing(scene: Scene) -> set[str]:
    """Clients with a deal that is not lost: settling links such a payment or asks which it is."""
    return {
        deal.links[CLIENT]
        for deal in scene.rows["deals"].values()
        if CLIENT in deal.links
        and (stage := scene.stage(deal)) is not None
        and stage.kind is StageKind.OPEN
    }


def _invoices(scene: Scene, loose: Sequence[Record]) -> Iterator[Finding]:
    """Deals with an invoice whose client is blank."""
    last = _invoice_stage(scene)
    for deal in scene.rows["deals"].values():
        stage = scene.stage(deal)
        if stage is None or CLIENT in deal.links or text(deal, CLIENT) or last is None:
            continue
        if stage.kind is StageKind.LOST or stage.order < last.order:
            continue
        value, number = amount(deal, "amount"), scene.number("deals", deal.row_id)
        payer = _payer(scene, loose, value)
        shown = "" if payer is None else text(payer, "name")
        of_payer = "" if payer is None else scene.number("clients", payer.row_id)
        words = said.invoice_of_nobody(number, _money(value), shown, of_payer)
        asked = _of_deal(scene, deal, words, f"invoice|{deal.row_id}")
        if payer is not None:
            payload = {"client": payer.row_id, "typed": shown}
            asked = replace(asked, kind=QuestionKind.CLIENT, column=CLIENT, payload=payload)
        on = day(deal, "invoice_on") or day(deal, "stage_on")
        yield Finding(Gap.INVOICE, number, on, text(deal, "owner"), value, asked)


def _invoice_stage(scene: Scene) -> Stage | None:
    """«Счёт выставлен», else the last open stage of a team that calls it otherwise."""
    named = scene.stages.get("счёт выставлен")
    still = [stage for stage in scene.stages.values() if stage.kind is StageKind.OPEN]
    return named or max(still, key=lambda stage: stage.order, default=None)


def _payer(scene: Scene, loose: Sequence[Record], value: Decimal | None) -> Record | None:
    """The one client whose payment without a deal is exactly of that sum."""
    clients = scene.rows["clients"]
    found = {
        p.links[CLIENT]
        for p in loose
        if value is not None and amount(p, "amount") == value and p.links.get(CLIENT) in clients
    }
    return clients[found.pop()] if len(found) == 1 else None


def _won(scene: Scene, paid: set[str], loose: Sequence[Record]) -> Iterator[Finding]:
    """Won deals for which nothing came within the days that the owner waits."""
    wait = wait_days(scene)
    for deal in scene.rows["deals"].values():
        stage, value, closed = scene.stage(deal), amount(deal, "amount"), day(deal, "closed_on")
        if stage is None or stage.kind is not StageKind.WON or deal.row_id in paid or not value:
            continue
        due = day(deal, "expected_on")
        if closed is None or (scene.asof - closed).days < wait or (due and due >= scene.asof):
            continue
        fits = [p for p in loose if amount(p, "amount") == value and _may_be(p, deal)]
        number = scene.number("deals", deal.row_id)
        shown = scene.number("payments", fits[0].row_id) if len(fits) == 1 else ""
        named = f"{number} {_client_name(scene, deal)}".strip()
        words = said.won_without_money(named, _money(value), (scene.asof - closed).days, shown)
        asked = _of_deal(scene, deal, words, f"unpaid|{deal.row_id}")
        if shown:
            asked = replace(
                asked,
                kind=QuestionKind.PAYMENT,
                table="payments",
                row_id=fits[0].row_id,
                column=DEAL,
                payload={"deal": deal.row_id},
            )
        fresh = _is_fresh(scene, closed)
        yield Finding(Gap.WON, number, closed, text(deal, "owner"), value, asked, fresh)


def _may_be(payment: Record, deal: Record) -> bool:
    """Whether a payment is of the deal's client, or of nobody known."""
    client = payment.links.get(CLIENT)
    return client is None or client == deal.links.get(CLIENT)


def wait_days(scene: Scene) -> int:
    """«Ждать оплату после закрытия, дней»."""
    typed = scene.general.get(fold(WAIT_KEY), "")
    return int(typed) if typed.isdecimal() else WAIT_DAYS


def _of_deal(scene: Scene, deal: Record, words: Words, key: str) -> Question:
    return Question(
        key=key,
        kind=QuestionKind.PROBLEM,
        about=words.about,
        where=scene.number("deals", deal.row_id),
        wrong=words.wrong,
        proposal=words.proposal,
        whom=text(deal, "owner") or scene.owner,
        money=amount(deal, "amount"),
        table="deals",
        row_id=deal.row_id,
    )


def _client_name(scene: Scene, deal: Record) -> str:
    client = scene.rows["clients"].get(deal.links.get(CLIENT, ""))
    return text(deal, CLIENT) if client is None else text(client, "name")


def _is_fresh(scene: Scene, on: date | None) -> bool:
    return on is not None and on > scene.asof - ASKED_DAYS


def _day(on: date | None) -> str:
    return "день не указан" if on is None else day_month(on)


def _money(value: Decimal | None) -> str:
    return "суммы нет" if value is None else f"{money(value)} руб."


def unknown_callers(reader: Reader, scene: Scene, clients: ClientBook) -> tuple[Finding, ...]:
    """Numbers of the last days' calls that are no client's and no lead's, most calls first.

    What each call adds to the sums says its day, so that only calls of those days are read.
    """
    window = Period(scene.asof - CALLS_DAYS, scene.asof + DAY)
    ids = {
        row_id
        for measure in TALKS
        for table, row_id, _ in reader.contributions(measure, window)
        if table == LOG
    }
    talks = {i for t, i, _ in reader.contributions(Measure.CALLS, window) if t == LOG}
    leads = _numbers_of_leads(scene)
    by_number: dict[str, list[Record]] = defaultdict(list)
    for call in reader.some(LOG, ids).values():
        number = next(iter(numbers_in(call.values.get("number"))), "")
        if number and not call.deleted and number not in leads and not clients.fits(number):
            by_number[number].append(call)
    found = [_caller(scene, number, calls, talks) for number, calls in by_number.items()]
    return tuple(sorted(found, key=lambda one: (-int(one.question.payload["calls"]), one.number)))


def is_known_caller(question: Question, scene: Scene, clients: ClientBook) -> bool:
    """Whether the number of a question became a client's or a lead's meanwhile."""
    number = question.payload.get("number", "")
    return bool(clients.fits(number)) or number in _numbers_of_leads(scene)


def _numbers_of_leads(scene: Scene) -> frozenset[str]:
    leads = scene.rows["leads"].values()
    return frozenset(number for lead in leads for number in numbers_in(lead.values.get("phone")))


def _caller(scene: Scene, number: str, calls: Sequence[Record], talks: set[str]) -> Finding:
    ordered = sorted(calls, key=lambda call: (_at(call) or datetime.min, call.row_id))  # noqa: DTZ901  # cells hold local moments without a zone
    last = ordered[-1]
    who, at = text(last, "manager"), _at(last)
    talked = sum(call.row_id in talks for call in calls)
    on = None if at is None else at.date()
    words = said.unknown_caller(pretty_phone(number), len(calls), talked, who, _day(on))
    person = scene.person(who)
    asked = Question(
        key=f"caller|{number}",
        kind=QuestionKind.CALL,
        about=words.about,
        where="Звонки",
        wrong=words.wrong,
        proposal=words.proposal,
        whom=scene.owner if person is None else person.name,
        table="leads",
        payload={
            "number": number,
            "calls": str(len(calls)),
            "person": "" if person is None else person.name,
            "at": "" if at is None else at.isoformat(timespec="minutes"),
        },
    )
    return Finding(Gap.CALL, pretty_phone(number), on, who, None, asked, fresh=talked > 0)


def _at(call: Record) -> datetime | None:
    value = call.values.get("at")
    return value if isinstance(value, datetime) else None


def counts(found: Sequence[Finding]) -> Mapping[Gap, int]:
    """How many findings there are of each kind."""
    return {gap: sum(one.gap is gap for one in found) for gap in Gap}
