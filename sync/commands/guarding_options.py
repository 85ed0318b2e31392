"""Options of the commands that guard the base: passwords, exports, erasure; light for help."""

from __future__ import annotations

from typing import Annotated

import typer

NoPassword = Annotated[bool, typer.Option("--off", help="Снять пароль с книги.")]
InFile = Annotated[
    bool,
    typer.Option(
        "--in-file",
        help="Держать пароль в файле 0600 папки данных: только там, где нет хранилища паролей.",
    ),
]
ErasedClient = Annotated[
    str | None,
    typer.Argument(metavar="КЛИЕНТ", help="Номер карточки, ИНН, телефон или название."),
]
GoOn = Annotated[bool, typer.Option("--go-on", help="Закончить удаление, которое прервалось.")]
