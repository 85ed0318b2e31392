"""Requests and files of them: JSON and forms, told apart by the profiles of providers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count

from sync.imports.csv_file import decode_text
from sync.intake.formats.payloads import Overgrown, bodies, flat, inside
from sync.intake.formats.profiles import Pairs, Profile, all_profiles
from sync.intake.formats.reading import Cells, Reading, Wish, unreadable
from sync.intake.formats.records import Maker, Numbered, fits, reading_of

_SHOWN_NAMES = 8
_WRAPPED = "json"
"""A form of some providers holds its JSON in one field."""


def read_request(raw: bytes, name: str, wish: Wish) -> Reading | None:
    """Rows of a JSON or of forms; raises UnreadableInput for one that no profile knows."""
    try:
        return _read(raw, name, wish)
    except Overgrown as error:
        raise unreadable(name, f"запрос слишком большой: {error}") from error


def _read(raw: bytes, name: str, wish: Wish) -> Reading | None:
    text, _ = decode_text(raw)
    found = bodies(text)
    if found is None:
        if text.lstrip("\ufeff \r\n\t").startswith(("{", "[")):
            raise unreadable(name, "похоже на JSON, но он оборван или с ошибкой")
        return None
    unwrapped = [_unwrapped(body) for body in found]
    sorted_out, strange = _sorted_out(unwrapped, _profiles(wish))
    if not sorted_out:
        raise unreadable(name, f"запрос незнакомого вида, в нём: {_names(unwrapped)}")
    best = max(sorted_out, key=lambda p: (len(sorted_out[p]), len(p.match)))
    alike = {p: r for p, r in sorted_out.items() if (p.kind, p.whose) == (best.kind, best.whose)}
    others = sum(len(records) for p, records in sorted_out.items() if p not in alike)
    reading = reading_of(best, (), wish)
    told = [f"Запросов другого вида: {others + strange}."] if others + strange else []
    rows = chain.from_iterable(Maker(p, wish).rows(records) for p, records in alike.items())
    return replace(reading, rows=tuple(rows), problems=tuple(told))


def _sorted_out(
    found: Sequence[object], profiles: Sequence[Profile]
) -> tuple[dict[Profile, list[Numbered]], int]:
    """The records of each profile, and how many bodies none knows.

    A body goes to the profile with most patterns that fit it.
    """
    out: dict[Profile, list[Numbered]] = {}
    number, strange = count(1), 0
    named = [p for p in profiles if p.match]
    nameless = [p for p in profiles if not p.match]
    for body in found:
        records = Records(body)
        known = _known(records, named) or _known(records, nameless)
        if known:
            best, kept = max(known, key=lambda pair: len(pair[0].match))
            out.setdefault(best, []).extend((next(number), record) for record in kept)
        strange += not known
    return out, strange


@dataclass(frozen=True, slots=True)
class Records:
    """A body as records, made once for all the profiles that look for them in one place."""

    body: object
    made: dict[tuple[str, Pairs | None], list[Cells]] = field(default_factory=dict)

    def of(self, profile: Profile) -> list[Cells]:
        """The records where a profile looks for them."""
        place = profile.list_at, profile.pairs
        if place not in self.made:
            self.made[place] = list(_of_body(profile, self.body))
        return self.made[place]


def _known(records: Records, profiles: Sequence[Profile]) -> list[tuple[Profile, list[Cells]]]:
    """The profiles that know any of the records, each with those."""
    found = ((p, [r for r in records.of(p) if _is_known(p, r)]) for p in profiles)
    return [(profile, kept) for profile, kept in found if kept]


def _profiles(wish: Wish) -> list[Profile]:
    return [
        p
        for p in all_profiles(wish.profiles)
        if p.shape == "payload" and wish.kind in {None, p.kind}
    ]


def _of_body(profile: Profile, body: object) -> Iterator[Cells]:
    if not profile.list_at and isinstance(body, list):
        for entry in body:
            yield _record(profile, entry)
        return
    for entry in inside(body, profile.list_at) or ():
        yield _record(profile, entry)


def _record(profile: Profile, entry: object) -> Cells:
    record = flat(entry)
    pairs = profile.pairs
    if pairs is None:
        return record
    added: dict[str, str] = {}
    for answer in inside(entry, pairs.path) or ():
        part = flat(answer)
        value = part.get(pairs.value) or ", ".join(
            text for name, text in part.items() if name.startswith(f"{pairs.value}.")
        )
        added[part.get(pairs.key, "")] = value
        if part.get(pairs.title) and part.get(pairs.key, "").startswith("custom"):
            added[part[pairs.title]] = added.pop(part[pairs.key])
    return {**record, **added}


def _is_known(profile: Profile, record: Cells) -> bool:
    if profile.match:
        return fits(record, profile.match)
    values = Maker(profile, Wish()).values(record)
    return bool({"phone", "email"} & values.keys())


def _names(found: Sequence[object]) -> str:
    names = list(dict.fromkeys(name for body in found[:1] for name in flat(body)))
    return ", ".join(names[:_SHOWN_NAMES]) or "ничего"


def _unwrapped(body: object) -> object:
    if isinstance(body, dict) and isinstance(body.get(_WRAPPED), str):
        try:
            return json.loads(body[_WRAPPED], parse_float=str, parse_int=str)
        except (ValueError, RecursionError):
            return body
    return body
