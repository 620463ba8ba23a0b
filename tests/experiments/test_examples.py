"""The examples, each run for real against a logged model: the table, the web service, the notebook."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from tiny_scorer import track_tiny_scorer

from tenor.models import ToneScorer
from tenor.models.tone_features import FeatureSet

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
TEXT = "Islamabad thanked Trump and blamed Delhi."
OUTPUT = ["p_neg", "p_neu", "p_pos", "tone", "label"]

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A folder with one tracked scorer, and the environment of a program that finds it."""
    folder = tmp_path_factory.mktemp("examples")
    uri = track_tiny_scorer(folder, FeatureSet.VADER)
    environment = os.environ | {"MLFLOW_TRACKING_URI": uri, "MLFLOW_DISABLE_TELEMETRY": "true"}
    return folder, environment


def _python(store, *arguments):
    folder, environment = store
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_the_table_comes_back_with_a_row_for_each_row(store, tmp_path):
    rows = pd.DataFrame(
        {"id": range(5), "text": [TEXT] * 5, "target": ["Trump", "Delhi", "Islamabad", "trump", "Delhi"]}
    )
    rows.to_csv(tmp_path / "in.csv", index=False)
    _python(store, EXAMPLES / "score_table.py", tmp_path / "in.csv", tmp_path / "out.csv")
    found = pd.read_csv(tmp_path / "out.csv")
    assert list(found.columns) == ["id", "text", "target", *OUTPUT]
    expected = ToneScorer.load(store[0] / "scorer").predict(rows)
    assert found["tone"].tolist() == pytest.approx(expected["tone"].tolist(), abs=1e-6)


def test_the_notebook_runs_from_top_to_bottom(store):
    notebook = json.loads((EXAMPLES / "notebook.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert not any(cell.get("outputs") for cell in notebook["cells"])
    program = "\n".join([*cells, "print(scored.to_json(), why.start, len(why.clauses))"])
    said = _python(store, "-c", program).splitlines()[-1]
    assert json.loads(said.rsplit(" ", 2)[0])["target"] == {"0": "Trump", "1": "Delhi"}
    assert said.endswith(" 18 2")


def test_the_web_service_answers_many_at_once_and_keeps_texts_to_itself(store):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", 0))
        except OSError as error:
            pytest.skip(f"no port on loopback can be had: {error}")
        port = probe.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "uvicorn", "--app-dir", str(EXAMPLES), "web_handler:app"]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        cwd=store[0],
        env=store[1],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, process)
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda target: _ask(address, TEXT, target), ["Trump", "Delhi"] * 6))
        assert {status for status, _ in answers} == {200}
        scorer = ToneScorer.load(store[0] / "scorer")
        expected = [scorer.score(TEXT, target).tone for target in ("Trump", "Delhi")] * 6
        assert [json.loads(body)["tone"] for _, body in answers] == pytest.approx(expected, abs=1e-6)
        status, body = _ask(address, "Nobody ate marmalade.", "Trump")
        assert status == 422
        assert "row(s) 0" in body
        assert "marmalade" not in body
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=30)


def _wait(address, process):
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/openapi.json", timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail("the service did not start")


def _ask(address, text, target):
    request = urllib.request.Request(
        f"{address}/tone",
        data=json.dumps({"text": text, "target": target}).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
