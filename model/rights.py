"""What each role may see and do, table by table: whose rows, which columns, whether it may edit.

A *table* here is the key of a table of rows or of a sheet of figures («Зарплата», «Сводка»).
`DEFAULTS` holds until the owner writes something else on «Доступ»; the owner's own rights are
fixed, so that nobody can lock the owner out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from model.blueprint import ID_FIELD, NUMBER_FIELD, Role

ALWAYS = frozenset({NUMBER_FIELD, ID_FIELD})
"""What a row is known by stands in every book that has the row."""


class Reach(Enum):
    """Whose rows of a table a role sees; the values are the words of «Доступ»."""

    ALL = "все"
    DEPARTMENT = "отдел"
    OWN = "свои"
    NONE = "нет"


@dataclass(frozen=True, slots=True)
class TableRights:
    """What a role may do with one table."""

    rows: Reach
    only: frozenset[str] = frozenset()
    """The fields that are shown, where they are few; empty: all but `hidden`."""
    hidden: frozenset[str] = frozenset()
    masked: frozenset[str] = frozenset()
    """Fields of which only so much is shown that a person is recognised by who knows them."""
    edit: bool = False
    export: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether every field of a row is shown as it is."""
        return not (self.only or self.hidden or self.masked)

    def shows(self, field_: str) -> bool:
        """Whether a field is shown at all."""
        if field_ in ALWAYS:
            return True
        return field_ not in self.hidden and (not self.only or field_ in self.only)


class Way(Enum):
    """How rows come before a person's eyes; the values are the words of `access`."""

    BOOK = "книга"
    CARD = "карточка"
    REPORT = "отчёт"
    DIGEST = "сводка на почту"
    EXPORT = "выгрузка"
    HTML = "страница html"
    BACKUP = "копии"


EVERYTHING = TableRights(Reach.ALL, edit=True, export=True)
NOTHING = TableRights(Reach.NONE)


@dataclass(frozen=True, slots=True)
class Rights:
    """What a role may do, by table; a table that is not named is closed to all but the owner."""

    role: Role
    tables: Mapping[str, TableRights] = field(default_factory=dict)

    def of(self, table: str) -> TableRights:
        """The rights on one table."""
        if self.role is Role.OWNER:
            return EVERYTHING
        return self.tables.get(table, NOTHING)


LISTS = ("stages", "reasons", "sources", "industries", "units")
SALES = ("deals", "clients", "leads", "tasks", "contacts", "calls", "letters", "documents")
TRADE = (*SALES, "complaints")
"""Tables whose rows belong to a salesperson."""
FIGURES = ("dashboard", "plan_fact", "rating", "payroll")
SETTINGS = ("general", "staff", "pay_rules", "absences", "sheets")
RULES = ("calendar", "rates", "routing", "card_fields")
CONTACTS = frozenset({"phone", "email"})
CLIENT_SHOWN = frozenset({"name", "inn"})
"""What an accountant sees of a client."""
_READ_ALL = TableRights(Reach.ALL)
_READ_DEPARTMENT = TableRights(Reach.DEPARTMENT)
_QUESTIONS = TableRights(Reach.OWN, edit=True)


def _head() -> dict[str, TableRights]:
    """The department's rows; settings to read; no «Доступ», no pay of the owner."""
    work = TableRights(Reach.DEPARTMENT, edit=True, export=True)
    return {
        **dict.fromkeys(TRADE, work),
        **dict.fromkeys(("payments", "plans", "norms", "absences"), work),
        **dict.fromkeys((*LISTS, *RULES, "general", "sheets", "costs"), _READ_ALL),
        **dict.fromkeys(("staff", "pay_rules"), _READ_DEPARTMENT),
        **dict.fromkeys(("dashboard", "rating", "card"), _READ_DEPARTMENT),
        **dict.fromkeys(("plan_fact", "payroll"), TableRights(Reach.DEPARTMENT, edit=True)),
        "questions": TableRights(Reach.DEPARTMENT, edit=True),
    }


