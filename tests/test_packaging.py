"""What is installed: one name in site-packages, every room whole, and a command that works."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
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
SECONDS = 900


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


@pytest.fixture(scope="module")
def installed(
    wheel: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> tuple[Path, str]:
    """Python and `sheetcrm` of a new environment with the wheel and the PyPI package `formulas`."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", str(folder / "venv"), cwd=folder)
    python = folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    done = tried([*pip, str(wheel), "formulas"], folder)
    if done.returncode and not request.config.getoption("--strict-system"):
        why = done.stderr.strip().splitlines()[-1]
        pytest.skip(f"pip cannot install here: {why}")  # no network; strict: a failure
    assert done.returncode == 0, done.stderr
    return python, str(python.with_name("sheetcrm"))


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


def test_an_installed_copy_works(wheel, tmp_path):
    """The wheel alone in an environment that borrows the libraries of this one."""
    folder = tmp_path / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", str(folder), cwd=tmp_path)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = (sys.executable, "-m", "pip", "--python", str(python), "install", "-qq", "--no-deps")
    run(*pip, "--disable-pip-version-check", str(wheel), cwd=tmp_path)
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    here = Path(run(str(python), "-c", where, cwd=tmp_path).strip())
    (here / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    works(str(python.with_name("sheetcrm")), tmp_path)


@pytest.mark.soak
def test_an_installed_copy_works_beside_another_package_named_formulas(installed, tmp_path):
    python, crm = installed
    assert "No broken requirements" in run(str(python), "-m", "pip", "check", cwd=tmp_path)
    works(crm, tmp_path)
    theirs = "import formulas; print(formulas.Parser().ast('=1+2')[1].compile()())"
    assert run(str(python), "-c", theirs, cwd=tmp_path).strip() == "3.0"


@pytest.mark.soak
def test_an_installed_copy_makes_the_demo(installed, tmp_path):
    _, crm = installed
    run(crm, "init", "t", "--demo", cwd=tmp_path)
    run(crm, "sync", "t", cwd=tmp_path)
    assert "Отдел" in run(crm, "report", "t", cwd=tmp_path)


def works(crm: str, folder: Path) -> None:
    """A team is founded, brought up to date and reported on, from a folder of its own."""
    assert "sync" in run(crm, "--help", cwd=folder)
    run(crm, "init", "t", "--owner", "Орлов Олег", "--people", "Иванов Пётр, Петрова Анна",
        "--pay", "40000 3", "--plan", "1000000", "--yes", cwd=folder)  # fmt: skip
    run(crm, "sync", "t", cwd=folder)
    assert "Петрова Анна" in run(crm, "report", "t", cwd=folder)
    assert list(folder.rglob("Отчёты/*.html"))


def of_room(room: str) -> set[str]:
    """Files of a room in this checkout, as the wheel should name them."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


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
