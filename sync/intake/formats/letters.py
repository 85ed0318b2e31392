"""Letters, alone (.eml) or in a box (mbox), in any charset and however broken.

A letter that carries a request is a lead: from lines «label: value» where it has them, else with
its whole text, for silence would lose a client. Answers of machines are told and left. The number
of a letter is its Message-ID; without one its content.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime

from model.values import Value
from sync.imports import ImportKind, Incoming, Refused
from sync.imports.csv_file import decode_text
from sync.imports.headings import folded
from sync.imports.raw import clean_text
from sync.intake.formats.reading import Clock, Merging, Reading, Row, Wish, row_of, source_of
from sync.intake.formats.records import known_field

_FIELD = re.compile(rb"[!-9;-~]{1,60}[ \t]*:")
_MARKS = re.compile(
    rb"^(?:from|to|subject|date|received|message-id|return-path|delivered-to|mime-version|"
    rb"content-type|x-[\w-]+)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_BOX = re.compile(rb"^From \S+.*\r?\n", re.MULTILINE)
_LABEL = re.compile(r"\s*[*•\-]?\s*([^:\n]{2,40}?)\s*:\s*(\S.*)")
_TAG = re.compile(r"<(?:br|/p|/div|/tr|/li)\b[^>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(
    r"<(?:style|script)\b.*?</(?:style|script)>|<[^>]*>", re.DOTALL | re.IGNORECASE
)
_HEAD = 2_000
_LONGEST = 10_000
"""Characters of a letter that a lead keeps; the letter itself stays in the mailbox."""
_LABELS_NEEDED = 2
_MACHINES = re.compile(r"mailer-daemon|postmaster|no-?reply-dsn", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says, as far as it can be read; blank where it says nothing."""

    number: str
    """Message-ID, or a digest where there is none."""
    sent: datetime | None
    """As its header says, which may lie."""
    sender: str
    sender_name: str
    receivers: tuple[str, ...]
    subject: str
    text: str
    answers_to: str
    automatic: bool
    """An answer of a machine: a bounce, «я в отпуске»."""
    files: tuple[tuple[str, bytes], ...] = ()
    """Attachments with the name that the letter gives, which is not to be trusted."""


def read_letters(raw: bytes, name: str, wish: Wish) -> Reading | None:
    """Leads of a letter or a box of letters, or the letters themselves when asked for."""
    del name
    if not is_letter(raw):
        return None
    boxed = raw.startswith(b"From ") and len(_BOX.findall(raw)) > 1
    kind = wish.kind or (ImportKind.LETTERS if boxed else ImportKind.LEADS)
    if kind not in {ImportKind.LEADS, ImportKind.LETTERS}:
        return None
    return Reading(
        kind=kind,
        format="mbox" if boxed else "eml",
        title="Почтовый ящик" if boxed else "Письмо",
        source=source_of(kind, "mail"),
        rows=tuple(_rows(raw, kind, wish)),
        merging=Merging.JOINED,
        headers=("Отправитель", "Тема"),
    )


def is_letter(raw: bytes) -> bool:
    """Whether the bytes begin with the headers of a letter."""
    head = raw[:_HEAD].lstrip(b"\xef\xbb\xbf\r\n")
    if head.startswith(b"From "):
        head = head.partition(b"\n")[2]
    first = head.partition(b"\n")[0]
    return bool(_FIELD.match(first) and _MARKS.search(head))


def _rows(raw: bytes, kind: ImportKind, wish: Wish) -> Iterator[Row]:
    clock = wish.clock("mail")
    for line, one in enumerate(letters_in(raw), 1):
        letter = letter_of(one)
        if kind is ImportKind.LETTERS:
            yield letter_row(line, letter, clock)
        else:
            yield lead_row(line, letter, clock)


def letters_in(raw: bytes) -> Iterator[bytes]:
    """The letters of a box, or the only one."""
    if not raw.startswith(b"From "):
        yield raw
        return
    found = (m.start() for m in _BOX.finditer(raw))
    starts = [at for at in found if at == 0 or _is_break(raw, at)] or [0]
    for start, end in zip(starts, [*starts[1:], len(raw)], strict=True):
        yield raw[start:end].partition(b"\n")[2]


def _is_break(raw: bytes, at: int) -> bool:
    """Whether a line «From …» begins a letter: a blank line stands before it."""
    return raw[max(at - 2, 0) : at] in {b"\n\n", b"\r\n"} and raw[at - 1 : at] == b"\n"


def letter_of(raw: bytes) -> Letter:
    """A letter from its bytes; nothing in it makes this fail."""
    message = BytesParser(policy=policy.compat32).parsebytes(raw)
    sender = _addresses(message, "From")
    text, files = _parts(message)
    number = _header(message, "Message-ID").strip().strip("<>")
    return Letter(
        number=number or f"sha:{hashlib.sha256(raw).hexdigest()[:32]}",
        sent=_sent(message),
        sender=sender[0][1] if sender else "",
        sender_name=sender[0][0] if sender else "",
        receivers=tuple(dict.fromkeys(a for _, a in _addresses(message, "To") if a)),
        subject=_header(message, "Subject"),
        text=text,
        answers_to=_header(message, "In-Reply-To").strip("<> "),
        automatic=_is_automatic(message),
        files=files,
    )


