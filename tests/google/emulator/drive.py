"""Drive v3 as far as it concerns spreadsheets: files, permissions, export, revisions, comments."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from openpyxl import Workbook

from model.values import Fault
from tests.google.emulator.entering import entered, shown
from tests.google.emulator.faults import Answer, Call, Refused, invalid
from tests.google.emulator.masks import cut, mask_of
from tests.google.emulator.state import BARE, Cloud, File, Sums, Tab

SHEET = "application/vnd.google-apps.spreadsheet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILE = re.compile(r"/drive/v3/files/([^/]+)(/[a-z]+)?(?:/([^/]+))?")
_UPLOAD = re.compile(r"/upload/drive/v2/files/([^/]+)")
_WRITERS = frozenset({"owner", "organizer", "fileOrganizer", "writer"})


def answer(cloud: Cloud, email: str, call: Call) -> Answer:
    """What Drive says to a request; raises Refused."""
    if call.path == "/drive/v3/files":
        return _create(cloud, email, call) if call.method == "POST" else _list(cloud, email, call)
    if match := _UPLOAD.fullmatch(call.path):
        return _upload(cloud, email, unquote(match[1]), call)
    match = _FILE.fullmatch(call.path)
    if match is None:
        raise Refused(404, "Not Found", "NOT_FOUND")
    file = _found(cloud, email, unquote(match[1]))
    return _of_file(cloud, email, file, (call, match[2] or "", match[3] or ""))


def _of_file(cloud: Cloud, email: str, file: File, asked: tuple[Call, str, str]) -> Answer:
    call, part, key = asked
    match call.method, part:
        case "GET", "":
            return Answer(200, _told(file, call))
        case "DELETE", "":
            _only(file, email, {"owner"})
            del cloud.files[file.id], cloud.books[file.id]
            return Answer(204)
        case "PATCH", "":
            _only(file, email, _WRITERS)
            file.name = (call.body or {}).get("name", file.name)
            return Answer(200, _told(file, call))
        case "POST", "/copy":
            return _copy(cloud, email, file, call)
        case "GET", "/comments":
            return Answer(200, {"comments": []})
        case "GET", "/revisions":
            head = {"kind": "drive#revision", "id": "1", "mimeType": SHEET}
            told = [{**head, "modifiedTime": moment(file.modified)}]
            return Answer(200, {"kind": "drive#revisionList", "revisions": told})
        case "GET", "/export":
            return _export(cloud, file, call)
        case _, "/permissions":
            return _permissions(cloud, email, file, (call, key))
    raise Refused(404, "Not Found", "NOT_FOUND")


def moment(at: datetime) -> str:
    """A time as Drive writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def _found(cloud: Cloud, email: str, key: str) -> File:
    file = cloud.files.get(key)
    if file is None or file.role_of(email) is None:
        where = {"locationType": "parameter", "location": "fileId"}
        errors = [
            {
                "message": f"File not found: {key}.",
                "domain": "global",
                "reason": "notFound",
                **where,
            }
        ]
        raise Refused(404, f"File not found: {key}.", "NOT_FOUND", errors=errors)
    return file


def _only(file: File, email: str, roles: frozenset[str] | set[str]) -> None:
    if file.role_of(email) not in roles:
        reason = [{"domain": "global", "reason": "insufficientFilePermissions"}]
        raise Refused(
            403,
            "The user does not have sufficient permissions for this file.",
            "PERMISSION_DENIED",
            errors=reason,
        )


def _told(file: File, call: Call) -> dict[str, Any]:
    mask = mask_of(call.one("fields"))
    whole = {
        "kind": "drive#file",
        "id": file.id,
        "name": file.name,
        "mimeType": SHEET,
        "trashed": file.trashed,
        "createdTime": moment(file.created),
        "modifiedTime": moment(file.modified),
        "permissions": [told_permission(p) for p in file.permissions],
        "owners": [
            {"kind": "drive#user", "emailAddress": p["emailAddress"]}
            for p in file.permissions
            if p["role"] == "owner"
        ],
    }
    told: dict[str, Any] = cut(whole, mask or mask_of("kind,id,name,mimeType"))
    return told


def told_permission(kept: dict[str, str]) -> dict[str, str]:
    """A permission as Drive tells it."""
    return {"kind": "drive#permission", **kept}


def _create(cloud: Cloud, email: str, call: Call) -> Answer:
    body = call.body or {}
    if body.get("mimeType", SHEET) != SHEET:
        raise invalid("Only spreadsheets are known here.")
    key = cloud.create(email, body.get("name") or "Untitled spreadsheet")
    return Answer(200, _told(cloud.files[key], call))


