"""Folded copies: small, and still what was taken."""

import sqlite3
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from backups import Label, Retention, SqliteBackups
from backups.anatomy import loaded, put_together, taken_apart
from backups.deltas import Damaged, pack, unpack
from backups.judging import Strange
from model.errors import CrmError
from tests.backups.zips import SHEET, excel, parts, typed, zipped

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)


@pytest.fixture
def keeper(tmp_path: Path) -> SqliteBackups:
    return SqliteBackups.open(tmp_path / "copies.sqlite3")


def save(keeper: SqliteBackups, *raws: bytes, why: str = "read", book: str = "sales") -> list[int]:
    """The numbers of copies of these files, folded one by one."""
    numbers = []
    for raw in raws:
        at = NOON + timedelta(minutes=len(keeper.list()))
        numbers.append(keeper.take(book, raw, at=at, why=why).id)
        fold_all(keeper)
    return numbers


def fold_all(keeper: SqliteBackups, whole: frozenset[str] = frozenset()) -> None:
    for token in keeper.waiting():
        assert keeper.fold(token, whole=whole)
    assert keeper.waiting() == ()


def whole(keeper: SqliteBackups) -> int:
    """How many files are kept as they came."""
    connection = sqlite3.connect(keeper.path)
    (count,) = connection.execute("SELECT count(*) FROM contents").fetchone()
    connection.close()
    return int(count)


def test_what_zlib_packed_comes_back_byte_for_byte(keeper: SqliteBackups) -> None:
    first = parts()
    raws = [zipped(first), zipped(typed(first, 7, 1), level=1), zipped(typed(first, 9, 2), level=9)]
    numbers = save(keeper, *raws, raws[0])
    assert [keeper.read(number) for number in numbers] == [*raws, raws[0]]
    assert whole(keeper) == 0


def test_what_is_no_zip_is_folded_too(keeper: SqliteBackups) -> None:
    raws = [bytes(100_000) + bytes([n]) for n in range(3)]
    numbers = save(keeper, *raws, b"", book="#store")
    assert [keeper.read(number) for number in numbers] == [*raws, b""]
    assert keeper.strange() == {}


def test_an_older_save_of_excel_keeps_its_parts(keeper: SqliteBackups) -> None:
    """
    copy   packed by   then    now
    1      Excel       newest  same parts
    2      Excel       newest  very bytes
    """
    first = parts()
    old, new = excel(first), excel(typed(first, 7, 1))
    (one,) = save(keeper, old)
    assert keeper.read(one) == old
    (two,) = save(keeper, new)
    assert keeper.read(two) == new
    again = keeper.read(one)
    assert again != old
    assert _opened(again) == _opened(old)
    assert keeper.verify(one)
    assert whole(keeper) == 1


def _opened(raw: bytes) -> list[tuple[str, object, bytes]]:
    with ZipFile(BytesIO(raw)) as archive:
        return [(e.filename, e.date_time, archive.read(e)) for e in archive.infolist()]


def test_a_copy_with_a_reason_keeps_its_bytes(keeper: SqliteBackups) -> None:
    first = parts()
    raw = excel(first)
    keeper.take("sales", raw, at=NOON, why="upgrade")
    keeper.take("sales", zipped(first), at=NOON, why="read")
    fold_all(keeper, whole=frozenset({"upgrade"}))
    assert keeper.read(1) == raw


def test_some_changed_bytes_of_a_large_part_cost_little(keeper: SqliteBackups) -> None:
    big = parts(rows=30_000)
    (one,) = save(keeper, zipped(big, level=1))
    before = keeper.size()
    for row in (15_000, 29_000, 100, 20_000):
        big = typed(big, row, 98)
        save(keeper, zipped(big, level=1))
    assert len(big[SHEET]) > 1_000_000
    assert keeper.size() - before < 60_000
    assert keeper.verify(one)


def test_a_key_is_made_anew_when_differences_weigh_too_much(keeper: SqliteBackups) -> None:
    raws = [zipped(parts(seed=seed, rows=2_000)) for seed in range(4)]
    assert [keeper.read(number) for number in save(keeper, *raws)] == raws
    connection = sqlite3.connect(keeper.path)
    chains = connection.execute(
        "SELECT count(*) FROM parts p JOIN parts b ON b.id = p.base WHERE b.base IS NOT NULL"
    ).fetchone()
    keys = connection.execute(
        "SELECT count(*) FROM parts WHERE name = ? AND base IS NULL", (SHEET,)
    )
    assert (chains, keys.fetchone()) == ((0,), (4,))
    connection.close()


