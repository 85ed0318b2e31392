"""Rules of the merge and of the files, each broken in the place where its function is looked up.

`docs/merge-rules.md` lists the functions; `python -m tests.simulation.mutants` kills them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from model.values import Fault
from sync.merge.bases import Descent, nearest
from sync.merge.cells import TAKE_WORK, Verdict
from sync.merge.gone import Leaving
from sync.merge.result import ClashKind
from sync.merge.unwritten import _there

Make = Callable[[Any], Any]
"""From the function that keeps the rule to the one that breaks it."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One broken rule: the rule, the place of its function, what stands there instead."""

    rule: str
    place: str
    instead: Make


def _always(value: object) -> Make:
    return lambda _: lambda *_, **__: value


def _newest_only(self: Any, desk: Any, _read: Any) -> Any:
    return self.writer.kept(desk.state.book)[:1]


def _unchecked_swap(_: Any) -> Any:
    from sync import exchange  # patched by then

    return lambda disk, live_path, temp, *_: exchange.exchange(disk, live_path, temp)


def _unkept_check(real: Any) -> Any:
    return lambda disk, live, temp, expected, _: real(disk, live, temp, expected, None)


def _drop_copies(real: Any) -> Any:
    def merged(*given: Any) -> Any:
        found = real(*given)
        return replace(found, new=tuple(n for n in found.new if n.copied_from is None))

    return merged


def _no_typed_fault(_: Any) -> Any:
    return lambda value, before: None if isinstance(value, Fault) else value


def _drop_blank_ids(real: Any) -> Any:
    def split(*given: Any) -> Any:
        rows, foreign = real(*given)
        return [row for row in rows if row.row_id], foreign

    return split


def _forget_new(real: Any) -> Any:
    return lambda *given: replace(real(*given), new=())


def _forget_edits(real: Any) -> Any:
    def merged(*given: Any) -> Any:
        whole = real(*given)
        return replace(whole, edits=whole.edits[1:])

    return merged


def _one(value: int) -> Make:
    """A constant instead of a constant."""
    return lambda _: value


def _merge_old_file(_: Any) -> Any:
    from model.records import Source, Stamped
    from sync import absorb  # patched by then

    def accept(writer: Any, snapshot: Any, reader: Any) -> Any:
        merges = absorb.merge_all(writer, snapshot, reader, reader.person)
        by = Stamped(None, reader.person, Source.PERSON, snapshot.book, 1)  # type: ignore[arg-type]
        absorb.remember_all(writer, merges, reader, by)
        absorb.rebase(writer, snapshot.book, merges)
        return absorb.summary(merges)

    return accept


def _not_counted(*fields: str) -> Make:
    """The brake does not see some of the harm."""

    def make(real: Any) -> Any:
        return lambda seen, limit: real(replace(seen, **dict.fromkeys(fields, 0)), limit)

    return make


def _alike(row: Any, before: Any, fields: Any) -> int:
    """Strong fields count like any other."""
    return sum(row.value(column.key) == before.get(column.key) for column in fields)


def _cleared_is_unedited(real: Any) -> Any:
    return lambda base, work: work is None or real(base, work)


def _told_as(kind: ClashKind) -> Make:
    return _always(kind)


