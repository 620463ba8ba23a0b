"""Names that the registry lacks: counted over articles, surnames merged, sentence openings left out."""

from __future__ import annotations

from annotation import articles_of, seed_registry

from tenor.features.suggest import suggest_actors

TEXTS = [
    ("a", "However, Keir Starmer met Trump. Starmer praised the World Bank. Exporters cheered the exporters."),
    ("b", "On Monday the World Bank lent money. Mr Starmer was told by Prime Minister Keir Starmer's aides."),
    ("c", "Inflation fell. Speaking in Lahore, Marco Rubio praised Keir Starmer and the United States."),
]


def suggestions(limit: int = 20) -> dict[str, tuple[int, int]]:
    return {
        s.name: (s.n_mentions, s.n_articles) for s in suggest_actors(articles_of(TEXTS), seed_registry(), limit=limit)
    }


def test_counts_with_surnames_merged() -> None:
    found = suggestions()
    assert found["Keir Starmer"] == (5, 3)
    assert found["World Bank"] == (2, 2)
    assert found["Lahore"] == (1, 1)


def test_registered_names_and_mere_capitals_are_left_out() -> None:
    assert not {
        "Starmer",
        "Trump",
        "Rubio",
        "Marco Rubio",
        "United States",
        "However",
        "Monday",
        "Exporters",
        "Speaking",
        "Inflation",
    } & set(suggestions())


def test_the_most_widespread_come_first_with_an_example() -> None:
    first = suggest_actors(articles_of(TEXTS), seed_registry(), limit=1)
    assert [s.name for s in first] == ["Keir Starmer"]
    assert first[0].example == "However, Keir Starmer met Trump."


def test_order_does_not_matter_and_nothing_gives_nothing() -> None:
    turned = suggest_actors(articles_of(TEXTS[::-1]), seed_registry(), limit=20)
    assert turned == suggest_actors(articles_of(TEXTS), seed_registry(), limit=20)
    assert suggest_actors(articles_of([]), seed_registry(), limit=5) == []
    assert suggest_actors(articles_of(TEXTS), seed_registry(), limit=0) == []
