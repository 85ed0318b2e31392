"""Words of the questions that are not findings in one cell (UX section 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

AS_IT_WAS = "Вернуть как было? (Нет - принять как есть)"
MANY_NAMES = 4
"""More columns than this are named by the first and the last."""


@dataclass(frozen=True, slots=True)
class Words:
    """The three visible texts of a question."""

    about: str
    wrong: str
    proposal: str


def ask_who(typed: str, name: str, number: str, inn: str, *, several: bool) -> Words:
    """«Кто это»: a typed client that fits nobody exactly, or several."""
    who = f"{name}, {number}" + (f", ИНН {inn}" if inn else "")
    if several:
        return Words(
            "Кто это",
            f"«{typed}»: подходят несколько клиентов. Первый - {who}",
            "Это он? (другой - впишите его №, Нет - заведу нового)",
        )
    return Words(
        "Кто это",
        f"«{typed}»: такого клиента нет. Похож {who}",
        "Это он? (Нет - заведу нового)",
    )


def two_versions(heading: str, live: str, other: str, who: str) -> Words:
    """«Две версии»: what stands is this book's, another value came from elsewhere."""
    return Words(
        "Две версии",
        f"«{heading}»: у вас {live or 'пусто'}, {who} - {other or 'пусто'}. Стоит ваше",
        f"Поставить {other or 'пусто'}?",
    )


def came_second(heading: str, live: str, other: str, who: str) -> Words:
    """«Две версии»: a colleague's edit of the same cell was first, so it stands."""
    return Words(
        "Две версии",
        f"«{heading}»: у вас {other or 'пусто'}, но раньше сохранили другую правку, {who} - "
        f"{live or 'пусто'}. Она и стоит",
        f"Поставить ваше: {other or 'пусто'}?",
    )


def damaged_code(heading: str, live: str, other: str) -> Words:
    """«Цифры испорчены»: a program turned a code into a number or a day."""
    return Words(
        "Цифры испорчены",
        f"«{heading}»: {live}. Похоже, программа превратила код в число или дату. Было {other}",
        f"Вернуть {other}?",
    )


def mixed_versions(what: str, headings: Sequence[str]) -> Words:
    """«Сведено из двух»: fields that go together were changed on different sides."""
    named = ", ".join(f"«{heading}»" for heading in headings)
    return Words(
        "Сведено из двух",
        f"{what}: {named} меняли вы и кто-то ещё, каждый своё. Правки стоят обе",
        "Посмотрите, сходится ли. Да - всё верно",
    )


def put_back(cells: Sequence[str], count: int, added: int, taken: int, owner: str) -> Words:
    """«Правка не принята»: to whom did what the rights do not allow."""
    return Words(
        "Правка не принята",
        f"{_tried(cells, count, added, taken)}. Это правит {owner}, поэтому стоит как было. "
        "Остальные ваши правки приняты",
        "Если так нужно, скажите ему. Да - понятно",
    )


def tried_outside(who: str, cells: Sequence[str], count: int, added: int, taken: int) -> Words:
    """«Правка не по правам»: to the owner."""
    return Words(
        "Правка не по правам",
        f"{who}: {_tried(cells, count, added, taken)}. Вернул как было, в истории это есть",
        "Если правка верная, впишите её сами. Права - на листе «Доступ». Да - понятно",
    )


def lock_taken_off(who: str, sheets: Sequence[str]) -> Words:
    """«Сняли защиту»: to the owner; the lock stands again."""
    named = ", ".join(f"«{sheet}»" for sheet in sheets)
    return Words(
        "Сняли защиту",
        f"{who}: в книге сняли защиту - {named}. Поставил снова",
        "Защита - от случайных правок, не секрет. Да - понятно",
    )


def access_unclear(role: str, sheet: str, heading: str, typed: str, words: str) -> Words:
    """«Не понял права»: a line of «Доступ» that says nothing."""
    return Words(
        "Не понял права",
        f"«{role}», лист «{sheet}», колонка «{heading}»: «{typed}» - {words}",
        "Исправьте на листе «Доступ»",
    )


