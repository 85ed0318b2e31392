"""Why an edit was not made, or what was changed in it: short Russian for a report to a person."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Words of an outcome."""

    NO_SHEET = "такого листа в книге нет"
    NO_CELLS = "на этом листе нет ячеек"
    BAD_CELL = "такого адреса ячейки не бывает"
    FORMULA = "в ячейке формула"
    NO_FORMULA = "формулы в ячейке уже нет"
    SHARED = "от этой формулы зависят соседние: она общая для нескольких ячеек"
    ARRAY = "ячейка входит в формулу массива или в таблицу данных"
    MERGED = "ячейка объединена с другой"
    HEADING = "это заголовок таблицы Excel"
    RICH = "в ячейке рисунок или связанные данные"
    ODD_CELL = "ячейка записана необычно"
    TOO_LONG = "текст длиннее 32 767 знаков"
    TOO_EARLY = "дат раньше 1900 года в Excel нет"
    NOT_A_NUMBER = "это не число"
    NOT_AN_ERROR = "такой ошибки в Excel нет"
    BAD_CHARACTERS = "убраны недопустимые знаки"
    NO_TABLE = "такой таблицы на листе нет"
    TOTALS = "у таблицы есть строка итогов"
    TABLE_EDGE = "таблица не может кончаться на этой строке"
    TABLE_MEETS = "ниже стоит другая таблица"
    HEADING_TAKEN = "такой заголовок в таблице уже есть"
    COLUMN_TAKEN = "столбец справа от таблицы занят"
    NO_RULE = "такого правила на листе нет"
    NO_LIKE_ROW = "строки-образца на листе нет"
    NEW_ROW = "эта строка добавляется сейчас целиком"
    NOT_BELOW = "строки можно добавить только ниже последней"
    BAD_STATE = "такого состояния листа не бывает"
    LAST_SHEET = "последний видимый лист скрыть нельзя"
    BAD_NAME = "такое имя Excel не примет"
    PROPERTIES = "свойства документа повреждены"
