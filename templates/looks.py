"""How each table's sheet behaves, as data: what is frozen, coloured, due, over, said above it.

A table without an entry gets the usual look, so a new table needs a line here only for its own.
Conditions are written over `{field}` of the same row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from model.blueprint import NUMBER_FIELD, Column
from templates import strips

SIGNAL_FIELD = "signal"


@dataclass(frozen=True, slots=True)
class Look:
    """`frozen` and `coloured` name the last field of the frozen and of the coloured part."""

    strip: str = ""
    """Text or formula above the headings."""
    stamp_at: str = ""
    """The field above which «Обновлено …» begins."""
    frozen: str = NUMBER_FIELD
    coloured: str = ""
    due: tuple[tuple[str, str], ...] = ()
    """(field, condition): where the cell turns yellow, «впишите сюда»."""
    over: str = ""
    """Condition of rows that are over and fade."""
    strong: str = ""
    """Condition of rows in bold on grey."""
    row_height: float = 19.0


_TYPED = '{client_id}<>""'
LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "deals": Look(
            strips.DEALS,
            "expected_on",
            frozen=SIGNAL_FIELD,
            coloured=SIGNAL_FIELD,
            due=(
                ("stage", f'AND({_TYPED},{{stage}}="")'),
                ("amount", f'AND({_TYPED},{{stage_prob}}>=40,{{amount}}="")'),
                ("next_step", f'AND({_TYPED},{{stage_kind}}="open",{{next_step}}="")'),
                ("step_on", f'AND({_TYPED},{{stage_kind}}="open",{{step_on}}="")'),
                (
                    "expected_on",
                    f'AND({_TYPED},{{stage_kind}}="open",{{stage_prob}}>=90,{{expected_on}}="")',
                ),
                ("lost_reason", f'AND({_TYPED},{{stage_kind}}="lost",{{lost_reason}}="")'),
            ),
            over=f'AND({_TYPED},{{stage_kind}}<>"open",{{code}}=0)',
        ),
        "clients": Look(
            strips.CLIENTS,
            "inn",
            frozen=SIGNAL_FIELD,
            coloured=SIGNAL_FIELD,
            due=(("phone", 'AND({name}<>"",{phone}="")'),),
        ),
        "leads": Look(
            strips.LEADS,
            "source",
            coloured=SIGNAL_FIELD,
            due=(("first_reply", "{code}=1"),),
            over='OR({state}="Брак",{state}="Стала сделкой")',
        ),
        "questions": Look(
            strips.QUESTIONS,
            "answer",
            frozen="about",
            coloured="about",
            due=(("answer", 'AND(OR({code}=1,{code}=2),{answer}="")'),),
            over='AND({about}<>"",{code}=0)',
            row_height=36.0,
        ),
        "payments": Look(strips.PAYMENTS, "purpose", coloured="state"),
        "plans": Look(strips.PLANS, "last_year", frozen="metric", strong="{mark}>=100"),
        "routing": Look(strips.ROUTING, "hours", frozen="name"),
        "access": Look(
            strips.ACCESS,
            "checked",
            frozen="sheet",
            due=(("checked", 'LEFT({checked},2)="Не"'),),
        ),
        "card_fields": Look(strips.CARD_FIELDS, "filled", frozen="field"),
        "norms": Look(stamp_at="since", frozen="metric", coloured="metric"),
        "calls": Look(strips.CALLS, "manager"),
        "tasks": Look(strips.TASKS, "assignee"),
        "costs": Look(strips.COSTS, "impressions", frozen="campaign"),
        "journal": Look(strips.JOURNAL, "before", frozen="at"),
    }
)


def look_of(table: str, columns: tuple[Column, ...]) -> Look:
    """The look of a table; the stamp of one without its own stands above its sixth column."""
    known = LOOKS.get(table)
    if known is not None:
        return known
    visible = [c.key for c in columns if not c.hidden]
    return Look(stamp_at=visible[min(5, len(visible) - 1)], frozen=visible[0])
