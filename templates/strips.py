"""Live texts above the headings (UX section 3): counts on the left, freshness on the right.

The strip of «Сделки» looks at one column of numbers, not at the signals: those read the clock, so
every edit would have LibreOffice calculate five thousand of them anew, and each condition on a
column of texts takes a millisecond.
"""

from __future__ import annotations

from templates.screens.deal_columns import NO_STEP

_DOT = '&"   ·   "&'


def _counts(*parts: str) -> str:
    return "=" + _DOT.join(parts)


_DEAL_COUNTS = _counts(
    '"В работе "&COUNT(deals_due_key)',
    f'"без следующего шага "&COUNTIFS(deals_due_key,{NO_STEP})',
    '"просрочено "&COUNTIFS(deals_due_key,"<"&INT(now))',
    '"на сегодня "&COUNTIFS(deals_due_key,">="&INT(now),deals_due_key,"<"&INT(now)+1)',
)
_FIRST_DEAL = (
    '"Впишите в «Клиент» название, ИНН или телефон. Потом этап, сумму, следующий шаг и дату. '
    'Сохраните - остальное посчитаю"'
)
DEALS = f"=IF(COUNTA(deals_client_id)=0,{_FIRST_DEAL},{_DEAL_COUNTS[1:]})"
CLIENTS = _counts(
    '"Клиентов "&COUNTIFS(clients_name,"<>")',
    '"с долгом "&COUNTIFS(clients_debt,">0")',
    '"похожи на дубль "&COUNTIFS(clients_dup_hint,"да")',
)
LEADS = (
    '=IF(COUNT(leads_at)=0,"Заявок нет. Подключить сайт или почту: «Помощь», п. 6",'
    '"Новых "&COUNTIFS(leads_state,"Новая")'
    + _DOT
    + '"опоздали с ответом "&COUNTIFS(leads_code,1))'
)
PAYMENTS = (
    '=IF(COUNT(payments_amount)=0,"Положите выписку из банка в папку «Входящие»",'
    '"Оплат "&COUNT(payments_amount)'
    + _DOT
    + '"не привязаны "&COUNTIFS(payments_state,"Не привязана"))'
)
QUESTIONS = (
    '=IF(COUNTIFS(questions_code,">0")=0,"Вопросов нет, всё сходится",'
    '"Ждут ответа "&COUNTIFS(questions_code,">0",questions_code,"<10")'
    '&IF(COUNTIFS(questions_code,">10")=0,"",", поправить в клетках "'
    '&COUNTIFS(questions_code,">10"))&".  Да - сделаю, Нет - оставлю как есть, '
    'Позже - спрошу завтра, Отменить - верну обратно")'
)
PLANS = (
    '="Планы на "&IF(COUNT(plan_year)=1,plan_year,YEAR(asof))&" год"' + _DOT + '"пусто = нет плана"'
)
PLANS_REST = "Не распределено"
_TEAM = '"Отдел"'
_FIRST = f"INDEX(plans_metric,MATCH({_TEAM},plans_who,0))"


def plans_rest(field: str) -> str:
    """What of the team's plan of a month nobody got: the first measure of «Отдел»."""
    team = f"SUMIFS(plans_{field},plans_metric,{_FIRST},plans_who,{_TEAM})"
    people = f'SUMIFS(plans_{field},plans_metric,{_FIRST},plans_who,"<>"&{_TEAM})'
    return f'=IFERROR(IF({team}=0,"",{team}-{people}),"")'


ROUTING = (
    '="Правил "&COUNTIFS(routing_name,"<>")'
    + _DOT
    + '"непонятно "&COUNTIFS(routing_doubt,"<>")'
    + _DOT
    + '"сверху вниз: решает первое, где подошло всё вписанное"'
)
ACCESS = (
    '=IF(COUNTIFS(access_role,"<>",access_checked,"<>Действует")=0,"",'
    '"Непонятных строк "&COUNTIFS(access_role,"<>",access_checked,"<>Действует")&"   ·   ")'
    '&"Защищает то, что чужих строк нет в файле. Замок листа - от случайных правок. '
    'В одной книге на всех видно всё"'
)
CARD_FIELDS = '="Сколько процентов карточки заполнено: вес вписанного к весу нужного"'
JOURNAL = '="Последние изменения во всех книгах: "&COUNT(journal_id)'
CALLS = '="Звонков в книге "&COUNT(calls_at)'
TASKS = '="Задач "&COUNTIFS(tasks_what,"<>")' + _DOT + '"просрочено "&COUNTIFS(tasks_late_h,">0")'
COSTS = (
    '=IF(COUNT(costs_cost)=0,"Положите отчёт Директа или таблицу расходов в папку «Входящие»",'
    '"Строк "&COUNT(costs_cost)&"   ·   кликов "&SUM(costs_clicks))'
)
