"""Клиенты and Заявки: who they are and who wrote to us."""

from __future__ import annotations

from model.blueprint import Kind, Table, Title
from templates.blueprint.kit import NOT_MANAGER, fed, grey, hidden_tail, number, row_id, typed

_CLIENT_SIGNAL = '=IF({name}="","",IF({remark}<>"",{remark}&"",IF({phone}="","Нет телефона","")))'
_CLIENT_CODE = '=IF({name}="","",IF({remark}<>"",SUM({remark_code}),IF({phone}="",3,0)))'

CLIENTS = Table(
    key="clients",
    title=Title("Клиенты", "Clients"),
    prefix="К",
    scope="owner",
    columns=(
        number(),
        row_id(),
        typed("name", "Название", "Name", Kind.NAME, 30, likeness=True),
        grey("signal", "Сигнал", "Signal", width=25, live=_CLIENT_SIGNAL),
        typed("phone", "Телефон", "Phone", Kind.PHONE, 19, strong=True),
        typed("contact", "Контакт", "Contact", Kind.NAME, 24),
        typed("inn", "ИНН", "INN", Kind.INN, 15, strong=True),
        typed("city", "Город", "City", width=18),
        typed("owner", "Менеджер", "Manager", Kind.CHOICE, 18, choices="people", roles=NOT_MANAGER),
        grey("next_step", "Следующий шаг", "Next step", width=26),
        grey("next_at", "Когда", "When", Kind.DATE, 9, format="dd.mm"),
        grey("debt", "Долг", "Debt", Kind.MONEY, 13),
        typed("email", "E-mail", "E-mail", Kind.EMAIL, 24),
        typed("kpp", "КПП", "KPP", Kind.KPP, 12),
        typed(
            "industry", "Отрасль", "Industry", Kind.CHOICE, 18, choices="industries", closed=False
        ),
        fed("source", "Источник", "Source", Kind.CHOICE, 16, choices="sources", closed=False),
        typed("address", "Адрес", "Address", width=30),
        typed("note", "Комментарий", "Note", width=30),
        grey("lifecycle", "Состояние", "Lifecycle", width=13),
        grey("revenue", "Выручка", "Revenue", Kind.MONEY, 14),
        grey("fill_pct", "Заполнено", "Filled", Kind.PERCENT, 13),
        grey("missing", "Чего нет", "Missing", width=34),
        typed("type", "Тип", "Type", Kind.CHOICE, hidden=True, choices="client_types"),
        typed("status", "Статус", "Status", hidden=True),
        typed("interests", "Интересы", "Interests", hidden=True),
        grey("silent_days", "Дней тишины", "Silent days", Kind.COUNT, hidden=True),
        grey("open_deals", "Сделок открыто", "Open deals", Kind.COUNT, hidden=True),
        grey("overdue", "Просрочено", "Overdue", Kind.MONEY, hidden=True),
        grey("dup_hint", "Возможный дубль", "Possible duplicate", hidden=True),
        grey("rule", "Правило", "Rule", width=22, hidden=True),
        *hidden_tail(),
        grey("code", "Цвет", "Colour", Kind.COUNT, hidden=True, live=_CLIENT_CODE),
        fed("segment", "Сегмент", "Segment", hidden=True),
        grey("find_name", "Название для поиска", "Name key", hidden=True),
        grey("find_phone", "Телефон для поиска", "Phone key", Kind.CODE, hidden=True),
    ),
)

_WAITING = 'AND(OR({state}="",{state}="Новая"),{first_reply}="",COUNT({at})=1)'
_NORM = "IF(COUNT(reply_minutes)=1,reply_minutes,30)"
"""Minutes to answer in; half an hour until the owner says otherwise."""
_REPLY_BY = f'=IF(COUNT({{due_at}})=1,{{due_at}},IF(COUNT({{at}})=1,{{at}}+{_NORM}/1440,""))'
"""The daemon counts working minutes; until it has seen the row, plain ones stand in."""
_LATE = "now-{reply_by}"
_LEAD_SIGNAL = (
    f'=IF(AND({{name}}="",{{phone}}=""),"",IF({_WAITING},IF({{reply_by}}<now,'
    f'IF({_LATE}<1/24,"Опоздали на "&MAX(1,INT(ROUND(({_LATE})*1440,3)))&" мин.",'
    f'IF({_LATE}<1,"Опоздали на "&INT(ROUND(({_LATE})*24,3))&" ч",'
    f'"Опоздали на "&INT({_LATE})&" дн.")),'
    '"Ответить до "&RIGHT("0"&INT(ROUND(MOD({reply_by},1)*1440,0)/60),2)'
    '&":"&RIGHT("0"&MOD(ROUND(MOD({reply_by},1)*1440,0),60),2)),'
    'IF({remark}<>"",{remark}&"",IF({match}<>"","Это клиент "&{match},""))))'
)
_LEAD_CODE = (
    f'=IF(AND({{name}}="",{{phone}}=""),"",IF({_WAITING},IF({{reply_by}}<now,1,'
    f'IF({{reply_by}}-now<{_NORM}/7200,2,0)),IF({{remark}}<>"",SUM({{remark_code}}),'
    'IF({match}<>"",3,0))))'
)

LEADS = Table(
    key="leads",
    title=Title("Заявки", "Leads"),
    prefix="З",
    scope="owner",
    columns=(
        number(),
        row_id(),
        fed("at", "Пришла", "Came", Kind.MOMENT, 16),
        fed("name", "Имя", "Name", Kind.NAME, 22, likeness=True),
        fed("phone", "Телефон", "Phone", Kind.PHONE, 19, likeness=True),
        grey("signal", "Сигнал", "Signal", width=25, live=_LEAD_SIGNAL),
        fed("text", "Что хочет", "Wants", width=40),
        fed("source", "Источник", "Source", width=18),
        fed("first_reply", "Ответил", "Replied", Kind.MOMENT, 16),
        fed("state", "Состояние", "State", Kind.CHOICE, 16, choices="lead_states"),
        fed("owner", "Менеджер", "Manager", Kind.CHOICE, 18, choices="people", roles=NOT_MANAGER),
        fed("email", "E-mail", "E-mail", Kind.EMAIL, hidden=True),
        typed("inn", "ИНН", "INN", Kind.INN, hidden=True),
        fed("utm_source", "UTM source", "UTM source", hidden=True),
        fed("utm_medium", "UTM medium", "UTM medium", hidden=True),
        fed("utm_campaign", "UTM campaign", "UTM campaign", hidden=True),
        fed("form", "Форма", "Form", hidden=True),
        grey("rule", "Правило", "Rule", width=22, hidden=True),
        grey("match", "Возможно уже клиент", "Known client", Kind.CODE, hidden=True),
        grey("due_at", "Ответить до", "Reply due", Kind.MOMENT, hidden=True),
        grey("reply_min", "Минут до ответа", "Reply minutes", Kind.COUNT, hidden=True),
        typed("junk_reason", "Причина брака", "Junk reason", hidden=True),
        fed("number", "Номер в источнике", "Source number", Kind.CODE, hidden=True, strong=True),
        *hidden_tail(),
        grey("reply_by", "Срок ответа", "Reply by", Kind.MOMENT, hidden=True, live=_REPLY_BY),
        grey("code", "Цвет", "Colour", Kind.COUNT, hidden=True, live=_LEAD_CODE),
    ),
)
