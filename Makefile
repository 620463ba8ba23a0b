# `make repro` and `make test` are all that a fresh machine needs (Linux, Python 3.11, pip, make, git).
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export HF_HUB_OFFLINE := 1
export TOKENIZERS_PARALLELISM := false
export MLFLOW_DISABLE_TELEMETRY := true
export DO_NOT_TRACK := true
# The UI would start seven worker processes for MLflow's judges, which Tenor has no use for.
export MLFLOW_SERVER_ENABLE_JOB_EXECUTION := false
READY := $(VENV)/.ready

.PHONY: repro test check experiments ui clean
.DELETE_ON_ERROR:

repro: $(READY)  ## set everything up and run the main job: articles in, report and MLflow run out
	@test -d .git || git init -q
	$(BIN)/dvc repro
	@echo "Open data/report/report.html, and compare runs with: make ui"

test: $(READY) check  ## set everything up, check, and run the tests
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(READY)  ## lint, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

experiments: $(READY)  ## a small grid of experiments, one MLflow run each, and which is better (see experiments/grid.yaml)
	@test -d .git || git init -q
	$(BIN)/tenor grid

ui: $(READY)  ## the MLflow UI on loopback
	$(BIN)/mlflow ui --backend-store-uri sqlite:///$(CURDIR)/mlflow.db --host 127.0.0.1 --port 5000

clean:  ## remove what can be rebuilt
	rm -rf data mlflow.db mlartifacts .mypy_cache .ruff_cache .pytest_cache

# torch is installed first and by exact version: left to a range, pip may pick a build with gigabytes of CUDA.
$(READY): pyproject.toml constraints.txt Makefile
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 -c constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]" -c constraints.txt
	touch $(READY)
