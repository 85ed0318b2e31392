"""Сделки: six cells that a salesperson types, a live signal, the rest hidden until wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from model.blueprint import Kind, Table, Title
from templates.blueprint.kit import (
    NOT_MANAGER,
    card_keys,
    client_no,
    fed,
    grey,
    hidden_tail,
    number,
    row_id,
    typed,
)
from templates.screens.deal_columns import DEAL_COLUMNS

_LATE = "{step_on}<INT(now)"
_LATE_TODAY = "AND({step_on}<INT(now)+1,COUNT({step_at})=1,MOD(SUM({step_at}),1)<now-INT(now))"
_MONEY_LATE = "AND({expected_on}>0,{expected_on}<INT(now))"
_STUCK = "AND(COUNT({stage_norm},{stage_days})=2,{stage_days}>{stage_norm})"
_QUIET = "SUM({idle_days})>=14"
_TODAY = "{step_on}<INT(now)+1"
"""Each is asked after those before it, so an empty day was told already; a text typed for a day is
larger than any number (in Excel, LibreOffice and Google), so it is never late. Short conditions
matter: five thousand rows carry them, and opening a book costs as much as they are long.
"""


@dataclass(frozen=True, slots=True)
class SignalRule:
    """What a deal's signal says when a condition holds; `kind` of the stage, empty for any."""

    kind: str
    condition: str
    words: str
    colour: int

    @property
    def whole(self) -> str:
        """The condition with the kind of the stage; one of a kind alone needs no other."""
        kind = f'{{stage_kind}}="{self.kind}"'
        if not self.kind:
            return self.condition
        return f"AND({kind},{self.condition})" if self.condition != ALWAYS else kind


ALWAYS = "TRUE"
SIGNAL_RULES = (
    SignalRule("lost", '{lost_reason}=""', '"Выберите причину отказа"', 1),
    SignalRule("lost", ALWAYS, '""', 0),
    SignalRule("open", '{next_step}=""', '"Нет следующего шага"', 1),
    SignalRule("open", '{step_on}=""', '"Впишите, когда"', 1),
    SignalRule("", "{remark_code}=1", '{remark}&""', 1),
    SignalRule("open", _LATE, '"Просрочено на "&(INT(now)-INT({step_on}))&" дн."', 2),
    SignalRule("open", _LATE_TODAY, '"Просрочено сегодня"', 2),
    SignalRule("open", _MONEY_LATE, '"Дата оплаты прошла"', 2),
    SignalRule("", "{remark_code}=2", '{remark}&""', 2),
    SignalRule("open", _STUCK, '{stage_days}&" дн. на этапе, норма "&{stage_norm}', 2),
    SignalRule("open", _QUIET, '{idle_days}&" дн. без касания"', 2),
    SignalRule("open", _TODAY, '"Сегодня"', 3),
    SignalRule("", "{remark_code}=3", '{remark}&""', 3),
)
"""First match wins (UX section 5)."""


def _colours() -> str:
    """The colour of the first rule that holds: each kind of stage asks its own rules only."""
    lost, still_open, won = (
        _chain([(r.condition, str(r.colour)) for r in _rules(kind)], "0")
        for kind in ("lost", "open", "won")
    )
    by_kind = f'IF({{stage_kind}}="lost",{lost},IF({{stage_kind}}="open",{still_open},{won}))'
    return f'=IF({{client_id}}="","",{by_kind})'


def _words() -> str:
    """The words of the first rule that holds: among the rules of the colour that stands already."""
    formula = '""'
    for colour in (3, 2, 1):
        formula = f"IF({{code}}={colour},{_words_of(colour)},{formula})"
    return f'=IF({{client_id}}="","",{formula})'


def _words_of(colour: int) -> str:
    """The words of a colour: the last rule of a kind needs no condition, as the colour stands."""
    lost, still_open, won = (
        [(r.condition, r.words) for r in _rules(kind) if r.colour == colour]
        for kind in ("lost", "open", "won")
    )
    other = won[-1][1]
    if lost:
        other = f'IF({{stage_kind}}="lost",{_chain(lost[:-1], lost[-1][1])},{other})'
    return f'IF({{stage_kind}}="open",{_chain(still_open[:-1], still_open[-1][1])},{other})'


def _rules(kind: str) -> list[SignalRule]:
    """The rules that a deal of that kind of stage is asked, none past one that always holds."""
    rules = [rule for rule in SIGNAL_RULES if rule.kind in {kind, ""}]
    last = next((n for n, rule in enumerate(rules) if rule.condition == ALWAYS), len(rules))
    return rules[: last + 1]


