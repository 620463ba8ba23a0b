"""The pipeline under real DVC, on a tiny corpus in a copy of the project: what runs, is skipped, and is logged."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from tenor.experiments.tracking_store import open_store
from tenor.pipeline.cli import app
from tenor.pipeline.params import Params, load_params
from tenor.pipeline.stages import STAGES

ROOT = Path(__file__).resolve().parents[2]
ORDER = ["ingest", "annotate", "encode", "themes", "train", "score", "estimate", "evaluate", "report", "track"]
CORPUS = "seeds/articles"

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

_NOUNS = [
    "harvest",
    "railway",
    "dam",
    "tariff",
    "treaty",
    "school",
    "hospital",
    "port",
    "mine",
    "festival",
    "budget",
    "river",
]
_VERBS = {
    1: ("praised", "thanked", "applauded"),
    -1: ("blamed", "condemned", "accused"),
    0: ("met", "visited", "phoned"),
}


def _sentence(i: int, label: int) -> str:
    verb = _VERBS[label][i % 3]
    actor, other = (("Norland", "Sudria"), ("Sudria", "Norland"))[i % 2]
    first, second = _NOUNS[i % 12], _NOUNS[(i + 5) % 12]
    return f"The {first} council of district {i} {verb} {actor} before talks with {other} on {second} funds."


def _write_corpus(folder: Path) -> None:
    """Eight articles of five sentences in two outlets, two actors, and 48 labels on sentences of their own."""
    (folder / CORPUS).mkdir(parents=True)
    for article in range(8):
        sentences = [_sentence(7 * article + i, (-1, 0, 1)[(article + i) % 3]) for i in range(5)]
        outlet, month = ("Post", "Herald")[article % 2], article % 3 + 1
        head = f"---\ntitle: Report {article}\noutlet: {outlet}\npublished: 2025-0{month}-11\n---\n"
        (folder / CORPUS / f"report-{article}.md").write_text(head + "\n\n".join(sentences) + "\n", encoding="utf-8")
    actors = {"actors": [{"id": name.lower(), "name": name, "kind": "state"} for name in ("Norland", "Sudria")]}
    (folder / "seeds" / "actors.yaml").write_text(yaml.safe_dump(actors), encoding="utf-8")
    shutil.copytree(ROOT / "seeds/themes", folder / "seeds/themes")
    labels = []
    for i in range(48):
        label = (-1, 0, 1)[i % 3]
        sentence = _sentence(100 + i, label)
        name = ("Norland", "Sudria")[i % 2]
        start = sentence.index(name)
        labels.append({"id": f"l{i}", "article_id": f"x{i // 3}", "sentence": sentence, "polarity": label})
        labels[-1] |= {"from": start, "to": start + len(name)}
    lines = "".join(json.dumps(label) + "\n" for label in labels)
    (folder / "seeds" / "labels.jsonl").write_text(lines, encoding="utf-8")


class Project:
    """A copy of the project under git and DVC."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DVC_", "MLFLOW_", "GIT_"))}
        people = {
            f"GIT_{role}_{what}": f"{what.lower()}@example.org"
            for role in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        }
        self.environ = {
            **kept,
            **people,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}",
            "DVC_NO_ANALYTICS": "1",
            "DVC_GLOBAL_CONFIG_DIR": str(folder.parent / "dvc-global"),
            "DVC_SITE_CACHE_DIR": str(folder.parent / "dvc-site"),
            "HF_HUB_OFFLINE": "1",
            "TOKENIZERS_PARALLELISM": "false",
        }

    def run(self, *command: str) -> str:
        done = subprocess.run(
            command, cwd=self.folder, env=self.environ, capture_output=True, text=True, timeout=900, check=False
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done.stdout + done.stderr

    def runs(self):
        with open_store(f"sqlite:///{self.folder}/mlflow.db") as client:
            found = client.get_experiment_by_name("tenor")
            return client.search_runs([found.experiment_id], order_by=["attributes.start_time ASC"])


def ran(output: str) -> list[str]:
    return re.findall(r"Running stage '(\w+)'", output)


def unchanged(output: str) -> list[str]:
    return re.findall(r"Stage '(\w+)' didn't change, skipping", output)


def restored(output: str) -> list[str]:
    return re.findall(r"Stage '(\w+)' is cached - skipping run", output)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dvc") / "project"
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc", ".*_cache")
    for room in ("features", "models", "experiments", "pipeline"):
        shutil.copytree(ROOT / room, folder / room, ignore=ignore)
    for name in ("dvc.yaml", ".dvcignore", ".gitignore"):
        shutil.copy(ROOT / name, folder / name)
    params = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    params["train"] |= {"features": "vader", "n_folds": 2}
    params["estimate"]["n_resamples"] = params["evaluate"]["n_resamples"] = 20
    (folder / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False), encoding="utf-8")
    _write_corpus(folder)
    made = Project(folder)
    made.run("git", "init", "-q")
    made.run("dvc", "init", "-q")
    made.run("git", "add", "-A")
    made.run("git", "commit", "-q", "-m", "start")
    return made


def test_dvc_params_and_command_line_agree():
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    params = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    load_params(ROOT / "params.yaml")
    assert list(stages) == list(params) == list(Params.model_fields) == ORDER
    assert [*STAGES, "track"] == ORDER
    shown = CliRunner().invoke(app, ["--help"]).output
    for name, stage in stages.items():
        assert stage["cmd"] == f"tenor {name}"
        assert name in shown
        assert stage["params"][0] == name, f"stage {name} must watch its own section first"
        known = {f"{section}.{key}" for section, values in params.items() for key in values} | set(params)
        assert set(stage["params"]) <= known
        section = Params.model_fields[name].annotation
        assert set(params[name]) <= set(section.model_fields)
    assert [name for name, stage in stages.items() if stage.get("always_changed")] == ["track"]


