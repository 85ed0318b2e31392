"""How a team begins: its folder, its empty books, its state and the first rows of its store."""

from __future__ import annotations

from sync.founding.content import Content, Rows
from sync.founding.first_rows import NewPerson, Pay
from sync.founding.founding import Build, Founding, Ground, found, tidied

__all__ = ["Build", "Content", "Founding", "Ground", "NewPerson", "Pay", "Rows", "found", "tidied"]
