"""Linux: a unit of the person's own systemd, which needs no rights of root.

It starts with the computer when the account may linger (`loginctl enable-linger`); where that is
forbidden it starts when the person signs in. The unit never gives up: a share that is mounted late
or a disk that was full must not end the service for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from model.errors import ServiceRefused
from sync.service import AGAIN_AFTER, SECRETS, Service, Shell, Standing, Unit
from sync.service.asking import must, number_in

FOLDER = PurePath(".config/systemd/user")
STOP_WITHIN = 180
"""Seconds that a pass may take to come to its end after SIGTERM."""
ASKED = ("ActiveState", "MainPID", "ExecMainStatus", "ExecMainExitTimestampMonotonic")
NO_FILE = "not-found"


@dataclass(frozen=True, slots=True)
class Systemd:
    """Units of one person."""

    shell: Shell

    def unit(self, service: Service) -> Unit:
        """The unit file."""
        lines = (
            "[Unit]",
            f"Description={_plain(service.title)}",
            "StartLimitIntervalSec=0",
            "",
            "[Service]",
            "Type=exec",
            f"ExecStart={' '.join(map(quoted, service.words))}",
            f"WorkingDirectory={_plain(str(service.state))}",
            f"EnvironmentFile=-{_plain(str(service.state / SECRETS))}",
            "Restart=always",
            f"RestartSec={AGAIN_AFTER}",
            f"TimeoutStopSec={STOP_WITHIN}",
            "StandardOutput=null",
            f"SyslogIdentifier={service.name}",
            "",
            "[Install]",
            "WantedBy=default.target",
            "",
        )
        return Unit(self.shell.own_folder() / FOLDER / _file(service), "\n".join(lines))

    def install(self, service: Service) -> Standing:
        """Enabled and started; a unit that runs already is started anew with the new words."""
        unit = self.unit(service)
        before = self.shell.read(unit.path)
        self.shell.write(unit.path, unit.raw)
        try:
            self._start(service)
        except ServiceRefused:
            if before is None:
                self.shell.remove(unit.path)
            raise
        self.shell.run("loginctl", "enable-linger", self.shell.user())
        return self.standing(service)

    def _start(self, service: Service) -> None:
        must(self.shell, "systemctl", "--user", "daemon-reload")
        must(self.shell, "systemctl", "--user", "enable", _file(service))
        must(self.shell, "systemctl", "--user", "restart", _file(service))

    def standing(self, service: Service) -> Standing:
        """By `systemctl show`, whose words are the same in every language."""
        if self.shell.read(self.unit(service).path) is None:
            return Standing(installed=False)
        wanted = ",".join(ASKED)
        shown = _pairs(
            self.shell.run(
                "systemctl", "--user", "show", _file(service), f"--property={wanted}"
            ).out
        )
        running = shown.get("ActiveState") == "active"
        ended = shown.get("ExecMainExitTimestampMonotonic", "0") != "0"
        return Standing(
            installed=True,
            running=running,
            boot=self._lingers(),
            pid=number_in(shown.get("MainPID", "")) if running else None,
            code=number_in(shown.get("ExecMainStatus", "")) if ended else None,
        )

    def _lingers(self) -> bool:
        out = self.shell.run("loginctl", "show-user", self.shell.user(), "--property=Linger").out
        return _pairs(out).get("Linger") == "yes"

    def remove(self, service: Service) -> None:
        """Stopped and forgotten; that the account may linger stays, others may need it."""
        path = self.unit(service).path
        if self.shell.read(path) is None:
            return
        must(self.shell, "systemctl", "--user", "disable", "--now", _file(service))
        self.shell.remove(path)
        must(self.shell, "systemctl", "--user", "daemon-reload")


def quoted(word: str) -> str:
    """A word of ExecStart: quotes, escapes, `%` and `$` stand for themselves."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{_plain(escaped).replace("$", "$$")}"'


def _plain(text: str) -> str:
    """A text in which systemd finds no specifier."""
    return text.replace("%", "%%")


def _file(service: Service) -> str:
    return f"{service.name}.service"


def _pairs(out: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in out.splitlines() if "=" in line)
