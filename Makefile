# Every command of the project. `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
# A file's tests stay in one process, so that what they share is made once. The app's
# tests wait for servers now and then, so one process more than there are processors.
PARALLEL := --dist loadfile --no-loadscope-reorder --maxprocesses 4
APP_WORKERS := $(shell expr $$(nproc) + 1)
BENCHMARKS := collection django pages pipeline mlflow_out
TRAINER_BENCHMARKS := training preparing recipes
RUN_OPTIONS := $(if $(INPUT),--input $(INPUT)) $(if $(COLUMNS_MAP),--columns '$(COLUMNS_MAP)') \
	$(if $(NAME),--name '$(NAME)') $(if $(EPOCHS),--epochs $(EPOCHS)) \
	$(if $(PORT),--port $(PORT)) $(if $(filter 0,$(SERVE)),--no-serve) $(ARGS)

.DEFAULT_GOAL := help
.PHONY: help setup run serve compile test test-app test-trainer lint bench

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make .venv and .venv-trainer from requirements/ (nothing to do the second time)
	@$(PYTHON) requirements/install.py

run: setup ## train on generated data (or INPUT=file) and show the run; SERVE=0 exits when done
	@$(BIN)/trackless run $(RUN_OPTIONS)

serve: setup ## serve the runs of earlier `make run`s; PORT=8000
	@$(BIN)/trackless serve $(if $(PORT),--port $(PORT))

compile: setup ## regenerate everything in pipeline_spec/
	@$(BIN)/trackless compile

test: lint test-app test-trainer ## lint, then every test in both environments

test-app: setup ## the tests of .venv: library, components, pipelines, Django, end to end
	@$(BIN)/python -m pytest --ignore=tests/trainer -n $(APP_WORKERS) $(PARALLEL) \
	  $(PYTEST)

test-trainer: setup ## the tests of .venv-trainer
	@.venv-trainer/bin/python -m pytest tests/trainer -n logical $(PARALLEL) $(PYTEST)

lint: setup ## ruff and mypy
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: setup ## every benchmark, as ratios against the real alternatives
	@for name in $(BENCHMARKS); do $(BIN)/python benchmarks/$$name.py || exit 1; done
	@for name in $(TRAINER_BENCHMARKS); do \
	  .venv-trainer/bin/python benchmarks/$$name.py $(if $(INPUT),--input $(INPUT)) \
	    || exit 1; done
