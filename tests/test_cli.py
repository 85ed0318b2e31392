"""The command line as a person and a scheduler meet it: words, exit codes, JSON, help."""

import ast
import errno
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner
from typing_extensions import override

import cli  # noqa: TID251  # these are its tests
from model.errors import ExitCode

ROOT = Path(__file__).parents[1]
HEAVY = {"openpyxl", "pandas", "gspread", "xlwings", "sqlalchemy", "matplotlib", "xlsxwriter"}
Crm = Callable[..., tuple[int, str, str]]
WORDS = ["managers", "funnel", "channels", "clients", "activity"]
WRITING = (
    "init",
    "sync",
    "upgrade",
    "report",
    "questions",
    "import",
    "undo",
    "approve",
    "dedupe",
    "merge",
    "unmerge",
    "assign",
    "handover",
    "card",
    *("erase", "export", "protect"),
    *("backup restore", "backup seal", "backup prune", "backup place"),
    *("service install", "service remove", "office setup", "office remove"),
    *("google setup", "google share", "intake sources", "intake retry"),
)


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A team of one that `init` made."""
    place = tmp_path_factory.mktemp("begun")
    done = run(
        "init", place / "team", "--one", "--owner", "Орлов Олег", "--yes", state=place / "state"
    )
    assert done.returncode == 0, done.stderr
    return place


@pytest.fixture
def place(begun: Path, tmp_path: Path) -> Path:
    """A copy of it: state and folder of its own."""
    for name in ("state", "team"):
        shutil.copytree(begun / name, tmp_path / name)
    (settings,) = (tmp_path / "state").glob("*/sheetcrm.toml")
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace(str(begun), str(tmp_path)), encoding="utf-8")
    return tmp_path


def environment(state: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in {"SHEETCRM_STATE", "NO_COLOR"}}
    return kept | {"SHEETCRM_STATE": str(state), "PYTHONIOENCODING": "utf-8", "COLUMNS": "100"}


def run(
    *args: str | Path,
    state: Path,
    cwd: Path = ROOT,
    launcher: tuple[str, ...] = (str(ROOT / "cli.py"),),
    **more: str,
) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, *launcher, *map(str, args)],
        check=False,
        cwd=cwd,
        env=environment(state) | more,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def crm(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Crm:
    """The command inside this process, run where the team lies: code, answer, complaint."""
    monkeypatch.chdir(place)
    monkeypatch.setenv("SHEETCRM_STATE", str(place / "state"))

    def called(*args: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.main(list(args))
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return called


def commands() -> Iterator[tuple[str, Any]]:
    """Every command by the words that call it."""
    top: Any = typer.main.get_command(cli.app)
    for name, command in top.commands.items():
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
        else:
            yield from ((f"{name} {key}", value) for key, value in inner.items())


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_command_has_help_with_an_example_and_the_common_options(name: str) -> None:
    shown = CliRunner().invoke(cli.app, [*name.split(), "--help"])
    assert shown.exit_code == 0
    assert f"Пример: sheetcrm {name}" in shown.output
    assert "--state" in shown.output
    assert "--json" in shown.output
    assert ("--dry-run" in shown.output) == (name in WRITING)
    assert not re.search("[\u2500-\u257f]", shown.output), "frames"


@pytest.mark.parametrize("args", [("--help",), ("import", "--help")])
def test_help_loads_nothing_heavy(args: tuple[str, ...], tmp_path: Path) -> None:
    code = (
        "import sys\nsys.argv = ['sheetcrm', *sys.argv[1:]]\n"
        "from sheetcrm import main\ncode = main()\n"
        f"print('LOADED', sorted({HEAVY!r} & set(sys.modules)), code)\n"
    )
    done = run(*args, state=tmp_path, launcher=("-c", code))
    assert "LOADED [] 0" in done.stdout, done.stderr


def test_the_roof_loads_no_room_but_words_at_its_head() -> None:
    tree = ast.parse((ROOT / "cli.py").read_text(encoding="utf-8"))
    rooms = {"formulas", "store", "backups", "templates", "sync"}
    heads = {
        node.module
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in rooms
    }
    options = {"options", "care_options", "guarding_options", "intake_options"}
    shared = {"console", "roof", "roof.desk"}
    assert heads <= {f"sync.commands.{name}" for name in {*shared, *options}}


def test_only_the_clock_of_the_world_looks_at_the_clock() -> None:
    for path in ROOT.rglob("*.py"):
        relative = path.relative_to(ROOT)
        if relative.parts[0] in {"tests", "bench", ".venv"} or path.name == "real_clock.py":
            continue
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(datetime\.now|date\.today|datetime\.utcnow)\(", text), relative


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["nothing"], ExitCode.USAGE, ""),
        (["sync", "--wrong"], ExitCode.USAGE, ""),
        (["status", "--team", "нет такой"], ExitCode.SETTINGS, "Не вижу здесь папки команды"),
        (["report", "--month", "2026-13"], ExitCode.USAGE, "--month 2026-03"),
        (["report", "--month", "2199-01"], ExitCode.USAGE, "--month 2026-03"),
        (["report", "funnel", "--quarter", "2026-Q7"], ExitCode.USAGE, "--quarter 2026-Q1"),
        (["report", "--manager", "Никто"], ExitCode.USAGE, "Орлов Олег"),
        (["report", "money", "team"], ExitCode.USAGE, "channels"),
        (["undo", "999"], ExitCode.USAGE, "Не нашёл действие «999»"),
        (["questions", "999", "да"], ExitCode.USAGE, "Не нашёл вопрос «999»"),
        (["history", "Клиенты!D999"], ExitCode.USAGE, "Не нашёл ячейку «Клиенты!D999»"),
        (["backup", "restore", "999"], ExitCode.USAGE, "Не нашёл копию «999»"),
        (["import", "clients", "нет.csv"], ExitCode.STOPPED, "такого файла нет"),
        (["import", "цветы", "нет.csv"], ExitCode.USAGE, ""),
        (["status"], ExitCode.DONE, ""),
        (["check"], ExitCode.DONE, ""),
    ],
)
def test_exit_codes_tell_what_happened(crm: Crm, args: list[str], code: int, words: str) -> None:
    done, _, complaint = crm(*args)
    assert done == code
    assert words in complaint
    assert "Traceback" not in complaint


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["status"], ExitCode.DONE),
        (["nothing"], ExitCode.USAGE),
        (["import", "clients", "нет.csv"], ExitCode.STOPPED),
    ],
)
def test_the_process_ends_with_the_code(place: Path, args: list[str], code: int) -> None:
    done = run(*args, state=place / "state", cwd=place)
    assert done.returncode == code, done.stderr


def test_a_day_at_the_command_line(crm: Crm, place: Path) -> None:
    """Sync, a quiet sync, an import and its undo, the report, what was and what is kept."""

    def ok(*args: str) -> str:
        code, said, complaint = crm(*args)
        assert code == 0, complaint
        return said

    assert "записано 1, копия сделана" in ok("sync", "team")
    assert ok("sync", "--team", "team").endswith("изменений нет.\n")
    (place / "база.csv").write_text("Название\nВектор\n", encoding="utf-8")
    assert "Будет взято 1" in ok("import", "clients", "база.csv", "--dry-run")
    taken = json.loads(ok("import", "clients", "база.csv", "--json"))
    assert (taken["taken"], taken["refused"]) == (1, [])
    assert "ничего не добавил" in ok("import", "clients", "база.csv")
    assert "Вектор" in ok("history", "К-1")
    assert json.loads(ok("sync", "--json"))["books"][0]["written"] is True
    assert "Вектор" in ok("history", "Клиенты!C4")
    assert "отменено" in ok("undo", str(taken["batch"]))
    assert "Файлы: " in ok("report", "team")
    assert "Всё в порядке." in ok("doctor", "team")
    assert "Воронка, " in ok("report", "funnel", "team")
    pages = json.loads(ok("report", "team", "--quarter", "2026-Q1", "--rows", "--json"))["pages"]
    assert [one["kind"] for one in pages] == WORDS
    assert "2026-01-01..2026-02-10 Клиенты.xlsx" in ok(
        "report", "clients", "--from", "2026-01-01", "--to", "2026-02-10"
    )
    assert "загрузка" in ok("batches")
    assert "свободна" in ok("status", "team")
    assert json.loads(ok("backup", "list", "--json"))["copies"]


def test_a_second_start_is_turned_away_while_a_watcher_works(place: Path) -> None:
    watcher = subprocess.Popen(
        [sys.executable, "-u", ROOT / "cli.py", "sync", "team", "--watch"],
        cwd=place,
        env=environment(place / "state"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    try:
        assert watcher.stdout is not None
        assert "слежу за папкой" in watcher.stdout.readline()
        done = run("sync", "team", state=place / "state", cwd=place)
        assert done.returncode == ExitCode.BUSY
        assert f"процесс {watcher.pid}" in done.stderr
        assert f"процесс {watcher.pid}" in run("status", state=place / "state", cwd=place).stdout
        watcher.send_signal(signal.SIGTERM)
        rest = watcher.communicate(timeout=120)[0]
    finally:
        watcher.kill()
        watcher.wait()
        if watcher.stdout is not None:
            watcher.stdout.close()
    assert watcher.returncode == 0, rest
    assert "остановлено" in rest


def test_a_bug_says_so_and_leaves_its_traceback_in_the_log(
    crm: Crm, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sync.commands import status

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(status, "status", broken)
    code, _, complaint = crm("status")
    assert code == ExitCode.BUG
    assert complaint.startswith("Внутренняя ошибка")
    (log,) = (place / "state").glob("*/sheetcrm.log")
    assert str(log) in complaint
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (PermissionError(errno.EACCES, "no", "/srv/landing.sqlite3"), "нет прав"),
        (OSError(errno.EIO, "no", "/srv/landing.sqlite3"), "диск не отвечает"),
        (OSError(errno.ENOSPC, "no", "/srv/landing.sqlite3"), "нет места"),
    ],
)
def test_a_file_that_the_system_refuses_is_named(
    crm: Crm, place: Path, monkeypatch: pytest.MonkeyPatch, failure: OSError, words: str
) -> None:
    from sync.commands import status

    def refused(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr(status, "status", refused)
    code, _, complaint = crm("status")
    assert code == ExitCode.BUSY
    assert "«landing.sqlite3»" in complaint
    assert words in complaint
    (log,) = (place / "state").glob("*/sheetcrm.log")
    assert str(log) in complaint
    assert type(failure).__name__ in log.read_text(encoding="utf-8")


def test_settings_that_cannot_be_read_are_named(crm: Crm, place: Path) -> None:
    (settings,) = (place / "state").glob("*/sheetcrm.toml")
    settings.unlink()
    settings.mkdir()
    code, _, complaint = crm("status")
    assert code == ExitCode.BUSY
    assert "«sheetcrm.toml»" in complaint
    assert "Внутренняя" not in complaint


def test_a_folder_with_files_is_not_taken(crm: Crm) -> None:
    code, _, complaint = crm("init", "team", "--one", "--owner", "Орлов", "--yes")
    assert code == ExitCode.USAGE
    assert "не пустая" in complaint


def test_one_book_for_all_is_a_file(crm: Crm) -> None:
    code, _, complaint = crm(
        "init", "новая", "--one-book", "--google", "key.json", "--owner", "Орлов", "--yes"
    )
    assert code == ExitCode.USAGE
    assert "--google" in complaint


def test_init_asks_nobody_where_nobody_sits(crm: Crm, place: Path) -> None:
    code, _, complaint = crm("init", "новая", "--one", "--yes")
    assert code == ExitCode.USAGE
    assert "--owner" in complaint
    assert not (place / "новая").exists()


class Terminal(io.StringIO):
    """Typed lines of a person who sits there."""

    @override
    def isatty(self) -> bool:
        return True


def test_init_asks_five_questions_again_until_it_understands(
    crm: Crm, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = Terminal("Орлов Олег\n2\nмного\n50000 2\n1,2 млн\nОлег\nИванов П., Козлов\n\nда\n")
    monkeypatch.setattr(sys, "stdin", answers)
    code, said, complaint = crm("init", "новая")
    assert code == 0, complaint
    assert "sheetcrm google setup" in said
    assert "Напишите оклад и процент" in said
    assert "Готово: «Отдел продаж» и 2 книги." in said
    assert sorted(p.name for p in (place / "новая" / "Сотрудники").iterdir()) == [
        "Иванов П",
        "Козлов",
    ]


def test_an_old_console_shows_question_marks_instead_of_failing(place: Path) -> None:
    done = run("status", state=place / "state", cwd=place, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "???" in done.stdout
    assert done.stdout.isascii()


def test_upgrade_says_when_there_is_nothing_to_do(crm: Crm, place: Path):
    code, out, _ = crm("upgrade", str(place / "team"), "--dry-run")
    assert (code, out.strip()) == (0, "Книги такие, как нужно программе. Менять нечего.")
    code, out, _ = crm("upgrade", str(place / "team"), "--json")
    assert json.loads(out)["batch"] is None


def test_the_subjects_of_a_report_are_the_pages_there_are() -> None:
    from sync.commands.options import REPORTS
    from sync.reports.kinds import Kind

    assert sorted(REPORTS) == sorted(kind.value for kind in Kind)
