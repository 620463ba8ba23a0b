"""Near-duplicates: wire copy printed by several outlets, found by MinHash and settled by exact overlap."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

import numpy as np

from tenor.features.intake.drafts import words_of

_SHINGLE = 3  # words
_N_PERMUTATIONS = 128
_RECALL = 0.995  # wanted chance that a pair right at the threshold becomes a candidate


def near_duplicate_groups(texts: Mapping[str, str], *, threshold: float) -> dict[str, str]:
    """Group of each article id: the least id among those linked by overlaps of at least ``threshold``.

    Overlap is the Jaccard similarity of word 3-shingles. Groups are connected components, so they do not depend on
    order. MinHash (Broder 1997) banded by locality-sensitive hashing proposes pairs; the exact similarity decides.
    An empty mapping gives an empty one.
    """
    from datasketch import MinHash, MinHashLSH

    ids = sorted(texts)
    shingles = {key: _shingles(texts[key]) for key in ids}
    parent = {key: key for key in ids}
    twins: dict[bytes, str] = {}
    index = MinHashLSH(num_perm=_N_PERMUTATIONS, params=_bands(threshold), hashfunc=None)
    for key in ids:
        own = shingles[key]
        if not own.size:
            continue
        twin = twins.setdefault(own.tobytes(), key)
        if twin != key:  # the same words: no need to ask the index, which thousands of copies would slow
            _join(parent, key, twin)
            continue
        sketch = MinHash(num_perm=_N_PERMUTATIONS, seed=1, hashfunc=int)
        sketch.update_batch(own.tolist())
        for other in index.query(sketch):
            if _root(parent, other) != _root(parent, key) and jaccard(own, shingles[other]) >= threshold:
                _join(parent, key, other)
        index.insert(key, sketch)
    return {key: _root(parent, key) for key in ids}


def jaccard(
    left: np.ndarray[tuple[int], np.dtype[np.uint32]], right: np.ndarray[tuple[int], np.dtype[np.uint32]]
) -> float:
    """Shared over all, of two sorted sets of shingle hashes; 0 where both are empty."""
    shared = np.intersect1d(left, right, assume_unique=True).size
    total = left.size + right.size - shared
    return shared / total if total else 0.0


def _shingles(text: str) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    """Sorted distinct 32-bit hashes of the text's word 3-shingles; a shorter text is one shingle."""
    words = words_of(text)
    if not words:
        return np.empty(0, dtype=np.uint32)
    grams: Sequence[str] = [" ".join(words[i : i + _SHINGLE]) for i in range(max(1, len(words) - _SHINGLE + 1))]
    return np.unique(np.fromiter((zlib.crc32(gram.encode()) for gram in grams), dtype=np.uint32, count=len(grams)))


def _bands(threshold: float) -> tuple[int, int]:
    """Bands and rows: as many rows as still propose a pair at the threshold with the wanted chance."""
    for rows in range(_N_PERMUTATIONS, 2, -1):
        bands = _N_PERMUTATIONS // rows
        if bands and 1 - (1 - threshold**rows) ** bands >= _RECALL:
            return bands, rows
    return _N_PERMUTATIONS // 2, 2  # one row alone would propose nearly every pair


def _root(parent: dict[str, str], key: str) -> str:
    while parent[key] != key:
        parent[key] = parent[parent[key]]
        key = parent[key]
    return key


def _join(parent: dict[str, str], left: str, right: str) -> None:
    first, second = sorted((_root(parent, left), _root(parent, right)))
    parent[second] = first
