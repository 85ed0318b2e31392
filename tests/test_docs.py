"""The docs keep up with the program: every command, code and setting stands in them."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import cli  # noqa: TID251  # the roof itself is looked at
from model.errors import ExitCode
from model.problems import Code
from sync.settings import Settings

ROOT = Path(__file__).parents[1]
DOCS = sorted((ROOT / "docs").rglob("*.md"))
FRONT = [ROOT / "README.md", ROOT / "README.ru.md"]
PAGES = [*FRONT, *DOCS]
TEXT = {page: page.read_text(encoding="utf-8") for page in PAGES}
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
SAID = re.compile(r"(?:sheetcrm|cli\.py) ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)")
"""A command as the docs write it: its name and, in a group, the name inside."""

EXAMPLE = re.compile(r"^    sheetcrm ((?:[^ \n]| (?! ))+)", re.M)
"""An example stands in a block of its own; words of explanation begin after two spaces."""


def commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every command by its full name: «sync», «backup list»."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


KNOWN = dict(commands(typer.main.get_command(cli.app)))


@pytest.mark.parametrize("name", KNOWN)
def test_a_command_is_in_the_docs(name):
    russian = [text for page, text in TEXT.items() if "/ru/" in page.as_posix()]
    assert any(f"sheetcrm {name}" in text for text in russian)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_docs_name_only_commands_that_exist(page):
    said = set(SAID.findall(TEXT[page]))
    assert {one for one in said if one not in KNOWN and one.split()[0] not in KNOWN} == set()


def test_examples_are_understood():
    lines = [found for text in TEXT.values() for found in EXAMPLE.findall(text)]
    assert len(lines) > 20
    for line in lines:
        name, arguments = split(shlex.split(line))
        KNOWN[name].make_context(name, arguments)


def split(words: list[str]) -> tuple[str, list[str]]:
    """A command's full name and its arguments."""
    size = 1 if words[0] in KNOWN else 2
    return " ".join(words[:size]), words[size:]


@pytest.mark.parametrize("name", KNOWN)
def test_every_option_of_a_command_says_what_it_does(name):
    options = [one for one in KNOWN[name].params if one.param_type_name == "option"]
    assert [one.name for one in options if not one.help] == []


def test_every_problem_code_is_in_the_docs():
    page = TEXT[ROOT / "docs" / "problems.md"]
    assert [code.value for code in Code if f"`{code.value}`" not in page] == []


def test_every_exit_code_is_in_the_docs():
    page = TEXT[ROOT / "docs" / "exit-codes.md"]
    listed = {int(found) for found in re.findall(r"^\| (\d+) \|", page, re.M)}
    assert listed == {code.value for code in ExitCode}


def test_every_setting_is_in_the_docs():
    page = TEXT[ROOT / "docs" / "ru" / "настройки.md"]
    listed = set(re.findall(r"^\| `([a-z_]+)` \|", page, re.M))
    assert listed == set(Settings.model_fields)


def test_what_the_front_pages_ask_make_for_exists():
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    for page in FRONT:
        asked = set(re.findall(r"(?:^    |`)make ([a-z]+)", TEXT[page], re.M))
        assert {"demo", "test"} <= asked <= made


def test_make_lists_every_command():
    shown = subprocess.run(["make", "help"], check=True, capture_output=True, text=True, cwd=ROOT)
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.M)
    assert phony is not None
    assert set(re.findall(r"^  make ([\w-]+)", shown.stdout, re.M)) == set(phony[1].split())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_and_pictures_lead_somewhere(page):
    assert [one for one in LINK.findall(TEXT[page]) if not (page.parent / one).exists()] == []


def test_pictures_are_small_and_used():
    used = {(page.parent / one).resolve() for page in PAGES for one in LINK.findall(TEXT[page])}
    pictures = sorted((ROOT / "docs" / "img").glob("*.png"))
    assert [one.name for one in pictures if one.stat().st_size > 250_000] == []
    assert [one.name for one in pictures if one.resolve() not in used] == []
