"""What was, as a person asks for it: history of a cell, an action taken back, a book put back."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

import cli  # noqa: TID251  # these are tests of its commands, from the words to the workbook
from model.snapshot import RowRead
from tests.live.hand import Hand, renamed
from tests.live.office import Office

NAME, OLD, NEW = "ООО «Вектор»", "+7 916 111-22-33", "+7 916 999-00-11"
CITY, CONTACT = "Тверь", "Яна Белова"
Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(office: Office, capsys: pytest.CaptureFixture[str]) -> Ask:
    """A command that must do; its answer as facts."""

    def asked(*words: str) -> dict[str, Any]:
        capsys.readouterr()
        place = ("--team", str(office.folder), "--state", str(office.root), "--json")
        code = cli.main([*words, *place])
        shown = capsys.readouterr()
        assert code == 0, (words, shown.out, shown.err)
        facts: dict[str, Any] = json.loads(shown.out)
        return facts

    return asked


@pytest.fixture
def edited(office: Office, ask: Ask) -> bytes:
    """A client with a city; then its phone typed over, then a contact beside it.

    The book as it was saved with the old phone, once the row had its id.
    """
    seller = office.sellers[0]
    ask("sync")
    seller.add("clients", {"name": NAME, "phone": OLD}, renamed)
    ask("sync")
    seller.change("clients", client(seller), {"city": CITY}, renamed)
    before = seller.path.read_bytes()
    ask("sync")
    seller.change("clients", client(seller), {"phone": NEW}, renamed)
    ask("sync")
    seller.change("clients", client(seller), {"contact": CONTACT}, renamed)
    ask("sync")
    return before


def client(hand: Hand) -> RowRead:
    """The one row of the client."""
    (row,) = hand.look().tables["clients"].rows
    assert row.value("name") == NAME
    return row


def shown(office: Office, field: str) -> set[object]:
    """What the seller's and the owner's books show in the client's row."""
    return {client(hand).value(field) for hand in (office.sellers[0], office.owner)}


def phone_change(ask: Ask) -> dict[str, Any]:
    """The newest change of the phone."""
    found: dict[str, Any] = ask("history", "К-1", "Телефон")["changes"][0]
    return found


def test_history_names_who_typed_what_over_what(office: Office, ask: Ask, edited: bytes) -> None:
    changes = ask("history", "К-1", "Телефон")["changes"]
    told = [(c["before"], c["after"], c["who"], c["source"], c["book"]) for c in changes]
    seller = office.sellers[0].book
    assert told == [
        (OLD, NEW, seller.person, "person", seller.book),
        (None, OLD, seller.person, "person", seller.book),
    ]
    by_cell = ask("history", "Клиенты!E4", "--book", "Иванов")
    assert (by_cell["field"], by_cell["changes"]) == ("phone", changes)


def test_an_action_taken_back_leaves_later_edits_alone(
    office: Office, ask: Ask, edited: bytes
) -> None:
    number = str(phone_change(ask)["batch"])
    assert ask("undo", number, "--dry-run")["cells"] == 1
    ask("sync")
    assert shown(office, "phone") == {NEW}
    undone = ask("undo", number)
    ask("sync")
    assert shown(office, "phone") == {OLD}
    assert shown(office, "contact") == {CONTACT}
    assert phone_change(ask)["source"] == "undo"
    ask("undo", str(undone["undo"]))
    ask("sync")
    assert shown(office, "phone") == {NEW}


def test_a_book_put_back_brings_its_values_back_and_can_be_taken_back(
    office: Office, ask: Ask, edited: bytes
) -> None:
    seller, row_id = office.sellers[0], client(office.sellers[0]).row_id
    now = seller.path.read_bytes()
    copies = ask("backup", "list", "--book", "Иванов", "--all")["copies"]
    (kept,) = [copy["id"] for copy in copies if copy["sha256"] == sha256(edited).hexdigest()]
    assert ask("backup", "restore", str(kept), "--dry-run")["changed"]
    assert seller.path.read_bytes() == now
    put = ask("backup", "restore", str(kept))
    assert seller.path.read_bytes() == edited
    ask("sync")
    assert shown(office, "phone") == {OLD}
    assert shown(office, "contact") == {None}
    assert shown(office, "city") == {CITY}
    assert client(seller).row_id == row_id
    ask("backup", "restore", str(put["before"]["id"]))
    ask("sync")
    assert shown(office, "phone") == {NEW}
    assert shown(office, "contact") == {CONTACT}
    quiet = {path: path.read_bytes() for path in office.folder.rglob("*.xlsx")}
    ask("sync")
    assert {path: path.read_bytes() for path in quiet} == quiet
