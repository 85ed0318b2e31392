"""Lines of pay and schemes in words: what is counted, at what rate, from what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from formulas.pay.basis import BasisKind, BasisRule
from formulas.pay.lines import CORRECTION, Line
from formulas.pay.outlook import ThreeLine
from formulas.pay.parts import TeamMode
from formulas.pay.scheme import CARD_QUALITY, LATE_STEP, Given, Scheme
from formulas.pay.tiers import ScaleBy, ScaleMode
from formulas.pay.total import Draw
from model.texts.numbers import counted, money, month_word, number

HUNDRED = Decimal(100)
OTHER = {
    "no_plan": "Процент без плана",
    "kpi": "Показатели",
    "gate": "Порог",
    "spiff": "Премии",
    "team": "Командная часть",
    "clawback": "Возвраты",
    "carry_in": "Перенос с прошлого месяца",
    "carry_out": "Перенос на следующий месяц",
    "topup": "Доплата до гарантии",
    "recovered": "Удержано из гарантии",
    "regional": "Районный коэффициент",
}
NOUNS = {
    BasisKind.PAID: "оплат",
    BasisKind.WON: "закрытых сделок",
    BasisKind.INVOICED: "счетов",
    BasisKind.SHIPPED: "отгрузок",
    BasisKind.MARGIN: "маржи",
}
MEASURES = {
    "money": "оплаты",
    "won": "закрытые сделки, руб.",
    "invoiced": "счета, руб.",
    "deals": "выигранные сделки",
    "new_clients": "новые клиенты",
    "calls": "звонки",
    "offers": "КП",
    CARD_QUALITY: "качество карточек, %",
    LATE_STEP: "просроченные шаги",
    "план": "план выполнен на, %",
}
SHARED = {TeamMode.EQUAL: "поровну", TeamMode.SHARE: "по вкладу", TeamMode.DAYS: "по дням"}
_NAMES = 4
"""Names of new clients that a line has room for."""


def noun_of(rule: BasisRule | None) -> str:
    """What the scale counts from, after «с»."""
    if rule is None:
        return "оплат"
    noun = NOUNS[rule.kind]
    return f"{noun} без НДС" if rule.net_of_vat else noun


def line_words(
    line: ThreeLine | Line, scheme: Scheme, given: Given, names: Sequence[str] = ()
) -> tuple[str, str]:
    """Title of a line and how it was counted; `names` are the new clients'."""
    code = line.code
    if code == "base":
        days = counted(given.worked, "рабочий день", "рабочих дня", "рабочих дней")
        return "Оклад", f"{days} из {given.norm}"
    if code.startswith("tier_"):
        return _tier_words(line, scheme)
    if code == "no_plan":
        return OTHER[code], f"{money(line.basis)} × {rate_words(line.rate)}, плана нет"
    if code == "new_clients":
        return "Новые клиенты", _new_words(line, scheme, names)
    if code == "penalty":
        return "Депремирование", _penalty_words(scheme, given)
    if code == "multiplier":
        return "Коэффициент плана", f"× {number(line.rate, places=2)} за выполнение плана"
    if code == "cap":
        return "Потолок", f"не больше {money(scheme.cap)} сверх оклада"
    if code.startswith(CORRECTION):
        month = date.fromisoformat(f"{code.removeprefix(CORRECTION)}-01")
        return f"Поправка за {month_word(month)}", "месяц утверждён, а его данные потом изменились"
    return OTHER.get(code, code), _extra_words(line, scheme)


def _new_words(line: ThreeLine | Line, scheme: Scheme, names: Sequence[str]) -> str:
    count = line.facts[0] if line.facts else str(len(names))
    shown = ", ".join(names[:_NAMES])
    return f"{count} × {money(scheme.new_client_bonus)}" + (f": {shown}" if shown else "")


