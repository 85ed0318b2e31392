"""Three systems that keep services, as far as their programs are documented, without a machine."""

from __future__ import annotations

import plistlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from xml.etree import ElementTree as ET

from typing_extensions import override

from sync.service import Answer
from sync.service.tasks import SPACE

TASK = f"{{{SPACE}}}"


@dataclass
class Machine:
    """Files in memory, one program that keeps services, every call written down."""

    place: PurePath
    account: str = "orlov"
    files: dict[PurePath, bytes] = field(default_factory=dict)
    calls: list[tuple[str, ...]] = field(default_factory=list)
    running: set[str] = field(default_factory=set)
    known: dict[str, bytes] = field(default_factory=dict)
    """What the system took over from a file."""
    ended: dict[str, int] = field(default_factory=dict)
    """Codes with which services ended."""
    forbidden: Callable[[tuple[str, ...], Machine], bool] = lambda words, machine: False

    def run(self, *words: str) -> Answer:
        self.calls.append(words)
        if self.forbidden(words, self):
            return Answer(1, "Отказано в доступе.")
        return self.program(*words)

    def program(self, *words: str) -> Answer:
        return Answer(127, "такой программы на этой машине нет")

    def read(self, path: PurePath, /) -> bytes | None:
        return self.files.get(path)

    def write(self, path: PurePath, raw: bytes, /) -> None:
        self.files[path] = raw

    def remove(self, path: PurePath, /) -> None:
        self.files.pop(path, None)

    def own_folder(self) -> PurePath:
        return self.place

    def user(self) -> str:
        return self.account

    def number(self) -> int:
        return 501

    def crash(self, name: str, code: int) -> None:
        self.running.discard(name)
        self.ended[name] = code


@dataclass
class Linux(Machine):
    """`systemctl --user` and `loginctl`."""

    place: PurePath = field(default_factory=lambda: PurePosixPath("/srv/orlov"))
    lingers: bool = False
    enabled: set[str] = field(default_factory=set)

    @override
    def program(self, *words: str) -> Answer:
        match words:
            case ("loginctl", "enable-linger", self.account):
                self.lingers = True
                return Answer(0)
            case ("loginctl", "show-user", self.account, "--property=Linger"):
                return Answer(0, f"Linger={'yes' if self.lingers else 'no'}\n")
            case ("systemctl", "--user", "daemon-reload"):
                folder = self.place / ".config/systemd/user"
                self.known = {p.name: raw for p, raw in self.files.items() if p.parent == folder}
                return Answer(0)
            case ("systemctl", "--user", deed, *rest):
                return self._unit(deed, *rest)
        return Answer(1, f"Unknown command {words}")

    def _unit(self, deed: str, *rest: str) -> Answer:
        name = next(word for word in rest if not word.startswith("--"))
        if deed == "show":
            return Answer(0, self._shown(name))
        if name not in self.known:
            return Answer(5, f"Unit {name} not found.")
        if deed == "enable":
            self.enabled.add(name)
        elif deed == "restart":
            self.running.add(name)
        elif deed == "disable" and "--now" in rest:
            self.enabled.discard(name)
            self.running.discard(name)
        else:
            return Answer(1, f"Unknown operation {deed}")
        return Answer(0)

    def _shown(self, name: str) -> str:
        state = "active" if name in self.running else "activating"
        ended = "812345" if name in self.ended else "0"
        return (
            f"MainPID={4242 if name in self.running else 0}\n"
            f"ExecMainExitTimestampMonotonic={ended}\n"
            f"ExecMainStatus={self.ended.get(name, 0)}\nActiveState={state}\n"
        )


@dataclass
class Mac(Machine):
    """`launchctl`."""

    place: PurePath = field(default_factory=lambda: PurePosixPath("/Users/orlov"))
    disabled: set[str] = field(default_factory=set)

    @override
    def program(self, *words: str) -> Answer:
        match words:
            case ("launchctl", "bootstrap", "gui/501", path):
                told = plistlib.loads(self.files[PurePosixPath(path)])
                name = told["Label"]
                if name in self.known or name in self.disabled:
                    return Answer(5, "Bootstrap failed: 5: Input/output error")
                self.known[name] = self.files[PurePosixPath(path)]
                if told["RunAtLoad"]:
                    self.running.add(name)
                return Answer(0)
            case ("launchctl", deed, target):
                return self._target(deed, target.removeprefix("gui/501/"))
        return Answer(64, f"Unrecognized subcommand {words}")

    def _target(self, deed: str, name: str) -> Answer:
        if deed == "enable":
            self.disabled.discard(name)
            return Answer(0)
        if name not in self.known:
            return Answer(113, f'Could not find service "{name}" in domain for user gui: 501')
        if deed == "bootout":
            del self.known[name]
            self.running.discard(name)
            return Answer(0)
        state = "running" if name in self.running else "not running"
        pid = "\tpid = 4242\n" if name in self.running else ""
        code = self.ended.get(name)
        last = f"\tlast exit code = {'(never exited)' if code is None else code}\n"
        return Answer(
            0, f"gui/501/{name} = {{\n\tactive count = 1\n\tstate = {state}\n{pid}{last}}}\n"
        )


@dataclass
class Windows(Machine):
    """`schtasks`, in Russian; starting with the computer wants an administrator."""

    place: PurePath = field(default_factory=lambda: PureWindowsPath("C:/Users/Орлов"))
    account: str = "ОФИС\\Орлов"
    administrator: bool = False

    @override
    def program(self, *words: str) -> Answer:
        given = dict(pairwise(words))
        name = given.get("/tn", "")
        if words[:2] == ("schtasks", "/create"):
            return self._create(name, self.files[PureWindowsPath(given["/xml"])])
        if name not in self.known:
            return Answer(1, "ОШИБКА: Не удается найти указанный файл.")
        match words[1]:
            case "/run":
                self.running.add(name)
            case "/end":
                self.running.discard(name)
            case "/delete":
                del self.known[name]
                self.running.discard(name)
            case "/query" if "/xml" in words:
                return Answer(0, self.known[name].decode("utf-16"))
            case "/query" if "/v" in words:
                return Answer(0, self._row(name))
        return Answer(0, "УСПЕХ.")

    def _create(self, name: str, raw: bytes) -> Answer:
        text = raw.decode("utf-16")
        assert text.startswith('<?xml version="1.0" encoding="UTF-16"?>')
        task = ET.fromstring(re.sub(r"<\?xml.*?\?>", "", text))
        boot = task.find(f".//{TASK}BootTrigger") is not None
        if boot and not self.administrator:
            return Answer(1, "ОШИБКА: Отказано в доступе.")
        self.known[name] = raw
        return Answer(0, "УСПЕХ.")

    def _row(self, name: str) -> str:
        result = 267009 if name in self.running else self.ended.get(name, 267011)
        state = "Работает" if name in self.running else "Готово"
        fields = ("ПК-1", name, "22.11.2026 9:05:00", state, "Интерактивный", "22.11.2026", result)
        return "\n" + ",".join(f'"{one}"' for one in (*fields, "Орлов", "python")) + "\n"