def _tried(cells: Sequence[str], count: int, added: int, taken: int) -> str:
    """«вписано в «Сумма»: 500; добавлено строк: 2»."""
    parts = []
    if cells:
        rest = f" и ещё {count - len(cells)}" if count > len(cells) else ""
        parts.append(f"вписано {', '.join(cells)}{rest}")
    if added:
        parts.append(f"добавлено строк: {added}")
    if taken:
        parts.append(f"убрано строк: {taken}")
    return "; ".join(parts)


def row_replaced(what: str, row: int, typed: str) -> Words:
    """«Вписан другой»: another client was typed over a row."""
    return Words(
        "Вписан другой",
        f"{what}: в строке {row} теперь {typed or 'другой'}. Прежний лежит в корзине, "
        "его сделки и звонки остались за ним",
        "Это тот же клиент? (Нет - это другой)",
    )


def taken_back(count: int, cells: Sequence[str], when: str) -> Words:
    """«Правки отменились»: a program that had opened the book earlier saved over the last save."""
    named = ", ".join(cells)
    return Words(
        "Правки отменились",
        f"Книгу сохранили {when} из второй программы, открытой раньше: прежними стали {count} "
        f"клеток ({named})",
        "Вернуть правки на место?",
    )


def old_file(when: str) -> Words:
    """«Старый файл»: an older version of the book stood in its place; today's was put back."""
    return Words(
        "Старый файл",
        f"На место книги положили версию от {when}. Вернул сегодняшнюю, ничего не пропало",
        f"Откатить всё к {when}? (Нет - оставить как есть)",
    )


def closed_unsaved(when: str) -> Words:
    """«Закрыли без сохранения»: what was typed into the open document was read and stays."""
    return Words(
        "Закрыли без сохранения",
        f"Книгу закрыли, не сохранив, в файле осталась версия от {when}. Что вписали, я уже "
        "прочитал: оно на месте",
        f"Откатить всё к {when}? (Нет - оставить, как вписали)",
    )


def hold_old_file(when: str, times: int) -> Words:
    """«СТОП: старый файл»: something keeps putting an old version back."""
    return Words(
        "СТОП: старый файл",
        f"На место книги {times} раза за час вернулась версия от {when}: похоже, её возвращает "
        "облачный диск или другая программа. Книгу не трогаю",
        f"Откатить всё к {when}? (Нет - верну сегодняшнее)",
    )


def hold_unknown_file(when: str) -> Words:
    """«СТОП: книга без метки»: a file of which nobody can tell what was changed in it."""
    return Words(
        "СТОП: книга без метки",
        f"Книгу {when} сохранила программа, которая стёрла мою метку, и я не вижу, какая версия "
        "в ней правилась. Книгу не трогаю",
        AS_IT_WAS,
    )


def parts_lost(parts: Sequence[str], when: str, copy: int) -> Words:
    """«Пропало из книги»: another program dropped parts of the workbook."""
    where = f"Они есть в копии № {copy} от {when}" if copy else "Копии с ними нет"
    return Words(
        "Пропало из книги",
        f"Программа, которая сохранила книгу, выбросила: {', '.join(parts)}. {where}",
        "Своё я вернул. Да - понятно",
    )


def second_file(name: str, edits: int) -> Words:
    """«Вторая книга»: a copy of the book lies beside it."""
    taken = f"Правок оттуда взял: {edits}" if edits else "Нового в ней нет"
    return Words(
        "Вторая книга",
        f"Рядом с книгой лежит её копия «{name}». {taken}. Сам файл не трогаю",
        "Работайте в одной книге, копию удалите. Да - понятно",
    )


def second_file_held(name: str) -> Words:
    """«Вторая книга»: a copy with too much damage to be merged."""
    return Words(
        "Вторая книга",
        f"Рядом с книгой лежит её копия «{name}», в ней пропало или сбито слишком много строк. "
        "Ничего из неё не взял, файл не трогаю",
        "Нужное перенесите сами, копию удалите. Да - понятно",
    )


