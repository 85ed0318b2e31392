"""Profiles: what a provider's records look like and mean, as a file and not as code.

docs/profiles.md tells how to write one. A profile belongs to a *shape*: `payload` (JSON or a form),
`lines` (a text table without headings) or `table` (one with headings). It is taken when every
pattern of `[match]` fits. A field is made by the first of its ways that gives something.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from typing_extensions import override

from model.errors import WrongSetting
from sync.imports import ImportKind

FOLDER = "profiles"
Names = Annotated[tuple[str, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)]
Pattern = Annotated[
    re.Pattern[str], BeforeValidator(lambda v: re.compile(v) if isinstance(v, str) else v)
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Way(_Part):
    """One way to make a field of a record."""

    names: Names = Field(default=(), alias="from")
    """The first of these names that is filled; `*` stands for any part, then all are joined."""
    every: Names = ()
    """All of these that are filled, joined by a space."""
    const: str = ""
    when: Mapping[str, Pattern] = Field(default_factory=dict)
    """Names and patterns: the way is gone only where all fit."""
    read: Literal["text", "unix", "moment", "seconds", "micros", "pairs", "plus", "span"] = Field(
        default="text", alias="as"
    )
    part: str = ""
    """With `pairs`: the one of the pairs that is wanted. With `span`: the name of its end."""
    cut: Pattern | None = None
    """What is taken out of the text before it is read."""
    values: Mapping[str, str] = Field(default_factory=dict)
    """The provider's word -> ours; a word that is not there stays."""
    otherwise: str = ""
    """What a filled word means that `values` lacks."""


def _ways(value: object) -> object:
    """One way may be written as its name alone, or without its list."""
    return [_way(v) for v in value] if isinstance(value, list | tuple) else [_way(value)]


def _way(value: object) -> object:
    return {"from": value} if isinstance(value, str) else value


class Skip(_Part):
    """Records that are no facts of ours, and why."""

    when: Mapping[str, Pattern]
    reason: str = ""
    """Blank: nothing is said at all."""


class Pairs(_Part):
    """A list of names and values inside a body: answers of a form."""

    path: str
    key: str
    value: str
    title: str = ""
    """The question in words, used where the key is one of our own counting."""


class Profile(_Part):
    """How the records of a provider become rows."""

    name: str
    title: str = ""
    kind: ImportKind = ImportKind.LEADS
    provider: str = ""
    """Whom the facts come from; profiles of one provider and kind share their facts."""
    shape: Literal["payload", "lines", "table", "zone"] = "payload"
    """`zone`: only says in which zone the times of a built-in format are."""
    zone: str = ""
    list_at: str = Field(default="", alias="list")
    """Payload: where in the body the list of records stands."""
    pairs: Pairs | None = None
    columns: Names = ()
    """Lines: names of the columns in their order; the last ones may be missing."""
    delimiter: str = ";"
    headings: Names = ()
    """Table: headings that it must have, compared as those of imports are."""
    match: Mapping[str, Pattern] = Field(default_factory=dict)
    skip: tuple[Skip, ...] = ()
    key: Names = ()
    """Names whose values together are the provider's number of a record; blank: its content."""
    fields: Mapping[str, Annotated[tuple[Way, ...], BeforeValidator(_ways)]] = Field(
        default_factory=dict
    )
    guess: bool = False
    """Whether names without a field are understood by the headings of imports."""
    extra: Names = ()
    """Names that a fact keeps beside its fields."""
    rest: str = ""
    """The field that takes what nothing else takes, as lines «name: value»."""
    hidden: Names = ()
    """Names that never enter a fact: secrets, cookies."""
    legs: bool = False
    """Calls: records with one key are legs of one call."""
    partial: bool = False
    """Whether a record that says too little waits for its other pieces."""
    latest: bool = False
    """Whether a later record replaces an earlier one, instead of joining it."""
    dearest_click: float = 0
    """Costs: an average click above this is asked about: the money may be in millionths."""

    @override
    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def whose(self) -> str:
        """The provider, or the profile's own name."""
        return self.provider or self.name


def profile_of(text: str, name: str) -> Profile:
    """The profile of a TOML text; raises WrongSetting with what is wrong in it."""
    try:
        return Profile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise WrongSetting(key=str(error), value="", wanted="ключ = значение", path=name) from error
    except ValidationError as error:
        first: Mapping[str, Any] = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise WrongSetting(
            key=key, value=first.get("input", ""), wanted=first["msg"], path=name
        ) from error


@cache
def built_in() -> tuple[Profile, ...]:
    """The profiles that the program brings along, in the order of their names."""
    folder = files("sync.intake") / FOLDER
    texts = sorted((entry.name, entry) for entry in folder.iterdir())
    return tuple(
        profile_of(entry.read_text(encoding="utf-8"), name)
        for name, entry in texts
        if name.endswith(".toml")
    )


def all_profiles(own: Iterable[str]) -> tuple[Profile, ...]:
    """The team's own profiles, then the built-in ones that they do not replace by name."""
    first = tuple(profile_of(text, "профиль") for text in own)
    named = {profile.name for profile in first if profile.shape != "zone"}
    return (*first, *(profile for profile in built_in() if profile.name not in named))
