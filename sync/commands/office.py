"""What `office setup`, `office status` and `office remove` say and do.

LibreOffice listens on a pipe when its profile says so. A pipe of a name by chance opens no port and
belongs to the account; the profile is changed while LibreOffice is closed, for it writes the file
anew when it ends.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from model.errors import ExitCode, WrongAnswer
from sync.commands.said import Said, plain_letters
from sync.place import files_of
from sync.programs import Reached
from sync.settings import FILE_NAME, write_settings
from sync.team import Team
from sync.world import World

NAME = "registrymodifications.xcu"
PREFIX = "sheetcrm-"
KEY = "ooSetupConnectionURL"
_ITEM = re.compile(rf'<item oor:path="[^"]*"><prop oor:name="{KEY}"[^>]*>.*?</item>\s*', re.S)
_VALUE = re.compile(r"<value>(.*?)</value>", re.S)
_EMPTY = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
</oor:items>
"""
CHECKED_WITHIN = 20.0
NO_BOOKS = "Открытых книг сейчас нет."


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person said on the command line."""

    profile: Path | None = None
    python: Path | None = None
    excel: bool | None = None


def setup(team: Team, asked: Asked, *, dry_run: bool) -> Said:
    """LibreOffice lets us into open books from its next start on; Excel at once."""
    if asked.excel is not None:
        return _excel(team, on=asked.excel, dry_run=dry_run)
    profile = asked.profile or profile_of(sys.platform, os.environ, Path.home())
    if is_running(profile):
        words = (
            "LibreOffice сейчас открыт. Закройте все его окна и повторите: sheetcrm office setup"
        )
        return Said((words,), {"running": True, "profile": str(profile)}, ExitCode.BUSY)
    python = python_of(asked.python)
    file = profile / "user" / NAME
    text = file.read_text(encoding="utf-8") if file.is_file() else _EMPTY
    there = accepted(text)
    if there and not there.startswith(f"pipe,name={PREFIX}"):
        wanted = f"профиль, в котором {KEY} свободен; сейчас там {there}"
        raise WrongAnswer(option="--profile", value=str(profile), wanted=wanted)
    pipe = _pipe_in(there) or PREFIX + secrets.token_hex(8)
    facts = {"profile": str(profile), "python": python, "pipe": pipe, "dry_run": dry_run}
    if dry_run:
        words = f"Дописал бы в {file} канал {pipe}. Это проверка: ничего не менял."
        return Said((words,), facts)
    file.parent.mkdir(parents=True, exist_ok=True)
    _written(file, with_pipe(text, pipe))
    _keep(team, office_pipe=pipe, office_python=python)
    lines = (
        "Готово. Теперь запустите LibreOffice и откройте книгу: правки лягут прямо в неё.",
        "Сохраняете книгу по-прежнему вы. Ctrl+Z возвращает и мою запись: потом внесу её снова.",
        "Проверить: sheetcrm office status. Убрать: sheetcrm office remove",
        "Если служба уже работает, перезапустите её: sheetcrm service install",
    )
    return Said(tuple(map(plain_letters, lines)), facts)


def status(team: Team, world: World) -> Said:
    """Whether open books are reached, and each book that is open just now."""
    settings = team.settings
    if team.live is None:
        lines = ("Открытые книги ждут, пока их закроют. Писать прямо в них: sheetcrm office setup",)
        return Said(lines, {"libreoffice": False, "excel": False, "books": {}}, ExitCode.PROBLEMS)
    with team.store.read() as reader:
        states = files_of(reader.books())
    for state in states:
        team.live.see(world, state, team.path(state), team.blueprint, last=None)
    reached = team.live.reached()
    names = {s.book: s.path.rpartition("/")[2].removesuffix(".xlsx") for s in states}
    programs = [
        name
        for name, on in (("LibreOffice", settings.office_pipe), ("Excel", settings.office_excel))
        if on
    ]
    lines = (
        f"Вхожу в открытые книги: {', '.join(programs)}.",
        *(f"«{names[book]}»: {reach_words(one)}" for book, one in reached.items()),
        *(() if reached else (NO_BOOKS,)),
    )
    facts = {
        "libreoffice": bool(settings.office_pipe),
        "excel": settings.office_excel,
        "books": {
            book: {"program": one.program, "waits": one.waits} for book, one in reached.items()
        },
    }
    return Said(tuple(map(plain_letters, lines)), facts)


def remove(team: Team, asked: Asked, *, dry_run: bool) -> Said:
    """Open books wait until they are closed again, as before."""
    profile = asked.profile or profile_of(sys.platform, os.environ, Path.home())
    facts = {"profile": str(profile), "dry_run": dry_run}
    if dry_run:
        return Said((f"Убрал бы канал из {profile}. Это проверка: ничего не менял.",), facts)
    if is_running(profile):
        words = "LibreOffice сейчас открыт. Закройте его окна и повторите: sheetcrm office remove"
        return Said((words,), facts, ExitCode.BUSY)
    file = profile / "user" / NAME
    if file.is_file():
        text = file.read_text(encoding="utf-8")
        if accepted(text).startswith(f"pipe,name={PREFIX}"):
            _written(file, _ITEM.sub("", text))
    _keep(team, office_pipe="", office_python="", office_excel=False)
    return Said(("Убрал. Открытая книга снова ждёт, пока её закроют.",), facts)


def reach_words(one: Reached) -> str:
    """«открыта в LibreOffice, пишу прямо в неё»."""
    if one.waits:
        return f"открыта в {one.program}, {one.waits}: запишу, когда освободится"
    return f"открыта в {one.program}, пишу прямо в неё"


def profile_of(system: str, environment: Mapping[str, str], home: Path) -> Path:
    """Folder of the person's LibreOffice profile, the one that is there, else the usual one."""
    found = [*_profiles(system, environment, home)]
    return next((one for one in found if (one / "user").is_dir()), found[0])


