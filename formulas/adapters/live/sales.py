"""Deals, losses, the speed of the funnel and channels in cells (METRICS.md 8 and 10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from formulas import deals, funnel
from formulas.adapters.deals import velocity
from formulas.adapters.live.kit import lacks, one_of, r2, r4, unless, value
from formulas.adapters.people import economy
from formulas.adapters.reading import as_text
from formulas.lights import Light
from formulas.metric import Measured, Metric, Rounding, Where
from formulas.owners import NOT_STATED
from formulas.rounding import ratio

if TYPE_CHECKING:
    from formulas.adapters.reading import Reader

SPEED = ("open", "won", "lost", "won_amounts", "cycles")
_RATE = "SUM({won})/SUM({won},{lost})"
_CHECK = "SUM({won_amounts})/COUNT({won_amounts})"
_CYCLE = "IF(MEDIAN({cycles})=0,1,MEDIAN({cycles}))"
_NO_RATE, _NO_CHECK = "SUM({won},{lost})<=0", "COUNT({won_amounts})=0"
_SAME = '({reasons}={reason})*({deals}<>"")'
_ALL = '({deals}<>"")*1'


def _light(given: Reader) -> Light:
    """`deal.light`, from tasks or from the earliest open step `due`."""
    tasks = [deals.Task(row.due("due"), row.flag("done")) for row in given.rows("tasks")]
    if given.has("due"):
        tasks.append(deals.Task(given.due("due")))
    return deals.deal_light(given.word("status"), tasks, given.moment("now"))


def _loss(given: Reader) -> funnel.Loss:
    pairs = zip(given.each("reasons"), given.each("deals"), strict=True)
    known = funnel.losses(as_text(reason) for reason, deal in pairs if deal)
    name = given.word("reason") or NOT_STATED
    whole = sum(loss.n for loss in known.values())
    return known.get(name) or funnel.Loss(0, ratio(0, whole))


def _econ(name: str, part: str, whole: str, *, share: bool = False) -> Metric:
    """A cost or a share of a channel: one sum by another."""
    shown = r4 if share else r2
    formula = shown(f"{{{part}}}/{{{whole}}}")
    cell = unless(lacks(part, whole), f'IF({{{whole}}}<=0,"",{formula})')
    unit = Measured.RATIO if share else Measured.MONEY
    rounding = Rounding.R4 if share else Rounding.R2
    return Metric(
        f"channel.econ.{name}", (part, whole), one_of(economy, name), unit, rounding, cell=cell
    )


METRICS = (
    Metric(
        "deal.light",
        ("status", "due", "now"),
        lambda given: {"light": _light(given)},
        Measured.WORD,
        Rounding.NONE,
        cell=(
            '=IF({status}<>"open","none",IF({due}="","red",'
            'IF(IF(INT({due})={due},{due}<INT({now}),{due}<{now}),"yellow","green")))'
        ),
        where=Where.CELL,
    ),
    Metric(
        "funnel.losses.rows.n",
        ("reason", "reasons", "deals"),
        value(lambda given: _loss(given).n),
        Measured.COUNT,
        Rounding.NONE,
        cell=f"=SUMPRODUCT({_SAME})",
    ),
    Metric(
        "funnel.losses.rows.share",
        ("reason", "reasons", "deals"),
        value(lambda given: _loss(given).share),
        Measured.RATIO,
        Rounding.R4,
        cell=unless(f"SUMPRODUCT({_ALL})=0", r4(f"SUMPRODUCT({_SAME})/SUMPRODUCT({_ALL})")),
    ),
    Metric(
        "funnel.velocity.win_rate",
        ("won", "lost"),
        one_of(velocity, "win_rate"),
        Measured.RATIO,
        Rounding.R4,
        cell=unless(_NO_RATE, r4(_RATE)),
    ),
    Metric(
        "funnel.velocity.avg_check",
        ("won_amounts",),
        one_of(velocity, "avg_check"),
        Measured.MONEY,
        cell=unless(_NO_CHECK, r2(_CHECK)),
    ),
    Metric(
        "funnel.velocity.cycle",
        ("cycles",),
        one_of(velocity, "cycle"),
        Measured.DAYS,
        cell=unless("COUNT({cycles})=0", r2("MEDIAN({cycles})")),
    ),
    Metric(
        "funnel.velocity.velocity",
        SPEED,
        one_of(velocity, "velocity"),
        Measured.MONEY,
        cell=unless(
            f"OR({lacks('open')},{_NO_RATE},{_NO_CHECK},COUNT({{cycles}})=0)",
            r2(f"{{open}}*{_RATE}*{_CHECK}/{_CYCLE}"),
        ),
    ),
    _econ("cpc", "cost", "clicks"),
    _econ("cpl", "cost", "leads"),
    _econ("cpd", "cost", "deals"),
    _econ("cac", "cost", "new_clients"),
    _econ("avg_check", "revenue", "deals"),
    _econ("lead_to_deal", "deals", "leads", share=True),
    Metric(
        "channel.econ.romi",
        ("margin", "cost"),
        one_of(economy, "romi"),
        Measured.PERCENT,
        cell=unless(
            lacks("margin", "cost"), f'IF({{cost}}<=0,"",{r2("100*({margin}-{cost})/{cost}")})'
        ),
    ),
    Metric(
        "channel.econ.cost_share",
        ("cost", "revenue"),
        one_of(economy, "cost_share"),
        Measured.PERCENT,
        cell=unless(
            lacks("cost", "revenue"), f'IF({{revenue}}<=0,"",{r2("100*{cost}/{revenue}")})'
        ),
    ),
    Metric(
        "channel.econ.payback_months",
        ("cost", "new_clients", "client_month_margin"),
        one_of(economy, "payback_months"),
        Measured.MONTHS,
        cell=unless(
            lacks("cost", "new_clients", "client_month_margin"),
            'IF(OR({new_clients}<=0,{client_month_margin}<=0),"",'
            f"{r2('{cost}/{new_clients}/{client_month_margin}')})",
        ),
    ),
)
