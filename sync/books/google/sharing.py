"""Who can open a spreadsheet, and its content as a file: the few calls of Drive that we need."""

from __future__ import annotations

import json

from gspread.urls import DRIVE_FILES_API_V3_URL

from sync.books.google.client import PatientClient
from sync.place import Access

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
