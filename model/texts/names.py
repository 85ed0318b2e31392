"""Names of the texts of errors and commands; the words stand in `model.texts.ru`."""

from __future__ import annotations

from enum import Enum, auto


class Text(Enum):
    """One member per text; a test checks that every language has them all."""

    NOT_A_WORKBOOK = auto()
    HALF_COPIED = auto()
    ENCRYPTED = auto()
    HOSTILE = auto()
    ODD_WORKBOOK = auto()
    WORKBOOK_GONE = auto()
    WORKBOOK_BUSY = auto()
    WORKBOOK_CHANGED = auto()
    CANNOT_READ = auto()
    FILE_LOCKED = auto()
    CANNOT_WRITE = auto()
    NOT_OUR_WORKBOOK = auto()
    SHEET_GONE = auto()
    KEYS_LOST = auto()
    ALREADY_RUNNING = auto()
    LEASE_LOST = auto()
    WRONG_PLACE_FOR_STORE = auto()
    UNKNOWN_TEAM = auto()
    SEVERAL_TEAMS = auto()
    FOLDER_TAKEN = auto()
    UNKNOWN_SETTING = auto()
    WRONG_SETTING = auto()
    WRONG_MONTH = auto()
    WRONG_ANSWER = auto()
    WRONG_PLACE = auto()
    UNREADABLE_INPUT = auto()
    COLUMNS_NOT_FOUND = auto()
    STORE_DAMAGED = auto()
    STORE_BUSY = auto()
    STORE_TOO_NEW = auto()
    BACKUP_DAMAGED = auto()
    A_COPY = auto()
    A_BATCH = auto()
    A_CELL = auto()
    A_COLUMN = auto()
    A_QUESTION = auto()
    A_PERSON = auto()
    A_DEAL = auto()
    A_SCHEME = auto()
    A_CLOSED_MONTH = auto()
    A_BOOK = auto()
    AN_ANSWER = auto()
