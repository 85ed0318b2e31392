"""Records of a provider as rows, as its profile says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import unquote_plus

from model.blueprint import Kind
from model.values import Value
from sync.imports import ImportKind, Refused
from sync.imports.cells import stage_name, value_of
from sync.imports.days import Order, moment_in
from sync.imports.headings import FIELDS, LAST_FILLED, SOURCE_ID, folded, known_field
from sync.imports.prepare import LONGEST, content_digest, lacks, natural_key, too_long
from sync.imports.raw import clean_text
from sync.intake.formats.legs import IN, Leg, call_row, joined
from sync.intake.formats.payloads import matching
from sync.intake.formats.profiles import Profile, Way
from sync.intake.formats.reading import Cells, Clock, Merging, Reading, Row, Wish, row_of, source_of

MICROS = Decimal(1_000_000)
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})", re.ASCII)
_PAIR = re.compile(r"([\w.-]+)=([^|;&]*)")
YES = "да"
"""What profiles say of a call that somebody took; any other word means nobody did."""
Numbered = tuple[int, Cells]
"""A record with the line at which it stands."""


@dataclass(slots=True)
class Maker:
    """One run over the records of a profile."""

    profile: Profile
    wish: Wish
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def clock(self) -> Clock:
        """What turns the provider's times into the team's."""
        return self.wish.clock(self.profile.name, self.profile.zone)

    def rows(self, records: Iterable[Numbered]) -> Iterator[Row]:
        """A row for each record, or for each call where records are legs."""
        if self.profile.legs:
            yield from joined(self._leg(line, record) for line, record in records)
            return
        for line, record in records:
            yield self.row(line, record)

    def row(self, line: int, record: Cells) -> Row:
        """One record as a row."""
        skipped = self._skipped(line, record)
        if skipped:
            return skipped
        values = self.values(record)
        extra = self._extra(record)
        number = self.number(record)
        reason = lacks(self.profile.kind, values)
        if reason and not (self.profile.partial and number):
            return Refused(line, tuple(record.values()), reason)
        if any(isinstance(v, str) and too_long(v) for v in values.values()):
            return Refused(line, (), f"в поле больше {LONGEST} знаков")
        if self.profile.kind is ImportKind.CALLS and number:
            return self._call(line, number, values, extra, partial=bool(reason))
        key = f"id:{number}" if number else self._content_key(values, extra)
        if self.profile.kind is ImportKind.LEADS and self.wish.came is not None:
            values.setdefault("at", self.wish.came)
        return row_of(line, key, values, extra=extra, partial=bool(reason))

    def _call(
        self,
        line: int,
        number: str,
        values: Mapping[str, Value],
        extra: Mapping[str, str],
        *,
        partial: bool,
    ) -> Row:
        if "answered" in values:
            values = {**values, "answered": values["answered"] in {True, YES}}
        person, talk = str(values.get("manager") or ""), seconds(str(values.get("sec") or ""))
        made = call_row(line, number, {}, person=person, talk=talk)
        return row_of(
            line,
            made.key,
            {**made.values, **values},
            extra={**extra, **made.extra},
            partial=partial,
        )

    def _skipped(self, line: int, record: Cells) -> Refused | None:
        for rule in self.profile.skip:
            if fits(record, rule.when):
                return Refused(line, tuple(record.values()), rule.reason, ours=False)
        return None

    def number(self, record: Cells) -> str:
        """The provider's own number of a record; blank where a part of it is missing."""
        parts = [next(iter(matching(record, name)), "") for name in self.profile.key]
        return "|".join(parts) if parts and all(parts) else ""

    def _content_key(self, values: Mapping[str, Value], extra: Mapping[str, str]) -> str:
        kind = self.profile.kind
        natural = natural_key(kind, values)
        if natural:
            return natural
        came = f"|{self.wish.came:%Y-%m-%d}" if self.wish.came else ""
        body = content_digest(kind, values, extra) + came
        self.counts[body] += 1
        return f"row:{body}:{self.counts[body]}"

    def values(self, record: Cells) -> dict[str, Value]:
        """The fields of a record."""
        kind = self.profile.kind
        found: dict[str, Value] = {
            name: value
            for name, ways in self.profile.fields.items()
            if (value := self._made(FIELDS[kind][name].kind, ways, record)) is not None
        }
        if self.profile.guess:
            found = self._guessed(record) | found
        if self.profile.rest and (rest := self._rest(record)):
            said = found.get(self.profile.rest)
            found[self.profile.rest] = f"{said}\n{rest}" if said else rest
        if self.profile.key and (number := self.number(record)) and SOURCE_ID in FIELDS[kind]:
            found.setdefault(SOURCE_ID, number)
        if isinstance(found.get("stage"), str):
            own = frozenset(" ".join(s.casefold().split()) for s in self.wish.stages)
            found["stage"] = stage_name(str(found["stage"]), own)
        return found

    def _made(self, kind: Kind, ways: Iterable[Way], record: Cells) -> Value:
        for way in ways:
            text = _words(way, record) if fits(record, way.when) else ""
            value = self._read(way, text, record) if text else None
            if value is None:
                continue
            return value_of(kind, value, Order.DAY_FIRST) if isinstance(value, str) else value
        return None

    def _read(self, way: Way, text: str, record: Cells) -> Value:
        text = way.cut.sub("", clean_text(text)) if way.cut else clean_text(text)
        text = way.values.get(text, way.values.get(text.casefold(), way.otherwise or text))
        match way.read:
            case "unix":
                return self._unix(text)
            case "moment":
                return self._moment(text)
            case "seconds":
                return str(seconds(text))
            case "micros":
                return _micros(text)
            case "pairs":
                return pair(text, way.part)
            case "plus":
                return text if text.startswith("+") else f"+{text}"
            case "span":
                return _span(text, record.get(way.part, ""))
            case "text":
                return text

    def _unix(self, text: str) -> Value:
        if not text.isdecimal() or not int(text):
            return None
        try:
            return self.clock.local(datetime.fromtimestamp(int(text), UTC))
        except (ValueError, OverflowError, OSError):
            return None

    def _moment(self, text: str) -> Value:
        try:
            return self.clock.local(datetime.fromisoformat(text))
        except ValueError:
            found = moment_in(text, Order.DAY_FIRST)
            return text if found is None else self.clock.local(found)

    def _guessed(self, record: Cells) -> dict[str, Value]:
        """Fields whose usual headings the names are; of several names the first that is filled."""
        found: dict[str, Value] = {}
        for name, text in record.items():
            title = known_field(self.profile.kind, folded(name))
            if not title or not text.strip():
                continue
            shape = FIELDS[self.profile.kind][title]
            value = value_of(shape.kind, clean_text(text), Order.DAY_FIRST)
            if value is None:
                continue
            if shape.many and title in found and value != found[title]:
                value = f"{found[title]}, {value}"
            if shape.many or title not in found or title in LAST_FILLED:
                found[title] = value
        return found

    def _rest(self, record: Cells) -> str:
        """What nothing else takes, a line each, so that nothing a person wrote is lost."""
        taken = {
            name for ways in self.profile.fields.values() for way in ways for name in way.names
        }
        hidden = [*self.profile.hidden, *self.profile.extra, *self.profile.key, *taken]
        shapes = [re.compile(re.escape(name).replace(r"\*", ".+")) for name in hidden]
        return "\n".join(
            f"{name.rpartition('.')[2]}: {clean_text(text).strip()}"
            for name, text in record.items()
            if text.strip()
            and not any(shape.fullmatch(name) for shape in shapes)
            and not known_field(self.profile.kind, folded(name))
        )

    def _extra(self, record: Cells) -> dict[str, str]:
        return {
            name: clean_text(text).strip()
            for pattern in self.profile.extra
            for name, text in record.items()
            if text.strip() and re.fullmatch(re.escape(pattern).replace(r"\*", ".+"), name)
        }

    def _leg(self, line: int, record: Cells) -> Leg | Refused:
        skipped = self._skipped(line, record)
        if skipped:
            return skipped
        values = self.values(record)
        at, number = values.get("at"), self.number(record)
        if not isinstance(at, datetime) or not number:
            return Refused(line, tuple(record.values()), "не разобрал время или номер звонка")
        return Leg(
            line=line,
            call=number,
            at=at,
            number=str(values.get("number") or ""),
            way=str(values.get("dir") or IN),
            person=str(values.get("manager") or ""),
            talk=seconds(str(values.get("sec") or "")),
            record=str(values.get("record_url") or ""),
        )


