"""Files in letters: from named senders they come in as if dropped, from others they do not."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from model.arrivals import InboxState, Landed
from store.landing import Landing
from sync.importing.run import INBOX
from sync.intake.arrival import take_in
from sync.intake.attached import FORGED
from sync.intake.dropping import take_all
from sync.intake.mail.reading import LETTER, key_of
from sync.intake.sources import Mailbox, Source, SourceKind, write_sources
from tests.sync.ledger import Ledger
from tests.worlds import world_of

BANK = "vypiska@bank.test"
STATEMENT = """1CClientBankExchange
ВерсияФормата=1.03
Кодировка=Windows
РасчСчет=40702810200000000001
СекцияДокумент=Платежное поручение
Номер=7
Дата=10.03.2026
Сумма=1000.00
ДатаПоступило=10.03.2026
Плательщик1=ООО «Ромашка»
ПлательщикИНН=7707083893
ПолучательСчет=40702810200000000001
КонецДокумента
КонецФайла
"""
LEADS = "Имя;Телефон;Сообщение\nАнна;+7 903 765-43-21;вопрос\n"


class Post:
    """A team with a mailbox, and letters that come into it."""

    def __init__(self, ledger: Ledger, files_from: tuple[str, ...]) -> None:
        self.ledger, self.team = ledger, ledger.team
        self.world = world_of(lambda: ledger.now, bytes)
        (self.team.state / "sheetcrm.toml").touch()
        box = Mailbox(host="imap.test", user="sales@firma.test")
        source = Source(name="почта", kind=SourceKind.MAIL, mailbox=box, files_from=files_from)
        write_sources(self.world.disk, self.team.state, (source,))

    def comes(self, sender: str, *files: tuple[str, bytes], **headers: str) -> None:
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Message-ID"] = sender, "sales@firma.test", "<1@x>"
        for name, value in headers.items():
            letter[name.replace("_", "-")] = value
        letter.set_content("Выписка во вложении. Телефон +7 495 123-45-67")
        for name, content in files:
            letter.add_attachment(
                content, maintype="application", subtype="octet-stream", filename=name
            )
        raw = letter.as_bytes()
        landing = Landing.of(self.team.state)
        landing.land([Landed("почта", key_of(raw), self.ledger.now, LETTER, raw)])
        landing.close()
        take_in(self.team, self.world)

    def lies(self) -> list[str]:
        folder = Path(self.team.settings.folder / INBOX)
        return sorted(path.name for path in folder.glob("*.*")) if folder.exists() else []

    def count(self, table: str) -> int:
        return len(self.ledger.rows(table))


@pytest.mark.parametrize("named", [BANK, "@bank.test"])
def test_a_statement_and_a_list_come_in_as_if_dropped(ledger: Ledger, named: str) -> None:
    post = Post(ledger, (named,))
    statement, leads = STATEMENT.encode("cp1251"), LEADS.encode()
    post.comes(BANK, ("../../выписка.txt", statement), ("заявки.csv", leads), ("я.png", b"\x89PNG"))
    assert [name.startswith("Почта ") for name in post.lies()] == [True, True]
    assert {one.result.kind.value for one in take_all(post.team, post.world) if one.result} == {
        "payments",
        "leads",
    }
    assert (post.count("payments"), post.count("leads"), post.count("letter_log")) == (1, 1, 1)
    assert post.lies() == []


def test_what_was_cut_off_lays_the_same_file_down_again(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise Killed

    post = Post(ledger, (BANK,))
    with monkeypatch.context() as cut:
        cut.setattr("store.writer.Writer.settle_arrivals", killed)
        with pytest.raises(Killed):
            post.comes(BANK, ("в.txt", STATEMENT.encode()))
    take_all(post.team, post.world)
    take_in(post.team, post.world)
    assert len(post.lies()) == 1
    take_all(post.team, post.world)
    assert post.count("payments") == 1


@pytest.mark.parametrize("sender", ["stranger@bank.test.evil", "stranger@firma.test"])
def test_files_of_others_stay_in_their_letters(ledger: Ledger, sender: str) -> None:
    post = Post(ledger, (BANK,))
    post.comes(sender, ("выписка.txt", STATEMENT.encode()))
    assert (post.lies(), post.count("payments")) == ([], 0)


def test_a_forged_sender_brings_no_money(ledger: Ledger) -> None:
    post = Post(ledger, (BANK,))
    told = "mx.firma.test; spf=fail smtp.mailfrom=bank.test; dkim=none"
    post.comes(BANK, ("выписка.txt", STATEMENT.encode()), Authentication_Results=told)
    assert post.lies() == []
    with ledger.team.store.read() as reader:
        arrival = reader.arrival(1)
    assert arrival is not None
    assert (arrival.state, arrival.reason) == (InboxState.DONE, FORGED)
