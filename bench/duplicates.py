"""`python -m bench.duplicates [--sizes 10000 100000] [--febrl]`: the search for duplicates.

Reference: recordlinkage and splink (extra `bench`) on the same normalised fields in the same run,
each in a process of its own. `ratio` is our time to the faster of the two, `memory_mb` the most the
process held. `one_changed_us` is what a single changed client costs, at each size: it does not grow
with the base. Generated firms: one in ten stands there twice with another spelling, a number
missing, or both; their number is told by the true pairs that were found.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from random import Random
from typing import Any

from sync.duplicates import Card, DuplicateIndex

KB = 1024
CHANGES = 200
"""Clients that change one by one."""
TWICE = 0.1
SYLLABLES = (
    *("ал", "бе", "ва", "гор", "ди", "ел", "жи", "за", "ин", "ка", "лу", "мет", "но", "ор", "пе"),
    *("ри", "со", "та", "ур", "фе", "хи", "це", "чи", "ша", "эк", "юг", "ян", "бор", "вел", "гра"),
    *("дон", "кра", "лен", "мир", "нов", "рос", "сиб", "тех", "цен", "шин"),
)
"""Names of firms are made of these: sixty-four thousand brands."""
TRADES = ("снаб", "строй", "торг", "транс", "пром", "агро", "мет", "хим", "мед", "сервис")
TOWNS = ("москва", "казань", "пермь", "омск", "тула", "уфа", "самара", "тверь")
Row = dict[str, str]


def firms(count: int) -> Iterator[Row]:
    """Rows of normalised fields; `firm` tells which of them are one."""
    dice = Random(7)
    made = 0
    number = 0
    while made < count:
        number += 1
        brand = "".join(dice.choice(SYLLABLES) for _ in range(3))
        name = f"{brand} {dice.choice(TRADES)}{dice.choice(SYLLABLES)}"
        row = {
            "firm": str(number),
            "name": name,
            "inn": f"77{number:08d}",
            "phone": f"+7495{number:07d}",
            "email": f"office@firm{number}.ru",
            "city": dice.choice(TOWNS),
        }
        yield {**row, "id": f"r{made:07d}"}
        made += 1
        if dice.random() < TWICE and made < count:
            yield {**_again(row, dice), "id": f"r{made:07d}"}
            made += 1


def _again(row: Row, dice: Random) -> Row:
    """The same firm typed by somebody else."""
    at = dice.randrange(1, len(row["name"]) - 1)
    name = row["name"]
    row = {**row, "name": name[:at] + name[at + 1 :] if dice.random() < 0.5 else name}
    for key, share in (("inn", 0.6), ("phone", 0.3), ("email", 0.5), ("city", 0.3)):
        if dice.random() < share:
            row[key] = ""
    return row


def ours(rows: list[Row]) -> tuple[float, int, float]:
    """Seconds, true pairs found, microseconds of one changed client."""
    cards = [_card(row) for row in rows]
    began = time.process_time()
    index = DuplicateIndex()
    index.fill(cards)
    found = {(p.left, p.right) for p in index.pairs()}
    spent = time.process_time() - began
    dice = Random(3)
    began = time.process_time()
    for row in dice.sample(rows, CHANGES):
        touched = index.add(_card({**row, "phone": f"+7499{dice.randrange(10**7):07d}"}))
        index.pairs(touched)
    changed = (time.process_time() - began) / CHANGES * 1e6
    return spent, _right(found, rows), changed


def _card(row: Row) -> Card:
    return Card(
        row["id"],
        inns=(row["inn"],) if row["inn"] else (),
        phones=frozenset({row["phone"]} - {""}),
        emails=frozenset({row["email"]} - {""}),
        name=row["name"],
        city=row["city"],
    )


def recordlinkage(rows: list[Row]) -> tuple[float, int, float]:
    """Four blocks, Jaro-Winkler of the name, equality of the rest, at least two of five."""
    import pandas as pd
    import recordlinkage as rl

    frame = pd.DataFrame(rows).set_index("id").replace("", None)
    frame["head"] = frame["name"].str[:8]
    began = time.process_time()
    blocks = rl.Index()
    for key in ("inn", "phone", "email", "head"):
        blocks.block(key)
    pairs = blocks.index(frame)
    compare = rl.Compare()
    compare.string("name", "name", method="jarowinkler", threshold=0.88, label="name")
    for key in ("inn", "phone", "email", "city"):
        compare.exact(key, key, label=key)
    features = compare.compute(pairs, frame)
    sums = features.sum(axis=1)
    found = {(min(a, b), max(a, b)) for a, b in features[sums >= 2].index}
    return time.process_time() - began, _right(found, rows), 0.0


def splink(rows: list[Row]) -> tuple[float, int, float]:
    """Four blocks, five comparisons, expectation maximisation, probability of a half."""
    import logging

    import pandas as pd
    import splink.comparison_library as cl
    from splink import Linker, SettingsCreator, block_on
    from splink.internals.duckdb.database_api import DuckDBAPI

    logging.getLogger("splink").setLevel(logging.ERROR)
    frame = pd.DataFrame(rows).replace("", None).rename(columns={"id": "unique_id"})
    frame["head"] = frame["name"].str[:8]
    rules = [block_on(key) for key in ("inn", "phone", "email", "head")]
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=rules,
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.95, 0.88]),
            *(cl.ExactMatch(key) for key in ("inn", "phone", "email", "city")),
        ],
    )
    began = time.process_time()
    linker = Linker(DuckDBAPI().register(frame), settings)
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("inn")], recall=0.5)
    training.estimate_u_using_random_sampling(max_pairs=1e6)
    training.estimate_parameters_using_expectation_maximisation(block_on("phone"))
    training.estimate_parameters_using_expectation_maximisation(block_on("head"))
    made = linker.inference.predict(threshold_match_probability=0.5).as_pandas_dataframe()
    ids = zip(made["unique_id_l"], made["unique_id_r"], strict=True)
    found = {(min(a, b), max(a, b)) for a, b in ids}
    return time.process_time() - began, _right(found, rows), 0.0


def _right(found: set[tuple[str, str]], rows: list[Row]) -> int:
    firm = {row["id"]: row["firm"] for row in rows}
    return sum(firm[a] == firm[b] for a, b in found)


WAYS: dict[str, Callable[[list[Row]], tuple[float, int, float]]] = {
    "ours": ours,
    "recordlinkage": recordlinkage,
    "splink": splink,
}


def alone(way: str, size: int) -> int:
    """One way at one size, told as JSON."""
    rows = list(firms(size))
    true = sum(1 for a, b in pairwise(rows) if a["firm"] == b["firm"])
    seconds, right, changed = WAYS[way](rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB
    print(json.dumps([seconds, right, true, changed, peak]))
    return 0


def main() -> int:
    """Print the figures; 1 when a way fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--ways", choices=tuple(WAYS), nargs="+", default=list(WAYS))
    parser.add_argument("--alone", nargs=2, metavar=("WAY", "SIZE"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.alone:
        return alone(asked.alone[0], int(asked.alone[1]))
    for size in asked.sizes:
        spent = {way: _told(way, size) for way in asked.ways}
        for way, (seconds, right, true, changed, peak) in spent.items():
            print(f"{size} {way}: {seconds:.2f} s, {right} of {true} pairs, memory_mb {peak:.0f}")
            if changed:
                print(f"{size} one_changed_us: {changed:.0f}")
        others = [seconds for way, (seconds, *_) in spent.items() if way != "ours"]
        if others and "ours" in spent:
            print(f"{size} ratio: {spent['ours'][0] / min(others):.3f}")
    return 0


def _told(way: str, size: int) -> Any:
    command = [sys.executable, "-m", "bench.duplicates", "--alone", way, str(size)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    sys.exit(main())