def _header(message: Message, name: str) -> str:
    """A header as text, decoded as far as its words can be."""
    found = next((str(v) for k, v in message.raw_items() if k.casefold() == name.casefold()), "")
    return " ".join(clean_text(_decoded(found)).split())


def _decoded(value: str) -> str:
    try:
        parts = decode_header(value)
    except Exception:  # noqa: BLE001  # the library raises what its guesses end in
        return _from_bytes(value.encode("utf-8", "surrogateescape"), None)
    return "".join(
        part if isinstance(part, str) and not _is_raw(part) else _from_bytes(_bytes(part), charset)
        for part, charset in parts
    )


def _is_raw(text: str) -> bool:
    return any("\udc80" <= c <= "\udcff" for c in text)


def _bytes(part: str | bytes) -> bytes:
    return part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")


def _from_bytes(raw: bytes, charset: str | None) -> str:
    """Bytes in the charset that they claim, else in the one that they look like."""
    if charset and charset.casefold() not in {"unknown-8bit", "us-ascii"}:
        try:
            return raw.decode(charset)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode_text(raw)[0] if raw else ""


def _addresses(message: Message, name: str) -> list[tuple[str, str]]:
    header = _header(message, name)
    found = getaddresses([header])
    return [(n.strip(), a.strip().casefold()) for n, a in found if "@" in a] or (
        [(header, "")] if header else []
    )


def _sent(message: Message) -> datetime | None:
    try:
        return parsedate_to_datetime(_header(message, "Date"))
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _is_automatic(message: Message) -> bool:
    told = _header(message, "Auto-Submitted").casefold()
    if told and told != "no":
        return True
    return message.get_content_type() == "multipart/report" or bool(
        _MACHINES.search(_header(message, "From"))
    )


def _parts(message: Message) -> tuple[str, tuple[tuple[str, bytes], ...]]:
    """The text of a letter and its attachments."""
    plain: list[str] = []
    marked: list[str] = []
    files: list[tuple[str, bytes]] = []
    for part in message.walk():
        if part.is_multipart():
            continue
        content = _content(part)
        name = _file_name(part)
        kind = part.get_content_type()
        if name:
            files.append((name, content))
        elif kind == "text/html":
            marked.append(_without_tags(_from_bytes(content, _charset(part))))
        elif kind.startswith("text/"):
            plain.append(_from_bytes(content, _charset(part)))
    text = "\n".join(plain).strip() or "\n".join(marked).strip()
    return clean_text(text)[:_LONGEST], tuple(files)


def _content(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except Exception:  # noqa: BLE001  # broken transfer encodings raise what they like
        content = None
    if isinstance(content, bytes):
        return content
    return str(part.get_payload()).encode("utf-8", "surrogateescape")


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except Exception:  # noqa: BLE001  # as above
        return None


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename()
    except Exception:  # noqa: BLE001  # as above
        name = None
    return clean_text(_decoded(name)).strip() if name else ""


def _without_tags(text: str) -> str:
    lines = _ANY_TAG.sub(" ", _TAG.sub("\n", text)).splitlines()
    return "\n".join(" ".join(html.unescape(line).split()) for line in lines if line.strip())


def lead_row(line: int, letter: Letter, clock: Clock) -> Row:
    """A letter as a lead; a machine's answer is none."""
    if letter.automatic:
        return Refused(line, (letter.sender, letter.subject), "автоматический ответ", ours=False)
    said = said_in(letter.text)
    values: dict[str, Value] = {"source": "Почта"}
    for label, value in said.items():
        field = known_field(ImportKind.LEADS, folded(label))
        if field:
            values.setdefault(field, value)
    if not {"phone", "email"} & values.keys():
        values.setdefault("email", letter.sender)
    values.setdefault("name", letter.sender_name)
    values.setdefault("text", _whole(letter))
    if letter.sent is not None:
        values["at"] = clock.local(letter.sent)
    values["source_id"] = letter.number
    if not values.get("phone") and not values.get("email"):
        return Refused(line, (letter.sender, letter.subject), "нет ни телефона, ни почты")
    return row_of(line, f"id:{letter.number}", values)


def said_in(text: str) -> Mapping[str, str]:
    """What the lines «label: value» of a form say; nothing for a letter of another kind."""
    found = [m for m in map(_LABEL.fullmatch, text.splitlines()) if m]
    known = {m[1]: m[2].strip() for m in found if known_field(ImportKind.LEADS, folded(m[1]))}
    if len(known) < _LABELS_NEEDED:
        return {}
    return known


def _whole(letter: Letter) -> str:
    return "\n".join(part for part in (letter.subject, letter.text) if part)


def letter_row(line: int, letter: Letter, clock: Clock) -> Row:
    """A letter as itself; its text is not kept."""
    values: dict[str, Value] = {
        "at": None if letter.sent is None else clock.local(letter.sent),
        "sender": letter.sender,
        "receiver": ", ".join(letter.receivers),
        "subject": letter.subject,
        "thread": letter.answers_to,
        "source_id": letter.number,
    }
    if not letter.sender and not letter.receivers:
        return Refused(line, (letter.sender, letter.subject), "нет ни отправителя, ни адреса")
    row: Incoming = row_of(line, f"id:{letter.number}", values)
    return row
