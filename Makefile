# Every target installs what it needs into .venv; Python 3.11 or newer, git and make are enough.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help venv demo test fast lint fix bench wheel lock

PORT ?= 8080
TRUSTWRIGHT_HOME ?= ./var
ROOMS := api control jobs services store widgets rich_snippets schemas domain
CHECKED := $(ROOMS) tests bench

# A name on the PATH can be an empty shim, so each candidate has to run before it is chosen.
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$python; break; }; done)

BIN := .venv/bin
RUN := .venv/.stamp-run
DEV := .venv/.stamp-dev
PIP := $(BIN)/python -m pip --disable-pip-version-check --require-virtualenv
# The resolver's own settings are left out, so that the lock files never depend on a machine.
COMPILE := $(BIN)/uv pip compile --no-config --universal --fork-strategy fewest \
	--python-version 3.11 --generate-hashes --no-header --quiet

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv: $(DEV) ## Create .venv with everything that development needs

demo: export TRUSTWRIGHT_HOME := $(TRUSTWRIGHT_HOME)
demo: export TRUSTWRIGHT_PORT := $(PORT)
demo: $(RUN) ## Install, migrate, seed, refresh and serve on PORT (8080), data in TRUSTWRIGHT_HOME (./var)
	$(BIN)/trustwright migrate
	$(BIN)/trustwright seed
	$(BIN)/trustwright refresh
	$(BIN)/trustwright serve

test: $(DEV) ## Run every test, on SQLite, PostgreSQL and Redis; domain/ needs full branch coverage
	$(BIN)/python -m coverage run -m pytest tests/domain
	$(BIN)/python -m coverage report
	$(BIN)/python -m pytest --numprocesses auto --ignore tests/domain

fast: $(DEV) ## Run the quick tests, under a minute
	$(BIN)/python -m pytest --numprocesses auto --hypothesis-profile fast -m "not slow"

lint: $(DEV) ## Check style, formatting, types and the import order; changes nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CHECKED)
	$(BIN)/lint-imports --no-logo

fix: $(DEV) ## Repair style and formatting where a tool can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV) ## Measure; ARGS="read --quick" for one part and small sizes (docs/benchmarks.md)
	$(BIN)/python -m bench $(ARGS)

# An old list of files in trustwright.egg-info could hide that one is missing.
wheel: $(DEV) ## Build the wheel, install it outside the checkout and use it
	rm -rf build dist trustwright.egg-info
	$(BIN)/python -m build --wheel --no-isolation
	$(BIN)/python -m tests.wheel.check_wheel dist/*.whl

lock: .venv/.stamp-venv ## Resolve the newest allowed versions into the two lock files
	$(PIP) install uv
	$(COMPILE) --upgrade --extra checkout --output-file requirements.lock pyproject.toml
	$(COMPILE) --upgrade --extra checkout --extra dev --constraints requirements.lock \
		--output-file requirements-dev.lock pyproject.toml

.venv/.stamp-venv:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found."; exit 1; }
	$(PYTHON) -m venv --clear .venv
	@touch $@

$(RUN): requirements.lock pyproject.toml | .venv/.stamp-venv
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q $(ROOMS)
	@touch $@

$(DEV): requirements-dev.lock $(RUN)
	$(PIP) install --require-hashes --requirement requirements-dev.lock
	@touch $@
