"""Packs of a second place: sealed, complete, and enough to build the copies again."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backups import SqliteBackups, packs, sealing
from backups.online import examined, online_copy
from backups.packs import Sent, dumped, loaded, pack_name
from backups.sealing import CannotOpen, Key, NotAPhrase, key_of, phrase_words, read_phrase, salt_of
from model.errors import BackupDamaged
from tests.backups.zips import excel, parts, typed, zipped

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)
KEY = Key(b"k" * 32, b"s" * 16)
NONCE = b"n" * 12


@given(st.binary(min_size=16, max_size=16))
def test_a_phrase_is_read_as_people_write_it(chance: bytes) -> None:
    words = phrase_words(chance)
    assert read_phrase(words) == chance
    assert read_phrase(words.lower().replace("-", " ").replace("0", "o")) == chance


def test_a_slip_of_the_pen_is_noticed() -> None:
    words = phrase_words(bytes(range(16)))
    wrong = ("8" if words[0] != "8" else "9") + words[1:]
    for text in (wrong, words[:-1], words + "7", "", "привет"):
        with pytest.raises(NotAPhrase):
            read_phrase(text)


def test_a_phrase_and_its_salt_give_the_key_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "COST", 2**10)
    key = key_of(b"phrase", b"s" * 16)
    sealed = key.seal(b"rows", name="a", nonce=NONCE)
    assert key_of(b"phrase", salt_of(sealed)).unseal(sealed, name="a") == b"rows"
    with pytest.raises(CannotOpen):
        key_of(b"other", salt_of(sealed)).unseal(sealed, name="a")


def test_a_sealed_file_opens_under_its_own_name_only_and_hides_what_it_holds() -> None:
    sealed = KEY.seal(b"Romashka +7 916" * 9, name="a", nonce=NONCE)
    assert b"Romashka" not in sealed
    with pytest.raises(CannotOpen):
        KEY.unseal(sealed, name="b")
    for at in range(len(sealed)):
        flipped = bytearray(sealed)
        flipped[at] ^= 1 << at % 8
        with pytest.raises(CannotOpen):
            KEY.unseal(bytes(flipped), name="a")
        with pytest.raises(CannotOpen):
            KEY.unseal(sealed[:at], name="a")


def test_packs_alone_give_the_copies_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    pack 1    two parts of the first save, for a pack holds little
    ...       the rest, then the copies
    pack n    a third save, as what changed
    """
    monkeypatch.setattr(packs, "MOST", 600)
    first = parts(rows=300)
    keeper = SqliteBackups.open(tmp_path / "copies.sqlite3")
    raws = [zipped(first), excel(typed(first, 7, 1)), zipped(typed(first, 9, 2))]
    place = "D:/second"
    sealed: list[bytes] = []
    for number, raw in enumerate(raws):
        keeper.take("sales", raw, at=NOON + timedelta(minutes=number), why="read")
        for token in keeper.waiting():
            keeper.fold(token)
        while not (pack := keeper.unsent(place)).is_empty:
            name = pack_name("k3v9", pack.number)
            sealed.append(KEY.seal(dumped(pack), name=name, nonce=NONCE))
            token = sha256(sealed[-1]).hexdigest()
            keeper.sent(place, pack, Sent(pack.number, name, token, NOON))
    assert len(sealed) == len(keeper.sent_to(place)) > 4
    assert len(sealed[-1]) < len(raws[0]) / 2

    other, before, pack = SqliteBackups.open(tmp_path / "again.sqlite3"), "", loaded(dumped(pack))
    for number, one in enumerate(sealed, start=1):
        pack = loaded(KEY.unseal(one, name=pack_name("k3v9", number)))
        assert (pack.number, pack.before) == (number, before)
        other.take_in(pack)
        before = sha256(one).hexdigest()
    assert other.list() == keeper.list()
    assert [other.read(c.id) for c in other.list()] == [keeper.read(c.id) for c in keeper.list()]
    assert other.is_sound()
    assert other.take_in(pack) == 0
    assert replace(pack, parts=(), folds=(), copies=()).is_empty


def test_a_pack_has_every_part_of_what_is_folded_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, first = tmp_path / "copies.sqlite3", parts(rows=300)
    keeper, other = SqliteBackups.open(path), SqliteBackups.open(path)
    for number, raw in enumerate((zipped(first), zipped(typed(first, 7, 1)))):
        keeper.take("sales", raw, at=NOON + timedelta(minutes=number), why="read")
    one, two = keeper.waiting()
    keeper.fold(one)
    folds_of = packs._unsent_folds

    def folded_meanwhile(connection: sqlite3.Connection, place: str) -> Iterator[packs.FoldLine]:
        if other.waiting():
            other.fold(two)
        return folds_of(connection, place)

    monkeypatch.setattr(packs, "_unsent_folds", folded_meanwhile)
    again = SqliteBackups.open(tmp_path / "again.sqlite3")
    while not (pack := keeper.unsent("D:/second")).is_empty:
        again.take_in(pack)
        keeper.sent("D:/second", pack, Sent(pack.number, "", str(pack.number), NOON))
    assert [again.read(c.id) for c in again.list()] == [keeper.read(c.id) for c in keeper.list()]
    assert len(again.list()) == 2


def test_a_store_is_copied_while_others_write(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE rows (value)")
    connection.executemany("INSERT INTO rows VALUES (?)", [(bytes(500),)] * 100)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO rows VALUES (1)")
    raw = online_copy(path)
    connection.close()
    assert examined(raw, "store") == {"rows": 100}
    with pytest.raises(BackupDamaged):
        examined(raw[:9_000] + bytes(3_000) + raw[12_000:], "store")
    with pytest.raises(BackupDamaged):
        examined(b"notes", "store")
    with pytest.raises(BackupDamaged):
        online_copy(tmp_path)
