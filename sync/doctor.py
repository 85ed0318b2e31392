"""Is everything in order: the folder, the state, the store and its sums, the books, the copies;
then what stands outside (`sync.doctor_outside`): place, versions, intake, Google, the service.

Nothing is changed but what is asked for: the sums, when `repair` says so. Each check is one line
with what to do. A check that fails in an unforeseen way is a fault of its own, not the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, timedelta

from model.blueprint import Role
from model.errors import CannotRead, CrmError, WorkbookGone, WrongPlaceForStore
from model.records import BookState
from model.texts import say
from model.texts.numbers import counted, moment
from store import Reader
from sync.commands.status import LAST
from sync.copies.condition import Copied
from sync.copies.rehearsal import STORE
from sync.doctor_outside import OUTSIDE
from sync.exchange import reason
from sync.finding import Around, Check, Finding, Patient
from sync.online import see_online
from sync.ooxml import BookFile
from sync.oslock import LOCK_FILE, holder
from sync.place import is_file
from sync.plans.calendar import calendar_of
from sync.reports.words import when
from sync.rollups import differing_parts, repair_parts
from sync.store_place import refuse
from sync.team import Team
from sync.upgrade.fresh import FreshBooks
from sync.upgrade.lacking import lacks
from sync.world import World

PROBE = ".sheetcrm-doctor.tmp"
CLOCK_SLACK = timedelta(minutes=2)
LONG_QUEUE = timedelta(hours=12)
NEWEST_VERIFIED = 12
"""Copies whose bytes are read back; all of them would take minutes."""


def examine(
    team: Team, world: World, *, around: Around | None = None, repair: bool = False
) -> tuple[Finding, ...]:
    """Every finding, in the order of the checks; `around` is what the machine told."""
    patient = Patient(team, world, around or Around(), repair)
    found: list[Finding] = []
    for name, check in CHECKS.items():
        try:
            found += check(patient)
        except CrmError as failure:
            found.append(Finding(name, fine=False, words=say(failure.text, **failure.facts)))
        except OSError as failure:
            words = failure.strerror or str(failure)
            found.append(Finding(name, fine=False, words=words, todo="Проверьте диск и права."))
    return tuple(found)


def _folder(patient: Patient) -> Iterator[Finding]:
    folder, disk = patient.team.settings.folder, patient.world.disk
    if not disk.exists(folder):
        yield Finding(
            "folder",
            fine=False,
            words=f"Папки команды нет: {folder}",
            todo="Верните её или поправьте folder в sheetcrm.toml.",
        )
        return
    probe = folder / PROBE
    if disk.exists(probe):
        disk.unlink(probe)
    disk.create(probe, b"")
    disk.unlink(probe)
    yield Finding("folder", fine=True, words=f"Папка команды на месте, писать можно: {folder}")


def _state(patient: Patient) -> Iterator[Finding]:
    team, world = patient.team, patient.world
    try:
        refuse(team.state, world.disk, world.network)
    except WrongPlaceForStore as wrong:
        words = say(wrong.text, **wrong.facts)
        yield Finding("state", fine=False, words=words, todo="Перенесите данные программы туда.")
        return
    yield Finding("state", fine=True, words=f"Данные программы на диске этой машины: {team.state}")


def _lock(patient: Patient) -> Iterator[Finding]:
    team, world = patient.team, patient.world
    now, zone = world.now(), world.now().tzinfo
    working = holder(world.process, team.state / LOCK_FILE)
    with team.store.read() as reader:
        lease = reader.lease()
    if working is not None:
        who = f"{working.way}, процесс {working.pid}"
        yield Finding("lock", fine=True, words=f"Работает с {moment(working.since)} ({who})")
    elif lease is not None and not lease.free and lease.host != world.network.host():
        seen = when(lease.beat_at.astimezone(zone), now.date())
        yield Finding("lock", fine=True, words=f"С командой работает {lease.host}, отметка {seen}")
    else:
        yield Finding(
            "lock",
            fine=True,
            words="Сейчас с командой никто не работает",
            todo="Следить за книгами: sheetcrm sync --watch",
        )


def _store(patient: Patient) -> Iterator[Finding]:
    with patient.team.store.read() as reader:
        broken = reader.damage()
        version = reader.version()
    if broken:
        yield Finding(
            "store",
            fine=False,
            words=f"Хранилище повреждено: {broken[0]}",
            todo="Остановите программу и верните store.sqlite3 из копии диска.",
        )
        return
    yield Finding("store", fine=True, words=f"Хранилище цело, версия данных {version}")


def _sums(patient: Patient) -> Iterator[Finding]:
    team, now = patient.team, patient.world.now()
    with team.store.read() as reader:
        lines = _wrong(patient, reader)
    wrong = bool(lines)
    if wrong and patient.repair:
        with team.store.write() as writer:
            repair_parts(team, writer, now)
            writer.recount()
            lines = _wrong(patient, writer)
        yield Finding("sums", fine=not lines, words="Суммы пересчитаны заново")
    for words in lines:
        todo = "Пересчитать: sheetcrm doctor --repair"
        yield Finding("sums", fine=False, words=words, todo=todo)
    if not wrong:
        yield Finding("sums", fine=True, words="Суммы равны пересчёту по строкам")


def _wrong(patient: Patient, reader: Reader) -> tuple[str, ...]:
    """What is wrong with the sums: those that differ from the parts, parts that differ from rows.

    While something stands that no pass has seen, parts are late and not wrong: a pass sets them.
    """
    wrong = reader.wrong_sums()
    parts = differing_parts(patient.team, reader, patient.world.now())
    lines = []
    if wrong:
        lines.append(f"Сумм, не равных пересчёту: {wrong}")
    newest = next(iter(reader.batches(limit=1)), None)
    last = reader.job_done(LAST)
    late = newest is not None and (last is None or newest.at > last)
    if parts and not (late and not wrong):
        rows = counted(sum(map(len, parts.values())), "строка", "строки", "строк")
        lines.append(f"В суммах учтены не так: {rows} ({', '.join(sorted(parts))})")
    return tuple(lines)


def _books(patient: Patient) -> Iterator[Finding]:
    with patient.team.store.read() as reader:
        states = reader.books()
    bad, old, fresh = 0, 0, FreshBooks(patient.team)
    for state in states:
        try:
            words, is_old = _look(patient, state, fresh)
        except OSError as failure:
            bad += 1
            fault = CannotRead(name=_name(state), reason=reason(failure, reads=True))
            words = say(fault.text, **fault.facts)
            yield Finding("books", fine=False, words=words, todo="Проверьте сеть и права на папку.")
            continue
        old += is_old
        if words:
            bad += 1
            todo = f"Вернуть из копии: sheetcrm backup list --book {state.person or state.book}"
            yield Finding("books", fine=False, words=words, todo=todo)
        if state.held:
            bad += 1
            words = f"{_name(state)}: {state.held}"
            yield Finding("books", fine=False, words=words, todo="Ответьте: sheetcrm questions")
    if old:
        words = f"{counted(old, 'книга', 'книги', 'книг')} прежнего вида"
        yield Finding("books", fine=True, words=words, todo="Обновить: sheetcrm upgrade --dry-run")
    if not bad:
        books = counted(len(states), "книга читается", "книги читаются", "книг читаются")
        yield Finding("books", fine=True, words=books)


def _look(patient: Patient, state: BookState, fresh: FreshBooks) -> tuple[str, bool]:
    """Why a book cannot be read, empty when it can; and whether an upgrade has something for it."""
    team, world = patient.team, patient.world
    path = team.path(state)
    try:
        if not is_file(state):
            return _look_online(patient, state), False
        if not world.disk.exists(path):
            raise WorkbookGone(name=path.name, path=path)
        file = BookFile.open(world.disk.read(path), name=path.name)
        stamp = team.books.stamp(file)
        role = Role(state.role)
        lack = lacks(file, fresh.of(role), team.blueprint, role, once_hidden=())
    except CrmError as failure:
        return say(failure.text, **failure.facts), False
    if stamp is None or (stamp.family, stamp.book) != (team.settings.family, state.book):
        return f"{_name(state)}: в файле нет метки этой команды", False
    return "", not lack.nothing


def _look_online(patient: Patient, state: BookState) -> str:
    """Why a spreadsheet cannot be kept, empty when it can."""
    team = patient.team
    _, raw = see_online(team, patient.world, state)
    stamp = team.books.stamp(team.books.open(raw, name=_name(state)))
    if stamp is None or (stamp.family, stamp.book) != (team.settings.family, state.book):
        return f"{_name(state)}: в таблице нет метки этой команды"
    return ""


def _name(state: BookState) -> str:
    return f"«{state.path.rpartition('/')[2].removesuffix('.xlsx')}»"


def _clock(patient: Patient) -> Iterator[Finding]:
    now = patient.world.now()
    with patient.team.store.read() as reader:
        newest = next(iter(reader.batches(limit=1)), None)
    if newest is not None and newest.at > now.astimezone(UTC) + CLOCK_SLACK:
        then = newest.at.astimezone(now.tzinfo)
        yield Finding(
            "clock",
            fine=False,
            words=f"Часы отстают: последнее действие записано {then:%d.%m.%Y %H:%M}, "
            f"а сейчас {now:%d.%m.%Y %H:%M}",
            todo="Поставьте время и включите его сверку через интернет.",
        )
        return
    zone = patient.team.settings.zone
    yield Finding("clock", fine=True, words=f"Часы идут верно: {now:%d.%m.%Y %H:%M}, {zone}")
    with patient.team.store.read() as reader:
        calendar = calendar_of(reader, now.year)
    if calendar.draft(now.date(), now.date()):
        yield Finding("clock", fine=True, words=f"Праздники {now.year} года ещё не утверждены")


def _copies(patient: Patient) -> Iterator[Finding]:
    team, now = patient.team, patient.world.now()
    copies = [copy for copy in team.backups.list() if copy.book != STORE]
    if not copies:
        todo = "Запустите: sheetcrm sync"
        yield Finding("copies", fine=False, words="Копий книг ещё нет", todo=todo)
        return
    damaged = [c.id for c in copies[:NEWEST_VERIFIED] if not team.backups.verify(c.id)]
    if damaged:
        numbers = ", ".join(map(str, damaged))
        todo = "Проверьте диск; книги на месте, новая копия будет при записи."
        yield Finding("copies", fine=False, words=f"Копии повреждены: {numbers}", todo=todo)
        return
    with team.store.read() as reader:
        for fault in Copied.of(reader, team.settings).faults(now):
            yield Finding(
                "copies", fine=False, words=fault, todo="Запустите: sheetcrm backup rehearse"
            )
    if not team.backups.is_sound():
        todo = "Проверьте диск. Вторые копии: sheetcrm backup place --check"
        yield Finding("copies", fine=False, words="Список копий повреждён", todo=todo)
    newest = when(copies[0].at.astimezone(now.tzinfo), now.date())
    words = counted(len(copies), "копия книг", "копии книг", "копий книг")
    yield Finding("copies", fine=True, words=f"{words}, последняя {newest}, читается")


def _queue(patient: Patient) -> Iterator[Finding]:
    team, now = patient.team, patient.world.now()
    with team.store.read() as reader:
        pending, states = reader.pending(), reader.books()
    if pending:
        words = counted(len(pending), "запись", "записи", "записей")
        todo = "Запустите sheetcrm sync: она доведёт их до конца."
        yield Finding("queue", fine=False, words=f"Прервано и не окончено: {words}", todo=todo)
    for state in (s for s in states if s.waiting):
        written = state.written_at
        late = written is not None and now - written > LONG_QUEUE
        changes = counted(state.waiting, "изменение", "изменения", "изменений")
        yield Finding(
            "queue",
            fine=not late,
            words=f"{_name(state)}: ждут {changes}, {state.holder or 'книга свободна'}",
            todo="Попросите закрыть книгу на минуту."
            if state.holder
            else "Запустите sheetcrm sync.",
        )
    if not pending and not any(s.waiting for s in states):
        yield Finding("queue", fine=True, words="Ничего не ждёт записи")


CHECKS: Mapping[str, Check] = {
    "folder": _folder,
    "state": _state,
    "lock": _lock,
    "store": _store,
    "sums": _sums,
    "books": _books,
    "clock": _clock,
    "copies": _copies,
    "queue": _queue,
    **OUTSIDE,
}
