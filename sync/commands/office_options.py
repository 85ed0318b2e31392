"""Options of the commands about open books; light for help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

OfficeProfile = Annotated[
    Path | None,
    typer.Option("--profile", metavar="ПАПКА", help="Папка профиля LibreOffice, если не обычная."),
]
OfficePython = Annotated[
    Path | None,
    typer.Option("--python", metavar="ФАЙЛ", help="Python с модулем uno, если сам не нашёлся."),
]
OfficeExcel = Annotated[
    bool | None,
    typer.Option("--excel/--no-excel", help="Писать ли в книги, открытые в Excel."),
]
