"""One order for everything: the pipeline file, the parameters, the commands, the stages and the files agree."""

import ast
import inspect
import re
from pathlib import PurePath

import pytest
import typer
import yaml

from tenor.pipeline import cli, stages
from tenor.pipeline.layout import Layout
from tenor.pipeline.params import Params

ROOMS = ("features", "models", "experiments", "pipeline")
# Adapters of every stage: they say where things lie and how they are written, not what is in them.
PLUMBING = {f"pipeline/{name}.py" for name in ("cli", "console", "layout", "params", "store", "tracked")}
# Callers may name a target by its actor; the stages know every target's span.
NOT_TAKEN = {("models/targets.py", "tenor.features.annotate")}


@pytest.fixture(scope="module")
def dvc(root):
    return yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"]


def _outputs(stage):
    entries = [*stage.get("outs", []), *stage.get("metrics", []), *stage.get("plots", [])]
    return [next(iter(entry)) if isinstance(entry, dict) else entry for entry in entries]


def _resolved(entry, root):
    params = yaml.safe_load((root / "params.yaml").read_text(encoding="utf-8"))
    return re.sub(r"\$\{(\w+)\.(\w+)\}", lambda found: str(params[found[1]][found[2]]), entry)


def test_a_stage_is_a_command_a_section_and_a_function(dvc):
    names = list(dvc)
    assert names == list(Params.model_fields)
    assert names == [*stages.STAGES, "track"]
    commands = typer.main.get_command(cli.app).commands
    assert [name for name in commands if name in dvc] == names
    for name, stage in dvc.items():
        assert stage["cmd"] == f"tenor {name}"
        assert name in stage["params"]


def test_commands_beside_the_stages_are_the_documented_ones(dvc):
    commands = set(typer.main.get_command(cli.app).commands) - set(dvc)
    assert commands >= {"run", "score-text", "actors", "labels", "bench"}


def test_every_named_parameter_exists(dvc):
    for name, stage in dvc.items():
        for entry in stage["params"]:
            section, _, key = entry.partition(".")
            assert section in Params.model_fields, (name, entry)
            assert not key or key in Params.model_fields[section].annotation.model_fields, (name, entry)


def _parameters_read(function):
    """Sections and keys of ``params`` that a stage's code reads: ``params.section`` or ``params.section.key``."""
    found = set()
    tree = ast.parse(inspect.getsource(function))
    whole = {node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "params":
            if node not in whole:
                found.add(node.attr)  # `params.section` as a whole
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
            inner = node.value
            if isinstance(inner.value, ast.Name) and inner.value.id == "params":
                found.add(f"{inner.attr}.{node.attr}")
    return found


@pytest.mark.parametrize("name", list(stages.STAGES))
def test_every_parameter_that_a_stage_reads_is_declared_or_cannot_change_the_result(dvc, name):
    declared = set(dvc[name]["params"])
    inputs = {f"{section}.{key}" for section, key in re.findall(r"\$\{(\w+)\.(\w+)\}", " ".join(dvc[name]["deps"]))}
    harmless = {"encode.batch_size"}
    for entry in _parameters_read(stages.STAGES[name]):
        assert {entry, entry.partition(".")[0]} & (declared | inputs) or entry in harmless, entry


def test_the_report_is_made_anew_where_anything_that_it_says_was_used_has_changed(dvc, root):
    from tenor.pipeline.params import load_params
    from tenor.pipeline.results import shown_params

    assert set(dvc["report"]["params"]) == set(shown_params(load_params(root / "params.yaml")))


def test_the_layout_names_the_outputs_and_every_output_is_written_once(dvc):
    at = Layout(data=__import__("pathlib").Path("data"))
    properties = [name for name, kind in inspect.getmembers(Layout) if isinstance(kind, property)]
    written = [output for stage in dvc.values() for output in _outputs(stage)]
    assert len(set(written)) == len(written)
    assert {str(getattr(at, name)) for name in properties} == {
        output if not output.startswith("data/plots/") else "data/plots" for output in written
    }


def test_every_dependency_is_there_or_made_by_an_earlier_stage(dvc, root):
    made = set()
    for name, stage in dvc.items():
        for dep in stage["deps"]:
            path = _resolved(dep, root)
            if path.startswith("data/"):
                assert path in made, f"{name} needs {path}, which no earlier stage makes"
            else:
                assert (root / path).exists(), f"{name} needs {path}, which is not there"
        made |= set(_outputs(stage))


@pytest.mark.parametrize("name", list(stages.STAGES))
def test_a_stage_declares_the_files_it_reads(dvc, name):
    functions = [stages.STAGES[name]]
    if name == "report":
        from tenor.pipeline import results

        functions.append(results.read_report_data)
    used = set()
    for function in functions:
        used |= set(re.findall(r"read_\w+\((?:\w+, )?at\.(\w+)", inspect.getsource(function)))
        used |= set(re.findall(r"\.load\(at\.(\w+)", inspect.getsource(function)))
    deps = {PurePath(dep).parts[1].partition(".")[0] for dep in dvc[name]["deps"] if dep.startswith("data/")}
    assert used == deps


def _imports(node):
    """Modules of ours that the code under ``node`` imports while it runs."""
    found = set()
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.ImportFrom) and (child.module or "").startswith("tenor."):
            found.add(child.module)
            found |= {f"{child.module}.{alias.name}" for alias in child.names}
        elif isinstance(child, ast.Import):
            found |= {alias.name for alias in child.names if alias.name.startswith("tenor.")}
        found |= _imports(child)
    return found


def _file(module, root):
    path = root / module.removeprefix("tenor.").replace(".", "/")
    if (path / "__init__.py").is_file():
        return path / "__init__.py"
    return path.with_suffix(".py") if path.with_suffix(".py").is_file() else None


def _code_of(name, root):
    """Every file of ours whose code a stage can run."""
    tree = ast.parse(inspect.getsource(stages.STAGES[name]))
    waiting, seen = _imports(tree), set()
    while waiting:
        file = _file(waiting.pop(), root)
        if file is None:
            continue
        path = file.relative_to(root).as_posix()
        if path in PLUMBING | seen:
            continue
        seen.add(path)
        imported = _imports(ast.parse(file.read_text(encoding="utf-8")))
        if file.name == "__init__.py" and file.parent.parent != root:  # may pass on any of its modules
            package = f"tenor.{file.parent.relative_to(root).as_posix().replace('/', '.')}"
            imported |= {f"{package}.{module.stem}" for module in file.parent.glob("*.py") if module != file}
        waiting |= {m for m in imported if not any(path == at and m.startswith(module) for at, module in NOT_TAKEN)}
    return {path for path in seen if not path.endswith(("features/errors.py", "__init__.py"))}


@pytest.mark.parametrize("name", list(stages.STAGES))
def test_a_stage_runs_again_when_its_code_changes(dvc, root, name):
    deps = [dep for dep in dvc[name]["deps"] if dep.startswith(ROOMS)]
    missing = [
        path
        for path in sorted(_code_of(name, root))
        if not any(path == dep or path.startswith(f"{dep}/") for dep in deps)
    ]
    assert not missing, f"dvc.yaml: add to the deps of {name}: {', '.join(missing)}"
