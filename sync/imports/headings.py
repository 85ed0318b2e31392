"""What the columns of foreign files are called, by kind of import.

A heading is compared folded: lower case, ё as е, no punctuation. A field that may stand in several
columns (`many`) takes them all; of the others the first column counts, save for UTM marks, where
exports repeat the column and the last one that is filled is true.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache

from model.blueprint import Kind


class ImportKind(Enum):
    """What the rows of a file are."""

    LEADS = "leads"
    CALLS = "calls"
    CLIENTS = "clients"
    DEALS = "deals"
    STAFF = "staff"
    PAYMENTS = "payments"
    COSTS = "costs"
    LETTERS = "letters"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an import: its kind and the headings that mean it, divided by commas."""

    kind: Kind
    words: str
    many: bool = False

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings, folded."""
        return tuple(folded(word) for word in self.words.split(","))


SOURCE_ID = "source_id"
"""The source's own number of a row: the key that makes a second import add nothing."""
LEGAL_FORM = "legal_form"
IGNORED = frozenset({"причина"})
"""Columns of ours in a file of refused rows."""
REASON = "Причина"

_PHONE = Field(
    Kind.PHONE,
    "телефон,тел,телефоны,телефон 1,телефон 2,телефон 3,рабочий телефон,рабочий прямой телефон,"
    "мобильный телефон,мобильный,моб тел,сотовый,домашний телефон,другой телефон,"
    "контактный телефон,номер телефона,phone,phone number,mobile,mobile phone,work phone,"
    "phone 1 value,phone 2 value,тел факс,телефон факс",
    many=True,
)
_EMAIL = Field(
    Kind.EMAIL,
    "e mail,email,mail,почта,эл почта,электронная почта,адрес почты,рабочий email,личный email,"
    "другой email,e mail 1 value,e mail 2 value,мейл,имейл",
    many=True,
)
_INN = Field(Kind.INN, "инн,инн клиента,инн организации,инн контрагента,inn,tax id,инн кпп")
_KPP = Field(Kind.KPP, "кпп,kpp")
_OWNER = Field(
    Kind.REF,
    "менеджер,ответственный,ответственный менеджер,sales agent,sales rep,owner,deal owner,"
    "кто ведет,куратор,продавец",
)
_NOTE = Field(
    Kind.TEXT,
    "комментарий,комментарии,примечание,примечание 2,примечание 3,примечание 4,примечание 5,"
    "примечания,заметки,notes,note,comment,описание",
    many=True,
)
_CREATED = (
    "дата создания,создано,создана,создан,дата создания сделки,created,created at,created date"
)
_CITY = Field(Kind.TEXT, "город,city,населенный пункт")
_UTM = {
    f"utm_{name}": Field(Kind.TEXT, f"utm {name},{name} utm")
    for name in ("source", "medium", "campaign")
}

