"""The rooms keep to their walls: imports point downwards and the roof does the roof's work only."""

from __future__ import annotations

import ast
import logging.config
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]
ROOMS = ("model", "formulas", "store", "backups", "templates", "sync")
HEAVY = {
    "alembic", "gspread", "holidays", "jinja2", "matplotlib", "numpy", "openpyxl", "pandas",
    "phonenumbers", "pydantic", "python_calamine", "rapidfuzz", "sqlalchemy", "stdnum",
    "watchdog", "xlsxwriter", "xlwings",
}  # fmt: skip
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
MACHINE = {
    "ctypes", "fcntl", "os", "platform", "random", "secrets", "shutil", "socket", "subprocess",
    "sys", "tempfile", "threading", "time",
}  # fmt: skip
"""Modules that speak to the machine: the engine asks `sync.world` instead."""
OF_PATHS = {
    "absolute", "chmod", "cwd", "expanduser", "glob", "hardlink_to", "home", "is_dir", "is_file",
    "is_symlink", "iterdir", "lstat", "mkdir", "read_bytes", "read_text", "rglob", "rmdir",
    "samefile", "symlink_to", "touch", "write_bytes", "write_text",
}  # fmt: skip
OF_A_DISK = {"exists", "rename", "resolve", "stat", "unlink"}
"""What a path can do and the disk of a world as well."""
AT_THE_MACHINE = (
    *("sync/world/", "sync/commands/", "sync/founding/"),
    "sync/books/live/children/",
)
"""What binds the engine to the machine, the commands around it, the founding of a team, and the
scripts that run in processes of their own under another Python."""
EXCUSED = {
    "store/engine.py": "SQLite makes its file itself",
    "backups/sqlite.py": "SQLite makes its file itself",
    "backups/connecting.py": "SQLite opens its file itself, for each thread once",
    "sync/settings.py": "read before there is a world: the settings say its zone",
    "sync/team.py": "finds a team before there is a world",
    "sync/intake/channels.py": "a list that is part of the program",
    "sync/intake/formats/profiles.py": "profiles that are part of the program",
    "model/texts/page.py": "a program that prints a page of the docs",
    "store/bases.py": "equal words are held once: nothing of the machine",
    "store/codec.py": "equal words are held once: nothing of the machine",
    "store/cuts.py": "equal words are held once: nothing of the machine",
    "store/rows.py": "equal words are held once: nothing of the machine",
    "store/sums.py": "equal words are held once: nothing of the machine",
    "sync/ooxml/scan.py": "equal words are held once: nothing of the machine",
    "backups/page.py": "a program that prints a page of the docs",
}
CODE = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
PRODUCT = [*CODE, ROOT / "cli.py", *sorted((ROOT / "sheetcrm").glob("*.py"))]
MAY_PRINT = (
    "sync/commands/roof/desk.py",
    "tests/acceptance",
    "tests/assumptions/__main__.py",
    "tests/simulation",
    "tests/scenarios/calc_hand.py",
    "tests/faults/",
    "tests/google/rounds.py",
    "tests/google/unknowns.py",
    "tests/google/emulator/__main__.py",
    "tests/intake_facts.py",
    "tests/leaks.py",
    "tests/restores.py",
    "tests/live/",
    "tests/books/contract.py",
    "tests/books/calc_person.py",
)
"""Runners that are started as programs: what they print is their answer."""


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', '?')}"


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def calls(path: Path) -> Iterator[tuple[ast.Call, tuple[str, ...]]]:
    """Every call with the last two names of what is called."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield node, tuple(ast.unparse(node.func).split(".")[-2:])


@pytest.mark.filterwarnings("default")
def test_imports_point_downwards(monkeypatch):
    monkeypatch.chdir(ROOT)
    # the linter sets up logging for itself, which would silence our own log in later tests
    monkeypatch.setattr(logging.config, "dictConfig", lambda _: None)
    assert lint_imports(no_cache=True, is_debug_mode=False) == 0


def test_no_room_imports_the_roof():
    found = [
        where(path, node)
        for path in CODE
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and any(name.partition(".")[0] in {"cli", "sheetcrm", "tests", "bench"}
                for name in imported(node))
    ]  # fmt: skip
    assert found == []


def test_only_the_clock_of_the_world_reads_the_clock():
    found = [
        where(path, node)
        for path in PRODUCT
        if path.name != "real_clock.py"
        for node, name in calls(path)
        if name in CLOCKS or name == ("time", "time")
    ]
    assert found == []


def test_the_engine_meets_the_machine_through_its_world_only():
    found = [where(path, node) for path in engine() for node in ast.walk(tree(path))
             if touches(node)]  # fmt: skip
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "import os.path", "from time import sleep", "open('x')", "path.open('rb')", "path.stat()",
        "team.path(book).read_bytes()", "world.path.unlink()", "datetime.now(zone)", "date.today()",
    ],
)  # fmt: skip
def test_what_touches_the_machine_is_seen(code):
    assert any(map(touches, ast.walk(ast.parse(code))))


@pytest.mark.parametrize(
    "code",
    [
        "disk.stat(path)",
        "world.disk.unlink(path)",
        "BookFile.open(raw)",
        "team.books.open(raw)",
        "world.now()",
        "import re",
    ],
)
def test_what_asks_the_world_is_no_touch(code):
    assert not any(map(touches, ast.walk(ast.parse(code))))


def test_nobody_is_excused_without_need():
    for name in EXCUSED:
        assert any(map(touches, ast.walk(tree(ROOT / name)))), name


def engine() -> Iterator[Path]:
    """Modules that may ask nothing of the machine."""
    for path in CODE:
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(AT_THE_MACHINE) and name not in EXCUSED:
            yield path


def touches(node: ast.AST) -> bool:
    """Whether a node speaks to the machine."""
    if any(name.partition(".")[0] in MACHINE for name in imported(node)):
        return True
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id == "open"
    if not isinstance(node.func, ast.Attribute):
        return False
    of, name = ast.unparse(node.func.value).rpartition(".")[2], node.func.attr
    opened = name == "open" and of.islower() and of != "books"
    return (
        name in OF_PATHS or opened or (of, name) in CLOCKS or (name in OF_A_DISK and of != "disk")
    )


def test_only_the_roof_and_the_runners_print():
    tests = sorted((ROOT / "tests").rglob("*.py"))
    found = [
        where(path, node)
        for path in [*CODE, *tests]
        if not str(path.relative_to(ROOT)).startswith(MAY_PRINT)
        for node, name in calls(path)
        if name == ("print",)
    ]
    assert found == []


def test_the_roof_loads_nothing_heavy():
    code = f"import sys, cli; print(*sorted({HEAVY!r} & sys.modules.keys()))"
    shown = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT
    )
    assert shown.stdout.split() == []


def test_the_roof_imports_nothing_heavy_at_its_top():
    top = [name for node in tree(ROOT / "cli.py").body for name in imported(node)]
    assert {name.partition(".")[0] for name in top} & HEAVY == set()
