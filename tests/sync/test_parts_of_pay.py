"""What pay remembers between passes is what it would count anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from random import Random
from types import SimpleNamespace
from typing import Any, cast

from typing_extensions import override

from model.figures import Measure
from model.records import Contribution
from sync.figures.parts import TABLES, parts_of
from sync.figures.paybook import PaidMonth, PayBook
from sync.figures.standing import KnownFigures
from sync.known import Known
from sync.settle import everything

PEOPLE = ("Иванов", "Петрова")
Added = dict[str, dict[str, tuple[Contribution, ...]]]


def contribution(dice: Random) -> Contribution:
    day = date(2026, dice.randint(1, 3), dice.randint(1, 28))
    measure = dice.choice((Measure.MONEY, Measure.WON, Measure.CALLS))
    return Contribution(measure, dice.choice(PEOPLE), day, dice.randint(1, 10**6))


def counted(added: Added, living: Mapping[str, Any], known: KnownFigures) -> Mapping[Any, Any]:
    reader = SimpleNamespace(contributions_of=added.__getitem__)
    return parts_of(cast("Any", reader), cast("Any", SimpleNamespace(rows=living)), known).by


def test_parts_that_are_remembered_are_those_counted_anew():
    dice, known = Random(7), KnownFigures()
    added: Added = {table: {} for table in TABLES}
    living: dict[str, dict[str, object]] = {table: {} for table in TABLES}
    for turn in range(120):
        table, row_id = dice.choice(TABLES), f"r{dice.randrange(9)}"
        of_table, rows = dict(added[table]), dict(living[table])
        match dice.choice(("counts", "counts", "counts no more", "gone")):
            case "counts":
                of_table[row_id] = tuple(contribution(dice) for _ in range(dice.randint(1, 3)))
                rows[row_id] = object()
            case "counts no more":
                of_table.pop(row_id, None)
            case _:
                rows.pop(row_id, None)
        added, living = {**added, table: of_table}, {**living, table: rows}
        assert counted(added, living, known) == counted(added, living, KnownFigures()), turn
    assert known.parts is not None
    assert known.parts.parts.by


class Months(PayBook):
    """A pay book whose months are given."""

    given: Mapping[date, Any] = {}

    @override
    def first(self, name: str) -> date | None:
        return min(self.given, default=None)

    @override
    def month(self, name: str, start: date) -> PaidMonth | None:
        return cast("PaidMonth | None", self.given.get(start))


def test_the_year_before_a_month_follows_its_months():
    scene = SimpleNamespace(rows={})
    ground = cast("Any", SimpleNamespace(scene=scene))
    book = Months(ground, (), {}, {}, KnownFigures(), wide=False)

    def paid(main: int) -> SimpleNamespace:
        return SimpleNamespace(slip=None, main=Decimal(main), regional=Decimal(0))

    january, february, march = (date(2026, month, 1) for month in (1, 2, 3))
    Months.given = {january: paid(100_000), february: paid(50_000)}
    before = book.year_before("Иванов", march)
    assert (before.income, before.withheld) == (Decimal(150_000), Decimal(19_500))
    assert book.year_before("Иванов", march) is before
    Months.given = {**Months.given, february: paid(70_000)}
    assert book.year_before("Иванов", march).income == 170_000


def test_sums_that_agreed_once_are_compared_again_when_a_row_moves(monkeypatch):
    dice, known, written = Random(3), Known(), list[object]()
    one, other = (contribution(dice),), (contribution(dice),)
    stored = {"deals": {"d1": one}}
    writer = SimpleNamespace(
        contributions_of=stored.__getitem__,
        set_contributions_many=lambda table, moved: written.append((table, moved)),
    )
    for parts in ({"d1": one}, {"d1": one}, {"d1": other}):
        monkeypatch.setattr(everything, "contributions", lambda *_, new=parts: {"deals": new})
        everything._count(cast("Any", writer), cast("Any", None), known)
    assert written == [("deals", {"d1": other})]
