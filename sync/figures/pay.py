"""Pay of one person: the scheme of «Мотивация», what happened, and every line in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from formulas.pay.outlook import Outlook, ThreeLine, outlook
from formulas.pay.scheme import Given, OpenDeal, PenaltyRule, Scheme, StepState, tally_of
from formulas.pay.tiers import MultiplierMode, Point, ScaleBy, ScaleMode, Tier, in_money
from formulas.pay.total import Draw
from model.figures import PayLine, SchemeBlock
from model.records import Record
from model.texts.numbers import counted, money, number
from sync.figures.standing import Standing
from sync.scene import Scene, StageKind, amount, day, fold, text

HUNDRED = Decimal(100)
LATE_STEP = "late_step"
DEFAULT_SCHEME = "Основная"


@dataclass(frozen=True, slots=True)
class Earned:
    """What a person's month holds for pay."""

    name: str
    fact: Decimal
    payments: int
    plan: Decimal | None
    worked: int
    norm: int
    first_payments: tuple[tuple[str, Decimal], ...]
    late_steps: int
    deals: tuple[OpenDeal, ...]
    asof: date
    to: date


def scheme_of(scene: Scene, person: str, month: date) -> Scheme | None:
    """The rules in force on the first day of a month; None when the person has no scheme."""
    employee = scene.person(person)
    wanted = fold((employee.scheme if employee else "") or DEFAULT_SCHEME)
    rows = [r for r in scene.rows["pay_rules"].values() if fold(r.values.get("scheme")) == wanted]
    rows = _in_force(rows, month)
    if not rows:
        return None
    by = {kind: [r for r in rows if fold(r.values.get("component")) == kind] for kind in KINDS}
    scale = by["шкала"] or by["процент"]
    attained = any(fold(r.values.get("base")) == "план" for r in scale)
    return Scheme(
        base=_first(by["оклад"], "rate") or Decimal(0),
        scale=tuple(sorted((_tier(r) for r in scale), key=lambda t: t.start))
        or (Tier(Decimal(0), Decimal(0)),),
        by=ScaleBy.ATTAINMENT if attained else ScaleBy.AMOUNT,
        mode=ScaleMode.CLIFF if any(_says(r, "вся сумма") for r in scale) else ScaleMode.MARGINAL,
        multiplier=tuple(
            sorted(
                (
                    Point(amount(r, "start") or Decimal(0), amount(r, "factor") or Decimal(1))
                    for r in by["коэффициент плана"]
                ),
                key=lambda p: p.at,
            )
        ),
        multiplier_mode=MultiplierMode.LINEAR
        if any(_says(r, "плавно") for r in by["коэффициент плана"])
        else MultiplierMode.STEP,
        new_client_bonus=_first(by["новые клиенты"], "rate") or Decimal(0),
        new_client_min=_first(by["новые клиенты"], "start") or Decimal(0),
        penalty=tuple(
            PenaltyRule(LATE_STEP, amount(r, "rate") or Decimal(0), int(amount(r, "start") or 0))
            for r in by["депремирование"]
        ),
        cap=_first(by["потолок"], "cap") or _first(by["потолок"], "rate"),
        guarantee=_first(by["гарантия"], "rate") or Decimal(0),
        draw=Draw.FREE if by["гарантия"] else Draw.NONE,
        regional=_first(by["районный коэффициент"], "factor") or Decimal(1),
    )


KINDS = (
    "оклад",
    "процент",
    "шкала",
    "коэффициент плана",
    "новые клиенты",
    "депремирование",
    "потолок",
    "гарантия",
    "районный коэффициент",
)


def _in_force(rows: Sequence[Record], month: date) -> list[Record]:
    """Of each component the rows with the latest «С даты» not after the month's first day."""
    out: list[Record] = []
    for kind in {fold(r.values.get("component")) for r in rows}:
        mine = [r for r in rows if fold(r.values.get("component")) == kind]
        dated = [r for r in mine if (day(r, "since") or date.min) <= month]
        if dated:
            newest = max(day(r, "since") or date.min for r in dated)
            out += [r for r in dated if (day(r, "since") or date.min) == newest]
    return out


