"""What a theme is called: ten terms, a short label, five sentences that stand for it.

Terms come from c-TF-IDF (Grootendorst 2022, with the frequent-word reduction) and are chosen greedily: a candidate
is worth its relevance, more if no other theme has a better claim on it, and more if it occurs in the same paragraphs as
the terms already chosen (normalised pointwise mutual information, Bouma 2009).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Reals = np.ndarray[Any, np.dtype[np.float64]]

Term = tuple[str, float]

_N_CANDIDATES = 30
_COHERENCE_WEIGHT = 1.0
_FEW = 2  # documents
# A label: how many terms of how many, and what a phrase or a name is worth beside a word of the leading term's weight.
_LABEL_TERMS, _LABEL_CANDIDATES, _LABEL_ACTORS = 3, 8, 2
_PHRASE_BONUS = 0.25
_NAME_BONUS = 0.25
_LEADING_BONUS = 0.3
_STEM = 4  # letters that make two words one
_MAX_ACTOR_TERMS = 3
# An actor names a theme only if the theme holds this many times its even share of the actor's mentions.
_ACTOR_LIFT = 2.0
_ACTOR_SHARE = 0.6  # and this much is always enough
# A representative sentence: what a word of the theme in it is worth in cosine, how many count, how short is too short.
_NAMED_WEIGHT = 0.2
_MAX_NAMED = 3
_MIN_WORDS = 8


def mean_coherence(terms: Sequence[Sequence[Term]], presence: csr_matrix, words: Sequence[str]) -> float:
    """Mean pairwise `document_npmi` of each theme's terms, averaged over themes of two terms or more; 0 without any."""
    place = {word: column for column, word in enumerate(words)}
    found = []
    for theme in terms:
        if len(theme) > 1:
            together = document_npmi(presence, [place[term] for term, _ in theme])
            found.append(together[np.triu_indices(len(theme), k=1)].mean())
    return float(np.mean(found)) if found else 0.0


def distinct_share(terms: Sequence[Sequence[Term]]) -> float:
    """Share of distinct terms among all terms of all themes (Dieng et al. 2020), in [0, 1]; 0 without terms."""
    listed = [term for theme in terms for term, _ in theme]
    return len(set(listed)) / len(listed) if listed else 0.0


def document_npmi(presence: csr_matrix, columns: Sequence[int]) -> Reals:
    """Normalised pointwise mutual information of columns of a document-term matrix [n, V], float64 [c, c] in [-1, 1].

    Pairs that never meet have -1, a term with itself 0; without documents all are 0.
    """
    n_documents = presence.shape[0]
    size = len(columns)
    if not n_documents or not size:
        return np.zeros((size, size))
    together = _joint_counts(presence, columns) / n_documents
    alone = np.diag(together)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log(together / np.outer(alone, alone)) / -np.log(together)
    value = np.where(together == 0, -1.0, np.where(together >= 1, 0.0, value))
    np.fill_diagonal(value, 0.0)
    return np.nan_to_num(value, nan=0.0)


def _joint_counts(presence: csr_matrix, columns: Sequence[int]) -> Reals:
    """In how many documents every two columns of a document-term matrix [n, V] meet, float64 [c, c]."""
    chosen = presence[:, list(columns)].astype(bool).astype(np.float64)
    counts: Reals = np.asarray((chosen.T @ chosen).todense())
    return counts


def choose_terms(
    weights: Reals, presence: csr_matrix, words: Sequence[str], *, n_terms: int, limited: Sequence[str] = ()
) -> list[list[Term]]:
    """The terms of every theme, best first, with their c-TF-IDF weight.

    ``weights`` is c-TF-IDF [k, V], ``presence`` counts terms in documents [n, V], ``words`` names the V columns. Of the
    ``limited`` words (names of actors) a theme takes few, and only those at home in it. A theme without words has no
    terms.
    """
    if not weights.size:
        return [[] for _ in range(weights.shape[0])]
    guarded = _limit(weights, words, frozenset(limited))
    candidates = [_top(row, _N_CANDIDATES) for row in guarded]
    columns = sorted({int(column) for found in candidates for column in found})
    place = {column: index for index, column in enumerate(columns)}
    joint = _joint_counts(presence, columns)
    # Rare words that happen to share their few documents look perfectly coherent: the fewer, the less it counts.
    together = document_npmi(presence, columns) * joint / (joint + _FEW)
    together[joint == 0] = -1
    np.fill_diagonal(together, 0)
    best = weights.max(axis=0)
    names = frozenset(limited)
    chosen: list[list[Term]] = []
    for row, found in zip(guarded, candidates, strict=True):
        if not len(found):
            chosen.append([])
            continue
        relevance = row[found] / row[found].max() * row[found] / best[found]
        at = [place[int(column)] for column in found]
        actor = np.array([words[int(column)] in names for column in found])
        picks = _greedy(relevance, together[np.ix_(at, at)], actor, n_terms)
        named = [(words[int(found[pick])], float(row[found[pick]])) for pick in picks]
        chosen.append(sorted(named, key=lambda term: (-term[1], term[0])))
    return chosen


