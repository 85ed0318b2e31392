"""Оплаты, Звонки, Задачи and Вопросы."""

from __future__ import annotations

from model.blueprint import Kind, RowMaker, Table, Title
from templates.blueprint.kit import (
    LEADERS,
    card_keys,
    client_no,
    fed,
    grey,
    hidden_tail,
    number,
    row_id,
    typed,
)

PAYMENTS = Table(
    key="payments",
    title=Title("Оплаты", "Payments"),
    prefix="О",
    columns=(
        number(),
        row_id(),
        fed("date", "Дата", "Date", Kind.DATE, 12, strong=True),
        grey("state", "Состояние", "State", width=20),
        fed("payer", "Плательщик", "Payer", Kind.NAME, 30),
        fed("payer_inn", "ИНН", "INN", Kind.INN, 15, strong=True),
        fed("amount", "Сумма, руб.", "Amount", Kind.MONEY, 16, format="#,##0.00", strong=True),
        fed("purpose", "Назначение", "Purpose", width=36),
        fed("client_id", "Клиент", "Client", Kind.REF, 26, ref="clients"),
        fed("deal_id", "Сделка", "Deal", Kind.REF, 10, ref="deals"),
        grey("manager", "Менеджер", "Manager", width=20),
        fed("document", "Номер документа", "Document", Kind.CODE, hidden=True, strong=True),
        fed("vat", "НДС", "VAT", Kind.MONEY, hidden=True),
        grey("late_days", "Дней просрочки", "Days late", Kind.COUNT, hidden=True),
        fed("origin", "Откуда", "Origin", hidden=True),
        grey("remarks", "Замечания", "Remarks", width=30),
        *hidden_tail(),
        grey(
            "code",
            "Цвет",
            "Colour",
            Kind.COUNT,
            hidden=True,
            live=(
                '=IF({amount}="","",IF(OR({state}="Не привязана",LEFT({state},10)="Просрочено"),1,'
                'IF(OR({state}="Частично",{state}="Ждём"),2,0)))'
            ),
        ),
        client_no(),
        *card_keys(shared=False),
    ),
)

CALLS = Table(
    key="calls",
    title=Title("Звонки", "Calls"),
    prefix="Зв",
    scope="manager",
    columns=(
        number(),
        row_id(),
        fed("at", "Когда", "When", Kind.MOMENT, 16, strong=True),
        fed("dir", "Направление", "Direction", width=16),
        fed("number", "Номер", "Number", Kind.PHONE, 19, strong=True),
        fed("client_id", "Клиент", "Client", Kind.REF, 26, ref="clients"),
        fed("deal_id", "Сделка", "Deal", Kind.REF, 10, ref="deals"),
        fed("manager", "Менеджер", "Manager", width=20),
        fed("seconds", "Длительность, с", "Seconds", Kind.COUNT, 20),
        fed("answered", "Дозвон", "Answered", Kind.YESNO, 10),
        fed("record_url", "Запись", "Record", width=24),
        typed("outcome", "Итог", "Outcome", width=26),
        fed("source_id", "Номер в АТС", "Source id", Kind.CODE, hidden=True, strong=True),
        *hidden_tail(),
        grey("remarks", "Замечания", "Remarks", width=26),
        client_no(),
        *card_keys(),
    ),
)

TASKS = Table(
    key="tasks",
    title=Title("Задачи", "Tasks"),
    prefix="Зд",
    scope="assignee",
    columns=(
        number(),
        row_id(),
        typed("deal_id", "Сделка", "Deal", Kind.REF, 10, ref="deals", likeness=True),
        fed("client_id", "Клиент", "Client", Kind.REF, 26, ref="clients", likeness=True),
        typed("what", "Что сделать", "What", width=36, likeness=True),
        typed("due", "Срок", "Due", Kind.DATE, 12, likeness=True),
        typed("due_at", "Время", "Time", Kind.TIME, 9),
        typed("assignee", "Исполнитель", "Assignee", Kind.CHOICE, 20, choices="people"),
        typed("state", "Состояние", "State", Kind.CHOICE, 14, choices="task_states"),
        typed("outcome", "Результат", "Outcome", width=30),
        typed("kind", "Тип", "Type", hidden=True),
        typed("priority", "Приоритет", "Priority", hidden=True),
        grey("late_h", "Просрочена, ч", "Late, h", Kind.COUNT, 18),
        *hidden_tail(),
        grey("remarks", "Замечания", "Remarks", width=26),
        client_no(),
        *card_keys(),
    ),
)

QUESTIONS = Table(
    key="questions",
    title=Title("Вопросы", "Questions"),
    makes_rows=RowMaker.DAEMON,
    columns=(
        grey("id", "№", "No.", Kind.COUNT, 7),
        row_id(),
        grey("about", "О чём", "About", width=21),
        grey("where", "Где", "Where", width=25),
        grey("wrong", "Что не так", "What is wrong", width=54),
        grey("proposal", "Что предлагаем", "Proposal", width=36),
        typed("answer", "Ваш ответ", "Your answer", width=14, choices="answers", closed=False),
        grey("whom", "Кому", "To whom", width=18, roles=LEADERS),
        grey("when", "Когда", "When", Kind.DATE, 11),
        grey("code", "Цвет", "Colour", Kind.COUNT, hidden=True),
    ),
)

JOURNAL = Table(
    key="journal",
    title=Title("Журнал", "Journal"),
    makes_rows=RowMaker.DAEMON,
    columns=(
        grey("id", "Действие", "Action", Kind.COUNT, 12),
        row_id(),
        grey("at", "Когда", "When", Kind.MOMENT, 17),
        grey("who", "Кто", "Who", width=20),
        grey("source", "Откуда", "Source", width=12),
        grey("place", "Лист", "Sheet", width=13),
        grey("number", "№", "No.", Kind.CODE, 9),
        grey("field", "Поле", "Field", width=20),
        grey("before", "Было", "Before", width=32),
        grey("after", "Стало", "After", width=32),
    ),
)
