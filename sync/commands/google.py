"""What `google setup`, `google share`, `google status` and `google backup` say and do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from model.errors import CrmError, ExitCode, GoogleKeyWrong, WrongAnswer, WrongPlace
from model.records import BookState
from model.texts import Text
from model.texts.numbers import counted, number
from sync.books.google.keys import place_of
from sync.books.google.place import Place, Told
from sync.commands.said import Said, plain_letters, table, words_of
from sync.moving_in import move_in, refuse_unread
from sync.online import EXPORT, known_emails, remember_email
from sync.place import Access, is_file, path_to, strangers
from sync.scene import fold
from sync.settings import FILE_NAME, write_settings
from sync.team import Team
from sync.world import World

KEY_FILE = "google-key.json"
_URL = re.compile(r"/spreadsheets/d/([A-Za-z0-9_-]+)")
_KEY = re.compile(r"[A-Za-z0-9_-]{20,}")
MOST_CELLS = 10_000_000
STEPS = (
    "1. Откройте console.cloud.google.com под своей почтой, создайте проект (имя любое).",
    "2. «API и сервисы», «Библиотека»: включите Google Sheets API и Google Drive API.",
    "3. «Учётные данные», «Создать», «Сервисный аккаунт»: имя любое, роли не нужны.",
    "4. Откройте этот аккаунт, «Ключи», «Добавить ключ», JSON. Файл скачается.",
    "5. Передайте его мне: sheetcrm google setup --key ФАЙЛ. Потом файл из загрузок удалите.",
)


def setup(team: Team, world: World, key: Path | None, *, dry_run: bool) -> Said:
    """The way to a key, step by step; with a key: it is tried, kept in the state, and what next."""
    if key is None and not team.settings.google_key:
        steps = ("Ключа ещё нет. По шагам, один раз, минут десять:", *STEPS)
        return Said(steps, {"robot": "", "key": False})
    place = place_of(key or Path(team.settings.google_key))
    signed = signed_in(place, world)
    if key is not None and not dry_run:
        keep_key(team, key)
    kept = "Ключ проверен, это проверка: ничего не сохранил." if dry_run else "Ключ на месте."
    lines = (
        f"{kept} {signed}",
        f"Адрес программы: {place.robot}",
        "Дальше, для каждой книги:",
        "1. Создайте пустую таблицу в своём Google Диске: сам я файлов создавать не могу.",
        f"2. «Настройки доступа»: добавьте {place.robot} редактором.",
        '3. Скажите, чья она: sheetcrm google share Иванов --sheet "адрес таблицы"',
        "Таблицу видит только тот, кому вы её открыли; ссылкой для всех не делитесь.",
    )
    return Said(
        tuple(map(plain_letters, lines)), {"robot": place.robot, "key": True, "dry_run": dry_run}
    )


def signed_in(place: Place, world: World) -> str:
    """Raises GoogleKeyWrong when Google does not know the key."""
    try:
        place.sign_in(world)
    except CrmError as error:
        raise GoogleKeyWrong(reason=words_of(error)) from error
    return "Google его узнал."


def keep_key(team: Team, key: Path) -> None:
    """The key lies with the program's own data, readable by nobody else."""
    target = team.state / KEY_FILE
    if key.resolve() != target.resolve():
        target.touch(mode=0o600)
        target.chmod(0o600)
        target.write_bytes(key.read_bytes())
    settings = team.settings.model_copy(update={"google_key": str(target.absolute())})
    write_settings(team.state / FILE_NAME, settings)


def share(
    team: Team, world: World, name: str, *, sheet: str | None, email: str | None, dry_run: bool
) -> Said:
    """A person's book moves into a spreadsheet, or its person may edit it from now on."""
    place, state = _place(team), _book(team, name)
    if sheet is None and is_file(state):
        wanted = "адрес пустой таблицы, к которой у меня есть доступ"
        raise WrongAnswer(option="--sheet", value="", wanted=wanted)
    lines: list[str] = []
    if sheet is not None:
        key = key_in(sheet)
        target = BookState(state.book, path_to(key, state.person), state.role, state.person)
        told = place.told(world, target, team.blueprint)
        lines.append(f"Таблица «{told.title}» открывается.")
        refuse_unread(team, world, state)
        if dry_run:
            lines.append(f"Перенёс бы в неё книгу: {state.person}. Это проверка: ничего не менял.")
        else:
            state = move_in(team, world, state, key)
            lines.append(f"Книга {state.person} теперь здесь. Прежний файл больше не читаю.")
    if email is not None and not dry_run:
        place.give(world, state, email)
        remember_email(team, state, email)
        lines.append(f"{email} может её править.")
    if not dry_run:
        lines.append("Дальше: sheetcrm sync")
    facts = {"book": state.book, "path": state.path, "email": email, "dry_run": dry_run}
    return Said(tuple(map(plain_letters, lines)), facts)


def key_in(sheet: str) -> str:
    """The key of a spreadsheet in its address; raises WrongAnswer."""
    match = _URL.search(sheet)
    if match is not None:
        return match[1]
    if _KEY.fullmatch(sheet):
        return sheet
    wanted = "адрес вида https://docs.google.com/spreadsheets/d/…"
    raise WrongAnswer(option="--sheet", value=sheet, wanted=wanted)


