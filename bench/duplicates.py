"""`python -m bench.duplicates [--sizes 10000 100000 1000000] [--set ROWS GOLD] [--febrl]`.

Task of everybody: candidate pairs, their scores, their classes. Given to everybody: the same
normalised fields, ours as cards, the others' as a frame; making these is nobody's time. Each way
has a process of its own and is told in seconds of the processor over all its threads. `ratio` is
our time to the faster of recordlinkage and splink (extra `bench`), `memory_mb` the most the process
held.

The others block on each field that identifies (INN, phone, e-mail) and on the first eight letters
of the name: the cheapest setting that an expert would take. To find what we find by the end of the
name too they would need a block on it, which made recordlinkage thirty times slower at a hundred
thousand rows; so they find fewer of the true pairs, as printed. They compare names by Jaro-Winkler
and all else for equality; splink also estimates its weights, as it must, from a million pairs.

`one_changed_us` is what one changed client costs, found and compared, when the rows of the base
have been asked for once. Generated firms: one in ten stands there twice with another spelling, a
number missing, or both.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from sync.duplicates import Card, DuplicateIndex, Index, card_of
from tests.acceptance import duplicates as russian
from tests.acceptance import febrl

KB = 1024
CHANGES = 200
"""Clients that change one by one."""
ROUNDS, LARGE = 5, 100_000
"""How often a set of so many rows at most is run in turns; the smallest time of each way counts."""
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
Found = set[tuple[str, str]]
FIRMS = "firms"


@dataclass(frozen=True, slots=True)
class Fields:
    """What the others block on, compare loosely and compare exactly, and how much must agree."""

    blocks: tuple[str, ...]
    loose: tuple[str, ...]
    exact: tuple[str, ...]
    least: int
    training: tuple[str, str]


OF_FIRMS = Fields(
    blocks=("inn", "phone", "email", "head"),
    loose=("name",),
    exact=("inn", "phone", "email", "city"),
    least=2,
    training=("phone", "head"),
)
OF_PERSONS = Fields(
    blocks=("number", "born", "surname", "postcode"),
    loose=("given", "surname", "address", "suburb"),
    exact=("number", "born", "postcode"),
    least=4,
    training=("born", "surname"),
)


@dataclass(frozen=True, slots=True)
class Task:
    """Rows of normalised fields (`firm` tells which are one), and how they are compared."""

    rows: list[Row]
    fields: Fields
    index: Callable[[], Index[Any]]
    cards: Callable[[], list[Any]]


def task_of(source: str) -> Task:
    """`firms:COUNT`, `russian:ROWS:GOLD`, or the name of a Febrl set."""
    kind, *rest = source.split(":")
    if kind == FIRMS:
        rows = list(firms(int(rest[0])))
        return Task(rows, OF_FIRMS, DuplicateIndex, lambda: [_card(row) for row in rows])
    if kind == "russian":
        return _russian(*map(Path, rest))
    people, true = next((p, t) for name, p, t in febrl.sets() if name == kind)
    firm = {row: str(number) for number, rows in enumerate(_groups(true)) for row in rows}
    made = [{**_fields(p), "id": p.row_id, "firm": firm.get(p.row_id, p.row_id)} for p in people]
    return Task(made, OF_PERSONS, lambda: Index(febrl.PERSONS), lambda: people)


def _fields(person: febrl.Person) -> Row:
    names = ("given", "surname", "address", "suburb", "postcode", "born", "number")
    return {name: getattr(person, name) for name in names}


def _groups(pairs: frozenset[tuple[str, str]]) -> list[set[str]]:
    found: dict[str, set[str]] = {}
    for left, right in pairs:
        one = found.get(left, {left}) | found.get(right, {right})
        found |= dict.fromkeys(one, one)
    return [*{id(group): group for group in found.values()}.values()]


def _russian(lines: Path, gold: Path) -> Task:
    cards = [card_of(client) for client in russian.clients(russian.read(lines))]
    firm = {line["id"]: line["cluster"] for line in russian.read(gold)}
    rows = [
        {
            "id": card.row_id,
            "firm": firm[card.row_id],
            "name": card.name,
            "inn": "".join(card.inns[:1]),
            "phone": min(card.numbers, default=""),
            "email": min(card.emails, default=""),
            "city": card.city,
        }
        for card in cards
    ]
    return Task(rows, OF_FIRMS, DuplicateIndex, lambda: cards)


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


def ours(task: Task) -> tuple[float, Found, float]:
    """Seconds, pairs, microseconds of one changed client."""
    cards, index = task.cards(), task.index()
    began = _began()
    index.fill(cards)
    found = {(p.left, p.right) for p in index.pairs()}
    spent = time.process_time() - began
    if task.index is not DuplicateIndex:
        return spent, found, 0.0
    index.card(cards[0].row_id)
    dice = Random(3)
    some = dice.sample(cards, min(CHANGES, len(cards)))
    began = time.process_time()
    for card in some:
        phones = frozenset({f"+7499{dice.randrange(10**7):07d}"})
        index.pairs(index.add(Card(card.row_id, card.inns, card.kpp, phones, name=card.name)))
    return spent, found, (time.process_time() - began) / len(some) * 1e6


def _began() -> float:
    """Now; what making the fields left is collected first, and then the collector rests.

    So it does in a pass, and for every way.
    """
    gc.collect()
    gc.disable()
    return time.process_time()


def _card(row: Row) -> Card:
    return Card(
        row["id"],
        inns=(row["inn"],) if row["inn"] else (),
        phones=frozenset({row["phone"]} - {""}),
        emails=frozenset({row["email"]} - {""}),
        name=row["name"],
        city=row["city"],
    )


def recordlinkage(task: Task) -> tuple[float, Found, float]:
    """Blocks, Jaro-Winkler of loose fields, equality of the rest, so many that agree."""
    import recordlinkage as rl

    frame, fields = _frame(task).set_index("id"), task.fields
    began = _began()
    blocks = rl.Index()
    for key in fields.blocks:
        blocks.block(key)
    pairs = blocks.index(frame)
    compare = rl.Compare()
    for key in fields.loose:
        compare.string(key, key, method="jarowinkler", threshold=0.88, label=f"{key} alike")
    for key in fields.exact:
        compare.exact(key, key, label=key)
    features = compare.compute(pairs, frame)
    found = {
        (min(a, b), max(a, b)) for a, b in features[features.sum(axis=1) >= fields.least].index
    }
    return time.process_time() - began, found, 0.0


def splink(task: Task) -> tuple[float, Found, float]:
    """Blocks, the same comparisons, expectation maximisation, probability of a half."""
    import splink.comparison_library as cl
    from splink import Linker, SettingsCreator, block_on
    from splink.internals.duckdb.database_api import DuckDBAPI

    logging.disable()
    frame, fields = _frame(task).rename(columns={"id": "unique_id"}), task.fields
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[block_on(key) for key in fields.blocks],
        comparisons=[
            *(cl.JaroWinklerAtThresholds(key, [0.95, 0.88]) for key in fields.loose),
            *(cl.ExactMatch(key) for key in fields.exact),
        ],
    )
    began = _began()
    linker = Linker(DuckDBAPI().register(frame), settings)
    training = linker.training
    sure = [block_on(fields.blocks[0])]
    training.estimate_probability_two_random_records_match(sure, recall=0.5)
    training.estimate_u_using_random_sampling(max_pairs=1e6)
    for key in fields.training:
        training.estimate_parameters_using_expectation_maximisation(block_on(key))
    made = linker.inference.predict(threshold_match_probability=0.5).as_pandas_dataframe()
    ids = zip(made["unique_id_l"], made["unique_id_r"], strict=True)
    found = {(min(a, b), max(a, b)) for a, b in ids}
    return time.process_time() - began, found, 0.0


def _frame(task: Task) -> Any:
    import pandas as pd

    frame = pd.DataFrame(task.rows).replace("", None)
    if "name" in frame:
        frame["head"] = frame["name"].str[:8]
    return frame


WAYS: dict[str, Callable[[Task], tuple[float, Found, float]]] = {
    "ours": ours,
    "recordlinkage": recordlinkage,
    "splink": splink,
}


def alone(way: str, source: str) -> int:
    """One way at one task, told as JSON."""
    task = task_of(source)
    firm = {row["id"]: row["firm"] for row in task.rows}
    true = sum(count * (count - 1) // 2 for count in Counter(firm.values()).values())
    seconds, found, changed = WAYS[way](task)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB
    right = sum(firm[a] == firm[b] for a, b in found)
    print(json.dumps([seconds, len(found), right, true, changed, peak]))
    return 0


def main() -> int:
    """Print the figures; 1 when a way fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--set", type=Path, nargs=2, metavar=("ROWS", "GOLD"))
    parser.add_argument("--febrl", action="store_true")
    parser.add_argument("--ways", choices=tuple(WAYS), nargs="+", default=list(WAYS))
    parser.add_argument("--alone", nargs=2, metavar=("WAY", "TASK"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.alone:
        return alone(*asked.alone)
    tasks = [f"russian:{asked.set[0]}:{asked.set[1]}"] if asked.set else []
    tasks += ["febrl2", "febrl3", "febrl4"] if asked.febrl else []
    for task in (*tasks, *(f"{FIRMS}:{size}" for size in asked.sizes)):
        _compared(task, asked.ways)
    return 0


def _compared(task: str, ways: list[str]) -> None:
    name = task if task.startswith(FIRMS) else task.partition(":")[0]
    large = task.startswith(FIRMS) and int(task.rpartition(":")[2]) > LARGE
    told = [{way: _told(way, task) for way in ways} for _ in range(1 if large else ROUNDS)]
    spent = {way: min(one[way] for one in told) for way in ways}
    for way, (seconds, found, right, true, changed, peak) in spent.items():
        of = f"{found} pairs, {right} of {true} true ones"
        print(f"{name} {way}: {seconds:.2f} s, {of}, memory_mb {peak:.0f}")
        if changed:
            print(f"{name} one_changed_us: {changed:.0f}")
    others = [seconds for way, (seconds, *_) in spent.items() if way != "ours"]
    if others and "ours" in spent:
        print(f"{name} ratio: {spent['ours'][0] / min(others):.3f}")


def _told(way: str, task: str) -> Any:
    command = [sys.executable, "-m", "bench.duplicates", "--alone", way, task]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    sys.exit(main())
