"""Statements of 1C: encodings that lie, sides, balances, keys that make an overlap add nothing."""

import pytest

from model.errors import UnreadableInput
from sync.imports import Incoming, Refused
from sync.intake.formats import Reading, Wish, recognised

OURS, THEIRS = "40702810200000000001", "40702810900000000777"
HEAD = """1CClientBankExchange
ВерсияФормата=1.03
Кодировка=Windows
Отправитель=Банк
Получатель=1С:Предприятие
ДатаНачала=11.03.2026
ДатаКонца=12.03.2026
РасчСчет={ours}
СекцияРасчСчет
ДатаНачала=11.03.2026
РасчСчет={ours}
НачальныйОстаток=100.00
ВсегоПоступило={came}
ВсегоСписано={went}
КонечныйОстаток={left}
КонецРасчСчет
"""


def document(number: int = 1, amount: str = "1000.00", **fields: str) -> str:
    lines = {
        "Номер": str(number),
        "Дата": "11.03.2026",
        "Сумма": amount,
        "ПлательщикСчет": THEIRS,
        "ДатаПоступило": "12.03.2026",
        "Плательщик": "ИНН 7707083893 ООО Ромашка//г Москва",
        "ПлательщикИНН": "7707083893",
        "ПолучательСчет": OURS,
        "Получатель1": "Мы",
        "НазначениеПлатежа": "Оплата по счёту 5",
    } | fields
    body = "\n".join(f"{key}={value}" for key, value in lines.items())
    return f"СекцияДокумент=Платежное поручение\n{body}\nКонецДокумента\n"


def out(**fields: str) -> str:
    sides = {"ПлательщикСчет": OURS, "ПолучательСчет": THEIRS, "Получатель1": "ООО Ромашка"}
    days = {"ДатаПоступило": "", "ДатаСписано": "12.03.2026", "ПолучательИНН": "7707083893"}
    return document(**{**sides, **days, **fields})


def statement(
    *documents: str, came: str = "1000.00", went: str = "0", left: str = "1100.00"
) -> str:
    head = HEAD.format(ours=OURS, came=came, went=went, left=left)
    return f"{head}{''.join(documents)}КонецФайла\n"


def read(text: str, encoding: str = "utf-8") -> Reading:
    return recognised(text.encode(encoding), "выписка.txt", Wish())


def rows(text: str, encoding: str = "utf-8") -> tuple[list[Incoming], list[Refused]]:
    found = list(read(text, encoding).rows)
    taken = [row for row in found if isinstance(row, Incoming)]
    return taken, [row for row in found if isinstance(row, Refused)]


def test_a_payment_is_taken_with_who_paid_and_when_it_came() -> None:
    (row,), _ = rows(statement(document()))
    assert (str(row.values["amount"]), str(row.values["date"])) == ("1000.00", "2026-03-12")
    assert (row.values["payer"], row.values["payer_inn"]) == ("ООО Ромашка", "7707083893")
    assert row.values["purpose"] == "Оплата по счёту 5"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "cp866"])
def test_the_bytes_tell_the_encoding_and_the_header_may_lie(encoding: str) -> None:
    text = statement(document())
    one, other = rows(text, encoding)[0], rows(text)[0]
    assert one == other


def test_which_side_is_ours_is_told_by_the_accounts_and_not_by_the_dates() -> None:
    both = {"ДатаПоступило": "12.03.2026", "ДатаСписано": "12.03.2026"}
    taken, refused = rows(statement(document(**both), out(**both)))
    assert len(taken) == 1
    assert [(r.reason, r.ours) for r in refused] == [("списание: не оплата от клиента", False)]


def test_money_given_back_is_a_payment_below_zero() -> None:
    (row,), _ = rows(statement(out(НазначениеПлатежа="Возврат по счёту 5")))
    assert (str(row.values["amount"]), row.values["payer_inn"]) == ("-1000.00", "7707083893")


def test_between_own_accounts_nothing_was_earned() -> None:
    own = document(ПлательщикСчет=OURS)
    assert [r.reason for r in rows(statement(own))[1]] == ["перевод между своими счетами"]


def test_an_order_to_pay_is_no_money_yet() -> None:
    text = statement(document(ДатаПоступило=""))
    order = text[: text.index("СекцияРасчСчет")] + text[text.index("СекцияДокумент") :]
    taken, refused = rows(order)
    assert not taken
    assert refused[0].reason.startswith("поручение ещё не проведено")


def test_a_wrong_inn_drops_no_payment() -> None:
    (row,), _ = rows(statement(document(ПлательщикИНН="1234567890")))
    assert row.values["payer_inn"] == "1234567890"


def test_the_purpose_stands_in_six_lines_or_goes_on_in_the_next() -> None:
    parts = {
        "НазначениеПлатежа": "",
        "НазначениеПлатежа1": "Оплата",
        "НазначениеПлатежа2": "за март",
    }
    (six,), _ = rows(statement(document(**parts)))
    (broken,), _ = rows(statement(document(НазначениеПлатежа="Оплата\nза март")))
    assert six.values["purpose"] == broken.values["purpose"] == "Оплата за март"


@pytest.mark.parametrize(
    ("sums", "words"),
    [
        ({}, ()),
        ({"left": "1100.01"}, ("остаток не сходится",)),
        ({"came": "2000.00", "left": "2100.00"}, ("документов в ней на 1 000,00",)),
    ],
)
def test_the_balance_is_checked(sums: dict[str, str], words: tuple[str, ...]) -> None:
    reading = read(statement(document(), **sums))
    said = [p.replace("\xa0", " ") for p in reading.problems]
    assert len(said) == len(words)
    assert all(word in problem for word, problem in zip(words, said, strict=True))
    assert ("Остаток сходится." in reading.notes) == (not words)
    assert OURS not in "".join(said)


def test_two_equal_payments_are_two_and_an_overlap_adds_only_the_new() -> None:
    first = [row.key for row in rows(statement(document(), document()))[0]]
    later = [row.key for row in rows(statement(document(), document(), document(2)))[0]]
    assert len(set(first)) == 2
    assert set(first) < set(later)
    assert len(later) == 3


def test_kopecks_after_a_dash_are_kopecks() -> None:
    (row,), _ = rows(statement(document(amount="1184-50")))
    assert str(row.values["amount"]) == "1184.50"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (statement(document()).replace("КонецФайла", ""), "оборвана"),
        (statement(document()).replace("=1.03", "=9.99"), "версии 9.99"),
        ("***** ^Type=3^ ^Acc=BY70^\n[OUT_PARAM]\n", "белорусского"),
        ("{1:F01BANK}\n:20:1\n:25:40702\n:60F:C260311RUB1\n", "MT940"),
        ("$OPERS_LIST\n$OPERATION\n", "iBank 2"),
        ("%PDF-1.7", "PDF"),
    ],
)
def test_what_is_no_statement_of_1c_is_refused_by_its_name(text: str, words: str) -> None:
    with pytest.raises(UnreadableInput, match=words):
        read(text)
