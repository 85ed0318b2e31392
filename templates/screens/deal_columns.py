"""Hidden live columns of «Сделки» that the scenarios and the list of today read.

They answer while the book is open: a typed step enters the forecast in the same second
(METRICS 4 and 6.15). Names read: `asof` and `now` of the service sheet, `fig_to` (last day of the
month) of the figures sheet, `stages_name`, `stages_probability` and `stages_outcome`.
`COUNT(cell)=1` stands for «holds a number or a date», since a person may have typed words.
"""

from __future__ import annotations

from model.blueprint import Column, Kind, Owner, Title

OPEN, WON, LOST = "", "успешно", "отказ"
"""What `stages_outcome` holds for a stage."""

_OUTCOME = 'IFERROR(INDEX(stages_outcome,MATCH({stage},stages_name,0))&"","")'
_STAGE_SHARE = "IFERROR(INDEX(stages_probability,MATCH({stage},stages_name,0))/100,0)"
_EXPECTED = (
    "COUNT({rest})=1,COUNT({expected_on})=1,SUM({expected_on})>=asof,SUM({expected_on})<=fig_to"
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
        f'=IF({_OUTCOME}="успешно",1,IF({_OUTCOME}="отказ",0,'
        f"IF(COUNT({{probability}})=1,{{probability}}/100,{_STAGE_SHARE})))"
    ),
)
"""Own probability, else the stage's, as a fraction; a won deal is certain."""

COUNTS = Column(
    key="counts",
    title=Title("Входит в прогноз", "Enters the forecast"),
    owner=Owner.COMPUTED,
    kind=Kind.COUNT,
    hidden=True,
    live=(
        f'=IF({{stage}}="","",IF(AND({_EXPECTED}),IF({{rest}}>0,'
        f'IF({_OUTCOME}="отказ",0,IF(OR({_OUTCOME}="успешно",COUNT({{step_on}})=1),1,0)),0),0))'
    ),
)
"""1 when the rest is expected from today to the end of the month and a dated step stands."""

DUE_KEY = Column(
    key="due_key",
    title=Title("Срок шага", "Step due"),
    owner=Owner.COMPUTED,
    kind=Kind.NUMBER,
    hidden=True,
    live=(
        '=IF(OR({step}="",COUNT({step_on})=0),"",'
        f'IF(OR({_OUTCOME}<>"",{{step_on}}>INT(now)),"",'
        "INT({step_on})+IF(COUNT({step_time})=1,MOD({step_time},1),0.99)+{row}/100000000))"
    ),
)
"""Sorts the steps of today and before: day, hour (none: end of the day), then row."""

DEAL_COLUMNS = (REST, PROB_EFF, COUNTS, DUE_KEY)
