"""The README and the quickstart: every command and every piece of Python in them runs, in order."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(#[^)]*)?\)")
# Commands that are not run here, each with the reason. Everything else in a `sh` block runs.
LEFT_OUT = {
    "make repro": "sets up an environment and runs the whole job",
    "make test": "is the suite that this test belongs to",
    "source .venv/bin/activate": "the test runs in an environment already",
    "tenor doctor": "speaks of the real checkout and machine; tests/pipeline/test_doctor.py runs it",
}
STORIES = {
    "dawn/2016-03-01_bridge.txt": "The FBI won praise for its generous and honest help. Hillary Clinton thanked the "
    "FBI for the brave rescue in March. The harbour opened again after four days. Engineers repaired the bridge by "
    "hand. Jonas Reedwater said that Clinton had kept her word.",
    "dawn/2016-03-09_audit.txt": "Critics condemned Hillary Clinton for a cruel and reckless policy. The audit calls "
    "Clinton careless and dishonest. Farmers fear that the price of wheat will rise. The FBI publishes the agenda on "
    "Tuesday. Jonas Reedwater rode home in the rain.",
    "dusk/2016-04-02_ferry.txt": "The parliament votes on the budget on Tuesday. Hillary Clinton will send a "
    "delegation to the talks. The ferry arrives at nine and leaves at noon. The FBI met the captain for an hour. "
    "Jonas Reedwater called the FBI a reckless and shameful office.",
}
# A print figure of three articles may be too small for matplotlib's layout; a reader gets the figure all the same.
pytestmark = pytest.mark.filterwarnings("ignore:constrained_layout not applied:UserWarning")
QUIET = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}


def _blocks(path, *languages):
    return [(kind, text) for kind, text in BLOCK.findall(path.read_text(encoding="utf-8")) if kind in languages]


def _commands(text):
    """The lines that hold a command, each with the command alone (no comment after it)."""
    return [
        (line, re.split(r"\s+#\s", line)[0].strip()) for line in text.splitlines() if shlex.split(line, comments=True)
    ]


@pytest.fixture(scope="module")
def project(root, tmp_path_factory, scorer):
    """A folder with the parameters, three articles of one's own and a trained scorer; and a shell's environment."""
    folder = tmp_path_factory.mktemp("reader")
    shutil.copy(root / "params.yaml", folder)
    for name, text in STORIES.items():
        path = folder / "my-articles" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    scorer.save(folder / "data" / "scorer")
    environment = os.environ | QUIET
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    return folder, environment


def _run(project, command, **more):
    folder, environment = project
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, **more)
    assert done.returncode == 0, f"{command}\n{done.stdout[-1000:]}\n{done.stderr[-2000:]}"
    return done.stdout


def _walk(project, path, tenor, *, small=()):
    """Run a page from top to bottom and return what each command said; its YAML becomes the list of actors.

    Commands of `tenor` run by its entry point in this process: each new one would spend ten seconds on imports.
    """
    said = {}
    for kind, text in _blocks(path, "sh", "python", "yaml"):
        if kind == "yaml":
            (project[0] / "my-actors.yaml").write_text(text, encoding="utf-8")
    for kind, text in _blocks(path, "sh", "python"):
        if kind == "python":
            said["python"] = _run(project, [sys.executable, "-W", "ignore", "-c", text])
            continue
        for line, bare in _commands(text):
            if bare in LEFT_OUT:
                continue
            for written, shorter in small:
                line = line.replace(written, shorter)
            words = shlex.split(line, comments=True)
            if words[0] == "tenor":
                outcome = tenor(*words[1:])
                assert outcome.code == 0, f"{line}\n{outcome.err}"
                said[bare] = outcome.out
            else:
                said[bare] = _run(project, ["bash", "-c", line])
    return said


def test_the_readme_runs_as_written(project, root, tenor, monkeypatch):
    monkeypatch.chdir(project[0])
    said = _walk(project, root / "README.md", tenor)
    page = (project[0] / "my-report" / "report.html").read_text(encoding="utf-8")
    assert "Hillary Clinton" in page
    suggested = next(text for command, text in said.items() if command.startswith("tenor actors suggest"))
    assert "Jonas Reedwater: 3 mentions in 3 articles" in suggested
    assert "p_neg" in said["python"]
    tone = float(re.search(r"tone=(?:np\.float\d+\()?(-?[\d.]+)", said["python"])[1])
    assert -1 <= tone <= 1
    # Two rows go in; two come out.
    assert re.search(r"^0 .*\n1 .*$", said["python"], re.MULTILINE)


def test_the_quickstart_runs_as_written(project, root, tenor, monkeypatch):
    monkeypatch.chdir(project[0])
    shutil.rmtree(project[0] / "my-report", ignore_errors=True)
    said = _walk(project, root / "docs" / "quickstart.md", tenor, small=[("-n 200", "-n 5")])
    assert "My subject" in (project[0] / "my-report" / "report.html").read_text(encoding="utf-8")
    assert next(text for command, text in said.items() if command.startswith("tenor score-text")).count("tone ") == 1
    rows = [json.loads(line) for line in (project[0] / "my-labels.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 5
    for row in rows:
        assert row["actor"] in {"clinton", "fbi"}
        assert row["sentence"][row["from"] : row["to"]] == row["mention"]
        assert row["polarity"] is None
        assert any(row["sentence"] in text for text in STORIES.values())


def test_what_is_left_out_stands_on_a_page(root):
    pages = (root / "README.md", root / "docs" / "quickstart.md")
    written = {bare for page in pages for _, text in _blocks(page, "sh") for _, bare in _commands(text)}
    assert set(LEFT_OUT) <= written, "a reason for a command that no page has any more"


def test_every_link_and_picture_of_the_pages_is_there(root):
    pages = [root / name for name in ("README.md", "CONTRIBUTING.md", "seeds/README.md", "models/weights/README.md")]
    pages += [*(root / "docs").glob("*.md"), *(root / "docs" / "examples").glob("*.md")]
    missing = [
        f"{page.relative_to(root)}: {target}"
        for page in pages
        for target, _ in LINK.findall(BLOCK.sub("", page.read_text(encoding="utf-8")))
        if not target.startswith(("http://", "https://")) and not (page.parent / target).exists()
    ]
    assert missing == []


def test_the_readme_leads_to_every_document(root):
    readme = (root / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in sorted((root / "docs").glob("*.md")) if f"docs/{page.name}" not in readme] == []


def test_pictures_stay_small(root):
    for picture in (root / "docs" / "images").glob("*.png"):
        assert picture.stat().st_size < 300_000, picture.name
