"""The whole service: who calls, how often, what is asked, what goes wrong, what is answered."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from tests.google.emulator import drive, values
from tests.google.emulator.a1 import Area
from tests.google.emulator.batch import Carrying, carry_out
from tests.google.emulator.checked import counted
from tests.google.emulator.discovery import api
from tests.google.emulator.faults import (
    DONE,
    Answer,
    Call,
    Faults,
    Kind,
    Refused,
    broken,
    invalid,
    quota,
)
from tests.google.emulator.masks import mask_of
from tests.google.emulator.state import Book, Cloud, Sums, Tab
from tests.google.emulator.viewing import view

MINUTE = timedelta(minutes=1)
PER_USER, PER_PROJECT = 60, 300
_BOOK = re.compile(r"/v4/spreadsheets(?:/([^/:]+))?(:[A-Za-z]+|/.*)?")
_JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Violation(AssertionError):
    """An answer of the emulator that Google's own documents do not allow."""


@dataclass(slots=True)
class Google:
    """Sheets and Drive; `limits` switches the quotas on."""

    cloud: Cloud = field(default_factory=Cloud)
    faults: Faults = field(default_factory=Faults)
    limits: bool = False
    calls: Counter[str] = field(default_factory=Counter)
    log: list[tuple[str, str, int]] = field(default_factory=list)
    """(method, path, status) of each request."""
    _used: dict[tuple[str, str], deque[datetime]] = field(default_factory=dict)

    def answer(self, call: Call) -> Answer:
        """What comes back; raises Lost when nothing does."""
        if self.faults.between is not None:
            self.faults.between(call)
        strike = self.faults.take(call)
        if strike is not None and strike not in DONE:
            self.log.append((call.method, call.path, 0))
            return broken(strike)
        try:
            found = self._answer(call)
        except Refused as error:
            found = error.answer()
        self.log.append((call.method, call.path, found.status))
        if strike is not None:
            return broken(strike)
        return found

    def _answer(self, call: Call) -> Answer:
        if call.path == "/token":
            return self._token(call)
        email = self._caller(call)
        over = self._over_quota(call, email)
        if over is not None:
            return over
        name = "drive.v3" if "/drive/" in call.path else "sheets.v4"
        method = api(name).method(call.method, call.path)
        self.calls[method.id if method else f"{call.method} {call.path}"] += 1
        if method is not None and method.request and isinstance(call.body, dict):
            _asked_rightly(name, method.id, method.request, call.body)
        if name == "drive.v3":
            found = drive.answer(self.cloud, email, call)
        else:
            found = self._sheets(call, email)
        if method is not None and method.response and isinstance(found.body, dict):
            wrong = next(api(name).faults(method.response, found.body, lenient=False), "")
            counted("answers", method.id, wrong)
            if wrong:
                raise Violation(f"{method.id}: {wrong}")
        return found

    def _token(self, call: Call) -> Answer:
        """An access token for the account that signed the request."""
        given = dict(call.query) if not isinstance(call.body, dict) else call.body
        if given.get("grant_type") != _JWT:
            return Answer(400, {"error": "unsupported_grant_type"})
        claims = str(given["assertion"]).split(".")[1]
        account = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["iss"]
        token = self.cloud.sign_in(account)
        body = {"access_token": token, "expires_in": 3599, "token_type": "Bearer"}
        return Answer(200, body)

    def _caller(self, call: Call) -> str:
        token = call.headers.get("authorization", "").removeprefix("Bearer ")
        email, until = self.cloud.tokens.get(token, ("", self.cloud.now()))
        if not email or until <= self.cloud.now():
            raise Refused(
                401,
                "Request had invalid authentication credentials. Expected OAuth 2 access token.",
                "UNAUTHENTICATED",
            )
        return email

    def _over_quota(self, call: Call, email: str) -> Answer | None:
        if not self.limits or "/drive/" in call.path:
            return None
        metric = "Read requests" if call.is_read else "Write requests"
        now = self.cloud.now()
        for who, most in ((email, PER_USER), ("", PER_PROJECT)):
            used = self._used.setdefault((metric, who), deque())
            while used and now - used[0] >= MINUTE:
                used.popleft()
            if len(used) >= most:
                return quota(metric=metric)
        for who in (email, ""):
            self._used[metric, who].append(now)
        return None

    def _sheets(self, call: Call, email: str) -> Answer:
        match = _BOOK.fullmatch(call.path)
        if match is None:
            raise Refused(404, "Not Found", "NOT_FOUND")
        if match[1] is None:
            return self._create(call, email)
        book = self._book(unquote(match[1]), email)
        sums = self.cloud.sums(book)
        work, rest = match[2] or "", ""
        if work.startswith("/values/"):
            work, rest = "/values", work.removeprefix("/values/")
        if work == "/values":
            text, _, verb = rest.rpartition(":") if _is_verb(rest) else (rest, "", "")
            return self._range(call, book, sums, (unquote(text), verb, email))
        if not call.is_read:
            self._may_write(book, email)
        return self._whole(call, book, sums, (work, email))

    def _create(self, call: Call, email: str) -> Answer:
        given = (call.body or {}).get("properties") or {}
        key = self.cloud.create(
            email,
            given.get("title") or "Untitled spreadsheet",
            locale=given.get("locale") or "en_US",
            zone=given.get("timeZone") or "Etc/GMT",
        )
        book = self.cloud.books[key]
        return Answer(200, view(book, self.cloud.sums(book), [], {}, with_grid=False, email=email))

    def _book(self, key: str, email: str) -> Book:
        book = self.cloud.books.get(key)
        if book is None:
            raise Refused(404, "Requested entity was not found.", "NOT_FOUND")
        if self.cloud.files[key].role_of(email) is None:
            raise Refused(403, "The caller does not have permission", "PERMISSION_DENIED")
        return book

    def _may_write(self, book: Book, email: str) -> None:
        if self.cloud.files[book.id].role_of(email) not in {"owner", "writer", "organizer"}:
            raise Refused(403, "The caller does not have permission", "PERMISSION_DENIED")

    def _range(self, call: Call, book: Book, sums: Sums, asked: tuple[str, str, str]) -> Answer:
        text, verb, email = asked
        options = dict(call.query)
        if call.is_read:
            return Answer(200, values.get(book, sums, text, options))
        self._may_write(book, email)
        guard = Carrying(self.cloud, book, email).guard
        self._fits(book, call)
        found: Any
        match call.method, verb:
            case "PUT", "":
                option = options.get("valueInputOption", "")
                if option not in {"RAW", "USER_ENTERED"}:
                    raise invalid("'valueInputOption' is required but not specified")
                found = values.update(book, text, call.body or {}, option, guard)
            case "POST", "clear":
                found = {"spreadsheetId": book.id, "clearedRange": values.clear(book, text, guard)}
            case "POST", "append":
                found = values.append(book, sums, text, call.body or {}, options, guard)
            case _:
                raise Refused(404, "Not Found", "NOT_FOUND")
        self.cloud.touched(book.id)
        return Answer(200, found)

    def _fits(self, book: Book, call: Call) -> None:
        """Too large a body is refused."""
        if len(str(call.body)) > 10_000_000:
            raise invalid("Request payload size exceeds the limit: 10485760 bytes.")

    def _whole(self, call: Call, book: Book, sums: Sums, asked: tuple[str, str]) -> Answer:
        work, email = asked
        body = call.body or {}
        match call.method, work:
            case "GET", "":
                with_grid = call.one("includeGridData").casefold() == "true"
                mask, ranges = mask_of(call.one("fields")), call.every("ranges")
                return Answer(200, view(book, sums, ranges, mask, with_grid=with_grid, email=email))
            case "POST", ":batchUpdate":
                return self._batch(call, book, email)
            case "GET", "/values:batchGet":
                options = dict(call.query)
                found = [values.get(book, sums, text, options) for text in call.every("ranges")]
                return Answer(200, {"spreadsheetId": book.id, "valueRanges": found})
            case "POST", "/values:batchUpdate":
                return Answer(200, self._values(book, body, email))
            case "POST", "/values:batchClear":
                guard = Carrying(self.cloud, book, email).guard
                gone = [values.clear(book, text, guard) for text in body.get("ranges") or []]
                self.cloud.touched(book.id)
                return Answer(200, {"spreadsheetId": book.id, "clearedRanges": gone})
        if re.fullmatch(r"/sheets/\d+:copyTo", work):
            return self._copy_tab(call, book, (int(work.split("/")[2].split(":")[0]), email))
        raise Refused(404, "Not Found", "NOT_FOUND")

    def _batch(self, call: Call, book: Book, email: str) -> Answer:
        body = call.body or {}
        self._fits(book, call)
        for text in body.get("responseRanges") or []:
            book.range(text)
        replies = carry_out(self.cloud, book, email, body.get("requests") or [])
        self.cloud.touched(book.id)
        found: dict[str, Any] = {"spreadsheetId": book.id, "replies": replies}
        if body.get("includeSpreadsheetInResponse"):
            grid = bool(body.get("responseIncludeGridData"))
            mask, ranges = mask_of(call.one("fields")), body.get("responseRanges") or []
            inner = mask.get("updatedSpreadsheet", {})
            sums = self.cloud.sums(book)
            found["updatedSpreadsheet"] = view(
                book, sums, ranges, inner, with_grid=grid, email=email
            )
            if mask:
                found = {k: v for k, v in found.items() if k in mask}
        return Answer(200, found)

    def _values(self, book: Book, body: Any, email: str) -> dict[str, Any]:
        draft = book.copy()
        guard = Carrying(self.cloud, draft, email).guard
        option = body.get("valueInputOption") or ""
        done = [
            values.update(draft, part["range"], part, option, guard)
            for part in body.get("data") or []
        ]
        book.take(draft)
        self.cloud.touched(book.id)
        rows, cols = set[tuple[str, int]](), set[tuple[str, int]]()
        for one in done:
            tab, area, _ = book.range(one["updatedRange"])
            rows |= {(tab.title, n) for n in range(area.top, area.bottom)}
            cols |= {(tab.title, n) for n in range(area.left, area.right)}
        return {
            "spreadsheetId": book.id,
            "totalUpdatedRows": len(rows),
            "totalUpdatedColumns": len(cols),
            "totalUpdatedCells": sum(one.get("updatedCells", 0) for one in done),
            "totalUpdatedSheets": len({title for title, _ in rows}),
            "responses": done,
        }

    def _copy_tab(self, call: Call, book: Book, asked: tuple[int, str]) -> Answer:
        from tests.google.emulator.viewing import properties

        key, email = asked
        target = self._book((call.body or {}).get("destinationSpreadsheetId", ""), email)
        self._may_write(target, email)
        tab = book.tab(key).copy()
        tab.id = self.cloud.number()
        tab.title, number = f"Copy of {tab.title}", 1
        while target.named(tab.title) is not None:
            number += 1
            tab.title = f"Copy of {book.tab(key).title} {number}"
        target.tabs.append(tab)
        self.cloud.touched(target.id)
        return Answer(200, properties(tab, len(target.tabs) - 1))


def _is_verb(rest: str) -> bool:
    return rest.rpartition(":")[2] in {"clear", "append"}


def _asked_rightly(name: str, method: str, schema: str, body: Any) -> None:
    found = api(name).faults(schema, body, lenient=True)
    wrong = next((one for one in found if not one.startswith("ValueRange.values")), "")
    counted("requests", method, wrong)
    if "Unknown name" in wrong:
        raise invalid(f"Invalid JSON payload received. {wrong}: Cannot find field.")
    if wrong:
        raise invalid(f"Invalid value at '{wrong}'")


Handler = Callable[[Call], Answer]

__all__ = ["Answer", "Area", "Call", "Google", "Kind", "Tab", "Violation"]
