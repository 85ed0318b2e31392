"""`python -m bench.undo`: a batch of 50,000 cells taken back, against writing those cells.

A store of 10,000 rows; one batch moves five cells of each, then people move one cell in every tenth
row. The undo must put back every other cell and leave those. `born` is the undo of a batch that
brought the rows themselves. The reference of `ratio:` is the batch's own `put_many` in the same
run; `linear:` is the time per cell of the whole to that of a quarter, so 1 means that the time
grows with the cells. Times are of the processor; `--profile` shows where they go.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from bench.timing import timed
from model.records import BatchKind, Source, Stamped
from model.values import Value
from store import Store, Writer

CELLS, FIELDS = 50_000, ("amount", "stage", "note", "next_step", "product")
LATER = 10
"""A person moves one cell in every so many rows afterwards."""
ROUNDS = 3
NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
TABLE = "deals"


def main() -> int:
    """Print the figures; 1 when an undo left a wrong cell."""
    options = _options()
    rows = options.cells // len(FIELDS)
    runs = [_measured(rows, options.profile if n == 0 else 0) for n in range(ROUNDS)]
    small = min(_measured(rows // 4, 0)[1] for _ in range(ROUNDS))
    write, undo, born = (min(run[n] for run in runs) for n in range(3))
    print(f"cells: {rows * len(FIELDS)}")
    print(f"write_s: {write:.2f}")
    print(f"undo_s: {undo:.2f}")
    print(f"born_ratio: {born / write:.2f}")
    print(f"linear: {undo / (4 * small):.2f}")
    print(f"ratio: {undo / write:.2f}")
    return 0


def _measured(rows: int, shown: int) -> tuple[float, float, float]:
    """Seconds of writing the batch, of taking it back, of taking the rows' own batch back."""
    with tempfile.TemporaryDirectory(prefix="undo-") as folder:
        store = Store.open(Path(folder) / "store.sqlite3")
        try:
            return _lived(store, rows, shown)
        finally:
            store.close()


def _lived(store: Store, rows: int, shown: int) -> tuple[float, float, float]:
    _batch(store, {_id(n): _values(n, 0) for n in range(rows)})
    batch, write = _batch(store, {_id(n): _values(n, 1) for n in range(rows)})
    _batch(store, {_id(n): {"note": f"после {n}"} for n in range(0, rows, LATER)})
    cells, undo = _undone(store, batch, shown)
    later = len(range(0, rows, LATER))
    assert cells == rows * len(FIELDS) - later, cells
    with store.read() as reader:
        for number, record in enumerate(reader.rows(TABLE).values()):
            wanted = _values(number, 0)
            if number % LATER == 0:
                wanted = {**wanted, "note": f"после {number}"}
            assert dict(record.values) == wanted, record.row_id
    brought = _batch(store, {f"NEW{n:06}": _values(n, 0) for n in range(rows)})[0]
    _batch(store, {f"NEW{n:06}": {"note": "нужен"} for n in range(0, rows, LATER)})
    buried, born = _undone(store, brought, 0)
    assert buried == rows - later, buried
    return write, undo, born


def _batch(store: Store, values: Mapping[str, Mapping[str, Value]]) -> tuple[int, float]:
    with store.write() as writer:
        batch = writer.start_batch(BatchKind.SYNC, "Иванов Пётр", NOW)
        by = Stamped(NOW, "Иванов Пётр", Source.PERSON, "owner", batch)
        return batch, timed(lambda: writer.put_many(TABLE, values, by=by))


def _undone(store: Store, batch: int, shown: int) -> tuple[int, float]:
    with store.write() as writer:
        own = writer.start_batch(BatchKind.UNDO, "Орлов Олег", NOW)
        by = Stamped(NOW, "Орлов Олег", Source.UNDO, None, own)
        found: list[int] = []
        seconds = timed(lambda: found.append(_undo(writer, batch, by)), shown)
    return found[0], seconds


def _undo(writer: Writer, batch: int, by: Stamped) -> int:
    return writer.undo(batch, by=by)


def _id(number: int) -> str:
    return f"ROW{number:06}"


def _values(number: int, turn: int) -> dict[str, Value]:
    return {
        "amount": Decimal(number * 1000 + turn),
        "stage": ("Новая", "Договор")[turn],
        "note": f"Заметка {number} {turn}",
        "next_step": f"Позвонить {turn}",
        "product": f"Товар {number % 300} {turn}",
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=CELLS)
    parser.add_argument("--profile", type=int, default=0, help="lines of the profile to show")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