def reading_of(profile: Profile, records: Iterable[Numbered], wish: Wish) -> Reading:
    """The reading of a provider's records."""
    return Reading(
        kind=profile.kind,
        format=profile.name,
        title=profile.title,
        source=source_of(profile.kind, profile.whose),
        rows=Maker(profile, wish).rows(records),
        merging=Merging.LATEST if profile.latest else Merging.JOINED,
    )


def fits(record: Cells, patterns: Mapping[str, re.Pattern[str]]) -> bool:
    """Whether every pattern fits its value whole; a name that is not there counts as blank."""
    for name, pattern in patterns.items():  # of thirteen profiles nearly all end at the first
        if not pattern.fullmatch(record.get(name, "").strip()):
            return False
    return True


def _words(way: Way, record: Cells) -> str:
    if way.const:
        return way.const
    if way.every:
        return " ".join(text for name in way.every for text in matching(record, name))
    for name in way.names:
        found = matching(record, name)
        if found:
            return ", ".join(dict.fromkeys(found))
    return ""


def seconds(text: str) -> int:
    """A length in seconds from «125», «125.4» or «0:02:05»; 0 for anything else."""
    text = text.strip()
    match = _CLOCK.fullmatch(text)
    if match:
        hours, minutes, rest = (int(part or 0) for part in match.groups())
        return hours * 3600 + minutes * 60 + rest
    whole = text.partition(".")[0]
    return int(whole) if whole.isascii() and whole.isdecimal() and len(whole) <= 10 else 0


def _micros(text: str) -> Value:
    try:
        return Decimal(text) / MICROS
    except InvalidOperation:
        return text


def _span(start: str, end: str) -> str:
    """Seconds between two Unix times; nothing before the first of them came."""
    return str(max(seconds(end) - seconds(start), 0)) if seconds(start) else "0"


def pair(text: str, wanted: str) -> Value:
    """The value of one of the pairs inside a cookie: utm_source=yandex|||utm_medium=cpc."""
    for _ in range(2):  # cookies are quoted once by the form and once by the script of the site
        text = unquote_plus(text)
    found = dict(_PAIR.findall(text.replace("TILDAUTM=", "")))
    return found.get(wanted) or None
