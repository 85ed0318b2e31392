"""Letters of clients on the sheet «Письма», and leads that a letter answers.

All letters that were read stand in the log of the store without their texts; the sheet shows those
of clients whom their address tells.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from model.records import Record
from model.values import Value
from sync.identity import email_keys
from sync.scene import fold, text
from sync.settle.deals import CLIENT, Settler
from sync.settle.leads import is_waiting

LOG, SHEET, LEADS = "letter_log", "letters", "leads"
OUT, IN = "исходящее", "входящее"
MAIL = "почта"


def settle_letters(settler: Settler, fresh: Collection[str]) -> None:
    """Answers and rows of the sheet that follow from these rows of the log."""
    log = {i: r for i, r in settler.writer.some(LOG, fresh).items() if not r.deleted}
    for letter in log.values():
        if is_out(letter):
            _answer_leads(settler, letter)
    if SHEET in settler.scene.blueprint.tables:
        _show(settler, log)


def is_out(letter: Record) -> bool:
    """Whether one of us wrote the letter."""
    return fold(letter.values.get("dir")) == OUT


def other_side(letter: Record) -> str:
    """Addresses of whoever is not us in a letter."""
    return text(letter, "receiver" if is_out(letter) else "sender")


def _answer_leads(settler: Settler, letter: Record) -> None:
    """The first letter to a lead since it came is its answer, unless it has one."""
    sent, receivers = letter.values.get("at"), set(email_keys(other_side(letter)))
    if not isinstance(sent, datetime) or not receivers:
        return
    for lead in settler.scene.rows[LEADS].values():
        came = lead.values.get("at")
        if not (is_waiting(lead) and isinstance(came, datetime) and came <= sent):
            continue
        if receivers & set(email_keys(lead.values.get("email"))):
            settler.writer.put(LEADS, lead.row_id, {"first_reply": sent}, by=settler.by)


def _show(settler: Settler, log: Mapping[str, Record]) -> None:
    known = settler.writer.some(SHEET, log)
    rows: dict[str, dict[str, Value]] = {}
    links: dict[str, dict[str, str | None]] = {}
    for row_id, letter in log.items():
        fits = settler.clients.written(other_side(letter))
        client = settler.scene.rows["clients"].get(fits[0]) if len(fits) == 1 else None
        if client is not None and row_id not in known:
            rows[row_id] = _cells(letter, client)
            links[row_id] = {CLIENT: client.row_id}
    if rows:
        settler.writer.put_many(SHEET, rows, links=links, by=settler.by)


def _cells(letter: Record, client: Record) -> dict[str, Value]:
    """A letter as a row of «Письма»."""
    values: dict[str, Value] = {
        "at": letter.values.get("at"),
        "channel": MAIL,
        "dir": text(letter, "dir"),
        CLIENT: text(client, "name"),
        "contact": other_side(letter),
        "subject": text(letter, "subject"),
        "owner": text(client, "owner"),
        "source_id": text(letter, "source_id"),
    }
    return {name: value for name, value in values.items() if value not in (None, "")}
