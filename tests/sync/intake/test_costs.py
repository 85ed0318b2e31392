"""Costs of advertising: on their channel, once, and in the price of a lead."""

from decimal import Decimal
from random import Random

import pytest

from model.figures import Measure, Period
from sync.importing import bring_reading
from sync.importing.asking import wish_of
from sync.intake.channels import channel_of
from sync.intake.formats import recognised
from sync.reporting import facts_of
from sync.reports.kinds import Kind, page
from sync.reports.spans import Chosen
from sync.rollups import repair_parts
from sync.scene import make_scene
from tests.sync.ledger import OWNER, Ledger
from tests.worlds import world_of

REPORT = (
    "Date\tCampaignName\tClicks\tCost\n2026-03-02\tПоиск\t80\t{}\n2026-03-03\tПоиск\t40\t2500\n"
)
LEADS = (
    "Дата;Имя;Телефон;Источник\n02.03.2026;А;+7 903 765-43-21;Яндекс Директ\n"
    "03.03.2026;Б;+7 903 765-43-22;Яндекс Директ\n"
)


def take(ledger: Ledger, text: str) -> tuple[int, int, int]:
    world = world_of(lambda: ledger.now, Random(text).randbytes)
    reading = recognised(text.encode(), "файл", wish_of(ledger.team, world.disk))
    result = bring_reading(ledger.team, reading, "файл", world=world)
    return result.taken, result.updated, result.known


def test_a_day_of_a_campaign_counts_once_and_follows_the_newest_report(ledger: Ledger) -> None:
    assert take(ledger, REPORT.format("7500")) == (2, 0, 0)
    assert take(ledger, REPORT.format("8000")) == (0, 1, 1)
    with ledger.team.store.read() as reader:
        rows = list(reader.rows("costs").values())
    assert [str(row.values["cost"]) for row in rows] == ["8000", "2500"]
    assert {row.values["channel"] for row in rows} == {"Яндекс Директ"}


def test_the_page_of_channels_tells_what_a_lead_cost(ledger: Ledger) -> None:
    take(ledger, REPORT.format("7500"))
    take(ledger, LEADS)
    with ledger.team.store.write() as writer:
        repair_parts(ledger.team, writer, ledger.now)
    with ledger.team.store.read() as reader:
        scene = make_scene(reader, ledger.team.blueprint, now=ledger.now, owner=OWNER, helper="")
        days = Period(ledger.now.date().replace(day=1), ledger.now.date())
        facts = facts_of(reader, scene, Chosen(days, ledger.now.date()), None)
        sheet = page(Kind.CHANNELS, facts)
        assert facts.total(Measure.AD_CLICKS) == 120
    line = next(line for line in sheet.tables[0].lines if line.name == "Яндекс Директ")
    cost, lead, client, _ = (cell.value for cell in line.cells[-4:])
    assert (cost, lead, client) == (Decimal(10_000), Decimal(5_000), None)


@pytest.mark.parametrize(
    ("source", "channel"),
    [
        ("yandex", "Яндекс Директ"),
        ("Yandex.Direct", "Яндекс Директ"),
        ("vk_ads", "ВКонтакте"),
        ("сайт", "Сайт"),
        ("newsletter-7", "newsletter-7"),
        ("google", "google"),
    ],
)
def test_a_source_is_the_channel_that_the_team_names(source: str, channel: str) -> None:
    named = ("Сайт", "Яндекс Директ", "ВКонтакте", "Выставка")
    assert channel_of(source, named) == channel
