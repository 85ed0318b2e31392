"""One-word answers carried out: each in a batch of its own, so that «Отменить» takes it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from model.records import BatchKind, Question, QuestionKind, Source, Stamped, Stance
from model.texts.duplicates import whose
from model.texts.numbers import moment
from model.values import Value, decode
from store import Writer
from sync.duplicates import BRANCH, COLLEAGUE, Tie, parent_of, rehung
from sync.same_row import make_same, take_back
from sync.scene import Scene, StageKind, fold
from sync.settle.clients import ClientBook
from sync.settle.deals import CLIENT, Settler, make_client


class Word(Enum):
    """What a person may answer."""

    YES = "да"
    NO = "нет"
    LATER = "позже"
    BACK = "отменить"


WORDS = {
    **{word.value: word for word in Word},
    "yes": Word.YES,
    "no": Word.NO,
    "later": Word.LATER,
    "undo": Word.BACK,
    "д": Word.YES,
    "н": Word.NO,
    "+": Word.YES,
    "-": Word.NO,
}


@dataclass(frozen=True, slots=True)
class Answering:
    """What carrying out an answer needs."""

    writer: Writer
    scene: Scene
    clients: ClientBook
    new_id: Callable[[], str]
    who: str
    at: datetime
    """Aware, UTC."""


def understand(text: str) -> Word | None:
    """The word meant; None when it is none of the four (it may be a number: К-204)."""
    return WORDS.get(fold(text).rstrip(".!"))


def answer(desk: Answering, question: Question, text: str) -> Question:
    """Carry out an answer; the question as it stands now. Other words stay as typed."""
    word = understand(text)
    named = desk.clients.numbers.get(fold(text)) if word is None else None
    if word is None and named is None:
        return _keep_words(desk, question, text)
    if word is Word.BACK:
        return _take_back(desk, question, text)
    if question.stance in {Stance.DONE, Stance.KEPT, Stance.GONE}:
        return question
    if word is Word.LATER:
        return _settle(desk, question, Stance.LATER, text, batch=None)
    batch = desk.writer.start_batch(
        BatchKind.ANSWER, desk.who, desk.at, note=f"{question.number}: {text}"
    )
    by = Stamped(desk.at, desk.who, Source.ANSWER, None, batch)
    _carry_out(desk, question, yes=word is not Word.NO, named=named, by=by)
    stance = Stance.KEPT if word is Word.NO else Stance.DONE
    return _settle(desk, question, stance, text, batch=batch)


def _keep_words(desk: Answering, question: Question, text: str) -> Question:
    if question.stance not in {Stance.OPEN, Stance.LATER} or question.answer == text:
        return question
    desk.writer.settle(question.number, question.stance, answer=text, at=desk.at, outcome="")
    return replace(question, answer=text)


def _settle(
    desk: Answering, question: Question, stance: Stance, text: str, *, batch: int | None
) -> Question:
    local = desk.at.astimezone(desk.scene.zone)
    outcome = f"Сделано {moment(local)}" if stance is not Stance.LATER else ""
    desk.writer.settle(question.number, stance, answer=text, at=desk.at, outcome=outcome)
    if batch is not None:
        desk.writer.set_meta(f"answer:{question.number}", str(batch))
    return replace(question, stance=stance, answer=text, outcome=outcome)


def _take_back(desk: Answering, question: Question, text: str) -> Question:
    """Undo the answer's batch and ask again."""
    found = desk.writer.meta(f"answer:{question.number}")
    if not found or question.stance not in {Stance.DONE, Stance.KEPT}:
        return question
    batch = int(found)
    undo = desk.writer.start_batch(BatchKind.UNDO, desk.who, desk.at, note=f"ответ {batch}")
    by = Stamped(desk.at, desk.who, Source.UNDO, None, undo)
    desk.writer.undo(batch, by=by)
    desk.writer.settle(question.number, Stance.OPEN, answer="", at=desk.at, outcome="")
    passed_on = desk.writer.question_by_key(_boss_key(question))
    if passed_on is not None and passed_on.stance in {Stance.OPEN, Stance.LATER}:
        desk.writer.settle(passed_on.number, Stance.GONE, answer="", at=desk.at, outcome="")
    return replace(question, stance=Stance.OPEN, answer=text)


