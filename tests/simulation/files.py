"""What full sessions ask of the files themselves: strange parts, own rows, copies (I11, I18, I19).

The lives have no workbooks, only what stands in them; a session's books are real archives.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from io import BytesIO
from random import Random
from zipfile import ZipFile

from backups import SqliteBackups
from sync.displaced import UNREADABLE
from tests.simulation.broken import Broken
from tests.simulation.pages import Content, from_bytes
from tests.simulation.shape import CLIENTS, QUESTIONS, SCOPE, TYPED

OURS = re.compile(r"xl/(worksheets/[^/]+|workbook|tables/[^/]+)\.xml|docProps/custom\.xml")
"""Parts into which the daemon writes."""
SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
SAMPLE = 3
"""Copies of a session that are read back."""
WORD = r"(?<![\w-]){}(?![\w-])"
WORDS = re.compile(r"[\w-]+")


def parts(raw: bytes) -> dict[str, bytes]:
    """The members of a workbook, unpacked."""
    with ZipFile(BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def strange_parts_stay(book: str, before: bytes, after: bytes) -> None:
    """I11: parts that are not ours are the same bytes; no formula became a constant."""
    was, now = parts(before), parts(after)
    other = [n for n in was if not OURS.fullmatch(n) and now.get(n) != was[n]]
    if other:
        raise Broken("I11", f"{book}: {other} are other bytes")
    for name in filter(SHEET.fullmatch, was):
        had, have = (len(FORMULA.findall(found)) for found in (was[name], now.get(name, b"")))
        if have < had:
            raise Broken("I11", f"{book}: {had - have} of {had} formulas of {name} are gone")


def own_rows_only(
    book: str,
    person: str,
    raw: bytes,
    rows: Iterable[Mapping[str, object]],
    named: Collection[str] = (),
) -> None:
    """I18: no part of a person's book holds what only colleagues' clients say.

    A question may name the other's value, since it is put to both; so may `named`, what the
    person's own deals say: one's deal stays with one when the client goes to a colleague.
    """
    content = from_bytes(raw)
    assert content is not None
    mine, others = _split(person, rows)
    told = "\n".join(_texts(content, QUESTIONS))
    everything = b"\n".join(parts(raw).values()).decode("utf-8", "replace")
    words = set(WORDS.findall(everything))
    for token in sorted(others - mine - {*named}):
        if not words.issuperset(WORDS.findall(token)):
            continue
        word = re.compile(WORD.format(re.escape(token)))
        if word.search(everything) and not word.search(told):
            raise Broken("I18", f"{book} holds {token} of a colleague")


def _split(person: str, rows: Iterable[Mapping[str, object]]) -> tuple[set[str], set[str]]:
    mine: set[str] = set()
    others: set[str] = set()
    for values in rows:
        texts = {v for k in TYPED if isinstance(v := values.get(k), str)}
        (mine if values.get(SCOPE) in (person, None) else others).update(texts)
    return mine, others


def _texts(content: Content, table: str) -> Iterator[str]:
    for line in content.pages[table].lines:
        yield from (v for v in line.cells.values() if isinstance(v, str))


def copies_read_back(backups: SqliteBackups, chance: Random) -> None:
    """I19: a copy gives back the bytes that its fingerprint was taken of, a whole workbook."""
    copies = backups.list()
    for copy in chance.sample(copies, min(SAMPLE, len(copies))):
        raw = backups.read(copy.id)
        if sha256(raw).hexdigest() != copy.sha256:
            raise Broken("I19", f"copy {copy.id} reads otherwise than it was taken")
        content = from_bytes(raw)
        if copy.why != UNREADABLE and (content is None or not content.pages[CLIENTS].columns):
            raise Broken("I19", f"copy {copy.id} ({copy.why}) is no whole workbook")
