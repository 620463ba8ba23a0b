"""What ships: every room and nothing else, a command that answers at once, and no trace of where it was made."""

import re
import subprocess
import sys
import tomllib
import unicodedata
from pathlib import Path

import pytest

ROOMS = ("features", "models", "experiments", "pipeline")
HEAVY = (
    "torch",
    "transformers",
    "sklearn",
    "scipy",
    "bertopic",
    "mlflow",
    "pandas",
    "pyarrow",
    "numpy",
    "trafilatura",
    "plotly",
    "matplotlib",
    "dvc",
    "umap",
    "hdbscan",
    "sentence_transformers",
    "vaderSentiment",
)
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".txt",
    ".jsonl",
    ".csv",
    ".html",
    ".css",
    ".js",
    ".j2",
    ".sh",
    ".cfg",
    "",
}


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


def _ours(root):
    """The project's files: what git knows or would take in, or without git all but the ignored folders."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = listed.stdout.decode().split("\0")
        return [root / name for name in names if name and (root / name).is_file() and not (root / name).is_symlink()]
    rooms = [*ROOMS, "tests", "seeds", "docs", ".ci"]
    inside = [path for room in rooms for path in (root / room).rglob("*") if "__pycache__" not in path.parts]
    return [path for path in [*root.glob("*"), *inside] if path.is_file()]


@pytest.fixture(scope="module")
def texts(root):
    """Text files of the project by path."""
    found = {}
    for path in _ours(root):
        if path.suffix in TEXT:
            found[path.relative_to(root).as_posix()] = path.read_text(encoding="utf-8", errors="replace")
    return found


def test_every_package_is_listed_once_with_its_folder(root, project):
    listed = project["tool"]["setuptools"]["packages"]
    folders = project["tool"]["setuptools"]["package-dir"]
    there = {
        f"tenor.{init.parent.relative_to(root).as_posix().replace('/', '.')}": init.parent.relative_to(root).as_posix()
        for room in ROOMS
        for init in (root / room).rglob("__init__.py")
    }
    assert sorted(listed) == sorted(there)
    assert folders == there


def test_files_that_are_no_code_are_shipped_too(root, project):
    data = project["tool"]["setuptools"]["package-data"]
    folders = project["tool"]["setuptools"]["package-dir"]
    for room in ROOMS:
        for path in (root / room).rglob("*"):
            if path.is_dir() or path.suffix in {".py", ".pyc"} or path.name.startswith("."):
                continue
            shipped = any(
                path.match(f"{root / folders[name]}/{pattern}") for name, globs in data.items() for pattern in globs
            )
            assert shipped, f"{path.relative_to(root)} is in no package-data pattern"


def test_type_checkers_see_the_four_rooms(root):
    folder = root / ".typing" / "tenor"
    assert sorted(path.name for path in folder.iterdir()) == sorted(ROOMS)
    for room in ROOMS:
        assert not Path(folder / room).readlink().is_absolute()
        assert (folder / room).resolve() == (root / room).resolve()


def test_no_bare_room_is_installed():
    code = f"import importlib.util as u, sys; sys.path.pop(0); print([u.find_spec(n) for n in {ROOMS!r}])"
    found = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True, cwd="/")
    assert found.stdout.strip() == str([None] * 4)


def test_help_answers_without_heavy_imports(tmp_path):
    code = (
        "import sys\nsys.argv = ['tenor', *sys.argv[1:]]\nfrom tenor.pipeline.cli import main\n"
        "try:\n    main()\nexcept SystemExit as ended:\n    code = ended.code\n"
        "print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))\nsys.exit(code)"
    )
    for arguments in (["--help"], ["run", "--help"], ["actors", "--help"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False, cwd=tmp_path
        )
        assert done.returncode == 0, done.stderr
        assert "Usage:" in done.stdout
        loaded = set(done.stdout.partition("LOADED")[2].split())
        assert "typer" in loaded
        assert loaded & set(HEAVY) == set()


@pytest.mark.parametrize("room", ROOMS)
def test_importing_a_room_is_cheap(room, tmp_path):
    code = f"import tenor.{room}, sys; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert not set(done.stdout.split()) & {"torch", "transformers", "sklearn", "bertopic", "mlflow", "pandas"}


def test_no_text_names_a_place_of_the_machine_it_was_made_on(texts):
    # Assembled, so that this file does not hold what it looks for.
    places = [f"/{top}/" for top in ("work", "home", "Users", "root", "tmp")]
    pattern = re.compile(rf"(?<![\w./:<>*)}}-])(?:{'|'.join(places)})[\w.-]+")
    found = {name: pattern.findall(text)[:3] for name, text in texts.items() if name != "LICENSE"}
    assert {name: hits for name, hits in found.items() if hits} == {}


def _words(text):
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def test_no_text_repeats_the_shared_articles(texts, shared):
    seeds = shared / "seeds"
    if not seeds.is_dir():
        pytest.skip("the shared folder holds no real articles")
    real = set()
    for path in sorted(seeds.glob("*.txt")):
        words = _words(path.read_text(encoding="utf-8", errors="replace"))
        real |= {tuple(words[i : i + 8]) for i in range(len(words) - 7)}
    assert len(real) > 1000
    copied = {}
    for name, text in texts.items():
        words = _words(text)
        hits = [" ".join(words[i : i + 8]) for i in range(len(words) - 7) if tuple(words[i : i + 8]) in real]
        if hits:
            copied[name] = len(hits)
    assert copied == {}
