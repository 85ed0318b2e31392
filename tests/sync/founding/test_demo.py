"""The demo is the same for the same seed, alive on any day, and full of known mistakes."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest

from model.figures import Light, Measure, Period, Span
from model.identity import Inn, read_inn
from model.problems import Code
from model.records import BatchKind, Record, Source, Stamped
from sync.duplicates import DuplicateIndex
from sync.figures.people import person_figures
from sync.figures.plans import TEAM
from sync.founding import Content, Ground, Rows
from sync.founding.demo import SMALL, S, demo_content, found_demo, planted
from sync.identity import read_any_phone
from sync.scene import StageKind, make_scene
from sync.settle.everything import findings, settle
from sync.team import open_team
from sync.thinking import make_month
from tests.sync.founding.ground import BLUEPRINT, NOW, chance, quick_book

DAYS = (
    "2026-03-12T14:32",
    "2026-01-05T10:00",
    "2026-01-31T20:00",
    "2025-12-31T23:00",
    "2028-02-29T08:00",
    "2027-11-22T00:30",
)


def ground(now: datetime = NOW) -> Ground:
    random = Random(3)
    return Ground("F", lambda: f"{random.getrandbits(80):020x}", now)


def content(now: datetime = NOW, seed: int = 1) -> Content:
    return demo_content(BLUEPRINT, seed=seed, size=SMALL)(ground(now))


@pytest.fixture(scope="module")
def team(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    state = found_demo(
        folder / "Демо",
        folder / "state",
        blueprint=BLUEPRINT,
        random_bytes=chance(),
        now=NOW,
        build=quick_book,
        seed=1,
        size=SMALL,
    )
    return open_team(state, BLUEPRINT)


@pytest.fixture(scope="module")
def scene(team):
    with team.store.read() as reader:
        return make_scene(reader, BLUEPRINT, now=NOW, owner="Орлов Михаил", helper="")


def test_one_seed_one_team():
    first, again, other = content(), content(), content(seed=2)
    assert first.tables == again.tables
    assert first.parts == again.parts
    assert first.tables["deals"].values != other.tables["deals"].values


def test_the_small_team_has_the_wanted_size():
    tables = content().tables
    assert len(tables["clients"].values) == SMALL.clients
    assert len(tables["deals"].values) == SMALL.deals
    assert len(tables["leads"].values) == SMALL.leads


@pytest.mark.parametrize("now", DAYS)
def test_the_team_is_alive_on_any_day_and_nothing_lies_in_the_future(now):
    moment = datetime.fromisoformat(now).replace(tzinfo=NOW.tzinfo)
    today, tables = moment.date(), content(moment).tables
    happened = ("created_on", "offer_on", "invoice_on", "stage_on", "closed_on")
    for deal in tables["deals"].values.values():
        days = [day for key in happened if isinstance(day := deal.get(key), date)]
        assert max(days) <= today
        assert min(days) == deal["created_on"]
        if "closed_on" in deal:
            assert max(days) == deal["closed_on"]
    assert max(dates(tables["payments"], "date")) <= today
    naive = moment.replace(tzinfo=None)
    assert all(at <= naive for key in ("calls", "leads") for at in moments(tables[key]))
    steps = dates(tables["deals"], "step_on")
    assert sum(today <= step <= today + timedelta(days=14) for step in steps) >= 5


def dates(rows: Rows, key: str) -> list[date]:
    return [day for row in rows.values.values() if isinstance(day := row.get(key), date)]


def moments(rows: Rows) -> list[datetime]:
    return [at for row in rows.values.values() if isinstance(at := row["at"], datetime)]


def test_inns_are_valid_save_for_the_planted_ones(scene):
    typed = [c.values["inn"] for c in scene.rows["clients"].values() if "inn" in c.values]
    wrong = [text for text in typed if not isinstance(Inn.parse(text), Inn)]
    assert len(typed) > SMALL.clients // 2
    assert len(wrong) == SMALL.flaws(planted.BAD_INN)
    payers = [p.values["payer_inn"] for p in scene.rows["payments"].values()]
    assert all(read_inn(text).sure for text in payers)


def test_phones_are_valid_fictional_and_doubled_only_on_purpose(scene):
    phones = [c.values["phone"] for c in scene.rows["clients"].values() if "phone" in c.values]
    readings = [read_any_phone(phone).sure for phone in phones]
    assert sum(not sure for sure in readings) == SMALL.flaws(planted.SHORT_PHONE)
    assert all(sure[0][5:8] == "000" for sure in readings if sure)
    counts = Counter(sure for sure in readings if sure)
    assert sum(count == 2 for count in counts.values()) == SMALL.flaws(planted.SAME_PHONE)
    assert max(counts.values()) == 2


def test_the_planted_duplicates_are_found_and_no_others(scene):
    index = DuplicateIndex()
    for client in scene.rows["clients"].values():
        index.put(client)
    whole = planted.SAME_INN, planted.SAME_PHONE, planted.ALIKE
    assert len(index.pairs()) == sum(SMALL.flaws(count) for count in whole)


def test_the_planted_mistakes_are_found_in_their_numbers(scene):
    counts = Counter(p.code for found in findings(scene).values() for p in found)
    wanted = {
        Code.INN_CHECKSUM: planted.BAD_INN,
        Code.PHONE_NO_CODE: planted.SHORT_PHONE,
        Code.AMOUNT_TEXT: planted.TEXT_AMOUNT,
        Code.NO_AMOUNT: planted.NO_AMOUNT,
        Code.NOT_IN_LIST: planted.TYPO,
        Code.NO_NEXT_STEP: planted.NO_STEP,
        Code.NO_STEP_DATE: planted.NO_DATE,
        Code.NO_LOST_REASON: planted.NO_REASON,
    }
    assert {code: counts[code] for code in wanted} == {
        code: SMALL.flaws(count) for code, count in wanted.items()
    }
    assert counts[Code.STEP_OVERDUE] == 5
    assert set(counts) <= {*wanted, Code.STEP_OVERDUE, Code.EXPECTED_PASSED, Code.EMAIL_SHAPE}


def test_everything_is_linked_so_that_the_first_pass_resolves_nothing(team, scene):
    with team.store.write() as writer:
        writer.cancel()
        batch = writer.start_batch(BatchKind.SYNC, "", NOW)
        by = Stamped(NOW, "", Source.RULE, None, batch)
        settle(team, writer, NOW, {}, ground().new_id, by)
        assert not writer.batch_changes(batch)
    unlinked = [p for p in scene.rows["payments"].values() if not p.links]
    assert len(unlinked) == SMALL.flaws(planted.UNLINKED)
    for deal in scene.rows["deals"].values():
        client = scene.rows["clients"][deal.links["client_id"]]
        assert (client.values["name"], client.values["owner"]) == _claims(deal)
    for payment in scene.rows["payments"].values():
        if payment.links:
            assert payment.values["deal_id"] == scene.number("deals", payment.links["deal_id"])


def _claims(deal: Record) -> tuple[object, object]:
    return deal.values["client_id"], deal.values["owner"]


def test_won_deals_are_paid_save_for_the_debts(scene):
    paid: Counter[str] = Counter()
    for payment in scene.rows["payments"].values():
        paid[payment.links.get("deal_id", "")] += payment.values["amount"]
    won = [
        d
        for d in scene.rows["deals"].values()
        if (stage := scene.stage(d)) and stage.kind is StageKind.WON
    ]
    owing = [d for d in won if d.values["amount"] != paid[d.row_id]]
    assert len(won) > SMALL.deals // 3
    assert len(owing) == SMALL.flaws(planted.HALF_PAID)
    assert all(d.values["amount"] == 2 * paid[d.row_id] for d in owing)


def test_one_manager_is_red_and_the_department_is_not(team, scene):
    with team.store.read() as reader:
        month = make_month(reader, scene, NOW.date())
        lines = {line.who: line for line in month.planner.lines(Span.MONTH, Measure.MONEY)}
    assert [who for who, line in lines.items() if line.light is Light.RED] == ["Петрова Анна"]
    assert lines[TEAM].light is not Light.RED
    assert lines["Смирнова Ольга"].light is Light.GREEN
    assert lines[TEAM].plan == Decimal(5_600_000)
    assert lines[TEAM].to_last_year is not None


def test_calls_count_by_day_for_a_year_although_rows_are_of_two_weeks(team, scene):
    with team.store.read() as reader:
        calls, days = reader.rows("calls"), reader.rows("call_days")
        sums = reader.sums(Measure.CALLS, Period(date(2025, 3, 1), date(2026, 3, 13)))
    first = min(c.values["at"].date() for c in calls.values())
    assert first >= NOW.date() - timedelta(days=14)
    assert max(d.values["day"] for d in days.values()) < first
    talks = sum(c.values["seconds"] >= 10 for c in calls.values())
    talks += sum(d.values["talks"] for d in days.values())
    assert sum(sums.values()) == talks * 100
    whole = len(calls) + int(sum(d.values["calls"] for d in days.values()))
    assert 0.85 < whole / (SMALL.calls_a_month * 12.4) < 1.15


def test_yesterdays_forecast_is_known(team, scene):
    with team.store.read() as reader:
        month = make_month(reader, scene, NOW.date())
        figures = [person_figures(month, p.name) for p in scene.sellers()]
    assert all(f.since_yesterday is not None for f in figures)
    assert all(f.promised is not None and f.accrued_before is not None for f in figures)


def test_the_whole_demo_has_the_sizes_of_a_team_of_five():
    assert (S.clients, S.deals, S.payments_a_month, S.calls_a_month) == (2000, 5000, 250, 4200)
    tables = demo_content(BLUEPRINT, seed=1)(ground()).tables
    assert len(tables["deals"].values) == 5000
    assert 2900 <= len(tables["payments"].values) <= 3300
    names = [c["name"] for c in tables["clients"].values.values()]
    assert len(set(names)) == len(names)
