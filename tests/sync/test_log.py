"""The log: what of a team's data never stands there, and that it does not grow."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from model.errors import WorkbookBusy
from sync.commands import console
from sync.commands.console import LOG, LOG_BYTES, OLD_LOGS, log_to
from sync.commands.masking import masked

SMALL = 20_000
CELL = "ООО «Рассвет» и Иванов Пётр, 'Sunrise Ltd', 89161234567"


def read_a_cell() -> None:
    try:
        int(CELL)
    except ValueError as first:
        raise ValueError(CELL) from first


@pytest.mark.parametrize(
    ("said", "expect"),
    [
        ("звонок +7 916 123-45-67 принят", "звонок …67 принят"),
        ("8(916)1234567", "…67"),
        ("от 79161234567, ИНН 7707083893", "от …67, ИНН …93"),
        ("ИНН 770708389312", "ИНН …12"),
        ("письмо a.b-c@firma.example.ru ждёт", "письмо …@… ждёт"),
        ("строка 14, партия 2026, порт 8765", "строка 14, партия 2026, порт 8765"),
        ("sheetcrm 1.2.3 в 18:00:01", "sheetcrm 1.2.3 в 18:00:01"),
        ("файл /srv/books/20261122.xlsx", "файл /srv/books/20261122.xlsx"),
    ],
)
def test_numbers_and_addresses_of_people_are_masked(said: str, expect: str):
    assert masked(said) == expect


def test_a_bug_tells_where_it_was_and_nothing_of_the_cell(tmp_path: Path):
    log = tmp_path / "sheetcrm.log"
    with pytest.raises(ValueError, match="Рассвет"), log_to(log):
        read_a_cell()
    told = log.read_text(encoding="utf-8")
    assert "test_log.py" in told
    assert told.count("ValueError: ") == 2
    for secret in ("Рассвет", "Иванов", "Sunrise", "9161234567"):
        assert secret not in told


def test_a_group_of_bugs_is_masked_part_by_part(tmp_path: Path):
    log = tmp_path / "sheetcrm.log"
    parts = [KeyError("Рассвет"), OSError("диск «Рассвет»")]
    with log_to(log):
        LOG.error("a pass failed", exc_info=ExceptionGroup("двое", parts))
    told = log.read_text(encoding="utf-8")
    assert "KeyError: …" in told
    assert "OSError: …" in told
    assert "Рассвет" not in told


def test_the_log_of_a_process_that_stays_is_turned_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(console, "LOG_BYTES", SMALL)
    log = tmp_path / "sheetcrm.log"
    with log_to(log, stays=True):
        for _ in range(2 * (OLD_LOGS + 2)):
            LOG.info("x" * (SMALL // 2))
    files = sorted(tmp_path.iterdir())
    assert len(files) == OLD_LOGS + 1
    assert sum(file.stat().st_size for file in files) <= (OLD_LOGS + 1) * SMALL


def test_a_command_of_a_moment_leaves_the_files_of_the_log_alone(tmp_path: Path):
    log = tmp_path / "sheetcrm.log"
    log.write_text("x" * LOG_BYTES, encoding="utf-8")
    with log_to(log, stays=False):
        LOG.info("hello")
    assert [file.name for file in tmp_path.iterdir()] == ["sheetcrm.log"]
    assert "hello" in log.read_text(encoding="utf-8")


def test_what_ended_the_service_stands_in_the_log(tmp_path: Path):
    log = tmp_path / "sheetcrm.log"
    facts = {"name": "Продажи.xlsx", "user": "", "program": "", "since": ""}
    with pytest.raises(WorkbookBusy), log_to(log, stays=True):
        raise WorkbookBusy(**facts)
    assert "ended by WorkbookBusy" in log.read_text(encoding="utf-8")
    assert logging.getLogger("sheetcrm").handlers == []
