"""What a book lacks of the blueprint: told by the keys that stand in it, no version is needed.

A column whose name still stands in the book but whose key does not was taken away by a person: it
does not come back (MERGE_SPEC section 5). A sheet hidden since the days when it was hidden for
everybody is shown; one that its person hid stays hidden.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from model.blueprint import KEY_ROW, Blueprint, BookPlan, Column, Role, Sheet, Table
from sync.books.read import Loaded, carries, load
from sync.ooxml import BookFile, NameColumn, SetReach, mends, read_lines
from sync.upgrade.redrawing import is_old, screen_of
from sync.upgrade.reforming import Outdated, outdated
from sync.upgrade.steps import Did, Left, Step, Why


@dataclass(frozen=True, slots=True)
class Lacks:
    """What is to be done to one book, and what cannot be done."""

    loaded: Loaded
    """The book read by the sheets that it has."""
    sheets: tuple[Sheet, ...]
    columns: tuple[tuple[Table, Column], ...]
    old: tuple[Sheet, ...]
    """Screens that were drawn by an older blueprint."""
    hidden: tuple[str, ...]
    """Titles of tabs to be shown."""
    mends: tuple[NameColumn | SetReach, ...]
    formulas: tuple[Outdated, ...]
    """Live columns with row formulas of an older program."""
    left: tuple[Left, ...]

    @property
    def nothing(self) -> bool:
        """Whether the book is as the blueprint says."""
        return not (
            self.sheets or self.columns or self.old or self.hidden or self.mends or self.formulas
        )


def lacks(
    file: BookFile,
    fresh: Loaded,
    blueprint: Blueprint,
    role: Role,
    *,
    once_hidden: Collection[str],
) -> Lacks:
    """Everything that parts a book from a fresh one; `once_hidden` are keys of sheets.

    Raises KeysLost when a sheet of that title stands there with neither keys nor headings.
    """
    absent = absent_from(file, blueprint, role)
    loaded = load(
        file, book="", name=file.name, blueprint=without(blueprint, role, absent), role=role
    )
    columns: list[tuple[Table, Column]] = []
    left: list[Left] = []
    for key in loaded.snapshot.tables:
        for column in gone(loaded, blueprint, role, key):
            reason = _reason(loaded, blueprint, key, column)
            if reason is None:
                columns.append((blueprint.tables[key], column))
            else:
                left.append(Left(column_step(loaded, blueprint.tables[key], column), reason))
    forms, own = outdated(loaded, blueprint, role)
    states = {ref.name: ref.state for ref in file.sheets}
    hidden = tuple(
        title
        for key, title in loaded.homes.items()
        if key in once_hidden and states[title] == "hidden"
    )
    return Lacks(
        loaded,
        absent,
        tuple(columns),
        tuple(_old(loaded, fresh, blueprint)),
        hidden,
        tuple(_mends(loaded)),
        forms,
        (*left, *own),
    )


def absent_from(file: BookFile, blueprint: Blueprint, role: Role) -> tuple[Sheet, ...]:
    """The sheets of a role that a book does not have."""
    sheets = (blueprint.sheets[key] for key in blueprint.books[role].sheets)
    return tuple(sheet for sheet in sheets if _is_absent(file, sheet))


def without(blueprint: Blueprint, role: Role, absent: Collection[Sheet]) -> Blueprint:
    """The blueprint of a book that does not have some sheets."""
    gone = {sheet.key for sheet in absent}
    plan = blueprint.books[role]
    kept = BookPlan(role, tuple(key for key in plan.sheets if key not in gone))
    return replace(blueprint, books={**blueprint.books, role: kept})


def column_step(loaded: Loaded, table: Table, column: Column) -> Step:
    """The step that puts a column into a book."""
    sheet = loaded.snapshot.tables[table.key].sheet
    return Step(Did.COLUMN, sheet, column.title.ru, table.key, column.key)


def _is_absent(file: BookFile, sheet: Sheet) -> bool:
    """Whether neither the keys nor the title of a sheet stand in the book."""
    if not sheet.tables and not sheet.slots:
        return False
    titles = {sheet.title.ru, sheet.title.en}
    return not any(
        ref.name in titles or carries(sheet, read_lines(file, ref.name).rows) for ref in file.sheets
    )


def gone(loaded: Loaded, blueprint: Blueprint, role: Role, key: str) -> Iterator[Column]:
    """Columns of the role whose key stands nowhere on the sheet and cannot be given back."""
    read = loaded.snapshot.tables[key]
    line = loaded.sheets[read.sheet].rows.get(KEY_ROW, {})
    there = {cell.text for cell in line.values()} | {f"{key}.{f}" for f in read.regained}
    for column in blueprint.columns_of(role, key):
        if f"{key}.{column.key}" not in there:
            yield column


def _reason(loaded: Loaded, blueprint: Blueprint, key: str, column: Column) -> Why | None:
    """Why a column cannot be put into the book; None when it can."""
    read = loaded.snapshot.tables[key]
    if f"{key}_{column.key}" in loaded.file.names:
        return Why.REMOVED
    heads = loaded.sheets[read.sheet].rows.get(read.header_row, {})
    titles = {column.title.ru.casefold(), column.title.en.casefold()}
    if any(cell.text.strip().casefold() in titles for cell in heads.values()):
        return Why.LABELLED
    if len(blueprint.sheet_of(key).tables) > 1:
        return Why.BLOCK
    return Why.NO_TABLE if read.native is None else None


def _old(loaded: Loaded, fresh: Loaded, blueprint: Blueprint) -> Iterator[Sheet]:
    """Screens that a fresh book draws otherwise."""
    for key in loaded.snapshot.grids:
        sheet = blueprint.sheets[key]
        if key not in fresh.snapshot.grids or not sheet.slots:
            continue
        if is_old(screen_of(loaded, sheet), screen_of(fresh, sheet), sheet):
            yield sheet


def _mends(loaded: Loaded) -> Iterator[NameColumn | SetReach]:
    by_sheet: dict[str, set[int]] = {}
    for read in loaded.snapshot.tables.values():
        by_sheet.setdefault(read.sheet, set()).update(read.places.values())
    for sheet, keyed in by_sheet.items():
        line = loaded.sheets[sheet].rows.get(KEY_ROW, {})
        keyed |= {col for col, cell in line.items() if cell.text}
        yield from mends(loaded.workbook, sheet, loaded.sheets[sheet].rows, frozenset(keyed))
