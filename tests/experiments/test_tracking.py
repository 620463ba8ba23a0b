"""One run a result, in a real SQLite store: what it logs, that it is the only one, and who is champion."""

import dataclasses
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tiny_scorer import fit_tiny_scorer, tiny_predictions, tiny_result

from tenor.experiments.champion import compare_runs, promote_run
from tenor.experiments.tracking import is_tracked, result_identity, track_result, tracking_uri
from tenor.experiments.tracking_store import TrackingError, artifact_location, open_store, project_root
from tenor.features.errors import without_secrets
from tenor.models.tone_features import FeatureSet

LOCK = """
schema: '2.0'
stages:
  ingest:
    cmd: tenor ingest
    deps:
    - {path: seeds/articles, hash: md5, md5: aa.dir, size: 10, nfiles: 2}
    - {path: features/intake, hash: md5, md5: bb.dir, size: 20, nfiles: 3}
    outs:
    - {path: data/articles.parquet, hash: md5, md5: cc, size: 30}
"""
PARAMS = "ingest:\n  articles: seeds/articles\ntrack:\n  experiment: tenor\n"
EXPERIMENT, MODEL = "tenor", "tenor-tone"

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch):
    for name in ("DVC_ROOT", "DVC_EXP_NAME", "DVC_EXP_BASELINE_REV", "MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"):
        monkeypatch.delenv(name, raising=False)


# --- identity -------------------------------------------------------------------------------------------------------


def test_identity_does_not_depend_on_its_own_stage_layout_or_comments():
    identity = result_identity(LOCK, PARAMS)
    own = LOCK + "  track:\n    cmd: tenor track\n    deps:\n    - {path: data/report, hash: md5, md5: dd.dir}\n"
    assert result_identity(own, PARAMS) == identity
    import yaml

    reordered = yaml.safe_load(LOCK)
    reordered["stages"]["ingest"]["deps"].reverse()
    assert result_identity(yaml.safe_dump(reordered), "# note\n" + PARAMS) == identity
    assert len(identity) == 64


@pytest.mark.parametrize(
    ("lock", "params"),
    [
        (LOCK.replace("aa.dir", "ab.dir"), PARAMS),  # an article
        (LOCK.replace("bb.dir", "ab.dir"), PARAMS),  # code
        (LOCK.replace("md5: cc", "md5: cd"), PARAMS),  # an output
        (LOCK.replace("tenor ingest", "tenor ingest --x"), PARAMS),
        (LOCK, PARAMS.replace("seeds/articles", "seeds/other")),
    ],
)
def test_identity_changes_with_whatever_makes_another_result(lock, params):
    assert result_identity(lock, params) != result_identity(LOCK, PARAMS)


@pytest.mark.parametrize("lock", ["", "[", "stages: {}", "stages: {track: {cmd: tenor track}}"])
def test_identity_of_nothing_is_refused(lock):
    with pytest.raises(TrackingError, match=r"dvc"):
        result_identity(lock, PARAMS)


# --- where ----------------------------------------------------------------------------------------------------------


def test_the_store_is_the_projects_own_file_also_from_a_temporary_copy(tmp_path, monkeypatch):
    copy = tmp_path / "real" / ".dvc" / "tmp" / "exps" / "copy"
    assert tracking_uri(tmp_path / "real") == f"sqlite:///{tmp_path}/real/mlflow.db"
    monkeypatch.setenv("DVC_ROOT", str(tmp_path / "real"))
    assert project_root(copy) == tmp_path / "real"
    assert tracking_uri(copy) == f"sqlite:///{tmp_path}/real/mlflow.db"
    assert artifact_location(tracking_uri(copy)) == (tmp_path / "real" / "mlartifacts").as_uri()


