"""The classifier on top: multinomial logistic regression on scaled feature blocks, with calibrated probabilities.

Probabilities say how likely each class is, ``classes`` which one to name. Where most mentions are neutral, neutral is
the most likely class more often than the right one, so the rule that names a class is chosen for macro-F1, on inner
folds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tenor.features.errors import TenorError

CLASSES = (-1, 0, 1)  # negative, neutral, positive toward the target
_STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
_STRENGTH_UNTESTED = 0.03  # where a single group leaves nothing to choose it on: the cautious side
_MIN_PER_CLASS = 2
_POWERS = np.linspace(0.0, 1.0, 11)  # of a class's share of the labels, by which its probability is divided

Matrix = NDArray[np.float32]
Real = NDArray[np.float64]
Labels = NDArray[np.int64]


class TrainingError(TenorError):
    """Labels on which no scorer can be fitted."""


@dataclass(frozen=True, eq=False)
class ToneClassifier:
    """A fitted linear classifier as plain arrays, so that saving it needs no pickle.

    ``mean``, ``scale`` float64 [d]; ``coef`` float64 [3, d]; ``intercept`` float64 [3]; ``temperature`` > 0 divides the
    logits; ``decision_weights`` float64 [3] > 0 multiply the probabilities before the greatest names the class;
    ``strength`` is the inverse regularisation C that inner cross-validation chose; ``widths`` of the blocks.
    """

    mean: Real
    scale: Real
    coef: Real
    intercept: Real
    temperature: float
    decision_weights: Real
    strength: float
    widths: tuple[int, ...]

    def predict_proba(self, blocks: Sequence[Matrix]) -> Real:
        """Calibrated probabilities float64 [n, 3] of negative, neutral, positive."""
        widths = tuple(block.shape[1] for block in blocks)
        if widths != self.widths:
            raise TenorError(f"The scorer was fitted on feature blocks of widths {self.widths}; got {widths}.")
        scaled = (np.concatenate(blocks, axis=1).astype(np.float64) - self.mean) * self.scale
        return _softmax((scaled @ self.coef.T + self.intercept) / self.temperature)

    def classes(self, probabilities: Real) -> Labels:
        """The class to name, int64 [n] of -1, 0, 1, for probabilities [n, 3]."""
        named: Labels = (probabilities * self.decision_weights).argmax(axis=1) + CLASSES[0]
        return named


def fit_tone_classifier(
    blocks: Sequence[Matrix], labels: Labels, groups: Sequence[str], *, n_folds: int, random_state: int
) -> ToneClassifier:
    """Fit on n mentions; strength and temperature are chosen on inner folds that keep each group on one side.

    Features are standardised and each block divided by the square root of its width, so that three log-probabilities
    are not drowned by hundreds of vector entries. One temperature scales all logits (Guo et al. 2017, On calibration of
    modern neural networks). Both are chosen by log-loss, the decision weights by macro-F1.

    Raises:
        TrainingError: a class is missing or too rare, or there are fewer groups than folds.
    """
    _check(labels, groups, n_folds)
    return _fit(blocks, labels, groups, n_folds=n_folds, random_state=random_state)


def _fit(
    blocks: Sequence[Matrix], labels: Labels, groups: Sequence[str], *, n_folds: int, random_state: int
) -> ToneClassifier:
    """Fit on what may be a training part: it may lack a class, or have fewer groups than there are folds."""
    features = np.concatenate(blocks, axis=1).astype(np.float64)
    mean, scale = _scaling(features, blocks)
    scaled = (features - mean) * scale
    n_folds = min(n_folds, len(set(groups)))
    temperature, strength, weights = 1.0, _STRENGTH_UNTESTED, np.ones(3)
    if n_folds > 1:
        folds = grouped_folds(labels, groups, n_folds=n_folds, random_state=random_state)
        candidates = [(strength, _out_of_fold_logits(scaled, labels, folds, strength)) for strength in _STRENGTHS]
        fitted = [(*_fit_temperature(logits, labels), strength) for strength, logits in candidates]
        _loss, temperature, strength = min(fitted)
        weights = _fit_decision(_softmax(dict(candidates)[strength] / temperature), labels)
    model = _Logistic(strength).fit(scaled, labels)
    return ToneClassifier(
        mean=mean,
        scale=scale,
        coef=model.coef_,
        intercept=model.intercept_,
        temperature=temperature,
        decision_weights=weights,
        strength=strength,
        widths=tuple(block.shape[1] for block in blocks),
    )


def cross_validate(
    blocks: Sequence[Matrix], labels: Labels, groups: Sequence[str], *, n_folds: int, random_state: int
) -> tuple[Real, Labels, NDArray[np.int64]]:
    """Probabilities [n, 3], class [n] and fold [n] of every mention, from a classifier that saw none of its group.

    Everything that is chosen (scaling, strength, temperature, decision) is chosen again inside each training part.

    Raises:
        TrainingError: a class is missing or too rare, or there are fewer groups than folds.
    """
    _check(labels, groups, n_folds)
    probabilities = np.zeros((len(labels), 3))
    named, fold_of = np.zeros((2, len(labels)), dtype=np.int64)
    folds = grouped_folds(labels, groups, n_folds=n_folds, random_state=random_state)
    for number, (train, test) in enumerate(folds):
        model = _fit(
            [block[train] for block in blocks],
            labels[train],
            [groups[i] for i in train],
            n_folds=n_folds,
            random_state=random_state,
        )
        probabilities[test] = model.predict_proba([block[test] for block in blocks])
        named[test] = model.classes(probabilities[test])
        fold_of[test] = number
    return probabilities, named, fold_of


def grouped_folds(
    labels: Labels, groups: Sequence[str], *, n_folds: int, random_state: int
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Train and test indices of stratified folds that never split a group, without empty folds."""
    import warnings

    from sklearn.model_selection import GroupKFold, StratifiedGroupKFold

    order = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    numbers = np.array([order[group] for group in groups], dtype=np.int64)
    column = np.zeros((len(labels), 1))
    splitter = StratifiedGroupKFold(n_splits=n_folds, shuffle=True, random_state=random_state)
    try:
        with warnings.catch_warnings():
            # A class rarer than the folds cannot be spread over all of them; that is no fault of the caller's.
            warnings.filterwarnings("ignore", message="The least populated class", category=UserWarning)
            folds = list(splitter.split(column, labels, numbers))
    except ValueError:  # every class is rarer than the folds
        folds = []
    if not folds or not all(len(train) and len(test) for train, test in folds):
        folds = list(GroupKFold(n_folds, shuffle=True, random_state=random_state).split(column, labels, numbers))
    return folds