def _manager() -> dict[str, TableRights]:
    """Own rows and own pay; lists to pick from."""
    return {
        **dict.fromkeys(TRADE, TableRights(Reach.OWN, edit=True)),
        **dict.fromkeys(LISTS, _READ_ALL),
        "receipts": TableRights(Reach.OWN),
        "questions": _QUESTIONS,
        "my_forecast": TableRights(Reach.OWN, edit=True),
        "my_card": TableRights(Reach.OWN, edit=True),
    }


def _marketing() -> dict[str, TableRights]:
    """Where leads come from and what they cost; who they are only as far as it must be."""
    known = frozenset({"inn", "match", "junk_reason"})
    return {
        **dict.fromkeys(LISTS, _READ_ALL),
        "costs": EVERYTHING,
        "leads": TableRights(Reach.ALL, hidden=known, masked=CONTACTS),
        "questions": _QUESTIONS,
    }


def _accountant() -> dict[str, TableRights]:
    """Money, papers and the payroll of all; of clients the name and the INN."""
    return {
        **dict.fromkeys(LISTS, _READ_ALL),
        **dict.fromkeys(("payments", "documents"), EVERYTHING),
        "payroll": TableRights(Reach.ALL, export=True),
        "clients": TableRights(Reach.ALL, only=CLIENT_SHOWN),
        "questions": _QUESTIONS,
    }


DEFAULTS: Mapping[Role, Rights] = MappingProxyType(
    {
        Role.OWNER: Rights(Role.OWNER),
        Role.HEAD: Rights(Role.HEAD, _head()),
        Role.MANAGER: Rights(Role.MANAGER, _manager()),
        Role.MARKETING: Rights(Role.MARKETING, _marketing()),
        Role.ACCOUNTANT: Rights(Role.ACCOUNTANT, _accountant()),
    }
)
WAYS: Mapping[Role, frozenset[Way]] = MappingProxyType(
    {
        Role.OWNER: frozenset(Way),
        Role.HEAD: frozenset({Way.BOOK, Way.CARD, Way.DIGEST, Way.EXPORT, Way.HTML}),
        Role.MANAGER: frozenset({Way.BOOK, Way.CARD, Way.DIGEST, Way.EXPORT, Way.HTML}),
        Role.MARKETING: frozenset({Way.BOOK, Way.DIGEST, Way.EXPORT}),
        Role.ACCOUNTANT: frozenset({Way.BOOK, Way.CARD, Way.DIGEST, Way.EXPORT}),
    }
)
"""Which ways a role has; what comes by them is bound by the rights on its tables. Reports of the
team and copies hold everything, so they are the owner's."""
KEPT_FIELDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {"staff": frozenset({"fio", "role", "department", "head", "active"})}
)
"""Fields that give rights themselves: the owner alone writes them, whatever «Доступ» says."""
ROLE_WORDS: Mapping[str, Role] = MappingProxyType(
    {
        "": Role.MANAGER,
        "менеджер": Role.MANAGER,
        "manager": Role.MANAGER,
        "руководитель": Role.HEAD,
        "роп": Role.HEAD,
        "head": Role.HEAD,
        "маркетолог": Role.MARKETING,
        "marketing": Role.MARKETING,
        "бухгалтер": Role.ACCOUNTANT,
        "accountant": Role.ACCOUNTANT,
    }
)
"""What «Сотрудники» and «Доступ» call each role, folded; the owner is named by the settings."""
ROLE_TITLES: Mapping[Role, str] = MappingProxyType(
    {
        Role.OWNER: "владелец",
        Role.HEAD: "руководитель",
        Role.MANAGER: "менеджер",
        Role.MARKETING: "маркетолог",
        Role.ACCOUNTANT: "бухгалтер",
    }
)
