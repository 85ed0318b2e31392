"""What `import` says: what each column became, how many rows were taken, what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from model.blueprint import Blueprint
from model.errors import WrongAnswer
from model.texts.numbers import counted, money, number
from sync.commands.said import Said, plain_letters, table
from sync.importing import ImportResult, import_file
from sync.importing.desk import NAMES, SHAPES
from sync.imports import Guess, ImportKind
from sync.imports.headings import FIELDS
from sync.intake.dropping import Dropped, retry
from sync.team import Team
from sync.world import World

MOST_REASONS = 5
NOUNS: Mapping[ImportKind, tuple[str, str, str]] = {
    ImportKind.CLIENTS: ("клиент", "клиента", "клиентов"),
    ImportKind.DEALS: ("сделка", "сделки", "сделок"),
    ImportKind.LEADS: ("заявка", "заявки", "заявок"),
    ImportKind.PAYMENTS: ("платёж", "платежа", "платежей"),
    ImportKind.CALLS: ("звонок", "звонка", "звонков"),
    ImportKind.STAFF: ("сотрудник", "сотрудника", "сотрудников"),
    ImportKind.COSTS: ("строка расходов", "строки расходов", "строк расходов"),
    ImportKind.LETTERS: ("письмо", "письма", "писем"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of the command: `import KIND FILE`, `import FILE` or `import --retry`."""

    kind: str | None
    file: Path | None
    retry: bool
    micros: bool
    dry_run: bool


def run(team: Team, world: World, asked: Asked) -> Said:
    """The answer of `import`; raises WrongAnswer and what imports raise."""
    if asked.retry:
        return _retried(team, world, asked)
    kind, path = _meant(asked)
    result = import_file(team, kind, path, world=world, dry_run=asked.dry_run, micros=asked.micros)
    return said_of(team, result)


def _meant(asked: Asked) -> tuple[ImportKind | None, Path]:
    """The kind that was named, and the file."""
    known = {kind.value: kind for kind in ImportKind}
    if asked.file is not None:
        if asked.kind not in known:
            wanted = "одно из слов: " + ", ".join(known)
            raise WrongAnswer(option="ЧТО", value=asked.kind, wanted=wanted)
        return known[asked.kind], asked.file
    if asked.kind is None or asked.kind in known:
        raise WrongAnswer(option="ФАЙЛ", value=asked.kind or "", wanted="имя файла")
    return None, Path(asked.kind)


def _retried(team: Team, world: World, asked: Asked) -> Said:
    """What became of the files of the quarantine."""
    if asked.dry_run or asked.file is not None or asked.kind is not None:
        raise WrongAnswer(option="--retry", value="", wanted="import --retry без других слов")
    found = retry(team, world)
    if not found:
        return Said(("В карантине файлов нет.",), {"files": ()})
    lines = [line for dropped in found for line in told(team, dropped)]
    return Said(tuple(map(plain_letters, lines)), {"files": found})


def told(team: Team, dropped: Dropped) -> tuple[str, ...]:
    """A file of the drop folder in words."""
    if dropped.result is None:
        return (f"{dropped.reason} Файл в «Входящие», «Карантин».",)
    said = said_of(team, dropped.result)
    return tuple(line for line in said.lines if not line.startswith("Дальше: sheetcrm sync"))


def said_of(team: Team, result: ImportResult) -> Said:
    """The answer of `import`."""
    guesses = _guesses(team.blueprint, result) if result.dry_run else ()
    lines = (*guesses, _headline(result), *_more(result), *_refused(team, result), *_next(result))
    return Said(tuple(map(plain_letters, lines)), _facts(result))


def _headline(result: ImportResult) -> str:
    total = "" if result.amount is None else f", новых на {money(result.amount, kopecks=True)}"
    verb = "Будет взято" if result.dry_run else "Взято"
    parts = [f"{verb} {number(result.taken)}{_split(result)}"]
    if result.known:
        parts.append(f"уже было {number(result.known)}")
    if result.updated:
        parts.append(f"пришло заново с другим содержанием {number(result.updated)}")
    if result.refused:
        parts.append(f"не взято {number(len(result.refused))}")
    if result.waiting:
        parts.append(f"ждёт продолжения {number(result.waiting)}")
    rows = counted(result.rows, *NOUNS[result.kind])
    what = f" - {result.title}" if result.title and not result.guesses else ""
    notes = "".join(f" {note}" for note in result.notes)
    return f"«{result.name}»{what}: {rows}{total}.{notes} {', '.join(parts)}."