MUTANTS: Mapping[str, Mutant] = MappingProxyType(
    {
        "newest base always": Mutant("time", "sync.descent.descent", _always(Descent.NEWEST)),
        "old bytes are edits": Mutant(
            "time", "sync.merge.bases.is_known_content", _always(value=False)
        ),
        "a fight goes on for ever": Mutant(
            "time", "sync.merge.bases.is_fight", _always(value=False)
        ),
        "every old file is a fight": Mutant(
            "time", "sync.merge.bases.is_fight", _always(value=True)
        ),
        "a seen save is no base": Mutant("time", "sync.taking.rebase", _always(None)),
        "seen saves are forgotten": Mutant("time", "sync.taking.keep_seen", _always(None)),
        "any content may be the base": Mutant(
            "time", "sync.descent.Descents._of_stamp", lambda _: _newest_only
        ),
        "the newest content is nearest": Mutant(
            "time", "sync.descent.nearest", lambda _: lambda ranked: ranked[0][0]
        ),
        "a lost stamp takes the nearest": Mutant(
            "time", "sync.descent.sure", lambda _: lambda ranked, _alike: nearest(ranked)
        ),
        "a lost stamp takes nothing": Mutant("time", "sync.descent.sure", _always(None)),
        "an old file is merged": Mutant("time", "sync.taking.accept_as_seen", _merge_old_file),
        "a second editor goes untold": Mutant(
            "time", "sync.older_saves.second_editor", _always(())
        ),
        "an old file goes untold": Mutant("time", "sync.taking.tell_old_file", _always(None)),
        "rolling back does nothing": Mutant(
            "time",
            "sync.older_saves.roll_back",
            lambda real: (
                lambda writer, old, reader, by: __import__(
                    "sync.absorb", fromlist=["Absorbed"]
                ).Absorbed({})
            ),
        ),
        "copies are dropped": Mutant("R2", "sync.absorb.merge_table", _drop_copies),
        "the last copy keeps the id": Mutant(
            "R2", "sync.merge.rows.keeper", lambda _: lambda _s, _r, places, *_: places[-1]
        ),
        "the first copy keeps the id": Mutant(
            "R2", "sync.merge.rows.keeper", lambda _: lambda _s, _r, places, *_: places[0]
        ),
        "strong fields count once": Mutant("R2", "sync.merge.rows.likeness", lambda _: _alike),
        "rows without id are dropped": Mutant("R3", "sync.merge.table.split_rows", _drop_blank_ids),
        "a lost column tells rows apart": Mutant(
            "R3",
            "sync.merge.rows._read",
            lambda _: lambda sides: [c for c in sides.table.typed if c.key != sides.table.scope],
        ),
        "rows without id are always new": Mutant("R3", "sync.merge.rows.reattach", _always({})),
        "rows that wait for their id are forgotten": Mutant(
            "R3", "sync.merge.rows.unwritten", _always({})
        ),
        "ids of nameless rows are not kept": Mutant("R3", "sync.taking.remember", _always(None)),
        "only the base knows nameless rows": Mutant(
            "R3", "sync.descent.with_nameless", lambda _: lambda _table, base, *_: base
        ),
        "a nameless row that was handed over is new": Mutant(
            "R3",
            "sync.absorb.standing",
            lambda _: lambda _table, _rows, read: {row.row_id for row in read.rows},
        ),
        "a nameless row that moved and changed is new": Mutant(
            "R3", "sync.merge.unwritten._mostly_elsewhere", _always(())
        ),
        "what stands in the old place is always the row": Mutant(
            "R3", "sync.merge.unwritten._mostly_there", lambda _: _there
        ),
        "an old save knows no id that was typed over": Mutant(
            "R9",
            "sync.merge.bases._parted",
            lambda real: lambda read, _rows, fields: real(read, {}, fields),
        ),
        "an old save knows nothing of «Тот же»": Mutant(
            "R9", "sync.descent.as_joined", lambda _: lambda content, _: content
        ),
        "a displaced save knows no id that was typed over": Mutant(
            "R9", "sync.late._shown", _always({})
        ),
        "a row stays for the name of its author": Mutant(
            "R11", "sync.merge.gone._is_own_name", _always(value=False)
        ),
        "every id is believed": Mutant(
            "R4", "sync.merge.sides.Sides.is_known", lambda _: lambda *_: True
        ),
        "a colleague's row may be edited": Mutant(
            "R4", "sync.absorb._in_scope", _always(value=True)
        ),
        "new rows are forgotten": Mutant("R3", "sync.absorb.merge_table", _forget_new),
        "a deleted row stays deleted whatever is typed": Mutant(
            "R5", "sync.merge.table.is_stale", _always(value=True)
        ),
        "a stale copy raises the deleted": Mutant(
            "R6", "sync.merge.table.is_stale", _always(value=False)
        ),
        "another client keeps the id": Mutant(
            "R9",
            "sync.merge.table.split_replaced",
            lambda _: lambda _sides, resolved: (tuple(resolved), ()),
        ),
        "a new phone is another client": Mutant(
            "R9",
            "sync.merge.replaced.is_another",
            lambda _: (
                lambda row, before, telling: any(
                    row.value(c.key) != before.get(c.key) for c in telling if c.strong
                )
            ),
        ),
        "a column sorted alone is merged": Mutant(
            "R10", "sync.merge.brake.sorted_apart", _always(())
        ),
        "any many edits are a sort": Mutant(
            "R10", "sync.merge.sorts.is_permuted", _always(value=True)
        ),
        "ids stay when rows move": Mutant(
            "R10a", "sync.merge.rows.follow_content", lambda _: lambda claims, *_: dict(claims)
        ),
        "hidden cells stay behind": Mutant(
            "R10a", "sync.merge.table.put_back", lambda _: lambda resolved, *_: tuple(resolved)
        ),
        "deletions are forgotten": Mutant(
            "R11", "sync.merge.table.leave", _always(Leaving(bury=False))
        ),
        "deletions always bury": Mutant(
            "R11", "sync.merge.table.leave", _always(Leaving(bury=True))
        ),
        "an edit against a deletion goes untold": Mutant(
            "R11", "sync.merge.gone._saved", _always(None)
        ),
        "a fact against a deletion goes untold": Mutant(
            "R11", "sync.merge.gone._fact", _always(None)
        ),
        "totals are rows": Mutant("R13", "sync.merge.foreign.is_foreign", _always(value=False)),
        "rows without id are notes": Mutant(
            "R13", "sync.merge.foreign.is_foreign", lambda _: lambda row, *_: not row.row_id
        ),
        "the first edit is forgotten": Mutant("cells", "sync.absorb.merge_table", _forget_edits),
        "the store always wins": Mutant(
            "cells", "sync.merge.table.merge_cell", _always(Verdict(take=False))
        ),
        "the workbook always wins": Mutant(
            "cells", "sync.merge.table.merge_cell", _always(TAKE_WORK)
        ),
        "clashes are silent": Mutant("cells", "sync.merge.cells.clashing", _always(TAKE_WORK)),
        "nothing is an edit": Mutant("cells", "sync.merge.cells.is_unedited", _always(value=True)),
        "a clearing is no edit": Mutant(
            "cells", "sync.merge.cells.is_unedited", _cleared_is_unedited
        ),
        "another spelling is an edit": Mutant(
            "cells", "sync.merge.cells.canon", lambda _: lambda _kind, value: value
        ),
        "the later of two people wins": Mutant(
            "cells", "sync.merge.cells.first_stands", _always(value=False)
        ),
        "whoever came first stands, facts too": Mutant(
            "cells", "sync.merge.cells.first_stands", _always(value=True)
        ),
        "a fact is blamed on a person": Mutant(
            "cells", "sync.merge.cells.kind_of", _told_as(ClashKind.TWO_PEOPLE)
        ),
        "an error value is empty": Mutant("cells", "sync.merge.table.readable", _no_typed_fault),
        "what is typed into grey is dropped": Mutant(
            "cells", "sync.merge.table.typed_over", _always(value=False)
        ),
        "a lost zero is not asked about": Mutant(
            "cells", "sync.merge.cells.is_damaged", _always(value=False)
        ),
        "every edit is damage": Mutant("cells", "sync.merge.cells.is_damaged", _always(value=True)),
        "mixed groups go untold": Mutant("cells", "sync.merge.table.mixed", _always(())),
        "the brake is off": Mutant("brake", "sync.merge.table.brake", _always(None)),
        "the brake is wider": Mutant(
            "brake", "sync.merge.brake.limit_of", lambda real: lambda total: 2 * real(total)
        ),
        "the brake is narrower": Mutant(
            "brake", "sync.merge.brake.limit_of", lambda real: lambda total: real(total) // 2
        ),
        "deleted rows do not count": Mutant(
            "brake", "sync.merge.brake.is_too_much", _not_counted("deleted")
        ),
        "new keys do not count": Mutant(
            "brake", "sync.merge.brake.is_rekeyed", _always(value=False)
        ),
        "cleared rows do not count": Mutant(
            "brake", "sync.merge.brake.is_cleared", _always(value=False)
        ),
        "copied rows do not count": Mutant(
            "brake", "sync.merge.brake.is_too_much", _not_counted("copied")
        ),
        "spoilt numbers do not count": Mutant(
            "brake", "sync.merge.brake.is_spoilt", _always(value=False)
        ),
        "a held book is merged": Mutant("brake", "sync.taking._stop", _always(None)),
        "an answer to a hold is not heard": Mutant("brake", "sync.taking.said_of", _always(None)),
        "an open book is written": Mutant("8.1", "sync.looking.holders", _always(())),
        "a book opened meanwhile is written": Mutant(
            "8.1", "sync.delivery._nobody_opened", _always(None)
        ),
        "the swap is not checked": Mutant("8.2", "sync.exchange._exchange_if", _unchecked_swap),
        "what only the check saw is dropped": Mutant(
            "8.2", "sync.exchange._exchange_if", _unkept_check
        ),
        "displaced saves are not looked for": Mutant("8.3", "sync.cycle.tend", _always(())),
        "a displaced save is only fingerprinted": Mutant(
            "8.3", "sync.exchange._keep_found", _always(None)
        ),
        "a merged save is merged again": Mutant("8.3", "sync.late._keep", _always(None)),
        "late saves are not merged": Mutant("8.3", "sync.cycle.freeze", _always(())),
        "the older of two late saves has the last word": Mutant(
            "8.3", "sync.late.in_order", lambda real: lambda found: real(found)[::-1]
        ),
        "rows are named where they stood once": Mutant(
            "I4",
            "model.records.Displaced.after",
            lambda _: lambda file, token: replace(file, was=token, quiet=0),
        ),
        "late rows have no names": Mutant("8.3", "sync.late._name_rows", _always(None)),
        "half a late save hides what it was written over": Mutant(
            "8.3",
            "sync.late._give_up",
            lambda _: (
                lambda team, save, now: __import__("sync.late", fromlist=["_let_lie"])._let_lie(
                    team, save
                )
            ),
        ),
        "a displaced file goes at once": Mutant("8.4", "sync.displaced.LOOKS", _one(0)),
        "nobody writes into a displaced file": Mutant(
            "8.4", "tests.simulation.world.SimOffice.has_writer", _always(value=False)
        ),
        "our writes are not kept": Mutant("7", "sync.cycle.freeze_writes", _always(None)),
        "a planned base is never taken": Mutant("9", "sync.delivery._take_next", _always(None)),
        "the journal is not replayed": Mutant("9", "sync.cycle.replay", _always(None)),
        "a write that was saved over never happened": Mutant(
            "9",
            "sync.delivery._is_written",
            lambda _: lambda _team, desk, intent: desk.live_token == intent.new_token,
        ),
        "what waited is confirmed with the next write": Mutant(
            "9", "sync.planning.drop_next", _always(None)
        ),
        "a book moved aside is left there": Mutant("9", "sync.delivery.bring_back", _always(None)),
        "questions are not kept": Mutant("10", "sync.taking.put_questions", _always(None)),
        "questions never leave": Mutant("10", "sync.ask.is_over", _always(value=False)),
        "questions leave at once": Mutant("10", "sync.ask.is_over", _always(value=True)),
        "answers are not carried out": Mutant("10", "sync.taking.answer", _always(None)),
        "an answer is not taken back": Mutant(
            "10",
            "sync.settle.answers._take_back",
            lambda _: lambda _desk, question, _text: question,
        ),
        "typed over goes unasked": Mutant(
            "10", "sync.ask.said.typed_over", lambda real: lambda *_: real("", "", "")
        ),
    }
)
"""Names of the broken rules."""
