"""Funnel, staleness and assignment of leads (METRICS.md sections 8 and 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from formulas import assignment, deals, funnel
from formulas.adapters.reading import Reader, as_text
from formulas.metric import Answer, Measured, Metric, Rounding, Where
from formulas.rounding import ONE

if TYPE_CHECKING:
    from collections.abc import Mapping


def cohort(given: Reader) -> object:
    """`funnel.cohort`."""
    stages = [str(stage) for stage in given.each("stages")]
    known = [
        funnel.CohortDeal(row.text("max_stage"), row.word("status")) for row in given.rows("deals")
    ]
    return funnel.cohort(stages, known)


def stage_time(given: Reader) -> object:
    """`funnel.stage_time`."""
    limits = given.part("limits")
    return funnel.stage_time(
        [(row.word("stage"), row.day("entered")) for row in given.rows("history")],
        given.maybe_day("closed_on") or given.day("asof"),
        {name: limits.count(name) for name in limits.given if limits.value(name) is not None},
    )


def losses(given: Reader) -> Answer:
    """`funnel.losses`."""
    return {"rows": funnel.losses(as_text(reason) for reason in given.each("reasons"))}


def velocity(given: Reader) -> object:
    """`funnel.velocity`."""
    return funnel.velocity(
        given.maybe_count("open"),
        given.count("won"),
        given.count("lost"),
        given.numbers("won_amounts"),
        [int(days) for days in given.numbers("cycles")],
    )


def stale(given: Reader) -> object:
    """`deal.stale`."""
    return deals.stale(
        given.word("status"),
        given.day("asof"),
        expected_on=given.maybe_day("expected_on"),
        last_activity=given.maybe_day("last_activity"),
        next_task=given.maybe_day("next_task"),
        abandon_days=given.count("abandon_days", deals.ABANDON_DAYS),
    )


def assign(given: Reader) -> object:
    """`lead.assign`."""
    rules = [
        assignment.AssignRule(
            _texts(row.mapping("when")), tuple(str(one) for one in row.each("to"))
        )
        for row in given.rows("rules")
    ]
    return assignment.assign(
        given.choice(assignment.Why, "mode"),
        [_candidate(row) for row in given.rows("managers")],
        assignment.Lead(given.text("owner"), _texts(given.mapping("lead"))),
        rules,
        given.text("last"),
    )


def _candidate(row: Reader) -> assignment.Candidate:
    return assignment.Candidate(
        id=row.word("id"),
        weight=row.amount("weight", ONE),
        open=row.count("open"),
        assigned=row.count("assigned"),
        limit=row.maybe_count("limit"),
        absent=row.flag("absent"),
    )


def _texts(fields: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in fields.items()}


METRICS = (
    Metric("funnel.cohort", ("stages", "deals"), cohort, Measured.RATIO, Rounding.R4),
    Metric(
        "funnel.stage_time",
        ("history", "closed_on", "asof", "limits"),
        stage_time,
        Measured.DAYS,
        Rounding.NONE,
    ),
    Metric("funnel.losses", ("reasons",), losses, Measured.RATIO, Rounding.R4, where=Where.CELL),
    Metric(
        "funnel.velocity",
        ("open", "won", "lost", "won_amounts", "cycles"),
        velocity,
        Measured.MONEY,
        where=Where.CELL,
    ),
    Metric(
        "deal.stale",
        ("status", "expected_on", "last_activity", "next_task", "asof", "abandon_days"),
        stale,
        Measured.WORD,
        Rounding.NONE,
    ),
    Metric(
        "lead.assign",
        ("mode", "managers", "last", "owner", "rules", "lead"),
        assign,
        Measured.WORD,
        Rounding.NONE,
    ),
)
