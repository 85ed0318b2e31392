"""What `import` says: what each column became, how many rows were taken, what to do next."""

from __future__ import annotations

from collections.abc import Mapping

from model.blueprint import Blueprint
from model.texts.numbers import counted, money, number
from sync.commands.said import Said, plain_letters, table
from sync.importing import ImportResult
from sync.importing.desk import NAMES, SHAPES
from sync.imports import Guess, ImportKind
from sync.imports.headings import FIELDS
from sync.team import Team

MOST_REASONS = 5
NOUNS: Mapping[ImportKind, tuple[str, str, str]] = {
    ImportKind.CLIENTS: ("клиент", "клиента", "клиентов"),
    ImportKind.DEALS: ("сделка", "сделки", "сделок"),
    ImportKind.LEADS: ("заявка", "заявки", "заявок"),
    ImportKind.PAYMENTS: ("платёж", "платежа", "платежей"),
    ImportKind.CALLS: ("звонок", "звонка", "звонков"),
    ImportKind.STAFF: ("сотрудник", "сотрудника", "сотрудников"),
}


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
    rows = counted(result.rows, *NOUNS[result.kind])
    return f"«{result.name}»: {rows}{total}. {', '.join(parts)}."


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
    lines = []
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
    shape = blueprint.tables[SHAPES[kind]]
    name = NAMES.get(kind, {}).get(guess.field, guess.field)
    if shape.has(name):
        return f"{shape.title.ru}: {shape.column(name).title.ru}"
    return f"{shape.title.ru}: {FIELDS[kind][guess.field].headings[0]}"


def _facts(result: ImportResult) -> dict[str, object]:
    return {name: getattr(result, name) for name in ImportResult.__dataclass_fields__}
