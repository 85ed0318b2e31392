"""A pass cut after each of its steps and started again: nothing is missing, nothing is doubled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from model.records import ROW_MARK
from model.snapshot import Snapshot
from model.values import Value
from sync import cycle, delivery
from tests.sync.teams import HEAD, HIS, Office, close, copy_office, few_spare_rows


class Killed(BaseException):
    """The machine went down."""


CUTS = (
    ("_open", 2, "after"),
    ("merge_and_think", 1, "after"),
    ("plan_book", 2, "after"),
    ("intend", 1, "after"),
    ("freeze_writes", 1, "after"),
    ("write_back", 1, "before"),
    ("write_back", 1, "after"),
    ("_confirm", 1, "after"),
    ("write_back", 2, "after"),
    ("_finish", 1, "before"),
)


def cut_at(patch: pytest.MonkeyPatch, name: str, call: int, when: str) -> None:
    """Let the machine go down at a call of a step."""
    module = cycle if hasattr(cycle, name) else delivery
    step: Callable[..., Any] = getattr(module, name)
    calls = iter(range(1, 100))

    def cut(*given: Any, **named: Any) -> Any:
        mine = next(calls) == call
        if mine and when == "before":
            raise Killed
        result = step(*given, **named)
        if mine:
            raise Killed
        return result

    patch.setattr(module, name, cut)


@pytest.fixture(scope="module")
def edited(rested: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A team whose people have just saved both books."""
    office = copy_office(rested, tmp_path_factory.mktemp("edited"))
    first, second, third, *_ = office.rows("deals")
    with office.edit(HIS) as pen:
        pen.put("deals", first, stage="Успешно", next_step=None, step_on=None)
        pen.delete("deals", second)
        pen.add(
            "deals", client_id="ООО «Новое дело»", stage="Новая", amount=70_000, next_step="Звонок"
        )
        pen.copy("clients", next(iter(office.rows("clients"))))
    with office.edit(HEAD) as pen:
        pen.put("deals", third, amount=333_333)
        pen.add("payments", date=office.now.date(), payer="ООО «Вектор»", amount=1000.5)
    close(office)
    return office


@pytest.fixture(scope="module")
def uncut(edited: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Everything there is once nothing went wrong."""
    office = copy_office(edited, tmp_path_factory.mktemp("uncut"))
    with few_spare_rows():
        office.rest()
    found = everything(office)
    close(office)
    return found


def everything(office: Office) -> dict[str, Any]:
    """Rows of the store and cells of the books; row ids are named by their numbers."""
    tables = {key: office.rows(key, deleted=True) for key in office.team.blueprint.tables}
    names = {i: f"{key}-{r.number}" for key, rows in tables.items() for i, r in rows.items()}
    found: dict[str, Any] = {}
    for rows in tables.values():
        for row_id, record in rows.items():
            name = names[row_id]
            found |= {f"{name} {k}": v for k, v in record.values.items()}
            found |= {f"{name} -> {k}": names[v] for k, v in record.links.items()}
            found[name] = record.deleted
    for book in (HEAD, HIS):
        found |= {f"{book} {k}": v for k, v in cells_of(office.loaded(book).snapshot, names)}
    with office.team.store.read() as reader:
        found["questions"] = sorted((q.about, q.wrong, q.stance.value) for q in reader.questions())
        assert not reader.pending()
    return found | births(office, names)


def cells_of(snapshot: Snapshot, names: Mapping[str, str]) -> Iterator[tuple[str, Value]]:
    for table, read in snapshot.tables.items():
        for row in read.rows:
            name = names.get(row.row_id or "", f"{table} {row.row_id or row.row}")
            for key, cell in row.cells.items():
                yield f"{name} {key}", cell.value
    for sheet, grid in snapshot.grids.items():
        for place, cell in grid.cells.items():
            yield f"{sheet} {place}", cell.value


def births(office: Office, names: Mapping[str, str]) -> dict[str, int]:
    """How often each row was born: once."""
    with office.team.store.read() as reader:
        return {
            f"{name} births": sum(
                c.field == ROW_MARK for c in reader.history(name.split("-")[0], row_id)
            )
            for row_id, name in names.items()
        }


@pytest.mark.parametrize(("step", "call", "when"), CUTS, ids=str)
def test_a_cut_pass_started_again_ends_like_an_uncut_one(
    edited: Office,
    uncut: dict[str, Any],
    tmp_path: Path,
    step: str,
    call: int,
    when: str,
) -> None:
    office = copy_office(edited, tmp_path)
    with few_spare_rows():
        with pytest.MonkeyPatch.context() as patch:
            cut_at(patch, step, call, when)
            with pytest.raises(Killed):
                office.sync()
        office.restart()
        office.now = edited.now
        office.rest()
    found = everything(office)
    close(office)
    every = found.keys() | uncut.keys()
    assert not {k: (uncut.get(k), found.get(k)) for k in every if found.get(k) != uncut.get(k)}
    assert not office.beside()
