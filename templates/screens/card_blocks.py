"""What stands on «Карточка», as data: blocks of a client's rows and the fields of each line.

The sheet finds a row by its place among the rows of the client (`card_keys` of the blueprint); the
page and the terminal take the same fields of the same rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

LATEST = 15
"""Rows of a block: the newest ones (PRODUCT 2.3)."""
FEW = 6
"""Rows of a block that is rarely full."""


class Form(Enum):
    """How a cell of a card is shown."""

    TEXT = "text"
    MONEY = "money"
    COUNT = "count"
    DAY = "day"
    MOMENT = "moment"
    LINK = "link"
    """An address behind a word."""
    NUMBER = "number"
    """The visible number of a row, behind which stands the row."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a block: what it shows, its heading, and how many columns of the sheet it takes.

    `word` is what an address is shown as.
    """

    key: str
    title: str
    form: Form = Form.TEXT
    span: int = 1
    word: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one table under their headings; `key` names it where the table does not."""

    key: str
    title: str
    table: str
    empty: str
    fields: tuple[Field, ...]
    lines: int = LATEST
    left: bool = True


DEALS = Block(
    "deals",
    "Сделки",
    "deals",
    "Сделок не было",
    (
        Field("id", "№", Form.NUMBER),
        Field("next_step", "Следующий шаг"),
        Field("stage", "Этап"),
        Field("amount", "Сумма, руб.", Form.MONEY),
        Field("paid", "Оплачено", Form.MONEY),
        Field("rest", "Осталось", Form.MONEY),
        Field("step_on", "Когда", Form.DAY),
    ),
)
PAYMENTS = Block(
    "payments",
    "Оплаты",
    "payments",
    "Оплат не было",
    (
        Field("date", "Дата", Form.DAY),
        Field("purpose", "Назначение", span=2),
        Field("amount", "Сумма, руб.", Form.MONEY),
        Field("deal_id", "Сделка"),
        Field("state", "Состояние", span=2),
    ),
)
DOCUMENTS = Block(
    "documents",
    "Документы",
    "documents",
    "Документов нет",
    (
        Field("date", "Дата", Form.DAY),
        Field("kind", "Вид"),
        Field("number", "Номер"),
        Field("amount", "Сумма, руб.", Form.MONEY),
        Field("state", "Состояние"),
        Field("link", "Файл", Form.LINK, word="открыть"),
        Field("due", "Оплатить до", Form.DAY),
    ),
)
REFUSALS = Block(
    "refusals",
    "Отказы и причины",
    "deals",
    "Отказов не было",
    (
        Field("id", "№", Form.NUMBER),
        Field("lost_reason", "Причина"),
        Field("rival", "Конкурент"),
        Field("amount", "Сумма, руб.", Form.MONEY),
        Field("closed_on", "Когда", Form.DAY),
    ),
    FEW,
)
COMPLAINTS = Block(
    "complaints",
    "Рекламации",
    "complaints",
    "Рекламаций не было",
    (
        Field("date", "Дата", Form.DAY),
        Field("text", "Что случилось"),
        Field("kind", "Тип"),
        Field("state", "Состояние"),
        Field("due", "Срок", Form.DAY),
        Field("solution", "Решение", span=2),
    ),
    FEW,
)
CONTACTS = Block(
    "contacts",
    "Контакты",
    "contacts",
    "Контактов нет",
    (
        Field("role", "Роль"),
        Field("fio", "ФИО"),
        Field("phone", "Телефон"),
        Field("email", "E-mail", span=2),
    ),
    FEW,
    left=False,
)
TASKS = Block(
    "tasks",
    "Шаги и заметки",
    "tasks",
    "Шагов и заметок нет",
    (
        Field("due", "Срок", Form.DAY),
        Field("what", "Что сделать"),
        Field("assignee", "Исполнитель"),
        Field("state", "Состояние"),
        Field("kind", "Тип"),
    ),
    left=False,
)
CALLS = Block(
    "calls",
    "Звонки",
    "calls",
    "Звонков нет",
    (
        Field("at", "Когда", Form.MOMENT),
        Field("outcome", "Итог"),
        Field("manager", "Менеджер"),
        Field("seconds", "Секунд", Form.COUNT),
        Field("record_url", "Запись", Form.LINK, word="слушать"),
    ),
    left=False,
)
LETTERS = Block(
    "letters",
    "Письма",
    "letters",
    "Писем нет",
    (
        Field("at", "Когда", Form.MOMENT),
        Field("subject", "Тема"),
        Field("channel", "Канал"),
        Field("dir", "Куда"),
        Field("link", "Ссылка", Form.LINK, word="открыть"),
    ),
    left=False,
)

TIMELINE = Block(
    "timeline",
    "Что было",
    "",
    "Пока ничего не было",
    (
        Field("at", "Когда", Form.DAY),
        Field("words", "Что", span=3),
        Field("money", "Сумма, руб.", Form.MONEY),
    ),
    left=False,
)
"""The newest events of all blocks."""

LEFT = (DEALS, PAYMENTS, DOCUMENTS, REFUSALS, COMPLAINTS)
RIGHT = (CONTACTS, TASKS, CALLS, LETTERS)
BLOCKS = (*LEFT, *RIGHT)


@dataclass(frozen=True, slots=True)
class Event:
    """How a line of a block stands in «Что было»: its day, and words about it.

    The word is that of `kind` where the row has one; `numbered` puts the row's number after it.
    `said` tells what it was about, `otherwise` where that is blank.
    """

    block: Block
    day: str
    word: str
    said: str
    otherwise: str = ""
    money: str = ""
    kind: str = ""
    numbered: bool = False


EVENTS = (
    Event(DEALS, "created_on", "Сделка", "stage", money="amount", numbered=True),
    Event(PAYMENTS, "date", "Оплата", "deal_id", "purpose", money="amount"),
    Event(DOCUMENTS, "date", "Документ", "number", money="amount", kind="kind"),
    Event(COMPLAINTS, "date", "Рекламация", "text"),
    Event(TASKS, "due", "Шаг", "what", kind="kind"),
    Event(CALLS, "at", "Звонок", "outcome", "dir"),
    Event(LETTERS, "at", "Письмо", "subject", kind="channel"),
)
"""What a day to come brings is no event yet."""
LOST = "lost"
"""Kind of the stages of lost deals, as «Сделки» says it."""
