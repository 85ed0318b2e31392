"""A tiny team whose people have just saved, to be copied for every fault, and what must survive."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from backups import SqliteBackups
from model.blueprint import Blueprint
from sync.commands.running import once
from sync.team import open_team
from tests.sync.teams import HEAD, HIS, NOON, Office, close, few_spare_rows, found_office
from tests.sync.test_interruption import everything

TOKENS = ("Жетон первый", "Жетон второй", "Жетон третий")
"""What people typed; the ledger that no program keeps."""


RESTS = 6
"""More passes than it takes to come to rest."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A folder to copy from, the place that the copies work in, and the end of an uncut run."""

    source: Path
    place: Path
    blueprint: Blueprint
    uncut: Mapping[str, Any]
    old: Mapping[str, bytes]
    """Bytes of each book as people saved it."""

    def lay(self) -> None:
        """A fresh copy in the place."""
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self.source, self.place)

    @contextmanager
    def office(self, *, seed: int = 1) -> Iterator[Office]:
        """The copy as an office; what a new process would know of it, with chance of its own."""
        (state,) = (self.place / "state").iterdir()
        office = Office(open_team(state, self.blueprint), now=NOON, seed=seed)
        try:
            with few_spare_rows():
                yield office
        finally:
            close(office)


def prepare(root: Path) -> Ground:
    """A team that is up to date, then edited by both its people."""
    place, source = root / "work", root / "ground"
    with few_spare_rows():
        office = found_office(place)
        office.rest()
        _, second, _, _, first, third = office.rows("deals")
        with office.edit(HIS) as pen:
            pen.put("deals", first, note=TOKENS[0], amount=111_111)
            pen.add("clients", name=TOKENS[1], city="Тверь")
            pen.delete("deals", second)
        with office.edit(HEAD) as pen:
            pen.put("deals", third, note=TOKENS[2])
        old = {book: office.path(book).read_bytes() for book in (HEAD, HIS)}
        blueprint = office.team.blueprint
        close(office)
    shutil.copytree(place, source)
    ground = Ground(source, place, blueprint, {}, old)
    ground.lay()
    run(ground)
    uncut = settled(ground)
    ground.lay()
    assert settled(ground) == uncut, "a run that never began ends the same after all"
    return Ground(source, place, blueprint, uncut, old)


def run(ground: Ground) -> None:
    """What the scheduler starts: the lock, the lease, a pass over both books, its note."""
    with ground.office() as office:
        once(office.team, office.world(), dry_run=False)


def settled(ground: Ground) -> dict[str, Any]:
    """Everything there is once the team has come to rest."""
    with ground.office(seed=2) as office:
        for _ in range(RESTS):
            report = office.sync(minutes=0)
            faults = [book.fault for book in report.books if book.fault]
            assert not faults, faults
            if report.quiet and not office.beside():
                return everything(office)
    raise AssertionError("the passes do not come to rest")


def torn(ground: Ground) -> list[str]:
    """Books that are neither the old nor a whole new file; a book set aside comes back."""
    bad = []
    for path in books(ground):
        try:
            raw = path.read_bytes()
            with zipfile.ZipFile(BytesIO(raw)) as archive:
                if archive.testzip() is not None:
                    bad.append(f"{path.name}: damaged")
        except (OSError, zipfile.BadZipFile) as error:
            bad.append(f"{path.name}: {error!r}")
    return bad


def lost(ground: Ground) -> list[str]:
    """What people typed and stands nowhere: neither live, nor beside, nor in a copy."""
    found = b"".join(_words(raw) for raw in contents(ground))
    return [token for token in TOKENS if token.encode() not in found]


def contents(ground: Ground) -> Iterator[bytes]:
    """Every workbook that is kept anywhere."""
    for path in (*books(ground), *ground.place.joinpath("team").rglob(".sheetcrm-*")):
        if path.exists():
            yield path.read_bytes()
    (state,) = (ground.place / "state").iterdir()
    backups = SqliteBackups.open(state / "backups.sqlite3")
    for copy in backups.list():
        yield backups.read(copy.id)


def books(ground: Ground) -> list[Path]:
    """Paths of both books."""
    names = {path.relative_to(ground.source) for path in ground.source.glob("team/**/*.xlsx")}
    return sorted(ground.place / name for name in names)


def _words(raw: bytes) -> bytes:
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            return b"".join(archive.read(name) for name in archive.namelist())
    except zipfile.BadZipFile:
        return raw
