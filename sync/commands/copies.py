"""What `backup list` and `backup restore` say."""

from __future__ import annotations

from datetime import datetime

from model.records import BookState
from model.texts.numbers import day_year, number
from sync.commands.said import Said, plain_letters, table
from sync.online import EXPORT
from sync.restoring import BEFORE, restore
from sync.team import Team
from sync.world import World

WHY = {
    "read": "до записи",
    "write": "после записи",
    "copy": "вторая книга",
    "upgrade": "до обновления",
    EXPORT: "таблица Google",
    BEFORE: "до восстановления",
}
SHOWN = 30


def list_copies(team: Team, *, book: str | None, now: datetime, limit: int = SHOWN) -> Said:
    """Copies, newest first."""
    with team.store.read() as reader:
        names = {state.book: _name(state) for state in reader.books()}
    copies = [c for c in team.backups.list() if _meant(book, c.book, names)]
    rows = [("№", "Когда", "Книга", "КБ", "Какая")]
    for copy in copies[:limit]:
        at = copy.at.astimezone(now.tzinfo)
        rows.append(
            (
                str(copy.id),
                f"{day_year(at)} {at:%H:%M}",
                names.get(copy.book, copy.book),
                number(max(copy.size // 1024, 1)),
                WHY.get(copy.why, copy.why),
            )
        )
    lines = list(table(rows, right=frozenset({0, 3}))) if copies else ["Копий пока нет."]
    if len(copies) > limit:
        lines.append(f"и ещё {number(len(copies) - limit)}: sheetcrm backup list --all")
    if copies:
        lines.append(f"Вернуть книгу: sheetcrm backup restore {copies[0].id}")
    return Said(tuple(map(plain_letters, lines)), {"copies": copies})


def restore_copy(team: Team, copy_id: int, *, world: World, dry_run: bool) -> Said:
    """Put a copy back."""
    done = restore(team, copy_id, world=world, dry_run=dry_run)
    at = done.copy.at.astimezone(world.now().tzinfo)
    which = f"«{_name(done.state)}» от {day_year(at)} {at:%H:%M}"
    facts: dict[str, object] = {
        "book": done.state.book,
        "copy": done.copy,
        "before": done.before,
        "changed": done.changed,
        "dry_run": dry_run,
    }
    if not done.changed:
        return Said((f"{which} и так стоит на месте, ничего не менял.",), facts)
    if dry_run:
        return Said((f"Верну {which}. Это проверка: ничего не менял.",), facts)
    lines = [f"Вернул {which}. Её содержимое станет правками при следующем проходе."]
    if done.before is not None:
        lines.append(f"Передумали: sheetcrm backup restore {done.before.id}")
    lines.append("Дальше: sheetcrm sync")
    return Said(tuple(map(plain_letters, lines)), facts)


def _name(state: BookState) -> str:
    return state.path.rpartition("/")[2].removesuffix(".xlsx")


def _meant(asked: str | None, book: str, names: dict[str, str]) -> bool:
    if asked is None:
        return True
    wanted = asked.casefold()
    return wanted in names.get(book, "").casefold() or wanted in book.casefold()