_COMPANY = (
    "компания,организация,клиент,контрагент,фирма,покупатель,заказчик,account,account name,company,"
    "company name,customer,client,предприятие,название компании,название организации"
)
FIELDS: Mapping[ImportKind, Mapping[str, Field]] = {
    ImportKind.CLIENTS: {
        SOURCE_ID: Field(
            Kind.CODE, "код,id,id клиента,код клиента,код контрагента,account id,guid"
        ),
        LEGAL_FORM: Field(Kind.TEXT, "опф,форма собственности,организационно правовая форма"),
        "name": Field(Kind.NAME, f"название,наименование,полное наименование,name,{_COMPANY}"),
        "inn": _INN,
        "kpp": _KPP,
        "phone": _PHONE,
        "email": _EMAIL,
        "contact": Field(
            Kind.TEXT, "контакт,контактное лицо,фио,имя,контактное лицо фио,contact,contact name"
        ),
        "city": _CITY,
        "address": Field(Kind.TEXT, "адрес,юридический адрес,фактический адрес,address"),
        "owner": _OWNER,
        "industry": Field(
            Kind.CHOICE, "отрасль,сфера,вид деятельности,сфера деятельности,industry,sector"
        ),
        "source": Field(Kind.CHOICE, "источник,откуда,source,lead source"),
        "segment": Field(Kind.CHOICE, "сегмент,категория,segment"),
        "status": Field(Kind.CHOICE, "статус,статус клиента,status"),
        "note": _NOTE,
    },
    ImportKind.DEALS: {
        SOURCE_ID: Field(
            Kind.CODE, "id,opportunity id,id сделки,номер сделки,№ сделки,код сделки,deal id,код"
        ),
        "title": Field(
            Kind.TEXT, "название сделки,сделка,тема,название,deal name,title,opportunity name"
        ),
        "client_id": Field(Kind.REF, f"{_COMPANY},компания контакта"),
        "client_inn": _INN,
        "contact": Field(Kind.TEXT, "полное имя контакта,контакт,контактное лицо,фио,contact name"),
        "phone": _PHONE,
        "email": _EMAIL,
        "owner": _OWNER,
        "stage": Field(
            Kind.CHOICE,
            "этап,этап сделки,стадия,стадия сделки,статус,статус сделки,deal stage,stage",
        ),
        "amount": Field(
            Kind.MONEY,
            "сумма,бюджет,сумма сделки,стоимость,цена,close value,deal value,amount,value,budget,"
            "сумма руб",
        ),
        "created_at": Field(Kind.DATE, f"{_CREATED},engage date,дата начала,дата"),
        "closed_on": Field(Kind.DATE, "дата закрытия,закрыта,дата завершения,close date,closed"),
        "expected_on": Field(
            Kind.DATE,
            "ждем оплату,дата оплаты,ожидаемая дата оплаты,план дата оплаты,expected date",
        ),
        "next_step": Field(Kind.TEXT, "следующий шаг,что сделать,задача,next step"),
        "step_on": Field(Kind.DATE, "когда,дата следующего шага,срок задачи,next step date"),
        "product": Field(Kind.TEXT, "товар,продукт,услуга,product,номенклатура"),
        "qty": Field(Kind.NUMBER, "количество,кол во,qty,quantity"),
        "channel": Field(Kind.CHOICE, "источник,источник сделки,канал,source,lead source"),
        "lost_reason": Field(Kind.CHOICE, "причина отказа,причина проигрыша,lost reason"),
        "note": _NOTE,
        **_UTM,
    },
    ImportKind.LEADS: {
        SOURCE_ID: Field(Kind.CODE, "id,tranid,lead id,id заявки,номер заявки,код"),
        "at": Field(Kind.MOMENT, f"дата,время,дата и время,пришла,sent,date,timestamp,{_CREATED}"),
        "name": Field(Kind.TEXT, "имя,фио,клиент,контакт,name,your name,full name,контактное лицо"),
        "phone": _PHONE,
        "email": _EMAIL,
        "inn": _INN,
        "text": Field(
            Kind.TEXT,
            "что хочет,сообщение,вопрос,текст,запрос,message,комментарий,comment,textarea",
        ),
        "source": Field(Kind.TEXT, "источник,откуда,source,канал,referer"),
        "form": Field(Kind.TEXT, "форма,название формы,form,formid,formname,form name"),
        "owner": _OWNER,
        **_UTM,
    },
    ImportKind.CALLS: {
        SOURCE_ID: Field(Kind.CODE, "id,call id,id звонка,uniqueid,linkedid,entry id,pbx call id"),
        "at": Field(
            Kind.MOMENT,
            "когда,дата,время,дата и время,дата звонка,начало,start,start time,calldate",
        ),
        "dir": Field(Kind.TEXT, "направление,тип,тип звонка,вид звонка,direction,call type"),
        "number": Field(
            Kind.PHONE,
            "номер,номер клиента,телефон,номер телефона,абонент,откуда,кто звонил,phone,"
            "phone number,src,caller id,contact phone number",
        ),
        "manager": Field(
            Kind.REF, "менеджер,сотрудник,оператор,ответственный,кто принял,agent,employee"
        ),
        "sec": Field(
            Kind.TIME,
            "длительность,длительность с,длительность сек,длительность разговора,разговор,billsec,"
            "duration,talk duration,call duration",
        ),
        "answered": Field(Kind.TEXT, "результат,итог,статус,дозвон,disposition,status,result"),
        "record_url": Field(
            Kind.TEXT, "запись,ссылка на запись,запись разговора,record,call records"
        ),
    },
    ImportKind.STAFF: {
        SOURCE_ID: Field(Kind.CODE, "id,код,табельный номер"),
        "fio": Field(
            Kind.NAME,
            "фио,сотрудник,менеджер,имя,имя сотрудника,sales agent,sales rep,employee,name,"
            "full name",
        ),
        "head": Field(Kind.REF, "руководитель,начальник,head,manager,supervisor"),
        "role": Field(Kind.CHOICE, "роль,должность,role,position,job title"),
        "department": Field(
            Kind.TEXT, "отдел,подразделение,филиал,офис,department,regional office,team,office"
        ),
        "login": Field(Kind.TEXT, "логин,почта,e mail,email,login"),
        "ext": Field(
            Kind.TEXT, "внутренний,внутренний номер,внутренний телефон,телефон внутренний,ext"
        ),
    },
    ImportKind.PAYMENTS: {
        SOURCE_ID: Field(Kind.CODE, "id,guid,id платежа,код"),
        "date": Field(
            Kind.DATE,
            "дата,дата платежа,дата оплаты,дата операции,дата поступления,date,payment date",
        ),
        "number": Field(Kind.CODE, "номер,номер документа,№ документа,номер платежа,№ п п,number"),
        "payer": Field(Kind.TEXT, f"плательщик,наименование плательщика,от кого,payer,{_COMPANY}"),
        "payer_inn": Field(Kind.INN, "инн,инн плательщика,инн контрагента,inn,payer inn"),
        "amount": Field(
            Kind.MONEY,
            "сумма,сумма платежа,приход,поступило,кредит,оплачено,amount,sum,payment amount",
        ),
        "purpose": Field(Kind.TEXT, "назначение,назначение платежа,основание,purpose,description"),
        "deal_id": Field(Kind.REF, "сделка,номер сделки,№ сделки,deal,deal id"),
    },
    ImportKind.COSTS: {
        "date": Field(Kind.DATE, "дата,день,date,day"),
        "source": Field(Kind.TEXT, "источник,площадка,канал,source,utm source,ad source"),
        "medium": Field(Kind.TEXT, "тип трафика,medium,utm medium"),
        "campaign": Field(
            Kind.TEXT,
            "кампания,название кампании,рекламная кампания,campaign,campaign name,campaignname,"
            "utm campaign",
        ),
        "campaign_id": Field(
            Kind.CODE, "номер кампании,№ кампании,id кампании,campaign id,campaignid"
        ),
        "impressions": Field(Kind.COUNT, "показы,показов,impressions,impr,охват"),
        "clicks": Field(Kind.COUNT, "клики,кликов,переходы,clicks"),
        "cost": Field(
            Kind.MONEY,
            "расход,расходы,расход руб,расходы руб,затраты,стоимость,потрачено,cost,spend,"
            "amount spent",
        ),
    },
    ImportKind.LETTERS: {
        SOURCE_ID: Field(Kind.CODE, "message id"),
        "at": Field(Kind.MOMENT, "дата,date,когда"),
        "dir": Field(Kind.TEXT, "направление,direction"),
        "sender": Field(Kind.TEXT, "от кого,from"),
        "receiver": Field(Kind.TEXT, "кому,to"),
        "subject": Field(Kind.TEXT, "тема,subject"),
        "thread": Field(Kind.CODE, "ответ на,in reply to"),
    },
}
NEEDED: Mapping[ImportKind, tuple[frozenset[str], ...]] = {
    ImportKind.CLIENTS: (frozenset({"name"}),),
    ImportKind.DEALS: (
        frozenset({"title", "client_id", SOURCE_ID}),
        frozenset({"stage", "amount"}),
    ),
    ImportKind.LEADS: (frozenset({"phone", "email"}),),
    ImportKind.CALLS: (frozenset({"at"}), frozenset({"number"})),
    ImportKind.STAFF: (frozenset({"fio"}),),
    ImportKind.PAYMENTS: (frozenset({"date"}), frozenset({"amount"})),
    ImportKind.COSTS: (frozenset({"date"}), frozenset({"cost"})),
    ImportKind.LETTERS: (frozenset({"at"}), frozenset({"sender"})),
}
"""Of each group a file must have one column, else it is not of that kind."""
LAST_FILLED = frozenset(_UTM)


@lru_cache(maxsize=4096)
def folded(heading: str) -> str:
    """A heading as it is compared."""
    text = heading.casefold().replace("ё", "е")
    return " ".join(re.sub(r"[^\w№]|_", " ", text).split())


def is_known(heading: str) -> bool:
    """Whether any kind of import knows the heading."""
    return folded(heading) in _all_headings()


@cache
def _all_headings() -> frozenset[str]:
    return frozenset(
        heading
        for fields in FIELDS.values()
        for field in fields.values()
        for heading in field.headings
    )
