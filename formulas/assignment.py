"""To whom a new lead goes (METRICS.md section 9, `lead.assign`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

from formulas.rounding import ONE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal


class Why(Enum):
    """What decided."""

    STICKY = "sticky"
    RULE = "rule"
    ROUND_ROBIN = "round_robin"
    WEIGHTED = "weighted"
    LOAD = "load"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A salesperson who may get the lead."""

    id: str
    weight: Decimal = ONE
    open: int = 0
    assigned: int = 0
    limit: int | None = None
    absent: bool = False

    @property
    def available(self) -> bool:
        """Present, and below the limit of open leads."""
        return not self.absent and (self.limit is None or self.open < self.limit)


@dataclass(frozen=True, slots=True)
class AssignRule:
    """Leads with these fields go to these people."""

    when: Mapping[str, str]
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lead:
    """What decides about a lead: who already owns the client, and the lead's fields."""

    owner: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who gets the lead, and why; nobody: it waits in the queue."""

    manager: str | None
    why: Why


def assign(
    mode: Why,
    people: Sequence[Candidate],
    lead: Lead,
    rules: Sequence[AssignRule] = (),
    last: str | None = None,
) -> Assignment:
    """The salesperson for a lead; mode is ROUND_ROBIN, WEIGHTED or LOAD."""
    if any(person.id == lead.owner and not person.absent for person in people):
        return Assignment(lead.owner, Why.STICKY)
    rule = next((rule for rule in rules if _applies(rule, lead)), None)
    allowed = [
        person for person in people if person.available and (rule is None or person.id in rule.to)
    ]
    if not allowed:
        return Assignment(None, Why.QUEUE)
    chosen = min(allowed, key=_order(mode, people, last))
    return Assignment(chosen.id, mode if rule is None else Why.RULE)


def _applies(rule: AssignRule, lead: Lead) -> bool:
    return all(lead.fields.get(name) == value for name, value in rule.when.items())


def _order(
    mode: Why, people: Sequence[Candidate], last: str | None
) -> Callable[[Candidate], Fraction]:
    """What the chosen one has least of; ties go by the order of the list."""
    ids = [person.id for person in people]
    after = ids.index(last) + 1 if last in ids else 0
    orders: dict[Why, Callable[[Candidate], Fraction]] = {
        Why.ROUND_ROBIN: lambda person: Fraction((ids.index(person.id) - after) % len(ids)),
        Why.WEIGHTED: lambda person: Fraction(person.assigned) / Fraction(person.weight),
        Why.LOAD: lambda person: Fraction(person.open),
    }
    return orders[mode]
