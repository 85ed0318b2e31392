"""The service on three systems: what they are told, and how it stands through its life."""

from __future__ import annotations

import plistlib
import re
import shlex
import subprocess
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from xml.etree import ElementTree as ET

import pytest

from model.errors import ServiceRefused, ServiceUnknown
from sync.commands import service as command
from sync.service import SECRETS, Keeper, Service
from sync.service.launchd import COMPLAINTS, STARTER, Launchd
from sync.service.systemd import Systemd
from sync.service.tasks import Tasks, quoted
from sync.team import Team
from tests.sync.service.machines import TASK, Linux, Mac, Machine, Windows
from tests.sync.small_team import FakeWorld

WORDS = ("python", "-X", "utf8", "cli.py", "sync", "Отдел 100% продаж", "--watch")


def service(place: PurePath) -> Service:
    state = place / "state" / "ABC"
    return Service("sheetcrm-abc", "SheetCRM: Отдел 100% продаж", WORDS, state)


def on(system: str) -> tuple[Machine, Keeper, Service, str]:
    """A machine, its keeper, a service there and the name under which the system knows it."""
    if system == "linux":
        linux = Linux()
        return linux, Systemd(linux), service(linux.place), "sheetcrm-abc.service"
    if system == "mac":
        mac = Mac()
        return mac, Launchd(mac), service(mac.place), "sheetcrm-abc"
    windows = Windows(administrator=True)
    return windows, Tasks(windows), service(windows.place), "\\SheetCRM\\sheetcrm-abc"


SYSTEMS = ("linux", "mac", "windows")


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_service_stands_runs_crashes_comes_back_and_goes(system: str):
    machine, keeper, one, name = on(system)
    assert not keeper.standing(one).installed
    first = keeper.install(one)
    assert (first.installed, first.running, first.code) == (True, True, None)
    assert keeper.install(one).running, "a second time"
    machine.crash(name, 4)
    fallen = keeper.standing(one)
    assert (fallen.installed, fallen.running, fallen.code) == (True, False, 4)
    keeper.remove(one)
    assert not keeper.standing(one).installed
    assert machine.running == set()
    assert machine.files == {}
    keeper.remove(one)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_system_that_refuses_keeps_nothing(system: str):
    machine, keeper, one, _ = on(system)
    machine.forbidden = lambda words, _: words[0] in {"systemctl", "launchctl", "schtasks"}
    with pytest.raises(ServiceRefused) as refused:
        keeper.install(one)
    assert refused.value.facts["reason"] == "Отказано в доступе."
    assert machine.files == {}


def test_on_linux_it_starts_with_the_computer_where_the_account_may_linger():
    _, keeper, one, _ = on("linux")
    assert keeper.install(one).boot
    forbidding = Linux(forbidden=lambda words, _: words[:2] == ("loginctl", "enable-linger"))
    standing = Systemd(forbidding).install(one)
    assert (standing.running, standing.boot) == (True, False)


def test_on_windows_it_starts_with_the_computer_where_the_person_may_say_so():
    _, keeper, one, name = on("windows")
    assert keeper.install(one).boot
    plain = Windows()
    standing = Tasks(plain).install(one)
    assert (standing.running, standing.boot) == (True, False)
    assert b"S" in plain.known[name]
    assert "InteractiveToken" in plain.known[name].decode("utf-16")


def test_books_on_a_share_need_their_person_signed_in():
    machine = Windows(administrator=True)
    assert not Tasks(machine, on_share=True).install(service(machine.place)).boot


def test_a_task_never_ends_by_the_clock_and_comes_back_every_five_minutes():
    _, keeper, one, _ = on("windows")
    task = ET.fromstring(re.sub(r"<\?xml.*?\?>", "", keeper.unit(one).text))

    def said(name: str) -> str | None:
        return task.findtext(f".//{TASK}{name}")

    assert said("ExecutionTimeLimit") == "PT0S"
    assert said("MultipleInstancesPolicy") == "IgnoreNew"
    assert said("Repetition/" + TASK + "Interval") == "PT5M"
    assert said("DisallowStartIfOnBatteries") == "false"
    assert said("Command") == "python"
    assert said("Arguments") == " ".join(f'"{word}"' for word in WORDS[1:])


@pytest.mark.parametrize(
    ("word", "expect"),
    [
        ("D:\\Продажи", '"D:\\Продажи"'),
        ("D:\\", '"D:\\\\"'),
        ('a"b', '"a\\"b"'),
        ('a\\"b', '"a\\\\\\"b"'),
        ("с пробелом", '"с пробелом"'),
    ],
)
def test_an_argument_of_windows_comes_out_as_it_went_in(word: str, expect: str):
    assert quoted(word) == expect


