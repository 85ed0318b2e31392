"""Everything we raise on purpose, one class per way of failing.

A class names its text in the catalogue and its exit code; its keyword arguments are the facts that
fill the text. Only `cli.py` turns an error into words (`model.texts.say`).
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar

from model.texts import Text


class ExitCode(IntEnum):
    """What a scheduler may read from the end of a command (docs/exit-codes.md)."""

    DONE = 0
    PROBLEMS = 1
    USAGE = 2
    SETTINGS = 3
    BUSY = 4
    STOPPED = 5
    BUG = 70


class CrmError(Exception):
    """Base of everything we raise on purpose; its facts fill the text of its class."""

    text: ClassVar[Text]
    exit_code: ClassVar[ExitCode] = ExitCode.STOPPED

    def __init__(self, **facts: object) -> None:
        super().__init__(*(f"{name}={value}" for name, value in facts.items()))
        self.facts = facts


class NotAWorkbook(CrmError):
    """The bytes are no xlsx workbook: facts name, found (what it looks like)."""

    text = Text.NOT_A_WORKBOOK


class HalfCopied(CrmError):
    """The zip is cut off or a member fails its check sum: facts name, detail."""

    text = Text.HALF_COPIED
    exit_code = ExitCode.BUSY


class EncryptedWorkbook(CrmError):
    """The file asks for a password: facts name."""

    text = Text.ENCRYPTED


class WrongPassword(CrmError):
    """The file asks for a password that nobody told: facts name."""

    text = Text.WRONG_PASSWORD


class HostileWorkbook(CrmError):
    """The file passes a size limit that no honest workbook passes: facts name, detail."""

    text = Text.HOSTILE


class OddWorkbook(CrmError):
    """Valid, but in a shape that the patcher does not write into: facts name, detail."""

    text = Text.ODD_WORKBOOK


class WorkbookGone(CrmError):
    """The workbook is not where it was: facts name, path."""

    text = Text.WORKBOOK_GONE
    exit_code = ExitCode.BUSY


class WorkbookBusy(CrmError):
    """The workbook is open in another program: facts name, user, program, since."""

    text = Text.WORKBOOK_BUSY
    exit_code = ExitCode.BUSY


class WorkbookChanged(CrmError):
    """Somebody saved between our read and our write; reading again helps: facts name."""

    text = Text.WORKBOOK_CHANGED
    exit_code = ExitCode.BUSY


class CannotRead(CrmError):
    """The disk or the share does not give the bytes: facts name, reason."""

    text = Text.CANNOT_READ
    exit_code = ExitCode.BUSY


class FileRefused(CrmError):
    """The system refuses a file that is no book, to read or to write: facts name, reason."""

    text = Text.FILE_REFUSED
    exit_code = ExitCode.BUSY


class FileLocked(CrmError):
    """Another program holds the file, so Windows refuses it: facts name."""

    text = Text.FILE_LOCKED
    exit_code = ExitCode.BUSY


class CannotWrite(CrmError):
    """The disk is full, read-only or forbidden: facts name, reason."""

    text = Text.CANNOT_WRITE
    exit_code = ExitCode.BUSY


class NotOurWorkbook(CrmError):
    """The workbook carries the stamp of another team or none: facts name."""

    text = Text.NOT_OUR_WORKBOOK


class SheetGone(CrmError):
    """A sheet that the book must have is not there: facts name, sheet."""

    text = Text.SHEET_GONE


class KeysLost(CrmError):
    """The hidden key row and the headings of a sheet are gone: facts name, sheet."""

    text = Text.KEYS_LOST


class AlreadyRunning(CrmError):
    """Another daemon has the team: facts pid, host, since."""

    text = Text.ALREADY_RUNNING
    exit_code = ExitCode.BUSY


class LeaseLost(CrmError):
    """Another daemon has taken the team over: facts host, pid, since."""

    text = Text.LEASE_LOST
    exit_code = ExitCode.BUSY


class WrongPlaceForStore(CrmError):
    """The state would lie on a share or in a synced folder: facts path, what, instead."""

    text = Text.WRONG_PLACE_FOR_STORE
    exit_code = ExitCode.SETTINGS


class UnknownTeam(CrmError):
    """No team folder was found where the command looked: facts path."""

    text = Text.UNKNOWN_TEAM
    exit_code = ExitCode.SETTINGS


class SeveralTeams(CrmError):
    """More than one team is known and none was named: facts teams."""

    text = Text.SEVERAL_TEAMS
    exit_code = ExitCode.USAGE


class FolderTaken(CrmError):
    """`init` into a folder that already holds a team or files: facts path."""

    text = Text.FOLDER_TAKEN
    exit_code = ExitCode.USAGE


class UnknownSetting(CrmError):
    """A key of sheetcrm.toml that does not exist: facts key, nearest, path."""

    text = Text.UNKNOWN_SETTING
    exit_code = ExitCode.SETTINGS


class WrongSetting(CrmError):
    """A key of sheetcrm.toml with a value it cannot take: facts key, value, wanted, path."""

    text = Text.WRONG_SETTING
    exit_code = ExitCode.SETTINGS


class WrongMonth(CrmError):
    """A month that is not YYYY-MM or lies in no calendar: facts value."""

    text = Text.WRONG_MONTH
    exit_code = ExitCode.USAGE


class NotAllowed(CrmError):
    """The rights of a person do not let rows of a table out: facts who, role, sheet."""

    text = Text.NOT_ALLOWED
    exit_code = ExitCode.USAGE


class NoSuchPerson(CrmError):
    """A name that is nobody's or several people's: facts value and known."""

    text = Text.NO_SUCH_PERSON
    exit_code = ExitCode.USAGE


class WrongPeriod(CrmError):
    """Not days that have begun, or two ways to name them: facts value."""

    text = Text.WRONG_PERIOD
    exit_code = ExitCode.USAGE


class UnknownManager(CrmError):
    """Nobody, or several people, of that name: facts value, known."""

    text = Text.UNKNOWN_MANAGER
    exit_code = ExitCode.USAGE


class NotSent(CrmError):
    """A letter that the mail server did not take: facts to, reason."""

    text = Text.NOT_SENT
    exit_code = ExitCode.BUSY


class NoMail(CrmError):
    """A mailbox that cannot be read: facts source, reason, name (of the password's variable)."""

    text = Text.NO_MAIL
    exit_code = ExitCode.BUSY


class PortTaken(CrmError):
    """The intake cannot listen where the settings say: facts host, port, reason."""

    text = Text.PORT_TAKEN
    exit_code = ExitCode.BUSY


class WrongAnswer(CrmError):
    """An answer of `init` that cannot be understood: facts option, value, wanted."""

    text = Text.WRONG_ANSWER
    exit_code = ExitCode.USAGE


class WrongPlace(CrmError):
    """A cell, question, backup or batch that does not exist: facts what, value."""

    text = Text.WRONG_PLACE
    exit_code = ExitCode.USAGE


class UnreadableInput(CrmError):
    """An import file that cannot be read as a table: facts name, reason."""

    text = Text.UNREADABLE_INPUT


class ColumnsNotFound(CrmError):
    """An import file without the headings that the kind needs: facts name, kind, wanted, found."""

    text = Text.COLUMNS_NOT_FOUND


class StoreDamaged(CrmError):
    """The database does not pass its check: facts path, detail."""

    text = Text.STORE_DAMAGED


class StoreBusy(CrmError):
    """Another writer held the database longer than we wait: facts path."""

    text = Text.STORE_BUSY
    exit_code = ExitCode.BUSY


class StoreTooNew(CrmError):
    """A newer program has migrated the database: facts path."""

    text = Text.STORE_TOO_NEW


class NoKey(CrmError):
    """Copies are to leave the machine and there is no key to seal them with."""

    text = Text.NO_KEY
    exit_code = ExitCode.SETTINGS


class WrongPhrase(CrmError):
    """The recovery phrase is misspelt or another team's: facts detail."""

    text = Text.WRONG_PHRASE
    exit_code = ExitCode.USAGE


class NoKeyring(CrmError):
    """The system has no place for passwords, or it does not answer."""

    text = Text.NO_KEYRING
    exit_code = ExitCode.SETTINGS


class BooksNotWritten(CrmError):
    """Books that are open, held or unreadable stop an erasure: facts names."""

    text = Text.BOOKS_NOT_WRITTEN
    exit_code = ExitCode.BUSY


class NeverUndone(CrmError):
    """An erasure is not taken back: facts number."""

    text = Text.NEVER_UNDONE
    exit_code = ExitCode.USAGE


class NotRehearsed(CrmError):
    """Nothing is let go of while no copy was restored and compared lately: facts since."""

    text = Text.NOT_REHEARSED


class PlaceAway(CrmError):
    """The folder of the second copies cannot be reached: facts path, reason."""

    text = Text.PLACE_AWAY
    exit_code = ExitCode.BUSY


class BackupDamaged(CrmError):
    """A kept copy does not give back the bytes it was made of: facts path, detail."""

    text = Text.BACKUP_DAMAGED


class GoogleAway(CrmError):
    """Google gave no answer within our patience: facts name, reason."""

    text = Text.GOOGLE_AWAY
    exit_code = ExitCode.BUSY


class GoogleDenied(CrmError):
    """The service account has no rights to a spreadsheet, or it is gone: facts name, robot."""

    text = Text.GOOGLE_DENIED


class GoogleRefused(CrmError):
    """Google did not carry out a write: facts name, reason."""

    text = Text.GOOGLE_REFUSED


class GoogleUnsettled(CrmError):
    """Nobody knows whether a write took place; the next read tells: facts name."""

    text = Text.GOOGLE_UNSETTLED
    exit_code = ExitCode.BUSY


class LiveBusy(CrmError):
    """A program has the book open and cannot take a write just now: facts name, program, why."""

    text = Text.LIVE_BUSY
    exit_code = ExitCode.BUSY


class LiveUnsettled(CrmError):
    """A program did not say how far a write into an open book came: facts name, program."""

    text = Text.LIVE_UNSETTLED
    exit_code = ExitCode.BUSY


class GoogleKeyWrong(CrmError):
    """The key file of the service account cannot be used: facts reason."""

    text = Text.GOOGLE_KEY
    exit_code = ExitCode.SETTINGS


class BookUnread(CrmError):
    """A book that is to leave its place holds edits that no pass has read: facts name."""

    text = Text.BOOK_UNREAD
    exit_code = ExitCode.BUSY


class ServiceRefused(CrmError):
    """The system's own program would not keep the service: facts program, reason."""

    text = Text.SERVICE_REFUSED


class ServiceUnknown(CrmError):
    """A system of whose services we know nothing: facts system."""

    text = Text.SERVICE_UNKNOWN
    exit_code = ExitCode.SETTINGS
