"""Words of every finding: what it is about, what is wrong, what we propose.

`describe` gives the line that the workbook, the log and the terminal share. `{0}`, `{1}` are the
values of the problem; what each of them is stands in `Words.facts`, for docs/problems.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from model.blueprint import Blueprint
from model.problems import Code, Place, Problem


@dataclass(frozen=True, slots=True)
class Words:
    """Texts of one code. `asks`: «Да» carries the proposal out; else mending the cell ends it."""

    about: str
    wrong: str
    proposal: str
    facts: tuple[str, ...] = ()
    asks: bool = False
    plain: str = ""
    """The proposal where nothing alike was found (no second value)."""
    plain_wrong: str = ""
    short: str = ""
    """The row's remark in «Сигнал»."""


PROBLEMS: dict[Code, Words] = {
    Code.INN_CHECKSUM: Words(
        "ИНН",
        "{0}: не сходится контрольная цифра",
        "Сверьте со счётом или карточкой",
        ("как вписано",),
        short="Проверьте ИНН",
    ),
    Code.INN_LENGTH: Words(
        "ИНН",
        "«{0}»: в ИНН 10 цифр у фирмы и 12 у ИП",
        "Поставить {1}?",
        ("как вписано", "что вышло"),
        asks=True,
        plain="Впишите ИНН целиком, одними цифрами",
        short="Проверьте ИНН",
    ),
    Code.INN_ZEROS: Words(
        "ИНН",
        "{0}: одни нули, клиента по нему не узнать",
        "Впишите настоящий ИНН или очистите ячейку",
        ("как вписано",),
        short="Проверьте ИНН",
    ),
    Code.INN_LOST_ZERO: Words(
        "ИНН без нуля",
        "{0}: {2} цифр. Похоже, Excel срезал ноль впереди",
        "Поставить {1}?",
        ("как вписано", "ИНН с нулём", "сколько цифр"),
        asks=True,
        short="ИНН без нуля",
    ),
    Code.KPP_SHAPE: Words(
        "КПП",
        "«{0}»: в КПП 9 знаков, счёт с таким не примут",
        "Сверьте со счётом или карточкой",
        ("как вписано",),
        short="Проверьте КПП",
    ),
    Code.PHONE_SHAPE: Words(
        "Телефон",
        "«{0}»: по такому номеру не дозвониться",
        "Поставить {1}?",
        ("как вписано", "что вышло"),
        asks=True,
        plain="Впишите, например, 8 916 123-45-67",
        short="Проверьте телефон",
    ),
    Code.PHONE_NO_CODE: Words(
        "Телефон без кода",
        "{0}: не хватает кода города",
        "Впишите: {1} {0}",
        ("как вписано", "код города"),
        plain="Впишите номер с кодом города",
        short="Телефон без кода",
    ),
    Code.PHONE_DAMAGED: Words(
        "Телефон испорчен",
        "{0}: Excel превратил номер в число. Было {1}",
        "Вернуть прежний?",
        ("как вписано", "что было"),
        asks=True,
        plain="Впишите номер заново",
        plain_wrong="{0}: Excel превратил номер в число",
        short="Телефон испорчен",
    ),
    Code.EMAIL_SHAPE: Words(
        "E-mail",
        "«{0}»: письмо не дойдёт",
        "Поставить {1}?",
        ("как вписано", "что вышло"),
        asks=True,
        plain="Впишите, например, ivan@firma.ru",
        short="Проверьте e-mail",
    ),
    Code.AMOUNT_TEXT: Words(
        "Сумма текстом",
        "«{0}»: в план и зарплату не попадёт",
        "Впишите {1}",
        ("как вписано", "число или пример"),
        plain="Впишите одно число, например 300000",
        short="Сумма текстом",
    ),
    Code.AMOUNT_NEGATIVE: Words(
        "Сумма с минусом",
        "{0}: в план и зарплату не попадёт",
        "Впишите без минуса. Возврат вписывают на листе «Оплаты»",
        ("как вписано",),
        short="Сумма с минусом",
    ),
    Code.NUMBER_TEXT: Words(
        "Число текстом",
        "{2} «{0}»: в расчёт не попадёт",
        "Впишите {1}",
        ("как вписано", "число", "столбец"),
        plain="Впишите одно число",
        short="Число текстом",
    ),
    Code.DATE_TEXT: Words(
        "Непонятная дата",
        "«{0}»: напомнить не смогу",
        "Впишите, например, {1}",
        ("как вписано", "пример даты"),
        short="Непонятная дата",
    ),
    Code.DATE_STRANGE: Words(
        "Странная дата",
        "{2} {0}",
        "Поставить {1}?",
        ("как вписано", "похожая дата", "столбец"),
        asks=True,
        plain="Проверьте год",
        short="Странная дата",
    ),
    Code.TIME_TEXT: Words(
        "Непонятное время",
        "«{0}»: напомню в течение дня",
        "Впишите, например, 10:00",
        ("как вписано",),
        short="Непонятное время",
    ),
    Code.NOT_IN_LIST: Words(
        "Нет в списке",
        "{2} «{0}»",
        "Поставить «{1}»?",
        ("как вписано", "ближайшее из списка", "столбец"),
        asks=True,
        plain="Выберите из списка",
        short="Нет в списке",
    ),
    Code.UNKNOWN_CLIENT: Words(
        "Кто это",
        "«{0}»: такого клиента нет. Похож {1}",
        "Это он? (Нет - заведу нового)",
        ("как вписано", "похожий клиент"),
        asks=True,
        plain="Завести нового?",
        plain_wrong="«{0}»: такого клиента нет",
        short="Кто это?",
    ),
    Code.AMBIGUOUS_CLIENT: Words(
        "Кто это",
        "«{0}»: таких клиентов несколько: {1}",
        "Впишите номер нужного, например {2}",
        ("как вписано", "подходящие клиенты", "номер первого"),
        short="Кто это?",
    ),
    Code.UNKNOWN_DEAL: Words(
        "Какая сделка",
        "«{0}»: такой сделки нет",
        "Впишите номер сделки, например С-125",
        ("как вписано",),
        short="Какая сделка?",
    ),
    Code.UNKNOWN_PERSON: Words(
        "Кто это",
        "«{0}»: такого сотрудника нет. Похож {1}",
        "Поставить «{1}»?",
        ("как вписано", "похожий сотрудник"),
        asks=True,
        plain="Выберите из списка сотрудников",
        plain_wrong="«{0}»: такого сотрудника нет",
        short="Кто это?",
    ),
    Code.NO_AMOUNT: Words(
        "Нет суммы",
        "Этап «{0}», суммы нет: в прогноз не входит",
        "Впишите сумму",
        ("этап",),
        short="Впишите сумму",
    ),
    Code.NO_EXPECTED_DATE: Words(
        "Нет даты оплаты",
        "Этап «{0}», даты оплаты нет: в прогноз не входит",
        "Впишите, когда ждём оплату",
        ("этап",),
        short="Впишите дату оплаты",
    ),
    Code.NO_INN: Words(
        "Нет ИНН",
        "Этап «{0}», у клиента нет ИНН: оплату по нему не узнаю",
        "Впишите ИНН на листе «Клиенты»",
        ("этап",),
        short="Впишите ИНН клиента",
    ),
    Code.NO_LOST_REASON: Words(
        "Нет причины отказа",
        "Этап «{0}», причины нет: в отчёт об отказах не войдёт",
        "Выберите причину отказа",
        ("этап",),
        short="Выберите причину отказа",
    ),
    Code.NO_NEXT_STEP: Words(
        "Нет следующего шага",
        "Этап «{0}», что делать дальше - не вписано",
        "Впишите следующий шаг и когда",
        ("этап",),
        short="Нет следующего шага",
    ),
    Code.NO_STEP_DATE: Words(
        "Шаг без даты",
        "«{0}»: не вписано когда, напомнить не смогу",
        "Впишите, когда",
        ("следующий шаг",),
        short="Впишите, когда",
    ),
    Code.STEP_OVERDUE: Words(
        "Просрочено",
        "«{0}»: надо было {1}, просрочено на {2} дн.",
        "Сделайте и впишите следующий шаг или перенесите дату",
        ("следующий шаг", "когда", "дней"),
        short="Просрочено на {2} дн.",
    ),
    Code.EXPECTED_PASSED: Words(
        "Дата оплаты прошла",
        "Ждали оплату {0}, её нет",
        "Впишите новую дату или причину отказа",
        ("когда ждали",),
        short="Дата оплаты прошла",
    ),
    Code.FORMULA_FAULT: Words(
        "Формула не считается",
        "{0} вместо значения: взял прежнее",
        "Поправьте формулу или впишите значение",
        ("что в ячейке",),
        short="Формула не считается",
    ),
    Code.FOREIGN_ROW: Words(
        "Строка не в счёт",
        "Похоже на итог, заметку или второй заголовок: за строку таблицы не считаю, не трогаю",
        "Нужна строка - допишите её, нет - перенесите в сторону от таблицы",
        short="Не в счёт",
    ),
    Code.COLUMN_GONE: Words(
        "Пропал столбец",
        "Столбца «{0}» нет на листе: данные помню, показать негде",
        "Верните столбец: «Отменить» или копия книги",
        ("столбец",),
        short="Пропал столбец",
    ),
    Code.COLUMN_DOUBLED: Words(
        "Два столбца",
        "Столбцов «{0}» два: читаю прежний, копию не трогаю",
        "Удалите лишний",
        ("столбец",),
        short="Два столбца",
    ),
    Code.COLUMN_UNSURE: Words(
        "Столбец не узнал",
        "«{0}»: не вижу, какой это теперь столбец. Данные помню, в него не пишу",
        "Верните столбцу прежний заголовок или возьмите его из копии книги",
        ("столбец",),
        short="Столбец не узнал",
    ),
    Code.BAD_CHARACTERS: Words(
        "Невидимые знаки",
        "В тексте были знаки, которых Excel не понимает: {0} шт. Убрал их",
        "Проверьте текст",
        ("сколько знаков",),
        short="Невидимые знаки",
    ),
    Code.PLAN_MISMATCH: Words(
        "План не сходится",
        "Отдел {0}, по людям {1}: не распределено {2}",
        "Допишите на листе «Планы»",
        ("план отдела", "сумма по людям", "разница"),
        short="План не сходится",
    ),
    Code.PAY_RULE: Words(
        "Мотивация",
        "{3}, «{2}»: {0}. Так не посчитать, строка в зарплату не входит",
        "{1}",
        ("как вписано", "что вписать", "столбец", "компонент"),
        short="Строка не входит в зарплату",
    ),
    Code.PAYMENT_UNLINKED: Words(
        "Оплата неизвестно чья",
        "{0} от {1}, {2}: такого клиента нет",
        "Впишите клиента на листе «Оплаты»",
        ("сумма", "плательщик", "дата"),
        short="Чья оплата?",
    ),
}


