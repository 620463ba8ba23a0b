"""The actor registry: whom the articles are read for, checked where it is read.

Each actor has an ``id`` and a ``name``; everything else is optional. An alias is a string or a mapping with rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from tenor.features.errors import TenorError
from tenor.features.gazetteer import CAPITALS, ORGANISATION_WORDS


class RegistryError(TenorError):
    """An actor registry that cannot be used."""


class ActorKind(StrEnum):
    """What an actor is."""

    PERSON = "person"
    STATE = "state"
    ORGANISATION = "organisation"


class AliasRole(StrEnum):
    """How an alias stands for its actor.

    A ``name`` always does. A ``capital`` stands for its government, so not where it is a place ("in Islamabad", a
    dateline). A ``demonym`` does only before a noun of state ("Indian strikes", not "Indian tourists").
    """

    NAME = "name"
    CAPITAL = "capital"
    DEMONYM = "demonym"


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


_Words = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_listed)]
_Line = Annotated[str, Field(min_length=1, max_length=200)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Alias(_Strict):
    """One way of naming an actor.

    ``case_sensitive``: unset, an alias with a capital letter matches as written (and in capitals throughout from four
    letters on, as headlines have it), one without any matches in any case. ``before`` and ``after`` list words of which
    one must stand right before or right after the alias; ``not_before`` and ``not_after`` words that must not.
    """

    text: _Line
    role: AliasRole = AliasRole.NAME
    case_sensitive: bool | None = None
    before: _Words = ()
    after: _Words = ()
    not_before: _Words = ()
    not_after: _Words = ()


def _alias(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


class Actor(_Strict):
    """One actor.

    ``titles`` are offices that stand for a person ("prime minister"); ``parent`` is another actor's id.
    """

    id: Annotated[str, Field(pattern=r"^[\w.:-]+$", max_length=100)]
    name: _Line
    kind: ActorKind | None = None
    aliases: tuple[Annotated[Alias, BeforeValidator(_alias)], ...] = ()
    titles: tuple[_Line, ...] = ()
    parent: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _empty_lists(cls, data: Any) -> Any:
        if isinstance(data, dict):  # an empty YAML list reads as null
            return {key: () if key in {"aliases", "titles"} and value is None else value for key, value in data.items()}
        return data

    @property
    def is_person(self) -> bool:
        """Whether a surname may stand for the actor; without a stated kind, judged by the words of the name."""
        if self.kind is not None:
            return self.kind is ActorKind.PERSON
        words = self.name.split()
        return 2 <= len(words) <= 4 and all(w[:1].isupper() for w in words) and not ORGANISATION_WORDS & set(words)

    @property
    def surname(self) -> str | None:
        """The last word of a person's name, without generational suffixes; None for a single word."""
        words = [word for word in self.name.split() if word.rstrip(".") not in {"Jr", "Sr", "II", "III", "IV"}]
        return words[-1] if self.is_person and len(words) > 1 else None


class _File(_Strict):
    actors: tuple[Actor, ...]


