"""The actor registry: what is accepted, what is refused with a line that names the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tenor.features.registry import ActorKind, AliasRole, RegistryError, load_registry, parse_registry


def refused(content: object) -> str:
    with pytest.raises(RegistryError) as caught:
        parse_registry(content)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_only_id_and_name_are_required() -> None:
    registry = parse_registry({"actors": [{"id": "x", "name": "Xanadu"}]})
    actor = registry.actors[0]
    assert (actor.id, actor.name, actor.kind, actor.titles, actor.parent) == ("x", "Xanadu", None, (), None)
    assert [alias.text for alias in registry.aliases(actor)] == ["Xanadu"]


def test_one_alias_claimed_by_two_actors_names_both_and_the_alias() -> None:
    message = refused(
        {"actors": [{"id": "a", "name": "A", "aliases": ["Dar"]}, {"id": "b", "name": "B", "aliases": ["DAR"]}]}
    )
    assert "'a'" in message
    assert "'b'" in message
    assert "DAR" in message
    assert "longer alias" in message


@pytest.mark.parametrize(
    ("actors", "said"),
    [
        ([], "names no actor"),
        ([{"id": "a", "name": "A"}, {"id": "a", "name": "B"}], "id 'a'"),
        ([{"id": "a", "name": "A", "parent": "b"}], "parent 'b'"),
        ([{"id": "a", "name": "A", "alias": ["B"]}], "alias"),
        ([{"id": "a", "name": "A", "aliases": [{"text": "B", "words": "C"}]}], "words"),
        ([{"id": "a"}], "name"),
        ([{"id": "a", "name": ""}], "name"),
        ([{"id": "a", "name": "A", "kind": "planet"}], "kind"),
        ([{"id": "author", "name": "A"}], "reserved"),
        ([{"id": "a", "name": "A", "parent": "b"}, {"id": "b", "name": "B", "parent": "a"}], "circle"),
    ],
)
def test_faults_are_named(actors: list[dict[str, object]], said: str) -> None:
    assert said in refused({"actors": actors})


@pytest.mark.parametrize("content", ["", "[]", "just words", "actors:", "actors: {a: 1}", "a: [", "actors: [1]"])
def test_broken_files_are_one_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "actors.yaml"
    path.write_text(content)
    with pytest.raises(RegistryError) as caught:
        load_registry(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match=r"nowhere\.yaml"):
        load_registry(tmp_path / "nowhere.yaml")


def test_yaml_round_trip(tmp_path: Path, root: Path) -> None:
    registry = load_registry(root / "seeds" / "actors.yaml")
    path = tmp_path / "again.yaml"
    rows = [actor.model_dump(mode="json", exclude_unset=True) for actor in registry.actors]
    path.write_text(yaml.safe_dump({"actors": rows}, allow_unicode=True))
    assert load_registry(path) == registry


def test_the_shipped_registry(root: Path) -> None:
    registry = load_registry(root / "seeds" / "actors.yaml")
    assert len(registry.actors) >= 25
    assert {actor.kind for actor in registry.actors} == set(ActorKind)
    assert registry.ancestors("kurilla") == ["centcom", "united-states"]


def test_plain_capitals_and_demonyms_of_a_state_are_read_as_such() -> None:
    registry = parse_registry(
        {"actors": [{"id": "ir", "name": "Iran", "kind": "state", "aliases": ["Tehran", "Iranian", "Persia"]}]}
    )
    roles = {alias.text: alias.role for alias in registry.aliases(registry.actors[0])}
    assert roles == {
        "Iran": AliasRole.NAME,
        "Tehran": AliasRole.CAPITAL,
        "Iranian": AliasRole.DEMONYM,
        "Persia": AliasRole.NAME,
    }


@pytest.mark.parametrize(
    ("name", "kind", "surname"),
    [
        ("Marco Rubio", "person", "Rubio"),
        ("Donald Trump Jr.", "person", "Trump"),
        ("Modi", "person", None),
        ("Hillary Clinton", None, "Clinton"),
        ("International Monetary Fund", None, None),
        ("Saudi Arabia", "state", None),
    ],
)
def test_surnames(name: str, kind: str | None, surname: str | None) -> None:
    registry = parse_registry({"actors": [{"id": "x", "name": name, "kind": kind}]})
    assert registry.actors[0].surname == surname
