"""What people do to an open book: each deed tells whether it did anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from model.row_ids import new_row_id
from tests.simulation.pages import Line
from tests.simulation.shape import CLIENTS, QUESTIONS, SCOPE, TYPED

if TYPE_CHECKING:
    from tests.simulation.people import Hands, Person, Session

HALF = 0.3


def put(line: Line, name: str, value: object) -> None:
    """A cell as it is typed; None empties it."""
    if value is None:
        line.cells.pop(name, None)
    else:
        line.cells[name] = value  # type: ignore[assignment]  # any value of a cell


def _pick(hands: Hands, session: Session) -> Line | None:
    lines = [line for line in session.content.pages[CLIENTS].lines if line.cells]
    return hands.rng.choice(lines) if lines else None


def _fields(session: Session) -> list[str]:
    """Fields that the sheet has."""
    columns = session.content.pages[CLIENTS].columns
    return [name for name in TYPED if name in columns]


def _edit(hands: Hands, person: Person, session: Session) -> bool:
    line = _pick(hands, session)
    if line is None:
        return False
    name = hands.rng.choice(_fields(session))
    line.cells[name] = hands.tokens.make(person.name, name)
    return True


def _clear(hands: Hands, person: Person, session: Session) -> bool:
    line = _pick(hands, session)
    if line is None:
        return False
    return line.cells.pop(hands.rng.choice(("note", "stage", "phone")), None) is not None


def _revert(hands: Hands, person: Person, session: Session) -> bool:
    """A value that once stood there is typed again."""
    line = _pick(hands, session)
    if line is None or not line.row_id:
        return False
    name = hands.rng.choice([n for n in ("note", "stage") if n in _fields(session)])
    once = hands.ledger.once(line.row_id, name)
    if not once:
        return False
    line.cells[name] = hands.rng.choice(once)
    return True


def _add(hands: Hands, person: Person, session: Session) -> bool:
    there = _fields(session)
    some = hands.rng.sample(there, hands.rng.randint(1, len(there)))
    page = session.content.pages[CLIENTS]
    page.lines.append(Line(None, {n: hands.tokens.make(person.name, n) for n in sorted(some)}))
    return True


def _delete(hands: Hands, person: Person, session: Session) -> bool:
    line = _pick(hands, session)
    if line is None:
        return False
    session.content.pages[CLIENTS].lines.remove(line)
    return True


def _copy(hands: Hands, person: Person, session: Session) -> bool:
    line = _pick(hands, session)
    if line is None:
        return False
    lines = session.content.pages[CLIENTS].lines
    lines.insert(hands.rng.randrange(len(lines) + 1), line.copy())
    return True


def _copy_and_edit(hands: Hands, person: Person, session: Session) -> bool:
    line = _pick(hands, session)
    if line is None:
        return False
    lines, twin = session.content.pages[CLIENTS].lines, line.copy()
    name = hands.rng.choice(_fields(session))
    twin.cells[name] = hands.tokens.make(person.name, name)
    lines.insert(hands.rng.randrange(len(lines) + 1), twin)
    return True


def _lose_id(hands: Hands, person: Person, session: Session) -> bool:
    line = _pick(hands, session)
    if line is None or not line.row_id:
        return False
    line.row_id = None
    return True


def _foreign_id(hands: Hands, person: Person, session: Session) -> bool:
    line = _pick(hands, session)
    if line is None or not line.row_id:
        return False
    line.row_id = new_row_id("another-family", hands.rng.randbytes)
    return True


def _paste_over(hands: Hands, person: Person, session: Session) -> bool:
    """The cells of another row are pasted over this one, its id stays."""
    line, other = _pick(hands, session), _pick(hands, session)
    if line is None or other is None or line is other:
        return False
    for name in _fields(session):
        put(line, name, other.cells.get(name))
    return True


def _hand_over(hands: Hands, person: Person, session: Session) -> bool:
    line = _pick(hands, session)
    if line is None:
        return False
    line.cells[SCOPE] = hands.rng.choice(hands.people)
    return True


def _sort(hands: Hands, person: Person, session: Session) -> bool:
    key = hands.rng.choice(TYPED)
    lines = session.content.pages[CLIENTS].lines
    lines.sort(key=lambda one: str(one.cells.get(key, "")), reverse=hands.rng.random() < HALF)
    return True


def _move(hands: Hands, person: Person, session: Session) -> bool:
    lines = session.content.pages[CLIENTS].lines
    if len(lines) < 2:
        return False
    lines.insert(hands.rng.randrange(len(lines)), lines.pop(hands.rng.randrange(len(lines))))
    return True


def _gap(hands: Hands, person: Person, session: Session) -> bool:
    lines = session.content.pages[CLIENTS].lines
    lines.insert(hands.rng.randrange(len(lines) + 1), Line())
    return True


def _swap_columns(hands: Hands, person: Person, session: Session) -> bool:
    hands.rng.shuffle(session.content.pages[CLIENTS].columns)
    return True


def _drop_column(hands: Hands, person: Person, session: Session) -> bool:
    page = session.content.pages[CLIENTS]
    if "stage" not in page.columns or hands.rng.random() < 0.8:
        return False
    page.columns.remove("stage")
    for line in page.lines:
        line.cells.pop("stage", None)
    return True


def _answer(hands: Hands, person: Person, session: Session) -> bool:
    lines = [one for one in session.content.pages[QUESTIONS].lines if one.cells.get("wrong")]
    if not lines:
        return False
    hands.rng.choice(lines).cells["answer"] = hands.rng.choice(("Да", "Нет", "Позже", "Отменить"))
    return True


def _travel(hands: Hands, person: Person, session: Session) -> bool:
    """An old copy of the book is put in its place and worked on."""
    old = hands.ledger.any_version(person.book, hands.rng)
    if old is None:
        return False
    session.opened, session.content = old.copy(), old.copy()
    session.begin()
    session.travelled = True
    return True


DEEDS: dict[str, Callable[[Hands, Person, Session], bool]] = {
    "edit": _edit,
    "clear": _clear,
    "revert": _revert,
    "add": _add,
    "delete": _delete,
    "copy": _copy,
    "copy and edit": _copy_and_edit,
    "lose id": _lose_id,
    "foreign id": _foreign_id,
    "paste over": _paste_over,
    "hand over": _hand_over,
    "sort": _sort,
    "move": _move,
    "gap": _gap,
    "swap columns": _swap_columns,
    "drop column": _drop_column,
    "answer": _answer,
    "travel": _travel,
}
WEIGHTS = {"edit": 8, "add": 4, "sort": 2, "answer": 3, "revert": 2}
DEALT: list[str] = [name for name in DEEDS for _ in range(WEIGHTS.get(name, 1))]
MOVES = frozenset({"sort", "move", "gap", "swap columns"})
"""Deeds that change no cell: the engine may not see an edit in them."""