def test_an_address_given_by_the_environment_is_honoured(tmp_path, monkeypatch):
    for given in ("http://127.0.0.1:5000", "https://user:secret@mlflow.example", "databricks", "databricks://profile"):
        monkeypatch.setenv("MLFLOW_TRACKING_URI", given)
        assert tracking_uri(tmp_path) == given
        assert artifact_location(given) is None  # the server's business
    # What is relative counts from the project: the working directory may be a temporary copy.
    monkeypatch.setenv("DVC_ROOT", str(tmp_path / "real"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///runs/all.db")
    assert tracking_uri(tmp_path / "copy") == f"sqlite:///{tmp_path}/real/runs/all.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:////elsewhere/all.db")
    assert tracking_uri(tmp_path / "copy") == "sqlite:////elsewhere/all.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "runs")
    assert tracking_uri(tmp_path / "copy") == (tmp_path / "real" / "runs").as_uri()


def test_an_address_of_the_environment_does_not_outlive_it(tmp_path, monkeypatch):
    import mlflow

    given = f"sqlite:///{tmp_path / 'given.db'}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", given)
    with open_store(f"sqlite:///{tmp_path / 'other.db'}"):
        pass
    assert (os.environ["MLFLOW_TRACKING_URI"], mlflow.get_tracking_uri()) == (given, given)
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    assert not mlflow.is_tracking_uri_set()


def test_an_unreachable_store_is_named_without_its_password(monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "2")
    with (
        pytest.raises(TrackingError, match=r"127\.0\.0\.1:9") as error,
        open_store("http://someone:hunter2@127.0.0.1:9") as client,
    ):
        client.get_experiment_by_name("tenor")
    assert "hunter2" not in str(error.value)


def test_a_refused_upload_is_an_error_of_ours_without_its_password():
    """MLflow lets the HTTP client's own errors through while it uploads files; they repeat the whole address."""
    import requests

    with (
        pytest.raises(TrackingError, match=r"403 .*mlflow\.example/api.*Check that it is reachable") as error,
        open_store("http://127.0.0.1:9"),
    ):
        raise requests.HTTPError("403 Client Error for url: https://someone:hunter2@mlflow.example/api/2.0/artifacts")
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    ("given", "masked"),
    [
        ("https://someone:hunter2@host:80/a and http://me@b", "https://host:80/a and http://b"),
        ("https://someone:hun@ter2@host/a", "https://host/a"),
        ("postgresql://someone:hunter/2@host/a", "postgresql://host/a"),
        ("http://host:5000/models/x@champion", "http://host:5000/models/x@champion"),
        ("models:/x@champion", "models:/x@champion"),
        ("postgresql://host/a?user=b&password=hunter2&c=d", "postgresql://host/a?user=b&password=***&c=d"),
        ("https://bucket/a?X-Amz-Signature=hunter2", "https://bucket/a?X-Amz-Signature=***"),
    ],
)
def test_secrets_are_left_out_of_addresses(given, masked):
    assert without_secrets(given) == masked


# --- one run --------------------------------------------------------------------------------------------------------


