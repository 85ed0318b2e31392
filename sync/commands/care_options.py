"""Options of the commands that look after clients: whose they are, how well they are kept."""

from __future__ import annotations

from typing import Annotated

import typer

Base = Annotated[
    bool,
    typer.Option("--base", help="Не заявки, а клиентов без менеджера или с уволившимся."),
]

Giver = Annotated[str, typer.Argument(metavar="ОТ_КОГО", help="Фамилия того, кто передаёт.")]
Taker = Annotated[str, typer.Argument(metavar="КОМУ", help="Фамилия того, кто принимает.")]
Clients = Annotated[
    list[str] | None,
    typer.Option("--client", metavar="№", help="Только этот клиент: К-204. Можно повторять."),
]

OfPerson = Annotated[
    str | None, typer.Option("--person", metavar="ИМЯ", help="Только карточки этого менеджера.")
]
OfField = Annotated[
    str | None,
    typer.Option("--field", metavar="СТОЛБЕЦ", help="Только карточки, где этого нет: ИНН."),
]
OfSegment = Annotated[
    str | None,
    typer.Option("--segment", metavar="ОТРАСЛЬ", help="Только клиенты этой отрасли."),
]
