"""The tone scorer as MLflow serves it: a models-from-code file that runs wherever the model is loaded.

It imports nothing of ours but ``tenor.*``, which the logged model carries as a copy under ``code/``; a caller's own
packages named ``models`` or ``features`` are neither used nor hidden.
"""

import threading
from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from tenor.features.errors import TenorError

SCORER = "scorer"  # names of the logged artifacts
ACTORS = "actors"
ENCODER = "encoder"
BATCH_SIZE = 64


class ServedToneError(TenorError):
    """A call to the served scorer that cannot be answered."""


class ServedTone(PythonModel):
    """Tone toward one target a row; safe to call from several threads."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the scorer, and the actor registry and the encoder's folder where they were logged."""
        from tenor.models.tone import ToneScorer

        registry = None
        if ACTORS in context.artifacts:
            from tenor.features.registry import load_registry

            registry = load_registry(Path(context.artifacts[ACTORS]))
        scorer, encoder = Path(context.artifacts[SCORER]), context.artifacts.get(ENCODER)
        self._scorer = ToneScorer.load(scorer, registry=registry, encoder=encoder)
        # One call already uses every core; two at once would only share them, and tokenizers keep state.
        self._lock = threading.Lock()

    def predict(
        self,
        context: PythonModelContext | None,  # noqa: ARG002  # MLflow passes it by this name
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Tone of each row, in order: float64 ``p_neg``, ``p_neu``, ``p_pos``, ``tone`` and the string ``label``.

        ``model_input`` has ``text`` and one of ``start`` with ``end``, ``target``, or ``actor``; ``params`` may hold
        ``batch_size``. No rows give no rows.

        Raises:
            TenorError: names the columns or rows that cannot be used; never shows a text.
        """
        batch_size = int((params or {}).get("batch_size", BATCH_SIZE))
        if batch_size < 1:
            raise ServedToneError(f"params.batch_size must be at least 1; got {batch_size}.")
        with self._lock:
            return self._scorer.predict(model_input, batch_size=batch_size)


set_model(ServedTone())
