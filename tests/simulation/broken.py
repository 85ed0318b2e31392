"""A promise that was broken: what every check of the simulation raises."""

from __future__ import annotations


class Broken(AssertionError):
    """A promise was broken: `rule` names it as MERGE_SPEC or docs/merge-rules.md does."""

    def __init__(self, rule: str, told: str) -> None:
        super().__init__(f"{rule}: {told}")
        self.rule = rule
