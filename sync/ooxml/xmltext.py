"""Text in and out of XML as Excel writes it: entities, `_xHHHH_`, forbidden characters."""

from __future__ import annotations

import re

MAX_TEXT = 32_767
"""Longest text of a cell, in UTF-16 units."""

_ENTITY = re.compile(r"&(#[0-9]+|#[xX][0-9a-fA-F]+|amp|lt|gt|quot|apos);")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_USUAL = (("&quot;", '"'), ("&lt;", "<"), ("&gt;", ">"), ("&apos;", "'"), ("&amp;", "&"))
"""In the order of their resolution: the ampersand comes last."""
_ESCAPED = re.compile(r"_x([0-9a-fA-F]{4})_")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9a-fA-F]{4}_)")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(r"^<\?xml[^>]*\?>")
_PLAIN_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_LESS = ord("<")
_MANY = 10_000
"""References to other sheets that are stepped over one by one."""
_MARKUP = re.compile(rb"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(.*?)\]\]>", re.DOTALL)


def unescape(text: str) -> str:
    """Character data with its entities and line ends resolved."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&" not in text:
        return text
    if "&#" in text:
        return _ENTITY.sub(_entity, text)
    for entity, character in _USUAL:
        text = text.replace(entity, character)
    return text


def cell_text(text: str) -> str:
    """Text of a string cell: `unescape` and then Excel's own `_xHHHH_`."""
    text = unescape(text)
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text)


def escape(text: str) -> str:
    """Character data or attribute value for any text."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;")


def escape_cell(text: str) -> str:
    """Character data of a string cell: line feeds stay, carriage returns become `_x000D_`."""
    text = _LOOKS_ESCAPED.sub("_x005F_", text)
    return escape(text).replace("\r", "_x000D_")


def legal(text: str) -> tuple[str, int]:
    """The text without characters that XML forbids, and how many there were."""
    return _ILLEGAL.subn("", text)


def too_long(text: str) -> bool:
    """Whether Excel would cut the text."""
    if 2 * len(text) <= MAX_TEXT:
        return False
    return len(text.encode("utf-16-le", "replace")) > 2 * MAX_TEXT


def to_utf8(content: bytes) -> bytes:
    """The same document in UTF-8 without a byte order mark; raises UnicodeDecodeError, LookupError.

    A document that is in UTF-8 already comes back byte for byte, but for the mark.
    """
    if content[:3] == b"\xef\xbb\xbf":
        return content[3:]
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return _recoded(content.decode("utf-16"))
    if content[:4] in {b"<\x00?\x00", b"\x00<\x00?"}:
        return _recoded(content.decode("utf-16-le" if content[0] else "utf-16-be"))
    declared = _DECLARED.match(content[:200])
    if declared is None or declared[1].lower() in {b"utf-8", b"utf8", b"us-ascii"}:
        return content
    return _recoded(content.decode(declared[1].decode("ascii")))


def has_declarations(content: bytes) -> bool:
    """Whether comments or CDATA stand in the content: `<!`, found by its rarer character."""
    return _holds(content, b"!", 0)


def has_instructions(content: bytes, at: int) -> bool:
    """Whether a processing instruction stands behind an offset."""
    return _holds(content, b"?", at)


def _holds(content: bytes, mark: bytes, start: int) -> bool:
    at = content.find(mark, start)
    for _ in range(_MANY):
        if at < 0:
            return False
        if content[at - 1] == _LESS:
            return True
        at = content.find(mark, at + 1)
    return content.find(b"<" + mark, at - 1) >= 0 if at >= 0 else False


def shadow(content: bytes) -> bytes:
    """The content of equal length with comments, instructions and CDATA blanked.

    Tags are searched in the shadow and cut in the content: their offsets are the same.
    """
    return _MARKUP.sub(lambda m: b" " * len(m[0]), content)


def plain_markup(fragment: bytes) -> bytes:
    """A fragment without comments and instructions, CDATA turned into escaped text."""
    if b"<!" not in fragment and b"<?" not in fragment:
        return fragment
    return _MARKUP.sub(lambda m: _escape_bytes(m[1]) if m[1] is not None else b"", fragment)


def _escape_bytes(text: bytes) -> bytes:
    return text.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")


def _recoded(text: str) -> bytes:
    text = text.removeprefix("\ufeff")
    return _DECLARATION.sub(_PLAIN_DECLARATION, text, count=1).encode()


def _entity(match: re.Match[str]) -> str:
    name = match[1]
    if name[0] != "#":
        return _NAMED[name]
    code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    return chr(code) if code < 0x110000 else ""