def test_a_damaged_part_is_noticed_and_mended_by_the_next_take(keeper: SqliteBackups) -> None:
    raw = zipped(parts())
    (number,) = save(keeper, raw)
    connection = sqlite3.connect(keeper.path, isolation_level=None)
    connection.execute("UPDATE parts SET packed = zeroblob(50) WHERE name = ?", (SHEET,))
    connection.close()
    assert not keeper.verify(number)
    save(keeper, zipped(typed(parts(), 7, 1)))
    save(keeper, raw)
    assert keeper.read(number) == raw
    connection = sqlite3.connect(keeper.path, isolation_level=None)
    connection.execute("DELETE FROM folds WHERE sha256 = ?", (sha256(raw).hexdigest(),))
    connection.execute("DELETE FROM contents")
    connection.close()
    assert not keeper.verify(number)


def test_pruning_lets_go_of_parts_that_none_needs(keeper: SqliteBackups) -> None:
    first = parts(rows=3_000)
    raws = [zipped(typed(first, n + 1, 5)) for n in range(6)]
    save(keeper, *raws)
    assert keeper.prune(Retention(last=1, hours=0, days=0, weeks=0, months=0)) == 5
    (left,) = keeper.list()
    assert keeper.read(left.id) == raws[-1]
    connection = sqlite3.connect(keeper.path)
    assert connection.execute("SELECT count(*) FROM folds").fetchone() == (1,)
    unused = (
        "SELECT count(*) FROM parts WHERE base IS NOT NULL AND id NOT IN (SELECT part FROM uses)"
    )
    assert connection.execute(unused).fetchone() == (0,)
    connection.close()
    assert keeper.is_sound()


def test_a_fold_waits_when_parts_that_it_needs_went_meanwhile(tmp_path: Path) -> None:
    path, first = tmp_path / "copies.sqlite3", parts(rows=3_000)
    before, after = zipped(first), zipped(typed(first, 1, 5))

    class Other:
        """Another process lets go of older copies while we take one apart."""

        came = False

        def prune(self, raw: bytes) -> bytes:
            if self.came:
                other = SqliteBackups.open(path)
                other.prune(Retention(last=1, hours=0, days=0, weeks=0, months=0))
            return raw

    process = Other()
    keeper = SqliteBackups.open(path, plain=process.prune)
    save(keeper, before)
    process.came = True
    number = keeper.take("sales", after, at=NOON + timedelta(hours=1), why="read").id
    (token,) = keeper.waiting()
    assert not keeper.fold(token)
    assert keeper.read(number) == after
    assert keeper.waiting() == (token,)
    process.came = False
    fold_all(keeper)
    assert keeper.read(number) == after


def test_pruning_leaves_a_copy_that_came_meanwhile(tmp_path: Path) -> None:
    class Raced(SqliteBackups):
        """Somebody saves as soon as it is known which copies stay."""

        @override
        def stays(self, rule: Retention) -> dict[int, tuple[Label, ...]]:
            found = super().stays(rule)
            self.take("sales", b"C", at=NOON, why="read")
            return found

    keeper = Raced.open(tmp_path / "copies.sqlite3")
    for raw in (b"A", b"B"):
        keeper.take("sales", raw, at=NOON, why="read")
    assert keeper.prune(Retention(last=1, hours=0, days=0, weeks=0, months=0)) == 1
    assert [keeper.read(copy.id) for copy in keeper.list()] == [b"C", b"B"]


OLD_FILE = """
CREATE TABLE contents (sha256 TEXT PRIMARY KEY, raw BLOB NOT NULL);
CREATE TABLE copies (id INTEGER PRIMARY KEY AUTOINCREMENT, book TEXT NOT NULL, at TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES contents (sha256), size INTEGER NOT NULL, why TEXT NOT NULL);
CREATE INDEX copies_by_book ON copies (book, id);
CREATE INDEX copies_by_content ON copies (sha256, id);
PRAGMA user_version = 1;
"""


def test_copies_of_an_older_program_stay_readable(tmp_path: Path) -> None:
    path, raw = tmp_path / "old.sqlite3", zipped(parts(rows=5_000))
    connection = sqlite3.connect(path)
    connection.executescript(OLD_FILE)
    token = sha256(raw).hexdigest()
    connection.execute("INSERT INTO contents VALUES (?, ?)", (token, raw))
    line = ("sales", NOON.isoformat(), token, len(raw), "read")
    connection.execute("INSERT INTO copies VALUES (41, ?, ?, ?, ?, ?)", line)
    connection.commit()
    connection.close()
    keeper = SqliteBackups.open(path)
    assert keeper.read(41) == raw
    fold_all(keeper)
    assert keeper.take("sales", b"more", at=NOON, why="read").id == 42
    assert keeper.prune(Retention()) == 0
    assert (keeper.read(41), keeper.is_sound(), whole(keeper)) == (raw, True, 1)


