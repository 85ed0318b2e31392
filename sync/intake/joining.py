"""Somebody who asks twice is one lead: forms sent again, a call and a letter, words of one person.

A request with the phone or e-mail of a lead that came shortly before, and that nobody has finished
with, belongs to it: blanks are filled, nothing is blanked, its words are added below the others
where no person has touched the cell. Every request stays a fact of its own. A letter of somebody
whom we know already, a client or somebody who has asked lately, is correspondence and no lead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from model.records import Fact, Question, QuestionKind, Record, Source
from model.texts.intake import asked_again
from model.values import Value
from sync.identity import email_keys, number_keys
from sync.importing.arriving import payload_of
from sync.importing.desk import Desk, blanks
from sync.imports import ImportKind, Incoming
from sync.scene import fold, text

KIND, TABLE = ImportKind.LEADS, "leads"
WINDOW_KEY = "Одна заявка, если повторили за, ч"
WINDOW = 24
"""Hours, until the owner says otherwise; INTAKE section 3 has ten minutes to a day."""
LONGEST_WINDOW = 24 * 7
KNOWN_FOR = timedelta(days=30)
"""So long a letter of somebody who has asked belongs to what was asked."""
IN_WORK = frozenset({"", "новая", "в работе"})


@dataclass(slots=True)
class Leads:
    """The leads of a team by phone and e-mail."""

    by_contact: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))

    def add(self, lead: Record) -> None:
        """Make a lead findable."""
        for contact in contacts_of(lead.values.get("phone"), lead.values.get("email")):
            self.by_contact[contact].append(lead)

    def near(self, row: Incoming, window: timedelta) -> Record | None:
        """The lead that a request belongs to: the latest one in work within the window."""
        at = row.values.get("at")
        contacts = contacts_of(row.values.get("phone"), row.values.get("email"))
        fits = {
            lead.row_id: lead
            for contact in contacts
            for lead in self.by_contact.get(contact, ())
            if fold(lead.values.get("state")) in IN_WORK and _gap(lead, at) <= window
        }
        return min(fits.values(), key=lambda lead: (_gap(lead, at), lead.row_id), default=None)


def contacts_of(phone: Value, email: Value) -> tuple[str, ...]:
    """What tells a person: phones and e-mails in canonical form."""
    return (*number_keys(phone), *email_keys(email))


def _gap(lead: Record, at: Value) -> timedelta:
    came = lead.values.get("at")
    if not (isinstance(came, datetime) and isinstance(at, datetime)):
        return timedelta.max
    return abs(at - came)


def leads_of(desk: Desk) -> Leads:
    """The leads that stand in the store."""
    found = Leads()
    for lead in desk.scene.rows[TABLE].values():
        found.add(lead)
    return found


def window_of(desk: Desk) -> timedelta:
    """How long somebody who asks again is the same lead."""
    said = desk.scene.general.get(fold(WINDOW_KEY), "")
    return timedelta(hours=min(int(said), LONGEST_WINDOW) if said.isdecimal() else WINDOW)


@dataclass(frozen=True, slots=True)
class Sorted:
    """Requests by what is to be done with them."""

    fresh: tuple[Incoming, ...]
    """For rows of their own, or known already."""
    again: tuple[Incoming, ...]
    """Of somebody who stands in `fresh`: to be looked at once that is a row."""
    joined: int = 0


def join_leads(desk: Desk, source: str, rows: Sequence[Incoming]) -> Sorted:
    """Requests that belong to leads joined to them; the rest is for rows of its own."""
    known = desk.writer.some_facts(source, [row.key for row in rows])
    leads, window = leads_of(desk), window_of(desk)
    fresh: list[Incoming] = []
    again: list[Incoming] = []
    seen: set[str] = set()
    joined = 0
    for row in rows:
        contacts = contacts_of(row.values.get("phone"), row.values.get("email"))
        lead = None if row.partial or row.key in known else leads.near(row, window)
        if lead is not None:
            _join(desk, source, lead, row)
            joined += 1
        elif seen.isdisjoint(contacts) or row.key in known:
            fresh.append(row)
        else:
            again.append(row)
        seen.update(contacts)
    return Sorted(tuple(fresh), tuple(again), joined)


def _join(desk: Desk, source: str, lead: Record, row: Incoming) -> None:
    """A request as one more event of a lead."""
    now = desk.writer.get(TABLE, lead.row_id) or lead
    given = desk.cells(KIND, row.values)
    filled = blanks(now, {name: v for name, v in given.items() if name not in {"at", "number"}})
    said, heard = text(now, "text"), str(given.get("text") or "").strip()
    if said and heard and fold(heard) not in fold(said):
        if _is_ours(desk, lead.row_id):
            filled["text"] = f"{said}\n{heard}"
        else:
            desk.writer.ask(_note(desk, now, heard, row), at=desk.by.at)
    if filled:
        desk.writer.put(TABLE, lead.row_id, filled, by=desk.by)
    fact = Fact(
        source, row.key, KIND.value, payload_of(KIND, row), lead.row_id, desk.by.batch, desk.by.at
    )
    desk.writer.add_facts([fact])


def _is_ours(desk: Desk, row_id: str) -> bool:
    """Whether no person has touched the words of a lead."""
    changes = desk.writer.history(TABLE, row_id, "text")
    return all(change.source is Source.IMPORT for change in changes)


def _note(desk: Desk, lead: Record, heard: str, row: Incoming) -> Question:
    """What somebody said again, where a person's words stand in the cell."""
    words = asked_again(text(lead, "name"), heard)
    return Question(
        key=f"asked-again|{lead.row_id}|{row.key}",
        kind=QuestionKind.NOTE,
        about=words.about,
        where=f"{desk.scene.number(TABLE, lead.row_id)}, «Что хочет»",
        wrong=words.wrong,
        proposal=words.proposal,
        whom=text(lead, "owner") or desk.scene.owner,
        table=TABLE,
        row_id=lead.row_id,
        column="text",
    )


def strangers(desk: Desk, rows: Iterable[Incoming]) -> Iterator[Incoming]:
    """Of letters of persons those whose writer is no client and has not asked lately."""
    leads = leads_of(desk)
    for row in rows:
        address = row.values.get("email")
        if not desk.clients.written(address) and leads.near(row, KNOWN_FOR) is None:
            yield row
