"""The key file of a service account, and the place that it opens."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.service_account import Credentials

from model.errors import GoogleKeyWrong
from sync.books.google.client import PatientClient
from sync.books.google.place import Place
from sync.world import World

SCOPES = (
    "https://www.googleapis.com/auth/spreadsheets",
    "https://www.googleapis.com/auth/drive",
)
GOOGLE = (".googleapis.com", ".google.com")


def place_of(key_file: PurePath) -> Place:
    """The place that a key opens; raises GoogleKeyWrong. Nothing is asked of the network yet."""
    try:
        made: Any = Credentials  # google-auth says nothing of its types
        credentials = made.from_service_account_file(str(key_file), scopes=SCOPES)
    except (OSError, ValueError, GoogleAuthError) as error:
        raise GoogleKeyWrong(reason=_why(error)) from error
    host = host_of(str(credentials._token_uri))  # noqa: SLF001  # google-auth shows it nowhere else

    def connect(world: World) -> PatientClient:
        session: Any = AuthorizedSession  # nor here
        return PatientClient(None, session(credentials), world=world, host=host)

    return Place(connect, str(credentials.service_account_email))


def host_of(token_uri: str) -> str:
    """Where the Google of a key stands: empty for the real one, else where its tokens come from."""
    parts = urlsplit(token_uri)
    if f".{parts.hostname or ''}".endswith(GOOGLE):
        return ""
    return f"{parts.scheme}://{parts.netloc}"


def _why(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"файл не читается: {error.strerror or error}"
    return "это не ключ сервисного аккаунта в виде JSON"