def test_saves_that_look_like_damage_push_no_good_one_out(keeper: SqliteBackups) -> None:
    """
    1-3    good
    4-15   encrypted by a stranger, within the same hour
    """
    good = parts(rows=2_000)
    save(keeper, *(zipped(typed(good, n + 1, 5)) for n in range(3)))
    for n in range(12):
        noise = {name: _noise(len(plain), n) for name, plain in good.items()}
        save(keeper, zipped({**noise, "[Content_Types].xml": good["[Content_Types].xml"]}))
    (number,) = save(keeper, b"\x01" * 5_000)
    save(keeper, b'{"sheets": [' + b'{"rows": [[1, 2]]}, ' * 90 + b"{}]}", book="online")
    strange = keeper.strange()
    assert number + 1 not in strange
    assert {strange[n] for n in range(4, 16)} == {Strange.NOISE}
    assert strange[number] is Strange.NO_WORKBOOK
    keeper.prune(Retention(last=3, hours=1, days=1, weeks=0, months=0))
    assert {1, 2, 3} <= {copy.id for copy in keeper.list()}
    assert 4 in {copy.id for copy in keeper.list()}
    assert len(keeper.list("sales")) == 3 + 6


def _noise(size: int, seed: int) -> bytes:
    import random

    return random.Random(seed).randbytes(size)


@given(st.binary(max_size=3_000), st.binary(max_size=3_000))
def test_packed_bytes_come_back_and_damaged_ones_never_do(plain: bytes, base: bytes) -> None:
    packed = pack(plain, base)
    assert unpack(packed, len(plain), base) == plain
    with pytest.raises(Damaged):
        unpack(packed[:-1], len(plain), base)
    with pytest.raises(Damaged):
        unpack(packed, len(plain) + 1, base)


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.text("abc/.xml", min_size=1, max_size=9), st.binary(max_size=400), max_size=5
    ),
    st.sampled_from(range(10)),
    st.binary(max_size=6),
)
def test_any_zip_comes_back_byte_for_byte(
    content: dict[str, bytes], level: int, after: bytes
) -> None:
    raw = zipped(content, level=level) + after
    anatomy, bodies, glue = taken_apart(raw)
    assert anatomy.exact
    assert put_together(loaded(anatomy.dumped()), bodies.__getitem__, glue) == raw


def test_real_files_come_back_with_their_parts(shared_data: Path) -> None:
    for path in sorted(shared_data.rglob("*.xls[xm]"))[::5]:
        raw = path.read_bytes()
        anatomy, bodies, glue = taken_apart(raw)
        again = put_together(loaded(anatomy.dumped()), bodies.__getitem__, glue)
        assert sha256(again).hexdigest() == anatomy.sha256
        assert (again == raw) == anatomy.exact
        if not anatomy.exact:
            assert _opened(again) == _opened(raw)


def flips(path: Path, places: range) -> None:
    """No flipped byte gives back anything else than what was taken, unnoticed."""
    keeper = SqliteBackups.open(path)
    first = parts(rows=40)
    save(keeper, zipped(first), excel(typed(first, 7, 1)), zipped(typed(first, 9, 2)))
    keeper.size()
    copies, raws = keeper.list(), [keeper.read(copy.id) for copy in keeper.list()]
    sound = path.read_bytes()
    for place in places:
        flipped = bytearray(sound)
        flipped[place % len(sound)] ^= 1 << (place % 8)
        path.write_bytes(flipped)
        assert _noticed(path, copies, raws), place


def _noticed(path: Path, copies: object, raws: list[bytes]) -> bool:
    try:
        keeper = SqliteBackups.open(path)
        if not keeper.is_sound():
            return True
        found = keeper.list()
        return (found, [keeper.read(copy.id) for copy in found]) == (copies, raws)
    except CrmError:
        return True


def test_a_flipped_byte_is_noticed(tmp_path: Path) -> None:
    flips(tmp_path / "copies.sqlite3", range(0, 120_000, 1_201))


@pytest.mark.soak
def test_any_flipped_byte_is_noticed(tmp_path: Path) -> None:
    flips(tmp_path / "copies.sqlite3", range(0, 120_000, 5))


def test_a_truncated_file_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "copies.sqlite3"
    keeper = SqliteBackups.open(path)
    save(keeper, zipped(parts()), zipped(typed(parts(), 7, 1)))
    keeper.size()
    copies, raws = keeper.list(), [keeper.read(copy.id) for copy in keeper.list()]
    sound = path.read_bytes()
    for length in range(0, len(sound), 4_001):
        path.write_bytes(sound[:length])
        assert length == 0 or _noticed(path, copies, raws), length
