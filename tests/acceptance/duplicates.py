"""`python -m tests.acceptance.duplicates ROWS.csv GOLD.csv [--show]`: clients that are one.

Rows go through the index as the daemon fills it. Automatic are the pairs of one group of sure
pairs, offered all other pairs that a person would be asked about. Asked for: automatic precision
1, automatic recall .85, recall with offers .96, offers right .80. Ends in `N passed, N failed`.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from model.records import Record
from sync.duplicates import DuplicateIndex, grouped

FIELDS = {
    "name": "Клиент",
    "inn": "ИНН",
    "kpp": "КПП",
    "phone": "Телефон",
    "email": "E-mail",
    "city": "Город",
}
Couple = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Score:
    """Shares between 0 and 1, and the pairs behind them."""

    true: frozenset[Couple]
    automatic: frozenset[Couple]
    offered: frozenset[Couple]

    @property
    def precision(self) -> float:
        """Automatic pairs that are right."""
        return _share(self.automatic & self.true, self.automatic)

    @property
    def recall(self) -> float:
        """True pairs that are found without asking."""
        return _share(self.automatic & self.true, self.true)

    @property
    def recall_with_offers(self) -> float:
        """True pairs that are found or asked about."""
        return _share((self.automatic | self.offered) & self.true, self.true)

    @property
    def offers_right(self) -> float:
        """Questions whose answer is yes."""
        return _share(self.offered & self.true, self.offered)


def score(rows: Iterable[dict[str, str]], clusters: dict[str, str]) -> Score:
    """How the rows were put together, against the true clusters."""
    index = DuplicateIndex(clients(rows))
    pairs = index.pairs()
    made = grouped(pairs, lambda row: frozenset(index.card(row).inns))
    automatic = couples(made.groups)
    asked = {(p.left, p.right) for p in pairs if not p.sure}
    asked |= {(p.left, p.right) for p in made.refused}
    members = defaultdict(list)
    for row_id, cluster in clusters.items():
        members[cluster].append(row_id)
    return Score(couples(members.values()), automatic, frozenset(asked) - automatic)


def clients(rows: Iterable[dict[str, str]]) -> Iterator[Record]:
    """The rows as cards of clients, as typed."""
    for row in rows:
        values = {key: row[title] or None for key, title in FIELDS.items()}
        yield Record("clients", row["id"], None, values)


def couples(groups: Iterable[Iterable[str]]) -> frozenset[Couple]:
    """All pairs within groups, each in order."""
    return frozenset(pair for group in groups for pair in combinations(sorted(group), 2))


def _share(part: frozenset[Couple], whole: frozenset[Couple]) -> float:
    return len(part) / len(whole) if whole else 1.0


def main() -> int:
    """Print the shares and the line of the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--show", action="store_true", help="wrong and missed pairs")
    asked = parser.parse_args()
    rows = read(asked.rows)
    found = score(rows, {row["id"]: row["cluster"] for row in read(asked.gold)})
    print(f"true pairs: {len(found.true)}")
    print(f"automatic: {len(found.automatic)}, offered: {len(found.offered)}")
    wanted = (
        ("automatic precision", found.precision, 1.0),
        ("automatic recall", found.recall, 0.85),
        ("recall with offers", found.recall_with_offers, 0.96),
        ("offers right", found.offers_right, 0.80),
    )
    for name, value, least in wanted:
        print(f"{name}: {value:.3f} (at least {least:.3f})")
    if asked.show:
        _show(found, {row["id"]: row for row in rows})
    good = sum(value >= least for _, value, least in wanted)
    print(f"{good} passed, {len(wanted) - good} failed")
    return 0 if good == len(wanted) else 1


def _show(found: Score, rows: dict[str, dict[str, str]]) -> None:
    for name, pairs in (
        ("wrong", found.automatic - found.true),
        ("missed", found.true - found.automatic - found.offered),
        ("asked in vain", found.offered - found.true),
    ):
        for left, right in sorted(pairs):
            print(name, *(" | ".join(rows[row].values()) for row in (left, right)), sep="\n  ")


def read(path: Path) -> list[dict[str, str]]:
    """The lines of a table."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


if __name__ == "__main__":
    sys.exit(main())
