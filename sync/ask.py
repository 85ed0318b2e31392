"""Everything that needs a person's word becomes one row of «Вопросы», once.

Findings that were mended vanish by themselves; clashes, vanished rows and holds stay until they
are answered. At most ten new rows a person a day are shown; the rest wait their turn.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from model.blueprint import Blueprint, Table
from model.canon import canon
from model.records import Question, QuestionKind, Record, Source, Stance
from model.texts import questions as said
from model.texts.numbers import moment
from model.texts.questions import Words
from model.texts.values import shown
from model.values import Value, decode, encode
from store import Reader, Writer
from store.questions import refreshed
from sync.absorb import Absorbed
from sync.merge import Author, Clash, ClashKind, Hold, MassKind, Mixed, Replaced
from sync.merge.brake import BRAKE_ROWS
from sync.scene import text

MENDING = frozenset(
    {
        QuestionKind.PROBLEM,
        QuestionKind.FIX,
        QuestionKind.CLIENT,
        QuestionKind.PAYMENT,
        QuestionKind.DUPLICATE,
    }
)
"""Kinds that follow from the data: when the data are mended, the question is gone."""
KEPT_DAYS = timedelta(days=7)
"""Answered questions stay on the sheet this long."""
MIXED = "mixed|"
"""How keys of notes about mixed versions of a row begin."""
NAMES = {
    "clients": "name",
    "deals": "client_id",
    "leads": "name",
    "payments": "payer",
    "tasks": "what",
}


def of_clashes(
    absorbed: Absorbed, blueprint: Blueprint, reader: Reader, *, person: str
) -> Iterator[Question]:
    """A question for each clash and each vanished row of one workbook."""
    places = _Places(blueprint, reader)
    for key, clashes in absorbed.clashes.items():
        yield from (_clash(places.of(key, clash.row_id), clash, person) for clash in clashes)
    for key, rows in absorbed.replaced.items():
        yield from (_replaced(places, key, one, person) for one in rows)
    for key, rows_mixed in absorbed.mixed.items():
        yield from (_mixed(places.of(key, one.row_id), one, person) for one in rows_mixed)
    for key, gone in absorbed.deleted.items():
        if blueprint.tables[key].prefix:
            told = _told(absorbed, key)
            yield from (_gone(places.of(key, i), person) for i in gone if i not in told)


def of_fact(
    blueprint: Blueprint, record: Record, values: Mapping[str, Value], *, whom: str, by: Author
) -> Iterator[Question]:
    """Questions about new content of a fact for a row that a person edited or took away."""
    place = _Place(blueprint.tables[record.table], record.row_id, record)
    for key, value in values.items():
        live = None if record.deleted else record.values.get(key)
        kind = ClashKind.FACT_AND_DELETION if record.deleted else ClashKind.FACT
        yield _clash(place, Clash(kind, record.row_id, key, live, live, value, by), whom)


def _told(absorbed: Absorbed, key: str) -> set[str]:
    """Vanished rows of which another question speaks already."""
    clashes = absorbed.clashes.get(key, ())
    told = {c.row_id for c in clashes if c.kind is ClashKind.FACT_AND_DELETION}
    return told | {one.old for one in absorbed.replaced.get(key, ())}


@dataclass(frozen=True, slots=True)
class _Places:
    """Looks up what questions are about."""

    blueprint: Blueprint
    reader: Reader

    def of(self, table: str, row_id: str) -> _Place:
        return _Place(self.blueprint.tables[table], row_id, self.reader.get(table, row_id))


@dataclass(frozen=True, slots=True)
class _Place:
    """The row a question is about; the record is known also when the row is buried."""

    table: Table
    row_id: str
    record: Record | None

    @property
    def number(self) -> str:
        number = self.record.number if self.record is not None else None
        return "" if number is None else f"{self.table.prefix}-{number}"

    @property
    def name(self) -> str:
        called = "" if self.record is None else text(self.record, NAMES.get(self.table.key, "name"))
        return f"{self.number} {called}".strip() or self.row_id


def _clash(place: _Place, clash: Clash, person: str) -> Question:
    words, kind = _words(place, clash)
    trash = kind is QuestionKind.TRASH
    canonical = canon(place.table.column(clash.field).kind, clash.other)
    key = _trash_key(place) if trash else _clash_key(place, clash.field, encode(canonical) or "")
    return _question(
        place,
        words,
        kind,
        key=key,
        whom=person,
        column=clash.field,
        payload={**_payload(clash), **({"bury": "1"} if _is_kept(clash) else {})},
    )


def _words(place: _Place, clash: Clash) -> tuple[Words, QuestionKind]:
    heading = place.table.column(clash.field).title.ru
    live, other = shown(clash.live), shown(clash.other)
    match clash.kind:
        case ClashKind.TYPED_OVER:
            return said.typed_over(heading, live, other), QuestionKind.TYPED_OVER
        case ClashKind.EDIT_AND_DELETION:
            return said.edit_and_deletion(place.name, heading), QuestionKind.TRASH
        case ClashKind.FACT_AND_DELETION:
            return said.row_gone_fact(place.name, heading, other), QuestionKind.TRASH
        case ClashKind.DAMAGED:
            return said.damaged_code(heading, live, other), QuestionKind.CONFLICT
        case ClashKind.CAME_SECOND:
            words = said.came_second(heading, live, other, _who(clash))
            return words, QuestionKind.CONFLICT
        case _:
            return said.two_versions(heading, live, other, _who(clash)), QuestionKind.CONFLICT


def _who(clash: Clash) -> str:
    """Who stands on the store's side, as a sentence names them."""
    if clash.by is not None and clash.by.source is Source.PERSON and clash.by.who:
        return clash.by.who
    return "в загрузке" if clash.kind is ClashKind.FACT else "в другой книге"


