"""The first rows of «Календарь», «Ставки» and «Полнота карточек», put there once by the program.

A year's days come when the year comes near; rows that the owner took away stay away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime

from model.blueprint import Blueprint
from model.records import BatchKind, Source, Stamped
from model.row_ids import text_id
from model.values import Value
from store import Reader, Writer
from sync import rights_lines as access
from sync.plans import calendar, rates
from sync.quality import fields

RATES_SEEDED = "rates:seeded"
FIELDS_SEEDED = "card_fields:seeded"
ACCESS_SEEDED = "access:seeded"


def seed_tables(writer: Writer, blueprint: Blueprint, today: date, at: datetime) -> int:
    """Rows that the owner's tables lacked, of the years around today; their number."""
    if calendar.TABLE not in blueprint.tables:
        return 0
    known = calendar.years_of(writer.meta(calendar.SEEDED))
    fresh = [year for year in calendar.years_to_seed(today) if year not in known]
    rows = {calendar.TABLE: [row for year in fresh for row in calendar.seed_rows(year)]}
    if writer.meta(RATES_SEEDED) is None:
        rows[rates.TABLE] = list(rates.seed_rows())
        writer.set_meta(RATES_SEEDED, "1")
    if fields.TABLE in blueprint.tables and writer.meta(FIELDS_SEEDED) is None:
        stages = [str(stage.values.get("name") or "") for stage in writer.rows("stages").values()]
        rows[fields.TABLE] = list(fields.seed_rows(blueprint, stages))
        writer.set_meta(FIELDS_SEEDED, "1")
    if access.TABLE in blueprint.tables and writer.meta(ACCESS_SEEDED) is None:
        rows[access.TABLE] = list(access.default_lines(blueprint))
        writer.set_meta(ACCESS_SEEDED, "1")
    if fresh:
        writer.set_meta(calendar.SEEDED, " ".join(map(str, sorted({*known, *fresh}))))
    missing = [
        one for key, lines in rows.items() for one in _missing(writer, blueprint, key, lines)
    ]
    if missing:
        by = Stamped(at, "", Source.RULE, None, writer.start_batch(BatchKind.INIT, "", at))
        for key, row_id, values in missing:
            writer.put(key, row_id, values, by=by)
    return len(missing)


def _missing(
    reader: Reader, blueprint: Blueprint, key: str, rows: Iterable[Mapping[str, Value]]
) -> Iterator[tuple[str, str, Mapping[str, Value]]]:
    table, known = blueprint.tables[key], reader.rows(key)
    for values in rows:
        said = {field: "" if value is None else str(value) for field, value in values.items()}
        row_id = text_id(table.key_of(_getter(said)))
        if row_id not in known:
            yield key, row_id, values


def _getter(said: Mapping[str, str]) -> Callable[[str], str]:
    return lambda field: said.get(field, "")