def _tier_words(line: ThreeLine | Line, scheme: Scheme) -> tuple[str, str]:
    low, high, gap = ((*line.facts, "", "", ""))[:3]
    rate, noun = rate_words(line.rate), noun_of(scheme.basis)
    bottom = Decimal(low or 0)
    if len(scheme.scale) == 1:
        title = f"{rate} с {noun}"
    elif scheme.mode is ScaleMode.CLIFF:
        title = f"{rate} со всей суммы от {money(bottom)}"
    elif not high:
        title = f"{rate} с {noun} свыше {money(bottom)}"
    elif bottom == 0:
        title = f"{rate} с первых {money(Decimal(high))} {noun}"
    else:
        title = f"{rate} с {noun} от {money(bottom)} до {money(Decimal(high))}"
    now = line.now if isinstance(line, ThreeLine) else line.amount
    if now or not gap or Decimal(gap) == 0:
        return title, f"{money(line.basis)} × {rate}"
    each = money((line.rate or Decimal(0)) * 1000)
    if scheme.mode is ScaleMode.CLIFF:
        return title, f"до ступени {money(Decimal(gap))}; дальше вся сумма по {rate}"
    return title, f"до ступени {money(Decimal(gap))}; дальше с каждой 1 000 - {each} руб."


def rate_words(rate: Decimal | None) -> str:
    """A fraction as people say it: «3 %», «3,25 %»."""
    value = (rate or Decimal(0)) * HUNDRED
    return f"{number(value, places=0 if value == value.to_integral_value() else 2)} %"


def _penalty_words(scheme: Scheme, given: Given) -> str:
    rule = scheme.penalty[0]
    steps = given.penalty_counts.get(rule.kind, 0)
    late = counted(steps, "просроченный шаг", "просроченных шага", "просроченных шагов")
    charged = max(steps - rule.free, 0)
    return f"{late}, прощается {rule.free}, {charged} × {money(rule.each)}. Оклад не трогаем"


def _extra_words(line: ThreeLine | Line, scheme: Scheme) -> str:
    facts = line.facts
    match line.code:
        case "kpi":
            return "; ".join(_kpi_words(*six) for six in _by(facts, 6))
        case "gate":
            return "; ".join(_gate_words(*four) for four in _by(facts, 4))
        case "spiff":
            return "; ".join(_prize_words(*four) for four in _by(facts, 4))
        case "team" if facts:
            return _team_words(*facts)
        case "clawback":
            return "; ".join(
                f"{client}: {money(Decimal(value))} × {rate_words(Decimal(rate))}"
                for client, value, rate, _ in _by(facts, 4)
            )
        case "topup" | "recovered":
            return f"гарантия {money(scheme.guarantee)} за полный месяц"
        case "carry_in":
            return "прошлый месяц ушёл в минус"
        case "carry_out":
            return "в этом месяце минус не берём"
        case "regional":
            return f"× {number(scheme.regional, places=2)}"
        case _:
            return ""


def _team_words(rate: str, whole: str, mode: str, size: str) -> str:
    """«5 % с 900 000 команды, на 3 человек поровну»; of a head, whose part is whole, how many."""
    part = f"{rate_words(Decimal(rate))} с {money(Decimal(whole))} команды"
    if not mode:
        return f"{part}: {counted(int(size), 'человек', 'человека', 'человек')}"
    people = counted(int(size), "человека", "человек", "человек")
    return f"{part}, на {people} {SHARED[TeamMode(mode)]}"


def _kpi_words(measure: str, plan: str, fact: str, score: str, weight: str, fund: str) -> str:
    name = MEASURES.get(measure, measure)
    if not score:
        return f"{name}: плана нет, не считаем"
    share = number(Decimal(score) * HUNDRED)
    return f"{name} {_count(fact)} из {_count(plan)} ({share} %)" + (
        f", {money(Decimal(fund))} руб." if Decimal(fund) else f", вес {_count(weight)}"
    )


def _gate_words(measure: str, needed: str, seen: str, factor: str) -> str:
    name = MEASURES.get(measure, measure)
    bound = "можно" if measure == LATE_STEP else "нужно"
    return (
        f"{name}: {_count(seen) if seen else 'нет'}, {bound} {_count(needed)}: × {_count(factor)}"
    )


def _prize_words(measure: str, count: str, above: str, rate: str) -> str:
    if not measure:
        return f"{money(Decimal(rate))} за месяц"
    name = MEASURES.get(measure, measure)
    more = max(Decimal(count) - Decimal(above), Decimal(0))
    over = f" сверх {_count(above)}" if Decimal(above) else ""
    return f"{name}{over}: {_count(str(more))} × {money(Decimal(rate))}"


