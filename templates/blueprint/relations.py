"""Контакты, Документы, Письма and Рекламации: what belongs to a client, hidden until wanted.

A row stands in the book of its client's salesperson: the daemon fills the column of the manager.
"""

from __future__ import annotations

from model.blueprint import Column, Kind, RowMaker, Table, Title
from templates.blueprint.kit import (
    NOT_MANAGER,
    card_keys,
    client_no,
    fed,
    grey,
    hidden_tail,
    number,
    row_id,
    typed,
)


def _owner() -> Column:
    return fed("owner", "Менеджер", "Manager", Kind.CHOICE, 18, choices="people", roles=NOT_MANAGER)


def _end() -> tuple[Column, ...]:
    """Columns of the daemon that each of these tables ends with."""
    remarks = grey("remarks", "Замечания", "Remarks", width=26)
    return (*hidden_tail(), remarks, client_no(), *card_keys())


CONTACTS = Table(
    key="contacts",
    title=Title("Контакты", "Contacts"),
    prefix="Кт",
    scope="owner",
    columns=(
        number(),
        row_id(),
        typed("client_id", "Клиент", "Client", Kind.REF, 26, ref="clients", likeness=True),
        typed("fio", "ФИО", "Name", Kind.NAME, 26, likeness=True),
        typed("role", "Роль", "Role", Kind.CHOICE, 15, choices="contact_roles", closed=False),
        typed("post", "Должность", "Post", width=22),
        typed("phone", "Телефон", "Phone", Kind.PHONE, 19, strong=True),
        typed("email", "E-mail", "E-mail", Kind.EMAIL, 24),
        _owner(),
        typed("note", "Комментарий", "Note", width=30),
        typed("messenger", "Мессенджер", "Messenger", hidden=True),
        typed("birthday", "День рождения", "Birthday", Kind.DATE, hidden=True),
        typed(
            "consent", "Согласие на рассылку", "Consent", Kind.CHOICE, hidden=True, choices="yesno"
        ),
        typed("active", "Активен", "Active", Kind.CHOICE, 11, choices="yesno"),
        *_end(),
    ),
)

DOCUMENTS = Table(
    key="documents",
    title=Title("Документы", "Documents"),
    prefix="Д",
    scope="owner",
    columns=(
        number(),
        row_id(),
        typed("date", "Дата", "Date", Kind.DATE, 12, likeness=True),
        typed("kind", "Вид", "Kind", Kind.CHOICE, 14, choices="document_kinds"),
        typed("number", "Номер", "Number", Kind.CODE, 14, likeness=True),
        typed("client_id", "Клиент", "Client", Kind.REF, 26, ref="clients", likeness=True),
        typed("deal_id", "Сделка", "Deal", Kind.REF, 10, ref="deals"),
        typed("amount", "Сумма, руб.", "Amount", Kind.MONEY, 16, likeness=True),
        typed("due", "Оплатить до", "Due", Kind.DATE, 16),
        typed("state", "Состояние", "State", width=16),
        typed("link", "Файл", "File", width=30),
        _owner(),
        typed("vat", "НДС", "VAT", Kind.MONEY, hidden=True),
        typed("qty", "Количество", "Quantity", Kind.NUMBER, hidden=True),
        typed("valid", "Действует до", "Valid until", Kind.DATE, hidden=True),
        typed("sent_on", "Отправлен", "Sent", Kind.DATE, hidden=True),
        *_end(),
    ),
)

LETTERS = Table(
    key="letters",
    title=Title("Письма", "Letters"),
    prefix="П",
    scope="owner",
    columns=(
        number(),
        row_id(),
        fed("at", "Когда", "When", Kind.MOMENT, 16, strong=True),
        fed(
            "channel", "Канал", "Channel", Kind.CHOICE, 14, choices="letter_channels", closed=False
        ),
        fed("dir", "Направление", "Direction", width=16),
        fed("client_id", "Клиент", "Client", Kind.REF, 26, ref="clients"),
        fed("contact", "Контакт", "Contact", width=24),
        fed("deal_id", "Сделка", "Deal", Kind.REF, 10, ref="deals"),
        fed("subject", "Тема", "Subject", width=40, strong=True),
        fed("state", "Состояние", "State", width=16),
        fed("link", "Ссылка", "Link", width=24),
        typed("note", "Комментарий", "Note", width=30),
        _owner(),
        fed("source_id", "Номер в почте", "Source id", Kind.CODE, hidden=True, strong=True),
        *_end(),
    ),
)

COMPLAINTS = Table(
    key="complaints",
    title=Title("Рекламации", "Complaints"),
    prefix="Р",
    scope="owner",
    columns=(
        number(),
        row_id(),
        typed("date", "Дата", "Date", Kind.DATE, 12, likeness=True),
        typed("client_id", "Клиент", "Client", Kind.REF, 26, ref="clients", likeness=True),
        typed("deal_id", "Сделка", "Deal", Kind.REF, 10, ref="deals"),
        typed("kind", "Тип", "Kind", width=16),
        typed("text", "Описание", "Description", width=40, likeness=True),
        fed("due", "Срок", "Due", Kind.DATE, 12),
        typed(
            "state",
            "Состояние",
            "State",
            Kind.CHOICE,
            16,
            choices="complaint_states",
            closed=False,
        ),
        typed("solution", "Решение", "Solution", width=30),
        typed("mark", "Оценка клиента", "Client's mark", Kind.NUMBER, 19),
        typed("department", "Отдел", "Department", hidden=True),
        fed("owner", "Ответственный", "Responsible", Kind.CHOICE, 20, choices="people"),
        *_end(),
    ),
)

RECEIPTS = Table(
    key="receipts",
    title=Title("Оплаты клиентов", "Client payments"),
    makes_rows=RowMaker.DAEMON,
    columns=(
        grey("id", "№", "No.", Kind.CODE, 8),
        row_id(),
        grey("date", "Дата", "Date", Kind.DATE, 12),
        grey("client", "Клиент", "Client", width=30),
        grey("state", "Состояние", "State", width=20),
        grey("amount", "Сумма, руб.", "Amount", Kind.MONEY, 16, format="#,##0.00"),
        grey("purpose", "Назначение", "Purpose", width=36),
        grey("deal_id", "Сделка", "Deal", Kind.CODE, 10),
        client_no(),
        *card_keys(shared=False),
    ),
)
"""Payments of a salesperson's own clients: the person's book has no «Оплаты» to read them from."""

RELATIONS = (CONTACTS, DOCUMENTS, LETTERS, COMPLAINTS)