class Store:
    """One project folder, with a space and an accent in its name, and what was tracked in it so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.uri = tracking_uri(folder)

    def track(self, identity, *, macro_f1=0.6, accuracy=None, seed=1):
        predictions = None if accuracy is None else tiny_predictions(accuracy, seed=seed)
        result = tiny_result(self.folder, identity, macro_f1=macro_f1, predictions=predictions)
        return track_result(result, experiment=EXPERIMENT, model=MODEL, tracking_uri=self.uri)

    def runs(self):
        with open_store(self.uri) as client:
            found = client.get_experiment_by_name(EXPERIMENT)
            return {run.info.run_id: run for run in client.search_runs([found.experiment_id])}

    def champion(self):
        with open_store(self.uri) as client:
            return client.get_model_version_by_alias(MODEL, "champion").run_id


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tracking") / "my próject"
    folder.mkdir()
    fit_tiny_scorer(FeatureSet.VADER).save(folder / "scorer")
    return Store(folder)


def test_a_result_is_logged_once_and_whole(store, capfd, monkeypatch):
    """Also when the first attempt dies half-way and another is killed outright."""
    import mlflow

    path, environment = list(sys.path), dict(os.environ)
    card = store.folder / "scorer" / "scorer.json"
    whole = card.read_text(encoding="utf-8")
    card.write_text("{", encoding="utf-8")
    with pytest.raises(TrackingError.__mro__[1], match=r"scorer\.json"):
        store.track("a" * 64)
    card.write_text(whole, encoding="utf-8")
    (died,) = store.runs().values()
    assert died.info.status == "FAILED"
    with open_store(store.uri) as client:  # as a killed process leaves it: still running
        client.create_run(died.info.experiment_id, tags={"tenor.identity": "a" * 64})

    monkeypatch.setenv("DVC_EXP_NAME", "tame-toad")
    tracked = store.track("a" * 64, accuracy=0.3)
    monkeypatch.delenv("DVC_EXP_NAME")
    assert tracked.created
    assert (tracked.version, tracked.champion) == ("1", True)
    again = store.track("a" * 64, accuracy=0.3)
    assert (again.run_id, again.created, again.version, again.champion) == (tracked.run_id, False, "1", True)

    assert sys.path == path
    assert dict(os.environ) == environment
    assert not mlflow.is_tracking_uri_set()
    output = capfd.readouterr()
    assert output.out == ""
    assert output.err == ""

    (run,) = store.runs().values()
    assert run.info.run_id == tracked.run_id
    assert (run.info.status, run.info.run_name) == ("FINISHED", "tame-toad")
    assert run.data.params == {
        "train.features": "vader",
        "train.n_folds": "3",
        "themes.n_themes": "auto",
        "empty": '[1, "é"]',
    }
    assert run.data.metrics == {"macro_f1": 0.6, "vader.macro_f1": 0.41, "f1 _C_te d_Ivoire_": 0.5}
    assert run.data.tags["tenor.identity"] == "a" * 64
    assert run.data.tags["features"] == "vader"
    assert run.data.tags["dvc.exp.name"] == "tame-toad"
    (dataset,) = [item.dataset for item in run.inputs.dataset_inputs]
    assert (dataset.name, dataset.digest) == ("articles", ("0123456789abcdef" * 4)[:36])
    assert json.loads(dataset.source) == {"uri": "seeds/articles"}


def test_the_files_lie_beside_the_store_and_nowhere_else(store):
    (run,) = [run for run in store.runs().values() if run.data.tags["tenor.identity"] == "a" * 64]
    with open_store(store.uri) as client:
        assert {item.path for item in client.list_artifacts(run.info.run_id)} == {"plots", "report.html", "tables"}
        (output,) = client.get_run(run.info.run_id).outputs.model_outputs
        model = client.get_logged_model(output.model_id)
        assert model.experiment_id == run.info.experiment_id
        assert model.metrics is None or {metric.key for metric in model.metrics} >= {"macro_f1"}
    tables = store.folder / "mlartifacts" / run.info.run_id / "artifacts" / "tables"
    assert {path.name for path in tables.iterdir()} == {"estimates.csv", "cross_validation.parquet"}
    assert (store.folder / "mlartifacts" / "models" / output.model_id / "artifacts" / "MLmodel").is_file()
    assert not (Path.cwd() / "mlruns").exists()


def test_the_model_states_what_it_needs(store):
    import mlflow

    with open_store(store.uri) as client:
        uri = client.get_model_version_by_alias(MODEL, "champion").source
        info = mlflow.models.get_model_info(uri)
        folder = Path(mlflow.artifacts.download_artifacts(uri))
    assert info.signature.inputs.input_names() == ["text", "target", "start", "end", "actor"]
    assert info.signature.outputs.input_names() == ["p_neg", "p_neu", "p_pos", "tone", "label"]
    assert [param.name for param in info.signature.params] == ["batch_size"]
    assert info.saved_input_example_info is not None
    requirements = (folder / "requirements.txt").read_text(encoding="utf-8").split()
    assert all("==" in line and "+" not in line for line in requirements)
    names = {line.partition("==")[0] for line in requirements}
    assert {"mlflow", "vaderSentiment", "sentencex"} <= names
    assert not names & {"torch", "transformers", "tenor"}
    # Nothing tells where the model was made, or holds a pickle.
    text = (folder / "MLmodel").read_text(encoding="utf-8")
    assert str(Path(__file__).resolve().parents[2]) not in text
    assert not list(folder.rglob("*.pkl"))
    assert not list(folder.rglob("__pycache__"))


def test_champion_moves_only_on_evidence_or_by_hand(store):
    first = store.track("a" * 64, accuracy=0.3)
    noise = store.track("b" * 64, macro_f1=0.99, accuracy=0.3, seed=2)  # claims more, predicts no better
    assert (noise.created, noise.version, noise.champion) == (True, "2", False)
    assert store.champion() == first.run_id
    better = store.track("c" * 64, macro_f1=0.7, accuracy=0.95, seed=3)
    assert better.champion
    assert "[+" in better.reason
    assert store.champion() == better.run_id

    promoted = promote_run(first.run_id[:10], experiment=EXPERIMENT, model=MODEL, tracking_uri=store.uri)
    assert (promoted.version, promoted.previous) == ("1", "3")
    assert store.champion() == first.run_id
    again = store.track("c" * 64, macro_f1=0.7, accuracy=0.95, seed=3)
    assert (again.created, again.champion) == (False, False)
    assert store.champion() == first.run_id  # tracking again never undoes a promotion
    assert len(store.runs()) == 3


@pytest.mark.parametrize("how", ["without a run", "run gone", "run deleted with its files"])
def test_a_champion_that_cannot_be_compared_stays(tmp_path, how):
    """A version registered by hand, or whose run was removed, is the champion all the same."""
    import shutil

    fit_tiny_scorer(FeatureSet.VADER).save(tmp_path / "scorer")
    mine = Store(tmp_path)
    first = mine.track("a" * 64, accuracy=0.3)
    with open_store(mine.uri) as client:
        source = client.get_model_version(MODEL, first.version).source
        if how == "run deleted with its files":
            client.delete_run(first.run_id)
            shutil.rmtree(tmp_path / "mlartifacts" / first.run_id)
            champion = first.version
        else:
            run_id = "0" * 32 if how == "run gone" else None
            source = source if run_id else tmp_path.as_uri()  # a logged model would bring its run along
            champion = str(client.create_model_version(MODEL, source=source, run_id=run_id).version)
            client.set_registered_model_alias(MODEL, "champion", champion)
    second = mine.track("b" * 64, accuracy=0.95)
    assert not second.champion
    assert "nothing to compare" in second.reason
    with open_store(mine.uri) as client:
        assert str(client.get_model_version_by_alias(MODEL, "champion").version) == champion


def test_without_a_lock_the_run_of_another_tracker_is_left_alone(tmp_path):
    """On a server a running run may be somebody's upload; only what is dead, or has stood for hours, is cleared."""
    fit_tiny_scorer(FeatureSet.VADER).save(tmp_path / "scorer")
    mine = Store(tmp_path)
    mine.track("a" * 64)
    identity = "b" * 64
    now = int(time.time() * 1000)
    with open_store(mine.uri) as client:
        experiment_id = client.get_experiment_by_name(EXPERIMENT).experiment_id

        def start(hours):
            started = now - hours * 3_600_000
            return client.create_run(experiment_id, tags={"tenor.identity": identity}, start_time=started).info.run_id

        young, old, failed, killed = start(1), start(48), start(1), start(1)
        client.set_terminated(failed, status="FAILED")
        client.set_terminated(killed, status="KILLED")
    mine.uri = mine.uri.replace("sqlite:", "sqlite+pysqlite:")  # the same store, by an address that has no lock
    tracked = mine.track(identity)
    assert tracked.created
    runs = mine.runs()
    assert {run_id for run_id, run in runs.items() if run.data.tags["tenor.identity"] == identity} == {
        young,
        tracked.run_id,
    }
    assert runs[young].info.status == "RUNNING"
    with open_store(mine.uri) as client:
        assert client.get_run(old).info.lifecycle_stage == "deleted"