def wrong_text(problem: Problem) -> str:
    """What is wrong, in words."""
    words = PROBLEMS[problem.code]
    plain = words.plain_wrong and not has_proposal(problem)
    return (words.plain_wrong if plain else words.wrong).format(*_filled(problem))


def proposal_text(problem: Problem) -> str:
    """What we propose: a question to answer with «Да», or what to type."""
    words = PROBLEMS[problem.code]
    plain = words.plain and not has_proposal(problem)
    return (words.plain if plain else words.proposal).format(*_filled(problem))


def short_text(problem: Problem) -> str:
    """The remark for the row's «Сигнал»."""
    return PROBLEMS[problem.code].short.format(*_filled(problem))


def has_proposal(problem: Problem) -> bool:
    """Whether there is something that «Да» could carry out."""
    return len(problem.values) > 1 and bool(problem.values[1])


def describe(problem: Problem, blueprint: Blueprint) -> str:
    """«Клиенты», строка 14, «ИНН»: what is wrong. What to do."""
    proposal = proposal_text(problem)
    ending = "" if proposal.endswith(("?", ".", ")")) else "."
    place = place_text(problem.where, blueprint)
    return f"{place}: {wrong_text(problem)}. {proposal}{ending}"


def place_text(where: Place, blueprint: Blueprint) -> str:
    """«Клиенты», строка 14, «ИНН»."""
    table = blueprint.tables[where.table]
    parts = [f"«{table.title.ru}»"]
    if where.row is not None:
        parts.append(f"строка {where.row}")
    if where.field is not None:
        has = table.has(where.field)
        parts.append(f"«{table.column(where.field).title.ru if has else where.field}»")
    return ", ".join(parts)


def _filled(problem: Problem) -> tuple[str, ...]:
    """The values of a problem, with blanks for those that its words know and it does not."""
    wanted = len(PROBLEMS[problem.code].facts)
    return problem.values + ("",) * (wanted - len(problem.values))
