"""What is known of the copies without looking at them: the last rehearsal, the second place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from store import Reader
from sync.copies.rehearsal import GOOD, Rehearsal, last_rehearsal
from sync.settings import Settings

SENT = "copies:sent"
"""Job: when the second place had everything last."""
TROUBLE = "copies:trouble"
"""Meta key: what went wrong in the night, in words; empty when nothing did."""
STALE = timedelta(days=3)
"""A rehearsal or a second copy that is older is a fault: a weekend passes without one."""


@dataclass(frozen=True, slots=True)
class Copied:
    """The condition of the copies."""

    rehearsed: Rehearsal | None
    good: datetime | None
    sent: datetime | None
    has_place: bool
    trouble: str

    @classmethod
    def of(cls, reader: Reader, settings: Settings) -> Self:
        """The condition by the store."""
        return cls(
            last_rehearsal(reader),
            reader.job_done(GOOD),
            reader.job_done(SENT),
            bool(settings.copies_place),
            reader.meta(TROUBLE) or "",
        )

    def words(self, when: Callable[[datetime | None], str]) -> str:
        """«вторая копия 14:00; проверка восстановления 12.03 03:00 сошлась»."""
        second = f"вторая копия {when(self.sent)}" if self.has_place else "второй копии нет"
        if self.rehearsed is None:
            return f"{second}; восстановление ещё не проверялось"
        how = "не сошлась" if self.rehearsed.trouble else "сошлась"
        return f"{second}; проверка восстановления {when(self.rehearsed.at)} {how}"

    def faults(self, now: datetime) -> list[str]:
        """What a lamp is lit for; a team whose first night is still to come has none."""
        found = []
        if self.rehearsed is not None and self.rehearsed.trouble:
            found.append("копии: восстановление не сошлось")
        elif self.good is not None and now - self.good > STALE:
            found.append(f"копии не проверялись с {self.good.astimezone(now.tzinfo):%d.%m}")
        if self.has_place and (self.sent is None or now - self.sent > STALE):
            since = (
                "её нет" if self.sent is None else f"от {self.sent.astimezone(now.tzinfo):%d.%m}"
            )
            found.append(f"вторая копия: {since}")
        if self.trouble and not found:
            found.append("копии: ночью не всё удалось")
        return found
