"""Files of others: every row counts once, people's cells stay, refused rows come back."""

import os
from datetime import UTC, date
from decimal import Decimal
from pathlib import Path
from typing import Protocol

import pytest

from model.errors import ColumnsNotFound, UnreadableInput
from model.figures import Measure, Period
from model.records import BatchKind, QuestionKind, Record, Source, Stamped
from model.row_ids import text_id
from model.values import Value
from sync.commands.importing import said_of
from sync.commands.past import undo
from sync.importing import ImportResult, import_file
from sync.imports import ImportKind
from sync.settle.everything import settle
from sync.team import Team
from tests.sync.small_team import OWNER, PEOPLE, START, FakeWorld

BESIDE = Path(__file__).parents[3] / "shared"
PLACE = Path(os.environ.get("SHEETCRM_SHARED", BESIDE)) / "data" / "inputs" / "crm"
maven = pytest.mark.skipif(not PLACE.is_dir(), reason=f"no real files at {PLACE}")


class Bring(Protocol):
    """Brings a file, or a text as one."""

    def __call__(
        self, kind: str, content: str | Path, *, name: str = ..., dry_run: bool = ...
    ) -> ImportResult: ...


@pytest.fixture
def bring(team: Team, clock: FakeWorld, tmp_path: Path) -> Bring:
    """Import a text as a file, or a file."""

    def brought(
        kind: str, content: str | Path, *, name: str = "файл.csv", dry_run: bool = False
    ) -> ImportResult:
        path = content if isinstance(content, Path) else tmp_path / name
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        return import_file(
            team,
            ImportKind(kind),
            path,
            world=clock.world(),
            dry_run=dry_run,
        )

    return brought


def rows(team: Team, table: str) -> list[Record]:
    with team.store.read() as reader:
        return list(reader.rows(table).values())


def edit(team: Team, table: str, row_id: str, **values: Value) -> None:
    at = START
    with team.store.write() as writer:
        batch = writer.start_batch(BatchKind.SYNC, PEOPLE[0], at)
        writer.put(table, row_id, values, by=Stamped(at, PEOPLE[0], Source.PERSON, None, batch))


def test_the_same_file_twice_adds_nothing(team: Team, bring: Bring) -> None:
    file = "Название;Телефон\nВектор;495 123-45-67\nЛесторг;495 765-43-21\nВектор;499 111-22-33\n"
    assert bring("clients", file).taken == 3
    again = bring("clients", file, name="другое имя.csv")
    assert (again.taken, again.known, again.batch) == (0, 3, 0)
    assert len(rows(team, "clients")) == 3


def test_a_dry_run_counts_and_leaves_no_trace(team: Team, bring: Bring) -> None:
    with team.store.read() as reader:
        before = reader.version()
    tried = bring("clients", "Название\nВектор\n;\n", dry_run=True)
    assert (tried.taken, tried.batch, tried.refused_path) == (1, 0, None)
    assert rows(team, "clients") == []
    with team.store.read() as reader:
        assert reader.version() == before


def test_a_known_client_is_filled_only_where_blank(team: Team, bring: Bring) -> None:
    bring("clients", "Название;ИНН;Город\nООО Вектор;7707083893;Тверь\n")
    again = bring("clients", "Название;ИНН;Город;E-mail\nВЕКТОР;7707083893;Москва;a@b.ru\n")
    assert (again.matched, again.new_clients) == (1, 0)
    (client,) = rows(team, "clients")
    assert client.values["name"] == "ООО Вектор"
    assert client.values["city"] == "Тверь"
    assert client.values["email"] == "a@b.ru"


def test_equal_names_with_different_inns_are_two_clients(team: Team, bring: Bring) -> None:
    bring("clients", "Название;ИНН\nВектор;7707083893\n")
    bring("clients", "Название;ИНН\nВектор;7728168971\n")
    assert len(rows(team, "clients")) == 2


