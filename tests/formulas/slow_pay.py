"""Pay of a month by the metrics document alone: slow, in fractions, none of the product in it.

It takes rows of «Мотивация» as dicts and what happened as a dict; it gives each line's amount.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

F = Fraction
Row = Mapping[str, Any]
Month = Mapping[str, Any]


def r(x: F, places: int = 2) -> F:
    """Half away from zero to six places, then to the asked ones (0.1)."""
    for digits in (6, places):
        scaled = abs(x) * 10**digits
        whole = scaled.numerator // scaled.denominator
        if scaled - whole >= F(1, 2):
            whole += 1
        x = F(whole, 10**digits) * (1 if x >= 0 else -1)
    return x


def slow_pay(rows: Sequence[Row], month: Month) -> dict[str, F]:
    """Every line of the month by its code; those of nothing are 0."""
    by: dict[str, list[Row]] = {}
    for row in rows:
        by.setdefault(row["component"], []).append(row)
    lines: dict[str, F] = {}
    base = _prorated(_rate(by, "оклад"), month)
    lines["base"] = base
    earned = _commission(by, month, lines)
    factor = _multiplier(by.get("коэффициент плана", ()), month)
    com = r(earned * factor)
    lines["multiplier"] = com - earned
    kpi = _kpi(by.get("показатель", ()), month)
    lines["kpi"] = kpi
    gated = r((com + kpi) * _gates(by.get("порог", ()), month))
    lines["gate"] = gated - com - kpi
    lines["new_clients"] = _new(by.get("новые клиенты", ()), month)
    lines["spiff"] = sum((_prize(row, month) for row in by.get("премия", ())), F(0))
    lines["team"] = _team(by.get("команда", ()), month)
    lines["clawback"] = -_clawback(by.get("возвраты", ()), month)
    lines["carry_in"] = -month["carry_in"] if by.get("перенос") else F(0)
    variable = gated + sum(
        (lines[c] for c in ("new_clients", "spiff", "team", "clawback", "carry_in")), F(0)
    )
    cap = _cap(by.get("потолок", ()))
    capped = variable if cap is None else min(variable, cap)
    lines["cap"] = capped - variable
    cut = _penalty(by.get("депремирование", ()), base, capped, month)
    lines["penalty"] = -cut
    kept = capped - cut
    lines["carry_out"] = -kept if kept < 0 else F(0)
    accrued = base + max(kept, F(0))
    topup, recovered = _guarantee(by.get("гарантия", ()), accrued, month)
    lines["topup"], lines["recovered"] = topup, -recovered
    accrued += topup - recovered
    regional = by.get("районный коэффициент")
    lines["regional"] = r(accrued * (regional[0]["factor"] - 1)) if regional else F(0)
    lines["correction"] = month["correction"]
    return lines


def _rate(by: Mapping[str, Sequence[Row]], component: str) -> F:
    rows = by.get(component, ())
    return rows[0]["rate"] if rows else F(0)


def _prorated(whole: F, month: Month) -> F:
    """6.1."""
    if not month["norm"]:
        return F(0)
    return r(whole * min(month["worked"], month["norm"]) / month["norm"])


def _commission(by: Mapping[str, Sequence[Row]], month: Month, lines: dict[str, F]) -> F:
    """6.3: the lines of the tiers, the last of which takes the rounding difference."""
    rows = by.get("шкала") or by.get("процент") or []
    without = [row["rate"] / 100 for row in rows if "без плана" in row["base"]]
    steps = sorted(
        ((row["start"], row["rate"] / 100) for row in rows if "без плана" not in row["base"]),
    )
    if not steps or steps[0][0] > 0:
        steps.insert(0, (F(0), F(0)))
    share = any("план" in row["base"].split(", ") for row in rows)
    cliff = any("вся сумма" in row["base"] for row in rows)
    for number in range(1, len(steps) + 1):
        lines[f"tier_{number}"] = F(0)
    lines["no_plan"] = F(0)
    parts = _parts(steps, month, share=share, cliff=cliff, without=without)
    whole = r(sum(parts.values(), F(0)))
    codes = list(parts)
    for code in codes[:-1]:
        lines[code] = r(parts[code])
    if codes:
        lines[codes[-1]] = whole - sum((lines[code] for code in codes[:-1]), F(0))
    return whole


def _parts(
    steps: Sequence[tuple[F, F]],
    month: Month,
    *,
    share: bool,
    cliff: bool,
    without: Sequence[F],
) -> dict[str, F]:
    """Unrounded commission of each tier that the amount reaches."""
    amount, plan = month["fact"], month["plan"]
    if amount < 0:
        return {"tier_1": amount * steps[0][1]}
    if share and (plan is None or plan <= 0):
        if without:
            return {"no_plan": amount * without[0]}
        at = max(n for n, (start, _) in enumerate(steps, start=1) if start <= 100)
        return {f"tier_{at}": amount * steps[at - 1][1]}
    bounds = [start * plan / 100 if share else start for start, _ in steps]
    if cliff:
        at = max(n for n, bound in enumerate(bounds, start=1) if bound <= amount)
        return {f"tier_{at}": amount * steps[at - 1][1]}
    parts = {}
    for n, (bound, (_, rate)) in enumerate(zip(bounds, steps, strict=True)):
        upto = min(amount, bounds[n + 1]) if n + 1 < len(bounds) else amount
        if upto > bound:
            parts[f"tier_{n + 1}"] = (upto - bound) * rate
    return parts


def _attainment(month: Month) -> F | None:
    plan = month["plan"]
    return None if plan is None or plan <= 0 else 100 * month["fact"] / plan


def _multiplier(rows: Sequence[Row], month: Month) -> F:
    """6.4."""
    share = _attainment(month)
    if not rows or share is None:
        return F(1)
    points = sorted((row["start"], row["factor"]) for row in rows)
    below = [p for p in points if p[0] <= share]
    above = [p for p in points if p[0] > share]
    if not below:
        return F(0)
    (at, k) = below[-1]
    if any("плавно" in row["base"] for row in rows) and above:
        (to, then) = above[0]
        return r(k + (share - at) / (to - at) * (then - k), 4)
    return r(k, 4)


def _kpi(rows: Sequence[Row], month: Month) -> F:
    """6.5: a fund of all rows, a weight of each."""
    fund = sum((row["rate"] for row in rows), F(0))
    scores = []
    for row in rows:
        fact, plan = month["measures"][row["base"]]
        if plan is None or plan <= 0:
            continue
        score = fact / plan
        if score < row["start"] / 100:
            score = F(0)
        top = row["cap"] if row["cap"] is not None else F(120)
        scores.append((row["factor"] if row["factor"] is not None else row["rate"], score, top))
    weight = sum((w for w, _, _ in scores), F(0))
    if weight == 0:
        return F(0)
    index = sum((w * max(min(s, top / 100), F(0)) for w, s, top in scores), F(0)) / weight
    return r(fund * index)


def _gates(rows: Sequence[Row], month: Month) -> F:
    """6.6."""
    factor = F(1)
    for row in rows:
        if row["base"] == "просроченные шаги":
            failed = month["late"] > row["start"]
        elif row["base"] == "план":
            share = _attainment(month)
            failed = share is None or share < row["start"]
        else:
            failed = month["measures"][row["base"]][0] < row["start"]
        if failed:
            factor *= row["factor"] if row["factor"] is not None else F(0)
    return factor


def _new(rows: Sequence[Row], month: Month) -> F:
    """6.8."""
    if not rows:
        return F(0)
    return r(sum(1 for paid in month["firsts"] if paid >= rows[0]["start"]) * rows[0]["rate"])


def _prize(row: Row, month: Month) -> F:
    if not row["base"]:
        return r(row["rate"])
    return r(max(month["measures"][row["base"]][0] - row["start"], F(0)) * row["rate"])


def _team(rows: Sequence[Row], month: Month) -> F:
    """6.7: `split`, of which the remainder goes to the largest weight."""
    if not rows:
        return F(0)
    members: Sequence[tuple[str, F, int]] = month["team"]
    pool = r(max(sum((value for _, value, _ in members), F(0)), F(0)) * rows[0]["rate"] / 100)
    mode = rows[0]["base"]
    weights = [
        F(1) if mode in {"", "поровну"} else max(value, F(0)) if mode == "по вкладу" else F(days)
        for _, value, days in members
    ]
    whole = sum(weights, F(0))
    if whole == 0:
        return F(0)
    parts = [r(pool * weight / whole) for weight in weights]
    parts[weights.index(max(weights))] += pool - sum(parts, F(0))
    return parts[[name for name, _, _ in members].index("я")]


def _clawback(rows: Sequence[Row], month: Month) -> F:
    """6.10."""
    if not rows:
        return F(0)
    window = rows[0]["start"] if rows[0]["start"] is not None else 90
    return sum(
        (
            r(abs(amount) * rate)
            for amount, paid, back, rate in month["refunds"]
            if (back.year, back.month) > (paid.year, paid.month) and (back - paid).days <= window
        ),
        F(0),
    )


def _cap(rows: Sequence[Row]) -> F | None:
    if not rows:
        return None
    value: F = rows[0]["cap"] if rows[0]["cap"] is not None else rows[0]["rate"]
    return value


def _penalty(rows: Sequence[Row], base: F, variable: F, month: Month) -> F:
    """6.9."""
    if not rows:
        return F(0)
    late = month["late"]
    raw = r(sum((max(late - int(row["start"]), 0) * row["rate"] for row in rows), F(0)))
    most = rows[0]["cap"] if rows[0]["cap"] is not None else F(20)
    bonus = max(variable, F(0))
    return min(raw, bonus, r((base + bonus) * most / 100))


def _guarantee(rows: Sequence[Row], accrued: F, month: Month) -> tuple[F, F]:
    """6.12 g."""
    if not rows:
        return F(0), F(0)
    line = _prorated(rows[0]["rate"], month)
    topup = max(F(0), line - accrued)
    if rows[0]["base"] != "возвратная":
        return topup, F(0)
    return topup, min(month["balance"] + topup, accrued - line) if accrued > line else F(0)
