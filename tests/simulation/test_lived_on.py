"""Counts of lives add up over the same code alone."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from tests.simulation import __main__ as runner
from tests.simulation import lived_on
from tests.simulation.bind import bound
from tests.simulation.run import live

CODE = "LIMIT = 3\n\n\ndef held(count: int) -> bool:\n    return count > LIMIT\n"


def test_a_life_runs_through_the_merge_and_the_write_back() -> None:
    with bound():
        names = lived_on.modules_of(partial(live, seed) for seed in range(6))
    assert {"sync.cycle", "sync.merge.table", "sync.exchange", "tests.simulation.ledger"} <= names
    assert not {name for name in names if name.partition(".")[0] in {"json", "pytest", "hashlib"}}


@pytest.mark.parametrize(
    ("now", "same"),
    [
        (CODE, True),
        (CODE.replace("    ", '    """Whether it is."""\n    # More.\n    '), True),
        (CODE.replace("3", "4"), False),
        (CODE.replace(" > ", " >= "), False),
    ],
)
def test_words_do_not_change_the_digest_and_code_does(
    now: str, same: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "some_rule.py"
    module = ModuleType("some_rule")
    module.__file__ = str(file)
    monkeypatch.setitem(sys.modules, "some_rule", module)
    file.write_text(CODE)
    before = lived_on.digest_of(["some_rule"])
    file.write_text(now)
    assert (lived_on.digest_of(["some_rule"]) == before) is same


def test_lives_on_other_code_do_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mark = tmp_path / "lives"
    monkeypatch.setattr(runner, "code", lambda: "new")
    mark.write_text("4 0 0\nengine new")
    assert runner.run(0, 4, workers=1, mark=mark) == 0
    assert "4 passed" in capsys.readouterr().out
    mark.write_text("4 0 0\nengine old\n2 lost")
    assert runner.run(0, 2, workers=1, mark=mark) == 0
    assert "4 earlier lives do not count" in capsys.readouterr().out
    assert mark.read_text().startswith("2 ")


@pytest.mark.parametrize("changed", ["cli.py", "sync/merge/table.py", "tests/faults/race.py"])
def test_the_whole_digest_tells_a_change_anywhere_in_the_product_and_what_tries_it(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert all((lived_on.ROOT / room).exists() for room in (*lived_on.ENGINE, *lived_on.HARNESS))
    monkeypatch.setattr(lived_on, "ROOT", tmp_path)
    file = tmp_path / changed
    file.parent.mkdir(parents=True, exist_ok=True)
    found = []
    for now in (CODE, CODE.replace("3", "4")):
        file.write_text(now)
        lived_on.whole_digest.cache_clear()
        found.append(lived_on.whole_digest())
    lived_on.whole_digest.cache_clear()
    assert found[0] != found[1]
