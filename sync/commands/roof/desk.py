"""Under the roof: a team opened for one command, answers printed, questions asked.

What the commands share. The clock and the machine are bound here (`sync.world.real`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer

from sync.commands.console import log_to, progress

if TYPE_CHECKING:
    from sync.commands.said import Said
    from sync.team import Team
    from sync.world import World

LOG_FILE = "sheetcrm.log"


@dataclass(frozen=True, slots=True)
class Desk:
    """An opened team and the world of one command."""

    team: Team
    world: World
    say: Callable[[str], None]
    """Tells a terminal how far a long command is."""


@contextmanager
def opened(
    folder: Path | None, state: Path | None, *, patient: bool = True, stays: bool = False
) -> Iterator[Desk]:
    """The team meant, opened for one command; its log is open too, and a wait is shown.

    A command that stays turns the log over and writes down what ended it.
    """
    from sync.opening import opened as team_of
    from sync.team import find_state, state_root
    from sync.world.real import real_world

    with progress() if patient else nullcontext(_in_lines) as say:
        place = find_state(folder, state_root(state, os.environ), Path.cwd())
        with log_to(place / LOG_FILE, stays=stays), team_of(place) as team:
            zone = ZoneInfo(team.settings.zone)
            yield Desk(team, real_world(zone, team.settings.settle_seconds), say)


def _in_lines(words: str) -> None:
    """How far it is, on a terminal that is also asked on: a turning line would spoil the answer."""
    if sys.stderr.isatty():
        print(words, file=sys.stderr)


def tell(said: Said, *, as_json: bool) -> None:
    """Print an answer and leave with its code."""
    from sync.commands.said import dumped

    if as_json:
        print(dumped(said.facts))
    else:
        for words in said.lines:
            line(words)
    for words in said.warnings:
        print(words, file=sys.stderr)
    if said.code:
        raise typer.Exit(int(said.code))


def line(text: str) -> None:
    """One line for people, at once."""
    print(text, flush=True)


def json_line(text: str) -> None:
    """The same for programs."""
    import json

    line(json.dumps({"said": text}, ensure_ascii=False))


def ask(question: str) -> str:
    """What a person answers in a line."""
    print(question, end="", flush=True)
    return sys.stdin.readline().rstrip("\n")


def ask_secret(question: str) -> str:
    """A secret, unseen while it is typed; nobody is asked where nobody sits."""
    if not sys.stdin.isatty():
        return ""
    from getpass import getpass

    return getpass(question)


def ask_password(question: str) -> str:
    """A password, unseen on a terminal; a script hands it in as a line of its input."""
    return ask_secret(question) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
