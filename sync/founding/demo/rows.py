"""The world of the demo as rows of the store, linked and numbered by age."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from model.blueprint import Blueprint
from model.values import Value
from sync.founding.content import Rows
from sync.founding.demo.world import Deal, World


def sale_rows(world: World, blueprint: Blueprint) -> dict[str, Rows]:
    """Clients, deals, their tasks and payments."""
    return {
        "clients": _clients(world),
        **_deals(world, _shown(blueprint)),
        "payments": _payments(world, _shown(blueprint)),
    }


def _shown(blueprint: Blueprint) -> Callable[[Deal], str]:
    prefix = blueprint.tables["deals"].prefix
    return lambda deal: f"{prefix}-{deal.number}"


def _clients(world: World) -> Rows:
    rows = Rows()
    for firm in sorted(world.firms, key=lambda f: f.since):
        firm.number = rows.add(firm.row_id, firm.values)
    return rows


def _deals(world: World, shown: Callable[[Deal], str]) -> dict[str, Rows]:
    deals, tasks = Rows(), Rows()
    for deal in sorted(world.deals, key=lambda d: d.made):
        task = world.new_id() if deal.values.get("next_step") is not None else None
        cells: dict[str, Value] = {
            "client_id": deal.firm.name,
            "owner": deal.firm.owner,
            "created_on": deal.made,
            **deal.values,
        }
        deal.number = deals.add(deal.row_id, cells, client_id=deal.firm.row_id, task_id=task)
        if task is not None:
            step: dict[str, Value] = {
                "deal_id": shown(deal),
                "what": deal.values["next_step"],
                "due": deal.values.get("step_on"),
                "assignee": deal.firm.owner,
                "state": "новая",
            }
            tasks.add(task, step, deal_id=deal.row_id)
    return {"deals": deals, "tasks": tasks}


def _payments(world: World, shown: Callable[[Deal], str]) -> Rows:
    lines: list[tuple[date, dict[str, Value], Deal | None]] = []
    for deal in world.deals:
        for payment in deal.payments:
            cells: dict[str, Value] = {
                "payer": deal.firm.name,
                "payer_inn": deal.firm.values["inn"],
                "client_id": deal.firm.name,
                "deal_id": shown(deal),
                "purpose": f"Оплата по счёту № {deal.number} за стройматериалы",
            }
            lines.append((payment.on, cells | {"amount": payment.amount}, deal))
    for stray in world.strays:
        cells = {
            "payer": stray.payer,
            "payer_inn": stray.inn,
            "amount": stray.payment.amount,
            "purpose": "Оплата за стройматериалы по договорённости",
        }
        lines.append((stray.payment.on, cells, None))
    rows = Rows()
    for number, (on, cells, owner) in enumerate(sorted(lines, key=lambda line: line[0]), start=1):
        given = {**cells, "date": on, "document": str(1000 + number), "origin": "Выписка из банка"}
        links = {} if owner is None else {"client_id": owner.firm.row_id, "deal_id": owner.row_id}
        rows.add(world.new_id(), given, **links)
    return rows
