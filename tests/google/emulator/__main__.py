"""The emulator started by hand: `python -m tests.google.emulator [PORT]` (or `make demo-google`).

It makes one spreadsheet, shares it with a service account, writes that account's key file into
the current folder, and answers until it is interrupted.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

from tests.google.client import OWNER, ROBOT, key_file, new_book
from tests.google.emulator.service import Google
from tests.google.emulator.wire import Server

PORT = 8901


def main(arguments: list[str]) -> None:
    """Serve until Ctrl+C."""
    google = Google(limits=True)
    key = new_book(google, "Книга руководителя")
    with Server(google, int(arguments[0]) if arguments else PORT) as server:
        place = Path("google-demo-key.json")
        place.write_text(json.dumps(key_file(server.address)), encoding="utf-8")
        print(f"address: {server.address}")
        print(f"spreadsheet: {key} (owner {OWNER}, shared with {ROBOT})")
        print(f"key file: {place}")
        threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1:])
