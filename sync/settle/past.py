"""What is history: findings in it are shown in the row and never asked about.

An old list is brought in with years of closed deals. «Вопросы» is for what can still bring money:
open deals, deals closed this month (their pay is not settled) and clients who have such a deal or
none at all yet. The row's «Сигнал» tells of the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

from model.records import Record
from sync.remembered import Kept
from sync.scene import Scene, StageKind, day


@dataclass(frozen=True, slots=True)
class Past:
    """Row ids of deals and clients that are history, by table."""

    rows: frozenset[tuple[str, str]]

    def holds(self, table: str, row_id: str) -> bool:
        """Whether a row is history."""
        return (table, row_id) in self.rows


def past_of(scene: Scene, known: Kept[str, Record, bool]) -> Past:
    """Deals closed before this month, and clients of whom nothing but such deals is known."""
    deals = scene.rows["deals"]
    month = scene.asof.replace(day=1)
    over = known.over(
        deals, lambda deal: _is_over(scene, deal), around=(month, scene.rows["stages"])
    )
    closed = {i for i, is_closed in over.items() if is_closed}
    once = {deals[i].links["client_id"] for i in closed if "client_id" in deals[i].links}
    still = {d.links.get("client_id") for i, d in deals.items() if i not in closed}
    clients = once - still
    return Past(frozenset({("deals", i) for i in closed} | {("clients", i) for i in clients}))


def _is_over(scene: Scene, deal: Record) -> bool:
    stage, closed = scene.stage(deal), day(deal, "closed_on")
    if stage is None or stage.kind is StageKind.OPEN:
        return False
    return closed is None or closed < scene.asof.replace(day=1)
