"""The pages of chosen days against a plain recount, and the rows behind each of their figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

import pytest

from formulas.clients import audit, client_state
from formulas.funnel import CohortDeal, cohort, losses
from formulas.owners import NOT_STATED
from formulas.periods import Period as PlainPeriod
from model.blueprint import Blueprint
from model.figures import Period
from model.records import Record
from model.texts.numbers import GAP
from store import Reader
from sync.reporting import facts_of
from sync.reports.facts import Facts
from sync.reports.kinds import Kind, page
from sync.reports.kinds.clients import STATES
from sync.reports.kinds.funnel import speeds
from sync.reports.rows import Rows, behind, cut_short
from sync.reports.sheet import Cell, Clients, Document, Form, Line, Sheet, Table
from sync.reports.sheet_html import facts_of as html_facts
from sync.reports.sheet_terminal import sheet_lines
from sync.reports.sheet_xlsx import workbook
from sync.reports.spans import Chosen
from sync.scene import Scene, amount, day, make_scene, text
from tests.sync.ledger import IVANOV, NOON, OWNER, Ledger
from tests.sync.trade_life import Life

D = Decimal
DAYS = Period(date(2026, 2, 1), date(2026, 4, 1))
TODAY = date(2026, 12, 31)
CLOSED = {"Успешно": "won", "Отказ": "lost"}


@dataclass(frozen=True)
class Ground:
    """A team after a random life; everything is read within one transaction."""

    reader: Reader
    scene: Scene

    def facts(self, days: Period = DAYS, who: str | None = None) -> Facts:
        return facts_of(self.reader, self.scene, Chosen(days, TODAY), who)

    def page(self, kind: Kind, who: str | None = None) -> Sheet:
        return page(kind, self.facts(who=who))

    def rows(self, table: str) -> list[Record]:
        return list(self.scene.rows[table].values())


@pytest.fixture(scope="module", params=[11, 12])
def ground(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, shape: Blueprint
) -> Iterator[Ground]:
    ledger = Ledger(tmp_path_factory.mktemp("pages"), shape, departments=("Опт", "Розница"))
    ledger.now = NOON.replace(month=1, day=5)
    life = Life(ledger, request.param)
    life.live(160)
    life.settle()
    with ledger.team.store.read() as reader:
        scene = make_scene(reader, ledger.team.blueprint, now=ledger.now, owner=OWNER, helper="")
        yield Ground(reader, scene)
    ledger.team.store.close()


def table(sheet: Sheet, title: str) -> Table:
    return next(one for one in sheet.tables if one.title.startswith(title))


def values(found: Table, at: int) -> dict[str, Decimal | None]:
    return {line.name: line.cells[at].value for line in found.lines}


def figures(sheet: Sheet) -> Iterator[tuple[str, Cell]]:
    for card in sheet.cards:
        yield card.title, card.cell
    for one in sheet.tables:
        for line in one.lines:
            yield from ((f"{line.name}: {one.titles[at]}", c) for at, c in enumerate(line.cells, 1))


@pytest.mark.parametrize("who", [None, IVANOV])
@pytest.mark.parametrize("kind", Kind)
def test_the_rows_behind_a_figure_add_up_to_it(ground: Ground, kind: Kind, who: str | None) -> None:
    sheet = ground.page(kind, who)
    listed = Rows(ground.reader, ground.scene).listed(behind([sheet]))
    told = 0
    for name, cell in figures(sheet):
        if cell.behind is None or not cell.value:
            continue
        found, told = listed[cell.behind], told + 1
        amounts = [line.amount for line in found.lines]
        if "Средний чек" in name or "Чек" in name:
            assert cell.value == (sum(amounts, D(0)) / len(amounts)).quantize(
                D("0.01"), ROUND_HALF_UP
            ), name
        elif "Срок" in name:
            assert cell.value == D(str(median(amounts))), name
        elif cell.form is Form.PERCENT:
            assert amounts, name
        else:
            assert found.total == cell.value, name
    assert told > 5 or (kind is Kind.CHANNELS and told)


def test_the_funnel_is_the_cohort_of_the_days(ground: Ground) -> None:
    stages = sorted(
        (s for s in ground.scene.stages.values() if s.kind.value != "lost"), key=lambda s: s.order
    )
    names = [stage.name for stage in stages]
    begun = [d for d in ground.rows("deals") if _made(ground, d) in DAYS]
    found = cohort(
        names,
        [
            CohortDeal(
                text(d, "max_stage") if text(d, "stage") == "Отказ" else text(d, "stage"),
                CLOSED.get(text(d, "stage"), "open"),
            )
            for d in begun
        ],
    )
    shown = table(ground.page(Kind.FUNNEL), "Этапы")
    assert [line.cells[0].value for line in shown.lines] == list(found.reached)
    onward = [line.cells[2].value for line in shown.lines[:-1]]
    for share, ratio in zip(onward, found.conv, strict=True):
        assert (share is None) == (ratio is None)
        if share is not None and ratio is not None:
            assert abs(share / 100 - ratio) <= D("0.00005") + D("0.00005")
    lost = {name: value for name, value in values(shown, 3).items() if value}
    assert lost == {key: n for key, n in found.lost_at.items() if n}
    closed = [d for d in ground.rows("deals") if day(d, "closed_on") in _Days(DAYS)]
    reasons = losses(text(d, "lost_reason") or None for d in closed if text(d, "stage") == "Отказ")
    assert values(table(ground.page(Kind.FUNNEL), "Почему"), 0) == {
        k: v.n for k, v in reasons.items()
    }


class _Days:
    """Days that may be missing."""

    def __init__(self, days: Period) -> None:
        self.days = days

    def __contains__(self, on: object) -> bool:
        return isinstance(on, date) and on in self.days


def _made(ground: Ground, deal: Record) -> date:
    typed = day(deal, "created_on")
    if typed is not None:
        return typed
    assert deal.created_at is not None
    return deal.created_at.astimezone(ground.scene.zone).date()


def test_the_speed_of_the_funnel_is_that_of_single_deals(ground: Ground) -> None:
    deals = ground.rows("deals")
    ended = [d for d in deals if text(d, "stage") in CLOSED and day(d, "closed_on") in _Days(DAYS)]
    won = [d for d in ended if text(d, "stage") == "Успешно"]
    checks = [value for d in won if (value := amount(d, "amount")) is not None]
    cycles = [max(((day(d, "closed_on") or TODAY) - _made(ground, d)).days, 0) for d in won]
    still = 0
    for deal in deals:
        made, closed = _made(ground, deal), day(deal, "closed_on")
        over = text(deal, "stage") in CLOSED
        if made < DAYS.end and (not over or (closed is not None and max(made, closed) >= DAYS.end)):
            still += 1
    speed, _ = speeds(ground.facts())
    rate = D(len(won)) / len(ended)
    assert speed.win_rate == rate.quantize(D("0.0001"))
    assert speed.avg_check == (sum(checks, D(0)) / len(checks)).quantize(D("0.01"), ROUND_HALF_UP)
    assert speed.cycle == D(str(median(cycles)))
    wanted = still * rate * (sum(checks, D(0)) / len(checks)) / (D(str(median(cycles))) or 1)
    assert speed.velocity is not None
    assert abs(speed.velocity - wanted) < D("0.02")


def test_the_base_moves_as_the_audit_of_payments_says(ground: Ground) -> None:
    paid: dict[str, list[date]] = defaultdict(list)
    for payment in ground.rows("payments"):
        on, value = day(payment, "date"), amount(payment, "amount")
        client = payment.links.get("client_id")
        if client and on is not None and value is not None and value > 0:
            paid[client].append(on)
    found = audit(paid, PlainPeriod(DAYS.start, DAYS.end))
    moved = values(table(ground.page(Kind.CLIENTS), "Движение"), 0)
    assert list(moved.values()) == [found.start, found.new, found.returned, found.lost, found.end]
    asof = date(2026, 3, 31)
    before = {c: sorted(d for d in days if d <= asof) for c, days in paid.items()}
    states = Counter(client_state(asof, own[0], own[-1]) for own in before.values() if own)
    shown = values(table(ground.page(Kind.CLIENTS), "Состояние"), 0)
    assert shown == {STATES[state]: states[state] for state in STATES}


def test_channels_take_what_their_deals_brought(ground: Ground) -> None:
    money: dict[str, Decimal] = defaultdict(Decimal)
    deals = ground.scene.rows["deals"]
    for payment in ground.rows("payments"):
        on, value = day(payment, "date"), amount(payment, "amount")
        if on is not None and on in DAYS and value is not None:
            deal = deals.get(payment.links.get("deal_id", ""))
            money[(text(deal, "channel") if deal else "") or NOT_STATED] += value
    leads = Counter(
        text(lead, "source") or NOT_STATED for lead in ground.rows("leads")
        if day(lead, "at") in _Days(DAYS)
    )  # fmt: skip
    shown = table(ground.page(Kind.CHANNELS), "Каналы")
    found = {line.name: line for line in shown.lines if not line.total}
    assert {name: _nonzero(line, 3) for name, line in found.items() if _nonzero(line, 3)} == money
    assert {n: int(_nonzero(x, 0)) for n, x in found.items() if _nonzero(x, 0)} == dict(leads)


def _nonzero(line: Line, at: int) -> Decimal:
    return line.cells[at].value or D(0)


def test_a_person_sees_a_part_of_everybodys_sums(ground: Ground) -> None:
    whole, mine = ground.page(Kind.MANAGERS), ground.page(Kind.MANAGERS, IVANOV)
    line = next(line for line in whole.tables[0].lines if line.name == IVANOV)
    assert [cell.value for cell in mine.tables[0].lines[0].cells] == [c.value for c in line.cells]
    assert len(mine.tables[0].lines) == 1


def test_long_lists_are_cut_and_still_add_up(ground: Ground) -> None:
    sheet = ground.page(Kind.MANAGERS)
    listed = Rows(ground.reader, ground.scene).listed(behind([sheet]))
    longest = max(listed.values(), key=lambda found: len(found.lines))
    short = cut_short(longest, 3)
    assert len(short.lines) == 4
    assert short.total == longest.total
    assert short.lines[-1].client.replace(GAP, " ").startswith("и ещё ")


@pytest.mark.parametrize("kind", Kind)
def test_every_page_is_shown_in_every_way(ground: Ground, kind: Kind) -> None:
    sheet = ground.page(kind)
    listed = Rows(ground.reader, ground.scene).listed(behind([sheet]))
    document = Document("Отчёт", (sheet,), listed, ("Собран.",), 1)
    lines = sheet_lines(document, rows=True)
    assert lines[0].startswith(f"{sheet.title}, ")
    assert any(line.startswith(next(iter(listed.values())).title) for line in lines)
    shown = html_facts(document)["listed"]
    assert isinstance(shown, tuple)
    assert len(shown) == len(listed)
    again = workbook(document, at=NOON.replace(tzinfo=None))
    assert again == workbook(document, at=NOON.replace(tzinfo=None))


def test_clients_behind_a_count_are_that_many(ground: Ground) -> None:
    shown = table(ground.page(Kind.CLIENTS), "Движение")
    for line in shown.lines:
        cell = line.cells[0]
        assert isinstance(cell.behind, Clients)
        assert len(cell.behind.lines) == cell.value
