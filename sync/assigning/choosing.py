"""Whom a lead or a client goes to: pure, the same question gets the same answer.

Whoever leads the client already keeps it. Else the first rule that fits decides; where none of its
people is there, its stand-in gets it, and without one it waits in the queue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from formulas.assignment import AssignRule, Candidate, Why, assign
from formulas.assignment import Lead as Asked
from formulas.rounding import ONE
from sync.assigning.rules import Rule, meant
from sync.scene import fold

LEADS_ALREADY = "Уже ведёт клиента"
"""What stands in «Правило» where no rule was needed."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A lead or a client as rules look at it; words are folded."""

    at: datetime
    """Local moment of the question: rules may sleep then."""
    source: str = ""
    town: str = ""
    phone: str = ""
    """E.164 without the plus."""
    inn: str = ""
    product: str = ""
    wants: str = ""
    segments: frozenset[str] = frozenset()
    amount: Decimal | None = None
    language: str = ""
    owner: str = ""
    """Who leads the client already."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """A salesperson as the rules see one on that day."""

    name: str
    department: str = ""
    absent: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """What was given out so far; persons are folded."""

    open: Mapping[str, int] = field(default_factory=dict)
    """Leads or clients in work, by person."""
    given: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """How many each rule gave each person in the last weeks."""
    last: Mapping[str, str] = field(default_factory=dict)
    """Whom each rule gave the last one."""

    def after(self, choice: Choice) -> State:
        """The state once somebody got one."""
        if choice.person is None:
            return self
        who = fold(choice.person)
        load, given = Counter(self.open), Counter(self.given)
        load[who] += 1
        given[choice.rule, who] += 1
        last = {**self.last, choice.rule: choice.person}
        return State(dict(load), dict(given), last)


@dataclass(frozen=True, slots=True)
class Choice:
    """Who gets it, by which rule, and why; nobody: it waits."""

    person: str | None
    rule: str
    why: Why
    told: str = ""
    """The why in a few words."""


def choose(
    lead: Newcomer, rules: Sequence[Rule], people: Sequence[Colleague], state: State
) -> Choice:
    """The salesperson for a newcomer; `rules` are those of leads or those of the base."""
    own = next((one for one in people if lead.owner and fold(one.name) == fold(lead.owner)), None)
    if own is not None and not own.absent:
        return Choice(own.name, LEADS_ALREADY, Why.STICKY, "клиента уже ведёт")
    rule = next((rule for rule in rules if applies(rule, lead)), None)
    if rule is None:
        return Choice(None, "", Why.QUEUE, "ни одно правило не подходит")
    return _by_rule(rule, people, state)


def applies(rule: Rule, lead: Newcomer) -> bool:
    """Whether every filled condition of a rule fits."""
    if lead.at not in rule.shift:
        return False
    if rule.least is not None and (lead.amount is None or lead.amount < rule.least):
        return False
    return all(any(_fits(key, word, lead) for word in words) for key, words in rule.when.items())


def _fits(key: str, word: str, lead: Newcomer) -> bool:
    match key:
        case "source":
            return word == lead.source
        case "segment":
            return word in lead.segments
        case "language":
            return lead.language.startswith(word)
        case "product":
            return word == lead.product or (not lead.product and word in lead.wants)
        case _:
            return _in_region(word, lead)


def _in_region(word: str, lead: Newcomer) -> bool:
    """A town by name, a region by the INN's first two digits, a town or operator by phone code."""
    if not word.isdecimal():
        return word == lead.town
    if len(word) == 2:
        return lead.inn.startswith(word)
    return lead.phone.removeprefix("7").startswith(word)


def _by_rule(rule: Rule, people: Sequence[Colleague], state: State) -> Choice:
    weights = _allowed(rule, people)
    names = [one.name for one in people]
    last = state.last.get(rule.name)
    found = assign(
        rule.way,
        [
            Candidate(
                id=one.name,
                weight=weights.get(one.name, ONE),
                open=state.open.get(fold(one.name), 0),
                assigned=state.given.get((rule.name, fold(one.name)), 0),
                limit=rule.limit,
                absent=one.absent,
            )
            for one in people
        ],
        Asked(),
        (AssignRule({}, tuple(weights)),),
        next((name for name in names if last and fold(name) == fold(last)), None),
    )
    if found.manager is not None:
        return Choice(found.manager, rule.name, Why.RULE, _told(rule, found.manager, state))
    spare = meant(rule.spare, names) if rule.spare else None
    if spare is not None and not next(one.absent for one in people if one.name == spare):
        return Choice(spare, rule.name, Why.RULE, "запасной: остальных нет на месте или все заняты")
    return Choice(None, rule.name, Why.QUEUE, "некому: нет на месте или все заняты")


def _allowed(rule: Rule, people: Sequence[Colleague]) -> dict[str, Decimal]:
    """Whom a rule names, with their weights."""
    if rule.everyone:
        return {one.name: ONE for one in people}
    departments = {one.name: ONE for one in people if fold(one.department) in rule.departments}
    names = [one.name for one in people]
    named = {who: weight for name, weight in rule.names if (who := meant(name, names)) is not None}
    return {**departments, **named}


def _told(rule: Rule, who: str, state: State) -> str:
    match rule.way:
        case Why.LOAD:
            return f"в работе меньше всех: {state.open.get(fold(who), 0)}"
        case Why.WEIGHTED:
            return f"по весам: до этого {state.given.get((rule.name, fold(who)), 0)}"
        case _:
            last = state.last.get(rule.name)
            return "по очереди, первый" if last is None else f"по очереди, после: {last}"


def without(lead: Newcomer, owner: str) -> Newcomer:
    """The newcomer as if nobody led it, where `owner` does."""
    return replace(lead, owner="") if fold(lead.owner) == fold(owner) else lead