def card_add_unclear(typed: str, picked: str, numbers: tuple[str, ...]) -> Words:
    """«Кому записать»: what was typed into «Добавить» of a card waits for its client."""
    if not picked:
        wrong = f"На «Карточке» вписано «{typed}», а клиент не выбран"
    elif numbers:
        wrong = f"На «Карточке» вписано «{typed}», а «{picked}» - это и {', и '.join(numbers)}"
    else:
        wrong = f"На «Карточке» вписано «{typed}», а клиента «{picked}» нет"
    return Words("Кому записать", wrong, "Впишите в жёлтую клетку «Клиент» его № или ИНН")


def typed_over(heading: str, live: str, other: str) -> Words:
    """«Вписано в серое»: a person typed into a computed cell."""
    return Words(
        "Вписано в серое",
        f"«{heading}»: вы вписали {other}, эту клетку считаю я. "
        f"Вернул {live or 'пусто'}, ваше - в журнале",
        "Передать руководителю?",
    )


def formula_typed_over(place: str, other: str) -> Words:
    """«Вписано в серое»: a person typed over a live formula of a figure sheet."""
    return Words(
        "Вписано в серое",
        f"{place}: вы вписали {other} поверх формулы. Формулу вернул, ваше число осталось здесь",
        "Передать руководителю?",
    )


def row_gone(what: str) -> Words:
    """«Строка пропала»: a row is no longer on its sheet."""
    return Words(
        "Строка пропала",
        f"{what}: строку убрали с листа. Из расчётов вышла, лежит в корзине",
        "Вернуть на лист? (Нет - останется в корзине)",
    )


def row_gone_fact(what: str, heading: str, value: str) -> Words:
    """«Строка пропала» of which an import has brought news since."""
    return Words(
        "Строка пропала",
        f"{what}: строку убрали с листа, а из загрузки пришло: «{heading}» {value or 'пусто'}",
        "Вернуть на лист? (Нет - останется в корзине)",
    )


def edit_and_deletion(what: str, heading: str) -> Words:
    """«Правка и удаление»: one side deleted the row, the other changed it."""
    return Words(
        "Правка и удаление",
        f"{what}: строку убрали с листа, а «{heading}» в ней изменили. Строку вернул",
        "Оставить? (Нет - уберу в корзину)",
    )


def hold_rows(sheet: str, gone: int, total: int, when: str) -> Words:
    """«СТОП: пропали строки»."""
    return Words(
        "СТОП: пропали строки",
        f"С листа «{sheet}» исчезли {gone} из {total} строк {when}. Лист не трогаю",
        f"Вернуть все {gone}? (Нет - в корзину)",
    )


def hold_changed(sheet: str, columns: Sequence[str], changed: int, total: int, when: str) -> Words:
    """«СТОП: сбиты строки»: other records stand where known ones stood, or under other keys."""
    what = f"сменилось: {_named(columns)}" if columns else "стоят другие данные"
    return Words(
        "СТОП: сбиты строки",
        f"На листе «{sheet}» {when} в {changed} из {total} строк {what}. Похоже, вставили чужой "
        "столбец или сделали замену по всему листу. Лист не трогаю",
        AS_IT_WAS,
    )


def hold_swapped(sheet: str, columns: Sequence[str], rows: int, total: int, when: str) -> Words:
    """«СТОП: столбцы поменялись местами»."""
    return Words(
        "СТОП: столбцы спутаны",
        f"На листе «{sheet}» {when} в {rows} из {total} строк {_named(columns)} поменялись "
        "значениями. Лист не трогаю",
        AS_IT_WAS,
    )


def hold_numbers(sheet: str, columns: Sequence[str], rows: int, total: int, when: str) -> Words:
    """«СТОП: номера стали числами»: 7,9E+10, lost zeros, codes that became days."""
    return Words(
        "СТОП: номера испорчены",
        f"На листе «{sheet}» {when} в {rows} из {total} строк {_named(columns)}: номера "
        "превратились в числа, цифры потеряны. Лист не трогаю",
        "Вернуть прежние номера? (Нет - принять как есть)",
    )


def hold_scaled(sheet: str, columns: Sequence[str], rows: int, total: int, when: str) -> Words:
    """«СТОП: потеряна запятая»: every sum is ten, a hundred, a thousand times what it was."""
    return Words(
        "СТОП: потеряна запятая",
        f"На листе «{sheet}» {when} в {rows} из {total} строк {_named(columns)}: все числа "
        "изменились в одно и то же число раз, в 10, 100 или 1000. Лист не трогаю",
        AS_IT_WAS,
    )