def _first(rows: Iterable[Record], field: str) -> Decimal | None:
    return next((v for r in rows if (v := amount(r, field)) is not None), None)


def _tier(record: Record) -> Tier:
    rate = amount(record, "rate") or Decimal(0)
    return Tier(amount(record, "start") or Decimal(0), rate / HUNDRED)


def _says(record: Record, words: str) -> bool:
    return words in fold(record.values.get("note"))


def given_of(earned: Earned) -> Given:
    """The month as the arithmetic takes it."""
    return Given(
        fact=earned.fact,
        plan=earned.plan,
        worked=earned.worked,
        norm=earned.norm,
        asof=earned.asof,
        to=earned.to,
        first_payments=tuple(value for _, value in earned.first_payments),
        penalty_counts={LATE_STEP: earned.late_steps},
        deals=earned.deals,
    )


def pay_outlook(scheme: Scheme, earned: Earned) -> tuple[Outlook, tuple[PayLine, ...]]:
    """The three columns and their lines in words."""
    result = outlook(scheme, given_of(earned))
    return result, tuple(_line(line, scheme, earned) for line in result.lines)


def _line(line: ThreeLine, scheme: Scheme, earned: Earned) -> PayLine:
    title, how = _words(line, scheme, earned)
    return PayLine(line.code, title, line.now, line.likely, line.all, how, line.rate)


def _words(line: ThreeLine, scheme: Scheme, earned: Earned) -> tuple[str, str]:
    code = line.code
    if code == "base":
        days = counted(earned.worked, "рабочий день", "рабочих дня", "рабочих дней")
        return "Оклад", f"{days} из {earned.norm}"
    if code.startswith("tier_"):
        return _tier_words(line, scheme)
    if code == "new_clients":
        names = ", ".join(name for name, _ in earned.first_payments[:4])
        count = len(earned.first_payments)
        how = f"{count} × {money(scheme.new_client_bonus)}" + (f": {names}" if names else "")
        return "Новые клиенты", how
    if code == "penalty":
        return "Депремирование", _penalty_words(scheme, earned)
    if code == "multiplier":
        return "Коэффициент плана", f"× {number(line.rate, places=2)} за выполнение плана"
    if code == "cap":
        return "Потолок", f"не больше {money(scheme.cap)} сверх оклада"
    return OTHER.get(code, code), ""


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


def _tier_words(line: ThreeLine, scheme: Scheme) -> tuple[str, str]:
    low, high, gap = ((*line.facts, "", "", ""))[:3]
    rate = _rate(line.rate)
    if len(scheme.scale) == 1:
        title = f"{rate} с оплат"
    elif not high:
        title = f"{rate} с оплат свыше {money(Decimal(low or 0))}"
    elif Decimal(low or 0) == 0:
        title = f"{rate} с первых {money(Decimal(high))} оплат"
    else:
        title = f"{rate} с оплат от {money(Decimal(low))} до {money(Decimal(high))}"
    if line.now or not gap or Decimal(gap) == 0:
        return title, f"{money(line.basis)} × {rate}"
    each = money((line.rate or Decimal(0)) * 1000)
    return title, f"до ступени {money(Decimal(gap))}; дальше с каждой 1 000 - {each} руб."


def _rate(rate: Decimal | None) -> str:
    value = (rate or Decimal(0)) * HUNDRED
    return f"{number(value, places=0 if value == value.to_integral_value() else 2)} %"


def _penalty_words(scheme: Scheme, earned: Earned) -> str:
    rule = scheme.penalty[0]
    late = counted(earned.late_steps, "просроченный шаг", "просроченных шага", "просроченных шагов")
    charged = max(earned.late_steps - rule.free, 0)
    return f"{late}, прощается {rule.free}, {charged} × {money(rule.each)}. Оклад не трогаем"


