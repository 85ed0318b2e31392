"""What the doctor asks of the surroundings: place, versions, what comes in, Google, the service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from model.errors import GoogleKeyWrong
from model.texts.numbers import counted
from sync.commands.arriving import SourceStatus, source_statuses
from sync.commands.service import stand_words
from sync.finding import Check, Finding, Patient
from sync.intake.sources import Source, SourceKind, read_sources
from sync.oslock import LOCK_FILE, holder
from sync.place import is_file

MEGABYTE = 1 << 20
LITTLE, SOME = 300 * MEGABYTE, 2048 * MEGABYTE
"""A pass with its copies takes tens of megabytes, a month of a busy team hundreds."""
LATE = timedelta(minutes=10)
"""An arrival that no pass has taken in for so long waits for nobody."""
HERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # where to knock, not to listen
"""A door that listens everywhere is knocked at here."""


def _place(patient: Patient) -> Iterator[Finding]:
    free = patient.around.free
    if free is None:
        return
    words = f"Свободно на диске с данными программы: {free // MEGABYTE} МБ"
    if free < SOME:
        todo = "Освободите место: без него копий и записей не будет."
        yield Finding("place", fine=free >= LITTLE, words=words, todo=todo)
    else:
        yield Finding("place", fine=True, words=words)


def _version(patient: Patient) -> Iterator[Finding]:
    around = patient.around
    if around.lacking:
        yield Finding(
            "version",
            fine=False,
            words=f"Не хватает или устарели: {', '.join(around.lacking)}",
            todo="Обновите программу: pip install --upgrade sheetcrm",
        )
    elif around.python:
        yield Finding("version", fine=True, words=f"Python {around.python}, библиотеки подходят")


def _intake(patient: Patient) -> Iterator[Finding]:
    team, world = patient.team, patient.world
    found = source_statuses(team, world)
    faults = [*_late(found), *_door(patient, read_sources(world.disk, team.state))]
    yield from faults
    kept = sum(one.quarantined for one in found)
    if kept:
        words = f"В карантине {counted(kept, 'запись', 'записи', 'записей')}"
        yield Finding("intake", fine=True, words=words, todo="Разобрать: sheetcrm intake list")
    if found and not faults:
        names = counted(len(found), "источник", "источника", "источников")
        yield Finding("intake", fine=True, words=f"Приходит само: {names}, ничего не стоит")


def _late(found: tuple[SourceStatus, ...]) -> Iterator[Finding]:
    for one in found:
        if one.fault:
            todo = "Проверьте адрес и пароль ящика: sheetcrm intake sources"
            yield Finding("intake", fine=False, words=f"«{one.source}»: {one.fault}", todo=todo)
        if one.waiting and one.lag > LATE:
            words = f"«{one.source}»: ждёт {one.waiting}, дольше {LATE.seconds // 60} минут"
            yield Finding("intake", fine=False, words=words, todo="Запустите: sheetcrm sync")


def _door(patient: Patient, sources: tuple[Source, ...]) -> Iterator[Finding]:
    """A source that sends needs a port, and somebody behind it while the service works."""
    settings = patient.team.settings
    if all(one.kind is SourceKind.MAIL for one in sources):
        return
    if not settings.intake_port:
        yield Finding(
            "intake",
            fine=False,
            words="Источники подключены, а принимать негде: порт не задан",
            todo="Впишите intake_port в sheetcrm.toml и перезапустите службу.",
        )
        return
    working = holder(patient.world.process, patient.team.state / LOCK_FILE)
    host = HERE.get(settings.intake_host, settings.intake_host)
    if working is not None and not patient.around.open_port(host, settings.intake_port):
        yield Finding(
            "intake",
            fine=False,
            words=f"На {host}:{settings.intake_port} никто не отвечает",
            todo="Почему, скажет журнал intake.log; порт меняет intake_port в sheetcrm.toml.",
        )


def _google(patient: Patient) -> Iterator[Finding]:
    team = patient.team
    with team.store.read() as reader:
        online = any(not is_file(state) for state in reader.books() if "#" not in state.book)
    if not online and not team.settings.google_key:
        return
    if team.online is None:
        raise GoogleKeyWrong(reason="его нет или он не читается")
    from sync.commands.google import remarks, stands  # noqa: PLC0415  # gspread takes half a second

    found = stands(team, patient.world)
    faults = [(one.fault is not None or bool(one.strange), remarks(one, team)) for one in found]
    told = [(bad, words) for bad, lines in faults for words in lines]
    for bad, words in told:
        yield Finding("google", fine=not bad, words=words)
    if not any(bad for bad, _ in told):
        books = counted(len(found), "таблица открывается", "таблицы открываются", "таблиц открыто")
        yield Finding("google", fine=True, words=f"{books}, чужих нет")


def _service(patient: Patient) -> Iterator[Finding]:
    standing = patient.around.standing
    if standing is None:
        return
    working = holder(patient.world.process, patient.team.state / LOCK_FILE)
    words, *todo = stand_words(standing)
    fine = not standing.installed or standing.running or working is not None
    yield Finding("service", fine=fine, words=words.rstrip("."), todo="".join(todo))


OUTSIDE: Mapping[str, Check] = {
    "place": _place,
    "version": _version,
    "intake": _intake,
    "google": _google,
    "service": _service,
}