def test_one_number_in_two_programs_is_not_one_client(team: Team, bring: Bring) -> None:
    bring("clients", "Код;Название\n1;Вектор\n2;Лесторг\n")
    other = bring("clients", "Код;Название\n1;Маяк\n2;Лесторг\n")
    assert (other.taken, other.known) == (1, 1)
    assert {c.values["name"] for c in rows(team, "clients")} == {"Вектор", "Лесторг", "Маяк"}


def test_new_content_of_a_fact_spares_what_a_person_typed(team: Team, bring: Bring) -> None:
    head = "id;Дата;Имя;Телефон;Сообщение\n"
    bring("leads", f"{head}7;01.03.2026;Анна;916 123-45-67;Доски\n")
    (lead,) = rows(team, "leads")
    edit(team, "leads", lead.row_id, name="Анна Петровна")
    again = bring("leads", f"{head}7;01.03.2026;Аня;916 123-45-67;Доски и брус\n")
    assert (again.updated, again.taken) == (1, 0)
    (lead,) = rows(team, "leads")
    assert lead.values["name"] == "Анна Петровна"
    assert lead.values["text"] == "Доски и брус"


def test_a_deal_finds_or_makes_its_client_and_its_person(team: Team, bring: Bring) -> None:
    bring("clients", "Название\nООО Вектор\n")
    result = bring(
        "deals",
        "Компания;Ответственный;Этап;Бюджет;Дата создания;Дата закрытия\n"
        "Вектор;Иванов;Успешно;100 000;01.02.2026;20.02.2026\n"
        "Маяк;Крылов Егор;Переговоры;50 000;10.02.2026;\n",
    )
    assert result.new_clients == 1
    assert result.new_people == ("Крылов Егор",)
    clients = {c.values["name"]: c.row_id for c in rows(team, "clients")}
    first, second = rows(team, "deals")
    assert first.links["client_id"] == clients["ООО Вектор"]
    assert second.links["client_id"] == clients["Маяк"]
    assert first.values["owner"] == PEOPLE[0]
    assert f"{first.values['stage_on']:%d.%m}" == "20.02"
    assert f"{second.values['stage_on']:%d.%m}" == "10.02"
    assert "Крылов Егор" in {s.values["fio"] for s in rows(team, "staff")}


def test_a_payment_whose_deal_the_file_corrects_moves_to_it(team: Team, bring: Bring) -> None:
    bring("clients", "Название;ИНН\nООО «Альфа»;7707083893\n")
    bring(
        "deals",
        "ID;Контрагент;Стадия;Сумма\n1;ООО «Альфа»;Новая;500\n2;ООО «Альфа»;Новая;700\n",
    )
    first, second = sorted(rows(team, "deals"), key=lambda deal: deal.number or 0)
    head = "ID;Дата;Плательщик;ИНН;Сумма;Сделка\n1;11.03.2026;ООО «Альфа»;7707083893;500;"
    for deal in (first, second):
        bring("payments", f"{head}С-{deal.number}\n")
        (payment,) = rows(team, "payments")
        assert payment.links["deal_id"] == deal.row_id


def switch_calls(team: Team, clock: FakeWorld, word: str) -> None:
    """The owner turns the sheet «Звонки» on or off, and the pass settles it."""
    with team.store.write() as writer:
        at = clock.later(minutes=1).astimezone(UTC)
        batch = writer.start_batch(BatchKind.SYNC, OWNER, at)
        by = Stamped(at, OWNER, Source.PERSON, None, batch)
        row_id = text_id(("Звонки",))
        writer.put("sheets", row_id, {"shown": word}, by=by)
        touched = {"sheets": {row_id}}
        settle(team, writer, clock.now, touched, lambda: "N1", by)


