"""Options of `intake`, with their help; light, for help must be instant."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class KindOf(StrEnum):
    """Who sends: the words of `sync.intake.sources.SourceKind`, which is heavy to import."""

    FORM = "form"
    TILDA = "tilda"
    VK = "vk"
    BITRIX24 = "bitrix24"
    ZADARMA = "zadarma"
    MANGO = "mango"
    UIS = "uis"
    MAIL = "mail"


Add = Annotated[str | None, typer.Option("--add", metavar="ИМЯ", help="Подключить новый источник.")]
Renew = Annotated[
    str | None, typer.Option("--renew", metavar="ИМЯ", help="Выдать новый адрес и ключ.")
]
Drop = Annotated[str | None, typer.Option("--drop", metavar="ИМЯ", help="Больше не принимать.")]
KindName = Annotated[
    KindOf,
    typer.Option(
        "--kind",
        metavar="ВИД",
        help="form форма или программа, tilda, vk, bitrix24, zadarma, mango, uis, mail почта.",
    ),
]
Signed = Annotated[
    bool, typer.Option("--signed", help="Принимать только с нашей подписью HMAC-SHA-256.")
]
Confirm = Annotated[
    str, typer.Option("--confirm", metavar="СТРОКА", help="ВКонтакте: строка подтверждения.")
]
Networks = Annotated[
    list[str] | None,
    typer.Option("--from-network", metavar="СЕТЬ", help="Откуда принимать: 203.0.113.0/24."),
]
PerMinute = Annotated[
    int | None,
    typer.Option("--per-minute", metavar="ЧИСЛО", help="Не больше запросов в минуту (30)."),
]
SourceZone = Annotated[
    str, typer.Option("--zone", metavar="ПОЯС", help="Часовой пояс источника, если не ваш.")
]
Host = Annotated[
    str, typer.Option("--host", metavar="СЕРВЕР", help="Почта: imap.yandex.ru или имя:порт.")
]
User = Annotated[str, typer.Option("--user", metavar="ЯЩИК", help="Почта: sales@firma.ru.")]
Folders = Annotated[
    list[str] | None,
    typer.Option("--folder", metavar="ПАПКА", help="Почта: какие папки читать (INBOX)."),
]
FilesFrom = Annotated[
    list[str] | None,
    typer.Option(
        "--files-from",
        metavar="АДРЕС",
        help="Почта: от кого брать файлы из писем: bank@firma.ru или @firma.ru.",
    ),
]
Port = Annotated[
    int, typer.Option("--port", metavar="ПОРТ", help="Вместо intake_port из настроек.")
]
ArrivalNumber = Annotated[
    int | None, typer.Argument(metavar="№", help="Номер из sheetcrm intake list.")
]
OneArrival = Annotated[int, typer.Argument(metavar="№", help="Номер из sheetcrm intake list.")]
