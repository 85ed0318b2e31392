"""Which code lives run through, and its digest: counts add up only over the same code."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import FrameType

from tests import simulation

ROOT = Path(simulation.__file__).parents[2]
ENGINE = ("model", "store", "formulas", "templates", "sync", "backups", "sheetcrm", "cli.py")
HARNESS = ("tests/faults", "tests/simulation")
SAMPLE = range(240)
"""Lives that are watched: more of them bring hardly another module."""


def modules_of(lives: Iterable[Callable[[], object]]) -> frozenset[str]:
    """Names of the project's modules of which a function ran, generated methods included."""
    seen: set[str | None] = set()

    def watch(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            seen.add(frame.f_globals.get("__name__"))

    sys.setprofile(watch)
    try:
        for life in lives:
            life()
    finally:
        sys.setprofile(None)
    return frozenset(name for name in seen if name is not None and _own(name))


def digest_of(names: Iterable[str]) -> str:
    """A hash of what the modules do: comments and docstrings do not count."""
    files = {}
    for name in names:
        file = sys.modules[name].__file__
        assert file is not None
        files[name] = Path(file)
    return _digest(files)


@cache
def whole_digest() -> str:
    """A hash of what the whole product does, and of what tries it: for runs in real processes."""
    found = {
        file.relative_to(ROOT).as_posix(): file
        for room in (ROOT / name for name in (*ENGINE, *HARNESS))
        for file in ([room] if room.is_file() else room.rglob("*.py"))
    }
    return _digest(found)


def _digest(files: Mapping[str, Path]) -> str:
    whole = sha256()
    for name in sorted(files):
        tree = ast.parse(files[name].read_text(encoding="utf-8"))
        whole.update(f"{name}\n{ast.dump(_without_words(tree))}\n".encode())
    return whole.hexdigest()[:16]


def _own(name: str) -> bool:
    file = getattr(sys.modules.get(name), "__file__", None)
    return file is not None and Path(file).is_relative_to(ROOT) and "site-packages" not in file


def _without_words(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            node.body = [part for part in node.body if not _is_words(part)]
    return tree


def _is_words(part: ast.stmt) -> bool:
    return (
        isinstance(part, ast.Expr)
        and isinstance(part.value, ast.Constant)
        and isinstance(part.value.value, str)
    )
