"""A pair as rows of «Вопросы»: who is asked, what they may see, which row would stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from model.blueprint import Kind, Owner, Table
from model.canon import canon
from model.records import Question, QuestionKind, Record
from model.texts.duplicates import alike, branch, colleague, deals_text, on_page, one_phone
from model.texts.questions import Words
from model.texts.values import shown
from model.values import Value
from sync.duplicates.matching import Pair, Tie

MANAGER = "owner"
"""Field of a client that names its manager."""
COLLEAGUE = "colleague"
"""The tie of a masked question: it names no rows, its answer goes to the boss."""


@dataclass(frozen=True, slots=True)
class View:
    """What a question about two clients needs to know."""

    table: Table
    clients: Mapping[str, Record]
    deals: Mapping[str, int]
    """Number of deals by client row."""
    boss: str


def questions_of(pair: Pair, view: View) -> tuple[Question, ...]:
    """The question to the manager of both; two managers: to the boss, and a masked one."""
    main, loser = _ranked(pair, view)
    ours, theirs = manager_of(main), manager_of(loser)
    if ours and theirs and ours != theirs:
        return (_full(pair, main, loser, view, view.boss), *_masked(pair, loser, theirs))
    return (_full(pair, main, loser, view, ours or theirs or view.boss),)


def _ranked(pair: Pair, view: View) -> tuple[Record, Record]:
    """The main row and the other: more deals first, then the older number."""
    rows = [view.clients[pair.left], view.clients[pair.right]]
    rows.sort(key=lambda record: seniority(record, view.deals))
    return rows[0], rows[1]


def seniority(client: Record, deals: Mapping[str, int]) -> tuple[int, int, str]:
    """Which of several cards stays the main one, the least first."""
    return -deals.get(client.row_id, 0), client.number or 0, client.row_id


def _full(pair: Pair, main: Record, loser: Record, view: View, whom: str) -> Question:
    words = _words(pair, main, loser, view, sees_both=_sees_both(whom, (main, loser), view))
    if whom == view.boss and pair.tie is not Tie.BRANCH:
        words = on_page(words)
    return Question(
        key=pair.key,
        kind=QuestionKind.DUPLICATE,
        about=words.about,
        where=f"{_name(main, view)}, {_name(loser, view)}",
        wrong=words.wrong,
        proposal=words.proposal,
        whom=whom,
        red=pair.tie in {Tie.INN, Tie.BRANCH},
        table=view.table.key,
        row_id=loser.row_id,
        payload={"main": main.row_id, "loser": loser.row_id, "tie": pair.tie.value},
    )


def _masked(pair: Pair, loser: Record, whom: str) -> Iterator[Question]:
    """What a manager may know of a colleague's client: that there is one."""
    if pair.tie is Tie.NAME:
        return
    words = colleague("ИНН" if pair.tie in {Tie.INN, Tie.BRANCH} else "телефоном")
    yield Question(
        key=f"{pair.key}|{loser.row_id}",
        kind=QuestionKind.DUPLICATE,
        about=words.about,
        where="",
        wrong=words.wrong,
        proposal=words.proposal,
        whom=whom,
        red=pair.tie is Tie.INN,
        table=loser.table,
        row_id=loser.row_id,
        payload={"tie": COLLEAGUE, "question": pair.key},
    )


def _sees_both(whom: str, cards: Sequence[Record], view: View) -> bool:
    """Whether both cards stand in the person's book: the boss's has all, others their own."""
    return whom == view.boss or all(manager_of(card) == whom for card in cards)


def _words(pair: Pair, main: Record, loser: Record, view: View, *, sees_both: bool) -> Words:
    one, other = sorted((main, loser), key=lambda card: card.number or 0)
    both = f"{_name(one, view)} и {_name(other, view)}"
    if pair.tie is Tie.BRANCH:
        return branch(both)
    differs = tuple(_differing(one, other, view.table, sees_both=sees_both))
    if pair.tie is Tie.PHONE:
        return one_phone(both, pair.reasons[0], differs)
    count = deals_text(view.deals.get(main.row_id, 0))
    return alike(both, pair.reasons, differs, f"{_name(main, view)}, {count}")


def _differing(
    one: Record, other: Record, table: Table, *, sees_both: bool
) -> Iterator[tuple[str, str, str]]:
    """The fields that both rows fill, each its own way: the heading and what they say.

    Who does not see both cards is told the headings alone.
    """
    for column in table.columns:
        ours, theirs = (card.values.get(column.key) for card in (one, other))
        if column.owner in {Owner.PERSON, Owner.IMPORT} and _clash(column.kind, ours, theirs):
            title = column.title.ru
            name = title if title.isupper() else _lower(title)
            yield (name, shown(ours), shown(theirs)) if sees_both else (name, "", "")


def _clash(kind: Kind, one: Value, other: Value) -> bool:
    ours, theirs = canon(kind, one), canon(kind, other)
    return ours is not None and theirs is not None and ours != theirs


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]


def manager_of(client: Record) -> str:
    """The person who sells to a client; empty when nobody is named."""
    value = client.values.get(MANAGER)
    return value.strip() if isinstance(value, str) else ""


def _name(client: Record, view: View) -> str:
    return f"{view.table.prefix}-{client.number}"
