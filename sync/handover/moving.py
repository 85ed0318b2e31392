"""The rows of a packet change hands in one batch; what was earned before stays with the giver."""

from __future__ import annotations

from datetime import date

from model.records import BatchKind, Question, QuestionKind, Source, Stamped, Stance
from model.texts.numbers import counted
from model.texts.questions import Words
from model.values import Value
from store import Writer
from sync.handover.gathering import Packet
from sync.scene import PAST_OWNERS, Scene, fold, text

OWNED = ("clients", "deals", "leads")
TASKS = "tasks"


def move(writer: Writer, scene: Scene, packet: Packet, *, by: Stamped) -> None:
    """Give every row of the packet to its new owner, under the batch of the stamp."""
    for table in OWNED:
        rows: dict[str, dict[str, Value]] = {
            row_id: {
                "owner": packet.taker,
                PAST_OWNERS: _past(scene, table, row_id, packet.giver, packet.day),
            }
            for row_id in packet.rows(table)
        }
        if rows:
            writer.put_many(table, rows, by=by)
    tasks = dict.fromkeys((*packet.rows(TASKS), *steps_of(scene, packet)))
    if tasks:
        writer.put_many(TASKS, {i: {"assignee": packet.taker} for i in tasks}, by=by)
    for question in signatures(packet, by.batch):
        writer.ask(question, at=by.at)


def steps_of(scene: Scene, packet: Packet) -> tuple[str, ...]:
    """Tasks of the giver that are the next steps of the deals that move."""
    deals = set(packet.rows("deals"))
    return tuple(
        row_id
        for row_id, task in scene.rows[TASKS].items()
        if task.links.get("deal_id") in deals
        and fold(task.values.get("assignee")) == fold(packet.giver)
    )


def _past(scene: Scene, table: str, row_id: str, giver: str, day: date) -> str:
    """Former owners of a row with this one; of two handovers on one day the first giver stays."""
    before = text(scene.rows[table][row_id], PAST_OWNERS)
    parts = before.split(";") if before else []
    mark = f"{day.isoformat()} "
    if parts and parts[-1].startswith(mark):
        return before
    return ";".join([*parts, f"{mark}{giver}"])


def begin(writer: Writer, packet: Packet, *, who: str, at: Stamped) -> Stamped:
    """The stamp of the batch, whose line in the journal names both."""
    batch = writer.start_batch(BatchKind.HANDOVER, who, at.at, note=note_of(packet))
    return Stamped(at.at, who, Source.PERSON, None, batch)


def note_of(packet: Packet) -> str:
    """«Иванов Пётр -> Петрова Анна: 12 клиентов, 5 сделок»."""
    return f"{packet.giver} -> {packet.taker}: {content_of(packet)}"


def content_of(packet: Packet) -> str:
    """How much of what."""
    words = (
        ("clients", ("клиент", "клиента", "клиентов")),
        ("deals", ("сделка", "сделки", "сделок")),
        ("leads", ("заявка", "заявки", "заявок")),
        (TASKS, ("задача", "задачи", "задач")),
    )
    counts = [(len(packet.rows(table)), forms) for table, forms in words]
    return ", ".join(counted(count, *forms) for count, forms in counts if count) or "ничего"


def signatures(packet: Packet, batch: int) -> tuple[Question, ...]:
    """Both sign with «Да»; the answers stand in the journal under their names."""
    what, file = content_of(packet), "Что обещано и кто должен - в файле передачи"
    given = Words(
        "Передача клиентов",
        f"Вы передаёте: {what}. Принимает {packet.taker}. {file}",
        "Всё передали? Ответьте Да - это ваша подпись",
    )
    taken = Words(
        "Передача клиентов",
        f"Вам передали: {what}. Передаёт {packet.giver}. {file}",
        "Всё приняли? Ответьте Да - это ваша подпись",
    )
    return tuple(
        Question(
            key=f"handover|{batch}|{whom}",
            kind=QuestionKind.NOTE,
            about=words.about,
            where=f"Передача № {batch}",
            wrong=words.wrong,
            proposal=words.proposal,
            whom=whom,
            money=packet.debt or None,
            payload={"batch": str(batch)},
        )
        for whom, words in ((packet.giver, given), (packet.taker, taken))
    )


def withdraw_signatures(writer: Writer, batch: int, *, by: Stamped) -> None:
    """Nobody is asked to sign a handover that was taken back."""
    for question in writer.questions(stances={Stance.OPEN, Stance.LATER}):
        if question.key.startswith(f"handover|{batch}|"):
            writer.settle(question.number, Stance.GONE, answer="", at=by.at, outcome="")
