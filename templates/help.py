"""«Помощь»: one page of plain words."""

from __future__ import annotations

from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from templates.screens import faces

WIDTHS = (3, 30, 96)
TOPICS: tuple[tuple[str, str], ...] = (
    (
        "1. Что писать мне",
        "В «Сделках» шесть клеток: клиент, этап, сумма, следующий шаг, когда, "
        "ждём оплату. Всё остальное посчитаю или загружу я.",
    ),
    (
        "2. Цвета",
        "Тёмная шапка - пишете вы. Серое - считаю я. Жёлтая клетка - ваша очередь. "
        "Красный - теряем деньги или клиента, жёлтый - опаздываем, синий - сегодня.",
    ),
    (
        "3. Новая строка",
        "Впишите клиента в первую пустую строку под таблицей: название, ИНН или "
        "телефон. Знакомого узнаю, нового заведу. Номер появится сам.",
    ),
    (
        "4. Сохранили - прочитал",
        "Сохраните книгу (Ctrl+S), я прочитаю её за несколько секунд. "
        "Пока книга открыта, писать в неё не могу: новое появится, когда вы её закроете. "
        "Если Excel спросит «Сохранить изменения?» - отвечайте «Сохранить».",
    ),
    (
        "5. Вопросы",
        "Если что-то непонятно, спрошу на листе «Вопросы». Ответ - одно слово: Да, Нет, "
        "Позже. Передумали - впишите Отменить.",
    ),
    (
        "6. Заявки с сайта и почты",
        "Сами пока не приходят. Выгрузите их таблицей и попросите "
        "руководителя: sheetcrm import leads ФАЙЛ.",
    ),
    (
        "7. Звонки",
        "Сами пока не приходят. Выгрузка из АТС таблицей: sheetcrm import calls ФАЙЛ. "
        "Лист «Звонки» включает руководитель: «Настройки», «Листы».",
    ),
    (
        "8. Сортировка и столбцы",
        "Сортируйте, фильтруйте, двигайте и прячьте столбцы, добавляйте "
        "свои - ничего не собьётся. Скрытые строку 1 и столбцы не удаляйте.",
    ),
    (
        "9. Удалили строку",
        "Она выйдет из расчётов и ляжет в корзину. Вернуть: «Вопросы», «Строка пропала», ответ Да.",
    ),
    (
        "10. Зарплата",
        "«Мой прогноз»: каждая строка - два числа и знак. Не согласны - впишите в "
        "жёлтую клетку внизу листа, вопрос уйдёт руководителю.",
    ),
    (
        "11. Копии",
        "Перед каждой записью кладу копию книги. Вернуть: sheetcrm backup list, "
        "потом sheetcrm backup restore НОМЕР.",
    ),
)


def draw_help(ws: Worksheet) -> None:
    """Paint the page."""
    ws.sheet_view.showGridLines = False
    for number, width in enumerate(WIDTHS, start=1):
        ws.column_dimensions["ABC"[number - 1]].width = width
    title = ws.cell(2, 2, "Помощь")
    title.font = Font(name="Calibri", size=16, bold=True, color=faces.INK)
    ws.row_dimensions[2].height = 28
    for row, (topic, words) in enumerate(TOPICS, start=4):
        head, text = ws.cell(row, 2, topic), ws.cell(row, 3, words)
        head.font = Font(name="Calibri", size=11, bold=True, color=faces.INK)
        text.font = Font(name="Calibri", size=11, color=faces.INK)
        for cell in (head, text):
            cell.alignment = Alignment(vertical="top", wrap_text=True, indent=1)
        ws.row_dimensions[row].height = 19.0 * (1 + len(words) // 100) + 6
    row = 4 + len(TOPICS) + 1
    for fill, words in (
        (faces.PERSON_FILL, "пишете вы"),
        (faces.HEAD_FILL, "считаю я"),
        (faces.YOURS_FILL, "ваша очередь"),
        (faces.RED_FILL, "теряем деньги или клиента"),
        (faces.YELLOW_FILL, "опаздываем"),
        (faces.BLUE_FILL, "сегодня"),
    ):
        cell = ws.cell(row, 2, words)
        cell.fill = PatternFill("solid", start_color=fill, end_color=fill)
        ink = faces.PERSON_INK if fill == faces.PERSON_FILL else faces.INK
        cell.font = Font(name="Calibri", size=11, color=ink)
        cell.alignment = Alignment(indent=1, vertical="center")
        row += 1
    ws.page_setup.orientation = "landscape"
    ws.page_setup.paperSize = 9
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
    ws.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
