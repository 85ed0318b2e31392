import pytest

from model.errors import WrongPlace
from model.records import BatchKind, Stamped
from model.texts import say
from store import Writer


@pytest.mark.usefixtures("story")
def test_undo_puts_back_what_the_batch_wrote() -> None:
    """
    put a    | Д-1 | amount=100 | stage=КП
    put b    | Д-1 | amount=120 | stage=
    undo b   | 2 cells
    expect   | Д-1 | amount=100 | stage=КП
    """


@pytest.mark.usefixtures("story")
def test_undo_keeps_a_later_edit() -> None:
    """
    put a    | Д-1 | amount=100 | stage=КП
    put b    | Д-1 | amount=120 | stage=Счёт
    put c    | Д-1 | amount=150
    undo b   | 1 cells
    expect   | Д-1 | amount=150 | stage=КП
    """


@pytest.mark.usefixtures("story")
def test_undo_of_many_moves_of_one_cell_returns_to_the_first() -> None:
    """
    put a    | Д-1 | amount=100
    put b    | Д-1 | amount=120
    put b    | Д-1 | amount=130
    put b    | Д-1 | amount=140
    undo b   | 1 cells
    expect   | Д-1 | amount=100
    """


@pytest.mark.usefixtures("story")
def test_undo_buries_a_row_born_in_the_batch() -> None:
    """
    put a    | Д-1 | amount=100
    put b    | Д-2 | amount=200
    undo b   | 1 cells
    expect   | Д-1 | amount=100
    expect   | Д-2 | buried
    """


@pytest.mark.usefixtures("story")
def test_a_born_row_that_somebody_worked_on_stays_whole() -> None:
    """
    put a    | Д-1 | amount=100 | stage=КП
    put b    | Д-1 | stage=Счёт
    undo a   | 0 cells
    expect   | Д-1 | amount=100 | stage=Счёт
    """


@pytest.mark.usefixtures("story")
def test_undo_of_a_deletion_returns_the_row() -> None:
    """
    put a    | Д-1 | amount=100
    bury b   | Д-1
    expect   | Д-1 | buried
    undo b   | 1 cells
    expect   | Д-1 | amount=100
    """


@pytest.mark.usefixtures("story")
def test_an_undo_can_be_undone() -> None:
    """
    put a           | Д-1 | amount=100
    undo a          | 1 cells
    expect          | Д-1 | buried
    undo undo of a  | 1 cells
    expect          | Д-1 | amount=100
    """


@pytest.mark.usefixtures("story")
def test_undoing_twice_changes_nothing_the_second_time() -> None:
    """
    put a    | Д-1 | amount=100
    put b    | Д-1 | amount=120
    undo b   | 1 cells
    undo b   | 0 cells
    expect   | Д-1 | amount=100
    """


@pytest.mark.usefixtures("story")
def test_undo_of_a_merge_parts_the_rows() -> None:
    """
    put a       | К-1 | name=Ромашка
    put a       | К-2 | name=Ромашка ООО
    join b      | К-2 | К-1
    stands_for  | К-2 | К-1
    undo b      | 1 cells
    stands_for  | К-2 | К-2
    """


@pytest.mark.usefixtures("story")
def test_a_chain_of_merges_ends_at_the_last_main_row() -> None:
    """
    put a       | К-1 | name=Ромашка
    put a       | К-2 | name=Ромашка ООО
    put a       | К-3 | name=ООО Ромашка
    join b      | К-1 | К-2
    join c      | К-2 | К-3
    stands_for  | К-1 | К-3
    stands_for  | К-2 | К-3
    """


def test_a_merge_never_makes_a_circle(writer: Writer, by: Stamped) -> None:
    writer.put_many("clients", {"a": {}, "b": {}, "c": {}}, by=by)
    writer.join("clients", "a", "b", by=by)
    writer.join("clients", "b", "c", by=by)
    with pytest.raises(ValueError, match="stand for itself"):
        writer.join("clients", "c", "a", by=by)
    with pytest.raises(ValueError, match="stand for itself"):
        writer.join("clients", "a", "a", by=by)


def test_a_merge_can_be_taken_back_by_hand(writer: Writer, by: Stamped) -> None:
    writer.put_many("clients", {"a": {}, "b": {}}, by=by)
    writer.join("clients", "a", "b", by=by)
    assert writer.joined("clients") == {"a": "b"}
    writer.part("clients", "a", by=by)
    assert writer.joined("clients") == {}


def test_undo_returns_links(writer: Writer, by: Stamped) -> None:
    writer.put("deals", "d", {"client": "Ромашка"}, links={"client": "k1"}, by=by)
    later = Stamped(
        by.at, by.who, by.source, None, writer.start_batch(BatchKind.SYNC, "Орлов", by.at)
    )
    writer.put("deals", "d", {"client": "Лютик"}, links={"client": "k2"}, by=later)
    assert writer.undo(later.batch, by=later) == 2
    record = writer.get("deals", "d")
    assert record is not None
    assert (record.values["client"], record.links["client"]) == ("Ромашка", "k1")


def test_a_batch_that_never_was_is_named(writer: Writer, by: Stamped) -> None:
    with pytest.raises(WrongPlace) as raised:
        writer.undo(77, by=by)
    assert say(raised.value.text, **raised.value.facts).startswith("Не нашёл действие «77».")
