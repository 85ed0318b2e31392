"""«Помощь»: one page of plain words."""

from __future__ import annotations

from math import ceil

from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from templates.screens import faces

WIDTHS = (3, 30, 100)
LETTERS_A_LINE = 104
LINE_HEIGHT, PARAGRAPH_GAP = 15.5, 11.0
TITLE_ROW = 2
COLOURS_BEFORE = 2
"""The topic number that is followed by the patches of colour."""
TOPICS: tuple[tuple[str, str], ...] = (
    (
        "1. Что пишете вы",
        "В «Сделках» шесть клеток: клиент, этап, сумма, следующий шаг, когда, ждём оплату. "
        "«Время», «Комментарий» и «Причина отказа» - по делу. Остальное посчитаю или загружу.",
    ),
    (
        "2. Цвета",
        "Тёмная шапка - столбец заполняете вы, светлая - считаю я. Цвет строки слева говорит, "
        "что горит, а жёлтая клетка - куда вписать. Что именно не так, написано в «Сигнале».",
    ),
    (
        "3. Новая строка",
        "Пишите в первую пустую строку под таблицей. В «Клиент» - название, ИНН или телефон: "
        "знакомого узнаю, нового заведу. Номер появится сам. Сигнал отвечает сразу.",
    ),
    (
        "4. Шаги и даты",
        "Сделали шаг - впишите новый: прежний закрою. Перенесли - поменяйте только дату. "
        "Понимаю «завтра», «пн», «15.03 10:00».",
    ),
    (
        "5. Сохраните, дальше я",
        "Сохраняйте книгу (Ctrl+S), прочитаю за несколько секунд. Пока она открыта, писать в неё "
        "не могу: новые цифры лягут, когда закроете. Excel спросит «Сохранить изменения?» - "
        "отвечайте «Сохранить». Что я уже принял, видно в «Мой прогноз.html» рядом с книгой.",
    ),
    (
        "6. Заявки с сайта и почты",
        "Сами пока не приходят. Впишите заявку строкой или выгрузите таблицей и отдайте "
        "руководителю, он загрузит: sheetcrm import leads ФАЙЛ.",
    ),
    (
        "7. Звонки",
        "Телефония пока не подключается, будет позже. Выгрузку АТС таблицей можно загрузить: "
        "sheetcrm import calls ФАЙЛ. Лист «Звонки» включают в «Настройки», «Листы».",
    ),
    (
        "8. Вопросы",
        "Чего не понял, спрошу на листе «Вопросы». Отвечайте одним словом: Да - сделаю, что "
        "предлагаю, Нет - оставлю как есть, Позже - спрошу завтра. Передумали - впишите Отменить.",
    ),
    (
        "9. Что можно с таблицей",
        "Сортировать, фильтровать, двигать, прятать и переименовывать столбцы, добавлять свои - "
        "ничего не собьётся. Скрытую первую строку и скрытые столбцы не удаляйте.",
    ),
    (
        "10. Удалили строку",
        "Она выйдет из расчётов и ляжет в корзину. Вернуть: «Вопросы», «Строка пропала», ответ Да.",
    ),
    (
        "11. Зарплата",
        "«Мой прогноз»: каждая строка - два числа и знак, рядом - что не вошло и почему. "
        "Не согласны - впишите в жёлтую клетку внизу того листа, увидит руководитель.",
    ),
    (
        "12. Копии",
        "Перед каждой записью кладу копию книги. Вернуть прежнюю может руководитель: "
        "sheetcrm backup list, затем sheetcrm backup restore НОМЕР.",
    ),
    (
        "13. Карточка клиента",
        "Всё об одном клиенте: впишите его название, ИНН или телефон в жёлтую клетку. В «Добавить» "
        "впишите шаг, заметку или контакт. Лист «Карточка» включают в «Настройки», «Листы».",
    ),
)
PATCHES = (
    (faces.PERSON_FILL, faces.PERSON_INK, "заполняете вы"),
    (faces.HEAD_FILL, faces.HEAD_INK, "считаю я"),
    (faces.YOURS_FILL, faces.INK, "ваша очередь вписать"),
    (faces.RED_FILL, faces.RED_INK, "теряем деньги или клиента"),
    (faces.YELLOW_FILL, faces.YELLOW_INK, "опаздываем"),
    (faces.BLUE_FILL, faces.BLUE_INK, "сегодня или подсказка"),
)


def draw_help(ws: Worksheet) -> None:
    """Paint the page."""
    ws.sheet_view.showGridLines = False
    for letter, width in zip("ABC", WIDTHS, strict=True):
        ws.column_dimensions[letter].width = width
    _write(ws, TITLE_ROW, 2, "Помощь", Font(name="Calibri", size=16, bold=True, color=faces.INK))
    ws.row_dimensions[TITLE_ROW].height = 28
    hint = "Книга - экран. Вы пишете в неё как в обычную таблицу, остальное делает программа."
    _write(ws, TITLE_ROW + 1, 2, hint, Font(name="Calibri", size=11, color=faces.GREY))
    row = TITLE_ROW + 3
    for number, (topic, words) in enumerate(TOPICS, start=1):
        _topic(ws, row, topic, words)
        row += 1
        if number == COLOURS_BEFORE:
            row = _patches(ws, row)
    _for_printing(ws)


def _topic(ws: Worksheet, row: int, topic: str, words: str) -> None:
    _write(ws, row, 2, topic, Font(name="Calibri", size=11, bold=True, color=faces.INK))
    _write(ws, row, 3, words, Font(name="Calibri", size=11, color=faces.INK), wrap=True)
    lines = ceil(len(words) / LETTERS_A_LINE)
    ws.row_dimensions[row].height = LINE_HEIGHT * lines + PARAGRAPH_GAP


def _patches(ws: Worksheet, row: int) -> int:
    """The colours with their meaning; returns the next free row."""
    for fill, ink, words in PATCHES:
        cell = ws.cell(row, 3, words)
        cell.fill = PatternFill("solid", start_color=fill, end_color=fill)
        cell.font = Font(name="Calibri", size=11, color=ink)
        cell.alignment = Alignment(horizontal="left", vertical="center", indent=1)
        ws.row_dimensions[row].height = 19
        row += 1
    ws.row_dimensions[row].height = PARAGRAPH_GAP
    return row + 1


def _write(
    ws: Worksheet, row: int, col: int, words: str, font: Font, *, wrap: bool = False
) -> None:
    cell = ws.cell(row, col, words)
    cell.font = font
    cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=wrap, indent=1)


def _for_printing(ws: Worksheet) -> None:
    ws.page_setup.orientation = "landscape"
    ws.page_setup.paperSize = 9
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
    ws.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    ws.page_margins.left = ws.page_margins.right = 0.4
