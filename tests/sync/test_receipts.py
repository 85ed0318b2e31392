"""«Оплаты клиентов» that a service remembers are those put together anew."""

from __future__ import annotations

from random import Random

import pytest

from model.blueprint import Role
from model.records import Source, Stamped
from model.values import Value
from sync.card.receipts import TABLE
from sync.known import Known
from sync.settle.everything import settle
from sync.show import tables_of
from sync.thinking import compute
from tests.sync.ledger import IVANOV, SMIRNOVA, TODAY, Ledger

Seen = dict[str, dict[str, dict[str, Value]]]
TURNS = 25


@pytest.fixture
def trade(ledger: Ledger) -> Ledger:
    """Two clients of two people, three paid deals, a payment of nobody's."""
    for row_id, owner in (("a", IVANOV), ("b", SMIRNOVA)):
        ledger.put("clients", row_id, name=f"Фирма {row_id}", owner=owner)
    for n, client in enumerate("aab"):
        links = {"client_id_to": client}
        ledger.put("deals", f"d{n}", owner=IVANOV, amount=100, stage="Оплата", **links)
        paid = {"date": TODAY, "amount": 100, "purpose": f"Счёт {n}"}
        ledger.put("payments", f"p{n}", **paid, **links, deal_id_to=f"d{n}")
    ledger.put("payments", "p3", date=TODAY, amount=100, purpose="Аванс")
    return ledger


def passed(ledger: Ledger, known: Known) -> tuple[Seen, Seen]:
    """The payments that people see: by what is remembered, and put together anew."""
    with ledger.team.store.write() as writer:
        by = ledger.stamp(writer, Source.RULE)
        rule = Stamped(by.at, "", Source.RULE, None, by.batch)
        new_id = lambda: next(ledger.ids)  # noqa: E731
        settled = settle(ledger.team, writer, ledger.now, {}, new_id, rule, known=known)
        columns = compute(writer, settled, settled.scene.asof).columns
        found = []
        for remembered in (known.shown, None):
            seen: Seen = {}
            for who in (IVANOV, SMIRNOVA):
                shown = tables_of(
                    writer,
                    ledger.team.blueprint,
                    Role.MANAGER,
                    who,
                    columns,
                    (),
                    known=remembered,
                )[TABLE]
                seen[who] = {row_id: dict(shown[row_id]) for row_id in shown}
            found.append(seen)
    return found[0], found[1]


def test_a_payment_shows_its_state_when_only_its_deal_moved(trade: Ledger) -> None:
    known = Known()
    before, _ = passed(trade, known)
    assert {row: cells["state"] for row, cells in before[IVANOV].items()} == {
        "p0": "Оплачено",
        "p1": "Оплачено",
    }
    trade.put("deals", "d1", amount=250)
    after, anew = passed(trade, known)
    assert after == anew
    assert after[IVANOV]["p1"]["state"] == "Частично"
    assert after[IVANOV]["p0"] == before[IVANOV]["p0"]


def test_payments_that_are_remembered_are_those_put_together_anew(trade: Ledger) -> None:
    dice, known, seen = Random(3), Known(), []
    for turn in range(TURNS):
        remembered, anew = passed(trade, known)
        assert remembered == anew, turn
        seen.append(remembered)
        deal, payment, client = f"d{dice.randrange(3)}", f"p{dice.randrange(4)}", dice.choice("ab")
        match dice.choice(("deal", "payment", "link", "owner", "name", "join", "part")):
            case "deal":
                trade.put("deals", deal, amount=dice.choice((50, 100, 250)))
            case "payment":
                trade.put("payments", payment, amount=dice.choice((40, 100)))
            case "link":
                trade.put("payments", payment, client_id_to=client, deal_id_to=deal)
            case "owner":
                trade.put("clients", client, owner=dice.choice((IVANOV, SMIRNOVA)))
            case "name":
                trade.put("clients", client, name=f"Фирма {dice.randrange(9)}")
            case join_or_part:
                with trade.team.store.write() as writer:
                    by = trade.stamp(writer, Source.ANSWER)
                    if join_or_part == "join":
                        writer.join("clients", "b", "a", by=by)
                    else:
                        writer.part("clients", "b", by=by)
    assert len({repr(one) for one in seen}) > TURNS // 3