def block_of(scheme: Scheme, earned: Earned) -> SchemeBlock:
    """The scheme as plain numbers for the live formulas: bounds in money, sums of this month."""
    tally = tally_of(scheme, given_of(earned))
    guaranteed = tally.guarantee if tally.draw is not Draw.NONE else None
    return SchemeBlock(
        base=tally.base,
        tiers=tuple((t.start, t.rate) for t in in_money(scheme.rule.scale, earned.plan)),
        multiplier=tuple((p.at, p.k) for p in scheme.multiplier),
        linear_multiplier=scheme.multiplier_mode is MultiplierMode.LINEAR,
        new_clients=tally.new_clients,
        penalty=sum((rule.charged * rule.each for rule in tally.penalties), Decimal(0)),
        cliff=scheme.mode is ScaleMode.CLIFF,
        by_attainment=scheme.by is ScaleBy.ATTAINMENT,
        cap=scheme.cap,
        sentences=sentences(scheme),
        plan=earned.plan,
        max_drop=tally.max_drop_pct,
        kpi=tally.kpi,
        gate=tally.gate_factor,
        extra=tally.spiff + tally.team - tally.clawback - tally.carry_in,
        guarantee=guaranteed,
        draw_balance=tally.draw_balance,
        regional=tally.regional,
    )


def sentences(scheme: Scheme) -> tuple[str, ...]:
    """«Как считается ваша зарплата», a sentence a rule."""
    out = [f"Оклад {money(scheme.base)} руб. за полный месяц, за неполный - по рабочим дням."]
    if len(scheme.scale) == 1:
        out.append(f"{_rate(scheme.scale[0].rate)} с оплат ваших клиентов.")
    else:
        unit = " % плана" if scheme.by is ScaleBy.ATTAINMENT else " руб."
        steps = ", ".join(f"от {money(t.start)}{unit} - {_rate(t.rate)}" for t in scheme.scale)
        how = (
            "вся сумма по ставке ступени"
            if scheme.mode is ScaleMode.CLIFF
            else "каждая часть по своей ставке"
        )
        out.append(f"Процент с оплат по ступеням ({how}): {steps}.")
    if scheme.multiplier:
        points = ", ".join(
            f"от {number(p.at)} % - {number(p.k, places=2)}" for p in scheme.multiplier
        )
        out.append(f"Процент умножается на коэффициент за выполнение плана: {points}.")
    if scheme.new_client_bonus:
        out.append(f"{money(scheme.new_client_bonus)} руб. за каждого нового клиента с оплатой.")
    for rule in scheme.penalty:
        each = money(rule.each)
        out += [
            f"Депремирование: {each} руб. за просроченный шаг, первые {rule.free} прощаются.",
            "Депремирование только из премии, не больше 20 % месяца; оклад не трогаем.",
        ]
    if scheme.cap is not None:
        out.append(f"Сверх оклада не больше {money(scheme.cap)} руб.")
    if scheme.draw is not Draw.NONE:
        out.append(
            f"Не меньше {money(scheme.guarantee)} руб. за полный месяц: доплатим до гарантии."
        )
    if scheme.regional != 1:
        out.append(f"Всё умножается на районный коэффициент {number(scheme.regional, places=2)}.")
    return tuple(out)


def open_deals(
    standing: Standing, paid: Mapping[str, Decimal], person: str
) -> list[tuple[Record, OpenDeal]]:
    """Deals of a person that may still bring money, as the forecast takes them."""
    out: list[tuple[Record, OpenDeal]] = []
    for deal, stage in standing.of(person):
        value = amount(deal, "amount")
        rest = None if value is None else max(value - paid.get(deal.row_id, Decimal(0)), Decimal(0))
        if rest == 0:
            continue
        own = amount(deal, "prob")
        probability = stage.probability if own is None else (own / HUNDRED if own > 1 else own)
        won = stage.kind is StageKind.WON
        step: date | StepState | None = StepState.NOT_NEEDED
        if not won:
            step = day(deal, "step_on")
            if step is None and text(deal, "next_step"):
                step = StepState.UNDATED
        p = probability if not won or probability else Decimal(1)
        out.append((deal, OpenDeal(rest, p, day(deal, "expected_on"), step)))
    return out
