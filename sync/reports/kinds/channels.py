"""«Каналы»: where leads, deals, clients and money come from."""

from __future__ import annotations

from decimal import Decimal

from formulas.channels import ChannelEconomy, ChannelSums, economy
from formulas.owners import NOT_STATED
from formulas.rounding import pct
from model.figures import Cut, Measure
from sync.reports import words
from sync.reports.facts import Facts
from sync.reports.sheet import Card, Cell, Chart, Form, Line, Shape, Sheet, Table

HUNDRED = Decimal(100)
COSTS = "Расходы - с листа «Расходы», по каналу; цена заявки и клиента - расход на их число."
NO_COSTS = "Расходы на рекламу не ведутся: цена заявки, цена клиента и окупаемость не считаются."


def channels(facts: Facts) -> Sheet:
    """Each channel with what it brought in the days."""
    table = _table(facts)
    leads, unknown = facts.total(Measure.LEADS), facts.by_key(Cut.CHANNEL, Measure.LEADS)
    lost = unknown.get(NOT_STATED, Decimal(0))
    best = _best(facts)
    return Sheet(
        kind="channels",
        title="Каналы",
        days=facts.chosen.title,
        cards=(
            Card("Заявок", Cell(leads, Form.COUNT, facts.cite(Measure.LEADS))),
            Card(
                "Заявок без источника",
                Cell(
                    pct(lost, leads),
                    Form.PERCENT,
                    facts.cite(Measure.LEADS, cut=Cut.CHANNEL, keys=(NOT_STATED,)),
                ),
            ),
            Card(
                words.measure_title(facts.money),
                Cell(facts.total(facts.money), Form.MONEY, facts.cite(facts.money)),
                best,
            ),
            Card(
                "Новых клиентов",
                Cell(facts.total(Measure.NEW_CLIENTS), Form.COUNT, facts.cite(Measure.NEW_CLIENTS)),
            ),
        ),
        tables=(table,),
        notes=(
            "Канал сделки - её «Источник»; оплаты и новые клиенты идут по каналу сделки.",
            COSTS if facts.total(Measure.AD_COST) else NO_COSTS,
        ),
    )


ECONOMY = ("Расход, руб.", "Цена заявки, руб.", "Цена клиента, руб.", "Окупаемость, %")


def _best(facts: Facts) -> str:
    sums = {k: v for k, v in facts.by_key(Cut.CHANNEL, facts.money).items() if k != NOT_STATED}
    if not sums or max(sums.values()) <= 0:
        return ""
    return f"больше всего: {max(sums, key=lambda key: (sums[key], key))}"


def _table(facts: Facts) -> Table:
    measures = (
        Measure.LEADS,
        Measure.DEALS,
        Measure.NEW_CLIENTS,
        facts.money,
        Measure.WON,
        Measure.MARGIN,
        Measure.AD_COST,
    )
    spent = bool(facts.total(Measure.AD_COST))
    sums = {measure: facts.by_key(Cut.CHANNEL, measure) for measure in measures}
    keys = {key for measure in measures for key in sums[measure]}
    order = sorted(
        keys, key=lambda key: (key == NOT_STATED, -sums[facts.money].get(key, Decimal(0)), key)
    )
    lines = [
        _line(facts, key, {m: sums[m].get(key, Decimal(0)) for m in measures}, spent=spent)
        for key in order
    ]
    whole = {m: facts.total(m) for m in measures}
    if len(lines) > 1:
        lines.append(_line(facts, None, whole, spent=spent))
    return Table(
        title="Каналы",
        titles=(
            "Канал",
            "Заявок",
            "Выиграно сделок",
            "Новых клиентов",
            f"{words.TITLES[facts.money]}, руб.",
            "Доля",
            "Средний чек, руб.",
            "Маржа, руб.",
            *(ECONOMY if spent else ()),
        ),
        lines=tuple(lines),
        chart=Chart(words.measure_title(facts.money), Shape.BARS, (3,)),
    )


def _line(facts: Facts, key: str | None, sums: dict[Measure, Decimal], *, spent: bool) -> Line:
    """A channel, or everything together; the average is of won deals."""
    brought = economy(
        ChannelSums(
            cost=sums[Measure.AD_COST] if spent else None,
            leads=sums[Measure.LEADS],
            deals=sums[Measure.DEALS],
            new_clients=sums[Measure.NEW_CLIENTS],
            revenue=sums[Measure.WON],
            margin=sums[Measure.MARGIN] or None,
        )
    )

    def cell(measure: Measure, form: Form) -> Cell:
        keys = () if key is None else (key,)
        cut = None if key is None else Cut.CHANNEL
        return Cell(sums[measure], form, facts.cite(measure, cut=cut, keys=keys))

    share = pct(sums[facts.money], facts.total(facts.money))
    return Line(
        "Всего" if key is None else key,
        (
            cell(Measure.LEADS, Form.COUNT),
            cell(Measure.DEALS, Form.COUNT),
            cell(Measure.NEW_CLIENTS, Form.COUNT),
            cell(facts.money, Form.MONEY),
            Cell(share, Form.PERCENT),
            Cell(brought.avg_check, Form.MONEY),
            cell(Measure.MARGIN, Form.MONEY) if sums[Measure.MARGIN] else Cell(None, Form.MONEY),
            *(_economy(brought, cell(Measure.AD_COST, Form.MONEY)) if spent else ()),
        ),
        total=key is None,
    )


def _economy(brought: ChannelEconomy, cost: Cell) -> tuple[Cell, ...]:
    """What a lead and a client cost, and what came back of the money."""
    return (
        cost,
        Cell(brought.cpl, Form.MONEY),
        Cell(brought.cac, Form.MONEY),
        Cell(brought.romi, Form.PERCENT),
    )
