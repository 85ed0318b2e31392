"""Hidden live columns of «Сделки» that the scenarios and the list of today read.

They answer while the book is open: a typed step enters the forecast in the same second
(METRICS 4 and 6.15). Names read: `asof` of the service sheet. `{stage_kind}` is open, won or lost.
`COUNT(cell)=1` stands for «holds a number or a date», since a person may have typed words.
"""

from __future__ import annotations

from model.blueprint import Column, Kind, Owner, Role, Title

NO_STEP = 9_999_999
"""Due key of an open deal without a step or its day, past every day of a calendar."""
NO_DAY = NO_STEP - 1
"""Due key of an open deal whose day is words that are not understood yet."""
_EXPECTED = (
    "COUNT({rest},{expected_on})=2,{expected_on}>=asof,{expected_on}<=EOMONTH(asof,0),"
    '{stage_kind}<>"lost",OR({stage_kind}="won",COUNT({step_on})=1)'
)

REST = Column(
    key="rest",
    title=Title("Осталось оплатить", "Left to pay"),
    owner=Owner.COMPUTED,
    kind=Kind.MONEY,
    hidden=True,
    live='=IF(COUNT({amount})=0,"",ROUND(MAX({amount}-SUM({paid}),0),2))',
)
"""Amount less payments; empty without an amount, since blank is not zero."""

PROB_EFF = Column(
    key="prob_eff",
    title=Title("Вероятность в расчёте", "Probability used"),
    owner=Owner.COMPUTED,
    kind=Kind.NUMBER,
    hidden=True,
    live=(
        '=IF({stage_kind}="won",1,IF({stage_kind}="lost",0,'
        "IF(COUNT({prob})=1,{prob},{stage_prob})/100))"
    ),
)
"""Own probability, else the stage's, as a fraction; a won deal is certain."""

COUNTS = Column(
    key="counts",
    title=Title("Входит в прогноз", "Enters the forecast"),
    owner=Owner.COMPUTED,
    kind=Kind.COUNT,
    hidden=True,
    roles=frozenset({Role.MANAGER}),
    live=f'=IF({{stage}}="","",IF(AND({_EXPECTED}),IF({{rest}}>0,1,0),0))',
)
"""1 when the rest is expected from today to the end of the month and a dated step stands.

The month is that of a salesperson's forecast; the owner's book has none.
"""

DUE_KEY = Column(
    key="due_key",
    title=Title("Срок шага", "Step due"),
    owner=Owner.COMPUTED,
    kind=Kind.NUMBER,
    hidden=True,
    live=(
        '=IF(OR({client_id}="",{stage_kind}<>"open"),"",'
        f'IF(OR({{next_step}}="",{{step_on}}=""),{NO_STEP},IF(COUNT({{step_on}})=0,{NO_DAY},'
        "INT({step_on})+IF(COUNT({step_at})=1,MOD({step_at},1),0.99)+ROW()/100000000)))"
    ),
)
"""Sorts the steps of open deals: day, hour (none: end of the day), then row; a number for each.

It does not read the clock: whoever reads the keys takes those before tomorrow. So the strip
counts open deals, those without a step and those that are due over this one column of numbers.
"""

DEAL_COLUMNS = (REST, PROB_EFF, COUNTS, DUE_KEY)
