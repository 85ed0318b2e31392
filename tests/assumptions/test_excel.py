"""The questions to Excel, put to the engine that stands for it in tests."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import xlwings

from tests.assumptions import excel
from tests.assumptions.__main__ import ABSENT, main
from tests.books.engine import excel_of
from tests.books.memory import MemoryProgram, opened

NOT_PLAYED = {"errors", "merged"}
"""The engine calculates nothing and merges nothing."""


class EngineDesk:
    """The engine with the scratch workbook."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.shelf = MemoryProgram({path: opened(path)})

    def child(self) -> Any:
        return excel_of(self.shelf)

    def book(self) -> Any:
        self.child()
        return xlwings.apps[1].books[0]

    def save(self) -> None:
        self.shelf.documents[self.path].save()

    def reopen(self, *, readonly: bool = False) -> None:
        self.shelf.documents[self.path] = opened(self.path)
        self.shelf.documents[self.path].readonly = readonly


@pytest.fixture
def desk(tmp_path: Path) -> EngineDesk:
    path = tmp_path / "проба.xlsx"
    excel.scratch(path)
    return EngineDesk(path)


def test_the_engine_answers_as_we_assume_of_excel(desk: EngineDesk) -> None:
    points = tuple(one for one in excel.POINTS if one.__name__ not in NOT_PLAYED)
    found = dict(excel.asked(desk, points))
    assert found == dict.fromkeys(found, excel.OK)
    assert len(found) == len(excel.POINTS) - len(NOT_PLAYED)


def test_an_excel_that_behaves_otherwise_is_told(desk: EngineDesk) -> None:
    desk.shelf.documents[desk.path].editing = True
    found = dict(excel.asked(desk, (excel.ready, excel.texts)))
    assert found["ready"] == "'typing', not ''"
    assert found["texts"].startswith("Busy")


def test_google_is_asked_by_the_same_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["google", "--help"])
    assert ended.value.code == 0
    assert "--sheet" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="Excel may be there")
def test_without_excel_it_says_what_it_would_ask(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["excel", "--point", "texts"]) == ABSENT
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("refused: there is no Excel for")
    assert said[1:] == [f"  texts: {(excel.texts.__doc__ or '')}"]