def test_calls_stand_on_their_sheet_once_it_is_switched_on(
    team: Team, clock: FakeWorld, bring: Bring
) -> None:
    bring("clients", "Название;Телефон;Менеджер\nООО «Альфа»;8 916 111-22-33;Иванов Пётр\n")
    head = "Дата;Номер;Менеджер;Длительность\n"
    old, fresh = "01.01.2026 10:00", "10.03.2026 10:00"
    for at in (old, fresh):
        bring("calls", f"{head}{at};8 916 111-22-33;{PEOPLE[0]};65\n")
    assert not rows(team, "calls")
    switch_calls(team, clock, "да")
    (shown,) = rows(team, "calls")
    assert shown.values["manager"] == PEOPLE[0]
    assert shown.values["client_id"] == "ООО «Альфа»"
    assert "client_id" in shown.links
    bring("calls", f"{head}11.03.2026 9:00;8 916 000-00-00;{PEOPLE[1]};5\n")
    assert len(rows(team, "calls")) == 2
    switch_calls(team, clock, "да")
    assert len(rows(team, "calls")) == 2
    with team.store.read() as reader:
        talks = reader.sums(Measure.CALLS, Period(date(2026, 1, 1), date(2026, 4, 1)))
    assert talks == {PEOPLE[0]: 200}, "each talk counts once, on the sheet or not"


def test_payments_say_how_many_belong_to_nobody(team: Team, bring: Bring) -> None:
    bring("clients", "Название;ИНН\nВектор;7707083893\n")
    result = bring(
        "payments",
        "Дата;Номер;Плательщик;ИНН;Сумма;Назначение\n"
        "11.03.2026;1;ООО Вектор;7707083893;58000;счёт 118\n"
        "11.03.2026;2;ООО Рассвет;7728168971;54 000,00;счёт 7\n",
    )
    assert result.unlinked == 1
    assert result.unlinked_amount == Decimal(54_000)
    words = " ".join(said_of(team, result).lines)
    assert "Взято 2: 1 по клиентам, 1 на 54 000,00 не привязаны - «Вопросы»" in words


def test_calls_count_as_talks_from_ten_seconds_on(team: Team, bring: Bring) -> None:
    result = bring(
        "calls",
        "id;Дата;Номер;Сотрудник;Длительность;Результат\n"
        "1;11.03.2026 10:00;916 123-45-67;Иванов Пётр;125;отвечен\n"
        "2;11.03.2026 11:00;916 123-45-68;Иванов Пётр;9;отвечен\n"
        "3;11.03.2026 12:00;916 123-45-69;Иванов Пётр;0:02:05;не отвечен\n",
    )
    assert (result.taken, result.talks) == (3, 1)
    month = Period(START.date().replace(day=1), START.date().replace(month=4, day=1))
    with team.store.read() as reader:
        assert reader.sums(Measure.CALLS, month) == {PEOPLE[0]: 100}
        assert reader.rows("calls") == {}


def test_refused_rows_come_back_with_the_reason_and_may_be_mended(team: Team, bring: Bring) -> None:
    result = bring("clients", "Название;Город\nВектор;Тверь\n;Москва\n", name="база.csv")
    assert [reason for _, reason in result.refused] == ["нет названия клиента"]
    assert result.refused_path is not None
    assert result.refused_path.name == "база - не взято.csv"
    path = Path(result.refused_path)
    mended = path.read_text(encoding="utf-8-sig").replace('"";', '"Маяк";', 1)
    path.write_text(mended, encoding="utf-8")
    again = bring("clients", path)
    assert (again.taken, again.refused) == (1, ())
    assert {c.values["name"] for c in rows(team, "clients")} == {"Вектор", "Маяк"}


def test_an_undone_import_can_come_again(team: Team, bring: Bring, clock: FakeWorld) -> None:
    file = "Название\nВектор\nМаяк\n"
    batch = bring("clients", file).batch
    undo(team, batch, now=clock.now, dry_run=True)
    assert len(rows(team, "clients")) == 2
    undo(team, batch, now=clock.now, dry_run=False)
    assert rows(team, "clients") == []
    assert bring("clients", file).taken == 2
    assert len(rows(team, "clients")) == 2


