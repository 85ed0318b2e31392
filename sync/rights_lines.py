"""The lines of «Доступ»: what the owner wrote there over the defaults, and the defaults in words.

A line that cannot be understood changes nothing and is asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from model.blueprint import Blueprint, Role, RowMaker, Sheet, Table
from model.records import Record
from model.rights import ALWAYS, DEFAULTS, ROLE_TITLES, ROLE_WORDS, Reach, Rights, TableRights
from model.values import Value
from sync.scene import fold, text

TABLE = "access"
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


@dataclass(frozen=True, slots=True)
class Doubt:
    """A line of «Доступ» of which something was not understood, and what holds instead."""

    row_id: str
    field: str
    said: str
    words: str


def field_of(table: Table) -> str | None:
    """The field that tells whose a row of the table is."""
    return table.scope or WHOSE.get(table.key)


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
