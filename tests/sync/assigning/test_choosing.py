"""Rules as the owner writes them, and whom they choose."""

from datetime import datetime, time
from decimal import Decimal

import pytest

from formulas.assignment import Why
from model.records import Record
from sync.assigning import (
    LEADS_ALREADY,
    Choice,
    Colleague,
    Given,
    Newcomer,
    Rule,
    Shift,
    State,
    choose,
    read_rules,
    read_shift,
)

IVANOV, PETROVA, SIDOROV = "Иванов Пётр", "Петрова Анна", "Сидоров Олег"
PEOPLE = (IVANOV, PETROVA, SIDOROV)
TEAM = (Colleague(IVANOV, "Опт"), Colleague(PETROVA, "Опт"), Colleague(SIDOROV, "Розница"))
THURSDAY = datetime.fromisoformat("2026-03-12T12:00")
SUNDAY = datetime.fromisoformat("2026-03-15T12:00")


def rules(*rows: dict[str, object]) -> tuple[Rule, ...]:
    records = [Record("routing", f"r{n}", None, row) for n, row in enumerate(rows)]  # type: ignore[arg-type]
    found = read_rules(records, PEOPLE)
    assert not found.doubts
    return found.rules


def given_out(count: int, *rows: dict[str, object], team=TEAM) -> list[str | None]:
    """Whom so many leads in a row go to."""
    state, out, known = State(), [], rules(*rows)
    for _ in range(count):
        choice = choose(Newcomer(THURSDAY), known, team, state)
        state = state.after(choice)
        out.append(choice.person)
    return out


def test_by_turns_everybody_gets_one() -> None:
    got = given_out(4, {"name": "Всем"})
    assert got == [IVANOV, PETROVA, SIDOROV, IVANOV]


def test_by_weights_the_shares_are_kept() -> None:
    got = given_out(6, {"name": "Двум", "whom": "Иванов 2, Петрова", "way": "по весам"})
    assert got.count(IVANOV) == 4
    assert got.count(PETROVA) == 2


def test_the_least_busy_gets_it_until_the_limit() -> None:
    known = rules({"name": "Р", "way": "наименее занятый", "limit": Decimal(5)})
    state = State(open={"иванов пётр": 5, "петрова анна": 4, "сидоров олег": 4})
    first = choose(Newcomer(THURSDAY), known, TEAM, state)
    second = choose(Newcomer(THURSDAY), known, TEAM, state.after(first))
    third = choose(Newcomer(THURSDAY), known, TEAM, state.after(first).after(second))
    assert [first.person, second.person, third.person] == [PETROVA, SIDOROV, None]
    assert third == Choice(None, "Р", Why.QUEUE, "некому: нет на месте или все заняты")


def test_whoever_leads_the_client_keeps_it_unless_away() -> None:
    """Sticky comes before every rule; the limit is not asked."""
    known = rules({"name": "Сайт", "whom": "Петрова"})
    lead = Newcomer(THURSDAY, owner="СИДОРОВ ОЛЕГ")
    kept = choose(lead, known, TEAM, State())
    away = (*TEAM[:2], Colleague(SIDOROV, "Розница", absent=True))
    assert (kept.person, kept.rule, kept.why) == (SIDOROV, LEADS_ALREADY, Why.STICKY)
    assert choose(lead, known, away, State()).person == PETROVA


def test_the_absent_are_passed_over_and_the_stand_in_steps_in() -> None:
    away = (Colleague(IVANOV, absent=True), Colleague(PETROVA), Colleague(SIDOROV))
    known = rules({"name": "Ивану", "whom": "Иванов", "spare": "Петрова"})
    choice = choose(Newcomer(THURSDAY), known, away, State())
    assert (choice.person, choice.rule) == (PETROVA, "Ивану")
    assert choice.told.startswith("запасной")