def _payload(clash: Clash) -> dict[str, str]:
    """The sides of a clash, for the answer and for whoever asks later how it came about."""
    by = clash.by
    return {
        "value": encode(clash.other) or "",
        "base": encode(clash.base) or "",
        "live": encode(clash.live) or "",
        "who": "" if by is None else by.who,
        "source": "" if by is None else by.source.value,
        "when": "" if by is None or by.at is None else by.at.isoformat(),
    }


def _is_kept(clash: Clash) -> bool:
    return clash.kind is ClashKind.EDIT_AND_DELETION


def _clash_key(place: _Place, field: str, other: str) -> str:
    """One open entry per row, field and other value, whatever led to it."""
    return f"clash|{place.table.key}|{place.row_id}|{field}|{other}"


def _trash_key(place: _Place) -> str:
    return f"trash|{place.table.key}|{place.row_id}"


def _gone(place: _Place, person: str) -> Question:
    return _question(
        place,
        said.row_gone(place.name),
        QuestionKind.TRASH,
        key=_trash_key(place),
        whom=person,
        column="",
        payload={},
    )


def _replaced(places: _Places, table: str, one: Replaced, person: str) -> Question:
    old, new = places.of(table, one.old), places.of(table, one.new)
    typed = "" if new.record is None else text(new.record, NAMES.get(table, "name"))
    return _question(
        old,
        said.row_replaced(old.name, one.row, typed),
        QuestionKind.REPLACED,
        key=f"replaced|{table}|{one.old}|{one.new}",
        whom=person,
        column="",
        payload={"new": one.new},
    )


def _mixed(place: _Place, one: Mixed, person: str) -> Question:
    headings = [place.table.column(key).title.ru for key in one.fields]
    return _question(
        place,
        said.mixed_versions(place.name, headings),
        QuestionKind.NOTE,
        key=f"{MIXED}{place.table.key}|{place.row_id}|{'|'.join(one.fields)}",
        whom=person,
        column="",
        payload={},
    )


def _question(place: _Place, words: Words, kind: QuestionKind, **facts: object) -> Question:
    question = Question(
        key="",
        kind=kind,
        about=words.about,
        where=f"«{place.table.title.ru}», {place.number}".rstrip(", "),
        wrong=words.wrong,
        proposal=words.proposal,
        whom="",
        table=place.table.key,
        row_id=place.row_id,
    )
    return replace(question, **facts)  # type: ignore[arg-type]  # named facts of Question


def of_hold(
    hold: Hold, blueprint: Blueprint, *, book: str, token: str, at: datetime, whom: str
) -> Question:
    """The question of a brake: what was seen and what each answer does."""
    sheet = blueprint.sheet_of(hold.table).title.ru
    words = _hold_words(hold, blueprint, sheet, moment(at))
    return replace(
        of_book(words, QuestionKind.HOLD, book=book, token=token, whom=whom),
        where=f"«{sheet}»",
        red=True,
        table=hold.table,
    )


