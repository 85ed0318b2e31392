"""Asking a program of the system for something that must succeed."""

from __future__ import annotations

from model.errors import ServiceRefused
from sync.service import Answer, Shell


def must(shell: Shell, *words: str) -> Answer:
    """What the program said; raises ServiceRefused with its own words when it failed."""
    answer = shell.run(*words)
    if not answer.fine:
        reason = " ".join(answer.out.split()) or f"код {answer.code}"
        raise ServiceRefused(program=words[0], reason=reason)
    return answer


def number_in(text: str) -> int | None:
    """A whole number, or None for anything else."""
    text = text.strip()
    return int(text) if text.lstrip("-").isdecimal() else None
