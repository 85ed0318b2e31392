"""Планы and the blocks of «Настройки»: small tables whose rows are known by their text."""

from __future__ import annotations

from formulas.pay.rules import COMPONENTS
from model.blueprint import Column, Identity, Kind, Table, Title
from templates.blueprint.kit import grey, typed

TAX_KINDS = ("НДФЛ", "НДФЛ районный", "НДФЛ нерезидент", "НДС")
MONTHS = ("Янв", "Фев", "Мар", "Апр", "Май", "Июн", "Июл", "Авг", "Сен", "Окт", "Ноя", "Дек")
BARE = "#,##0"
"""Sums of a live column: nothing is shown in the rows below the table."""
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def block(
    key: str,
    ru: str,
    en: str,
    keys: tuple[str, ...],
    *columns: Column,
    also: tuple[str, ...] = (),
) -> Table:
    """A table identified by its text."""
    return Table(key, Title(ru, en), columns, Identity.TEXT, key_fields=keys, also=also)


PLANS = block(
    "plans",
    "Планы",
    "Plans",
    ("who", "metric"),
    typed("who", "Кто", "Who", width=22),
    typed("metric", "Показатель", "Measure", Kind.CHOICE, 20, choices="metrics"),
    grey(
        "year",
        "Год",
        "Year",
        Kind.MONEY,
        13,
        format=BARE,
        live='=IF({who}="","",IF(COUNT({m01}:{m12})=0,"",SUM({m01}:{m12})))',
    ),
    *(
        typed(f"m{n:02}", ru, en, Kind.MONEY, 10.4)
        for n, (ru, en) in enumerate(zip(MONTHS, MONTHS_EN, strict=True), start=1)
    ),
    grey("last_year", "Месяц год назад", "Month a year ago", Kind.MONEY, 20),
    grey(
        "mark",
        "Месяц и строка отдела",
        "Month and team row",
        Kind.COUNT,
        hidden=True,
        live='=IF({who}="",0,MONTH(asof)+IF({who}="Отдел",100,0))',
    ),
    grey("suggest", "Подсказка на след. месяц", "Suggested next month", Kind.MONEY, 30),
    typed("since", "С даты", "Since", Kind.DATE, 11),
    typed("market", "Рынок", "Market", hidden=True),
    typed("product", "Товар", "Product", hidden=True),
    typed("channel", "Источник", "Source", hidden=True),
    also=("since", "market", "product", "channel"),
)

STAFF = block(
    "staff",
    "Сотрудники",
    "Staff",
    ("fio",),
    typed("fio", "ФИО", "Name", Kind.NAME, 24),
    typed("role", "Роль", "Role", Kind.CHOICE, 16, choices="roles"),
    typed("department", "Отдел", "Department", width=18),
    typed("scheme", "Схема мотивации", "Pay scheme", width=18),
    typed("active", "Активен", "Active", Kind.CHOICE, 11, choices="yesno"),
    typed("login", "Логин или почта", "Login", width=22),
    typed("head", "Руководитель", "Head", width=20),
    typed("ext", "Внутренний номер", "Extension", Kind.CODE, 20),
)

ABSENCES = block(
    "absences",
    "Отсутствия",
    "Absences",
    ("who", "from"),
    typed("who", "Кто", "Who", width=22),
    typed("from", "С", "From", Kind.DATE, 11),
    typed("to", "По", "To", Kind.DATE, 11),
    typed("kind", "Вид", "Kind", width=14),
)