def _copy(cloud: Cloud, email: str, file: File, call: Call) -> Answer:
    name = (call.body or {}).get("name") or f"Copy of {file.name}"
    key = cloud.create(email, name)
    book = cloud.books[file.id].copy()
    book.id, book.title = key, name
    for tab in book.tabs:
        for kept in tab.protections.values():
            kept.pop("editors", None)
    cloud.books[key] = book
    return Answer(200, _told(cloud.files[key], call))


_NAME = re.compile(r'name = "((?:[^"\\]|\\.)*)"')


def _list(cloud: Cloud, email: str, call: Call) -> Answer:
    files = [f for f in cloud.files.values() if f.role_of(email) is not None]
    wanted = _NAME.search(call.one("q"))
    if wanted is not None:
        name = re.sub(r"\\(.)", r"\1", wanted[1])
        files = [f for f in files if f.name == name]
    mask = mask_of(call.one("fields"))
    inner = Call("GET", call.path, (("fields", _inner(call.one("fields"))),))
    told = {"kind": "drive#fileList", "files": [_told(f, inner) for f in files]}
    return Answer(200, cut(told, mask))


def _inner(fields: str) -> str:
    match = re.search(r"files\(([^)]*)\)", fields)
    return match[1] if match else "kind,id,name,mimeType"


def _export(cloud: Cloud, file: File, call: Call) -> Answer:
    book = cloud.books[file.id]
    sums = cloud.sums(book)
    kind = call.one("mimeType")
    if kind == "text/csv":
        return Answer(200, _csv(book.tabs[0], sums, book.locale), "text/csv")
    if kind != XLSX:
        raise invalid("Export only supports Docs Editors files.")
    made = Workbook()
    made.remove(made.worksheets[0])
    for tab in book.tabs:
        ws = made.create_sheet(tab.title[:31])
        if tab.more.get("hidden"):
            ws.sheet_state = "hidden"
        for (row, col), cell in tab.cells.items():
            if cell.formula is not None:
                ws.cell(row + 1, col + 1, f"={cell.formula}")
            elif cell.is_filled:
                written = ws.cell(row + 1, col + 1)
                written.value = cell.value
                if isinstance(cell.value, str):
                    written.data_type = "s"
    out = io.BytesIO()
    made.save(out)
    return Answer(200, out.getvalue(), XLSX)


def _csv(tab: Tab, sums: Sums, locale: str) -> str:
    places = list(tab.filled(tab.all))
    height = max((r for r, _ in places), default=-1) + 1
    width = max((c for _, c in places), default=-1) + 1
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in range(height):
        writer.writerow(
            [shown(sums.of(tab, row, c), tab.at(row, c).format, locale) for c in range(width)]
        )
    return out.getvalue().removesuffix("\r\n")


def _upload(cloud: Cloud, email: str, key: str, call: Call) -> Answer:
    """A CSV that takes the place of everything; the first tab gets the file's name."""
    file = _found(cloud, email, key)
    _only(file, email, _WRITERS)
    text = call.body if isinstance(call.body, str) else bytes(call.body or b"").decode()
    tab = Tab(0, file.name)
    for row, line in enumerate(csv.reader(io.StringIO(text))):
        for col, value in enumerate(line):
            tab.put(row, col, entered(BARE, value, cloud.books[key].locale))
    cloud.books[key].tabs = [tab]
    cloud.touched(key)
    return Answer(200, {"kind": "drive#file", "id": key, "mimeType": SHEET, "title": file.name})


def _permissions(cloud: Cloud, email: str, file: File, asked: tuple[Call, str]) -> Answer:
    call, key = asked
    if call.method == "GET":
        told = [told_permission(p) for p in file.permissions]
        return Answer(200, {"kind": "drive#permissionList", "permissions": told})
    _only(file, email, _WRITERS)
    if call.method == "POST":
        body = call.body or {}
        made = cloud.share(file.id, body.get("emailAddress", ""), body["role"], body["type"])
        if (
            call.one("sendNotificationEmail", "true").casefold() == "true"
            and body["type"] == "user"
        ):
            cloud.mails.append((body["emailAddress"], file.id))
        kept = next(p for p in file.permissions if p["id"] == made)
        return Answer(200, {k: v for k, v in told_permission(kept).items() if k != "emailAddress"})
    if call.method == "DELETE":
        gone = [p for p in file.permissions if p["id"] == key]
        if not gone:
            raise Refused(404, f"Permission not found: {key}.", "NOT_FOUND")
        file.permissions.remove(gone[0])
        return Answer(204)
    raise Refused(404, "Not Found", "NOT_FOUND")


__all__ = ["Fault", "answer"]
