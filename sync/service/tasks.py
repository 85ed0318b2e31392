"""Windows: a task of the Task Scheduler.

With the rights of an administrator it starts with the computer, signed in or not (S4U: no password
is kept, and no share can be opened); without them, and for books on a share, when its person signs
in. Every five minutes the scheduler starts it again unless it runs: its own «restart on failure»
does not notice every end. The window-less Python runs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree as ET  # only written, never read

from model.errors import ServiceRefused
from sync.service import Service, Shell, Standing, Unit
from sync.service.asking import must, number_in

SPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
LONG_AGO = "2020-01-01T00:00:00"
REVIVED_EVERY = "PT5M"
FILE = "service.xml"
RUNNING, NEVER_RAN = 0x41301, 0x41303
"""SCHED_S_TASK_RUNNING and SCHED_S_TASK_HAS_NOT_RUN among the results of a task."""
LAST_RESULT = 6
"""Column of `schtasks /query /fo csv /v`, whose headings are in the language of the system."""


@dataclass(frozen=True, slots=True)
class Tasks:
    """Tasks of one person."""

    shell: Shell
    on_share: bool = False
    """Whether the books are on another machine: the person must be signed in to reach them."""

    def unit(self, service: Service) -> Unit:
        """The task as XML."""
        return self._unit(service, boot=not self.on_share)

    def _unit(self, service: Service, *, boot: bool) -> Unit:
        return Unit(service.state / FILE, _xml(service, self.shell.user(), boot=boot), "utf-16")

    def install(self, service: Service) -> Standing:
        """Registered and started; with the computer if that is allowed."""
        if self.on_share:
            self._register(service, boot=False)
        else:
            try:
                self._register(service, boot=True)
            except ServiceRefused:
                self._register(service, boot=False)
        must(self.shell, "schtasks", "/run", "/tn", _path(service))
        return self.standing(service)

    def _register(self, service: Service, *, boot: bool) -> None:
        unit = self._unit(service, boot=boot)
        self.shell.write(unit.path, unit.raw)
        try:
            must(
                self.shell,
                *("schtasks", "/create", "/tn", _path(service), "/xml", str(unit.path), "/f"),
            )
        finally:
            self.shell.remove(unit.path)

    def standing(self, service: Service) -> Standing:
        """By the task's own XML and the result of its last run, which are no words."""
        told = self.shell.run("schtasks", "/query", "/tn", _path(service), "/xml")
        if not told.fine:
            return Standing(installed=False)
        row = self.shell.run(
            *("schtasks", "/query", "/tn", _path(service), "/fo", "csv", "/v", "/nh")
        )
        result = _result(row.out)
        return Standing(
            installed=True,
            running=result == RUNNING,
            boot="<BootTrigger>" in told.out,
            code=None if result in {RUNNING, NEVER_RAN} else result,
        )

    def remove(self, service: Service) -> None:
        """Ended and deleted."""
        if not self.shell.run("schtasks", "/query", "/tn", _path(service)).fine:
            return
        self.shell.run("schtasks", "/end", "/tn", _path(service))
        must(self.shell, "schtasks", "/delete", "/tn", _path(service), "/f")


def _path(service: Service) -> str:
    return f"\\SheetCRM\\{service.name}"


def _result(csv: str) -> int | None:
    """Result of the last run in the first line of a table."""
    line = next((one for one in csv.splitlines() if one.startswith('"')), "")
    fields = line.strip('"').split('","')
    return number_in(fields[LAST_RESULT]) if len(fields) > LAST_RESULT else None


def _xml(service: Service, user: str, *, boot: bool) -> str:
    task = ET.Element("Task", version="1.2", xmlns=SPACE)
    about = ET.SubElement(task, "RegistrationInfo")
    _add(about, "Description", service.title)
    triggers = ET.SubElement(task, "Triggers")
    start = ET.SubElement(triggers, "BootTrigger" if boot else "LogonTrigger")
    _add(start, "Enabled", "true")
    if not boot:
        _add(start, "UserId", user)
    revive = ET.SubElement(triggers, "TimeTrigger")
    again = ET.SubElement(revive, "Repetition")
    _add(again, "Interval", REVIVED_EVERY)
    _add(again, "StopAtDurationEnd", "false")
    _add(revive, "StartBoundary", LONG_AGO)
    _add(revive, "Enabled", "true")
    person = ET.SubElement(ET.SubElement(task, "Principals"), "Principal", id="Author")
    _add(person, "UserId", user)
    _add(person, "LogonType", "S4U" if boot else "InteractiveToken")
    _add(person, "RunLevel", "LeastPrivilege")
    _settings(ET.SubElement(task, "Settings"))
    program = ET.SubElement(ET.SubElement(task, "Actions", Context="Author"), "Exec")
    _add(program, "Command", service.words[0])
    _add(program, "Arguments", " ".join(map(quoted, service.words[1:])))
    _add(program, "WorkingDirectory", str(service.state))
    ET.indent(task)
    return f'<?xml version="1.0" encoding="UTF-16"?>\n{ET.tostring(task, encoding="unicode")}\n'


def _settings(settings: ET.Element) -> None:
    """One at a time, on batteries too, without end, and at once if a start was missed."""
    for name, value in (
        ("MultipleInstancesPolicy", "IgnoreNew"),
        ("DisallowStartIfOnBatteries", "false"),
        ("StopIfGoingOnBatteries", "false"),
        ("StartWhenAvailable", "true"),
        ("AllowStartOnDemand", "true"),
        ("Enabled", "true"),
        ("RunOnlyIfIdle", "false"),
        ("ExecutionTimeLimit", "PT0S"),
        ("Priority", "7"),
    ):
        _add(settings, name, value)
    again = ET.SubElement(settings, "RestartOnFailure")
    _add(again, "Interval", "PT1M")
    _add(again, "Count", "999")


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def quoted(word: str) -> str:
    """An argument as the C library of Windows takes it apart: backslashes before a quote double."""
    bare, out = 0, ""
    for letter in word:
        if letter == "\\":
            bare += 1
            continue
        out += "\\" * (2 * bare + 1 if letter == '"' else bare) + letter
        bare = 0
    ending = "\\" * (2 * bare)
    return f'"{out}{ending}"'
