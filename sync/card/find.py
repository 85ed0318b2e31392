"""Which clients a person means by what was typed: number, INN, phone, name or a part of it."""

from __future__ import annotations

from collections.abc import Mapping

from model.keys import company_key
from model.records import Record
from sync.scene import Scene, fold, text
from sync.settle.clients import ClientBook


def find_clients(scene: Scene, clients: ClientBook, typed: str) -> tuple[str, ...]:
    """Row ids of the clients that the words fit; those that fit exactly before all others.

    A number is understood without its hyphen and in Latin letters; a phone or an INN in any
    spelling; a name by any part of it.
    """
    exact = clients.fits(typed) or clients.fits(_as_number(typed))
    if exact:
        return exact
    rows = scene.rows["clients"]
    wanted, core = fold(typed), company_key(typed).core
    if not wanted:
        return ()
    found = {
        clients.joined.get(row_id, row_id)
        for row_id, client in rows.items()
        if _holds(client, wanted, core)
    }
    if not found:
        near = clients.match(typed).near
        found = {near} if near else set()
    return tuple(sorted(found & rows.keys(), key=lambda i: _by_name(rows, i)))


def _holds(client: Record, wanted: str, core: str) -> bool:
    name = text(client, "name")
    return wanted in fold(name) or (bool(core) and core in company_key(name).core)


def _as_number(typed: str) -> str:
    """«k118» and «118» as the number that cards show: К-118."""
    digits = typed.strip().lstrip("KkКк").lstrip(" -–")
    return f"К-{digits}" if digits.isdigit() else typed


def _by_name(rows: Mapping[str, Record], row_id: str) -> tuple[str, int]:
    return fold(text(rows[row_id], "name")), rows[row_id].number or 0
