"""To whom leads and clients go, by the rows of «Правила распределения».

    found = distribution(scene)
    choice, found = found.choose(lead_of(scene, lead), Given.LEAD)

`choice.person` gets the lead (None: it waits), `choice.rule` stands in its row.
"""

from sync.assigning.carrying import (
    Move,
    base_moves,
    carry_out,
    give_leads,
    lead_moves,
    routing_columns,
    waiting_for,
)
from sync.assigning.choosing import (
    LEADS_ALREADY,
    Choice,
    Colleague,
    Newcomer,
    State,
    applies,
    choose,
)
from sync.assigning.reading import Distribution, client_of, distribution, fired, lead_of
from sync.assigning.rules import Given, Read, Rule, Shift, read_rules, read_shift

__all__ = [
    "LEADS_ALREADY",
    "Choice",
    "Colleague",
    "Distribution",
    "Given",
    "Move",
    "Newcomer",
    "Read",
    "Rule",
    "Shift",
    "State",
    "applies",
    "base_moves",
    "carry_out",
    "choose",
    "client_of",
    "distribution",
    "fired",
    "give_leads",
    "lead_moves",
    "lead_of",
    "read_rules",
    "read_shift",
    "routing_columns",
    "waiting_for",
]
