"""Calendar, tax tables, plans and norms as the owner's sheets say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from model.figures import Measure, Period, Span
from model.records import Source
from sync.figures.plans import TEAM, quotas
from sync.plans.calendar import SEEDED, TABLE, calendar_of, draft_note, seed_rows, years_to_seed
from sync.plans.cuts import cut_lines
from sync.plans.decomposing import Plan, taken_apart
from sync.plans.norming import Norming
from sync.plans.rates import seed_rows as rate_rows
from sync.plans.rates import tax_rates, vat_rate
from sync.plans.seeding import seed_tables
from sync.plans.suggesting import suggested
from tests.sync.ledger import IVANOV, SMIRNOVA, Ledger

KOZLOV = "Козлов Денис"
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))


def seeded(ledger: Ledger) -> None:
    with ledger.team.store.write() as writer:
        writer.set_meta(SEEDED, "")
        seed_tables(writer, ledger.team.blueprint, ledger.now.date(), ledger.now)


def month_days(ledger: Ledger) -> int:
    with ledger.team.store.read() as reader:
        return calendar_of(reader, 2026).workdays(MARCH.start, date(2026, 3, 31))


def test_the_table_says_what_the_official_calendar_does(ledger: Ledger) -> None:
    seeded(ledger)
    assert month_days(ledger) == 21
    with ledger.team.store.read() as reader:
        calendar = calendar_of(reader, 2026)
        months = [date(2026, m, 1) for m in range(1, 13)]
        ends = [*months[1:], date(2027, 1, 1)]
        days = [
            calendar.workdays(a, date.fromordinal(b.toordinal() - 1))
            for a, b in zip(months, ends, strict=True)
        ]
    assert days == [15, 19, 21, 22, 19, 21, 23, 21, 22, 22, 20, 22]
    assert date(2026, 4, 30) in calendar.short


def test_a_day_of_the_owner_is_the_truth(ledger: Ledger) -> None:
    seeded(ledger)
    ledger.put(TABLE, "2026-03-20", day=date(2026, 3, 20), working="нет")
    ledger.put(TABLE, "2026-03-21", day=date(2026, 3, 21), working="да")
    ledger.put(TABLE, "2026-03-23", day=date(2026, 3, 23), working="нет")
    assert month_days(ledger) == 20
    line = ledger.thought().team.days[Span.MONTH]
    assert line.total == 20


def test_a_row_the_owner_took_away_stays_away(ledger: Ledger) -> None:
    seeded(ledger)
    with ledger.team.store.write() as writer:
        writer.bury(TABLE, "2026-03-09", by=ledger.stamp(writer, Source.PERSON))
        assert seed_tables(writer, ledger.team.blueprint, ledger.now.date(), ledger.now) == 0
    assert month_days(ledger) == 22


def test_a_year_without_a_decree_is_a_draft_until_the_owner_says_otherwise(ledger: Ledger) -> None:
    rows = list(seed_rows(2029))
    assert {row["source"] for row in rows} == {"черновик"}
    assert years_to_seed(date(2028, 5, 1)) == (2027, 2028, 2029)
    with ledger.team.store.write() as writer:
        writer.set_meta(SEEDED, "")
        seed_tables(writer, ledger.team.blueprint, date(2028, 5, 1), ledger.now)
    with ledger.team.store.read() as reader:
        calendar = calendar_of(reader, 2028)
        marked = [r for r in reader.rows(TABLE).values() if r.values.get("source") == "черновик"]
    assert calendar.draft_years == {2028, 2029}
    note = draft_note(calendar, date(2028, 1, 1), date(2028, 1, 31))
    assert note.startswith("Календарь 2028 - черновик")
    assert draft_note(calendar, date(2027, 1, 1), date(2027, 12, 31)) == ""
    for record in marked:
        ledger.put(TABLE, record.row_id, source="проверено")
    with ledger.team.store.read() as reader:
        assert calendar_of(reader, 2028).draft_years == frozenset()


def test_taxes_follow_the_sheet_and_an_empty_one_means_the_law(ledger: Ledger) -> None:
    scene = ledger.settle().scene
    assert tax_rates(scene)[-1].main[1] == (2_400_000, Fraction(15, 100))
    assert vat_rate(scene, 2025) == Fraction(20, 100)
    assert vat_rate(scene, 2026) == Fraction(22, 100)
    seeded(ledger)
    assert len(tax_rates(ledger.settle().scene)) == 3
    assert tax_rates(ledger.settle().scene) == tax_rates(scene)
    ledger.put("rates", "ндфл|2027|0", kind="НДФЛ", year=2027, start=0, rate=15)
    ledger.put("rates", "ндс|2027|0", kind="НДС", year=2027, start=0, rate=24)
    newest = tax_rates(ledger.settle().scene)[-1]
    assert (newest.since, newest.main) == (2027, ((0, Fraction(15, 100)),))
    assert newest.regional == ((0, Fraction(13, 100)), (5_000_000, Fraction(15, 100)))
    assert vat_rate(ledger.settle().scene, 2028) == Fraction(24, 100)
    assert len(list(rate_rows())) > 10


def plan(ledger: Ledger, row_id: str, who: str, value: int, **cells: object) -> None:
    ledger.put("plans", row_id, who=who, metric="Оплаты, руб.", m03=value, **cells)


def of(ledger: Ledger, who: str) -> Decimal | None:
    with ledger.team.store.read() as reader:
        calendar = calendar_of(reader, 2026)
    return quotas(ledger.settle().scene, calendar).of(who, Measure.MONEY, MARCH)


def test_a_plan_changed_in_the_month_is_the_last_one_or_weighed_by_days(ledger: Ledger) -> None:
    assert of(ledger, IVANOV) == 1_200_000
    plan(ledger, "p2", IVANOV, 600_000, since=date(2026, 3, 16))
    assert of(ledger, IVANOV) == 600_000
    ledger.put("general", "g1", key="План, изменённый в месяце", value="по дням")
    assert of(ledger, IVANOV) == Decimal("857142.86")  # 9 of 21 days the first, 12 the second
    april = Period(date(2026, 4, 1), date(2026, 5, 1))
    with ledger.team.store.read() as reader:
        calendar = calendar_of(reader, 2026)
    known = quotas(ledger.settle().scene, calendar)
    assert known.of(IVANOV, Measure.MONEY, april) == 1_200_000


def test_plans_by_market_add_up_when_there_is_none_of_the_whole(ledger: Ledger) -> None:
    plan(ledger, "p1", KOZLOV, 300_000, market="Москва")
    plan(ledger, "p2", KOZLOV, 200_000, market="Урал")
    plan(ledger, "p3", SMIRNOVA, 100_000, market="Урал")
    assert of(ledger, KOZLOV) == 500_000
    assert of(ledger, SMIRNOVA) == 900_000
    assert of(ledger, TEAM) is None
    with ledger.team.store.read() as reader:
        known = quotas(ledger.settle().scene, calendar_of(reader, 2026))
    assert known.of_cut("market", Measure.MONEY, MARCH) == {"москва": 300_000, "урал": 300_000}


def test_a_norm_counts_in_its_own_unit_and_for_its_own_days(ledger: Ledger) -> None:
    ledger.put(
        "deals",
        "d1",
        client_id="А",
        owner=IVANOV,
        stage="Успешно",
        closed_on=MARCH.start,
        qty=12,
        unit="т",
        amount=1,
    )
    ledger.put(
        "deals",
        "d2",
        client_id="А",
        owner=IVANOV,
        stage="Успешно",
        closed_on=MARCH.start,
        qty=7,
        unit="шт.",
        amount=1,
    )
    norm = {"metric": "Отгружено", "who": IVANOV, "per": "месяц", "norm": 42}
    ledger.put("norms", "n1", **norm, unit="т")
    ledger.put("norms", "n2", **norm, unit="шт.")
    ledger.put("norms", "n3", metric="Выигранные сделки", who="все", per="день", norm=1)
    ledger.put(
        "absences", "a1", **{"who": IVANOV, "from": date(2026, 3, 2), "to": date(2026, 3, 3)}
    )
    settled = ledger.settle()
    with ledger.team.store.read() as reader:
        norming = Norming(
            reader, settled.scene, calendar_of(reader, 2026), date(2026, 3, 12), MARCH
        )
        tonnes, pieces, deals = (
            norming.of(settled.scene.rows["norms"][n]) for n in ("n1", "n2", "n3")
        )
        beside = norming.columns(settled.scene.rows["norms"]["n1"])
    assert beside == {"fact": 12, "worked": 6, "month_days": 21}
    assert [one.fact for one in (tonnes, pieces, deals)] == [Decimal(12), Decimal(7), Decimal(2)]
    assert tonnes.worked == 6  # 8 working days up to the 12th, 2 of them absent
    assert tonnes.found.expected == Decimal("12.00")
    assert deals.worked == 6 + 8
    assert deals.found.deviation == -12


def test_a_plan_is_taken_apart_by_own_conversions(ledger: Ledger) -> None:
    for number in range(4):
        ledger.put(
            "deals",
            f"d{number}",
            client_id="А",
            owner=IVANOV,
            stage="Успешно",
            closed_on=date(2026, 2, 3),
            amount=50_000,
        )
    ledger.settle()
    with ledger.team.store.read() as reader:
        found = taken_apart(reader, Plan(IVANOV, MARCH, Decimal(1_000_000), Decimal(0), 10))
        nothing = taken_apart(reader, Plan(IVANOV, MARCH, None, Decimal(0), 10))
    assert found.check == 50_000
    assert (found.deals, found.deals_per_day) == (20, 2)
    assert "calls" not in found.steps  # no calls in the team: no such step
    assert nothing.deals is None


def test_the_next_month_is_suggested_from_the_months_before(ledger: Ledger) -> None:
    ledger.put("clients", "k1", name="Альфа", owner=IVANOV)
    for month, amount in ((12, 100_000), (1, 200_000), (2, 300_000)):
        year = 2025 if month == 12 else 2026
        ledger.put(
            "payments",
            f"p{month}",
            date=date(year, month, 5),
            amount=amount,
            payer="Альфа",
            client_id_to="k1",
        )
    ledger.settle()
    with ledger.team.store.read() as reader:
        mine = suggested(reader, Measure.MONEY, IVANOV, MARCH.start).found
        team = suggested(reader, Measure.MONEY, TEAM, MARCH.start).found
    assert mine.suggest == team.suggest == 200_000
    assert mine.season is None


def test_facts_by_market_are_those_of_the_deals(ledger: Ledger) -> None:
    for row_id, market in (("d1", "Москва"), ("d2", "москва"), ("d3", None)):
        ledger.put(
            "deals",
            row_id,
            client_id="А",
            owner=IVANOV,
            stage="Успешно",
            closed_on=MARCH.start,
            amount=100,
            market=market,
        )
    plan(ledger, "p1", IVANOV, 300, market="Урал")
    settled = ledger.settle()
    with ledger.team.store.read() as reader:
        known = quotas(settled.scene, calendar_of(reader, 2026))
        lines = cut_lines(reader, settled.scene, known, Measure.WON, MARCH, "market")
        money = cut_lines(reader, settled.scene, known, Measure.MONEY, MARCH, "market")
    assert {line.name.casefold(): line.fact for line in lines} == {
        "москва": 200,
        "(не указано)": 100,
    }
    (ural,) = money
    assert (ural.name, ural.plan == 300, ural.fact == 0) == ("Урал", True, True)
