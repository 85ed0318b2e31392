"""gspread and google-auth, unmodified but for the address, in front of the emulator."""

from __future__ import annotations

from functools import cache
from typing import Any

import gspread
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2.service_account import Credentials
from typing_extensions import override

from tests.google.emulator.service import Google
from tests.google.emulator.wire import Wire

ROBOT = "sheetcrm@team.iam.gserviceaccount.com"
OWNER = "owner@example.com"
HOST = "https://google.emulated"
SCOPES = (
    "https://www.googleapis.com/auth/spreadsheets",
    "https://www.googleapis.com/auth/drive",
)


@cache
def private_key() -> str:
    """A fresh key in the form that Google's key files have."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def key_file(address: str = HOST) -> dict[str, str]:
    """What the key file of the service account holds; its tokens come from the emulator."""
    return {
        "type": "service_account",
        "project_id": "team",
        "private_key_id": "1",
        "private_key": private_key(),
        "client_email": ROBOT,
        "client_id": "1",
        "token_uri": f"{address}/token",
    }


def session_to(google: Google) -> AuthorizedSession:
    """A signed-in session whose wire ends in the emulator."""
    wire = Wire(google)
    plain = requests.Session()
    plain.mount("https://", wire)
    credentials = Credentials.from_service_account_info(key_file(), scopes=SCOPES)
    session = AuthorizedSession(credentials, auth_request=Request(plain))
    session.mount("https://", wire)
    return session


class Readdressed(gspread.HTTPClient):
    """gspread's own client; the host of every address is the emulator's."""

    address = HOST

    @override
    def request(self, method: str, endpoint: str, *given: Any, **named: Any) -> Any:
        """The request sent elsewhere."""
        _, _, rest = endpoint.partition("://")
        return super().request(method, f"{self.address}/{rest.partition('/')[2]}", *given, **named)


def gspread_to(google: Google) -> gspread.Client:
    """A client of gspread as anybody would use it."""
    nobody: Any = None  # the session is signed in
    return gspread.Client(nobody, session=session_to(google), http_client=Readdressed)


def new_book(google: Google, name: str = "Книга", *, locale: str = "ru_RU") -> str:
    """A spreadsheet that its owner made and shared with the service account."""
    google.cloud.storeless.add(ROBOT)
    key = google.cloud.create(OWNER, name, locale=locale, zone="Europe/Moscow")
    google.cloud.share(key, ROBOT)
    return key