def _carry_out(
    desk: Answering, question: Question, *, yes: bool, named: str | None, by: Stamped
) -> None:
    match question.kind:
        case QuestionKind.FIX | QuestionKind.CONFLICT:
            _value(desk.writer, question, yes=yes, by=by)
        case QuestionKind.DUPLICATE:
            _duplicate(desk, question, yes=yes, main=named, by=by)
        case QuestionKind.CLIENT:
            _client(desk, question, yes=yes, named=named, by=by)
        case QuestionKind.TRASH:
            _trash(desk.writer, question, yes=yes, by=by)
        case QuestionKind.CALL if yes:
            _caller(desk, question, by=by)
        case QuestionKind.CALL:
            pass  # the number stays nobody's, and nobody is asked again
        case QuestionKind.PAYMENT:
            _payment(desk, question, yes=yes, named=named, by=by)
        case QuestionKind.PROBLEM | QuestionKind.TYPED_OVER | QuestionKind.WORD | QuestionKind.NOTE:
            pass  # an acknowledgement: nothing to change
        case _:
            _about_save(desk, question, yes=yes, by=by)


def _about_save(desk: Answering, question: Question, *, yes: bool, by: Stamped) -> None:
    """What a whole save did: the next merge lets it through or not, or cells go back here."""
    if question.kind in {QuestionKind.HOLD, QuestionKind.ROLLBACK}:
        book, token = question.payload["book"], question.payload["token"]
        word = "yes" if yes != bool(question.payload.get("turned")) else "no"
        desk.writer.set_meta(f"{question.kind.value}:{book}", f"{token} {word}")
    elif yes and question.kind is QuestionKind.TAKE_BACK:
        take_back(desk.writer, question, by=by)
    elif yes:
        table = desk.scene.blueprint.tables[question.table]
        make_same(desk.writer, table, question.row_id, question.payload["new"], by=by)


def _value(writer: Writer, question: Question, *, yes: bool, by: Stamped) -> None:
    """The proposed value, or the other side's, goes into the cell."""
    if yes:
        value = decode(question.payload.get("value") or None)
        writer.put(question.table, question.row_id, {question.column: value}, by=by)


def _trash(writer: Writer, question: Question, *, yes: bool, by: Stamped) -> None:
    if yes:
        writer.revive(question.table, question.row_id, by=by)
    elif question.payload.get("bury"):
        writer.bury(question.table, question.row_id, by=by)


def _duplicate(
    desk: Answering, question: Question, *, yes: bool, main: str | None, by: Stamped
) -> None:
    """A branch is linked, never merged; a question about a colleague's client goes to the boss."""
    if not yes:
        return
    tie = question.payload.get("tie")
    if tie == COLLEAGUE:
        desk.writer.ask(_to_boss(desk, question), at=desk.at)
        return
    keep, other = question.payload["main"], question.payload["loser"]
    if main == other:
        keep, other = other, keep
    if tie == Tie.BRANCH.value:
        clients = desk.writer.rows("clients")
        parent = parent_of(keep, clients)
        for branch in rehung(other, parent, clients):
            desk.writer.put("clients", branch, {}, links={BRANCH: parent}, by=by)
    else:
        desk.writer.join("clients", other, keep, by=by)


def _boss_key(question: Question) -> str:
    return f"colleague|{question.key}"


