"""«Добавить» on «Карточка»: what was typed there becomes a row of the client.

A text is kept from the moment it was read. It makes one row, however often it is read again before
the book could be written: a save that descends from the same write and shows the same text is the
same one, and another text there corrects that row. Then the cells are cleared. A client that is not
sure is asked about, and the text stays where it was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from model.blueprint import Blueprint
from model.human_dates import understand
from model.records import Question, QuestionKind, Record, Source, Stamped
from model.snapshot import EMPTY, Snapshot
from model.texts.questions import card_add_unclear
from model.texts.values import shown
from model.values import Fault, Value
from store import Reader, Writer
from sync.card.belonging import MIDNIGHT
from sync.scene import StageKind, fold, text
from sync.settle.deals import CLIENT, Settler
from templates.screens.card_place import ADD_PHONE, ADD_TEXT, ADD_WHAT, ADD_WHEN, PICK

TABLE, WHAT = "inputs", "card_add"
CELLS = {"pick": PICK, "kind": ADD_WHAT, "text": ADD_TEXT, "when": ADD_WHEN, "phone": ADD_PHONE}
TYPED = ("kind", "text", "when", "phone")
CLEARED: Mapping[str, Value] = {CELLS[field]: None for field in TYPED}
"""What stands in the cells once their text became a row."""
SHEETS = ("card", "my_card")
STEP, NOTE, CONTACT = "Шаг", "Заметка", "Контакт"
ROLES = {fold(role): role for role in ("ЛПР", "ЛВР", "пользователь", "бухгалтер")}
MADE, MADE_IN = "made", "made_in"
"""The row that a text became, and its table; none while it waits."""
Cells = dict[str, Value]
Touched = dict[str, set[str]]


def take_add(  # whose book it is, what it descends from
    writer: Writer,
    snapshot: Snapshot,
    blueprint: Blueprint,
    *,
    by: Stamped,
    base: Snapshot | None = None,
) -> None:
    """Keep what stands in «Добавить» of a saved book; what `base` showed already is not new."""
    typed = typed_cells(snapshot, blueprint)
    if typed is None or (base is not None and typed_cells(base, blueprint) == typed):
        return
    row_id = f"{WHAT}|{snapshot.book}"
    before = writer.get(TABLE, row_id)
    was = {} if before is None else before.values
    if not any(typed[field] for field in TYPED):
        typed = dict.fromkeys(CELLS)
    stamp = snapshot.stamp
    generation = Decimal(-1 if stamp is None else stamp.generation)
    same_write = was.get("generation") == generation
    if all(was.get(field) == typed[field] for field in CELLS) and (
        same_write or not any(typed.values())
    ):
        return
    kept: Cells = {**typed, "what": WHAT, "generation": generation, "book": snapshot.book}
    if not same_write:
        kept |= {MADE: None, MADE_IN: None}
    writer.put(TABLE, row_id, {**kept, "person": by.who, "waits": True}, by=by)


def typed_cells(snapshot: Snapshot, blueprint: Blueprint) -> Cells | None:
    """What stands in the yellow cells; None for a book without the sheet."""
    for sheet in SHEETS:
        grid = snapshot.grids.get(sheet)
        if grid is None:
            continue
        places = {s.key: (s.row, s.col) for s in blueprint.sheets[sheet].slots if s.key}
        read = {field: grid.cells.get(places[key], EMPTY).value for field, key in CELLS.items()}
        return {field: _tidy(value) for field, value in read.items()}
    return None


def _tidy(value: Value) -> Value:
    if isinstance(value, str):
        return value.strip() or None
    return None if isinstance(value, Fault) else value


def taken_books(reader: Reader) -> frozenset[str]:
    """Books whose «Добавить» became a row: its cells are to be empty."""
    return frozenset(text(one, "book") for one in _kept(reader) if one.values.get(MADE) is not None)


def _kept(reader: Reader) -> list[Record]:
    return [r for r in reader.rows(TABLE).values() if r.values.get("what") == WHAT]


@dataclass(frozen=True, slots=True)
class Added:
    """Rows that texts became, by table, and questions about those that wait."""

    touched: Mapping[str, set[str]]
    asked: tuple[Question, ...]


def settle_adds(settler: Settler) -> Added:
    """Every text that waits becomes a row of its client, or a question."""
    touched: Touched = {}
    asked: list[Question] = []
    for kept in _kept(settler.writer):
        if not kept.values.get("waits"):
            continue
        if not any(kept.values.get(field) for field in TYPED):
            settler.writer.put(TABLE, kept.row_id, {"waits": None}, by=settler.by)
            continue
        fits = _clients(settler, kept)
        if len(fits) == 1:
            table, row_id = _make(settler, kept, fits[0])
            touched.setdefault(table, set()).add(row_id)
            made: Cells = {MADE: row_id, MADE_IN: table, "waits": None}
            settler.writer.put(TABLE, kept.row_id, made, by=settler.by)
        else:
            asked.append(_unclear(settler, kept, fits))
    return Added(touched, tuple(asked))


def _clients(settler: Settler, kept: Record) -> tuple[str, ...]:
    """Clients that the yellow cell means; of several, those of the person's own book."""
    picked = shown(kept.values.get("pick"))
    fits = settler.clients.fits(picked) if picked else ()
    clients = settler.scene.rows["clients"]
    who = fold(kept.values.get("person"))
    mine = tuple(i for i in fits if i in clients and fold(clients[i].values.get("owner")) == who)
    return mine if len(fits) > 1 and mine else fits


