"""Leads, deals, costs and letters of other programs; what they may not bring along."""

import json
from datetime import datetime

import pytest

from model.errors import UnreadableInput, WrongSetting
from sync.imports import ImportKind, Incoming, Refused
from sync.intake.formats import Reading, Wish, letter_of, recognised
from sync.intake.formats.profiles import built_in, profile_of


def read(body: object, **wish: object) -> Reading:
    raw = body if isinstance(body, str | bytes) else json.dumps(body)
    return recognised(
        raw.encode() if isinstance(raw, str) else raw,
        "файл",
        Wish(**wish),  # type: ignore[arg-type]
    )


def taken(reading: Reading) -> list[Incoming]:
    return [row for row in reading.rows if isinstance(row, Incoming)]


def test_a_form_of_tilda_keeps_what_the_owner_asked_and_no_cookies() -> None:
    (row,) = taken(
        read(
            "Name=%D0%90%D0%BD%D0%BD%D0%B0&Phone=8+903+765+43+21&%D0%A6%D0%B2%D0%B5%D1%82=red"
            "&tranid=1:2&formid=f1&COOKIES=_ym%3D1%3B+TILDAUTM%3Dutm_source%253Dyandex%257C%257C"
            "%257Cutm_medium%253Dcpc"
        )
    )
    assert row.key == "id:1:2"
    assert row.values["text"] == "Цвет: red"
    assert (row.values["utm_source"], row.values["utm_medium"]) == ("yandex", "cpc")
    assert "_ym" not in str(row)


def test_the_first_call_of_tilda_is_no_lead() -> None:
    (row,) = read("test=test").rows
    assert isinstance(row, Refused)
    assert not row.ours


def test_a_form_of_vk_is_read_by_its_keys_and_its_secret_stays_out() -> None:
    answers = [
        {"key": "first_name", "question": "Имя", "answer": "Анна"},
        {"key": "phone_number", "question": "Телефон", "answer": "+79037654321"},
        {"key": "custom_0", "question": "Что нужно", "answer": ["песок", "щебень"]},
    ]
    body = {"lead_id": 5, "form_name": "Расчёт", "user_id": 9, "answers": answers}
    (row,) = taken(read({"type": "lead_forms_new", "secret": "s3cr", "object": body}))
    assert (row.key, row.values["name"]) == ("id:5", "Анна")
    assert "песок, щебень" in str(row.values["text"])
    assert "s3cr" not in str(row)


def test_the_event_of_bitrix_waits_for_the_lead_of_its_number() -> None:
    event = taken(read({"event": "ONCRMLEADADD", "data": {"FIELDS": {"ID": "7"}}}))[0]
    whole = taken(
        read({"result": {"ID": "7", "STATUS_ID": "NEW", "PHONE": [{"VALUE": "+79037654321"}]}})
    )[0]
    assert (event.partial, whole.partial) == (True, False)
    assert event.key == whole.key


def test_any_form_with_a_telephone_is_a_lead_and_keeps_what_was_typed() -> None:
    (row,) = taken(read("your_name=x&phone=89037654321&size=40&csrf_token=abc"))
    assert row.values["phone"] == "89037654321"
    assert "size: 40" in str(row.values["text"])
    assert "abc" not in str(row)


def test_the_same_form_on_another_day_is_another_request() -> None:
    form = "phone=89037654321"
    days = [datetime(2026, 3, day, 10) for day in (11, 11, 12)]
    keys = [taken(read(form, came=day))[0].key for day in days]
    assert keys[0] == keys[1] != keys[2]
    assert taken(read(form, came=days[0]))[0].values["at"] == days[0]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"a": ', "оборван"),
        ({"hello": "world"}, "незнакомого вида, в нём: hello"),
        ("[" * 3000, "оборван|глубже"),
        ({"phone": {str(n): "1" for n in range(600)}}, "больше 500 полей"),
    ],
)
def test_a_request_that_is_none_is_refused_with_its_reason(body: object, words: str) -> None:
    with pytest.raises(UnreadableInput, match=words):
        read(body)


def test_a_report_of_direct_gives_a_row_a_day_and_campaign() -> None:
    text = (
        '"Расходы"\nDate\tCampaignId\tCampaignName\tClicks\tCost\n2026-03-01\t1\tПоиск\t87\t8523.40\n'
        "2026-03-02\t1\tПоиск\t--\t0\nTotal rows: 2\n"
    )
    first, second = taken(read(text))
    said = (str(first.values["cost"]), str(first.values["clicks"]), first.values["source"])
    assert said == ("8523.40", "87", "yandex")
    assert "clicks" not in second.values
    assert first.key != second.key


