"""What `access` says: what each role may see and do, and whether the real files keep to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from model.blueprint import Blueprint, Role
from model.errors import CrmError, ExitCode
from model.records import BookState
from model.rights import DEFAULTS, ROLE_TITLES, Reach, Rights, TableRights
from model.texts.numbers import counted
from store import Reader
from sync.commands.folder_rights import examine_folders
from sync.commands.said import Said, plain_letters, table
from sync.desk import NEXT
from sync.finding import Finding
from sync.leaks import Leak, foreign_words
from sync.online import kept_bytes
from sync.place import is_file
from sync.rights import access_of
from sync.rights_lines import TABLE, rights_of, said_columns, unclear_lines
from sync.team import Team

SHOWN = 5
HONEST = (
    "Замки листов - от случайных правок. Защищает то, что чужих строк нет в файле, "
    "и права на папки."
)
ONE_BOOK = "Книга одна: кто её открыл, видит в ней всё. Замки листов этого не меняют."
WAYS = {
    Role.OWNER: "книга, Сводка.html, отчёты, выгрузка, копии",
    Role.HEAD: "книга отдела, Сводка.html отдела",
    Role.MANAGER: "своя книга, Мой прогноз.html",
    Role.MARKETING: "своя книга",
    Role.ACCOUNTANT: "своя книга",
}
"""Where the rows of a role come to: nothing else is made for it."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One book as it was looked through."""

    state: BookState
    words: int
    leaks: tuple[Leak, ...] = ()
    fault: str = ""


def access(team: Team, *, matrix: bool) -> Said:
    """The rights in force; with `matrix` the files and folders are looked at as well."""
    with team.store.read() as reader:
        states = [s for s in reader.books() if not s.book.endswith(NEXT)]
        said = reader.rows(TABLE) if TABLE in team.blueprint.tables else {}
        every = {role: rights_of(role, said.values(), team.blueprint)[0] for role in DEFAULTS}
        doubts = list(unclear_lines(said.values(), team.blueprint))
        looked = [_looked(team, reader, state) for state in states] if matrix else []
    folders = tuple(examine_folders(team)) if matrix else ()
    lines = [line for role in DEFAULTS for line in _role_lines(team.blueprint, every[role])]
    lines += [f"Не понял в «Доступ»: «{one.said}» - {one.words}" for one in doubts]
    lines += [line for one in looked for line in _book_lines(team.blueprint, one)]
    lines += [_folder_line(one) for one in folders]
    lines.append(HONEST if len(states) > 1 else ONE_BOOK)
    bad = any(one.leaks or one.fault for one in looked) or any(not one.fine for one in folders)
    facts = {
        "rights": [fact for role in DEFAULTS for fact in _facts(team.blueprint, every[role])],
        "unclear": [{"said": one.said, "words": one.words} for one in doubts],
        "books": [_book_fact(one) for one in looked],
        "folders": [{"fine": one.fine, "words": one.words} for one in folders],
        "fine": not bad,
    }
    code = ExitCode.PROBLEMS if bad else ExitCode.DONE
    return Said(tuple(map(plain_letters, lines)), facts, code)


def _rows(blueprint: Blueprint, rights: Rights) -> Iterator[tuple[str, TableRights, str]]:
    """Heading, rights and hidden columns of each table that a role has."""
    for key, mine in rights.tables.items():
        rows, sheet = blueprint.tables.get(key), blueprint.sheets.get(key)
        holder = rows or sheet
        if holder is not None and mine.rows is not Reach.NONE:
            yield holder.title.ru, mine, said_columns(rows, mine)


def _role_lines(blueprint: Blueprint, rights: Rights) -> Iterator[str]:
    role = rights.role
    yield f"{ROLE_TITLES[role].capitalize()}: {WAYS[role]}"
    if role is Role.OWNER:
        yield "  всё видит, правит и выгружает"
        yield ""
        return
    lists = {
        blueprint.tables[place.partition(".")[0]].title.ru for place in blueprint.lists.values()
    }
    lists -= {blueprint.tables["staff"].title.ru}
    titles = ("  Лист", "Строки", "Правка", "Выгрузка", "Скрыто")
    rows = [
        (f"  {title}", mine.rows.value, _yes(mine.edit), _yes(mine.export), hidden)
        for title, mine, hidden in _rows(blueprint, rights)
        if title not in lists
    ]
    yield from table([titles, *rows])
    yield ""


def _yes(value: object) -> str:
    return "да" if value else "нет"


def _facts(blueprint: Blueprint, rights: Rights) -> Iterator[Mapping[str, object]]:
    for title, mine, hidden in _rows(blueprint, rights):
        yield {
            "role": rights.role,
            "sheet": title,
            "rows": mine.rows.value,
            "hidden": hidden,
            "edit": mine.edit,
            "export": mine.export,
        }


def _looked(team: Team, reader: Reader, state: BookState) -> Looked:
    """A book and the page beside it, looked through for foreign words."""
    rights = access_of(reader, team.blueprint, state, team.settings.owner)
    if rights.is_owner:
        return Looked(state, 0)
    foreign = foreign_words(reader, team.blueprint, rights)
    found: list[Leak] = []
    try:
        if is_file(state):
            path = team.path(state)
            opened = team.books.open(path.read_bytes(), name=path.name)
            found += foreign.in_file(opened.raw, path.name)
            seen = team.pages(state) if Role(state.role) in {Role.MANAGER, Role.HEAD} else ()
            for page in seen:
                if page.is_file():
                    found += foreign.in_file(page.read_bytes(), page.name)
        else:
            raw = kept_bytes(team, state)
            found += foreign.in_file(raw, state.person)
    except OSError as error:
        return Looked(state, len(foreign.words), fault=error.strerror or str(error))
    except CrmError as error:
        return Looked(state, len(foreign.words), fault=type(error).__name__)
    return Looked(state, len(foreign.words), tuple(found))


def _book_lines(blueprint: Blueprint, one: Looked) -> Iterator[str]:
    name = one.state.path.rpartition("/")[2].removesuffix(".xlsx")
    if one.state.role == Role.OWNER.value:
        return
    if one.fault:
        yield f"НЕТ «{name}»: не прочитать, {one.fault}"
    elif not one.leaks:
        words = counted(one.words, "чужое слово", "чужих слова", "чужих слов")
        yield f"ок  «{name}»: искал {words}, ни одного нет"
    else:
        yield f"НЕТ «{name}»: чужого {len(one.leaks)}"
        for leak in one.leaks[:SHOWN]:
            where = blueprint.tables[leak.table].title.ru
            yield f"    {leak.part}: «{where}», {leak.field}"


def _book_fact(one: Looked) -> Mapping[str, object]:
    return {
        "book": one.state.book,
        "role": one.state.role,
        "words": one.words,
        "leaks": [
            {"part": x.part, "table": x.table, "row": x.row_id, "field": x.field} for x in one.leaks
        ],
        "fault": one.fault,
    }


def _folder_line(one: Finding) -> str:
    return f"{'ок ' if one.fine else 'НЕТ'} {one.words}"