def _count(value: str) -> str:
    known = Decimal(value)
    return number(known, places=0 if known == known.to_integral_value() else 2)


def _by(facts: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    for at in range(0, len(facts), size):
        yield tuple(facts[at : at + size])


def sentences(scheme: Scheme, *, leads: bool = False) -> tuple[str, ...]:
    """«Как считается ваша зарплата», a sentence a rule; `leads`: of a head, who need not sell."""
    out = [f"Оклад {money(scheme.base)} руб. за полный месяц, за неполный - по рабочим дням."]
    if not leads or any(tier.rate for tier in scheme.scale):
        out.append(_scale_sentence(scheme))
    if scheme.basis is not None and scheme.basis.requires_won:
        out.append("Оплата считается, когда сделка закрыта.")
    if scheme.multiplier:
        points = ", ".join(
            f"от {number(p.at)} % - {number(p.k, places=2)}" for p in scheme.multiplier
        )
        out.append(f"Процент умножается на коэффициент за выполнение плана: {points}.")
    out += _component_sentences(scheme, leads=leads)
    if scheme.new_client_bonus:
        out.append(f"{money(scheme.new_client_bonus)} руб. за каждого нового клиента с оплатой.")
    for rule in scheme.penalty:
        each, most = money(rule.each), number(scheme.max_drop_pct)
        out += [
            f"Депремирование: {each} руб. за просроченный шаг, первые {rule.free} прощаются.",
            f"Депремирование только из премии, не больше {most} % месяца; оклад не трогаем.",
        ]
    if scheme.cap is not None:
        out.append(f"Сверх оклада не больше {money(scheme.cap)} руб.")
    if scheme.draw is not Draw.NONE:
        how = "потом вычтем" if scheme.draw is Draw.RECOVERABLE else "доплатим до гарантии"
        out.append(f"Не меньше {money(scheme.guarantee)} руб. за полный месяц: {how}.")
    if scheme.regional != 1:
        out.append(f"Всё умножается на районный коэффициент {number(scheme.regional, places=2)}.")
    return tuple(out)


def _scale_sentence(scheme: Scheme) -> str:
    noun = noun_of(scheme.basis)
    if len(scheme.scale) == 1:
        return f"{rate_words(scheme.scale[0].rate)} с {noun} ваших клиентов."
    unit = " % плана" if scheme.by is ScaleBy.ATTAINMENT else " руб."
    steps = ", ".join(f"от {money(t.start)}{unit} - {rate_words(t.rate)}" for t in scheme.scale)
    whole = scheme.mode is ScaleMode.CLIFF
    how = "вся сумма по ставке ступени" if whole else "каждая часть по своей ставке"
    return f"Процент с {noun} по ступеням ({how}): {steps}."


def _component_sentences(scheme: Scheme, *, leads: bool) -> Iterator[str]:
    for kpi in scheme.kpis:
        yield f"Показатель «{MEASURES[kpi.measure]}»: {money(kpi.fund)} руб. за весь план."
    for gate in scheme.gates:
        bound = "больше" if gate.measure == LATE_STEP else "меньше"
        what = f"{MEASURES[gate.measure]} {bound} {number(gate.minimum)}"
        yield f"Если {what}, процент и показатели умножаются на {number(gate.factor, places=2)}."
    for prize in scheme.prizes:
        over = f" за каждые сверх {number(prize.above)}" if prize.above else " за каждые"
        each = f"{over}: {MEASURES[prize.measure]}" if prize.measure else " за этот месяц"
        yield f"Премия {money(prize.rate)} руб.{each}."
    if scheme.team is not None:
        shared = "" if leads else f", {SHARED[scheme.team.mode]}"
        yield f"{rate_words(scheme.team.rate)} с оплат команды{shared}."
    if scheme.clawback_days is not None:
        yield f"Возврат до {scheme.clawback_days} дней: процент с него вычитается."
    if scheme.carry:
        yield "Если премия ушла в минус, он переносится на следующий месяц."
