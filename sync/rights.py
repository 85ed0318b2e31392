"""Who may see and edit what: the one place that answers it, asked by books and by everything else.

Defaults stand in `model.rights`; what the owner wrote on «Доступ» overrides them line by line. A
line that cannot be understood changes nothing and is asked about. A row belongs to whom its scope
names; to a department belong the rows of its people, and nobody's rows where it is the whole team.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from model.blueprint import Blueprint, Kind, Role, RowMaker, Sheet, Table
from model.records import BookState, Record
from model.rights import (
    ALWAYS,
    DEFAULTS,
    KEPT_FIELDS,
    ROLE_TITLES,
    ROLE_WORDS,
    WAYS,
    Reach,
    Rights,
    TableRights,
    Way,
)
from model.values import Value
from store import Reader
from sync.remembered import Once
from sync.scene import fold, text
from sync.withholding import MAILS, PHONES

TABLE = "access"
PAYMENTS = "payments"
WHOLE_TEAM = "отдел"
"""Whom the team's own rows of «Планы» name."""
EVERY_SELLER = "менеджер"
WHOSE: Mapping[str, str] = MappingProxyType(
    {
        "payments": "manager",
        "plans": "who",
        "norms": "who",
        "absences": "who",
        "staff": "fio",
        "pay_rules": "scheme",
    }
)
"""Fields that tell whose a row is where every book with the table has all of its rows or a few."""
PAYROLL = "зарплата"
"""The one sheet of figures that a role may be left without."""
PARTLY = "частично"
"""After a heading in «Колонки скрыть»: as much is shown as tells one from another."""
ALONE = "только"
"""Before the headings in «Колонки скрыть»: all others are hidden."""
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


@dataclass(frozen=True, slots=True)
class Doubt:
    """A line of «Доступ» of which something was not understood, and what holds instead."""

    row_id: str
    field: str
    said: str
    words: str


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


def field_of(table: Table) -> str | None:
    """The field that tells whose a row of the table is."""
    return table.scope or WHOSE.get(table.key)


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


def rights_of(
    role: Role, said: Iterable[Record], blueprint: Blueprint
) -> tuple[Rights, tuple[Doubt, ...]]:
    """The rights of a role as «Доступ» has them, and what there was not understood."""
    rights = DEFAULTS[role]
    if role is Role.OWNER:
        return rights, ()
    tables, doubts = dict(rights.tables), list[Doubt]()
    for record in said:
        if ROLE_WORDS.get(fold(record.values.get("role"))) is not role or not text(record, "role"):
            continue
        found, unclear = _line(record, role, blueprint)
        tables.update(found)
        doubts += unclear
    return Rights(role, tables), tuple(doubts)


def unclear_lines(said: Iterable[Record], blueprint: Blueprint) -> Iterator[Doubt]:
    """Everything on «Доступ» that was not understood, whatever role it names."""
    for record in said:
        role, word = ROLE_WORDS.get(fold(record.values.get("role"))), text(record, "role")
        if fold(word) == ROLE_TITLES[Role.OWNER]:
            yield _doubt(record, "role", "владелец видит и правит всё, строка ничего не меняет")
        elif role is None or not word:
            names = ", ".join(ROLE_TITLES[r] for r in DEFAULTS if r is not Role.OWNER)
            yield _doubt(record, "role", f"такой роли нет. Впишите одну из: {names}")
        else:
            yield from _line(record, role, blueprint)[1]


def _doubt(record: Record, key: str, words: str) -> Doubt:
    return Doubt(record.row_id, key, text(record, key), words)


def _line(
    record: Record, role: Role, blueprint: Blueprint
) -> tuple[dict[str, TableRights], list[Doubt]]:
    """What one line gives, by table."""
    key = _table_named(text(record, "sheet"), role, blueprint)
    if key is None:
        return {}, [_doubt(record, "sheet", f"в книге роли «{ROLE_TITLES[role]}» такого листа нет")]
    line = _Line(record, blueprint.tables.get(key), DEFAULTS[role].of(key))
    return {key: line.rights()}, line.doubts


def _table_named(title: str, role: Role, blueprint: Blueprint) -> str | None:
    """The table or sheet of figures that a role's book has under a title."""
    known = DEFAULTS[role].tables
    for key in known:
        holder: Table | Sheet | None = blueprint.tables.get(key) or blueprint.sheets.get(key)
        if holder is not None and fold(holder.title.ru) == fold(title):
            return key
    return None


