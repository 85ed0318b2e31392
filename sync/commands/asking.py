"""What `questions` and `check` say, and how an answer given here is carried out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from model.errors import ExitCode, WrongPlace
from model.records import WAITING, Question, QuestionKind, Stance
from model.row_ids import new_row_id
from model.texts import Text
from model.texts.numbers import counted, number
from sync.commands.passes import worst
from sync.commands.said import Said, plain_letters, words_of
from sync.cycle import Memory, run_pass
from sync.scene import make_scene
from sync.settle.answers import Answering, answer
from sync.settle.clients import client_book
from sync.team import Team
from sync.world import World

SHOWN = 20
NO_ANSWER = frozenset({QuestionKind.PROBLEM, QuestionKind.TYPED_OVER, QuestionKind.WORD})


def list_questions(team: Team, *, everything: bool) -> Said:
    """Open questions, the gravest first."""
    with team.store.read() as reader:
        waiting = sorted(reader.questions(stances=WAITING), key=_weight)
    if not waiting:
        return Said(("Вопросов нет, всё сходится.",), {"questions": []})
    shown = waiting if everything else waiting[:SHOWN]
    lines = [line for question in shown for line in _lines(question)]
    if len(shown) < len(waiting):
        lines.append(f"и ещё {number(len(waiting) - len(shown))}: sheetcrm questions --all")
    lines.append(f"Ответить: sheetcrm questions {_first(waiting).number} да|нет|позже|отменить")
    return Said(tuple(map(plain_letters, lines)), {"questions": waiting})


def show_question(team: Team, number_: int) -> Said:
    """One question in full."""
    with team.store.read() as reader:
        question = reader.question(number_)
    if question is None:
        raise WrongPlace(what=Text.A_QUESTION, value=number_)
    lines = list(_lines(question))
    if question.outcome:
        lines.append(f"Ответ «{question.answer}». {question.outcome}.")
    if question.stance in WAITING and question.kind not in NO_ANSWER:
        lines.append(f"Ответить: sheetcrm questions {question.number} да|нет|позже|отменить")
    return Said(tuple(map(plain_letters, lines)), {"question": question})


def give_answer(
    team: Team,
    number_: int,
    said: str,
    *,
    now: datetime,
    random_bytes: Callable[[int], bytes],
    dry_run: bool,
) -> Said:
    """Carry out an answer as the owner's; raises WrongPlace for words that are no answer."""
    settings = team.settings
    with team.store.write() as writer:
        question = writer.question(number_)
        if question is None:
            raise WrongPlace(what=Text.A_QUESTION, value=number_)
        scene = make_scene(
            writer, team.blueprint, now=now, owner=settings.owner, helper=settings.helper
        )
        clients = client_book(
            scene.rows["clients"],
            writer.joined("clients"),
            lambda row_id: scene.number("clients", row_id),
        )
        desk = Answering(
            writer,
            scene,
            clients,
            lambda: new_row_id(settings.family, random_bytes),
            settings.owner,
            now.astimezone(UTC),
        )
        then = answer(desk, question, said)
        if then == question:
            raise WrongPlace(what=Text.AN_ANSWER, value=said)
        if dry_run:
            writer.cancel()
    lines = [*_lines(question), _outcome(then, dry_run=dry_run)]
    facts: dict[str, object] = {"question": then, "dry_run": dry_run}
    return Said(tuple(map(plain_letters, lines)), facts)


def check(team: Team, world: World) -> Said:
    """Everything that is wrong or waits for a word now; the books are read, nothing is written."""
    report = run_pass(team, world, memory=Memory(), dry_run=True)
    waiting: Sequence[Question] = report.questions
    if report.quiet:
        with team.store.read() as reader:
            waiting = reader.questions(stances=WAITING)
    faults = [book.fault for book in report.books if book.fault is not None]
    held = [book.held for book in report.books if book.held]
    found = sorted(waiting, key=_weight)
    code = worst(faults) or (ExitCode.PROBLEMS if found or held else ExitCode.DONE)
    lines = [*held, *(f"{q.where}: {q.wrong}. {q.proposal}".rstrip() for q in found)]
    counts = f"Найдено: {counted(len(found), 'замечание', 'замечания', 'замечаний')}."
    lines.append(counts if found else "Замечаний нет, всё сходится.")
    if found:
        lines.append("Дальше: sheetcrm questions")
    return Said(
        tuple(map(plain_letters, lines)),
        {"problems": found, "held": held, "faults": faults},
        code=code,
        warnings=tuple(map(words_of, faults)),
    )


def _lines(question: Question) -> tuple[str, ...]:
    mark = "СТОП " if question.kind is QuestionKind.HOLD else ""
    return (
        f"{question.number}. {mark}{question.about} - {question.where} ({question.whom})",
        f"   {question.wrong}. {question.proposal}".rstrip(),
    )


def _outcome(question: Question, *, dry_run: bool) -> str:
    if dry_run:
        return "Это проверка: ответ не записан."
    match question.stance:
        case Stance.LATER:
            return "Отложено: спрошу снова на листе «Вопросы»."
        case Stance.OPEN:
            return "Ответ отменён, вопрос снова открыт. Дальше: sheetcrm sync"
        case _:
            return f"{question.outcome}. Дальше: sheetcrm sync"


def _first(waiting: Sequence[Question]) -> Question:
    """The gravest question that takes an answer."""
    return next((q for q in waiting if q.kind not in NO_ANSWER), waiting[0])


def _weight(question: Question) -> tuple[object, ...]:
    return (
        question.stance is not Stance.OPEN,
        question.kind is not QuestionKind.HOLD,
        not question.red,
        -(question.money or 0),
        question.number,
    )