def hold_garbled(sheet: str, columns: Sequence[str], rows: int, total: int, when: str) -> Words:
    """«СТОП: буквы испорчены»: texts were read in the wrong encoding."""
    return Words(
        "СТОП: буквы испорчены",
        f"На листе «{sheet}» {when} в {rows} из {total} строк {_named(columns)}: вместо русских "
        "букв случайные знаки. Так бывает, когда файл сохранили через CSV. Лист не трогаю",
        AS_IT_WAS,
    )


def hold_flat(sheet: str, columns: Sequence[str], rows: int, total: int, when: str) -> Words:
    """«СТОП: столбец затёрт»: one value stands where many stood."""
    return Words(
        "СТОП: столбец затёрт",
        f"На листе «{sheet}» {when} в {rows} из {total} строк {_named(columns)}: везде одно и то "
        "же значение, а были разные. Лист не трогаю",
        AS_IT_WAS,
    )


def hold_sorted(sheet: str, columns: Sequence[str], when: str) -> Words:
    """«СТОП: сбита сортировка»: columns sorted or shifted away from the rest."""
    return Words(
        "СТОП: сбита сортировка",
        f"На листе «{sheet}» {when} отсортировано или сдвинуто отдельно от остального: "
        f"{_named(columns)}. Значения стоят в чужих строках. Лист не трогаю",
        AS_IT_WAS,
    )


def _named(columns: Sequence[str]) -> str:
    """Columns by name; a long run by its ends."""
    if len(columns) > MANY_NAMES:
        return f"столбцы от «{columns[0]}» до «{columns[-1]}»"
    return ", ".join(f"«{column}»" for column in columns)


def hold_cleared(sheet: str, cleared: int, total: int, when: str) -> Words:
    """«СТОП: стёрты клетки»."""
    return Words(
        "СТОП: стёрты клетки",
        f"На листе «{sheet}» {when} стёрто в {cleared} из {total} строк. Лист не трогаю",
        "Вернуть стёртое? (Нет - принять как есть)",
    )


def hold_copied(sheet: str, copied: int, when: str) -> Words:
    """«СТОП: строки задвоились»."""
    return Words(
        "СТОП: строки задвоились",
        f"На лист «{sheet}» {when} вставлены копии {copied} строк: план и прогноз выросли бы на "
        "них. Лист не трогаю",
        "Убрать копии? (Нет - это новые строки)",
    )


def hold_ids(sheet: str, rows: int, total: int, when: str) -> Words:
    """«СТОП: затёрты метки строк»: one id was pasted down the hidden column."""
    return Words(
        "СТОП: затёрты метки",
        f"На листе «{sheet}» {when} у {rows} из {total} строк затёрта скрытая метка: похоже, одну "
        "строку скопировали поверх скрытого столбца. Лист не трогаю",
        "Вернуть как было? (Нет - считать эти строки новыми)",
    )


def hold_spoilt(sheet: str, spoilt: int, total: int, when: str) -> Words:
    """«СТОП: суммы и даты стали текстом»."""
    return Words(
        "СТОП: числа стали текстом",
        f"На листе «{sheet}» {when} в {spoilt} из {total} строк суммы или даты стали текстом, "
        "который не прочесть. Лист не трогаю",
        AS_IT_WAS,
    )


def payment_unknown(amount: str, payer: str, inn: str, when: str, person: str) -> Words:
    """«Оплата неизвестно чья»."""
    known = f", ИНН {inn}" if inn else ""
    return Words(
        "Оплата неизвестно чья",
        f"{amount} от {payer or 'неизвестного плательщика'}{known}, {when}: такого клиента нет",
        f"Завести и отдать {person}?" if person else "Впишите № клиента: К-118",
    )


def payment_without_deal(amount: str, client: str, when: str, deals: int, best: str) -> Words:
    """«Оплата без сделки»."""
    return Words(
        "Оплата без сделки",
        f"{amount} от {client} {when}: открытых сделок {deals}",
        f"Отнести на {best}?",
    )
