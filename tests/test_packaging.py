"""What is installed: one name in site-packages, every room whole, and a command that works."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("model", "store", "formulas", "templates", "sync", "backups")
FILES = ("pyproject.toml", "README.md", "LICENSE", "cli.py")
STRAY = (
    "sync/token.json", "sync/credentials-team.json", "templates/~$Продажи Иванов.xlsx",
    "store/store.sqlite3", "store/store.sqlite3-wal", "backups/Продажи.xlsx.tmp", "model/.env",
)  # fmt: skip
SECONDS = 300


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a copy of the checkout in which secrets and leftovers lie about."""
    folder = tmp_path_factory.mktemp("packaging")
    copy = folder / "checkout"
    for room in (*ROOMS, "sheetcrm", "tests"):
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, copy / name)
    for name in STRAY:
        (copy / name).write_bytes(b"not for others")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=copy)
    return next(folder.glob("*.whl"))


def test_site_packages_gains_one_name(wheel):
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in tops if not name.endswith(".dist-info")} == {"sheetcrm"}


def test_the_rooms_travel_whole_and_nothing_else_does(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    inside = {name.removeprefix("sheetcrm/_app/") for name in names if "/_app/" in name}
    assert inside == {"cli.py", *(file for room in ROOMS for file in of_room(room))}


def test_templates_and_migrations_are_among_them(wheel):
    inside = zipfile.ZipFile(wheel).namelist()
    kinds = {Path(name).suffix for name in inside if "/sync/reports/templates/" in name}
    assert {".html", ".css"} <= kinds
    assert any("/store/migrations/versions/" in name for name in inside)


def test_an_installed_copy_works_beside_another_package_named_formulas(wheel, tmp_path, request):
    python = installed(wheel, tmp_path / "venv", strict=request.config.option.strict_system)
    crm, elsewhere = python.with_name("sheetcrm"), tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert "No broken requirements" in run(str(python), "-m", "pip", "check", cwd=elsewhere)
    assert "sync" in run(str(crm), "--help", cwd=elsewhere)
    run(str(crm), "init", "t", "--demo", cwd=elsewhere)
    run(str(crm), "sync", "t", cwd=elsewhere)
    assert "Отдел" in run(str(crm), "report", "t", cwd=elsewhere)
    assert list(elsewhere.rglob("Отчёты/*.html"))
    theirs = "import formulas; print(formulas.Parser().ast('=1+2')[1].compile()())"
    assert run(str(python), "-c", theirs, cwd=elsewhere).strip() == "3"


def of_room(room: str) -> set[str]:
    """Files of a room in this checkout, as the wheel should name them."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def installed(wheel: Path, folder: Path, *, strict: bool) -> Path:
    """Python of a new environment with the wheel and the PyPI package `formulas`."""
    run(sys.executable, "-m", "venv", str(folder), cwd=folder.parent)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = tried([*pip, str(wheel), "formulas"], folder.parent)
    if done.returncode and not strict:
        pytest.skip(f"pip cannot install here: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    return python


def run(*command: str, cwd: Path) -> str:
    """What a command printed; its error output is the failure."""
    done = tried(command, cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tried(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """A command run in a folder, with a state of its own, in plain UTF-8."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("PYTHON")},
        "SHEETCRM_STATE": str(folder / "state"), "PYTHONUTF8": "1",
    }  # fmt: skip
    return subprocess.run(
        command, check=False, cwd=folder, env=environment, timeout=SECONDS,
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
