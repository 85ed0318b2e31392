"""The rows behind the figures of a report, read once for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from model.figures import Cut, Measure, Period
from model.records import Contribution, Record
from model.texts.numbers import GAP, counted, day_year, money
from store import Reader
from sync.reports.sheet import Behind, Cell, Cite, Clients, Form, Listed, RowLine, Sheet
from sync.scene import Scene, amount, text

HUNDRED = Decimal(100)
MANY = 2_000
"""A figure of more events than this is listed by day."""
BY_DAY = frozenset({Measure.CALLS, Measure.TRIES})
SUMS = frozenset(
    {Measure.MONEY, Measure.WON, Measure.INVOICED, Measure.MARGIN, Measure.STARTED_SUM}
    | {Measure.CHECK}
)
Part = tuple[str, str, Contribution]
"""Table, row id, what the row adds."""


def behind(sheets: Iterable[Sheet]) -> tuple[tuple[Behind, str], ...]:
    """What the figures of the pages point at, each once, with its words: table, line, column."""
    found: dict[Behind, str] = {}
    for sheet in sheets:
        for card in sheet.cards:
            _note(found, card.cell, f"{sheet.title}: {card.title}")
        for table in sheet.tables:
            for line in table.lines:
                for title, cell in zip(table.titles[1:], line.cells, strict=True):
                    _note(found, cell, f"{sheet.title}: {line.name}, {_lower(title)}")
    return tuple(found.items())


def _note(found: dict[Behind, str], cell: Cell, words_: str) -> None:
    if cell.behind is not None and cell.value:
        found.setdefault(cell.behind, words_)


def _lower(title: str) -> str:
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


@dataclass(slots=True)
class Rows:
    """Reads what figures point at; rows that several of them share are read once."""

    reader: Reader
    scene: Scene
    _parts: dict[tuple[Measure, Period], Mapping[str, Sequence[Part]]] = field(default_factory=dict)
    _records: dict[str, dict[str, Record]] = field(default_factory=lambda: defaultdict(dict))

    def listed(self, wanted: Iterable[tuple[Behind, str]]) -> dict[Behind, Listed]:
        """The rows of each figure, under its words."""
        known = tuple(wanted)
        cites = [(one, title) for one, title in known if isinstance(one, Cite)]
        parts = {one: tuple(self._of(one)) for one, _ in cites}
        self._read(part for found in parts.values() for part in found)
        self._read_clients(one for one, _ in known if isinstance(one, Clients))
        out: dict[Behind, Listed] = {}
        for one, title in known:
            if isinstance(one, Cite):
                lines = (*map(self._line, parts[one]), *self._days(one))
                out[one] = Listed(title, _form(one), lines)
            else:
                out[one] = Listed(title, Form.COUNT, tuple(self._clients(one)))
        return out

    def _of(self, cite: Cite) -> Iterator[Part]:
        for measure in cite.measures:
            for who, days in cite.spans:
                if self._is_long(measure, who, days):
                    continue
                found = self._all(measure, days)
                lists = found.values() if who is None else [found.get(who, ())]
                for part in (part for own in lists for part in own):
                    if cite.cut is None or _key(part[2], cite.cut) in cite.keys:
                        yield part

    def _all(self, measure: Measure, days: Period) -> Mapping[str, Sequence[Part]]:
        if (measure, days) not in self._parts:
            found: dict[str, list[Part]] = defaultdict(list)
            for part in self.reader.contributions(measure, days):
                found[part[2].manager].append(part)
            self._parts[measure, days] = found
        return self._parts[measure, days]

    def _is_long(self, measure: Measure, who: str | None, days: Period) -> bool:
        if measure not in BY_DAY:
            return False
        sums = self.reader.sums(measure, days)
        whole = sum(sums.values()) if who is None else sums.get(who, 0)
        return whole > MANY * HUNDRED

    def _days(self, cite: Cite) -> Iterator[RowLine]:
        """Days in place of events that are too many."""
        for measure in cite.measures:
            for who, days in cite.spans:
                if self._is_long(measure, who, days):
                    what = "разговоров за день" if measure is Measure.CALLS else "без разговора"
                    for day, value in self.reader.sums_by_day(measure, who, days).items():
                        yield RowLine("", day, "", who or "", what, Decimal(value) / HUNDRED)

    def _read(self, parts: Iterable[Part]) -> None:
        wanted: dict[str, set[str]] = defaultdict(set)
        for table, row_id, _ in parts:
            wanted[table].add(row_id)
        for table, ids in wanted.items():
            self._records[table].update(self.reader.some(table, ids))
        links = [r.links for known in self._records.values() for r in known.values()]
        for table, link in (("deals", "deal_id"), ("clients", "client_id")):
            ids = {own[link] for own in links if link in own} - self._records[table].keys()
            self._records[table].update(self.reader.some(table, ids))

    def _read_clients(self, found: Iterable[Clients]) -> None:
        ids = {row_id for one in found for row_id, _, _ in one.lines}
        known = self._records["clients"]
        known.update(self.reader.some("clients", ids - known.keys()))

    def _line(self, part: Part) -> RowLine:
        table, row_id, added = part
        record = self._records[table].get(row_id)
        client, what = ("", "") if record is None else self._words(table, record)
        return RowLine(
            number=self._number(table, record),
            day=added.day,
            client=client,
            who=added.manager,
            what=what,
            amount=Decimal(added.amount) / HUNDRED,
        )

    def _words(self, table: str, record: Record) -> tuple[str, str]:
        """The client and what the row is about."""
        client = self._records["clients"].get(record.links.get("client_id", ""))
        name = "" if client is None else text(client, "name")
        match table:
            case "payments":
                deal = self._records["deals"].get(record.links.get("deal_id", ""))
                return name or text(record, "payer"), self._deal_words(deal)
            case "deals":
                return name or text(record, "client_id"), _join(
                    text(record, "stage"), _sum(amount(record, "amount"))
                )
            case "leads":
                return name or text(record, "name"), text(record, "source")
            case "call_days":
                return "", "все звонки дня"
            case _:
                seconds = amount(record, "seconds")
                length = "" if not seconds else f"{seconds:f}{GAP}с"
                return name or text(record, "number"), _join(text(record, "dir"), length)

    def _deal_words(self, deal: Record | None) -> str:
        return "" if deal is None else _join(self._number("deals", deal), text(deal, "stage"))

    def _clients(self, found: Clients) -> Iterator[RowLine]:
        for row_id, last, paid in found.lines:
            client = self._records["clients"].get(row_id)
            who = "" if client is None else text(client, "owner")
            name = "" if client is None else text(client, "name")
            said = "" if last is None else f"последняя оплата {day_year(last)}"
            yield RowLine(
                number=self._number("clients", client),
                day=last,
                client=name,
                who=who,
                what=_join(said, f"за{GAP}год {money(paid)}"),
                amount=Decimal(1),
            )

    def _number(self, table: str, record: Record | None) -> str:
        if record is None or record.number is None:
            return ""
        shape = self.scene.blueprint.tables.get(table)
        return "" if shape is None else f"{shape.prefix}-{record.number}"


def _key(part: Contribution, cut: Cut) -> str:
    return next((key for known, key in part.cuts if known is cut), "")


def _form(cite: Cite) -> Form:
    if cite.measures[0] in SUMS:
        return Form.MONEY
    return Form.DAYS if cite.measures[0] is Measure.CYCLE else Form.COUNT


def _join(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _sum(value: Decimal | None) -> str:
    return "" if value is None else money(value)


def cut_short(found: Listed, most: int) -> Listed:
    """At most so many rows; the last line stands for the others."""
    if len(found.lines) <= most:
        return found
    rest = found.lines[most:]
    more = counted(len(rest), "строка", "строки", "строк")
    last = RowLine("", None, f"и ещё {more}", "", "", _total(rest))
    return Listed(found.title, found.form, (*found.lines[:most], last))


def _total(lines: Iterable[RowLine]) -> Decimal:
    return sum((line.amount for line in lines), Decimal(0))


def day_words(day: date | None) -> str:
    """The day of a row; empty when it has none."""
    return "" if day is None else day_year(day)
