"""How full each card and each deal is, and each person's average (METRICS 11, `client.card`).

A cell counts as filled when its value can be meant: a phone that has no town code, an INN whose
check digit is wrong, a sum in words do not. «-» says that there is none, and counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from formulas.cards import CardField, card
from formulas.rounding import r2
from model.blueprint import Kind
from model.emails import read_email
from model.identity import Reading, read_inn, read_kpp
from model.keys import company_key
from model.records import Record
from model.values import Fault, Value
from sync.identity import read_any_phone
from sync.quality.fields import CLIENTS, DEALS, OPEN_ONLY, TABLE, FieldRule, Fields, read_fields
from sync.remembered import Kept, Once
from sync.scene import Scene, Stage, StageKind, day, fold, text

CLOSED_DAYS = timedelta(days=30)
"""How long a closed deal still counts: its reason and its sum are being written then."""
FIRM, MERCHANT = "юрлицо", "ип"
_MERCHANTS = frozenset({"ИП", "КФХ"})
_NUMBERS = frozenset({Kind.MONEY, Kind.NUMBER, Kind.COUNT, Kind.PERCENT})
_SEGMENTS = ("type", "industry", "status", "segment")


@dataclass(frozen=True, slots=True)
class Scored:
    """Per cent of a row that is filled, what is asked of it, what it lacks, heaviest first."""

    score: Decimal | None = None
    asked: tuple[str, ...] = ()
    weights: tuple[Decimal, ...] = ()
    """Of what is asked, in its order."""
    missing: tuple[str, ...] = ()


NOTHING_ASKED = Scored()


@dataclass(slots=True)
class KnownScores:
    """Scores of the last pass."""

    fields: Once[Fields] = field(default_factory=Once)
    reached: Once[dict[str, Stage]] = field(default_factory=Once)
    clients: Kept[str, Record, Scored] = field(default_factory=Kept)
    deals: Kept[str, Record, Scored] = field(default_factory=Kept)
    quality: Once[Quality] = field(default_factory=Once)
    team: Once[Quality] = field(default_factory=Once)
    """The same while no card, deal or rule moved."""


@dataclass(frozen=True, slots=True)
class Quality:
    """The scores of a team; joined cards and deals closed long ago have none."""

    fields: Fields
    clients: Mapping[str, Scored]
    deals: Mapping[str, Scored]
    owners: Mapping[str, tuple[Scored, ...]]
    """Scores of each person's rows, by folded name."""
    counts: Mapping[tuple[str, str], tuple[int, int]]
    """By table and heading: how many rows are asked for it, how many lack it."""

    def of(self, person: str) -> Decimal | None:
        """A person's average; None without a card that is asked for anything."""
        return average(self.owners.get(fold(person), ()))

    def score(self, table: str, row_id: str) -> Scored:
        """The score of one row."""
        return (self.clients if table == CLIENTS else self.deals).get(row_id, NOTHING_ASKED)


def average(scores: Iterable[Scored]) -> Decimal | None:
    """Mean of the scores, every card alike."""
    known = [one.score for one in scores if one.score is not None]
    return r2(Fraction(sum(known, Decimal(0))) / len(known)) if known else None


def quality_of(
    scene: Scene, joined: Collection[str], kept: Iterable[tuple[Record, Stage]], known: KnownScores
) -> Quality:
    """Scores of everything that counts; only rows that moved are looked at anew.

    `kept` are the deals that were not lost, with their stages.
    """
    return known.team.of(
        lambda: _scored(scene, joined, kept, known),
        *(scene.blueprint, scene.asof, ",".join(sorted(joined))),
        *(scene.rows[key] for key in (CLIENTS, DEALS, TABLE, "stages")),
    )


def _scored(
    scene: Scene, joined: Collection[str], kept: Iterable[tuple[Record, Stage]], known: KnownScores
) -> Quality:
    rows, stages = scene.rows, scene.rows["stages"]
    fields = known.fields.of(
        lambda: read_fields(rows[TABLE].values(), scene.blueprint, scene.stages),
        *(scene.blueprint, rows[TABLE], stages),
    )
    reached = known.reached.of(lambda: _reached(kept), rows[DEALS], stages)
    clients = known.clients.over(
        {i: c for i, c in rows[CLIENTS].items() if i not in joined},
        lambda c: _client(c, reached.get(c.row_id), fields.of(CLIENTS)),
        around=(fields,),
        beside=lambda c: (reached.get(c.row_id),),
    )
    deals = known.deals.over(
        {i: d for i, d in rows[DEALS].items() if _counts(scene, d)},
        lambda d: _deal(d, scene, fields.of(DEALS)),
        around=(fields, stages),
        beside=lambda d: (rows[CLIENTS].get(d.links.get("client_id", "")),),
    )
    return known.quality.of(lambda: _quality(scene, fields, clients, deals), clients, deals)


