"""Worked cases of the metrics document, run through the registry.

`python -m tests.acceptance.metrics CASES.yaml` prints what was run, every failing case with what
was got and expected, and `N passed, N failed`; it exits with 1 when anything failed.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import cast

import yaml

from formulas.registry import compute


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case: a metric, its inputs, and the outputs that must come out."""

    id: str
    metric: str
    given: Mapping[str, object]
    expect: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Failure:
    """A case whose answer differs: which outputs, what they should be."""

    id: str
    got: object
    expected: object


def load(path: Path) -> list[Case]:
    """The cases of a file."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [Case(row["id"], row["metric"], row["given"], row["expect"]) for row in rows]


def check(case: Case) -> Failure | None:
    """What is wrong with the answer to a case, if anything."""
    try:
        answer = compute(case.metric, case.given)
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError) as error:
        return Failure(case.id, repr(error), case.expect)
    wrong = [
        name
        for name, value in case.expect.items()
        if name not in answer or not same(answer[name], value)
    ]
    if not wrong:
        return None
    got = {name: answer.get(name) for name in wrong}
    return Failure(case.id, got, {name: case.expect[name] for name in wrong})


def same(got: object, expected: object) -> bool:
    """Whether an output is the expected one: numbers by value, the rest by its parts."""
    if isinstance(expected, Mapping):
        if not isinstance(got, Mapping) or got.keys() != expected.keys():
            return False
        return all(same(got[key], value) for key, value in expected.items())
    if isinstance(expected, list):
        parts = cast("Sequence[object]", got)
        return (
            isinstance(got, list)
            and len(parts) == len(expected)
            and all(map(same, parts, expected))
        )
    return _same_value(got, expected)


def main(arguments: Sequence[str]) -> int:
    """Runs the files named and prints the verdict; the exit code."""
    cases = [case for argument in arguments for case in load(Path(argument))]
    failures = [failure for case in cases if (failure := check(case)) is not None]
    print(f"cases: {len(cases)}")
    print(f"metrics: {len({case.metric for case in cases})}")
    for failure in failures:
        print(f"failed: {failure.id}: got {failure.got}, expected {failure.expected}")
    print(f"{len(cases) - len(failures)} passed, {len(failures)} failed")
    return 1 if failures or not cases else 0


def _same_value(got: object, expected: object) -> bool:
    if got is None or expected is None or isinstance(expected, bool):
        return got is expected
    if isinstance(expected, date):
        return str(got) == expected.isoformat()
    try:
        return Decimal(str(got)) == Decimal(str(expected))
    except InvalidOperation:
        return str(got) == str(expected)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