def _check(labels: Labels, groups: Sequence[str], n_folds: int) -> None:
    if len(labels) != len(groups):
        raise TrainingError(f"Every labelled mention needs an article: got {len(labels)} and {len(groups)}.")
    strange = sorted({int(value) for value in labels} - set(CLASSES))
    if strange:
        raise TrainingError(f"Labels must be -1, 0 or 1; got {', '.join(map(str, strange[:5]))}.")
    counts = {value: int((labels == value).sum()) for value in CLASSES}
    rare = {value: count for value, count in counts.items() if count < _MIN_PER_CLASS}
    if rare:
        raise TrainingError(
            f"Each of the classes -1, 0 and 1 needs at least {_MIN_PER_CLASS} labelled mentions; got {counts}. "
            "Label more."
        )
    if len(set(groups)) < n_folds:
        raise TrainingError(
            f"{n_folds} folds need labels from at least as many distinct articles; got {len(set(groups))}. "
            "Label mentions of more articles, or ask for fewer folds (train.n_folds)."
        )


def _scaling(features: Real, blocks: Sequence[Matrix]) -> tuple[Real, Real]:
    deviation = features.std(axis=0)
    width = np.concatenate([np.full(block.shape[1], block.shape[1], dtype=np.float64) for block in blocks])
    # A constant column says nothing; scaling it by its tiny deviation would turn rounding noise into a feature.
    scale = np.where(deviation > 1e-9, 1.0 / np.maximum(deviation, 1e-9), 0.0) / np.sqrt(width)
    return features.mean(axis=0), scale


