"""Fetch NewsMTSC's training and development files from their authors' repository, for users who have a network.

``python -m tenor.experiments.reader.fetch FOLDER``; then point ``TENOR_DATA`` at FOLDER. The other corpora are optional
and are not fetched: directed sentiment (Park, Pan & Joo, 2021) and PolNeAR are got from their authors.
"""

from __future__ import annotations

import argparse
import urllib.request
from pathlib import Path

from tenor.features.errors import TenorError

SOURCE = (
    "https://raw.githubusercontent.com/fhamborg/NewsMTSC/6b838e00f54423c253806327a0ae24dbffa24c9e/"
    "NewsSentiment/experiments/default/datasets"
)
FILES = {
    "train.jsonl": ("newsmtsc-rw-hf/train.jsonl", 8739),
    "dev_rw.jsonl": ("newsmtsc-rw-hf/dev.jsonl", 343),
    "dev_mt.jsonl": ("newsmtsc-mt-hf/dev.jsonl", 442),
}


def fetch(folder: Path) -> list[Path]:
    """Download what is not there yet into ``folder/newsmtsc``; raises ``TenorError`` where it fails or rows lack."""
    written = []
    for name, (place, n_rows) in FILES.items():
        path = folder / "newsmtsc" / name
        if path.exists():
            continue
        address = f"{SOURCE}/{place}"
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:  # a fixed https address
                data = answer.read()
        except OSError as error:
            raise TenorError(f"{address}: got {error}, expected NewsMTSC; fetch it by hand to {path}.") from error
        found = len(data.decode("utf-8").splitlines())
        if found != n_rows:
            raise TenorError(f"{address}: got {found} rows, expected {n_rows}; fetch it by hand to {path}.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        written.append(path)
    return written


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    fetch(parser.parse_args().folder)


if __name__ == "__main__":
    main()
