"""Options of the commands that guard the base: passwords, exports, erasure; light for help."""

from __future__ import annotations

from pathlib import Path
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
ExportFor = Annotated[
    str | None, typer.Argument(metavar="КТО", help="Для кого: фамилия. Строки - по его правам.")
]
ExportSheet = Annotated[
    str | None, typer.Argument(metavar="ЛИСТ", help="Какой лист: «Клиенты», «Оплаты».")
]
ExportTo = Annotated[
    Path | None, typer.Option("--out", metavar="ФАЙЛ", help="Куда: файл .xlsx или .csv.")
]
ExportList = Annotated[bool, typer.Option("--list", help="Кто, когда и сколько выгружал.")]
TraceFile = Annotated[
    Path | None,
    typer.Option("--trace", metavar="ФАЙЛ", help="Откуда этот список: из какой книги, выгрузки."),
]
