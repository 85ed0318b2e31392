"""Every row formula of the blueprint is known by its shape, wherever its columns stand."""

from __future__ import annotations

from collections.abc import Iterator

from model.blueprint import Column
from templates.blueprint import load
from templates.former import FORMER
from templates.live import cell_formula, fields_of
from templates.row_formulas import digest, is_former, shape, shape_of


def live() -> Iterator[tuple[str, Column]]:
    for table in load(3).tables.values():
        for column in table.columns:
            if column.live is not None:
                yield table.key, column


def test_the_formulas_of_this_version_are_listed() -> None:
    """A changed formula adds its digest to `templates/former.py`; those before stay there."""
    unknown = {}
    for table, column in live():
        fields = sorted({*fields_of(column), column.key})
        found = digest(shape_of(column, {key: 9 + at for at, key in enumerate(fields)}))
        if found not in FORMER.get(f"{table}.{column.key}", ()):
            unknown[f"{table}.{column.key}"] = found
    assert not unknown


def test_a_shape_does_not_depend_on_row_nor_place_nor_program() -> None:
    for table, column in live():
        fields = sorted({*fields_of(column), column.key})
        near = {key: 3 + at for at, key in enumerate(fields)}
        far = {key: 90 - at for at, key in enumerate(fields)}
        here = shape(cell_formula(column, near, 14), 14, near)
        other = cell_formula(column, far, 20_500).replace("TRUE", "TRUE()").replace(",", ", ")
        if '"' not in other.replace('""', ""):
            assert shape(other, 20_500, far) == here
        assert is_former(table, column, here)
        again = here.format(**{key: f"${chr(64 + near[key])}14" for key in fields})
        assert shape(again, 14, near) == here


def test_a_changed_formula_is_nobodys_of_ours() -> None:
    table, column = next(live())
    places = {key: 9 + at for at, key in enumerate(sorted({*fields_of(column), column.key}))}
    assert not is_former(table, column, shape(f"{cell_formula(column, places, 5)}+1", 5, places))