def _profiles(system: str, environment: Mapping[str, str], home: Path) -> Iterator[Path]:
    if system == "win32":
        yield Path(environment.get("APPDATA", home / "AppData" / "Roaming")) / "LibreOffice" / "4"
    elif system == "darwin":
        yield home / "Library" / "Application Support" / "LibreOffice" / "4"
    else:
        yield Path(environment.get("XDG_CONFIG_HOME", home / ".config")) / "libreoffice" / "4"
        app = home / ".var" / "app" / "org.libreoffice.LibreOffice"
        yield app / "config" / "libreoffice" / "4"


def is_running(profile: Path) -> bool:
    """Whether a LibreOffice works with the profile."""
    return (profile / ".lock").exists()


def accepted(text: str) -> str:
    """What the profile lets LibreOffice listen on; empty for nothing."""
    item = _ITEM.search(text)
    value = None if item is None else _VALUE.search(item.group())
    return "" if value is None else value.group(1).strip()


def _pipe_in(there: str) -> str:
    found = re.match(r"pipe,name=([0-9A-Za-z_-]+)", there)
    return "" if found is None else found.group(1)


def with_pipe(text: str, pipe: str) -> str:
    """A profile that listens on a pipe; all else of it as it was."""
    item = (
        '<item oor:path="/org.openoffice.Setup/Office">'
        f'<prop oor:name="{KEY}" oor:op="fuse">'
        f"<value>{escape(f'pipe,name={pipe};urp;')}</value></prop></item>\n"
    )
    head, end, tail = _ITEM.sub("", text).rpartition("</oor:items>")
    return f"{head}{item}{end}{tail}"


def python_of(given: Path | None) -> str:
    """A Python with the module `uno`; raises WrongAnswer when none is found."""
    for one in _pythons() if given is None else [given]:
        if _has_uno(one):
            return str(one)
    wanted = "Python из папки LibreOffice (program\\python.exe) или пакет python3-uno"
    raise WrongAnswer(option="--python", value=str(given or ""), wanted=wanted)


def _pythons() -> Iterator[Path]:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    folders = [Path(office).resolve().parent] if office else []
    folders += [Path(root) / "LibreOffice" / "program" for root in _program_files()]
    folders.append(Path("/Applications/LibreOffice.app/Contents/Resources"))
    for folder in folders:
        yield from (folder / name for name in ("python.exe", "python") if (folder / name).is_file())
    yield Path("/usr/bin/python3")


def _program_files() -> tuple[str, ...]:
    return tuple(os.environ[k] for k in ("PROGRAMFILES", "PROGRAMFILES(X86)") if k in os.environ)


def _has_uno(python: Path) -> bool:
    try:
        done = subprocess.run(  # noqa: S603  # a Python that was named, or LibreOffice's own
            [str(python), "-c", "import uno"],
            check=False,
            capture_output=True,
            timeout=CHECKED_WITHIN,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _excel(team: Team, *, on: bool, dry_run: bool) -> Said:
    facts = {"excel": on, "dry_run": dry_run}
    if on and sys.platform not in {"win32", "darwin"}:
        raise WrongAnswer(option="--excel", value="", wanted="Windows или macOS с Excel")
    if not dry_run:
        _keep(team, office_excel=on)
    words = "Пишу прямо в книги, открытые в Excel." if on else "В открытый Excel больше не пишу."
    return Said((words + (" Это проверка: ничего не менял." if dry_run else ""),), facts)


def _keep(team: Team, **values: object) -> None:
    write_settings(team.state / FILE_NAME, team.settings.model_copy(update=values))


def _written(file: Path, text: str) -> None:
    """Whole or not at all: LibreOffice without its profile would start from nothing."""
    beside = file.with_name(f"{file.name}.sheetcrm")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)
