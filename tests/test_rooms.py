"""The rooms keep to their walls: imports point downwards and the roof does the roof's work only."""

from __future__ import annotations

import ast
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
CODE = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
PRODUCT = [*CODE, ROOT / "cli.py", *sorted((ROOT / "sheetcrm").glob("*.py"))]
MAY_PRINT = (
    "tests/acceptance",
    "tests/simulation",
    "tests/scenarios/calc_hand.py",
    "tests/faults/",
)
"""Runners that are started as programs: what they print is their answer."""


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def where(path: Path, node: ast.stmt | ast.expr) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"


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


def test_only_the_roof_reads_the_clock():
    found = [
        where(path, node)
        for path in PRODUCT
        if path.name != "cli.py"
        for node, name in calls(path)
        if name in CLOCKS or name == ("time", "time")
    ]
    assert found == []


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
