"""What `backup list`, `show`, `diff`, `verify` and `restore` of a whole book say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from backups import Copy, Label
from backups.judging import Strange
from model.blueprint import Table
from model.errors import CannotWrite, CrmError, ExitCode
from model.records import BookState, Record
from model.texts.numbers import counted, day_year, number
from model.values import Value
from store import Reader
from sync.commands.said import Said, cell_words, plain_letters, table, words_of
from sync.copies.keeping import STORE_TAKEN, rule_of
from sync.copies.putting import Returned, Wanted, returned
from sync.copies.reading import copy_numbered, opened_copy
from sync.copies.rehearsal import STORE
from sync.delivery import MEANWHILE
from sync.displaced import LATE, UNREADABLE, WRITTEN
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
    MEANWHILE: "сохранена между делом",
    LATE: "поздняя запись",
    UNREADABLE: "обрывок записи",
    WRITTEN: "после записи",
    STORE_TAKEN: "раз в день",
}
LABELS = {
    Label.NEWEST: "самая новая",
    Label.LAST: "из последних",
    Label.HOUR: "за час",
    Label.DAY: "за день",
    Label.WEEK: "за неделю",
    Label.MONTH: "за месяц",
    Label.FOREVER: "навсегда",
    Label.STRANGE: "подозрительная",
}
STRANGE = {
    Strange.NO_WORKBOOK: "это не книга: так выглядит испорченный или зашифрованный файл",
    Strange.NOISE: "вместо листов шум: так выглядит зашифрованный файл",
}
GOES = "уйдёт"
SHOWN = 30
CELLS_SHOWN = 20


def list_copies(team: Team, *, book: str | None, now: datetime, limit: int = SHOWN) -> Said:
    """Copies, newest first, each with why it stays."""
    names = names_of(team)
    copies = [c for c in team.backups.list() if _meant(book, c.book, names)]
    stay, strange = team.backups.stays(rule_of(team.settings)), team.backups.strange()
    rows = [("№", "Когда", "Книга", "КБ", "Какая", "Почему хранится")]
    rows += [
        (
            str(copy.id),
            _when(copy, now),
            names.get(copy.book, copy.book),
            number(max(copy.size // 1024, 1)),
            WHY.get(copy.why, copy.why),
            reasons(stay.get(copy.id, ())),
        )
        for copy in copies[:limit]
    ]
    lines = list(table(rows, right=frozenset({0, 3}))) if copies else ["Копий пока нет."]
    if len(copies) > limit:
        lines.append(f"и ещё {number(len(copies) - limit)}: sheetcrm backup list --all")
    if copies:
        megabytes = f"{team.backups.size() / 1_000_000:.1f}".replace(".", ",")
        lines.append(f"Всего {number(len(copies))}, на диске {megabytes} МБ.")
        lines.append(f"Вернуть книгу: sheetcrm backup restore {copies[0].id}")
    facts: dict[str, object] = {
        "copies": copies,
        "labels": {c.id: stay.get(c.id, ()) for c in copies},
        "strange": {c.id: strange[c.id] for c in copies if c.id in strange},
    }
    return Said(tuple(map(plain_letters, lines)), facts)


def show_copy(team: Team, copy_id: int, *, now: datetime) -> Said:
    """One copy: of what, when, why it stays, what stands in it."""
    copy = copy_numbered(team, copy_id)
    label = team.backups.stays(rule_of(team.settings)).get(copy.id, ())
    strange = team.backups.strange().get(copy.id, Strange.NO)
    lines = [
        f"Копия {copy.id}: «{names_of(team).get(copy.book, copy.book)}» от {_when(copy, now)}, "
        f"{WHY.get(copy.why, copy.why)}, {number(max(copy.size // 1024, 1))} КБ.",
        f"Почему хранится: {reasons(label)}.",
    ]
    if strange:
        lines.append(f"Осторожно: {STRANGE[strange]}.")
    facts: dict[str, object] = {"copy": copy, "labels": label, "strange": strange}
    try:
        if copy.book != STORE:
            tables = opened_copy(team, copy).snapshot.tables
            counts = {read.sheet: len(read.rows) for read in tables.values() if read.rows}
            if counts:
                lines += table([("Лист", "Строк"), *((s, number(n)) for s, n in counts.items())])
            facts["rows"] = counts
            lines.append(f"Что с тех пор изменилось: sheetcrm backup diff {copy.id}")
        else:
            team.backups.read(copy.id)
    except CrmError as error:
        return Said(tuple(map(plain_letters, lines)), facts, ExitCode.PROBLEMS, (words_of(error),))
    return Said(tuple(map(plain_letters, lines)), facts)


def diff_copies(team: Team, older: int, newer: int | None, *, now: datetime, limit: int) -> Said:
    """What people see in a copy and not in another one, or not any more."""
    opened = opened_copy(team, copy_numbered(team, older))
    with team.store.read() as reader:
        back = returned(team, reader, opened, Wanted(dict.fromkeys(opened.snapshot.tables)))
        other = None
        if newer is not None:
            newest = opened_copy(team, copy_numbered(team, newer))
            other = returned(team, reader, newest, Wanted(dict.fromkeys(newest.snapshot.tables)))
        moved = list(_differences(team, reader, back, other))
    against = "сейчас" if newer is None else f"копия {newer}"
    lines = [f"Копия {older} от {_when(opened.copy, now)} и {against}:"]
    lines += [f"  {line}" for line in moved[:limit]] or ["  Разницы нет."]
    if len(moved) > limit:
        lines.append(f"  и ещё {number(len(moved) - limit)}; все: --all")
    if moved:
        lines.append(f"Вернуть строку: sheetcrm backup restore {older} --row К-123")
    return Said(tuple(map(plain_letters, lines)), {"copy": older, "with": newer, "moved": moved})


def verify_copies(team: Team, copy_id: int | None, *, everything: bool) -> Said:
    """Whether copies give back what was taken; code 1 when one does not."""
    copies = team.backups.list()
    if copy_id is not None:
        copies = (copy_numbered(team, copy_id),)
    elif not everything:
        copies = copies[:SHOWN]
    damaged = [copy.id for copy in copies if not team.backups.verify(copy.id)]
    sound = team.backups.is_sound()
    facts: dict[str, object] = {"read": len(copies), "damaged": damaged, "sound": sound}
    count = counted(len(copies), "копия", "копии", "копий")
    if not damaged and sound:
        return Said((f"Прочитано: {count}, все целы.",), facts)
    lines = [f"Прочитано: {count}, повреждены: {', '.join(map(str, damaged)) or 'нет'}."]
    if not sound:
        lines.append("Список копий повреждён: строк не столько, сколько было записано.")
    lines.append("Проверьте диск. Вторые копии: sheetcrm backup place --check")
    return Said(tuple(map(plain_letters, lines)), facts, ExitCode.PROBLEMS)


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


def save_copy(team: Team, copy_id: int, to: Path, *, dry_run: bool) -> Said:
    """A copy as a file of its own; what lies under the name is not touched."""
    copy = copy_numbered(team, copy_id)
    raw = team.backups.read(copy.id)
    facts: dict[str, object] = {"copy": copy, "to": to, "dry_run": dry_run}
    if to.exists():
        raise CannotWrite(name=to.name, reason="такой файл уже есть, назовите другой")
    if dry_run:
        return Said((f"Положу копию {copy.id} в {to}. Это проверка: ничего не менял.",), facts)
    try:
        with to.open("xb") as stream:
            stream.write(raw)
    except OSError as failure:
        raise CannotWrite(name=to.name, reason=failure.strerror) from failure
    return Said((f"Копия {copy.id} лежит в {to}.",), facts)


def names_of(team: Team) -> dict[str, str]:
    """What people call each book."""
    with team.store.read() as reader:
        names = {state.book: _name(state) for state in reader.books()}
    return {**names, STORE: "Хранилище"}


def reasons(labels: Sequence[Label]) -> str:
    """Why a copy stays, in a few words."""
    shown = [LABELS[label] for label in labels if label is not Label.NEWEST or len(labels) == 1]
    return ", ".join(shown) or GOES


def row_words(shape: Table, record: Record | None, row_id: str) -> str:
    """«К-12 Ромашка»: a row as people call it."""
    if record is None:
        return row_id
    title = record.values.get("name") or record.values.get(shape.columns[0].key)
    called = f"{shape.prefix}-{record.number}" if shape.prefix else ""
    return f"{called} {cell_words(title)}".strip() if title is not None else called or row_id


def cell_lines(team: Team, reader: Reader, back: Returned) -> Iterator[str]:
    """Every cell that differs from a copy: now, and then."""
    for key, rows in back.values.items():
        shape = team.blueprint.tables[key]
        records = reader.some(key, list(rows))
        for row_id, cells in rows.items():
            who = row_words(shape, records.get(row_id), row_id)
            for name, value in cells.items():
                was = cell_words(back.was[key][row_id][name])
                yield f"{who}, {shape.column(name).title.ru}: {was} -> {cell_words(value)}"
    for verb, moved in (("вернётся из корзины", back.revived), ("уйдёт в корзину", back.buried)):
        for key, row_id in moved:
            record = reader.get(key, row_id)
            yield f"{row_words(team.blueprint.tables[key], record, row_id)}: {verb}"


def _differences(team: Team, reader: Reader, old: Returned, new: Returned | None) -> Iterator[str]:
    """Cells in which the older copy differs from the newer one, by what each differs from now."""
    for key in sorted({*old.values, *(new.values if new else ())}):
        shape = team.blueprint.tables[key]
        then, later = old.values.get(key, {}), new.values.get(key, {}) if new else {}
        records = reader.some(key, [*then, *later])
        for row_id in dict.fromkeys([*then, *later]):
            for name in dict.fromkeys([*then.get(row_id, {}), *later.get(row_id, {})]):
                now = _now(records.get(row_id), name)
                pair = (then.get(row_id, {}).get(name, now), later.get(row_id, {}).get(name, now))
                if pair[0] != pair[1]:
                    who = row_words(shape, records.get(row_id), row_id)
                    words = " -> ".join(map(cell_words, pair))
                    yield f"{who}, {shape.column(name).title.ru}: {words}"
    here = set(new.revived) if new else set()
    gone = set(new.buried) if new else set()
    sides = (
        ("строки больше нет", set(old.revived) - here),
        ("строки тогда не было", set(old.buried) - gone),
        ("строка появилась", here - set(old.revived)),
        ("строка удалена", gone - set(old.buried)),
    )
    for words, found in sides:
        for key, row_id in sorted(found):
            record = reader.get(key, row_id)
            yield f"{row_words(team.blueprint.tables[key], record, row_id)}: {words}"


def _now(record: Record | None, name: str) -> Value:
    return None if record is None else record.values.get(name)


def _when(copy: Copy, now: datetime) -> str:
    at = copy.at.astimezone(now.tzinfo)
    return f"{day_year(at)} {at:%H:%M}"


def _name(state: BookState) -> str:
    return state.path.rpartition("/")[2].removesuffix(".xlsx")


def _meant(asked: str | None, book: str, names: Mapping[str, str]) -> bool:
    if asked is None:
        return True
    wanted = asked.casefold()
    return wanted in names.get(book, "").casefold() or wanted in book.casefold()