def test_a_row_deleted_by_hand_does_not_rise_again(
    team: Team, bring: Bring, clock: FakeWorld
) -> None:
    bring("clients", "Название\nВектор\n")
    (client,) = rows(team, "clients")
    with team.store.write() as writer:
        batch = writer.start_batch(BatchKind.SYNC, OWNER, clock.now)
        by = Stamped(clock.now, OWNER, Source.PERSON, None, batch)
        writer.bury("clients", client.row_id, by=by)
    assert bring("clients", "Название\nВектор\n").known == 1
    assert rows(team, "clients") == []


def test_a_file_that_is_not_there_or_says_nothing(bring: Bring, tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput):
        bring("clients", tmp_path / "нет такого.csv")
    with pytest.raises(ColumnsNotFound):
        bring("payments", "Цвет;Вкус\nкрасный;кислый\n")


@maven
def test_a_real_pipeline_of_8800_deals_comes_once(team: Team, bring: Bring) -> None:
    assert bring("staff", PLACE / "maven_sales_teams.csv").taken == 35
    assert bring("clients", PLACE / "maven_accounts.csv").taken == 85
    deals = bring("deals", PLACE / "maven_sales_pipeline.csv")
    assert (deals.taken, deals.new_clients, deals.new_people) == (8800, 0, ())
    again = bring("deals", PLACE / "maven_sales_pipeline.csv")
    assert (again.taken, again.updated, again.known) == (0, 0, 8800)
    won = [d for d in rows(team, "deals") if d.values["stage"] == "Успешно"]
    assert len(won) == 4238
    amounts = [d.values["amount"] for d in won]
    assert sum(a for a in amounts if isinstance(a, Decimal)) == Decimal(10_005_534)
    linked = sum("client_id" in d.links for d in rows(team, "deals"))
    assert linked == 8800 - 1425


HEAD_OF_LEADS = "id;Дата;Имя;Телефон;Источник\n"


def asked_about(team: Team) -> list[tuple[str, str, str]]:
    with team.store.read() as reader:
        return [(q.kind.value, q.column, q.payload["value"]) for q in reader.questions()]


def lead(team: Team, bring: Bring, **edits: Value) -> str:
    """A lead of a file, then edited by a person."""
    bring("leads", f"{HEAD_OF_LEADS}7;01.03.2026;Анна;916 123-45-67;Сайт\n")
    (found,) = rows(team, "leads")
    if edits:
        edit(team, "leads", found.row_id, **edits)
    return found.row_id


NEWS = {
    "an untouched cell takes it": ({}, "Анна;916 123-45-67;Реклама", "Реклама", []),
    "a cell that a person typed stands": (
        {"source": "Звонок"},
        "Анна;916 123-45-67;Реклама",
        "Звонок",
        [("conflict", "source", "s:Реклама")],
    ),
    "a cell that a person cleared stays empty": (
        {"source": None},
        "Анна;916 123-45-67;Реклама",
        None,
        [("conflict", "source", "s:Реклама")],
    ),
    "what stayed in the fact is no news": (
        {"source": None},
        "Аня;916 123-45-67;Сайт",
        None,
        [],
    ),
    "the same value from both sides is no conflict": (
        {"source": "Реклама"},
        "Анна;916 123-45-67;Реклама",
        "Реклама",
        [],
    ),
}


@pytest.mark.parametrize(("edits", "line", "source", "asked"), NEWS.values(), ids=NEWS)
def test_new_content_of_a_fact(
    team: Team,
    bring: Bring,
    edits: dict[str, Value],
    line: str,
    source: Value,
    asked: list[tuple[str, str, str]],
) -> None:
    lead(team, bring, **edits)
    for _ in range(2):
        bring("leads", f"{HEAD_OF_LEADS}7;01.03.2026;{line}\n")
    (found,) = rows(team, "leads")
    assert found.values.get("source") == source
    assert asked_about(team) == asked, "asked once however often it arrives"


