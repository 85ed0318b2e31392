"""MERGE_SPEC section 5 over real workbooks."""

from __future__ import annotations

from model.records import QuestionKind
from tests.sync.teams import HIS, Office, Pen

CLIENT = "ООО «Альфа»"


def row_of(office: Office) -> str:
    return office.the("clients", name=CLIENT).row_id


def values(office: Office, key: str) -> list[object]:
    return [r.values.get(key) for r in office.rows("clients").values()]


def keys(office: Office) -> list[object]:
    with office.edit(HIS) as pen:
        sheet, _ = pen.sheet("clients")
        return [c.value for c in sheet[1] if c.value and str(c.value).startswith("clients.")]


def drop_key(pen: Pen, key: str) -> None:
    sheet, stands = pen.sheet("clients")
    sheet.cell(1, stands[key]).value = None


def about(office: Office) -> list[str]:
    return [q.about for q in office.questions(QuestionKind.PROBLEM) if q.payload.get("book") == HIS]


def test_a_column_without_its_key_is_known_by_its_heading_and_gets_it_back(office: Office) -> None:
    whole = keys(office)
    with office.edit(HIS) as pen:
        drop_key(pen, "phone")
        sheet, stands = pen.sheet("clients")
        sheet.cell(pen.row("clients", row_of(office)), stands["city"]).value = "Псков"
    before = values(office, "phone")
    office.rest()
    assert values(office, "phone") == before
    assert office.rows("clients")[row_of(office)].values["city"] == "Псков"
    assert keys(office) == whole
    assert not about(office)


def test_a_column_that_cannot_be_told_is_left_alone_and_the_others_are_merged(
    office: Office,
) -> None:
    before = values(office, "phone")
    with office.edit(HIS) as pen:
        sheet, stands = pen.sheet("clients")
        drop_key(pen, "phone")
        sheet.cell(3, stands["phone"]).value = "Телефон"
        sheet.cell(3, 60).value = "Телефон"
        row = pen.row("clients", row_of(office))
        sheet.cell(row, stands["phone"]).value = "не знаю"
        sheet.cell(row, stands["city"]).value = "Псков"
    office.rest()
    assert values(office, "phone") == before
    assert office.rows("clients")[row_of(office)].values["city"] == "Псков"
    assert about(office) == ["Столбец не узнал"]
    with office.edit(HIS) as pen:
        sheet, _ = pen.sheet("clients")
        assert sheet.cell(row, stands["phone"]).value == "не знаю", "nothing is written there"
        sheet.cell(3, 60).value = None
        sheet.cell(row, stands["phone"]).value = "+7 916 000-00-77"
    office.rest()
    assert not about(office)
    assert office.rows("clients")[row_of(office)].values["phone"] == "+7 916 000-00-77"


def test_a_column_that_is_gone_clears_nothing_and_is_told_once(office: Office) -> None:
    before = values(office, "phone")
    with office.edit(HIS) as pen:
        sheet, stands = pen.sheet("clients")
        sheet.delete_cols(stands["phone"])
    office.rest()
    assert values(office, "phone") == before
    assert about(office) == ["Пропал столбец"]
    assert "clients.phone" not in keys(office), "no silent adding again"


def test_a_copied_column_becomes_the_persons_own(office: Office) -> None:
    client = row_of(office)
    with office.edit(HIS) as pen:
        sheet, stands = pen.sheet("clients")
        for row in range(1, 12):
            sheet.cell(row, 60).value = sheet.cell(row, stands["phone"]).value
        sheet.cell(pen.row("clients", client), 60).value = "+7 916 999-99-99"
    whole = values(office, "phone")
    office.rest()
    assert values(office, "phone") == whole
    with office.edit(HIS) as pen:
        sheet, stands = pen.sheet("clients")
        assert sheet.cell(1, 60).value is None, "its key is taken off"
        assert sheet.cell(pen.row("clients", client), 60).value == "+7 916 999-99-99"
        sheet.cell(pen.row("clients", client), stands["phone"]).value = "+7 916 111-11-11"
    office.rest()
    assert office.rows("clients")[client].values["phone"] == "+7 916 111-11-11"
    assert not about(office)


def test_an_error_value_is_remarked_while_it_stands(office: Office) -> None:
    deal = office.the("deals", client_id=CLIENT).row_id
    with office.edit(HIS) as pen:
        pen.put("deals", deal, amount="#REF!")
    office.rest()
    assert office.rows("deals")[deal].values["amount"] == 100_000
    assert about(office) == ["Формула не считается"]
    assert office.cell(HIS, "deals", deal, "remark").value == "Формула не считается"
    office.restart()
    office.now = office.now.replace(day=13)
    office.rest()
    assert about(office) == ["Формула не считается"]
    with office.edit(HIS) as pen:
        pen.put("deals", deal, amount=5000)
    office.rest()
    assert not about(office)


def test_merged_cells_over_data_are_unknown_not_empty(office: Office) -> None:
    before = values(office, "city")
    with office.edit(HIS) as pen:
        sheet, stands = pen.sheet("clients")
        sheet.merge_cells(
            start_row=4, end_row=6, start_column=stands["phone"], end_column=stands["phone"]
        )
    phones = values(office, "phone")
    office.rest()
    assert values(office, "phone") == phones
    assert values(office, "city") == before
