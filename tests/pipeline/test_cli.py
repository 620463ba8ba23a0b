"""The command line with bad input: one line that says what to do, exit code 1, never a traceback."""

import json
import os
import pty
import signal
import subprocess
import sys

import pytest
import yaml

from tenor.features.records import Articles, SetAside
from tenor.pipeline.store import read_table, write_table

LONG = "Norland signed the harbour treaty on Monday, and its partners along the coast welcomed the step. " * 4
REGISTRY = {
    "actors": [
        {"id": "norland", "name": "Norland", "kind": "state"},
        {"id": "vestria", "name": "Vestria", "kind": "state"},
    ]
}


@pytest.fixture
def inputs(tmp_path):
    """A folder of two articles, a registry and a parameter file that names both."""
    articles = tmp_path / "articles" / "dawn"
    articles.mkdir(parents=True)
    (articles / "one.txt").write_text(LONG, encoding="utf-8")
    (articles / "two.txt").write_text(LONG.replace("Norland", "Vestria").replace("Monday", "Sunday"), encoding="utf-8")
    (tmp_path / "actors.yaml").write_text(yaml.safe_dump(REGISTRY), encoding="utf-8")
    params = {
        "ingest": {"articles": str(tmp_path / "articles")},
        "annotate": {"actors": str(tmp_path / "actors.yaml")},
        "train": {"labels": str(tmp_path / "labels.jsonl"), "features": "vader"},
    }
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    return tmp_path


@pytest.fixture
def stage(tenor, inputs):
    """Run one stage on ``inputs``."""
    return lambda name: tenor(name, "--params", inputs / "params.yaml", "--data", inputs / "data")


def _refused(outcome, *needles):
    assert outcome.code == 1
    assert outcome.err.startswith("tenor: ")
    assert outcome.err.count("\n") == 1
    assert "Traceback" not in outcome.err
    assert outcome.out == ""
    for needle in needles:
        assert needle in outcome.err


def test_the_real_command_says_one_line_and_exits_1(tmp_path):
    command = [sys.executable, "-m", "tenor.pipeline.cli"]
    done = subprocess.run([*command, "ingest"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "tenor: No parameter file at params.yaml. Run from the project's root, or pass --params.\n"
    done = subprocess.run([*command, "ingest", "--debug"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "ParamsError" in done.stderr


def test_ingest_reads_a_good_folder(stage, inputs):
    outcome = stage("ingest")
    assert outcome.code == 0, outcome.err
    assert outcome.out.startswith("ingest: 2 articles read")
    assert outcome.err == ""
    assert len(read_table(Articles, inputs / "data" / "articles.parquet")) == 2
    assert json.loads((inputs / "data" / "near_duplicates.json").read_text()) is not None


@pytest.mark.parametrize(
    ("content", "needles"),
    [
        (
            "ingest: {articles: a, langauge: en}\nannotate: {actors: b}\ntrain: {labels: c}\n",
            ["ingest.langauge", "Extra"],
        ),
        ("ingest: [", ["is not valid YAML"]),
        ("", ["the file: Input should be a valid dictionary"]),
    ],
)
def test_a_bad_parameter_file(tenor, tmp_path, content, needles):
    (tmp_path / "params.yaml").write_text(content)
    _refused(tenor("ingest", "--params", tmp_path / "params.yaml"), "params.yaml", *needles)


def test_parameters_that_are_a_folder(tenor, tmp_path):
    _refused(tenor("ingest", "--params", tmp_path), "cannot be read")


def test_articles_that_are_not_there(stage, inputs):
    (inputs / "articles").rename(inputs / "elsewhere")
    _refused(stage("ingest"), "articles")


def test_an_empty_folder(stage, inputs):
    for file in (inputs / "articles" / "dawn").iterdir():
        file.unlink()
    _refused(stage("ingest"), "articles")


def test_a_data_folder_that_is_a_file(stage, inputs):
    (inputs / "data").write_text("in the way")
    _refused(stage("ingest"), "data")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.txt", b""),
        ("binary.txt", bytes(range(256)) * 20),
        ("broken.parquet", b"PAR1 and no more"),
        ("broken.jsonl", b'{"text": \n'),
        ("column.csv", b"title,body\nA,B\n"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(400)),
        ("short.txt", b"Too short."),
    ],
)
def test_a_file_that_is_no_article_is_set_aside_with_a_reason(stage, inputs, name, content):
    (inputs / "articles" / "dawn" / name).write_bytes(content)
    outcome = stage("ingest")
    assert outcome.code == 0, outcome.err
    assert len(read_table(Articles, inputs / "data" / "articles.parquet")) == 2
    rows = [row for row in read_table(SetAside, inputs / "data" / "set_aside.parquet").rows() if name in row["source"]]
    assert len(rows) == 1
    assert rows[0]["reason"]


def test_two_actors_that_claim_one_alias(stage, inputs):
    assert stage("ingest").code == 0
    claimed = {"actors": [{**actor, "aliases": ["the Union"]} for actor in REGISTRY["actors"]]}
    (inputs / "actors.yaml").write_text(yaml.safe_dump(claimed))
    _refused(stage("annotate"), "norland", "vestria", "the Union", "actors.yaml")


@pytest.mark.parametrize("content", ["", "actors: []", "actors: [{name: x}]", "actors: {", "\x00"])
def test_a_registry_that_is_none(stage, inputs, content):
    assert stage("ingest").code == 0
    (inputs / "actors.yaml").write_text(content)
    _refused(stage("annotate"), "actors.yaml")


def test_a_registry_that_is_not_there(stage, inputs):
    assert stage("ingest").code == 0
    (inputs / "actors.yaml").unlink()
    _refused(stage("annotate"), "actors.yaml")


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("annotate", "articles.parquet"),
        ("themes", "sentences.parquet"),
        ("score", "mentions.parquet"),
        ("estimate", "tone.parquet"),
        ("evaluate", "cross_validation.parquet"),
        ("report", "metrics.json"),
    ],
)
def test_a_stage_whose_input_is_missing_says_how_to_make_it(stage, name, missing):
    _refused(stage(name), missing, "is missing", "dvc repro")


