"""What an e-mail cell says: lower-case addresses without names, several in a cell."""

from __future__ import annotations

import re

from model.identity import EMPTY, Reading, Status, squeeze
from model.problems import Code
from model.values import Fault, Value

_ADDRESS = r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)*\.[^\W\d_][\w-]+"
_ONE = re.compile(_ADDRESS)
_BETWEEN = re.compile(r"[;,\s|]+")
_COMMA_FOR_DOT = re.compile(r"(@[\w-]+),([a-zрф]{2,6})\b(?!@|\S*@)", re.IGNORECASE)
_LATIN = str.maketrans("асеорхуікАСЕОРХУТМНВК", "aceopxyikACEOPXYTMHBK")
FREE_HOSTS = frozenset(
    {"mail.ru", "bk.ru", "inbox.ru", "list.ru", "internet.ru", "yandex.ru", "ya.ru", "yandex.com"}
    | {"gmail.com", "rambler.ru", "hotmail.com", "outlook.com", "icloud.com"}
)
"""Mailboxes that anyone may open: a shared local part there proves little."""
COMMON_BOXES = frozenset(["info", "office", "mail", "sales", "zakaz", "admin", "buh", "manager"])
"""Local parts that stand for a desk, not for a person."""


def read_email(value: Value) -> Reading:
    """What an e-mail cell says."""
    if value is None or isinstance(value, Fault):
        return EMPTY
    if not isinstance(value, str):
        return Reading(Status.REJECT, code=Code.EMAIL_SHAPE)
    text = squeeze(value).casefold().replace("mailto:", "")
    if "@" not in text:
        is_words = not re.search(r"[a-z0-9]\.[a-z]{2,6}\b|\d", text)
        return EMPTY if is_words else Reading(Status.REJECT, code=Code.EMAIL_SHAPE)
    return _addresses(text)


def is_strong_email(address: str) -> bool:
    """Whether two clients with this address are likely the same."""
    box, _, host = address.partition("@")
    return not (host in FREE_HOSTS and box in COMMON_BOXES)


def _addresses(text: str) -> Reading:
    mended = _COMMA_FOR_DOT.sub(r"\1.\2", text)
    found = tuple(dict.fromkeys(_tidy(a) for a in _ONE.findall(mended)))
    if not found or mended.count("@") != len(_ONE.findall(mended)):
        return _suggested(mended)
    latin = tuple(_folded(address) for address in found)
    if mended != text or latin != found:
        return Reading(Status.ASK, latin, Code.EMAIL_SHAPE)
    return Reading(Status.OK, found)


def _suggested(text: str) -> Reading:
    joined = re.sub(r"\s*([@.])\s*", r"\1", re.sub(r"@+", "@", text))
    if joined.count("@") == 1 and joined != text and _ONE.fullmatch(joined):
        return Reading(Status.ASK, (_folded(joined),), Code.EMAIL_SHAPE)
    return Reading(Status.REJECT, code=Code.EMAIL_SHAPE)


def _tidy(address: str) -> str:
    return address.strip(".'")


def _folded(address: str) -> str:
    """Cyrillic look-alikes as Latin where the rest of the address is Latin."""
    folded = address.translate(_LATIN)
    return folded if folded.isascii() else address