_ROUBLES = "FIXED(SUM({rate}),0)"
_FROM = "SUM({start})"
_OVER = f'IF({_FROM}=0,""," сверх "&{_FROM})'
_PLANNED = 'SUBSTITUTE({base},"план","")<>{base}&""'
_OF_BASE = 'IF({base}="","с продаж","с: "&{base})'
_SENTENCES = (
    ("оклад", f'"Оклад "&{_ROUBLES}&" руб. за полный месяц"'),
    ("процент", f'{{rate}}&" % "&{_OF_BASE}'),
    (
        "шкала",
        f'{{rate}}&" % "&IF({_PLANNED},"с продаж, когда план выполнен от "&{_FROM}&" %",'
        f'{_OF_BASE}&IF({_FROM}=0,""," свыше "&FIXED({_FROM},0)&" руб."))',
    ),
    ("коэффициент плана", f'"План выполнен от "&{_FROM}&" %: процент умножаем на "&{{factor}}'),
    (
        "показатель",
        f'{_ROUBLES}&" руб. за весь план: "&{{base}}'
        f'&IF({_FROM}=0,"","; меньше "&{_FROM}&" % - ничего")'
        '&IF(COUNT({cap})=0,"","; больше "&{cap}&" % не считаем")',
    ),
    (
        "порог",
        'IF({base}="просроченные шаги","Просроченных шагов больше ","Если "&{base}&" меньше ")'
        f'&{_FROM}&": процент и показатели умножаем на "&SUM({{factor}})',
    ),
    (
        "новые клиенты",
        f'{_ROUBLES}&" руб. за нового клиента"'
        f'&IF({_FROM}=0,"",", если заплатил от "&FIXED({_FROM},0)&" руб.")',
    ),
    (
        "премия",
        f'{_ROUBLES}&" руб."&IF({{base}}=""," в месяце из «С даты»",'
        f'" за каждые"&{_OVER}&": "&{{base}})',
    ),
    ("команда", '{rate}&" % с оплат отдела, "&IF({base}="","поровну",{base})'),
    (
        "депремирование",
        f'"Минус "&{_ROUBLES}&" руб. за просроченный шаг"'
        f'&IF({_FROM}=0,"",", первые "&{_FROM}&" прощаем")&". Оклад не трогаем"',
    ),
    (
        "возвраты",
        f'"Возврат в другом месяце, до "&IF({_FROM}=0,90,{_FROM})&" дн.: процент вычитаем"',
    ),
    ("перенос", '"Минус по премии переносим на следующий месяц"'),
    (
        "гарантия",
        f'"Не меньше "&{_ROUBLES}&" руб. за полный месяц"'
        '&IF(SUBSTITUTE({base},"возвратная","")<>{base}&"",", доплату потом вычитаем","")',
    ),
    (
        "потолок",
        '"Сверх оклада не больше "'
        '&FIXED(IF(COUNT({cap})=1,SUM({cap}),SUM({rate})),0)&" руб. в месяц"',
    ),
    ("районный коэффициент", '"Всё умножаем на "&{factor}'),
)


def _read_aloud() -> str:
    """The rule of a row as a sentence."""
    formula = '"Выберите компонент из списка"'
    ended = '{base}="нет"'
    for component, words in reversed(_SENTENCES):
        formula = f'IF({{component}}="{component}",{words},{formula})'
    return f'=IF({{component}}="","",IF({ended},"С этой даты больше нет",{formula}))'


PAY_RULES = block(
    "pay_rules",
    "Мотивация",
    "Pay rules",
    ("scheme", "component", "start", "since"),
    typed("scheme", "Схема", "Scheme", width=16),
    typed("component", "Компонент", "Component", Kind.CHOICE, 20, choices="pay_components"),
    typed("base", "База", "Basis", width=12),
    typed("start", "Порог от", "From", Kind.NUMBER, 13),
    typed("rate", "Ставка", "Rate", Kind.NUMBER, 12),
    typed("factor", "Множитель", "Factor", Kind.NUMBER, 14, format="0.00"),
    typed("cap", "Потолок", "Cap", Kind.MONEY, 13),
    typed("since", "С даты", "Since", Kind.DATE, 11),
    grey("sentence", "Читается так", "Reads as", width=54, live=_read_aloud()),
    typed("note", "Пояснение", "Note", width=44),
)

GENERAL = block(
    "general",
    "Общее",
    "General",
    ("key",),
    typed("key", "Настройка", "Setting", width=30),
    typed("value", "Значение", "Value", width=22),
    typed("note", "Пояснение", "Note", width=62),
)

