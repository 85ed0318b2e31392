"""The drop folder: files settle, come in, are put away; what is wrong with one stops none."""

import errno
import logging
from pathlib import Path, PurePath

import pytest

from model.errors import CannotRead
from sync.commands.importing import told
from sync.commands.running import once
from sync.daemon import Watch, files
from sync.importing import import_file
from sync.importing.run import INBOX, QUARANTINE
from sync.intake.dropping import DONE, Dropped, Looks, retry, take_all, take_in
from sync.world import World
from sync.world.real_disk import RealDisk
from tests.sync.ledger import Ledger
from tests.worlds import world_of

LEADS = "Имя;Телефон;Сообщение\nАнна Секретова;+7 903 765-43-21;вопрос\n"
CUT = b"PK\x03\x04 half of a workbook"


class Inbox:
    """A team with its folder «Входящие»."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.world: World = world_of(lambda: ledger.now, bytes)
        self.folder = ledger.team.settings.folder / INBOX
        self.folder.mkdir()

    def put(self, name: str, content: str | bytes = LEADS) -> Path:
        raw = content.encode() if isinstance(content, str) else content
        path = self.folder / name
        path.write_bytes(raw)
        return path

    def take(self) -> dict[str, str]:
        """What became of each file: its kind, or the reason."""
        found = take_all(self.ledger.team, self.world)
        return {one.name: one.result.kind.value if one.result else one.reason for one in found}

    def lies_in(self, place: PurePath) -> list[str]:
        folder = self.ledger.team.settings.folder / place
        return sorted(p.name for p in folder.iterdir()) if folder.exists() else []


@pytest.fixture
def inbox(ledger: Ledger) -> Inbox:
    return Inbox(ledger)


def test_a_file_comes_in_by_what_it_holds_and_is_put_away(inbox: Inbox) -> None:
    inbox.put("картинка.png")
    assert inbox.take() == {"картинка.png": "leads"}
    assert inbox.lies_in(DONE) == ["картинка.png"]
    with inbox.ledger.team.store.read() as reader:
        assert len(reader.rows("leads")) == 1


def test_a_file_is_taken_when_it_looked_the_same_twice(inbox: Inbox) -> None:
    team, looks = inbox.ledger.team, Looks()
    path = inbox.put("заявки.csv", LEADS[:20])
    assert take_in(team, inbox.world, looks) == ()
    path.write_text(LEADS, encoding="utf-8")
    assert take_in(team, inbox.world, looks) == ()
    (taken,) = take_in(team, inbox.world, looks)
    assert taken.result is not None
    assert taken.result.taken == 1


def test_what_cannot_be_read_lies_in_quarantine_with_the_reason(inbox: Inbox) -> None:
    inbox.put("a.txt", "***** ^Type=3^ ^Acc=BY70^\n[OUT_PARAM]\n")
    inbox.put("b.csv")
    said = inbox.take()
    assert "белорусского" in said["a.txt"]
    assert said["b.csv"] == "leads", "the next one is taken"
    assert inbox.lies_in(QUARANTINE) == ["a.txt", "a.txt - почему.txt"]
    note = (inbox.ledger.team.settings.folder / QUARANTINE / "a.txt - почему.txt").read_text(
        "utf-8-sig"
    )
    assert "белорусского" in note
    assert "import --retry" in note


def test_the_quarantine_is_tried_again_when_somebody_mended_it(inbox: Inbox) -> None:
    inbox.put("a.csv", "раз;два\n1;2\n")
    inbox.take()
    (still,) = retry(inbox.ledger.team, inbox.world)
    assert still.result is None
    (inbox.ledger.team.settings.folder / QUARANTINE / "a.csv").write_text(LEADS, encoding="utf-8")
    (mended,) = retry(inbox.ledger.team, inbox.world)
    assert mended.result is not None
    assert (inbox.lies_in(QUARANTINE), inbox.lies_in(DONE)) == ([], ["a.csv"])


def test_the_same_file_again_adds_nothing_and_covers_nothing(inbox: Inbox) -> None:
    for _ in range(3):
        inbox.put("a.csv")
        inbox.take()
    assert inbox.lies_in(DONE) == ["a (2).csv", "a (3).csv", "a.csv"]
    with inbox.ledger.team.store.read() as reader:
        assert len(reader.rows("leads")) == 1


def test_what_is_still_being_written_is_left_alone(inbox: Inbox) -> None:
    for name in ("~$a.xlsx", ".a.csv", "a.csv.crdownload", "a.tmp"):
        inbox.put(name)
    assert inbox.take() == {}


def test_a_file_that_looks_cut_off_gets_a_few_minutes(inbox: Inbox) -> None:
    path = inbox.put("a.xlsx", CUT)
    written = path.stat().st_mtime
    inbox.ledger.now = inbox.ledger.now.fromtimestamp(written + 30, inbox.ledger.now.tzinfo)
    assert inbox.take() == {}
    inbox.ledger.now = inbox.ledger.now.fromtimestamp(written + 300, inbox.ledger.now.tzinfo)
    assert "не до конца" in inbox.take()["a.xlsx"]


def test_a_link_is_not_followed(inbox: Inbox, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(LEADS, encoding="utf-8")
    (inbox.folder / "a.csv").symlink_to(secret)
    assert "ссылка" in inbox.take()["a.csv"]


def test_a_fault_of_ours_stops_no_other_file(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    taken_in = import_file

    def odd(team, kind, path, **more):
        if path.name == "a.csv":
            raise KeyError("Анна Секретова")
        return taken_in(team, kind, path, **more)

    monkeypatch.setattr("sync.intake.dropping.import_file", odd)
    inbox.put("a.csv")
    inbox.put("b.csv")
    with caplog.at_level(logging.INFO):
        said = inbox.take()
    assert "внутренняя ошибка" in said["a.csv"]
    assert said["b.csv"] == "leads"
    assert "Секретова" not in caplog.text
    assert "b.csv" not in caplog.text


def test_the_daemon_takes_files_and_has_a_pass_made(inbox: Inbox) -> None:
    state, heard = Watch(due=False), list[Dropped]()
    inbox.put("a.csv")
    for _ in range(2):
        files(inbox.ledger.team, inbox.world, state, heard.append)
    assert state.due
    assert "заявка" in told(inbox.ledger.team, heard[0])[0]


def test_a_folder_that_cannot_be_looked_through_is_named_and_the_books_go_on(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    names = RealDisk.names

    def refused(disk: RealDisk, folder: Path) -> list[str]:
        if folder == inbox.folder:
            raise PermissionError(errno.EACCES, "Permission denied", str(folder))
        return names(disk, folder)

    inbox.put("a.csv")
    state, heard = Watch(due=False), list[Dropped]()
    with monkeypatch.context() as patch:
        patch.setattr(RealDisk, "names", refused)
        for _ in range(2):
            files(inbox.ledger.team, inbox.world, state, heard.append)
        with pytest.raises(CannotRead, match="Входящие"):
            take_all(inbox.ledger.team, inbox.world)
        said = once(inbox.ledger.team, inbox.world, dry_run=False)
    assert not state.due
    assert caplog.text.count("«Входящие»") == 1, "it is told of once"
    assert any("«Входящие»: нет прав на чтение" in line for line in said.lines)
    assert inbox.take() == {"a.csv": "leads"}, "as soon as it can be"


def test_a_team_without_the_folder_hears_nothing_of_it(inbox: Inbox) -> None:
    """Nobody has to keep it: it is there again when somebody makes it."""
    inbox.folder.rmdir()
    said = once(inbox.ledger.team, inbox.world, dry_run=False)
    assert not [line for line in said.lines if str(INBOX) in line]
    assert take_all(inbox.ledger.team, inbox.world) == ()
