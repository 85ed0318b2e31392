"""Who may see and edit what: the one place that answers it, asked by books and by everything else.

Defaults stand in `model.rights`; what the owner wrote on «Доступ» overrides them line by line
(`sync.rights_lines`). A row belongs to whom its scope names; to a department belong the rows of
its people, and nobody's rows where it is the whole team.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from model.blueprint import Blueprint, Kind, Role, Table
from model.records import BookState, Record
from model.rights import (
    ALWAYS,
    DEFAULTS,
    KEPT_FIELDS,
    ROLE_WORDS,
    WAYS,
    Reach,
    Rights,
    Way,
)
from model.values import Value
from store import Reader
from sync.remembered import Once
from sync.rights_lines import TABLE, WHOSE, field_of, rights_of
from sync.scene import fold, text
from sync.withholding import MAILS, PHONES

PAYMENTS = "payments"
WHOLE_TEAM = "отдел"
"""Whom the team's own rows of «Планы» name."""
EVERY_SELLER = "менеджер"
VEIL = "•••"
Words = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Who:
    """A person as rows name one; all words are folded."""

    name: str
    department: frozenset[str] = frozenset()
    """Who and what a row of the person's department names."""
    schemes: frozenset[str] = frozenset()
    """Pay schemes of the people of the department, the person's own left out."""
    alone: frozenset[str] = field(init=False, repr=False, compare=False)
    """The person's own name: made once, since it is asked for at every row."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "alone", frozenset({self.name}))


def role_of(row: Words, owner: str) -> Role | None:
    """The role of a row of «Сотрудники»; None for a word that is no role."""
    if fold(row.get("fio")) == fold(owner):
        return Role.OWNER
    return ROLE_WORDS.get(fold(row.get("role")))


def is_active(row: Words) -> bool:
    """Whether a row of «Сотрудники» is of somebody who still works here."""
    return fold(row.get("active")) not in {"нет", "no", "false"}


def who_of(name: str, staff: Iterable[Words], owner: str) -> Who:
    """The person with the department: whom «Руководитель» names, else who has the same one."""
    me, rows = fold(name), list(staff)
    own = next((r for r in rows if fold(r.get("fio")) == me), {})
    place = fold(own.get("department"))

    def belongs(row: Words) -> bool:
        if role_of(row, owner) in {Role.OWNER, Role.HEAD} or fold(row.get("fio")) == me:
            return False
        head = fold(row.get("head"))
        if head and head != fold(owner):  # the owner leads everybody
            return head == me
        return fold(row.get("department")) == place

    team = [row for row in rows if belongs(row)]
    names = {fold(row.get("fio")) for row in team} - {""}
    sellers = {fold(r.get("fio")) for r in rows if role_of(r, owner) is Role.MANAGER} - {""}
    words = names | {me} | ({place} if place else set())
    if sellers <= names | {me}:
        words |= {"", WHOLE_TEAM}
    schemes = {fold(row.get("scheme")) for row in team} | names
    return Who(me, frozenset(words), frozenset(schemes - {me}))


def whose(rights: Rights, table: Table, who: Who) -> frozenset[str] | None:
    """Folded names of those whose rows are seen; None for all of them."""
    match rights.of(table.key).rows:
        case Reach.ALL:
            return None
        case Reach.DEPARTMENT if table.key == "pay_rules":
            return who.schemes
        case Reach.DEPARTMENT if table.key == "norms":
            return who.department | {"", EVERY_SELLER}
        case Reach.DEPARTMENT:
            return who.department
        case Reach.OWN:
            return who.alone
        case Reach.NONE:
            return frozenset()


def sees(rights: Rights, table: Table, row: Words, who: Who) -> bool:
    """Whether a row may stand before the person's eyes."""
    names, key = whose(rights, table, who), field_of(table)
    return names is None or (key is not None and fold(row.get(key)) in names)


def owned(reader: Reader, record: Record) -> Words:
    """A row with whose it is: a payment is of its deal's manager, else of its client's."""
    if record.table != PAYMENTS:
        return record.values
    for table, link in (("deals", "deal_id"), ("clients", "client_id")):
        row = reader.rows(table).get(record.links.get(link, ""))
        if row is not None:
            return {**record.values, WHOSE[PAYMENTS]: text(row, "owner")}
    return record.values


def shown(rights: Rights, table: Table, row: Words) -> dict[str, Value]:
    """The row without hidden columns, with masked contacts."""
    mine = rights.of(table.key)
    seen = {key: value for key, value in row.items() if mine.shows(key)}
    if not mine.masked:
        return seen
    kinds = {column.key: column.kind for column in table.columns}
    for key, value in seen.items():
        if key in mine.masked:
            seen[key] = veiled(kinds.get(key, Kind.TEXT), value)
        elif key not in ALWAYS:
            seen[key] = scrubbed(value)
    return seen