SHEETS = block(
    "sheets",
    "Листы",
    "Sheets",
    ("sheet",),
    typed("sheet", "Лист", "Sheet", width=20),
    typed("shown", "Показывать", "Shown", Kind.CHOICE, 13, choices="yesno"),
)

STAGES = block(
    "stages",
    "Этапы",
    "Stages",
    ("name",),
    typed("name", "Этап", "Stage", width=20),
    typed("prob", "Вероятность, %", "Probability, %", Kind.NUMBER, 18),
    typed("norm_days", "Норма, дней", "Norm, days", Kind.COUNT, 15),
    typed("outcome", "Чем кончается", "Outcome", Kind.CHOICE, 17, choices="outcomes"),
)


def words(key: str, ru: str, en: str, one: str, en_one: str) -> Table:
    """A list of texts."""
    return block(key, ru, en, ("name",), typed("name", one, en_one, width=22))


REASONS = words("reasons", "Причины отказа", "Lost reasons", "Причина", "Reason")
SOURCES = words("sources", "Источники", "Sources", "Источник", "Source")
INDUSTRIES = words("industries", "Отрасли", "Industries", "Отрасль", "Industry")
UNITS = words("units", "Единицы", "Units", "Единица", "Unit")

SETTINGS_TABLES = (
    GENERAL,
    STAFF,
    PAY_RULES,
    STAGES,
    REASONS,
    SOURCES,
    INDUSTRIES,
    UNITS,
    ABSENCES,
    SHEETS,
)
LIST_TABLES = (STAGES, REASONS, SOURCES, INDUSTRIES, UNITS)
"""What a salesperson's book carries of them, to pick from."""
NOTES = {
    "general": "что спросили при установке и как считать",
    "staff": "у каждого менеджера своя книга",
    "pay_rules": "зарплата - сумма строк схемы; новое правило - новая дата; ФИО в «Схеме» - личное",
    "stages": "порядок строк - порядок этапов",
    "absences": "эти дни не считаем отработанными",
    "sheets": "«да» показывает лист",
}
"""A few grey words beside the title of a block."""

FIXED_LISTS: dict[str, tuple[str, ...]] = {
    "yesno": ("да", "нет"),
    "answers": ("Да", "Нет", "Позже", "Отменить"),
    "roles": ("менеджер", "руководитель", "маркетолог", "бухгалтер"),
    "access_roles": ("руководитель", "менеджер", "маркетолог", "бухгалтер"),
    "reaches": ("все", "отдел", "свои", "нет"),
    "outcomes": ("успешно", "отказ"),
    "client_types": ("юрлицо", "ИП", "физлицо"),
    "lead_states": ("Новая", "В работе", "Стала сделкой", "Брак"),
    "contact_roles": ("ЛПР", "ЛВР", "пользователь", "бухгалтер"),
    "document_kinds": ("КП", "договор", "счёт", "акт", "отгрузка", "встреча"),
    "letter_channels": ("почта", "мессенджер", "SMS", "встреча"),
    "complaint_states": ("новая", "в работе", "решена"),
    "card_adds": ("Шаг", "Заметка", "Контакт"),
    "task_states": ("новая", "в работе", "сделано", "отменена"),
    "norm_periods": ("день", "неделя", "месяц"),
    "tax_kinds": TAX_KINDS,
    "card_tables": ("Клиенты", "Сделки"),
    "routing_kinds": ("заявка", "база"),
    "routing_ways": ("по очереди", "по весам", "наименее занятый"),
    "metrics": (
        "Оплаты, руб.",
        "Выигранные сделки",
        "Новые клиенты",
        "Звонки",
        "КП отправлено",
    ),
    "norm_metrics": (
        "Оплаты, руб.",
        "Закрытые сделки, руб.",
        "Выигранные сделки",
        "Новые клиенты",
        "Звонки",
        "КП отправлено",
        "Отгружено",
    ),
    "norm_sides": ("больше", "меньше"),
    "pay_components": COMPONENTS,
}
"""Closed lists whose words the program knows; the rest stand in «Настройки»."""
