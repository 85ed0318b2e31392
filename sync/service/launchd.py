"""macOS: an agent of launchd, which runs while its person is signed in.

The shell in front of the program reads the variables with secrets and keeps what the last start
complained of; launchd would let that file grow for ever. What must run without anybody signed in
needs automatic sign-in: agents of root see neither the person's folders nor the keyring.
"""

from __future__ import annotations

import plistlib
import re
from dataclasses import dataclass
from pathlib import PurePath

from model.errors import ServiceRefused
from sync.service import AGAIN_AFTER, SECRETS, Service, Shell, Standing, Unit
from sync.service.asking import must, number_in

FOLDER = PurePath("Library/LaunchAgents")
COMPLAINTS = "service.err"
STARTER = 'set -a; [ ! -f "$0" ] || . "$0"; set +a; errors=$1; shift; exec "$@" 2>"$errors"'
"""For `sh -c`: the file with secrets, the file of complaints, the words of the program."""
STOP_WITHIN = 180
_STATE = re.compile(r"^\s*state = (\w+)", re.M)
_PID = re.compile(r"^\s*pid = (\d+)", re.M)
_CODE = re.compile(r"^\s*last exit code = (-?\d+)", re.M)


@dataclass(frozen=True, slots=True)
class Launchd:
    """Agents of one person."""

    shell: Shell

    def unit(self, service: Service) -> Unit:
        """The property list."""
        before = (str(service.state / SECRETS), str(service.state / COMPLAINTS))
        told = {
            "Label": service.name,
            "ProgramArguments": ["/bin/sh", "-c", STARTER, *before, *service.words],
            "WorkingDirectory": str(service.state),
            "RunAtLoad": True,
            "KeepAlive": True,
            "ThrottleInterval": AGAIN_AFTER,
            "ExitTimeOut": STOP_WITHIN,
            "ProcessType": "Background",
            "StandardOutPath": "/dev/null",
        }
        path = self.shell.own_folder() / FOLDER / f"{service.name}.plist"
        return Unit(path, plistlib.dumps(told, sort_keys=False).decode())

    def install(self, service: Service) -> Standing:
        """Loaded and running; one that was loaded before is taken out first."""
        unit = self.unit(service)
        self.shell.run("launchctl", "bootout", self._target(service))
        self.shell.write(unit.path, unit.raw)
        try:
            must(self.shell, "launchctl", "enable", self._target(service))
            must(self.shell, "launchctl", "bootstrap", self._domain(), str(unit.path))
        except ServiceRefused:
            self.shell.remove(unit.path)
            raise
        return self.standing(service)

    def standing(self, service: Service) -> Standing:
        """By `launchctl print`."""
        if self.shell.read(self.unit(service).path) is None:
            return Standing(installed=False)
        shown = self.shell.run("launchctl", "print", self._target(service)).out
        state, pid, code = (found.search(shown) for found in (_STATE, _PID, _CODE))
        return Standing(
            installed=True,
            running=state is not None and state[1] == "running",
            pid=number_in(pid[1]) if pid else None,
            code=number_in(code[1]) if code else None,
        )

    def remove(self, service: Service) -> None:
        """Out of launchd, and its file gone."""
        path = self.unit(service).path
        if self.shell.read(path) is None:
            return
        if self.shell.run("launchctl", "print", self._target(service)).fine:
            must(self.shell, "launchctl", "bootout", self._target(service))
        self.shell.remove(path)

    def _domain(self) -> str:
        return f"gui/{self.shell.number()}"

    def _target(self, service: Service) -> str:
        return f"{self._domain()}/{service.name}"
