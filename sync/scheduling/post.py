"""Letters out: what is sent, and the port that sends it."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a letter."""

    name: str
    kind: str
    """Its type: «text/html»."""
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter before it has a sender. The same letter always carries the same id."""

    id: str
    to: tuple[str, ...]
    subject: str
    text: str
    attached: tuple[Attached, ...] = ()

    def message(self, sender: str) -> EmailMessage:
        """The letter as it travels."""
        message = EmailMessage(policy=SMTP)
        message["Message-ID"] = f"<{self.id}@sheetcrm>"
        message["From"], message["To"] = sender, ", ".join(self.to)
        message["Subject"] = self.subject
        message.set_content(self.text)
        for file in self.attached:
            main, _, sub = file.kind.partition("/")
            message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
        return message


class Post(Protocol):
    """Whoever carries letters away."""

    def send(self, letter: Letter, /) -> None:
        """Hands the letter over; raises NotSent with the reason."""
        ...
