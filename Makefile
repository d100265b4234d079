# Every command of the house. `make` alone lists them.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMPS := $(VENV)/.stamps
NPM    := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix frontend
TESTS  ?= tests
BENCH  ?= $(shell grep -l __main__ benchmarks/*.py)
ARGS   ?=

LOCK := $(BIN)/uv pip compile --quiet --no-header --universal --python-version 3.11 --generate-hashes --all-extras

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(STAMPS)/project ## Make the environment from the locks and build the screen's scripts

$(STAMPS)/bootstrap: # a virtual environment with uv, itself taken from the lock
	$(PYTHON) -m venv $(VENV)
	mkdir -p $(STAMPS)
	awk '/^[a-z]/ {mine = /^uv==/} mine' requirements.lock > $(STAMPS)/uv.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r $(STAMPS)/uv.lock
	@touch $@

$(STAMPS)/requirements: requirements.lock | $(STAMPS)/bootstrap
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@touch $@

$(STAMPS)/project: pyproject.toml hatch_build.py $(STAMPS)/requirements frontend/package-lock.json \
		frontend/vite.config.ts $(wildcard viewer/islands/*.ts)
	$(BIN)/python hatch_build.py
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: demo
demo: setup ## Make a small region and open it: prints the address and the accounts
	$(BIN)/hie demo $(ARGS)

.PHONY: hub
hub: setup ## Start the hub on the data folder
	$(BIN)/hie hub $(ARGS)

.PHONY: sample
sample: setup ## Make the sample region again: make sample ARGS="--out DIR --patients N"
	$(BIN)/hie sample $(ARGS)

.PHONY: system
system: ## Install the programs that tests need and the lock cannot hold (as root)
	tools/system_packages.sh

.PHONY: test
test: setup system ## Run every test; TESTS=tests/unit runs some
	$(BIN)/python -m pytest -n 2 --dist loadfile $(TESTS) $(ARGS)

.PHONY: bench
bench: setup ## Measure, each side against its rival in one run; BENCH=benchmarks/parse.py runs one
	tools/system_packages.sh wrk
	@missed=0; for script in $(BENCH); do \
		echo "== $$script"; $(BIN)/python $$script $(ARGS) || missed=1; \
	done; exit $$missed

.PHONY: check check-lock check-python check-types check-imports check-screen check-house
check: setup ## Check locks, format, lint, types, imports and house rules; changes nothing
	@$(MAKE) check-lock check-python check-types check-imports check-screen check-house

check-lock:
	@cp requirements.lock $(STAMPS)/requirements.again
	@$(LOCK) --output-file $(STAMPS)/requirements.again pyproject.toml
	@diff requirements.lock $(STAMPS)/requirements.again || { echo "requirements.lock is stale: make lock"; exit 1; }
	@$(NPM) ci --dry-run --silent > $(STAMPS)/npm.log || { cat $(STAMPS)/npm.log; exit 1; }

check-python:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

check-types:
	$(BIN)/mypy

check-imports:
	$(BIN)/lint-imports

check-screen:
	@test -x frontend/node_modules/.bin/tsc || $(NPM) ci --no-progress
	$(NPM) run --silent types
	$(NPM) run --silent lint

check-house:
	$(BIN)/python -m pytest -q -n 2 tests/house

.PHONY: fix
fix: setup ## Mend what can be mended: format and lint
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: lock
lock: | $(STAMPS)/bootstrap ## Lock the dependencies again: make lock ARGS=--upgrade
	$(LOCK) $(ARGS) --output-file requirements.lock pyproject.toml
	$(NPM) install --package-lock-only
	$(BIN)/python tools/strip_lock.py frontend/package-lock.json
	$(NPM) ci --dry-run

.PHONY: screenshot
screenshot: setup system ## Take the README's picture of the calendar again
	$(BIN)/python tools/screenshot.py $(ARGS)

.PHONY: hooks
hooks: setup ## Let git run the quick checks before each commit
	$(BIN)/pre-commit install

.PHONY: clean
clean: ## Remove what was built; keep data and environment
	rm -rf viewer/static/dist frontend/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	rm -f $(STAMPS)/project