def test_news_of_a_row_that_was_taken_off_its_sheet_does_not_raise_it(
    team: Team, bring: Bring
) -> None:
    row_id = lead(team, bring)
    with team.store.write() as writer:
        batch = writer.start_batch(BatchKind.SYNC, PEOPLE[0], START)
        writer.bury("leads", row_id, by=Stamped(START, PEOPLE[0], Source.PERSON, None, batch))
    bring("leads", f"{HEAD_OF_LEADS}7;01.03.2026;Анна;916 123-45-67;Реклама\n")
    assert rows(team, "leads") == []
    with team.store.read() as reader:
        (question,) = reader.questions()
    assert question.kind is QuestionKind.TRASH
    assert "Реклама" in question.wrong


STATEMENT = """1CClientBankExchange
ВерсияФормата=1.03
Кодировка=Windows
РасчСчет=40702810200000000001
{documents}КонецФайла
"""
DOCUMENT = """СекцияДокумент=Платежное поручение
Номер={number}
Дата=10.03.2026
Сумма={amount}
ДатаПоступило=10.03.2026
Плательщик1={payer}
ПлательщикИНН={inn}
ПолучательСчет=40702810200000000001
НазначениеПлатежа=Оплата по счёту {number}
КонецДокумента
"""
TABLE = "Дата;Плательщик;ИНН;Сумма\n10.03.2026;Ромашка ООО;{inn};1000\n"


def statement(*documents: tuple[str, str, str, str]) -> str:
    told = (
        DOCUMENT.format(number=number, amount=amount, payer=payer, inn=inn)
        for number, amount, payer, inn in documents
    )
    return STATEMENT.format(documents="".join(told))


ROMASHKA = ("7", "1000.00", "ООО «Ромашка»", "7707083893")


@pytest.mark.parametrize("inn", ["7707083893", ""])
def test_a_payment_of_a_table_and_of_a_statement_counts_once(
    team: Team, bring: Bring, inn: str
) -> None:
    """By the INN, and by the payer's name where the table has no INN."""
    bring("payments", TABLE.format(inn=inn))
    found = bring("payments", statement(ROMASHKA))
    assert (found.matched, found.amount) == (1, Decimal(0))
    (payment,) = rows(team, "payments")
    assert payment.values["purpose"] == "Оплата по счёту 7"
    assert payment.values["payer"] == "Ромашка ООО"
    again = bring("payments", statement(ROMASHKA))
    assert (again.taken, again.known) == (0, 1)


@pytest.mark.parametrize(
    "other",
    [
        ("7", "1000.01", "ООО «Ромашка»", "7707083893"),
        ("7", "1000.00", "ООО «Ромашка»", "5029069967"),
        ("7", "1000.00", "ООО «Лютик»", ""),
    ],
)
def test_another_payment_of_the_day_is_another_one(
    team: Team, bring: Bring, other: tuple[str, str, str, str]
) -> None:
    bring("payments", TABLE.format(inn="7707083893"))
    assert bring("payments", statement(other)).matched == 0
    assert len(rows(team, "payments")) == 2


def test_two_equal_payments_of_a_day_stay_two(team: Team, bring: Bring) -> None:
    """The table knows one of them; the statement, which lists both, adds the other."""
    bring("payments", TABLE.format(inn="7707083893"))
    found = bring("payments", statement(ROMASHKA, ("8", *ROMASHKA[1:])))
    assert (found.matched, found.amount) == (1, Decimal(1000))
    assert len(rows(team, "payments")) == 2


WHOLE = (
    "Дата;Номер;Плательщик;ИНН;Сумма;Назначение\n"
    "10.03.2026;7;Ромашка ООО;7707083893;1000;Оплата по счёту 7\n"
)


@pytest.mark.parametrize("table", [WHOLE, TABLE.format(inn="7707083893")])
def test_money_of_a_statement_outlives_a_table_that_is_undone(
    team: Team, bring: Bring, clock: FakeWorld, table: str
) -> None:
    """The row was the table's; what the statement added keeps it, or it comes again."""
    first = bring("payments", table)
    assert bring("payments", statement(ROMASHKA)).matched == 1
    undo(team, first.batch, now=clock.now, dry_run=False)
    bring("payments", statement(ROMASHKA))
    (payment,) = rows(team, "payments")
    assert payment.values["amount"] == 1000
