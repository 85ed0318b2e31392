"""`python -m tests.acceptance.suppliers DIR [--show]`: a real list of firms, imported and searched.

`DIR/crm/ru_building_suppliers_cp1251.csv` goes through the import of clients into a founded team,
then through `dedupe`. Printed: rows brought and refused, clients found twice, pairs to ask about by
their tie, phones and e-mails refused as keys. The list has no INNs; that two rows are one firm is
told by their site, which the search does not see. Where the list says «Форма обратной связи», the
search is made once more with one address in place of the words.

Expected: no row is lost; all rows of one site are found or asked about; sure groups are of one
site; the address of the form is refused as a key and ties nobody. Ends in `N passed, N failed`.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from model.records import Record
from sync.commands.joining import dedupe
from sync.duplicates import Proposal, proposal
from sync.importing import import_file
from sync.imports import ImportKind
from sync.imports.files import table_of
from sync.opening import opened
from sync.team import Team
from tests.acceptance.duplicates import Couple, couples
from tests.sync.small_team import FakeWorld, founded

FORM, ADDRESS = "форма обратной связи", "forma@stroyportal.ru"
LIST = Path("crm", "ru_building_suppliers_cp1251.csv")


def found_in(team: Team) -> tuple[Proposal, dict[str, Record]]:
    """What the search says of the clients."""
    with team.store.read() as reader:
        clients = reader.rows("clients")
    return proposal(clients, {}), {**clients}


def sites(path: Path, clients: dict[str, Record]) -> dict[str, str]:
    """The site of each client, by the name and phone of its row."""
    table = table_of(path.read_bytes(), name=path.name)
    named = [table.headers.index(title) for title in ("Наименование", "Телефон", "Сайт")]
    rows = [tuple(str(row.cells[at] or "").strip() for at in named) for row in table.rows]
    site = {(name, phone): _host(where) for name, phone, where in rows}
    told = ((i, c.values.get("name"), c.values.get("phone")) for i, c in clients.items())
    return {
        row_id: next(
            (s for (n, p), s in site.items() if p == str(phone) and str(name).endswith(n)), ""
        )
        for row_id, name, phone in told
    }


def _host(site: str) -> str:
    return re.sub(r"^(https?://)?(www\.)?|/.*|\s", "", site.lower())


def of_one_site(rows: Mapping[str, str]) -> set[Couple]:
    """Pairs of rows with one site."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for row_id, site in rows.items():
        if site:
            groups[site].append(row_id)
    return {*couples(groups.values())}


def with_address(clients: dict[str, Record]) -> dict[str, Record]:
    """The clients with an address where the list speaks of a form."""
    return {
        row: replace(c, values={**c.values, "email": ADDRESS})
        if FORM in str(c.values.get("email")).casefold()
        else c
        for row, c in clients.items()
    }


def main() -> int:
    """Print the counts and the line of the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("place", type=Path, metavar="DIR")
    parser.add_argument("--show", action="store_true", help="what `dedupe --all` says")
    asked = parser.parse_args()
    path, clock = asked.place / LIST, FakeWorld()
    lines = len(table_of(path.read_bytes(), name=path.name).rows)
    with TemporaryDirectory() as place, opened(founded(Path(place), clock)) as team:
        done = import_file(team, ImportKind.CLIENTS, path, world=clock.world(), dry_run=False)
        found, clients = found_in(team)
        if asked.show:
            said = dedupe(team, join=False, now=clock.now, dry_run=True, everything=True)
            print(*said.lines, sep="\n")
    true = of_one_site(sites(path, clients))
    joined = couples((one.main, *one.others) for one in found.clients)
    offered = {(min(p.left, p.right), max(p.left, p.right)) for p in found.asked}
    again, formed = proposal(with_address(clients), {}), with_address(clients)
    formed_rows = sum(client.values.get("email") == ADDRESS for client in formed.values())
    ties = Counter(pair.tie.value for pair in found.asked)
    print(f"rows: {lines}, brought: {done.taken}, of a known client: {done.matched}")
    print(f"refused rows: {len(done.refused)}", *done.refused)
    print(f"joined pairs: {len(joined)}, of one site: {len(joined & true)}")
    print(f"asked: {len(offered)}, of one site: {len(offered & true)};", *ties.items())
    print(f"pairs of one site: {len(true)}, found: {len(true & (joined | offered))}")
    print(f"refused as keys: {len(found.crowds)}; with one address for the form:", *again.crowds)
    print(f"the form stands on {formed_rows} rows")
    checks = (
        done.taken + len(done.refused) == lines == len(clients),
        joined <= true,
        true <= joined | offered,
        [*again.crowds] == [ADDRESS] and len(again.crowds[ADDRESS]) == formed_rows,
        {p.key for p in again.asked} == {p.key for p in found.asked},
    )
    print(f"{sum(checks)} passed, {len(checks) - sum(checks)} failed")
    return 0 if all(checks) else 1


if __name__ == "__main__":
    sys.exit(main())
