"""What of a team's data may stand in the log: nothing that names a client.

Phones, e-mails and INNs are masked in every line. The text of an exception that is not ours may
hold whatever stood in a cell, so its quotes, its Cyrillic and its long numbers go; where it
happened and what kind it was stays. Names of books and of the team's own people may stand there:
they are names of files that the reader of the log has before him.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Iterator
from typing import Any

from typing_extensions import override

_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(\.[\w-]{1,63})+")
_GAP = r"[\s()-]{0,3}"
_PHONE = re.compile(
    rf"(?<![\w.:/-])(?:\+7|8|7)?{_GAP}\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{2}}{_GAP}\d{{2}}(?!\w)"
)
_LONG = re.compile(r"(?<![\w.])\d{9,}(?![\w.])")
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|«[^»\n]*»")
_CYRILLIC = re.compile(r"[А-Яа-яЁё][А-Яа-яЁё\s.-]*")
SEEN = 2
"""So many last digits stay, so that two lines about one client can be told to be so."""
FORM = "%(asctime)s %(levelname)s %(message)s"


class Masked(logging.Formatter):
    """Lines in which no client can be recognised."""

    def __init__(self) -> None:
        super().__init__(FORM)

    @override
    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = masked(record.message)
        return super().formatMessage(record)

    @override
    def formatException(self, ei: Any) -> str:
        """Files, lines and kinds of errors; of their words only what cannot be data."""
        return "\n".join(_told(ei[1])) if ei[1] is not None else ""


def _told(error: BaseException) -> Iterator[str]:
    """What came before, where it happened, what it was, and what it was made of."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _told(before)
        yield ""
    yield "Traceback (most recent call last):"
    yield from "".join(traceback.format_tb(error.__traceback__)).splitlines()
    words = " ".join(bare(str(error)).split())
    yield f"{type(error).__name__}: {words}"
    for part in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from (f"  {line}" for line in _told(part))


def masked(text: str) -> str:
    """A text without phones, e-mails and INNs; the last two digits of a number stay."""
    text = _MAIL.sub("…@…", text)
    text = _PHONE.sub(_ending, text)
    return _LONG.sub(_ending, text)


def _ending(found: re.Match[str]) -> str:
    digits = [letter for letter in found[0] if letter.isdigit()]
    return "…" + "".join(digits[-SEEN:])


def bare(words: str) -> str:
    """Words of an exception without anything that may have stood in a cell."""
    return masked(_CYRILLIC.sub("…", _QUOTED.sub("…", words)))
