"""What the machine needs to know, from `sheetcrm.toml`, read once into a frozen value.

What the team decides (plans, stages, pay) stands in the workbook, not here. An unknown key is an
error that names the nearest known one; secrets come from the environment only.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rapidfuzz import process

from model.errors import UnknownSetting, WrongSetting

FILE_NAME = "sheetcrm.toml"


class Settings(BaseModel):
    """Settings of one team's daemon."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path
    """Team folder: the books that people open."""
    family: str = Field(min_length=4)
    """Public id of the team; it stands in the stamp of every book."""
    language: str = Field(default="ru", pattern="^(ru|en)$")
    zone: str = "Europe/Moscow"
    owner: str = Field(min_length=1)
    """Name of the head who opens the team's book."""
    one_book: bool = False
    """Whether a team works in the owner's book alone, which has no pay then."""
    helper: str = ""
    """Whom to call when something does not work."""
    poll_seconds: float = Field(default=3.0, ge=0.2, le=600)
    """How often the files are looked at."""
    settle_seconds: float = Field(default=1.0, ge=0, le=60)
    """A file must stand still this long before it is read."""
    day_start: str = Field(default="08:30", pattern=r"^\d\d:\d\d$")
    """Each book is written once a working day at this hour, since figures depend on the date."""
    questions_a_day: int = Field(default=10, ge=1, le=1000)
    lock_password: str = ""
    """Password of sheet locks: against slips, not secrecy."""
    mail_host: str = ""
    """Server that takes letters; empty: none are sent."""
    mail_port: int = Field(default=587, ge=1, le=65535)
    mail_safety: str = Field(default="starttls", pattern="^(starttls|ssl|none)$")
    mail_user: str = ""
    """Its password is the variable SHEETCRM_MAIL_PASSWORD."""
    mail_from: str = ""
    copies_night: str = Field(default="03:00", pattern=r"^\d\d:\d\d$")
    """From this hour on, once a day: the store copied, a restore rehearsed, old copies let go."""
    copies_last: int = Field(default=20, ge=1, le=10_000)
    copies_hours: int = Field(default=25, ge=0, le=10_000)
    copies_days: int = Field(default=32, ge=0, le=10_000)
    copies_weeks: int = Field(default=12, ge=0, le=1_000)
    copies_months: int = Field(default=24, ge=0, le=1_000)
    copies_place: str = ""
    """Folder of the sealed second copies; empty: there are none."""
    google_key: str = ""
    """Key file of the service account that keeps the books in Google; empty: there are none."""
    google_personal: bool = False
    """Whether phones and mails of private persons may stand in Google."""
    office_pipe: str = Field(default="", pattern=r"^[0-9A-Za-z_-]*$")
    """Pipe on which LibreOffice lets us into open books; empty: they wait until they are closed."""
    office_python: str = ""
    """The Python that LibreOffice understands, with its module `uno`."""
    office_excel: bool = False
    """Whether books that are open in Excel are written there."""
    intake_port: int = Field(default=0, ge=0, le=65535)
    """Where the service takes leads and calls over HTTP; 0: nowhere."""
    intake_host: str = "127.0.0.1"
    intake_address: str = ""
    """How the world reaches that port: «https://crm.firma.ru»; only shown to people."""


def read_settings(path: Path) -> Settings:
    """The settings of a file; raises UnknownSetting or WrongSetting with the key and what to do."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise WrongSetting(key=str(error), value="", wanted="ключ = значение", path=path) from error
    try:
        return Settings.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            near = process.extract(key, list(Settings.model_fields), limit=1)[0]
            raise UnknownSetting(key=key, nearest=near[0], path=path) from error
        raise WrongSetting(
            key=key, value=first.get("input", ""), wanted=first["msg"], path=path
        ) from error


COMMENTS: dict[str, str] = {
    "folder": "Папка команды с книгами",
    "family": "Номер команды, стоит в метке каждой книги. Не меняйте",
    "language": "Язык: ru или en",
    "zone": "Часовой пояс",
    "owner": "Руководитель",
    "one_book": "Вся команда в одной книге, без зарплаты: своих книг ни у кого нет",
    "helper": "Кого звать, если что",
    "poll_seconds": "Как часто смотреть на файлы, секунд",
    "settle_seconds": "Сколько файл должен постоять без изменений, секунд",
    "day_start": "Когда обновлять книги утром рабочего дня",
    "questions_a_day": "Сколько новых вопросов в день задавать одному человеку",
    "lock_password": "Пароль защиты листов. Это от случайных правок, не секретность",
    "mail_host": "Почтовый сервер для отчётов; пусто - писем нет",
    "mail_port": "Его порт",
    "mail_safety": "Защита связи с ним: starttls, ssl или none",
    "mail_user": "Кто входит на сервер; пароль - в переменной SHEETCRM_MAIL_PASSWORD",
    "mail_from": "От кого письма; пусто - от того, кто входит",
    "copies_night": "Когда ночью приводить копии в порядок и проверять восстановление",
    "copies_last": "Сколько последних копий каждой книги хранить",
    "copies_hours": "За сколько часов хранить по копии в час",
    "copies_days": "За сколько дней хранить по копии в день",
    "copies_weeks": "За сколько недель хранить по копии в неделю",
    "copies_months": "За сколько месяцев хранить по копии в месяц",
    "copies_place": "Папка вторых, запечатанных копий; пусто - их нет",
    "google_key": "Файл ключа для книг в Google Таблицах; пусто - таких книг нет",
    "google_personal": "Можно ли телефонам и почте частных лиц стоять в Google",
    "office_pipe": "Канал к открытым книгам в LibreOffice; пусто - правки ждут, пока закроют",
    "office_python": "Python, который понимает LibreOffice",
    "office_excel": "Писать ли прямо в книги, открытые в Excel",
    "intake_port": "Порт, на котором служба принимает заявки и звонки; 0 - не принимает",
    "intake_host": "На каком адресе слушать. 127.0.0.1 - только свой компьютер, снаружи - прокси",
    "intake_address": "Как к этому порту приходят снаружи, например https://crm.firma.ru",
}


def write_settings(path: Path, settings: Settings) -> None:
    """Write every key with its comment."""
    lines: list[str] = []
    for key, value in settings.model_dump().items():
        text = str(value) if isinstance(value, int | float) else _quoted(str(value))
        text = text.lower() if isinstance(value, bool) else text
        lines += [f"# {COMMENTS[key]}", f"{key} = {text}", ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    path.chmod(0o600)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
