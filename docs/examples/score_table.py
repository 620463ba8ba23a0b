"""Score a CSV with the columns `text` and `target` and write it again with the tone of each row.

Usage: python score_table.py sentences.csv scored.csv [MODEL]
"""

import sys

import mlflow
import pandas as pd

CHUNK = 2_000  # rows held in memory at once


def main(source: str, destination: str, model_uri: str = "models:/tenor-tone@champion") -> None:
    """Read, score and write in chunks, so that a file of any length fits."""
    model = mlflow.pyfunc.load_model(model_uri)
    for number, rows in enumerate(pd.read_csv(source, chunksize=CHUNK)):
        tone = model.predict(rows[["text", "target"]], params={"batch_size": 64})
        scored = rows.join(tone)  # one row out for each row in, under the same index
        scored.to_csv(destination, mode="a" if number else "w", header=number == 0, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
