"""Books that open with a password only: read and written like any other, or refused in words."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import keyring
import openpyxl
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError
from msoffcrypto.method.ecma376_agile import ECMA376Agile
from typing_extensions import override

from backups.judging import Strange
from model.errors import (
    CrmError,
    EncryptedWorkbook,
    ExitCode,
    HalfCopied,
    NoKeyring,
    WrongPassword,
)
from sync.books.passwords import Keyhole, covered, is_covered, uncovered
from sync.commands.protecting import list_protected, protect
from sync.team import Team
from sync.world.real_passwords import FILE, KeptPasswords
from tests.sync.teams import HEAD, HIS, Office, Pen

WORDS = "Ласточка-42"
OTHER = "Сорока-белобока"


class MemoryKeyring(KeyringBackend):
    """A keyring of one test."""

    priority = -1
    """Whoever looks for the keyring of the system does not find this one."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    @override
    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    @override
    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    @override
    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


@pytest.fixture(autouse=True)
def ring() -> Iterator[MemoryKeyring]:
    before, ring = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture(autouse=True)
def turned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred thousand turns of the hash are the same for the same password and salt."""
    turns = ECMA376Agile._derive_iterated_hash_from_password
    monkeypatch.setattr(ECMA376Agile, "_derive_iterated_hash_from_password", cache(turns))


def close(office: Office, words: str, *, book: str = HIS, off: bool = False) -> None:
    said = protect(
        office.team,
        office.world(),
        book,
        ask=lambda _: words,
        off=off,
        in_file=False,
        dry_run=False,
    )
    assert said.code is ExitCode.DONE, said.lines
    assert said.facts["written"]


@contextmanager
def edit(office: Office, words: str = WORDS) -> Iterator[Pen]:
    """A person opens the covered book, types and saves it under a cover again."""
    path = office.path(HIS)
    workbook = openpyxl.load_workbook(io.BytesIO(uncovered(path.read_bytes(), (words,), name="")))
    yield Pen(workbook, office)
    out = io.BytesIO()
    workbook.save(out)
    path.write_bytes(covered(out.getvalue(), words, name=""))


def inside(office: Office, table: str, row_id: str, key: str) -> object:
    """What a cell of his covered book shows."""
    path = office.path(HIS)
    plain = uncovered(path.read_bytes(), (WORDS,), name="")
    pen = Pen(openpyxl.load_workbook(io.BytesIO(plain)), office)
    sheet, keys = pen.sheet(table)
    return sheet.cell(pen.row(table, row_id), keys[key]).value


def test_a_book_under_a_password_is_a_book_like_any_other(office: Office) -> None:
    close(office, WORDS)
    assert is_covered(office.path(HIS).read_bytes())
    assert not is_covered(office.path(HEAD).read_bytes())
    client = office.the("clients", name="ООО «Альфа»").row_id
    with edit(office) as pen:
        pen.put("clients", client, note="под паролем")
    with office.edit(HEAD) as pen:
        pen.put("clients", client, phone="8 495 111-22-33")
    office.rest()
    assert office.the("clients", name="ООО «Альфа»").values["note"] == "под паролем"
    assert office.cell(HEAD, "clients", client, "note").value == "под паролем"
    assert inside(office, "clients", client, "phone") == "8 495 111-22-33"
    before = office.files()
    assert office.sync().quiet
    assert office.files() == before, "nothing to say: nothing is written, no new cover either"


def test_a_password_is_changed_and_taken_off(office: Office) -> None:
    close(office, OTHER)
    close(office, WORDS)
    assert uncovered(office.path(HIS).read_bytes(), (WORDS,), name="")
    close(office, WORDS, off=True)
    assert not is_covered(office.path(HIS).read_bytes())
    copies = [office.team.backups.read(copy.id) for copy in office.team.backups.list(HIS)]
    keyhole = Keyhole(KeptPasswords(office.team.state, office.team.settings.family))
    closed = [raw for raw in copies if is_covered(raw)]
    assert len(closed) == 2
    assert all(map(keyhole.plain, closed)), "the keys of older copies are kept"
    assert list_protected(office.team).facts["books"] == dict.fromkeys(
        ("Отдел продаж", "Продажи Иванов"), False
    )


def test_an_unknown_password_stops_its_book_only(office: Office) -> None:
    close(office, WORDS)
    client = office.the("clients", name="ООО «Альфа»").row_id
    plain = uncovered(office.path(HIS).read_bytes(), (WORDS,), name="")
    office.path(HIS).write_bytes(covered(plain, OTHER, name=""))
    with office.edit(HEAD) as pen:
        pen.put("clients", client, note="у главного всё идёт")
    report = office.sync()
    faults = {book.state.book: type(book.fault) for book in report.books}
    assert faults == {HIS: WrongPassword, HEAD: type(None)}
    assert office.the("clients", name="ООО «Альфа»").values["note"] == "у главного всё идёт"
    assert is_covered(office.path(HIS).read_bytes())


def test_a_cover_nobody_named_asks_for_its_password(office: Office) -> None:
    path = office.path(HIS)
    path.write_bytes(covered(path.read_bytes(), WORDS, name=""))
    report = office.sync()
    assert [type(b.fault) for b in report.books if b.state.book == HIS] == [EncryptedWorkbook]


def test_a_flipped_bit_is_never_believed() -> None:
    chance, book, out = random.Random(5), openpyxl.Workbook(), io.BytesIO()
    for _ in range(400):
        book.worksheets[0].append([chance.randbytes(20).hex()])
    book.save(out)
    plain = out.getvalue()
    raw = covered(plain, WORDS, name="")
    for place in (len(raw) // 4, len(raw) // 2, len(raw) * 3 // 4):
        spoilt = bytearray(raw)
        spoilt[place] ^= 4
        with pytest.raises(HalfCopied):
            uncovered(bytes(spoilt), (WORDS,), name="")
    with pytest.raises(CrmError):
        uncovered(raw[: len(raw) // 2], (WORDS,), name="")


def test_copies_under_our_password_are_no_noise(office: Office) -> None:
    close(office, WORDS)
    raw = office.path(HIS).read_bytes()
    backups = office.team.backups
    for token in backups.waiting():
        backups.fold(token)
    mine = backups.find(office_token(raw))
    assert mine is not None and mine.id not in backups.strange()  # noqa: PT018
    plain = uncovered(raw, (WORDS,), name="")
    stranger = backups.take(HIS, covered(plain, OTHER, name=""), at=mine.at, why="read")
    backups.fold(stranger.sha256)
    assert backups.strange()[stranger.id] is Strange.NO_WORKBOOK


def test_without_a_keyring_nothing_is_promised(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = KeptPasswords(office.team.state, office.team.settings.family)
    monkeypatch.setattr(MemoryKeyring, "set_password", lambda *_: None)
    with pytest.raises(NoKeyring):
        kept.keep(HIS, WORDS)
    assert kept.wanted(HIS) is None
    kept.keep(HIS, WORDS, in_file=True)
    path = office.team.state / FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert KeptPasswords(office.team.state, office.team.settings.family).wanted(HIS) == WORDS


def test_words_of_the_keyring_stand_in_no_file(office: Office, ring: MemoryKeyring) -> None:
    close(office, WORDS)
    assert WORDS in ring.kept.values()
    assert not [p for p in everything(office.team) if WORDS.encode() in p.read_bytes()]


def test_a_short_or_misspelt_password_is_not_taken(office: Office) -> None:
    answers = iter(["Ласточка-42", "Ласточка-43"])
    said = protect(
        office.team,
        office.world(),
        HIS,
        ask=lambda _: next(answers),
        off=False,
        in_file=False,
        dry_run=False,
    )
    assert said.code is ExitCode.USAGE
    assert not (office.team.state / FILE).exists()


def everything(team: Team) -> list[Path]:
    return [
        p for root in (team.state, team.settings.folder) for p in root.rglob("*") if p.is_file()
    ]


def office_token(raw: bytes) -> str:
    from sync.looking import token_of

    return token_of(raw)