def test_money_in_millionths_is_asked_about_and_taken_when_told() -> None:
    text = "Date\tCampaignName\tClicks\tCost\n2026-03-01\tПоиск\t10\t8523400000\n"
    with pytest.raises(UnreadableInput, match="--micros"):
        list(read(text).rows)
    (row,) = taken(read(text, micros=True))
    assert str(row.values["cost"]) == "8523.4"


def test_a_table_of_google_ads_has_a_title_and_totals() -> None:
    table = (
        "Отчёт по кампаниям\n1 марта 2026\nДень\tКампания\tКлики\tПоказы\tСтоимость\n"
        "2026-03-01\tБренд\t1\u00a0200\t5\u00a0000\t12\u00a0345,60\nИтого\t--\t1\t1\t1\n"
    )
    (row,) = taken(read(table.encode("utf-16")))
    assert (str(row.values["clicks"]), str(row.values["cost"])) == ("1200", "12345.60")


LETTER = (
    "From: =?koi8-r?B?4c7OwQ==?= <Anna@Romashka.test>\nTo: sales@us.test\nSubject: {subject}\n"
    "Date: Thu, 12 Mar 2026 10:00:00 +0300\nMessage-ID: <1@x>\n"
    "Content-Type: text/plain; charset={charset}\n\n"
)


@pytest.mark.parametrize("charset", ["koi8-r", "windows-1251", "utf-8", "unknown"])
def test_a_letter_of_a_form_becomes_a_lead_in_any_charset(charset: str) -> None:
    head = LETTER.format(subject="Заявка".encode().decode("latin-1"), charset=charset)
    body = "Имя: Пётр Сидоров\nТелефон: 8 903 765-43-21\nСообщение: нужен песок, срочно и много\n"
    encoding = "cp1251" if charset == "unknown" else charset
    (row,) = taken(read(head.encode("latin-1") + body.encode(encoding)))
    said = (row.values["name"], row.values["phone"], row.values["text"])
    assert said == ("Пётр Сидоров", "8 903 765-43-21", "нужен песок, срочно и много")
    assert (row.key, row.values["at"]) == ("id:1@x", datetime(2026, 3, 12, 10))


def test_a_letter_without_labels_is_a_lead_with_its_text() -> None:
    (row,) = taken(read(LETTER.format(subject="Cena", charset="utf-8") + "Сколько стоит?"))
    said = (row.values["name"], row.values["email"], row.values["text"])
    assert said == ("Анна", "anna@romashka.test", "Cena\nСколько стоит?")


def test_the_answer_of_a_machine_is_no_lead() -> None:
    (row,) = read(
        "Auto-Submitted: auto-replied\n" + LETTER.format(subject="x", charset="utf-8")
    ).rows
    assert isinstance(row, Refused)
    assert row.reason == "автоматический ответ"


def test_a_box_is_read_letter_by_letter() -> None:
    letter = LETTER.format(subject="x", charset="utf-8")
    box = "".join(f"From a@b Thu Mar 12\n{letter.replace('1@x', f'{n}@x')}text\n\n" for n in (1, 2))
    reading = read(box)
    assert reading.kind is ImportKind.LETTERS
    assert [row.key for row in taken(reading)] == ["id:1@x", "id:2@x"]


def test_an_attachment_keeps_its_bytes_and_the_name_it_claims() -> None:
    raw = (
        b"From: a@b.ru\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/csv\n"
        b'Content-Disposition: attachment; filename="../../a.csv"\n\na;b\n--x--\n'
    )
    assert letter_of(raw).files == (("../../a.csv", b"a;b"),)


OWN = """
name = "our_phone"
title = "Наша телефония"
kind = "calls"
key = "uid"

[match]
our_event = "end"

[fields]
at = { from = "when", as = "moment" }
number = "who"
sec = { from = "talk", as = "seconds" }
"""


def test_a_new_provider_is_a_file() -> None:
    body = {
        "our_event": "end",
        "uid": "1",
        "when": "2026-03-12 10:00",
        "who": "1",
        "talk": "0:01:05",
    }
    reading = read(body, profiles=(OWN,))
    assert reading.title == "Наша телефония"
    assert taken(reading)[0].values["sec"] == "65"


@pytest.mark.parametrize(
    ("text", "key"),
    [("name = ", "name"), ('name = "x"\nshape = "odd"', "shape"), ("x = 1", "name")],
)
def test_a_profile_that_cannot_be_understood_says_where(text: str, key: str) -> None:
    with pytest.raises(WrongSetting) as wrong:
        profile_of(text, "мой.toml")
    assert wrong.value.facts["path"] == "мой.toml"
    assert key in str(wrong.value.facts) or "=" in str(wrong.value.facts)


def test_every_profile_has_a_title_and_a_name_of_its_own() -> None:
    names = [profile.name for profile in built_in()]
    assert len(set(names)) == len(names) > 15
    assert all(profile.title for profile in built_in())
