"""The figures of one department, for a head beside the owner: as the owner's, of fewer rows.

Everything is counted over a scene that holds that department's people, rows and plans only, so that
no name and no sum of anybody else can come into the head's book.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from formulas.rounding import ZERO
from model.blueprint import Role
from model.figures import Measure, PersonFigures, Span, TeamFigures
from model.records import BookState, Question, Record
from model.rights import Reach
from sync.figures.month import Month
from sync.figures.plans import Planner, quotas
from sync.figures.standing import KnownFigures, standing_of
from sync.figures.team import team_figures
from sync.rights import Access, access_of, is_asked
from sync.scene import Scene, fold, text


def departments(
    month: Month,
    people: Sequence[PersonFigures],
    questions: Sequence[Question],
    states: Sequence[BookState],
) -> dict[str, TeamFigures]:
    """By folded name of each head who has a book, the figures of the head's people."""
    scene = month.scene
    out: dict[str, TeamFigures] = {}
    for state in states:
        if state.role == Role.HEAD.value:
            access = access_of(month.reader, scene.blueprint, state, scene.owner)
            mine = [q for q in questions if is_asked(access, q.whom)]
            out[access.who.name] = without_pay(_figures(month, people, mine, access), access)
    return out


def _figures(
    month: Month, people: Sequence[PersonFigures], questions: Sequence[Question], access: Access
) -> TeamFigures:
    names = _names(access)
    part = _part_of(month, access)
    figures = team_figures(part, [p for p in people if fold(p.name) in names], questions, ())
    cards = month.quality()
    shown = {p.name: cards.of(p.name) for p in people if fold(p.name) in names}
    return replace(figures, quality={n: score for n, score in shown.items() if score is not None})


def _names(access: Access) -> frozenset[str]:
    """The people of the department; a head's own pay stands in no book of the head."""
    return access.who.department - {access.who.name}


def _part_of(month: Month, access: Access) -> Month:
    """The month as it would be had the team nobody else."""
    scene = _scene_of(month, access)
    known = KnownFigures()
    old: Planner = month.planner
    plans = quotas(scene, month.calendar)
    names = access.who.department
    planner = replace(old, scene=scene, quotas=plans, known=known, only=names)
    slips = {key: slip for key, slip in month.book.slips.items() if key[0] in _names(access)}
    measures: tuple[Measure, ...] = tuple(month.lines)
    return replace(
        month,
        scene=scene,
        planner=planner,
        lines={measure: planner.lines(Span.MONTH, measure) for measure in measures},
        standing=standing_of(scene, known),
        overdue=tuple(one for one in month.overdue if one[0].row_id in scene.rows["deals"]),
        book=replace(month.book, slips=slips),
    )


def _scene_of(month: Month, access: Access) -> Scene:
    """The scene with the department's rows."""
    whole = month.scene
    rows: dict[str, Mapping[str, Record]] = {}
    for key, found in whole.rows.items():
        table = whole.blueprint.tables.get(key)
        if key == "payments":
            rows[key] = _payments(found, whole, access)
        elif table is None or access.whose(table) is None:
            rows[key] = found
        else:
            rows[key] = {i: r for i, r in found.items() if access.sees(table, r.values)}
    people = tuple(p for p in whole.people if fold(p.name) in _names(access))
    return replace(whole, rows=rows, people=people, as_typed={})


def _payments(found: Mapping[str, Record], scene: Scene, access: Access) -> dict[str, Record]:
    """Payments of the department's deals and clients; nobody's where the head leads all."""
    deals, clients, names = scene.rows["deals"], scene.rows["clients"], access.who.department

    def owner(payment: Record) -> str:
        row = deals.get(payment.links.get("deal_id", "")) or clients.get(
            payment.links.get("client_id", "")
        )
        return "" if row is None else fold(text(row, "owner"))

    return {row_id: payment for row_id, payment in found.items() if owner(payment) in names}


def without_pay(figures: TeamFigures, access: Access) -> TeamFigures:
    """The figures as «Доступ» lets the payroll be seen."""
    if access.rights.of("payroll").rows is not Reach.NONE:
        return figures
    shown = figures.payroll_month
    empty = None if shown is None else replace(shown, rows=(), approved={}, state="")
    return replace(
        figures,
        payroll=(),
        pay_forecast={},
        heads=(),
        approved="",
        payroll_month=empty,
        money=replace(figures.money, fund=ZERO, fund_share=None),
    )
