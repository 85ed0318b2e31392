"""Locks of whole sheets: against slips, not for secrecy (DESIGN section 8)."""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from openpyxl import Workbook
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.worksheet import Worksheet

from model.blueprint import Role

SPIN_COUNT = 100_000
SALT_BYTES = 16
ALGORITHM = "SHA-512"
STRUCTURE = "structure"
SHUT_ROLES = frozenset({Role.MARKETING, Role.ACCOUNTANT})
"""Whose books hold the few sheets of their trade; others add sheets of their own."""


def lock(ws: Worksheet, password: str) -> None:
    """Lock all cells that are not marked as open; sorting, filters and widths stay free.

    The salt comes from the sheet's name, so that equal books are equal bytes.
    """
    protection = ws.protection
    protection.sheet = True
    protection.formatColumns = protection.formatRows = False
    protection.autoFilter = protection.sort = False
    if password:
        salt, value = _hashed(ws.title, password)
        protection.algorithmName, protection.spinCount = ALGORITHM, SPIN_COUNT
        protection.saltValue, protection.hashValue = salt, value


def sheet_lock(title: str, password: str) -> dict[str, str]:
    """The same lock as attributes of the element."""
    free = dict.fromkeys(("formatColumns", "formatRows", "autoFilter", "sort"), "0")
    if not password:
        return {"sheet": "1", **free}
    salt, value = _hashed(title, password)
    return {
        "algorithmName": ALGORITHM,
        "hashValue": value,
        "saltValue": salt,
        "spinCount": str(SPIN_COUNT),
        "sheet": "1",
        **free,
    }


def shut(book: Workbook, password: str) -> None:
    """Lock the list of tabs of a book whose person has nothing to add to it."""
    given = structure_lock(password)
    book.security = WorkbookProtection(
        lockStructure=True,
        workbookAlgorithmName=given.get("workbookAlgorithmName"),
        workbookHashValue=given.get("workbookHashValue"),
        workbookSaltValue=given.get("workbookSaltValue"),
        workbookSpinCount=SPIN_COUNT if password else None,
    )


def structure_lock(password: str) -> dict[str, str]:
    """The lock of the list of tabs as attributes."""
    if not password:
        return {"lockStructure": "1"}
    salt, value = _hashed(STRUCTURE, password)
    return {
        "workbookAlgorithmName": ALGORITHM,
        "workbookHashValue": value,
        "workbookSaltValue": salt,
        "workbookSpinCount": str(SPIN_COUNT),
        "lockStructure": "1",
    }


def _hashed(what: str, password: str) -> tuple[str, str]:
    """Salt and hash of a lock; equal locks are equal bytes."""
    salt = hashlib.sha256(what.encode()).digest()[:SALT_BYTES]
    value = locked_hash(password, salt)
    return base64.b64encode(salt).decode(), base64.b64encode(value).decode()


@cache
def locked_hash(password: str, salt: bytes) -> bytes:
    """Hash of a sheet's password by ISO/IEC 29500 part 4, 14.1.1 (XLSX.md section 4.12)."""
    value = hashlib.sha512(salt + password.encode("utf-16-le")).digest()
    for spin in range(SPIN_COUNT):
        value = hashlib.sha512(value + spin.to_bytes(4, "little")).digest()
    return value