def _chain(rules: Sequence[tuple[str, str]], otherwise: str) -> str:
    """The result of the first condition that holds."""
    formula = otherwise
    for condition, result in reversed(rules):
        formula = result if condition == ALWAYS else f"IF({condition},{result},{formula})"
    return formula


_OUTCOME = "INDEX(stages_outcome,MATCH({stage},stages_name,0))"
_STAGE_KIND = (
    f'=IF({{stage}}="","open",IFERROR(IF({_OUTCOME}="успешно","won",'
    f'IF({_OUTCOME}="отказ","lost","open")),"open"))'
)
"""open, won or lost, by the words of «Чем кончается»."""
_STAGE_PROB = '=IF({stage}="",0,IFERROR(SUM(INDEX(stages_prob,MATCH({stage},stages_name,0))),0))'

DEALS = Table(
    key="deals",
    title=Title("Сделки", "Deals"),
    prefix="С",
    scope="owner",
    groups=(("stage", "amount", "expected_on"),),
    columns=(
        number(),
        row_id(),
        typed(
            "client_id", "Клиент", "Client", Kind.REF, 26, ref="clients", likeness=True, entry=True
        ),
        typed("owner", "Менеджер", "Manager", Kind.CHOICE, 18, choices="people", roles=NOT_MANAGER),
        grey("signal", "Сигнал", "Signal", width=26, live=_words()),
        typed("stage", "Этап", "Stage", Kind.CHOICE, 17, choices="stages", entry=True),
        typed("amount", "Сумма, руб.", "Amount", Kind.MONEY, 16, likeness=True, entry=True),
        typed("next_step", "Следующий шаг", "Next step", width=25, entry=True),
        typed("step_on", "Когда", "When", Kind.DATE, 9, format="dd.mm", entry=True),
        typed("step_at", "Время", "Time", Kind.TIME, 9),
        typed("expected_on", "Ждём оплату", "Expected", Kind.DATE, 16, entry=True),
        grey("paid", "Оплачено", "Paid", Kind.MONEY, 13),
        typed("note", "Комментарий", "Note", width=22),
        typed("lost_reason", "Причина отказа", "Lost reason", Kind.CHOICE, 19, choices="reasons"),
        typed("title", "Название", "Title", hidden=True, likeness=True),
        typed("product", "Товар", "Product", hidden=True),
        typed("qty", "Кол-во", "Quantity", Kind.NUMBER, hidden=True),
        typed("unit", "Ед.", "Unit", Kind.CHOICE, hidden=True, choices="units", closed=False),
        typed("market", "Рынок", "Market", hidden=True),
        typed(
            "channel",
            "Источник",
            "Source",
            Kind.CHOICE,
            hidden=True,
            choices="sources",
            closed=False,
        ),
        fed("prob", "Вероятность", "Probability", Kind.PERCENT, hidden=True),
        typed("cost", "Себестоимость", "Cost", Kind.MONEY, hidden=True),
        typed("rival", "Конкурент", "Rival", hidden=True),
        typed("second", "Второй менеджер", "Second manager", hidden=True),
        typed("split", "Доля второго", "Split", Kind.PERCENT, hidden=True),
        typed("fulfil", "Исполнение", "Fulfilment", hidden=True),
        fed("closed_on", "Дата закрытия", "Closed on", Kind.DATE, hidden=True),
        fed("created_on", "Создана", "Created", Kind.DATE, hidden=True),
        fed(
            "number",
            "Номер в другой системе",
            "External number",
            Kind.CODE,
            hidden=True,
            strong=True,
        ),
        client_no(),
        grey("stage_days", "Дней на этапе", "Days in stage", Kind.COUNT, hidden=True),
        grey("stage_norm", "Норма этапа", "Stage norm", Kind.COUNT, hidden=True),
        grey("idle_days", "Дней без касания", "Idle days", Kind.COUNT, hidden=True),
        grey("cycle_days", "Дней до закрытия", "Cycle", Kind.COUNT, hidden=True),
        grey("margin", "Маржа", "Margin", Kind.MONEY, hidden=True),
        grey("debt", "Долг", "Debt", Kind.MONEY, hidden=True),
        grey("fill_pct", "Заполнено", "Filled", Kind.PERCENT, hidden=True),
        grey("missing", "Чего нет", "Missing", hidden=True),
        *hidden_tail(),
        grey("stage_kind", "Вид этапа", "Stage kind", hidden=True, live=_STAGE_KIND),
        grey(
            "stage_prob",
            "Вероятность этапа",
            "Stage probability",
            Kind.NUMBER,
            hidden=True,
            live=_STAGE_PROB,
        ),
        grey("code", "Цвет", "Colour", Kind.COUNT, hidden=True, live=_colours()),
        *DEAL_COLUMNS,
        *card_keys(),
    ),
)