def _quality(
    scene: Scene, fields: Fields, clients: Mapping[str, Scored], deals: Mapping[str, Scored]
) -> Quality:
    owners: dict[str, list[Scored]] = defaultdict(list)
    for table, scores in ((CLIENTS, clients), (DEALS, deals)):
        for row_id, score in scores.items():
            owners[fold(scene.rows[table][row_id].values.get("owner"))].append(score)
    by_person = {who: tuple(scores) for who, scores in owners.items()}
    asked, lacking = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for table, scores in ((CLIENTS, clients), (DEALS, deals)):
        for one in scores.values():
            asked.update((table, heading) for heading in one.asked)
            lacking.update((table, heading) for heading in one.missing)
    counts = {key: (whole, lacking[key]) for key, whole in asked.items()}
    return Quality(fields, clients, deals, by_person, counts)


def _reached(kept: Iterable[tuple[Record, Stage]]) -> dict[str, Stage]:
    """The furthest stage that a deal of each client stands in."""
    furthest: dict[str, Stage] = {}
    for deal, stage in kept:
        client = deal.links.get("client_id", "")
        known = furthest.get(client)
        if known is None or stage.order > known.order:
            furthest[client] = stage
    return furthest


def _counts(scene: Scene, deal: Record) -> bool:
    """Whether a deal is open or was closed lately."""
    stage = scene.stage(deal)
    if stage is None or stage.kind is StageKind.OPEN:
        return bool(deal.values)
    closed = day(deal, "closed_on")
    return closed is not None and closed > scene.asof - CLOSED_DAYS


def _client(client: Record, reached: Stage | None, rules: Iterable[FieldRule]) -> Scored:
    due = [rule for rule in rules if _is_due(rule, reached)]
    return _card(client, _meant_for(due, client))


def _deal(deal: Record, scene: Scene, rules: Iterable[FieldRule]) -> Scored:
    stage = scene.stage(deal)
    is_open = stage is None or stage.kind is StageKind.OPEN
    due = [r for r in rules if _is_due(r, stage) and (is_open or r.field not in OPEN_ONLY)]
    return _card(deal, _meant_for(due, scene.rows[CLIENTS].get(deal.links.get("client_id", ""))))


def _meant_for(rules: list[FieldRule], client: Record | None) -> list[FieldRule]:
    """The rules that ask clients of this kind."""
    if not any(rule.kinds for rule in rules):
        return rules
    kinds = frozenset[str]() if client is None else kinds_of(client)
    return [rule for rule in rules if not rule.kinds or rule.kinds & kinds]


def _is_due(rule: FieldRule, stage: Stage | None) -> bool:
    """Whether a stage got so far; of a lost deal only what its own stage asks for."""
    if rule.since is None:
        return stage is None or stage.kind is not StageKind.LOST
    if stage is None:
        return False
    if StageKind.LOST in {stage.kind, rule.since.kind}:
        return stage == rule.since
    return stage.order >= rule.since.order


def _card(row: Record, rules: Collection[FieldRule]) -> Scored:
    """The score over the rules of one row; two rules of one cell ask with the heavier weight."""
    asked: dict[str, CardField] = {}
    for rule in sorted(rules, key=lambda rule: rule.weight):
        value = row.values.get(rule.field)
        said = "" if value is None else str(value)
        asked[rule.heading] = CardField(rule.weight, said, valid=is_meant(rule.kind, value))
    found = card(asked, None)
    weights = tuple(one.weight for one in asked.values())
    return Scored(found.score, tuple(asked), weights, found.missing)


def is_meant(kind: Kind, value: Value) -> bool:
    """Whether what stands in a cell says something."""
    if value is None or isinstance(value, Fault):
        return False
    if isinstance(value, str) and value.strip() in {"-", "—", "–"}:
        return True
    if kind in _READERS:
        reading: Reading = _READERS[kind](value)
        return bool(reading.sure)
    if kind in _NUMBERS:
        return isinstance(value, Decimal) and value > 0
    if kind is Kind.DATE:
        return isinstance(value, date)
    return any(letter.isalnum() for letter in str(value))


_READERS = {
    Kind.INN: read_inn,
    Kind.KPP: read_kpp,
    Kind.PHONE: read_any_phone,
    Kind.EMAIL: read_email,
}


def kinds_of(client: Record) -> frozenset[str]:
    """Everything that «Для кого» may call a client: kind, industry, status, segment."""
    said = frozenset(word for key in _SEGMENTS if (word := fold(client.values.get(key))))
    return said if text(client, "type") else said | _guessed(client)


def _guessed(client: Record) -> frozenset[str]:
    """Firm or merchant by the form in the name, else by the length of the INN."""
    form = company_key(text(client, "name")).form
    if form:
        return frozenset({MERCHANT if form in _MERCHANTS else FIRM})
    inn = read_inn(client.values.get("inn")).sure
    if inn:
        return frozenset({FIRM if len(inn[0]) == 10 else MERCHANT})
    return frozenset()


def field_columns(quality: Quality) -> dict[str, dict[str, Value]]:
    """What the program writes beside each rule: where its cell is asked for, how often filled."""
    out: dict[str, dict[str, Value]] = {
        row_id: {"filled": None, "asked": None, "doubt": said}
        for row_id, said in quality.fields.doubts.items()
    }
    for rule in quality.fields.rules:
        whole, blank = quality.counts.get((rule.table, rule.heading), (0, 0))
        share = r2(Fraction(100 * (whole - blank), whole)) if whole else None
        out[rule.row_id] = {"filled": share, "asked": Decimal(whole), "doubt": None}
    return out