def test_two_at_once_log_one_run(store):
    """As two parallel experiments with the same outcome do."""
    before = len(store.runs())
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: store.track("f" * 64, accuracy=0.3, seed=4), range(2)))
    assert len({tracked.run_id for tracked in both}) == 1
    assert sorted(tracked.created for tracked in both) == [False, True]
    assert len(store.runs()) == before + 1


def test_comparing_runs(store):
    names = {run.data.tags["tenor.identity"][0]: run.info.run_name for run in store.runs().values()}
    every = compare_runs(experiment=EXPERIMENT, model=MODEL, tracking_uri=store.uri, n_resamples=500)
    verdicts = {row.name: row.comparison.verdict for row in every.rows if row.comparison is not None}
    assert verdicts == {names["b"]: "noise", names["c"]: "better", names["f"]: "noise"}
    assert [row.name for row in every.rows if row.champion] == [every.champion] == [names["a"]]
    lines = every.text().splitlines()
    assert lines[0] == f"{names['c']}: better than the champion {names['a']} by more than chance."
    assert [line.split()[1] for line in lines[3:7]] == [row.name for row in every.rows]
    assert [line.split()[0] for line in lines[3:7]] == [row.run_id[:8] for row in every.rows]
    for row in json.loads(json.dumps(every.as_dict(), allow_nan=False))["rows"]:
        assert row["comparison"] is None if row["champion"] else row["comparison"]["verdict"] == verdicts[row["name"]]
    one = compare_runs([names["c"]], experiment=EXPERIMENT, model=MODEL, tracking_uri=store.uri, n_resamples=500)
    assert [row.name for row in one.rows] == [names["c"]]
    with pytest.raises(TrackingError, match="nonesuch"):
        compare_runs(["nonesuch"], experiment=EXPERIMENT, model=MODEL, tracking_uri=store.uri)
    with pytest.raises(TrackingError, match="no experiment"):
        compare_runs(["a"], experiment="other", model=MODEL, tracking_uri=store.uri)
    with pytest.raises(TrackingError, match="no champion"):
        compare_runs(experiment=EXPERIMENT, model="other", tracking_uri=store.uri)


