"""Books that the brake stopped: which save it was, the one question about it, and what was said.

A stopped book is still written to (its strip and its «Вопросы»), so the file's fingerprint moves
while the save that it holds stays the same; the store remembers which save our write lies over.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from model.records import WAITING, Question, QuestionKind, Stance
from store import Reader, Writer


def save_of(reader: Reader, book: str, token: str) -> str:
    """Fingerprint of the person's save that a file of this fingerprint holds."""
    save, _, written = (reader.meta(_over(book)) or "").partition(" ")
    return save if written == token else token


def written_over(writer: Writer, book: str, save: str, token: str) -> None:
    """Remember that a file with a new fingerprint still holds that save."""
    writer.set_meta(_over(book), f"{save} {token}")


def said_of(reader: Reader, book: str, save: str) -> bool | None:
    """What was answered about a save: True puts the book back, False takes it as it is."""
    about, _, word = (reader.meta(f"hold:{book}") or "").partition(" ")
    return {"yes": True, "no": False}.get(word) if about == save else None


def forget_said(writer: Writer, book: str) -> None:
    """An answer counts for one save, once: the same file back later is asked about again."""
    if writer.meta(f"hold:{book}"):
        writer.set_meta(f"hold:{book}", "")


def batch_of(reader: Reader, book: str) -> int | None:
    """Batch of the latest answer to a hold of the book, so that «Отменить» finds what it did."""
    answered = [q for q in _holds(reader, book) if q.stance in {Stance.DONE, Stance.KEPT}]
    newest = max(answered, key=lambda q: str(q.answered_at), default=None)
    batch = None if newest is None else reader.meta(f"answer:{newest.number}")
    return int(batch) if batch else None


def ask_about(writer: Writer, question: Question, *, at: datetime) -> Question:
    """The question as it stands: one for each stopped book, about its newest save.

    Asked about the same save again it keeps its words, which name the hour of the first time.
    """
    book = question.payload["book"]
    waiting = [q for q in _holds(writer, book) if q.stance in WAITING]
    if waiting and waiting[0].payload.get("token") == question.payload["token"]:
        return waiting[0]
    return writer.ask(replace(question, key=waiting[0].key) if waiting else question, at=at)


def let_run(writer: Writer, book: str, *, at: datetime) -> None:
    """A book that runs again is not asked about any more."""
    for question in _holds(writer, book):
        if question.stance in WAITING:
            writer.settle(question.number, Stance.GONE, answer="", at=at, outcome="")


def _holds(reader: Reader, book: str) -> list[Question]:
    return list(reader.questions_beginning(f"{QuestionKind.HOLD.value}|{book}|"))


def _over(book: str) -> str:
    return f"held:{book}"
