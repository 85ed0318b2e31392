"""Locks of whole sheets: against slips, not for secrecy (DESIGN section 8)."""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from openpyxl.worksheet.worksheet import Worksheet

SPIN_COUNT = 100_000
SALT_BYTES = 16


def lock(ws: Worksheet, password: str) -> None:
    """Lock all cells that are not marked as open; sorting, filters and widths stay free.

    The salt comes from the sheet's name, so that equal books are equal bytes.
    """
    protection = ws.protection
    protection.sheet = True
    protection.formatColumns = protection.formatRows = False
    protection.autoFilter = protection.sort = False
    if password:
        salt = hashlib.sha256(ws.title.encode()).digest()[:SALT_BYTES]
        protection.algorithmName, protection.spinCount = "SHA-512", SPIN_COUNT
        protection.saltValue = base64.b64encode(salt).decode()
        protection.hashValue = base64.b64encode(locked_hash(password, salt)).decode()


@cache
def locked_hash(password: str, salt: bytes) -> bytes:
    """Hash of a sheet's password by ISO/IEC 29500 part 4, 14.1.1 (XLSX.md section 4.12)."""
    value = hashlib.sha512(salt + password.encode("utf-16-le")).digest()
    for spin in range(SPIN_COUNT):
        value = hashlib.sha512(value + spin.to_bytes(4, "little")).digest()
    return value
