"""What `backup prune`, `rehearse`, `seal` and `place` say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePath

from backups import SqliteBackups
from backups.sealing import (
    CHANCE,
    SALT,
    CannotOpen,
    NotAPhrase,
    key_of,
    phrase_words,
    read_phrase,
    salt_of,
)
from model.errors import CannotWrite, ExitCode, WrongPhrase
from model.texts.numbers import counted, number
from sync.commands.copies import LABELS, names_of
from sync.commands.said import Said, plain_letters
from sync.copies.keeping import fold_waiting, mark_sent, prune
from sync.copies.place import ENDING, checked, fetched, first_pack, listed, send
from sync.copies.rehearsal import rehearse
from sync.settings import FILE_NAME, write_settings
from sync.team import Team
from sync.world import World
from sync.world.real_keys import keep_key, kept_key

COPIES = ("копия", "копии", "копий")
PACKS = ("часть", "части", "частей")


def prune_copies(team: Team, *, now: datetime, dry_run: bool) -> Said:
    """Let go of copies that no rule keeps."""
    before = team.backups.size()
    if not dry_run:
        fold_waiting(team)
    done = prune(team, now, dry_run=dry_run)
    after = team.backups.size()
    counts = {label: sum(label in why for why in done.stay.values()) for label in LABELS}
    facts: dict[str, object] = {
        "gone": done.gone,
        "labels": counts,
        "before": before,
        "after": after,
        "dry_run": dry_run,
    }
    held = ", ".join(f"{LABELS[label]} {number(n)}" for label, n in counts.items() if n)
    verb = "Уйдёт" if dry_run else "Ушло"
    lines = [
        f"{verb}: {counted(len(done.gone), *COPIES)}. Остаётся: {number(len(done.stay))}.",
        f"Почему остаются: {held or 'копий нет'}.",
    ]
    if dry_run:
        lines.append("Это проверка: ничего не менял.")
    else:
        lines.append(f"На диске {_megabytes(after)} МБ, было {_megabytes(before)}.")
    return Said(tuple(map(plain_letters, lines)), facts)


def rehearse_copies(team: Team, world: World, *, everything: bool) -> Said:
    """Try out whether copies come back; code 1 when one does not."""
    done = rehearse(team, world, everything=everything)
    facts: dict[str, object] = {"rehearsal": done}
    if done.trouble:
        lines = (f"Проверка восстановления не сошлась. {done.trouble}",)
        return Said(tuple(map(plain_letters, lines)), facts, ExitCode.PROBLEMS)
    if not done.copy:
        return Said(("Копий книг пока нет, проверять нечего.",), facts)
    name = names_of(team).get(done.book, done.book)
    count = counted(done.read, *COPIES)
    line = (
        f"Проверка восстановления сошлась: копия {done.copy} («{name}»), всего прочитано: {count}."
    )
    return Said((plain_letters(line),), facts)


def seal(team: Team, world: World, *, phrase: str | None, dry_run: bool) -> Said:
    """A key for copies that leave the machine; its phrase is said once.

    With a phrase it is the key of another machine, made again.
    """
    old = kept_key(team.state, team.settings.family)
    if phrase is not None:
        return _unsealed(team, world, phrase, dry_run=dry_run)
    if old is not None:
        line = (
            "Ключ уже есть, его фразу я не храню. Если листок потерян, второе место начните заново."
        )
        return Said((line,), {"key": "kept", "dry_run": dry_run})
    if dry_run:
        return Said(("Сделаю ключ и покажу его фразу один раз. Это проверка: ничего не менял.",))
    chance = world.random_bytes(CHANCE)
    key = key_of(chance, world.random_bytes(SALT))
    path = keep_key(team.state, team.settings.family, key)
    where = f"в файле {path}" if path is not None else "в хранилище паролей этой машины"
    words = phrase_words(chance)
    lines = (
        "Запишите фразу на бумагу и уберите не рядом с этой машиной:",
        "",
        f"    {words}",
        "",
        f"Больше я её не покажу. Без фразы вторые копии не откроет никто. Ключ лежит {where}.",
        "Дальше: sheetcrm backup place ПАПКА",
    )
    return Said(lines, {"phrase": words, "file": path})


def place_copies(team: Team, world: World, folder: Path | None, *, dry_run: bool) -> Said:
    """Name the second place, if a folder is given, and send there what it lacks."""
    if folder is not None:
        folder = folder.absolute()
        listed(world.disk, folder)
        settings = team.settings.model_copy(update={"copies_place": str(folder)})
        if not dry_run:
            write_settings(team.state / FILE_NAME, settings)
        team = replace(team, settings=settings)
    place = team.settings.copies_place
    facts: dict[str, object] = {"place": place, "dry_run": dry_run}
    if not place:
        return Said(("Второго места нет. Назовите папку: sheetcrm backup place ПАПКА",), facts)
    if dry_run:
        waiting = len(team.backups.waiting())
        line = f"Отправлю в {place} то, чего там нет; {counted(waiting, *COPIES)} ещё не свёрнуты."
        return Said((f"{line} Это проверка: ничего не менял.",), facts)
    told = ("Запущенная служба увидит новую папку после перезапуска.",) if folder else ()
    fold_waiting(team)
    names = send(team, world, kept_key(team.state, team.settings.family))
    with team.store.write() as writer:
        mark_sent(writer, world.now())
    facts["sent"] = names
    if not names:
        return Said((f"В {place} уже всё есть.", *told), facts)
    return Said((f"Отправлено в {place}: {counted(len(names), *PACKS)}.", *told), facts)


def check_place(team: Team, world: World) -> Said:
    """Whether the second place has everything that was sent there; code 1 when not."""
    place = team.settings.copies_place
    if not place:
        return Said(("Второго места нет. Назовите папку: sheetcrm backup place ПАПКА",))
    count, missing = checked(team, world, kept_key(team.state, team.settings.family))
    facts: dict[str, object] = {"packs": count, "gone": missing.gone, "damaged": missing.damaged}
    if not missing:
        return Said((f"В {place} {counted(count, *PACKS)}, все на месте и целы.",), facts)
    lines = [f"Нет в {place}: {name}" for name in missing.gone]
    lines += [f"Испорчено: {name}" for name in missing.damaged]
    lines.append("Назовите новую пустую папку: sheetcrm backup place ПАПКА")
    return Said(tuple(lines), facts, ExitCode.PROBLEMS)


def leave_place(team: Team, *, dry_run: bool) -> Said:
    """No second place from now on; what lies there stays."""
    place = team.settings.copies_place
    if place and not dry_run:
        settings = team.settings.model_copy(update={"copies_place": ""})
        write_settings(team.state / FILE_NAME, settings)
    words = f"Больше не отправляю копии в {place}. Что там лежит, то и лежит."
    return Said((words if place else "Второго места и не было.",), {"dry_run": dry_run})


def fetch_place(
    world: World, folder: Path, to: Path, *, ask: Callable[[str], str], dry_run: bool
) -> Said:
    """The file of copies built again of the packs of a folder; only the phrase is needed."""
    if to.exists():
        raise CannotWrite(name=to.name, reason="такой файл уже есть, назовите другой")
    found = [name for name in listed(world.disk, folder) if name.endswith(ENDING)]
    facts: dict[str, object] = {"packs": len(found), "to": to, "dry_run": dry_run}
    if dry_run:
        count = counted(len(found), *PACKS)
        return Said((f"В {folder} {count}. Это проверка: ничего не менял.",), facts)
    phrase = _phrase(ask("Фраза с листка: "))
    fresh = to.with_name(to.name + ".part")
    fresh.unlink(missing_ok=True)
    try:
        keeper = SqliteBackups.open(fresh)
        brought = fetched(world, folder, phrase, keeper)
        bad = [copy.id for copy in keeper.list() if not keeper.verify(copy.id)]
        keeper.size()
        fresh.rename(to)
    finally:
        for name in (fresh.name, f"{fresh.name}-wal", f"{fresh.name}-shm"):
            fresh.with_name(name).unlink(missing_ok=True)
    facts |= {"copies": brought, "damaged": bad}
    lines = [
        f"Собрал {counted(brought, *COPIES)} в {to}, целы {'все' if not bad else 'не все'}.",
        "Остановите программу, положите этот файл в папку данных под именем backups.sqlite3,",
        "потом: sheetcrm backup list",
    ]
    return Said(tuple(lines), facts, ExitCode.PROBLEMS if bad else ExitCode.DONE)


def _unsealed(team: Team, world: World, phrase: str, *, dry_run: bool) -> Said:
    """The key of a phrase, which opens what lies in the second place."""
    chance = _phrase(phrase)
    name, sealed = first_pack(world, PurePath(team.settings.copies_place))
    key = key_of(chance, salt_of(sealed))
    try:
        key.open(sealed, name=name)
    except CannotOpen as failure:
        raise WrongPhrase(detail=f"{name} не открывается") from failure
    if not dry_run:
        keep_key(team.state, team.settings.family, key)
    return Said(("Фраза подошла, ключ снова здесь.",), {"dry_run": dry_run})


def _phrase(text: str) -> bytes:
    try:
        return read_phrase(text)
    except NotAPhrase as failure:
        raise WrongPhrase(detail="в ней опечатка") from failure


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f}".replace(".", ",")