@pytest.mark.parametrize(
    ("cells", "lead", "fits"),
    [
        ({"source": "Сайт, ВКонтакте"}, {"source": "вконтакте"}, True),
        ({"source": "Сайт"}, {"source": "сайт 2"}, False),
        ({"region": "Москва"}, {"town": "москва"}, True),
        ({"region": "495, 812"}, {"phone": "78121234567"}, True),
        ({"region": "77"}, {"inn": "7707083893"}, True),
        ({"region": "77"}, {"phone": "77121234567"}, False),
        ({"product": "Кровля"}, {"wants": "нужна кровля на склад"}, True),
        ({"product": "Кровля"}, {"product": "фасады", "wants": "кровля"}, False),
        ({"segment": "Строительство"}, {"segments": frozenset({"строительство"})}, True),
        ({"amount": Decimal(500_000)}, {"amount": Decimal(500_000)}, True),
        ({"amount": Decimal(500_000)}, {}, False),
        ({"language": "английский"}, {"language": "английский"}, True),
        ({"source": "Сайт", "region": "Москва"}, {"source": "сайт"}, False),
    ],
)
def test_a_rule_needs_all_its_conditions(cells, lead, fits) -> None:
    known = rules({"name": "Правило", "whom": "Сидоров", **cells})
    choice = choose(Newcomer(THURSDAY, **lead), known, TEAM, State())
    assert (choice.person == SIDOROV) is fits
    assert choice.rule == ("Правило" if fits else "")


def test_the_first_fitting_rule_decides_in_the_order_of_the_owner() -> None:
    known = rules(
        {"name": "Остальное"},
        {"name": "Опт", "whom": "отдел Опт", "order": Decimal(1)},
        {"name": "Выключено", "order": Decimal(0), "active": "нет"},
    )
    assert [rule.name for rule in known] == ["Опт", "Остальное"]
    assert choose(Newcomer(THURSDAY), known, TEAM, State()).rule == "Опт"


def test_a_rule_sleeps_outside_its_hours() -> None:
    known = rules(
        {"name": "Днём", "hours": "пн-пт 9:00-18:00", "whom": "Иванов"},
        {"name": "Дежурный", "whom": "Сидоров"},
    )
    assert choose(Newcomer(THURSDAY), known, TEAM, State()).person == IVANOV
    assert choose(Newcomer(SUNDAY), known, TEAM, State()).person == SIDOROV


@pytest.mark.parametrize(
    ("typed", "shift"),
    [
        ("", Shift()),
        ("будни 9-18", Shift(frozenset(range(5)), time(9), time(18))),
        ("пт-пн", Shift(frozenset({4, 5, 6, 0}))),
        ("сб, вс 10:30-16:00", Shift(frozenset({5, 6}), time(10, 30), time(16))),
        ("18:00-24:00", Shift(start=time(18))),
        ("после обеда", None),
        ("9:00-25:00", None),
    ],
)
def test_hours_are_read_as_people_write_them(typed, shift) -> None:
    assert read_shift(typed) == shift


def test_a_night_shift_runs_into_the_morning_of_the_next_day() -> None:
    night = Shift(frozenset({4}), time(20), time(8))
    assert datetime.fromisoformat("2026-03-13T23:00") in night
    assert datetime.fromisoformat("2026-03-14T07:00") in night
    assert datetime.fromisoformat("2026-03-14T09:00") not in night
    assert datetime.fromisoformat("2026-03-13T07:00") not in night


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"whom": "Козлов"}, "козлов"),
        ({"kind": "звонок"}, "Что раздаём"),
        ({"hours": "утром"}, "График"),
        ({"limit": "много"}, "Не больше в работе"),
        ({"spare": "Козлов"}, "Козлов"),
    ],
)
def test_what_cannot_be_meant_is_said_and_takes_no_part(cells, says) -> None:
    found = read_rules([Record("routing", "r1", None, {"name": "Р", **cells})], PEOPLE)
    assert not found.rules
    assert says in found.doubts["r1"]


def test_leads_and_base_have_rules_of_their_own() -> None:
    rows = [{"name": "А"}, {"name": "Б", "kind": "база"}]
    found = read_rules([Record("routing", r["name"], None, r) for r in rows], PEOPLE)
    assert [rule.name for rule in found.of(Given.BASE)] == ["Б"]