def _greedy(relevance: Reals, together: Reals, actor: np.ndarray[Any, np.dtype[np.bool_]], n_terms: int) -> list[int]:
    """Indices of candidates, the most central first, each next one relevant and coherent with those before."""
    central = relevance + _COHERENCE_WEIGHT * (together @ relevance) / relevance.sum()
    picks: list[int] = []
    while len(picks) < min(n_terms, len(relevance)):
        score = central if not picks else relevance + _COHERENCE_WEIGHT * together[:, picks].mean(axis=1)
        score = score.copy()
        score[picks] = -np.inf
        if actor[picks].sum() >= _MAX_ACTOR_TERMS:
            score[actor] = -np.inf
        best = int(np.argmax(score))
        if not np.isfinite(score[best]):
            break
        picks.append(best)
    return picks


def _limit(dense: Reals, words: Sequence[str], limited: frozenset[str]) -> Reals:
    """The weights with those of a limited word set to zero wherever it is not at home."""
    if not limited:
        return dense
    guarded = dense.copy()
    even = 1 / dense.shape[0]
    for column, word in enumerate(words):
        if word in limited:
            total = dense[:, column].sum()
            guarded[dense[:, column] < min(_ACTOR_LIFT * even, _ACTOR_SHARE) * total, column] = 0
    return guarded


def _top(row: Reals, n: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Columns of the greatest positive weights, ties in the order of columns."""
    order = np.argsort(-row, kind="stable")[:n]
    found: np.ndarray[Any, np.dtype[np.int64]] = order[row[order] > 0].astype(np.int64)
    return found


def label_of(terms: Sequence[Term], written_as: Mapping[str, str], limited: Sequence[str] = ()) -> str:
    """A short label of the terms that tell most: names and phrases before plain words, nothing said twice.

    At most two of them are ``limited`` words (names of actors). No terms give ``unnamed``.
    """
    if not terms:
        return "unnamed"
    leading = [(rank, written_as.get(term, term), weight, term) for rank, (term, weight) in enumerate(terms)]
    leading = leading[:_LABEL_CANDIDATES]
    most = max(weight for _, _, weight, _ in leading) or 1.0
    telling = []
    for _, text, _, term in leading:
        words = set(text.lower().split())
        # A word that stands in a phrase leaves its place to the phrase.
        if any(words < set(other.lower().split()) for _, other, _, _ in leading):
            continue
        parts = [(rank, weight) for rank, other, weight, _ in leading if set(other.lower().split()) <= words]
        first = min(rank for rank, _ in parts)
        worth = max(weight for _, weight in parts) / most + _LEADING_BONUS * (first == 0)
        worth += _PHRASE_BONUS * (len(words) > 1) + _NAME_BONUS * (term not in limited and any(map(str.isupper, text)))
        telling.append((-worth, first, text, term in limited))
    label: list[tuple[int, str]] = []
    stems: set[str] = set()
    n_actors = 0
    for _, rank, text, is_actor in sorted(telling):
        # China and Chinese, denies and denial: one of them is enough.
        found = {word[:_STEM].lower() for word in text.split()}
        if len(label) < _LABEL_TERMS and not stems & found and n_actors + is_actor <= _LABEL_ACTORS:
            label.append((rank, text))
            stems |= found
            n_actors += is_actor
    return ", ".join(text for _, text in sorted(label))


def representative_rows(
    fitness: Reals, articles: Sequence[str], texts: Sequence[str], terms: Sequence[str], *, n_rows: int
) -> list[int]:
    """Rows that show a theme best, at most one an article and none said twice; fewer where there are fewer.

    ``fitness`` [n] is the likeness of each sentence to its theme; every word of the theme's ``terms`` in a sentence
    adds to it, the leading terms most, and very short sentences come last, since they say nothing alone.
    """
    worth: dict[str, float] = {}
    for rank, term in enumerate(terms):
        for word in term.lower().split():
            worth.setdefault(word, 1 - rank / len(terms))
    said = [" ".join(text.split()).lower() for text in texts]
    split = [["".join(c for c in word if c.isalnum() or c == "-") for word in text.split()] for text in said]
    named = np.array(
        [sum(sorted((worth.get(word, 0.0) for word in set(row)), reverse=True)[:_MAX_NAMED]) for row in split]
    )
    short = np.array([len(row) < _MIN_WORDS for row in split], dtype=np.float64)
    picks: list[int] = []
    taken: set[str] = set()
    for row in np.argsort(-(fitness + _NAMED_WEIGHT * named - 2 * short), kind="stable"):
        if articles[int(row)] in taken or said[int(row)] in taken or len(picks) >= n_rows:
            continue
        taken |= {articles[int(row)], said[int(row)]}
        picks.append(int(row))
    return picks