@dataclass(slots=True)
class _Line:
    """One line of «Доступ» being read; what cannot be understood stays as by default."""

    record: Record
    table: Table | None
    before: TableRights
    doubts: list[Doubt] = field(default_factory=list)

    def rights(self) -> TableRights:
        """The rights that the line gives."""
        only, hidden, masked = self._columns()
        return replace(
            self.before,
            rows=self._reach(),
            only=only,
            hidden=hidden,
            masked=masked,
            edit=self._yes("edit", stands=self.before.edit),
            export=self._yes("export", stands=self.before.export),
        )

    def _reach(self) -> Reach:
        said = fold(self.record.values.get("rows"))
        if not said:
            return self.before.rows
        found = next((reach for reach in Reach if reach.value == said), None)
        if found is None:
            return self._unclear("rows", "впишите: все, отдел, свои или нет")
        if self.table is None:
            shut = found is Reach.NONE and text(self.record, "sheet").casefold() == PAYROLL
            if found is self.before.rows or shut:
                return found
            return self._unclear("rows", "на этом листе всегда одно и то же")
        by_people = field_of(self.table) is not None
        by_people = by_people or self.table.makes_rows is RowMaker.DAEMON
        if found in {Reach.DEPARTMENT, Reach.OWN} and not by_people:
            return self._unclear("rows", "строки этого листа ничьи: впишите «все» или «нет»")
        return found

    def _unclear(self, key: str, words: str) -> Reach:
        stands = self.before.rows
        self.doubts.append(_doubt(self.record, key, f"{words}. Пока действует: {stands.value}"))
        return stands

    def _yes(self, key: str, *, stands: bool) -> bool:
        said = fold(self.record.values.get(key))
        if said in {"да", "yes"}:
            return True
        if said in {"нет", "no"}:
            return False
        if said:
            now = "да" if stands else "нет"
            words = f"впишите «да» или «нет». Пока действует: {now}"
            self.doubts.append(_doubt(self.record, key, words))
        return stands

    def _columns(self) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        """The only fields to show, fields to hide, fields to show in part."""
        said, before = text(self.record, "hide"), self.before
        if not said:
            return before.only, before.hidden, before.masked
        if self.table is None:
            self.doubts.append(_doubt(self.record, "hide", "на этом листе нет колонок"))
            return before.only, before.hidden, before.masked
        if fold(said) == "нет":
            return frozenset(), frozenset(), frozenset()
        alone = fold(said).startswith(ALONE)
        named, partly = self._named(fold(said).removeprefix(ALONE) if alone else fold(said))
        if alone:
            return named or before.only, frozenset(), partly
        return frozenset(), named, partly

    def _named(self, said: str) -> tuple[frozenset[str], frozenset[str]]:
        """Fields by their headings; those that are shown in part apart."""
        assert self.table is not None  # noqa: S101  # by `_columns`
        titles = {fold(c.title.ru): c.key for c in self.table.columns}
        whole, partly = set[str](), set[str]()
        for one in _headings(said, titles):
            heading = one.removesuffix(PARTLY).strip()
            key = titles.get(heading)
            if key is None:
                words = f"колонки «{heading}» на этом листе нет"
                self.doubts.append(_doubt(self.record, "hide", words))
            elif key not in ALWAYS:
                (partly if one.endswith(PARTLY) else whole).add(key)
        return frozenset(whole), frozenset(partly)


def _headings(said: str, titles: Mapping[str, str]) -> Iterator[str]:
    """The headings of a list with semicolons; commas part them, too, unless they belong to one."""
    for part in said.split(";"):
        one = part.strip()
        known = one.removesuffix(PARTLY).strip() in titles
        yield from [one] if known else filter(None, map(str.strip, one.split(",")))


def default_lines(
    blueprint: Blueprint, roles: Iterable[Role] = tuple(DEFAULTS)
) -> Iterator[dict[str, Value]]:
    """The lines that «Доступ» begins with: the defaults in words."""
    skipped = set(blueprint.lists) | {"questions"}
    for role in roles:
        for key, rights in DEFAULTS[role].tables.items():
            table, sheet = blueprint.tables.get(key), blueprint.sheets.get(key)
            holder: Table | Sheet | None = table or sheet
            if holder is None or key in skipped:
                continue
            yield {
                "role": ROLE_TITLES[role],
                "sheet": holder.title.ru,
                "rows": rights.rows.value,
                "hide": said_columns(table, rights) or None,
                "edit": "да" if rights.edit else "нет",
                "export": "да" if rights.export else "нет",
            }


def said_columns(table: Table | None, rights: TableRights) -> str:
    """What is not shown, as «Колонки скрыть» says it."""
    if table is None:
        return ""

    def titles(keys: frozenset[str]) -> list[str]:
        return [c.title.ru for c in table.columns if c.key in keys]

    if rights.only:
        return f"{ALONE} {'; '.join(titles(rights.only))}"
    masked = [f"{title} {PARTLY}" for title in titles(rights.masked)]
    return "; ".join((*masked, *titles(rights.hidden)))