def _to_boss(desk: Answering, question: Question) -> Question:
    """The manager's question, with the numbers that only the boss may see."""
    pair = desk.writer.question_by_key(question.payload.get("question", ""))
    words = whose(desk.who, pair.where if pair else desk.scene.number("clients", question.row_id))
    return Question(
        key=_boss_key(question),
        kind=QuestionKind.WORD,
        about=words.about,
        where=pair.where if pair else "",
        wrong=words.wrong,
        proposal=words.proposal,
        whom=desk.scene.owner,
        red=True,
        table=question.table,
        row_id=question.row_id,
    )


def _client(
    desk: Answering, question: Question, *, yes: bool, named: str | None, by: Stamped
) -> None:
    if named is None and yes:
        named = question.payload["client"]
    if named is None:
        record = desk.writer.get(question.table, question.row_id)
        owner = None if record is None else record.values.get("owner")
        settler = Settler(desk.writer, desk.scene, desk.clients, desk.new_id, by)
        named = make_client(settler, question.payload["typed"], owner)
    desk.writer.put(question.table, question.row_id, {}, links={CLIENT: named}, by=by)


def _payment(
    desk: Answering, question: Question, *, yes: bool, named: str | None, by: Stamped
) -> None:
    writer, row = desk.writer, question.row_id
    if question.payload.get("habit"):
        return  # how the team keeps its books: nothing to change
    if named is None and question.payload.get("make"):
        if yes:
            _deal_of(desk, row, by=by)
        return
    if named is None and question.payload.get("deal"):
        if not yes:
            return
        deal = question.payload["deal"]
        writer.put(
            "payments",
            row,
            {"deal_id": desk.scene.number("deals", deal)},
            links={"deal_id": deal},
            by=by,
        )
        return
    payment = writer.get("payments", row)
    if payment is None or not (yes or named):
        return
    if named is None:
        settler = Settler(writer, desk.scene, desk.clients, desk.new_id, by)
        name = str(payment.values.get("payer") or payment.values.get("payer_inn") or "")
        named = make_client(settler, name, question.payload.get("person") or None)
        if payment.values.get("payer_inn"):
            writer.put("clients", named, {"inn": payment.values["payer_inn"]}, by=by)
    client = writer.get("clients", named)
    shown = None if client is None else client.values.get("name")
    writer.put("payments", row, {CLIENT: shown}, links={CLIENT: named}, by=by)


def _deal_of(desk: Answering, row: str, *, by: Stamped) -> None:
    """A won deal of a payment that had none; the payment is its money."""
    writer = desk.writer
    payment = writer.get("payments", row)
    client = None if payment is None else payment.links.get(CLIENT)
    won = [s for s in desk.scene.stages.values() if s.kind is StageKind.WON]
    record = None if client is None else writer.get("clients", client)
    if payment is None or record is None or not won:
        return
    values: dict[str, Value] = {
        CLIENT: record.values.get("name"),
        "owner": record.values.get("owner"),
        "stage": won[0].name,
        "amount": payment.values.get("amount"),
        "closed_on": payment.values.get("date"),
        "created_on": payment.values.get("date"),
    }
    given = {key: value for key, value in values.items() if value is not None}
    deal = desk.new_id()
    made = writer.put("deals", deal, given, links={CLIENT: record.row_id}, by=by)
    number = f"{desk.scene.blueprint.tables['deals'].prefix}-{made.number}"
    writer.put("payments", row, {"deal_id": number}, links={"deal_id": deal}, by=by)


def _caller(desk: Answering, question: Question, *, by: Stamped) -> None:
    """A lead of a number that nobody knew, with whom it spoke."""
    told = question.payload
    values: dict[str, Value] = {
        "name": "Звонок",
        "phone": told["number"],
        "source": "Звонок",
        "state": "В работе",
        "at": datetime.fromisoformat(told["at"]) if told.get("at") else None,
        "first_reply": datetime.fromisoformat(told["at"]) if told.get("at") else None,
        "owner": told.get("person") or None,
    }
    given = {key: value for key, value in values.items() if value is not None}
    desk.writer.put("leads", desk.new_id(), given, by=by)