def _hold_words(hold: Hold, blueprint: Blueprint, sheet: str, when: str) -> Words:
    """The gravest of what was seen."""

    def titles_of(keys: Sequence[str]) -> list[str]:
        return [blueprint.tables[hold.table].column(key).title.ru for key in keys]

    if hold.apart:
        return said.hold_sorted(sheet, titles_of(hold.apart), when)
    if hold.mass is not None:
        words = {
            MassKind.SWAPPED: said.hold_swapped,
            MassKind.NUMBERS: said.hold_numbers,
            MassKind.SCALED: said.hold_scaled,
            MassKind.GARBLED: said.hold_garbled,
            MassKind.FLAT: said.hold_flat,
        }[hold.mass.kind]
        return words(sheet, titles_of(hold.mass.columns), hold.mass.rows, hold.total, when)
    if hold.copied > BRAKE_ROWS and 2 * hold.copied > hold.deleted > BRAKE_ROWS:
        return said.hold_ids(sheet, hold.copied, hold.total, when)
    most = max(hold.deleted, hold.changed, hold.cleared, hold.copied, hold.spoilt)
    if most == hold.deleted:
        return said.hold_rows(sheet, hold.deleted, hold.total, when)
    if most == hold.changed:
        return said.hold_changed(sheet, titles_of(hold.keys), hold.changed, hold.total, when)
    if most == hold.copied:
        return said.hold_copied(sheet, hold.copied, when)
    if most == hold.spoilt:
        return said.hold_spoilt(sheet, hold.spoilt, hold.total, when)
    return said.hold_cleared(sheet, hold.cleared, hold.total, when)


def of_book(
    words: Words, kind: QuestionKind, *, book: str, token: str, whom: str, **payload: str
) -> Question:
    """A question about a whole save of a book, one for each save."""
    return Question(
        key=f"{kind.value}|{book}|{token}",
        kind=kind,
        about=words.about,
        where="Вся книга",
        wrong=words.wrong,
        proposal=words.proposal,
        whom=whom,
        payload={"book": book, "token": token, **payload},
    )


def put_questions(
    writer: Writer,
    asked: Iterable[Question],
    at: datetime,
    blueprint: Blueprint,
    *,
    unread: Collection[str] = (),
) -> None:
    """Store what is asked now; findings that no longer hold, and equal sides, are gone.

    Findings about books that could not be read this time stay.
    """
    now = {q.key: q for q in asked}
    waiting = {q.key: q for q in writer.questions(stances={Stance.OPEN, Stance.LATER})}
    for question in waiting.values():
        if question.key in now or question.payload.get("book") in unread:
            continue
        if question.kind in MENDING or is_over(writer, question, blueprint):
            writer.settle(question.number, Stance.GONE, answer="", at=at, outcome="")
    for question in now.values():
        was = waiting.get(question.key)
        if was is None or refreshed(question, was) != was:
            writer.ask(question, at=at)


def is_over(reader: Reader, question: Question, blueprint: Blueprint) -> bool:
    """Whether the two sides of a conflict, or a row and its deletion, agree by now."""
    if question.kind not in {QuestionKind.CONFLICT, QuestionKind.TRASH, QuestionKind.REPLACED}:
        return False
    record = reader.get(question.table, question.row_id)
    if record is None:
        return False
    if question.kind is QuestionKind.CONFLICT:
        kind = blueprint.tables[question.table].column(question.column).kind
        other = decode(question.payload.get("value") or None)
        return canon(kind, record.values.get(question.column)) == canon(kind, other)
    if question.kind is QuestionKind.TRASH:
        return record.deleted is bool(question.payload.get("bury"))
    typed = reader.get(question.table, question.payload["new"])
    return typed is not None and typed.deleted and not record.deleted


def shown_to(
    questions: Sequence[Question], used: Mapping[str, int], *, a_day: int
) -> tuple[dict[str, list[Question]], list[int]]:
    """Rows of «Вопросы» by person in their order, and the numbers shown for the first time.

    `used` is how many new ones each person has seen today already (`seen_today`).
    """
    by_person: dict[str, list[Question]] = defaultdict(list)
    fresh: list[int] = []
    left = {whom: a_day - count for whom, count in used.items()}
    for question in sorted(questions, key=_weight):
        if question.shown_on is None:
            if question.kind is not QuestionKind.HOLD:
                if left.setdefault(question.whom, a_day) <= 0:
                    continue
                left[question.whom] -= 1
            fresh.append(question.number)
        by_person[question.whom].append(question)
    return by_person, fresh


def seen_today(questions: Iterable[Question], today: date) -> Counter[str]:
    """How many new ones each person has seen today, whatever became of them; holds do not count.

    Those that were mended since are counted too, or mending ten would bring ten more.
    """
    return Counter(
        question.whom
        for question in questions
        if question.shown_on == today and question.kind is not QuestionKind.HOLD
    )


def _weight(question: Question) -> tuple[object, ...]:
    """Holds, then red rows, then money at stake; answered rows last; older first."""
    return (
        question.stance is not Stance.OPEN,
        question.kind is not QuestionKind.HOLD,
        not question.red,
        -(question.money or 0),
        question.number,
    )
