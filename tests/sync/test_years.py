"""What is long over costs a pass nothing: old saves, and questions that were answered long ago."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from model.records import KeptKind, Question, QuestionKind, Stance
from store import kept, questions
from tests.sync.teams import HEAD, HIS, NOON, Office, close, found_office

AGO = NOON - timedelta(days=700)
MANY = 300


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many lines were made into records."""
    seen = Counter[str]()

    def counted(module: Any, name: str) -> None:
        make: Callable[..., object] = getattr(module, name)

        def made(*facts: object) -> object:
            seen[name] += 1
            return make(*facts)

        monkeypatch.setattr(module, name, made)

    counted(questions, "_question")
    counted(kept, "Kept")
    return seen


def test_a_waiting_question_is_read_once_in_a_pass(tmp_path: Path, read: Counter[str]) -> None:
    office = found_office(tmp_path)
    try:
        with office.edit(HIS) as pen:
            for number in range(12):
                pen.add("clients", name=f"Фирма {number}", inn=f"123456789{number}")
        office.rest()
        waiting = len(office.questions())
        assert waiting > 12
        with office.edit(HIS) as pen:
            pen.put("deals", next(iter(office.rows("deals"))), note="один")
        read.clear()
        office.sync()
        assert read["_question"] == waiting
    finally:
        close(office)


def grow_old(office: Office) -> None:
    """Years of saves and of answered questions."""
    with office.team.store.write() as writer:
        for number in range(MANY):
            for book in (HEAD, HIS):
                writer.keep(book, 0, f"{number:064x}", KeptKind.SEEN, at=AGO)
            old = Question(f"old|{number}", QuestionKind.FIX, "", "", "", "", "Орлов")
            asked = writer.ask(old, at=AGO)
            writer.show([asked.number], AGO.date())
            stance = (Stance.DONE, Stance.KEPT, Stance.GONE)[number % 3]
            writer.settle(asked.number, stance, answer="да", at=AGO, outcome="")


def passes(office: Office, read: Counter[str]) -> list[Counter[str]]:
    """What a pass over an edit and a quiet one read."""
    found = []
    for note in ("один", "два"):
        with office.edit(HIS) as pen:
            pen.put("deals", next(iter(office.rows("deals"))), note=note)
        for _ in range(4):
            read.clear()
            office.sync()
            found.append(Counter(read))
    return found


def test_years_of_saves_and_answers_cost_a_pass_nothing(tmp_path: Path, read: Counter[str]) -> None:
    young, old = found_office(tmp_path / "young"), found_office(tmp_path / "old")
    try:
        for office in (young, old):
            office.rest()
        grow_old(old)
        old.rest()
        told = passes(young, read)
        assert any(told)
        assert passes(old, read) == told
    finally:
        close(young)
        close(old)