def test_first_repro_runs_every_stage_and_logs_one_run(project):
    output = project.run("dvc", "repro")
    assert ran(output) == ORDER or sorted(ran(output)) == sorted(ORDER)
    assert ran(output)[-1] == "track"
    (run,) = project.runs()
    assert run.info.status == "FINISHED"
    assert run.data.params["train.features"] == "vader"
    assert 0 <= run.data.metrics["macro_f1"] <= 1
    assert {item.dataset.name for item in run.inputs.dataset_inputs} == {"articles", "actors", "labels"}
    assert "WARNING" not in output
    assert "alembic" not in output
    project.run("git", "add", "-A")
    project.run("git", "commit", "-q", "-m", "first result")
    tracked = project.run("git", "ls-files")
    assert "dvc.lock" in tracked
    assert not re.search(r"^(data|mlflow\.db|mlartifacts|mlruns)", tracked, flags=re.MULTILINE)


def test_second_repro_skips_all_but_track_which_adds_no_run(project):
    before = (project.folder / "dvc.lock").read_text(encoding="utf-8")
    (first,) = project.runs()
    output = project.run("dvc", "repro")
    assert ran(output) == ["track"]
    assert sorted(unchanged(output)) == sorted(set(ORDER) - {"track"})
    (run,) = project.runs()
    assert run.info.run_id == first.info.run_id
    assert (project.folder / "dvc.lock").read_text(encoding="utf-8") == before


def test_one_changed_article_reruns_what_it_must_also_in_a_temporary_copy(project):
    path = project.folder / CORPUS / "report-3.md"
    path.write_text(path.read_text(encoding="utf-8").replace("Norland", "Sudria", 1), encoding="utf-8")
    output = project.run("dvc", "exp", "run", "--temp", "--name", "changed-article")
    assert unchanged(output) == ["train"]  # the labels are other sentences, so the scorer is the same
    assert sorted(ran(output)) == sorted(set(ORDER) - {"train"})
    first, second = project.runs()  # in this project's own store, though the stages ran elsewhere
    assert second.info.run_name == second.data.tags["dvc.exp.name"] == "changed-article"
    assert second.data.tags["tenor.identity"] != first.data.tags["tenor.identity"]
    assert (project.folder / "mlartifacts" / second.info.run_id / "artifacts" / "report.html").is_file()
    assert second.data.metrics["macro_f1"] == first.data.metrics["macro_f1"]


def test_the_same_result_from_cache_in_the_workspace_is_the_same_run(project):
    output = project.run("dvc", "repro")
    assert ran(output) == ["track"]
    assert len(restored(output)) >= 1
    assert len(project.runs()) == 2


def test_a_queued_experiment_logs_its_one_run_here_too(project):
    project.run("dvc", "exp", "run", "--queue", "--name", "renamed", "-S", "report.title=Another title")
    project.run("dvc", "exp", "run", "--run-all", "--jobs", "1")
    runs = project.runs()
    assert [run.info.run_name for run in runs[1:]] == ["changed-article", "renamed"]
    assert runs[2].data.params["report.title"] == "Another title"
    assert list(project.folder.rglob("mlflow.db")) == [project.folder / "mlflow.db"]
    assert "Another title" not in (project.folder / "params.yaml").read_text(encoding="utf-8")


def test_each_point_of_a_grid_is_one_run_however_often_it_is_run(project):
    (project.folder / "grid.yaml").write_text(yaml.safe_dump({"score.holders": [True, False]}), encoding="utf-8")
    params = (project.folder / "params.yaml").read_text(encoding="utf-8")
    before = project.runs()
    found = json.loads(project.run("tenor", "grid", "--file", "grid.yaml", "--json").splitlines()[-1])
    as_is, changed = found["points"]
    assert (as_is["name"], as_is["created"]) == ("as-is", False)  # the result that stands in the workspace
    assert as_is["run_id"] == before[1].info.run_id
    assert (changed["name"], changed["created"]) == ("holders-false", True)
    *earlier, run = project.runs()
    assert [one.info.run_id for one in earlier] == [one.info.run_id for one in before]
    assert run.info.run_id == changed["run_id"]
    assert run.data.tags["tenor.changed"] == "score.holders=false"
    assert run.data.tags["dvc.exp.name"] == "holders-false"
    assert run.data.metrics.keys() == before[1].data.metrics.keys()
    assert run.data.params["score.holders"] == "false"
    assert {row["run_id"] for row in found["comparison"]["rows"]} == {as_is["run_id"], run.info.run_id}
    files = project.folder / "mlartifacts" / run.info.run_id / "artifacts"
    assert {path.name for path in files.iterdir()} == {"mistakes.json", "plots", "report.html", "tables"}
    assert {"confusion.png", "calibration.png"} <= {path.name for path in (files / "plots").iterdir()}
    assert "sentence" in json.loads((files / "mistakes.json").read_text(encoding="utf-8"))["columns"]

    again = project.run("tenor", "grid", "--file", "grid.yaml")
    assert "already logged" in again
    assert ": logged as" not in again
    assert len(project.runs()) == len(before) + 1
    assert (project.folder / "params.yaml").read_text(encoding="utf-8") == params
