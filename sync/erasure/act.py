"""The act of an erasure: what was done and when, with nothing of whom it was about."""

from __future__ import annotations

from pathlib import Path

from model.texts.numbers import number
from sync.erasure.run import Erased
from sync.reports.html import render
from sync.reports.pages import write_page
from sync.team import HEAD_FOLDER, Team
from sync.world import Disk

FOLDER = "Акты"
COUNTS = {
    "rows": "строк таблиц обезличено или удалено",
    "lines": "строк хранилища и истории переписано",
    "books": "книг переписано сверх обычной записи",
    "files": "других файлов переписано",
    "removed": "файлов удалено целиком",
    "copies": "сохранённых версий переписано",
    "packs": "запечатанных частей второй копии удалено",
}


def write_act(team: Team, disk: Disk, done: Erased) -> Path:
    """The page of the act; where it stands."""
    name = f"{done.at:%Y-%m-%d} Акт удаления {done.title}.html"
    path = team.settings.folder / HEAD_FOLDER / FOLDER / name
    write_page(disk, path, render_act(done, who=team.settings.owner))
    return path


def render_act(done: Erased, *, who: str) -> str:
    """The act as one page of html that prints on A4."""
    return render("act.html", done=done, who=who, lines=lines_of(done))


def lines_of(done: Erased) -> list[tuple[str, str]]:
    """How much of what, in words."""
    return [(words, number(done.counts[key])) for key, words in COUNTS.items()
            if done.counts.get(key)]  # fmt: skip
