"""`spreadsheets.batchUpdate`: requests carried out one after another, all or none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.google.emulator.a1 import Area, told
from tests.google.emulator.dimensions import DIMENSIONS
from tests.google.emulator.faults import invalid
from tests.google.emulator.masks import Mask, cut, mask_of, paths
from tests.google.emulator.ranges import RANGES
from tests.google.emulator.state import Book, Cell, Cloud, Tab
from tests.google.emulator.viewing import properties, told_protection

Reply = dict[str, Any]


class Carrying:
    """Who carries requests out in which spreadsheet."""

    def __init__(self, cloud: Cloud, book: Book, email: str) -> None:
        self.cloud, self.book, self.email = cloud, book, email

    def guard(self, tab: Tab, area: Area) -> None:
        """Raises Refused when a protected range lies in the way."""
        owner = self.cloud.files[self.book.id].role_of(self.email) == "owner"
        for one in tab.protections.values():
            editors = one.get("editors", {}).get("users", [])
            if owner or one.get("warningOnly") or self.email in editors:
                continue
            _, locked = self.book.grid_range({**one["range"], "sheetId": tab.id})
            holes = [
                self.book.grid_range({**hole, "sheetId": tab.id})[1]
                for hole in one.get("unprotectedRanges", ())
            ]
            if locked.meets(area) and not any(_holds(hole, area) for hole in holes):
                raise invalid(
                    "You are trying to edit a protected cell or object. Please contact the "
                    "spreadsheet owner to remove protection if you need to edit."
                )


def _holds(hole: Area, area: Area) -> bool:
    return (
        hole.top <= area.top
        and area.bottom <= hole.bottom
        and hole.left <= area.left
        and area.right <= hole.right
    )


def carry_out(cloud: Cloud, book: Book, email: str, requests: list[Any]) -> list[Reply]:
    """The replies; when one request is refused nothing has changed."""
    if not requests:
        raise invalid("Must specify at least one request.")
    draft = book.copy()
    carrying = Carrying(cloud, draft, email)
    replies = []
    for number, request in enumerate(requests):
        kind, body = next(((k, v) for k, v in request.items() if v is not None), ("", {}))
        work = WORK.get(kind)
        if work is None:
            raise invalid(f"Invalid requests[{number}]: No request set.")
        try:
            replies.append(work(carrying, body) or {})
        except Exception as error:
            if hasattr(error, "message") and not error.message.startswith("Invalid requests["):
                error.message = f"Invalid requests[{number}].{kind}: {error.message}"
            raise
    book.take(draft)
    return replies


def _add_sheet(on: Carrying, body: Any) -> Reply:
    given = body.get("properties") or {}
    title = given.get("title") or f"Sheet{len(on.book.tabs) + 1}"
    _free_title(on.book, title)
    size = given.get("gridProperties") or {}
    key = given.get("sheetId")
    if key is not None and any(tab.id == key for tab in on.book.tabs):
        raise invalid(f"Sheet ID {key} already exists. Please enter another ID.")
    tab = Tab(on.cloud.number() if key is None else key, title)
    tab.rows, tab.cols = size.get("rowCount") or 1000, size.get("columnCount") or 26
    _set_properties(on.book, tab, given, mask_of("hidden,tabColor,tabColorStyle,gridProperties"))
    index = given.get("index")
    index = len(on.book.tabs) if index is None else index
    on.book.tabs.insert(index, tab)
    return {"addSheet": {"properties": properties(tab, on.book.tabs.index(tab))}}


def _free_title(book: Book, title: str, but: Tab | None = None) -> None:
    for tab in book.tabs:
        if tab is not but and tab.title.casefold() == title.casefold():
            raise invalid(
                f'A sheet with the name "{title}" already exists. Please enter another name.'
            )


def _delete_sheet(on: Carrying, body: Any) -> None:
    tab = on.book.tab(body.get("sheetId"))
    if len(on.book.tabs) == 1:
        raise invalid("You can't remove all the sheets in a document.")
    on.book.tabs.remove(tab)
    for key, name in list(on.book.names.items()):
        if (name["range"].get("sheetId") or 0) == tab.id:
            del on.book.names[key]


def _duplicate_sheet(on: Carrying, body: Any) -> Reply:
    source = on.book.tab(body.get("sourceSheetId"))
    title = body.get("newSheetName") or f"Copy of {source.title}"
    _free_title(on.book, title)
    tab = source.copy()
    tab.id = body["newSheetId"] if body.get("newSheetId") is not None else on.cloud.number()
    tab.title = title
    at = body.get("insertSheetIndex")
    on.book.tabs.insert(0 if at is None else at, tab)
    return {"duplicateSheet": {"properties": properties(tab, on.book.tabs.index(tab))}}


def _update_sheet(on: Carrying, body: Any) -> None:
    given = body.get("properties") or {}
    tab = on.book.tab(given.get("sheetId"))
    _set_properties(on.book, tab, given, mask_of(body.get("fields", "*")))


def _set_properties(book: Book, tab: Tab, given: Any, mask: Mask) -> None:
    for path in paths(mask) or [(name,) for name in given]:
        value: Any = given
        for name in path:
            value = None if value is None else value.get(name)
        _set_property(book, tab, path, value)


def _set_property(  # noqa: C901  # one case a property
    book: Book, tab: Tab, path: tuple[str, ...], value: Any
) -> None:
    match path:
        case ("title",):
            _free_title(book, value, tab)
            tab.title = value
        case ("index",):
            was = book.tabs.index(tab)
            book.tabs.remove(tab)
            at = (value or 0) - (1 if (value or 0) > was else 0)
            book.tabs.insert(at, tab)
        case ("sheetId",):
            pass
        case ("gridProperties",):
            for name, inner in (value or {}).items():
                _set_property(book, tab, ("gridProperties", name), inner)
        case ("gridProperties", "rowCount"):
            resize(tab, value or 0, tab.cols)
        case ("gridProperties", "columnCount"):
            resize(tab, tab.rows, value or 0)
        case ("gridProperties", name):
            _set_or_drop(tab.grid, name, value)
        case ("tabColor" | "tabColorStyle", *_):
            _colour(tab, path, value)
        case (name, *_):
            _set_or_drop(tab.more, name, value)


def _colour(tab: Tab, path: tuple[str, ...], value: Any) -> None:
    colour = value if path[0] == "tabColor" else (value or {}).get("rgbColor")
    if path == ("tabColorStyle", "rgbColor"):
        colour = value
    for name in ("tabColor", "tabColorStyle"):
        tab.more.pop(name, None)
    if colour is not None:
        kept = {k: _eighth(v) for k, v in colour.items() if v}
        tab.more |= {"tabColor": kept, "tabColorStyle": {"rgbColor": kept}}


def _eighth(share: float) -> float:
    """A share of colour as it comes back: in steps of a byte, as a 32 bit number."""
    import struct

    number = struct.unpack("f", struct.pack("f", int(share * 255) / 255))[0]
    return int(number) if number == int(number) else float(f"{number:.8g}")


def _set_or_drop(where: dict[str, Any], name: str, value: Any) -> None:
    if value in (None, False, 0, ""):
        where.pop(name, None)
    else:
        where[name] = value


def resize(tab: Tab, rows: int, cols: int) -> None:
    """Another size of the grid; what lay outside is gone."""
    if rows < 1 or cols < 1:
        raise invalid("You can't delete all the rows on the sheet.")
    tab.rows, tab.cols = rows, cols
    tab.cells = {at: cell for at, cell in tab.cells.items() if at in tab.all}


def _update_book(on: Carrying, body: Any) -> None:
    given, mask = body.get("properties") or {}, mask_of(body.get("fields", "*"))
    for field, name in (
        ("title", "title"), ("locale", "locale"), ("timeZone", "zone"), ("autoRecalc", "auto")
    ):  # fmt: skip
        if (not mask or field in mask or "*" in mask) and given.get(field):
            setattr(on.book, name, given[field])
            if field == "title":
                on.cloud.files[on.book.id].name = given[field]


def _update_cells(on: Carrying, body: Any) -> None:
    mask = mask_of(body.get("fields", ""))
    if not body.get("fields"):
        raise invalid(
            "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)"
        )
    rows = body.get("rows") or []
    if body.get("start") is not None:
        start = body["start"]
        tab = on.book.tab(start.get("sheetId"))
        top, left = start.get("rowIndex") or 0, start.get("columnIndex") or 0
        width = max((len(row.get("values") or []) for row in rows), default=0)
        area = Area(top, left, top + len(rows), left + width)
    else:
        tab, area = on.book.grid_range(body["range"])
    for way, end, size in (
        ("column", area.right, tab.cols),
        ("row", area.bottom, tab.rows),
    ):
        if end > size:
            beyond = f"beyond the last requested {way} of: {size - 1}"
            raise invalid(f"Attempting to write {way}: {end - 1}, {beyond}")
    on.guard(tab, area)
    whole = body.get("range") is not None
    for n in range(area.bottom - area.top):
        values = (rows[n].get("values") or []) if n < len(rows) else []
        span = area.right - area.left if whole else len(values)
        for i in range(span):
            at = (area.top + n, area.left + i)
            given = values[i] if i < len(values) else {}
            tab.put(*at, with_fields(tab.at(*at), given, mask))


def with_fields(cell: Cell, given: Any, mask: Mask) -> Cell:
    """A cell after the masked fields of a CellData were put into it."""
    every = not mask or "*" in mask
    if every or "userEnteredValue" in mask:
        cell = _with_value(cell, given.get("userEnteredValue") or {})
    if every or "note" in mask:
        cell = replace(cell, note=given.get("note") or "")
    if every or "dataValidation" in mask:
        cell = replace(cell, rule=given.get("dataValidation"))
    if every or "userEnteredFormat" in mask:
        inner = {} if every else mask["userEnteredFormat"]
        cell = replace(cell, format=_merged(cell.format, given.get("userEnteredFormat"), inner))
    return cell


def _merged(old: Any, new: Any, mask: Mask) -> Any:
    if not mask or "*" in mask:
        return new or None
    kept = dict(old or {})
    for name, inner in mask.items():
        value = (
            _merged(kept.get(name), (new or {}).get(name), inner)
            if inner
            else (new or {}).get(name)
        )
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = value
    return kept or None


def _with_value(cell: Cell, value: Any) -> Cell:
    if value.get("formulaValue") is not None:
        return replace(cell, value=None, formula=value["formulaValue"].removeprefix("="))
    for name in ("numberValue", "stringValue", "boolValue"):
        if value.get(name) is not None:
            found = value[name]
            return replace(cell, value=None if found == "" else found, formula=None)
    return cell.emptied()


def _repeat_cell(on: Carrying, body: Any) -> None:
    tab, area = on.book.grid_range(body["range"])
    mask, given = mask_of(body.get("fields", "*")), body.get("cell") or {}
    on.guard(tab, area)
    for row in range(area.top, area.bottom):
        for col in range(area.left, area.right):
            tab.put(row, col, with_fields(tab.at(row, col), given, mask))


def _add_protection(on: Carrying, body: Any) -> Reply:
    given = {k: v for k, v in (body.get("protectedRange") or {}).items() if v not in (None, False)}
    area = given.get("range") or {}
    if given.get("namedRangeId"):
        area = on.book.names[given["namedRangeId"]]["range"]
    tab = on.book.tab(area.get("sheetId"))
    key = on.cloud.number()
    kept = {"protectedRangeId": key, **given, "range": _bare(area)}
    kept.pop("requestingUserCanEdit", None)
    kept["editors"] = _editors(kept.get("editors"))
    kept["owner"] = on.email
    tab.protections[key] = kept
    return {"addProtectedRange": {"protectedRange": told_protection(kept, on.email)}}


def _editors(given: Any) -> dict[str, Any]:
    return {k: v for k, v in (given or {}).items() if v}


def _bare(area: Any) -> dict[str, Any]:
    return {k: v for k, v in area.items() if not (k == "sheetId" and not v)}


def _find_protection(book: Book, key: int | None) -> tuple[Tab, dict[str, Any]]:
    for tab in book.tabs:
        if key is not None and key in tab.protections:
            return tab, tab.protections[key]
    raise invalid(f"No protected range with id: {key}")


def _update_protection(on: Carrying, body: Any) -> None:
    given = body.get("protectedRange") or {}
    tab, kept = _find_protection(on.book, given.get("protectedRangeId"))
    mask = mask_of(body.get("fields", "*"))
    new = {**kept, **{k: v for k, v in given.items() if not mask or k in mask or "*" in mask}}
    new["range"] = _bare(new.get("range") or {})
    tab.protections[new["protectedRangeId"]] = {
        k: v for k, v in new.items() if v not in (None, False)
    }


def _delete_protection(on: Carrying, body: Any) -> None:
    tab, _ = _find_protection(on.book, body.get("protectedRangeId"))
    del tab.protections[body["protectedRangeId"]]


def _add_name(on: Carrying, body: Any) -> Reply:
    given = dict(body.get("namedRange") or {})
    if any(n["name"].casefold() == given["name"].casefold() for n in on.book.names.values()):
        raise invalid(f"A named range with the name {given['name']} already exists.")
    key = given.get("namedRangeId") or str(on.cloud.number())
    kept = {"namedRangeId": key, "name": given["name"], "range": _bare(given.get("range") or {})}
    on.book.names[key] = kept
    return {"addNamedRange": {"namedRange": kept}}


def _update_name(on: Carrying, body: Any) -> None:
    given = body.get("namedRange") or {}
    kept = on.book.names.get(given.get("namedRangeId") or "")
    if kept is None:
        raise invalid(f"No named range with id: {given.get('namedRangeId')}")
    mask = mask_of(body.get("fields", "*"))
    new = {**kept, **{k: v for k, v in given.items() if not mask or k in mask or "*" in mask}}
    on.book.names[kept["namedRangeId"]] = new | {"range": _bare(new["range"])}


def _delete_name(on: Carrying, body: Any) -> None:
    if on.book.names.pop(body.get("namedRangeId"), None) is None:
        raise invalid(f"No named range with id: {body.get('namedRangeId')}")


def _add_metadata(on: Carrying, body: Any) -> Reply:
    given = {k: v for k, v in (body.get("developerMetadata") or {}).items() if v is not None}
    key = given.get("metadataId") or on.cloud.number()
    if key in on.book.metadata:
        raise invalid(f"There is already developer metadata with id: {key}")
    on.book.metadata[key] = {**given, "metadataId": key}
    return {"createDeveloperMetadata": {"developerMetadata": on.book.metadata[key]}}


def _add_format(on: Carrying, body: Any) -> None:
    rule = body.get("rule") or {}
    tab, _ = on.book.grid_range((rule.get("ranges") or [{}])[0])
    at = body.get("index")
    tab.formats.insert(len(tab.formats) if at is None else at, rule)


def _delete_format(on: Carrying, body: Any) -> Reply:
    tab, at = on.book.tab(body.get("sheetId")), body.get("index") or 0
    if at >= len(tab.formats):
        raise invalid(f"No conditional format on sheet: {tab.id} at index: {at}")
    return {"deleteConditionalFormatRule": {"rule": tab.formats.pop(at)}}


def _nothing(on: Carrying, body: Any) -> None:
    """Looks that nobody asks back."""


Work = Callable[[Carrying, Any], Reply | None]
WORK: dict[str, Work] = {
    "addSheet": _add_sheet,
    "deleteSheet": _delete_sheet,
    "duplicateSheet": _duplicate_sheet,
    "updateSheetProperties": _update_sheet,
    "updateSpreadsheetProperties": _update_book,
    "updateCells": _update_cells,
    "repeatCell": _repeat_cell,
    "addProtectedRange": _add_protection,
    "updateProtectedRange": _update_protection,
    "deleteProtectedRange": _delete_protection,
    "addNamedRange": _add_name,
    "updateNamedRange": _update_name,
    "deleteNamedRange": _delete_name,
    "createDeveloperMetadata": _add_metadata,
    "addConditionalFormatRule": _add_format,
    "deleteConditionalFormatRule": _delete_format,
    "updateBorders": _nothing,
    **DIMENSIONS,
    **RANGES,
}

__all__ = ["carry_out", "cut", "told"]