def _split(result: ImportResult) -> str:
    if result.kind is ImportKind.PAYMENTS and result.taken:
        linked = result.taken - result.unlinked
        if not result.unlinked:
            return f": все {number(linked)} по клиентам"
        lost = money(result.unlinked_amount, kopecks=True)
        return (
            f": {number(linked)} по клиентам, {number(result.unlinked)} на {lost} "
            "не привязаны - «Вопросы»"
        )
    if result.kind is ImportKind.CALLS and result.taken:
        return f", из них разговоров от 10 секунд {number(result.talks)}"
    return ""


def _more(result: ImportResult) -> list[str]:
    lines = [f"Внимание! {problem}" for problem in result.problems]
    if result.skipped:
        why = "; ".join(f"{reason} {number(count)}" for reason, count in result.skipped)
        lines.append(f"Мимо: {why}.")
    if result.matched:
        lines.append(
            f"Уже на листах: {number(result.matched)}. У них заполнены только пустые клетки."
        )
    if result.kind is ImportKind.DEALS and result.new_clients:
        lines.append(f"Заведено клиентов: {number(result.new_clients)}, по названиям из файла.")
    if result.new_people:
        names = ", ".join(result.new_people[:5]) + (
            " и другие" if len(result.new_people) > 5 else ""
        )
        lines.append(
            f"Новые менеджеры в «Сотрудниках»: {names}. Книги им заведёт следующий sheetcrm sync."
        )
    if result.left_out:
        lines.append(f"На листах нет места столбцам: {', '.join(result.left_out)}.")
    return lines


def _refused(team: Team, result: ImportResult) -> list[str]:
    lines = [f"строка {row}: {why}" for row, why in result.refused[:MOST_REASONS]]
    if len(result.refused) > MOST_REASONS:
        lines.append(f"и ещё {number(len(result.refused) - MOST_REASONS)}")
    if result.refused_path is not None:
        place = result.refused_path.relative_to(team.settings.folder)
        lines.append(
            f"Не взятые строки с причиной: {place}. Исправьте и загрузите снова: "
            f'sheetcrm import {result.kind.value} "{result.refused_path}"'
        )
    return lines


def _next(result: ImportResult) -> list[str]:
    if result.dry_run:
        return ["Это проверка: ничего не менял. Загрузить: та же команда без --dry-run"]
    if not result.batch:
        return ["Всё это уже загружено, ничего не добавил."] if result.known else []
    if result.kind is ImportKind.LETTERS:
        return [f"Отменить загрузку: sheetcrm undo {result.batch}"]
    return [f"Дальше: sheetcrm sync    (отменить загрузку: sheetcrm undo {result.batch})"]


def _guesses(blueprint: Blueprint, result: ImportResult) -> tuple[str, ...]:
    rows = [("В файле", "Станет", "Пример", "Заполнено")]
    rows += [
        (
            g.header,
            _becomes(blueprint, result.kind, g),
            g.sample,
            f"{round(g.filled_share * 100)} %",
        )
        for g in result.guesses
    ]
    return table(rows, right=frozenset({3}))


def _becomes(blueprint: Blueprint, kind: ImportKind, guess: Guess) -> str:
    if guess.field is None:
        return "не загружается"
    shape = blueprint.tables.get(SHAPES[kind])
    if shape is None:
        return FIELDS[kind][guess.field].headings[0]
    name = NAMES.get(kind, {}).get(guess.field, guess.field)
    if shape.has(name):
        return f"{shape.title.ru}: {shape.column(name).title.ru}"
    return f"{shape.title.ru}: {FIELDS[kind][guess.field].headings[0]}"


def _facts(result: ImportResult) -> dict[str, object]:
    return {name: getattr(result, name) for name in ImportResult.__dataclass_fields__}
