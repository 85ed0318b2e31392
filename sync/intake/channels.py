"""Which channel of the team a source of advertising is: «yandex» is its «Яндекс Директ»."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from sync.imports.headings import folded


def channel_of(source: str, named: Iterable[str]) -> str:
    """The team's channel for a source; the source itself when the team names none like it."""
    words = folded(source)
    own = {folded(name): name for name in named}
    if words in own:
        return own[words]
    group = next((group for group in _groups() if words in group), frozenset({words}))
    fits = [name for known, name in own.items() if known in group]
    return fits[0] if len(fits) == 1 else source


@cache
def _groups() -> tuple[frozenset[str], ...]:
    text = (files("sync.intake") / "profiles" / "channels.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(frozenset(folded(word) for word in line.split()) for line in lines)
