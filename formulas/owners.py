"""Whose a record is: the shares of a deal and the department of a person, on the record's date."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from formulas.rounding import HUNDRED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

NOT_STATED = "(не указано)"
"""Key of everything whose owner, department, reason or other attribute is blank."""


@dataclass(frozen=True, slots=True)
class ShareSet:
    """Percent of a deal by manager, in force from a day on."""

    since: date
    parts: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class DepartmentSince:
    """The department a person belongs to from a day on."""

    since: date
    department: str


@dataclass(frozen=True, slots=True)
class Ownership:
    """Everything needed to say whose a record is; blank names are absent keys."""

    deal_manager: Mapping[str, str] = field(default_factory=dict)
    client_manager: Mapping[str, str] = field(default_factory=dict)
    shares: Mapping[str, tuple[ShareSet, ...]] = field(default_factory=dict)
    departments: Mapping[str, tuple[DepartmentSince, ...]] = field(default_factory=dict)

    def owners(
        self, day: date, deal: str | None, client: str | None = None
    ) -> tuple[tuple[str, Decimal], ...]:
        """Managers of a record and their percent on its date.

        The share set in force, else the deal's manager, else the client's, else nobody stated.
        """
        in_force = [known for known in self.shares.get(deal or "", ()) if known.since <= day]
        latest = max(in_force, key=lambda known: known.since, default=None)
        if latest is not None and any(percent > 0 for _, percent in latest.parts):
            return latest.parts
        manager = self.deal_manager.get(deal or "") or self.client_manager.get(client or "")
        return ((manager or NOT_STATED, Decimal(HUNDRED)),)

    def department(self, manager: str, day: date) -> str:
        """The manager's department on that day; later moves do not rewrite the past."""
        return department_on(self.departments.get(manager, ()), day)


def department_on(history: Iterable[DepartmentSince], day: date) -> str:
    """Department in force on the day; not stated before the first row."""
    in_force = [row for row in history if row.since <= day]
    return max(in_force, key=lambda row: row.since).department if in_force else NOT_STATED
