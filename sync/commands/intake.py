"""`intake`: the sources that may send, the door for them, and what could not be understood."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event

from model.arrivals import InboxRow, InboxState
from model.errors import WrongAnswer, WrongPlace
from model.texts.numbers import counted
from sync.commands.said import Said, plain_letters, table
from sync.intake.sources import (
    KEY_BYTES,
    KEYED,
    PATH_BYTES,
    Mailbox,
    Source,
    SourceKind,
    hash_of,
    read_sources,
    write_sources,
)
from sync.reports import words
from sync.settings import Settings
from sync.team import Team
from sync.world import World

SECRET = "SHEETCRM_SOURCE_SECRET"  # noqa: S105  # the name of a variable
TITLES = {
    SourceKind.FORM: "форма или программа",
    SourceKind.TILDA: "сайт на Tilda",
    SourceKind.VK: "форма ВКонтакте",
    SourceKind.BITRIX24: "Битрикс24",
    SourceKind.ZADARMA: "телефония Zadarma",
    SourceKind.MANGO: "телефония MANGO OFFICE",
    SourceKind.UIS: "телефония UIS, Novofon",
    SourceKind.MAIL: "почтовый ящик",
}
SHOWN_BYTES = 4_000


@dataclass(frozen=True, slots=True)
class NewSource:
    """What the options of `intake sources --add` say."""

    name: str
    kind: SourceKind = SourceKind.FORM
    signed: bool = False
    confirm: str = ""
    addresses: tuple[str, ...] = ()
    per_minute: int | None = None
    zone: str = ""
    host: str = ""
    user: str = ""
    folders: tuple[str, ...] = ()
    files_from: tuple[str, ...] = ()


def list_sources(team: Team, world: World) -> Said:
    """The sources with what came from them last."""
    sources = read_sources(world.disk, team.state)
    if not sources:
        return Said(
            ("Источников пока нет. Подключить сайт: sheetcrm intake sources --add сайт",),
            {"sources": []},
        )
    with team.store.read() as reader:
        health = {one.source: one for one in reader.arrival_health()}
    now = world.now()
    rows = [("Источник", "Что это", "Защита", "Последнее")]
    for source in sources:
        last = health[source.name].last if source.name in health else None
        at = None if last is None else last.astimezone(now.tzinfo)
        rows.append((source.name, TITLES[source.kind], _guard(source), words.when(at, now.date())))
    facts = [_facts(source) for source in sources]
    return Said(tuple(map(plain_letters, table(rows))), {"sources": facts})


def add_source(
    team: Team, world: World, wish: NewSource, ask: Callable[[str], str], *, dry_run: bool
) -> Said:
    """A new source; its address and secret are told this once."""
    sources = read_sources(world.disk, team.state)
    if any(s.name.casefold() == wish.name.casefold() for s in sources):
        raise WrongAnswer(option="--add", value=wish.name, wanted="Такой источник уже есть")
    source, told, facts = _made(team, world, wish, ask, dry_run=dry_run)
    if not dry_run:
        write_sources(world.disk, team.state, (*sources, source))
    note = "Это проверка: ничего не менял." if dry_run else ""
    return Said(tuple(filter(None, (*told, note))), _facts(source) | facts)


def renew_source(team: Team, world: World, name: str, *, dry_run: bool) -> Said:
    """Another address and key for a source; the old key is still taken until the next change."""
    sources = read_sources(world.disk, team.state)
    source = _named(sources, name)
    if source.kind is SourceKind.MAIL:
        raise WrongAnswer(option="--renew", value=name, wanted="У почты нет адреса и ключа")
    path = _secret(world, PATH_BYTES)
    facts: dict[str, object] = {"address": _address(team.settings, path)}
    told = ["Новый адрес, прежний больше не работает:", f"  {facts['address']}"]
    fresh = replace_of(source, path=hash_of(path))
    if source.signed:
        key = _secret(world, KEY_BYTES)
        fresh = replace_of(fresh, keys=(key, *source.keys[:1]))
        facts["key"] = key
        told += ["Новый ключ подписи, прежний пока тоже подходит:", f"  {key}"]
    if not dry_run:
        write_sources(world.disk, team.state, tuple(fresh if s is source else s for s in sources))
    return Said(tuple(told), _facts(fresh) | facts)


def drop_source(team: Team, world: World, name: str, *, dry_run: bool) -> Said:
    """A source that may send no more; what came from it stays."""
    sources = read_sources(world.disk, team.state)
    source = _named(sources, name)
    if not dry_run:
        write_sources(world.disk, team.state, tuple(s for s in sources if s is not source))
    return Said(
        (f"«{source.name}» больше не принимаю. То, что пришло раньше, осталось.",),
        _facts(source),
    )


def serve(team: Team, world: World, stop: Event, tell: Callable[[str], None], port: int) -> None:
    """The door alone, until `stop`; what comes in waits for the next pass. Raises PortTaken."""
    from sync.commands.door import door  # noqa: PLC0415  # uvicorn only there
    from sync.intake.http.server import Address  # noqa: PLC0415  # likewise

    address = Address(team.settings.intake_host, port or team.settings.intake_port)
    with door(team.state, world, address) as opened:
        tell(
            f"{world.now():%H:%M}  принимаю на {team.settings.intake_host}:{opened}. "
            "Остановить: Ctrl+C"
        )
        stop.wait()


def list_quarantine(team: Team, world: World) -> Said:
    """What could not be understood, with the reason."""
    with team.store.read() as reader:
        rows = reader.quarantine()
    if not rows:
        return Said(("Карантин пуст: всё, что пришло, разобрано.",), {"quarantine": []})
    now = world.now()
    lines = [("№", "Источник", "Пришло", "Почему")]
    lines += [(str(r.number), r.source, _when(r.received, now), r.reason) for r in rows]
    told = table(lines, right=frozenset({0}))
    more = (
        f"Посмотреть: sheetcrm intake show {rows[0].number}. "
        "Разобрать ещё раз: sheetcrm intake retry",
    )
    facts = [_row_facts(row) for row in rows]
    return Said(tuple(map(plain_letters, (*told, *more))), {"quarantine": facts})


def show_arrival(team: Team, number: int) -> Said:
    """One arrival with its bytes, made harmless for a terminal."""
    row = _row(team, number)
    text = row.raw[:SHOWN_BYTES].decode("utf-8", "backslashreplace")
    lines = [
        "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in line)
        for line in text.splitlines()
    ]
    if len(row.raw) > SHOWN_BYTES:
        lines.append(f"... и ещё {len(row.raw) - SHOWN_BYTES} байт, все: --json")
    facts = _row_facts(row) | {"raw_base64": base64.b64encode(row.raw).decode()}
    return Said((f"№ {row.number}, {row.source}: {row.reason or 'разобрано'}", *lines), facts)


def retry(team: Team, world: World, number: int | None, *, dry_run: bool) -> Said:
    """Arrivals of the quarantine put back to wait, and taken in at once."""
    from sync.intake.arrival import take_in  # noqa: PLC0415  # parsers only where they are used

    at = world.now().astimezone(UTC)
    with team.store.write() as writer:
        rows = [_row(team, number)] if number is not None else writer.quarantine()
        chosen = [row for row in rows if row.state is InboxState.QUARANTINE]
        for row in chosen:
            writer.settle_arrival(row.number, InboxState.WAITING, at=at)
        if dry_run:
            writer.cancel()
    if dry_run:
        return Said((f"Разобрал бы ещё раз: {len(chosen)}.",), {"tried": len(chosen)})
    take_in(team, world)
    with team.store.read() as reader:
        still = {row.number for row in reader.quarantine()}
    left = [row.number for row in chosen if row.number in still]
    tried = counted(len(chosen), "запись", "записи", "записей")
    line = f"Разобрал заново: {tried}, не понял снова {len(left)}."
    facts = {"tried": len(chosen), "left": left}
    return Said((plain_letters(line),), facts)


def replace_of(source: Source, **changed: object) -> Source:
    """The source with some of its fields changed."""
    return source.model_copy(update=changed)


def _made(
    team: Team, world: World, wish: NewSource, ask: Callable[[str], str], *, dry_run: bool
) -> tuple[Source, list[str], dict[str, object]]:
    given: dict[str, object] = {
        "name": wish.name,
        "kind": wish.kind,
        "confirm": wish.confirm,
        "addresses": wish.addresses,
        "zone": wish.zone,
    }
    if wish.per_minute is not None:
        given["per_minute"] = wish.per_minute
    if wish.kind is SourceKind.MAIL:
        return _mailbox(team, wish, given, ask, dry_run=dry_run)
    path = _secret(world, PATH_BYTES)
    facts: dict[str, object] = {"address": _address(team.settings, path)}
    told = ["Адрес для настройки источника. Показываю один раз:", f"  {facts['address']}"]
    given["path"] = hash_of(path)
    if wish.signed:
        key = _secret(world, KEY_BYTES)
        given |= {"signed": True, "keys": (key,)}
        facts["key"] = key
        told += [
            "Ключ подписи HMAC-SHA-256 (заголовки X-Sheetcrm-Time и X-Sheetcrm-Signature):",
            f"  {key}",
        ]
    elif wish.kind in KEYED:
        service = _given(ask)
        given["keys"] = (service,) if service else ()
    if not (wish.signed or given.get("keys") or wish.addresses):
        told.append("Защищает его только адрес: не показывайте его никому, кроме самого сервиса.")
    return Source.model_validate(given), told, facts


def _mailbox(
    team: Team,
    wish: NewSource,
    given: dict[str, object],
    ask: Callable[[str], str],
    *,
    dry_run: bool,
) -> tuple[Source, list[str], dict[str, object]]:
    if not (wish.host and wish.user):
        raise WrongAnswer(option="--host", value=wish.host, wanted="Нужны --host и --user")
    host, _, port = wish.host.partition(":")
    box = Mailbox(
        host=host,
        port=int(port) if port.isdecimal() else 993,
        user=wish.user,
        folders=wish.folders or ("INBOX",),
    )
    told = [f"Ящик {wish.user}: буду читать раз в минуту, в самом ящике ничего не меняю."]
    senders = tuple(sender.strip().casefold() for sender in wish.files_from)
    if senders:
        told.append(f"Файлы из писем беру, как из «Входящих», от: {', '.join(senders)}.")
    source = Source.model_validate(given | {"mailbox": box, "files_from": senders})
    if not dry_run:
        told.append(_kept(team, source, _given(ask)))
    return source, told, {}


def _kept(team: Team, source: Source, password: str) -> str:
    from sync.world.real_mail import PASSWORD, keep_password  # noqa: PLC0415  # keyring is heavy

    if password and keep_password(team.settings.family, source.name, password):
        return "Пароль сохранил в связке ключей этого компьютера."
    return f"Связки ключей здесь нет. Задайте пароль службе в переменной {PASSWORD}."


def _given(ask: Callable[[str], str]) -> str:
    """The secret that a service gave: from the variable, else asked for."""
    return os.environ.get(SECRET) or ask("Пароль или ключ (Enter - нет): ").strip()


def _secret(world: World, count: int) -> str:
    return base64.urlsafe_b64encode(world.random_bytes(count)).decode().rstrip("=")


def _address(settings: Settings, path: str) -> str:
    own = f"http://{settings.intake_host}:{settings.intake_port or 8765}"
    return f"{(settings.intake_address or own).rstrip('/')}/in/{path}"


def _named(sources: tuple[Source, ...], name: str) -> Source:
    found = next((s for s in sources if s.name.casefold() == name.casefold()), None)
    if found is None:
        raise WrongPlace(what="источник", value=name)
    return found


def _row(team: Team, number: int) -> InboxRow:
    with team.store.read() as reader:
        row = reader.arrival(number)
    if row is None:
        raise WrongPlace(what="запись", value=str(number))
    return row


def _guard(source: Source) -> str:
    if source.kind is SourceKind.MAIL:
        return "пароль ящика"
    parts = ["адрес"]
    if source.signed:
        parts.append("подпись")
    elif source.keys:
        parts.append("ключ сервиса")
    if source.addresses:
        parts.append("сети")
    return ", ".join(parts)


def _facts(source: Source) -> dict[str, object]:
    """What may be shown of a source: no hash, no key."""
    shown = source.model_dump(mode="json", exclude={"path", "keys"})
    return shown | {"keys": len(source.keys)}


def _row_facts(row: InboxRow) -> dict[str, object]:
    return {
        "number": row.number,
        "source": row.source,
        "received": row.received,
        "state": row.state,
        "reason": row.reason,
        "tries": row.tries,
        "bytes": len(row.raw),
    }


def _when(at: datetime, now: datetime) -> str:
    return words.when(at.astimezone(now.tzinfo), now.date())