def _make(settler: Settler, kept: Record, client: str) -> tuple[str, str]:
    """The table and id of the row that a text became; one made of it before is corrected."""
    by = replace(
        settler.by, who=text(kept, "person"), source=Source.PERSON, book=text(kept, "book")
    )
    kind = _kind(kept)
    known, known_in = text(kept, MADE), text(kept, MADE_IN)
    deal = _deal_without_step(settler, client) if kind == STEP and not known else None
    if deal is not None or known_in == "deals":
        row_id = known if deal is None else deal.row_id
        values: Cells = {"next_step": kept.values.get("text"), "step_on": kept.values.get("when")}
        settler.writer.put("deals", row_id, values, by=by)
        return "deals", row_id
    table, values = _row(settler, kept, kind, client)
    row_id = known if known_in == table else settler.new_id()
    settler.writer.put(table, row_id, values, links={CLIENT: client}, by=by)
    if known and known_in != table:
        settler.writer.bury(known_in, known, by=by)
    return table, row_id


def _kind(kept: Record) -> str:
    """What is to be added; where nobody said it, a phone means a contact and a day a step."""
    said = {fold(kind): kind for kind in (STEP, NOTE, CONTACT)}.get(fold(kept.values.get("kind")))
    if said is not None:
        return said
    if kept.values.get("phone"):
        return CONTACT
    return STEP if kept.values.get("when") else NOTE


def _deal_without_step(settler: Settler, client: str) -> Record | None:
    """The client's only open deal, when it waits for a next step."""
    scene, found = settler.scene, []
    for deal in scene.rows["deals"].values():
        if deal.links.get(CLIENT) == client:
            stage = scene.stage(deal)
            if stage is None or stage.kind is StageKind.OPEN:
                found.append(deal)
    alone = found[0] if len(found) == 1 else None
    return alone if alone is not None and not text(alone, "next_step") else None


def _row(settler: Settler, kept: Record, kind: str, client: str) -> tuple[str, Cells]:
    """Table and cells of the new row."""
    scene = settler.scene
    record = scene.rows["clients"][client]
    owner = text(record, "owner") or None
    common: Cells = {CLIENT: text(record, "name")}
    said, when = kept.values.get("text"), kept.values.get("when")
    if kind == CONTACT:
        name, role = _name_and_role(shown(said))
        phone = kept.values.get("phone")
        return "contacts", {
            **common, "fio": name or None, "role": role, "phone": phone, "owner": owner,
        }  # fmt: skip
    common |= {"what": said, "assignee": text(kept, "person") if owner is None else owner}
    if kind == NOTE:
        day = when if when is not None else scene.asof
        return "tasks", {**common, "kind": NOTE, "state": "сделано", "due": day}
    return "tasks", {**common, "state": "новая", **_due(when, scene.now)}


def _due(when: Value, now: datetime) -> Cells:
    """The day and hour of a step: «завтра» counts from today; what is not understood stays."""
    if isinstance(when, datetime):
        return {"due": when.date(), "due_at": None if when.time() == MIDNIGHT else when.time()}
    meant = understand(when, now.date()) if isinstance(when, str) else None
    return {"due": when} if meant is None else {"due": meant.day, "due_at": meant.at}


def _name_and_role(said: str) -> tuple[str, str | None]:
    """«Петрова Анна, ЛПР» as a name and a role."""
    name, comma, role = said.rpartition(",")
    known = ROLES.get(fold(role))
    return (name.strip(), known) if comma and known else (said, None)


def _unclear(settler: Settler, kept: Record, fits: tuple[str, ...]) -> Question:
    scene = settler.scene
    typed = next(shown(v) for f in ("text", "phone", "when", "kind") if (v := kept.values.get(f)))
    numbers = tuple(scene.number("clients", i) for i in fits)
    words = card_add_unclear(typed, shown(kept.values.get("pick")), numbers)
    return Question(
        key=f"card_add|{kept.row_id}|{fold(typed)}",
        kind=QuestionKind.PROBLEM,
        about=words.about,
        where="«Карточка», «Добавить»",
        wrong=words.wrong,
        proposal=words.proposal,
        whom=text(kept, "person") or scene.owner,
        table=TABLE,
        row_id=kept.row_id,
    )