def test_a_broken_table_and_one_without_a_column(stage, inputs):
    assert stage("ingest").code == 0
    path = inputs / "data" / "articles.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    _refused(stage("annotate"), "articles.parquet", "cannot be read as Parquet")
    write_table(SetAside.from_rows([]), path)
    _refused(stage("annotate"), "articles.parquet", "Articles lacks column(s) article_id")


@pytest.mark.parametrize(
    ("content", "needles"),
    [
        (None, ["labels.jsonl"]),
        (b"", ["labels.jsonl", "no labels"]),
        (b"\xff\xfe\x00", ["labels.jsonl, line 1", "UTF-8"]),
        (b'{"sentence": "Norland won.", "from": 0, "to": 7}\n', ["line 1", "polarity"]),
        (b'{"sentence": "Norland won.", "from": 0, "to": 7, "polarity": 1}\n', ["Each of the classes"]),
    ],
)
def test_labels_that_teach_nothing(stage, inputs, content, needles):
    assert stage("ingest").code == 0
    if content is not None:
        (inputs / "labels.jsonl").write_bytes(content)
    _refused(stage("train"), *needles)


def test_training_on_good_labels(stage, inputs, labels):
    assert stage("ingest").code == 0
    rows = [
        {
            "id": r["label_id"],
            "article_id": r["article_id"],
            "sentence": r["sentence"],
            "from": r["start"],
            "to": r["end"],
            "polarity": r["polarity"],
        }
        for r in labels.rows()
    ]
    (inputs / "labels.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    outcome = stage("train")
    assert outcome.code == 0, outcome.err
    assert outcome.out == "train: scorer fitted on 72 labelled mentions (vader)\n"
    assert sorted(path.name for path in (inputs / "data" / "scorer").iterdir()) == ["scorer.json", "scorer.safetensors"]


def test_an_encoder_that_is_not_there(stage, inputs):
    params = yaml.safe_load((inputs / "params.yaml").read_text())
    params["encode"] = {"encoder": str(inputs / "no-encoder")}
    (inputs / "params.yaml").write_text(yaml.safe_dump(params))
    assert stage("ingest").code == 0
    assert stage("annotate").code == 0
    _refused(stage("encode"), "No encoder at", "no-encoder", "config.json")


def test_a_missing_scorer(tenor, inputs):
    _refused(
        tenor("score-text", "Norland won.", "--actor", "Norland", "--scorer", inputs / "nowhere"),
        "No scorer in",
        "dvc repro train",
    )


def test_a_message_never_breaks_the_line_or_the_terminal(tenor, tmp_path):
    folder = tmp_path / "evil\n\x1b[31mname"
    outcome = tenor("ingest", "--params", folder / "params.yaml")
    _refused(outcome, "No parameter file at")
    assert "\x1b" not in outcome.err


def test_a_misspelt_option_is_a_usage_error(tenor):
    outcome = tenor("ingest", "--parms", "x")
    assert outcome.code == 2
    assert "No such option" in outcome.err
    assert "Traceback" not in outcome.err


def test_labels_already_drawn_are_never_overwritten(tenor, inputs):
    kept = inputs / "drawn.jsonl"
    kept.write_text("work of days\n")
    outcome = tenor(
        "labels", "draw", "-n", 3, "--to", kept, "--params", inputs / "params.yaml", "--data", inputs / "data"
    )
    _refused(outcome, "drawn.jsonl exists and may hold labels")
    assert kept.read_text() == "work of days\n"


def test_a_fault_of_ours_is_one_line_with_its_type_and_code_3(tenor, monkeypatch, tmp_path):
    from tenor.pipeline import params

    def broken(path):
        raise ZeroDivisionError("by\nnought")

    monkeypatch.setattr(params, "load_params", broken)
    outcome = tenor("ingest")
    assert outcome.code == 3
    assert outcome.err.count("\n") == 1
    assert "ZeroDivisionError: by nought" in outcome.err
    assert "--debug" in outcome.err
    for arguments in (["--debug", "ingest"], ["ingest", "--debug"]):
        with pytest.raises(ZeroDivisionError):
            tenor(*arguments)


def test_debug_after_two_dashes_is_text(tenor, inputs):
    outcome = tenor("score-text", "--actor", "Norland", "--scorer", inputs / "nowhere", "--", "--debug")
    _refused(outcome, "No scorer in")


def test_help_names_debug_completion_and_doctor_and_loads_nothing_heavy(tmp_path):
    heavy = {"torch", "transformers", "sklearn", "pandas", "mlflow", "bertopic", "numpy", "pydantic", "yaml"}
    code = (
        "import sys; sys.argv = ['tenor', '--help']\n"
        "from tenor.pipeline.cli import main\n"
        "try: main()\n"
        f"finally: print(sorted({heavy!r} & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"
    for word in ("--debug", "--install-completion", "doctor"):
        assert word in done.stdout


@pytest.mark.parametrize(
    ("typed", "offered"), [("tenor doc", "doctor"), ("tenor bench ton", "tone"), ("tenor run --js", "--json")]
)
def test_the_shell_completes_commands_and_options(tmp_path, typed, offered):
    asked = {"_TENOR_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
    command = [sys.executable, "-m", "tenor.pipeline.cli"]
    done = subprocess.run(command, cwd=tmp_path, env=os.environ | asked, capture_output=True, text=True, check=False)
    assert done.stdout.split() == [offered], done.stderr


def test_ctrl_c_ends_in_one_line_and_130(inputs):
    """A pipe that nobody writes to stands for work without end."""
    os.mkfifo(inputs / "endless.yaml")
    command = [sys.executable, "-m", "tenor.pipeline.cli", "ingest", "--params", inputs / "endless.yaml"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # tests run in the background ignore it
    ) as running:
        writer = os.open(inputs / "endless.yaml", os.O_WRONLY)  # opens once the command reads
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
        os.close(writer)
    assert running.returncode == 130
    assert err == "tenor: interrupted. What was finished before is kept.\n"
    assert out == ""


def test_progress_is_drawn_on_a_terminal_and_nowhere_else(inputs):
    arguments = ["ingest", "--params", inputs / "params.yaml", "--data", inputs / "data"]
    command = [sys.executable, "-m", "tenor.pipeline.cli", *arguments]
    coloured = os.environ | {"FORCE_COLOR": "1", "TERM": "xterm"}  # rich alone would take that for a terminal
    piped = subprocess.run(command, env=coloured, capture_output=True, text=True, check=True)
    assert piped.stderr == ""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, env=coloured, stdout=subprocess.PIPE, stderr=theirs):
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # Linux's way to say that the other end is closed
                break
            if not piece:
                break
            shown += piece
    os.close(ours)
    assert b"Reading articles" in shown


def test_run_in_json_says_where_everything_is(tenor, inputs, labels, stage):
    assert stage("ingest").code == 0
    rows = (
        {"sentence": r["sentence"], "from": r["start"], "to": r["end"], "polarity": r["polarity"]}
        for r in labels.rows()
    )
    (inputs / "labels.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert stage("train").code == 0
    given = ["--articles", inputs / "articles", "--actors", inputs / "actors.yaml", "--out", inputs / "out"]
    outcome = tenor("run", *given, "--scorer", inputs / "data" / "scorer", "--json")
    assert outcome.code == 0, outcome.err
    said = json.loads(outcome.out)
    assert said["report"] == str(inputs / "out" / "report.html")
    assert list(said["steps"]) == ["ingest", "annotate", "encode", "themes", "score", "estimate"]
    assert said["tables"]["articles"]["rows"] == 2
    for table in said["tables"].values():
        assert table["path"].endswith(".parquet")


def test_promote_in_json_names_the_version_and_the_one_before(tenor, inputs, monkeypatch):
    from tenor.experiments.tracking_store import open_store

    uri = f"sqlite:///{inputs / 'mlflow.db'}"
    monkeypatch.delenv("DVC_ROOT", raising=False)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    with open_store(uri) as client:
        run_id = client.create_run(client.create_experiment("tenor")).info.run_id
        client.set_terminated(run_id)
        client.create_registered_model("tenor-tone")
        client.create_model_version("tenor-tone", source=inputs.as_uri(), run_id=run_id)
    outcome = tenor("promote", run_id, "--params", inputs / "params.yaml", "--json")
    assert outcome.code == 0, outcome.err
    assert json.loads(outcome.out) == {"model": "tenor-tone", "run_id": run_id, "version": "1", "previous": None}
