from model.records import KeptKind
from store import Writer
from tests.store.conftest import NOON


def test_contents_are_found_by_fingerprint_and_by_generation(writer: Writer) -> None:
    for book, generation, token in (("a", 1, "x"), ("b", 1, "x"), ("a", 2, "y"), ("a", 2, "x")):
        writer.keep(book, generation, token, KeptKind.SEEN, at=NOON)

    def numbers(token: str | None = None, generation: int | None = None) -> list[int]:
        return [k.number for k in writer.kept("a", token=token, generation=generation)]

    assert numbers() == [4, 3, 1]
    assert numbers(token="x") == [4, 1]
    assert numbers(generation=2) == [4, 3]
    assert numbers(token="x", generation=2) == [4]
    assert numbers(token="z") == numbers(generation=0) == []
