"""Options of the commands that look after clients: whose they are, how well they are kept."""

from __future__ import annotations

from typing import Annotated

import typer

Base = Annotated[
    bool,
    typer.Option("--base", help="Не заявки, а клиентов без менеджера или с уволившимся."),
]
