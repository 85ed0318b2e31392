"""Words about copies of the team's books that lie where none belongs."""

from __future__ import annotations

from model.texts.questions import Words

ABOUT = "Копия книги"
OTHER_TEAM = "Книга другой команды"
KEEP = "Не нужна - удалите файл. Да - пусть лежит"


def book_copied(place: str, book: str, generation: int) -> Words:
    """A whole book under another name or in another folder."""
    return Words(
        ABOUT,
        f"«{place}» - копия книги «{book}», запись № {generation}. Программа её не обновляет, "
        "а читает её каждый, кому открыта эта папка",
        KEEP,
    )


def safety_copy(place: str, generation: int) -> Words:
    """A copy beside the book it was made of, told to whose book it is."""
    return Words(
        ABOUT,
        f"«{place}» - копия вашей книги, запись № {generation}. Сама она не обновляется. Если "
        "править её, правки попадут в книгу",
        KEEP,
    )


def rows_copied(place: str) -> Words:
    """A workbook without our stamp that has rows of the base with their hidden numbers."""
    return Words(
        ABOUT,
        f"В файле «{place}» лежат строки базы, скопированные из книги вместе со скрытыми номерами. "
        "Программа их не обновляет, а читает их каждый, кому открыта эта папка",
        KEEP,
    )


def other_team(place: str) -> Words:
    """A book of another team."""
    return Words(
        OTHER_TEAM,
        f"«{place}» - книга другой команды. Из неё сюда ничего не попадает",
        "Положите её в папку своей команды. Да - пусть лежит",
    )