@dataclass(frozen=True, slots=True)
class Stand:
    """One spreadsheet as `google status` found it."""

    state: BookState
    told: Told | None = None
    strange: tuple[Access, ...] = ()
    fault: CrmError | None = None


def status(team: Team, world: World) -> Said:
    """Every spreadsheet: whether it opens, its locks, its language, and who else can open it."""
    place = _place(team)
    found = stands(team, world)
    files = len(_states(team)) - len(found)
    rows: list[tuple[str, ...]] = [("Книга", "Чья", "Замки", "Ячеек", "Доступ")]
    rows += [_row(one) for one in found]
    lines = [f"Адрес программы: {place.robot}", *(table(rows) if found else ())]
    if not found:
        lines.append("Книг в Google пока нет: sheetcrm google setup")
    for one in found:
        lines += remarks(one, team)
    if files:
        lines.append(f"Файлами: {counted(files, 'книга', 'книги', 'книг')}.")
    facts = {
        "robot": place.robot,
        "books": [
            {
                "book": one.state.book,
                "path": one.state.path,
                "told": one.told,
                "strangers": one.strange,
                "fault": one.fault,
            }
            for one in found
        ],
    }
    bad = any(one.fault is not None or one.strange for one in found)
    return Said(
        tuple(map(plain_letters, lines)), facts, ExitCode.PROBLEMS if bad else ExitCode.DONE
    )


def stands(team: Team, world: World) -> tuple[Stand, ...]:
    """Every spreadsheet as it stands; raises GoogleKeyWrong when there is no key for them."""
    place = _place(team)
    return tuple(_stand(team, world, place, state) for state in _online(team))


def _stand(team: Team, world: World, place: Place, state: BookState) -> Stand:
    try:
        told = place.told(world, state, team.blueprint)
        known = {place.robot, *known_emails(team, state)}
        return Stand(state, told, strangers(place.accesses(world, state), known))
    except CrmError as error:
        return Stand(state, fault=error)


def _row(one: Stand) -> tuple[str, ...]:
    if one.told is None:
        return one.state.path.rpartition("/")[2], one.state.person, "", "", "нет"
    told = one.told
    locks = "на месте" if not told.locks_lost else f"нет {told.locks_lost} из {told.locks}"
    who = "свои" if not one.strange else f"чужих: {len(one.strange)}"
    return told.title, one.state.person, locks, number(told.cells), who


def remarks(one: Stand, team: Team) -> Iterator[str]:
    """What is not as it should be with a spreadsheet, and what to do."""
    name = one.state.path.rpartition("/")[2]
    if one.fault is not None:
        yield words_of(one.fault)
        return
    told = one.told
    if told is None:
        return
    if told.book != one.state.book:
        yield f"«{name}»: в таблице нет моей метки этой книги. Прочитаю, но не запишу без вопроса."
    if not told.locale.startswith("ru"):
        yield f"«{name}»: язык таблицы {told.locale}. Поставьте Россию: «Файл», «Настройки»."
    if told.zone != team.settings.zone:
        yield f"«{name}»: часовой пояс {told.zone}, у команды {team.settings.zone}."
    if told.locks_lost:
        yield f"«{name}»: замки серых столбцов сняты, верну при следующей записи."
    if told.cells > MOST_CELLS // 2:
        yield f"«{name}»: занято больше половины ячеек, что Google даёт одной таблице."
    for stranger in one.strange:
        yield f"«{name}» открыта чужому: {stranger.words()}. Закройте: «Настройки доступа»."


def backup(team: Team, world: World) -> Said:
    """Every spreadsheet as a workbook among the copies."""
    place = _place(team)
    lines, taken, faults = [], [], []
    for state in _online(team):
        try:
            raw = place.exported(world, state)
        except CrmError as error:
            faults.append(words_of(error))
            continue
        copy = team.backups.take(state.book, raw, at=world.now().astimezone(UTC), why=EXPORT)
        taken.append(copy)
        name = state.path.rpartition("/")[2]
        lines.append(f"Копия № {copy.id}: «{name}», {number(max(copy.size // 1024, 1))} КБ.")
    lines = lines or ["Книг в Google пока нет."]
    code = ExitCode.BUSY if faults else ExitCode.DONE
    return Said(tuple(map(plain_letters, lines)), {"copies": taken}, code, tuple(faults))


def _place(team: Team) -> Place:
    if isinstance(team.online, Place):
        return team.online
    if not team.settings.google_key:
        raise GoogleKeyWrong(reason="его ещё нет")
    return place_of(Path(team.settings.google_key))


def _states(team: Team) -> tuple[BookState, ...]:
    with team.store.read() as reader:
        return tuple(state for state in reader.books() if "#" not in state.book)


def _online(team: Team) -> tuple[BookState, ...]:
    return tuple(state for state in _states(team) if not is_file(state))


def _book(team: Team, name: str) -> BookState:
    for state in _states(team):
        if fold(name) in fold(state.person):
            return state
    raise WrongPlace(what=Text.A_BOOK, value=name)
