"""Who can open a spreadsheet, and its content as a file: the few calls of Drive that we need."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from gspread.urls import DRIVE_FILES_API_V3_URL

from sync.books.google.client import PatientClient

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROLES = {
    "owner": "владелец",
    "organizer": "владелец",
    "writer": "редактор",
    "commenter": "комментатор",
    "reader": "читатель",
}


@dataclass(frozen=True, slots=True)
class Access:
    """Somebody who can open a spreadsheet; an empty address: whoever has the link."""

    email: str
    role: str

    @property
    def is_open(self) -> bool:
        """Whether no name stands behind it: a link, a whole domain."""
        return not self.email

    def words(self) -> str:
        """«ivanov@example.com, редактор»."""
        return f"{self.email or 'любой, у кого есть ссылка'}, {ROLES.get(self.role, self.role)}"


def accesses(client: PatientClient, key: str) -> tuple[Access, ...]:
    """Everybody who can open a spreadsheet."""
    url = f"{DRIVE_FILES_API_V3_URL}/{key}/permissions"
    params = {"supportsAllDrives": True, "fields": "permissions(emailAddress,role,type)"}
    told = json.loads(client.request("get", url, params=params).content)
    return tuple(Access(p.get("emailAddress", ""), p["role"]) for p in told["permissions"])


def about(client: PatientClient) -> None:
    """The cheapest question that only a known key gets answered."""
    params = {"pageSize": 1, "fields": "files(id)"}
    client.request("get", DRIVE_FILES_API_V3_URL, params=params)


def give(client: PatientClient, key: str, email: str) -> None:
    """Somebody may edit from now on; Google sends no letter."""
    url = f"{DRIVE_FILES_API_V3_URL}/{key}/permissions"
    params = {"supportsAllDrives": True, "sendNotificationEmail": False}
    body = {"type": "user", "role": "writer", "emailAddress": email}
    client.request("post", url, params=params, json=body)


def exported(client: PatientClient, key: str) -> bytes:
    """The spreadsheet as a workbook; Google gives no more than 10 MB."""
    url = f"{DRIVE_FILES_API_V3_URL}/{key}/export"
    return bytes(client.request("get", url, params={"mimeType": XLSX}).content)


def strangers(found: Iterable[Access], known: Collection[str]) -> tuple[Access, ...]:
    """Accesses of nobody we know: not the owner of the file, not the program, not its person."""
    names = {email.casefold() for email in known}
    return tuple(
        one
        for one in found
        if one.role not in {"owner", "organizer"} and one.email.casefold() not in names
    )