@dataclass(frozen=True)
class ActorRegistry:
    """Checked actors in the order of their file. Equal ids, shared aliases and unknown parents raise."""

    actors: tuple[Actor, ...]

    def __post_init__(self) -> None:
        if not self.actors:
            raise RegistryError("The registry names no actor: list at least one under 'actors:' with id and name.")
        seen: set[str] = set()
        for actor in self.actors:
            if actor.id in seen:
                raise RegistryError(f"Two actors have the id '{actor.id}': give each actor an id of its own.")
            if actor.id in {"author", "unknown", "all"}:
                raise RegistryError(f"The id '{actor.id}' is reserved: give actor '{actor.name}' another id.")
            seen.add(actor.id)
        claims: dict[str, tuple[str, str]] = {}
        for actor in self.actors:
            if actor.parent is not None and (actor.parent not in seen or actor.parent == actor.id):
                raise RegistryError(
                    f"Actor '{actor.id}' has the parent '{actor.parent}', which is no other actor's id: "
                    "add that actor or drop the parent."
                )
            for alias in self.aliases(actor):
                # Case-insensitively: "us" and "US" of two actors would be told apart by case alone.
                claim = " ".join(alias.text.casefold().split())
                owner, _ = claims.setdefault(claim, (actor.id, alias.text))
                if owner != actor.id:
                    raise RegistryError(
                        f"Actors '{owner}' and '{actor.id}' both claim the alias '{alias.text}': keep it with one of "
                        "them, or give the other a longer alias."
                    )
        for actor in self.actors:
            self.ancestors(actor.id)

    def aliases(self, actor: Actor) -> list[Alias]:
        """The actor's name and aliases, with the roles of plain capitals and demonyms of a state filled in."""
        stated = {alias.text for alias in actor.aliases}
        plain = [] if actor.name in stated else [Alias(text=actor.name)]
        names = [actor.name, *stated]
        return plain + [_with_role(alias, actor, names) for alias in actor.aliases]

    def ancestors(self, actor_id: str) -> list[str]:
        """The actor's parent, its parent, and so on. Raises RegistryError where they go round in a circle."""
        parents = {actor.id: actor.parent for actor in self.actors}
        line: list[str] = []
        parent = parents.get(actor_id)
        while parent is not None:
            if parent in line or parent == actor_id:
                circle = " -> ".join([actor_id, *line, parent])
                raise RegistryError(
                    f"The parents of actor '{actor_id}' go round in a circle ({circle}): drop one of them."
                )
            line.append(parent)
            parent = parents.get(parent)
        return line

    @property
    def names(self) -> dict[str, str]:
        """The name of each actor id, in the order of the file."""
        return {actor.id: actor.name for actor in self.actors}

    @property
    def ids(self) -> list[str]:
        """Every actor's id, in the order of the file."""
        return list(self.names)

    @property
    def all_names(self) -> list[str]:
        """Every name and alias of every actor: words that say who is spoken of, not what about."""
        return [alias.text for actor in self.actors for alias in self.aliases(actor)]

    def get(self, actor_id: str) -> Actor | None:
        """The actor with this id, if any."""
        return next((actor for actor in self.actors if actor.id == actor_id), None)


_DEMONYM = re.compile(r"(?:i|an|ese|ish|ic|ch|Afghan)$")


def _with_role(alias: Alias, actor: Actor, names: list[str]) -> Alias:
    """A plain alias of a state read as what it plainly is: a capital, or a form of the name ("Indian")."""
    if actor.kind is not ActorKind.STATE or "role" in alias.model_fields_set or alias.before or alias.after:
        return alias
    if alias.text in CAPITALS:
        return alias.model_copy(update={"role": AliasRole.CAPITAL})
    if " " not in alias.text and _DEMONYM.search(alias.text) and alias.text != actor.name:
        stem = alias.text[:4]
        if any(name != alias.text and name.startswith(stem) for name in names):
            return alias.model_copy(update={"role": AliasRole.DEMONYM})
    return alias


def parse_registry(content: Any, source: str = "the registry") -> ActorRegistry:
    """Check already read YAML. Raises RegistryError, a line naming every fault."""
    if not isinstance(content, dict) or "actors" not in content:
        raise RegistryError(f"{source} has no list of actors: expected 'actors:' with an id and a name for each.")
    if not content["actors"]:
        raise RegistryError(f"{source} names no actor: list at least one under 'actors:' with id and name.")
    try:
        return ActorRegistry(_File.model_validate(content).actors)
    except ValidationError as error:
        faults = "; ".join(f"{_place(item['loc'], content)}: {item['msg']}" for item in error.errors()[:5])
        raise RegistryError(f"{source} cannot be used: {faults}.") from error
    except RegistryError as error:
        raise RegistryError(f"{source}: {error}") from error


def _place(loc: tuple[int | str, ...], content: Any) -> str:
    if len(loc) > 1 and loc[0] == "actors" and isinstance(loc[1], int):
        row = content["actors"][loc[1]]
        name = row.get("id") or row.get("name") if isinstance(row, dict) else None
        rest = ".".join(str(part) for part in loc[2:])
        return f"actor {name or f'number {loc[1] + 1}'}" + (f", {rest}" if rest else "")
    return ".".join(str(part) for part in loc) or "the file"


def load_registry(path: Path) -> ActorRegistry:
    """Read and check an actor registry (YAML).

    Raises:
        RegistryError: the file is missing, is not YAML, names no actor, or holds unknown keys, repeated ids, aliases
            claimed twice or unknown parents.
    """
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RegistryError(f"No actor registry can be read at {path}: expected a YAML file with 'actors:'.") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise RegistryError(f"{path} is not valid YAML: {' '.join(str(error).split())[:300]}") from error
    return parse_registry(content, str(path))