def veiled(kind: Kind, value: Value) -> Value:
    """So much of a contact as tells it from others: «+7 ••• ••• •• 34», «i•••@•••»."""
    if value is None or not str(value).strip():
        return value
    said = str(value).strip()
    if kind is Kind.EMAIL:
        return f"{said[0]}{VEIL}@{VEIL}"
    if kind is Kind.PHONE:
        digits = "".join(c for c in said if c.isdigit())
        return f"{VEIL} {digits[-2:]}".strip()
    return VEIL


def scrubbed(value: Value) -> Value:
    """A text without the phones and addresses that somebody wrote into it."""
    if not isinstance(value, str):
        return value
    return MAILS.sub(VEIL, PHONES.sub(VEIL, value))


def edits(rights: Rights, table: str, field_: str = "") -> bool:
    """Whether a person may move a cell of a table, or add and remove its rows (no field)."""
    mine = rights.of(table)
    if rights.role is Role.OWNER or not field_:
        return mine.edit
    if field_ in mine.masked or not mine.shows(field_):
        return False
    return mine.edit and field_ not in KEPT_FIELDS.get(table, ())


def gets(rights: Rights, way: Way) -> bool:
    """Whether anything comes to a role by a way; by an export only where a table allows it."""
    if way is Way.EXPORT and rights.role is not Role.OWNER:
        return any(mine.export for mine in rights.tables.values())
    return way in WAYS[rights.role]


def exports(rights: Rights, table: str) -> bool:
    """Whether rows of a table may be carried out of the books."""
    return rights.of(table).export


@dataclass(frozen=True, slots=True)
class Access:
    """The rights of the person of one book."""

    rights: Rights
    who: Who

    @property
    def is_owner(self) -> bool:
        """Whether everything is seen and may be edited."""
        return self.rights.role is Role.OWNER

    def whose(self, table: Table) -> frozenset[str] | None:
        """As `whose`."""
        return whose(self.rights, table, self.who)

    def sees(self, table: Table, row: Words) -> bool:
        """As `sees`."""
        return sees(self.rights, table, row, self.who)

    def shown(self, table: Table, row: Words) -> dict[str, Value]:
        """As `shown`."""
        return shown(self.rights, table, row)

    def edits(self, table: str, field_: str = "") -> bool:
        """As `edits`."""
        return edits(self.rights, table, field_)

    def edits_all(self, table: Table) -> bool:
        """Whether every column of the table is the person's to edit; the daemon's are nobody's."""
        if self.is_owner:
            return True
        mine = self.rights.of(table.key)
        return mine.edit and mine.is_whole and table.key not in KEPT_FIELDS


def is_asked(access: Access, whom: str) -> bool:
    """Whether a question put to somebody stands on the person's «Вопросы»."""
    if access.is_owner:
        return True
    if access.rights.of("questions").rows is Reach.DEPARTMENT:
        return fold(whom) in access.who.department
    return fold(whom) == access.who.name


def plain_access(role: Role, person: str) -> Access:
    """The rights of a role where nothing is known of the team."""
    return Access(DEFAULTS[role], Who(fold(person), frozenset({fold(person)})))


KnownAccess = dict[str, Once[Access]]
"""By book."""


def access_of(
    reader: Reader,
    blueprint: Blueprint,
    state: BookState,
    owner: str,
    known: KnownAccess | None = None,
) -> Access:
    """What the person of a book may see and do now; `known` is used and brought up to date."""
    role = Role(state.role)
    staff = reader.rows("staff")
    said = reader.rows(TABLE) if TABLE in blueprint.tables else {}

    def make() -> Access:
        rights, _ = rights_of(role, said.values(), blueprint)
        return Access(rights, who_of(state.person, (r.values for r in staff.values()), owner))

    once = {} if known is None else known
    return once.setdefault(state.book, Once()).of(
        make, staff, said, blueprint, state.role, state.person, owner
    )


def access_for(reader: Reader, blueprint: Blueprint, person: str, owner: str) -> Access | None:
    """What somebody of «Сотрудники» may see; None for who is not there or works no more."""
    rows = [r.values for r in reader.rows("staff").values()]
    row = next((r for r in rows if fold(r.get("fio")) == fold(person) and is_active(r)), None)
    role = (
        Role.OWNER if fold(person) == fold(owner) else None if row is None else role_of(row, owner)
    )
    if role is None:
        return None
    said = reader.rows(TABLE) if TABLE in blueprint.tables else {}
    rights, _ = rights_of(role, said.values(), blueprint)
    return Access(rights, who_of(person, rows, owner))


def may_get(reader: Reader, blueprint: Blueprint, address: str, owner: str, way: Way) -> bool:
    """Whether something may go to an address; one that nobody has is the owner's care."""
    for record in reader.rows("staff").values():
        if fold(record.values.get("login")) == fold(address):
            access = access_for(reader, blueprint, text(record, "fio"), owner)
            return access is not None and gets(access.rights, way)
    return True
