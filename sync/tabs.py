"""Tabs that the owner turns on and off: «Настройки», «Листы».

A book follows a switch once, in the first write after it was turned; afterwards its person may hide
or show the tab as they like.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from model.blueprint import Blueprint, Role
from model.records import BookState, Record
from sync.books.read import Loaded
from sync.scene import Scene, fold, text
from sync.write_plan import TabPut

VISIBLE, HIDDEN = "visible", "hidden"


def is_on(scene: Scene, sheet: str) -> bool:
    """Whether a hidden sheet is switched on."""
    title = fold(scene.blueprint.sheets[sheet].title.ru)
    rows = scene.rows.get("sheets", {}).values()
    return any(fold(r.values.get("sheet")) == title and _says_yes(r) for r in rows)


def tab_puts(
    loaded: Loaded, blueprint: Blueprint, switches: Mapping[str, Record], state: BookState
) -> tuple[TabPut, ...]:
    """Tabs of a book that stand otherwise than a switch turned since its last write says."""
    return tuple(_puts(loaded, blueprint, switches, state))


def _puts(
    loaded: Loaded, blueprint: Blueprint, switches: Mapping[str, Record], state: BookState
) -> Iterator[TabPut]:
    named = {
        fold(blueprint.sheets[key].title.ru): tab
        for key, tab in loaded.homes.items()
        if not blueprint.sheets[key].service
    }
    plan = blueprint.books.get(Role(state.role))
    always = set[str]() if plan is None else {fold(blueprint.sheets[k].title.ru) for k in plan.open}
    states = {sheet.name: sheet.state for sheet in loaded.file.sheets}
    for record in switches.values():
        tab = named.get(fold(record.values.get("sheet")))
        if tab is None or fold(record.values.get("sheet")) in always:
            continue
        if not text(record, "shown") or not _is_new(record, state):
            continue
        want = VISIBLE if _says_yes(record) else HIDDEN
        if states.get(tab, want) != want:
            yield TabPut(tab, want)


def _is_new(record: Record, state: BookState) -> bool:
    changed, written = record.changed_at, state.written_at
    return changed is None or written is None or changed > written


def _says_yes(record: Record) -> bool:
    return fold(record.values.get("shown")) in {"да", "yes"}