def test_a_result_without_its_parts_is_refused_and_leaves_no_run(store):
    before = set(store.runs())
    result = tiny_result(store.folder, "d" * 64, macro_f1=0.5, predictions=None)
    for broken, named in (
        ({"report": store.folder / "absent.html"}, "report"),
        ({"metrics": {"accuracy": 0.5}}, "macro_f1"),
        ({"metrics": {"macro_f1": float("nan")}}, "macro_f1"),
    ):
        with pytest.raises(TrackingError, match=named):
            track_result(
                type(result)(**{**vars(result), **broken}), experiment=EXPERIMENT, model=MODEL, tracking_uri=store.uri
            )
    assert set(store.runs()) == before


def test_mistakes_are_a_table_that_holds_the_text_as_data(store):
    """MLflow's page shows the cells of such a table as text; the file must not make markup of them."""
    identity, wanted = "9" * 64, {"experiment": EXPERIMENT, "tracking_uri": store.uri}
    assert not is_tracked(identity, **wanted)
    assert not is_tracked(identity, experiment="other", tracking_uri=store.uri)
    table = {"confidence": [0.9, 0.8], "sentence": ["<script>alert(1)</script> ⟦Norland⟧", "=1+1 ⟦Norland⟧"]}
    result = tiny_result(store.folder, identity, macro_f1=0.5, predictions=None)
    tracked = track_result(
        dataclasses.replace(result, mistakes=table), experiment=EXPERIMENT, model=MODEL, tracking_uri=store.uri
    )
    assert is_tracked(identity, **wanted)
    with open_store(store.uri) as client:
        path = Path(client.download_artifacts(tracked.run_id, "mistakes.json", str(store.folder)))
        shown = json.loads(client.get_run(tracked.run_id).data.tags["mlflow.loggedArtifacts"])
    assert shown == [{"path": "mistakes.json", "type": "table"}]
    logged = json.loads(path.read_text(encoding="utf-8"))
    assert logged["columns"] == list(table)
    assert [list(column) for column in zip(*logged["data"], strict=True)] == list(table.values())
