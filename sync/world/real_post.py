"""Letters over SMTP, to the server that the settings of the machine name."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from model.errors import NotSent
from sync.scheduling.post import Letter
from sync.settings import Settings

PASSWORD = "SHEETCRM_MAIL_PASSWORD"  # noqa: S105  # the name of a variable
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class SmtpPost:
    """One server; each letter has a connection of its own."""

    host: str
    port: int
    safety: str
    """`ssl`, `starttls` or `none`."""
    user: str
    sender: str
    password: str = field(default="", repr=False)

    def send(self, letter: Letter, /) -> None:
        """Hands the letter to the server; raises NotSent, also when it refuses one receiver."""
        message = letter.message(self.sender)
        try:
            server = self._connected()
            try:
                refused = server.send_message(message, self.sender, list(letter.to))
            finally:
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()
        except (smtplib.SMTPException, OSError) as failure:
            raise NotSent(to=", ".join(letter.to), reason=_reason(failure)) from failure
        if refused:
            raise NotSent(to=", ".join(refused), reason="сервер не принял адрес")

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if self.safety == "ssl":
            server = smtplib.SMTP_SSL(self.host, self.port, timeout=PATIENCE, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=PATIENCE)
        try:
            if self.safety == "starttls":
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
        except (smtplib.SMTPException, OSError):
            server.close()
            raise
        return server


def post_of(settings: Settings, environment: Mapping[str, str]) -> SmtpPost | None:
    """The server of the settings; None while none is named. The password is a variable."""
    if not settings.mail_host:
        return None
    return SmtpPost(
        settings.mail_host,
        settings.mail_port,
        settings.mail_safety,
        settings.mail_user,
        settings.mail_from or settings.mail_user,
        environment.get(PASSWORD, ""),
    )


def _reason(failure: Exception) -> str:
    if isinstance(failure, smtplib.SMTPResponseException):
        error = failure.smtp_error
        words = error.decode(errors="replace") if isinstance(error, bytes) else str(error)
        return f"{failure.smtp_code} {words}".strip()
    return str(failure) or type(failure).__name__