def test_an_agent_hides_no_complaint_and_reads_its_secrets(tmp_path: Path):
    """The shell in front of the program is run for real: any system has one."""
    secrets, errors = tmp_path / SECRETS, tmp_path / COMPLAINTS
    secrets.write_text("SHEETCRM_MAIL_PASSWORD='п а роль'\n", encoding="utf-8")
    errors.write_text("of an older start\n" * 99, encoding="utf-8")
    words = ("sh", "-c", 'echo "$SHEETCRM_MAIL_PASSWORD $0"; echo hm >&2; exit 4', "Отдел 100% $1")
    ran = subprocess.run(
        ["/bin/sh", "-c", STARTER, str(secrets), str(errors), *words],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stdout) == (4, "п а роль Отдел 100% $1\n")
    assert errors.read_text(encoding="utf-8") == "hm\n"
    secrets.unlink()
    again = ["/bin/sh", "-c", STARTER, str(secrets), str(errors), "true"]
    assert subprocess.run(again, check=False).returncode == 0


def test_an_agent_is_kept_alive_and_named_after_its_team():
    _, keeper, one, _ = on("mac")
    told = plistlib.loads(keeper.unit(one).raw)
    assert told["KeepAlive"] is True
    assert told["RunAtLoad"] is True
    assert tuple(told["ProgramArguments"][-len(WORDS) :]) == WORDS
    assert keeper.unit(one).path == PurePosixPath(
        "/Users/orlov/Library/LaunchAgents/sheetcrm-abc.plist"
    )


def test_the_words_of_a_unit_are_the_words_of_the_program():
    _, keeper, one, _ = on("linux")
    odd = Service(one.name, one.title, ('a"b', "c\\d", "100%", "$HOME", "два слова"), one.state)
    line = next(x for x in keeper.unit(odd).text.splitlines() if x.startswith("ExecStart="))
    taken = shlex.split(line.removeprefix("ExecStart="))
    assert [w.replace("%%", "%").replace("$$", "$") for w in taken] == list(odd.words)


@pytest.mark.system("systemd-analyze")
def test_systemd_finds_no_fault_with_the_unit(tmp_path: Path):
    machine = Linux(place=PurePosixPath(tmp_path))
    state = tmp_path / "состояние 100%"
    state.mkdir()
    one = Service("sheetcrm-abc", "SheetCRM: 100%", ("/bin/true", *WORDS[1:]), state)
    unit = Systemd(machine).unit(one)
    file = tmp_path / unit.path.name
    file.write_bytes(unit.raw)
    ran = subprocess.run(
        ["systemd-analyze", "--user", "--man=no", "verify", str(file)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={"XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    told = [x for x in ran.stderr.splitlines() if "sheetcrm" in x]
    assert (ran.returncode, told) == (0, [])


def test_the_command_tells_what_it_did(team: Team, clock: FakeWorld):
    machine = Linux()
    keeper, world = Systemd(machine), clock.world()
    shown = command.install(team, world, keeper, dry_run=True)
    assert "--watch" in str(shown.facts["unit"])
    assert machine.files == {}
    assert command.status(team, world, keeper).code == 1
    said = command.install(team, world, keeper, dry_run=False)
    assert "вместе с компьютером" in said.lines[0]
    assert command.status(team, world, keeper).code == 0
    kept = command.remove(team, keeper, dry_run=True)
    assert kept.facts["dry_run"]
    assert len(machine.files) == 1
    machine.crash(next(iter(machine.running)), 3)
    told = command.status(team, world, keeper)
    assert "код 3: настройки" in told.lines[0]
    command.remove(team, keeper, dry_run=False)
    assert machine.files == {}
    assert "убирать нечего" in command.remove(team, keeper, dry_run=False).lines[0]


def test_a_team_runs_under_the_python_that_installed_it(team: Team):
    one = command.service_of(team)
    assert one.words[1:4] == ("-X", "utf8", str(command.ROOF))
    assert Path(one.words[3]).is_file()
    assert one.words[-1] == str(team.state.parent.absolute())


def test_each_system_has_its_keeper(team: Team, clock: FakeWorld):
    world = clock.world()
    kinds = {"linux": Systemd, "darwin": Launchd, "win32": Tasks}
    for system, kind in kinds.items():
        assert isinstance(command.keeper_of(team, world, system, Linux()), kind)
    with pytest.raises(ServiceUnknown):
        command.keeper_of(team, world, "plan9", Linux())


def test_a_path_of_windows_stays_one():
    assert service(Windows().place).state == PureWindowsPath("C:/Users/Орлов/state/ABC")