class _Logistic:
    """scikit-learn's logistic regression, padded to all three classes where a fold lacks one."""

    def __init__(self, strength: float) -> None:
        self.strength = strength
        self.coef_: Real
        self.intercept_: Real

    def fit(self, features: Real, labels: Labels) -> _Logistic:
        from sklearn.linear_model import LogisticRegression

        present = [CLASSES.index(int(value)) for value in np.unique(labels)]
        self.coef_ = np.zeros((3, features.shape[1]))
        self.intercept_ = np.full(3, -20.0)  # an unseen class: practically impossible, still finite
        if len(present) == 1:  # nothing to tell apart
            self.intercept_[present] = 0.0
            return self
        model = LogisticRegression(C=self.strength, max_iter=2000).fit(features, labels)
        if len(present) == 2:  # binary: scikit-learn keeps one row, for the second class
            self.coef_[present[1]] = model.coef_[0]
            self.intercept_[present] = [0.0, model.intercept_[0]]
        else:
            self.coef_[present] = model.coef_
            self.intercept_[present] = model.intercept_
        return self

    def logits(self, features: Real) -> Real:
        return features @ self.coef_.T + self.intercept_


def _out_of_fold_logits(
    scaled: Real, labels: Labels, folds: list[tuple[NDArray[np.int64], NDArray[np.int64]]], strength: float
) -> Real:
    logits = np.zeros((len(labels), 3))
    for train, test in folds:
        logits[test] = _Logistic(strength).fit(scaled[train], labels[train]).logits(scaled[test])
    return logits


def _fit_temperature(logits: Real, labels: Labels) -> tuple[float, float]:
    """The least log-loss that one temperature reaches, and that temperature."""
    from scipy.optimize import minimize_scalar

    at = np.searchsorted(CLASSES, labels)

    def loss(log_temperature: float) -> float:
        chosen = _softmax(logits / np.exp(log_temperature))[np.arange(len(at)), at]
        return float(-np.log(np.maximum(chosen, 1e-12)).mean())

    found = minimize_scalar(loss, bounds=(-2.0, 3.0), method="bounded")
    return float(found.fun), float(np.exp(found.x))


def _fit_decision(probabilities: Real, labels: Labels) -> Real:
    """Weights [3] with which the greatest of the out-of-fold probabilities [n, 3] reaches the best macro-F1.

    Neutral and tone weigh their share of the labels to a power between 0 (the most likely class is named) and -1 (the
    one whose probability exceeds its share the most). Negative and positive weigh the same: a tone is named by its
    sign. F1 jumps as mentions change sides, so each power is judged with its neighbours.
    """
    from sklearn.metrics import f1_score

    toned = np.count_nonzero(labels) / 2
    shares = np.array([toned, len(labels) - 2 * toned, toned]) / len(labels)
    if not shares.all():  # nothing to weigh against each other
        return np.full(3, 1 / 3)
    scores = []
    for power in _POWERS:
        named = (probabilities / shares**power).argmax(axis=1) + CLASSES[0]
        scores.append(f1_score(labels, named, labels=CLASSES, average="macro", zero_division=0))
    smooth = np.convolve(np.pad(scores, 1, mode="edge"), np.full(3, 1 / 3), mode="valid")
    weights = shares ** -_POWERS[int(smooth.argmax())]
    normalised: Real = weights / weights.sum()
    return normalised


def _softmax(logits: Real) -> Real:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    result: Real = shifted / shifted.sum(axis=1, keepdims=True)
    return result
