# Everything runs in an environment of its own, `.venv`; set-up is done again only when a lock file or pyproject.toml changes.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# What a newcomer's pip would warn of at length: a requirement that is built the old way.
PIP    := PIP_USE_PEP517=1 $(BIN)/python -m pip --disable-pip-version-check --quiet
# Without its byte code the reader compiles itself at every start where Python may not write beside the source.
COMPILE := $(BIN)/python -m compileall -q tui_digest
OTHERS := 3.11 3.12 3.13 3.14

.DEFAULT_GOAL := help
.PHONY: help run setup check-python format lint types imports tests test test-all test-next snapshots keys share pictures bench build lock clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: $(VENV)/.run ## set up what is needed, and open the reader
	@$(BIN)/tui-digest $(ARGS)

test: $(VENV)/.dev ## set up, and pass every check: format, lint, types, imports, tests
	@$(MAKE) --no-print-directory lint types imports tests VENV=$(VENV)
	@echo "make test: every check passed"

test-all: ## the tests with all made-up cases, on every Python from 3.11 to 3.14 that is found here
	@found=0; for version in $(OTHERS); do \
		python=$$(sh -c "python$$version -c 'import sys; print(sys.executable)'" 2>/dev/null \
			|| ls -d "$$(pyenv root 2>/dev/null)"/versions/$$version*/bin/python 2>/dev/null | tail -n 1); \
		if [ -z "$$python" ]; then echo "make test-all: no Python $$version here, passed over"; continue; fi; \
		found=1; echo "make test-all: Python $$version"; \
		TUI_DIGEST_TESTS=thorough $(MAKE) --no-print-directory .venv-$$version/.dev tests PYTHON="$$python" VENV=.venv-$$version || exit 1; \
	done; [ $$found = 1 ] || { echo "make test-all: no Python from 3.11 to 3.14 was found" >&2; exit 1; }

test-next: ## the tests with the newest Textual that the index gives, in an environment of their own
	@$(MAKE) --no-print-directory .venv-next/.dev VENV=.venv-next
	@.venv-next/bin/python -m pip --disable-pip-version-check --quiet install --upgrade --upgrade-strategy only-if-needed textual
	@echo "make test-next: Textual $$(.venv-next/bin/python -c 'from importlib.metadata import version; print(version("textual"))')"
	@$(MAKE) --no-print-directory tests VENV=.venv-next

setup: $(VENV)/.dev ## the environment with all tools, nothing else

lint: $(VENV)/.dev ## format and style
	@$(BIN)/ruff format --check --quiet --diff || { echo "FAILED: format (make format mends it)" >&2; exit 1; }
	@$(BIN)/ruff check --quiet || { echo "FAILED: lint (make format mends some of it)" >&2; exit 1; }

types: $(VENV)/.dev ## strict types of the package, plain ones of the tests
	@$(BIN)/mypy --no-error-summary || { echo "FAILED: types" >&2; exit 1; }
	@$(BIN)/mypy --no-error-summary tests || { echo "FAILED: types of the tests" >&2; exit 1; }

imports: $(VENV)/.dev ## the import rule
	@$(BIN)/lint-imports > $(VENV)/imports.txt 2>&1 || { cat $(VENV)/imports.txt; echo "FAILED: imports" >&2; exit 1; }

# Each of the workers reads all test files: without byte code each of them compiles all of them.
tests: $(VENV)/.dev ## the tests alone; ARGS="-k words" chooses
	@$(COMPILE) && PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -q -n auto --maxprocesses=8 $(ARGS) || { echo "FAILED: tests" >&2; exit 1; }

snapshots: $(VENV)/.dev ## keep the screens as they look now; says which look different
	@TUI_DIGEST_SNAPSHOTS=write $(BIN)/python -m pytest -q -n auto --maxprocesses=8 tests/tui/test_snapshots.py
	@git add --intent-to-add tests/data/screens && git --no-pager diff --stat tests/data/screens

keys: $(VENV)/.dev ## the tables of docs/keys.md, from the table of keys
	@$(BIN)/python docs/make_keys.py

share: $(VENV)/.dev ## completions and the manual page, from the grammar
	@$(BIN)/python docs/make_share.py

pictures: $(VENV)/.dev ## the pictures and the recording of README and guide, from the reader itself
	@$(BIN)/python docs/make_pictures.py $(ARGS)

format: $(VENV)/.dev ## put the code into the common form
	@$(BIN)/ruff check --quiet --fix-only
	@$(BIN)/ruff format --quiet

bench: $(VENV)/.dev ## the figures of the reader beside those of a bare Textual app
	@$(BIN)/python benchmarks/run.py $(ARGS)

build: $(VENV)/.dev ## wheel and sdist, into dist/
	@$(BIN)/python -m hatchling build --clean

lock: check-python ## renew the lock files from pyproject.toml
	@$(PYTHON) -m venv .venv-lock
	@.venv-lock/bin/python -m pip --disable-pip-version-check --quiet install pip-tools
	@compile=".venv-lock/bin/pip-compile --quiet --upgrade --strip-extras --generate-hashes --no-header --no-annotate \
		--no-emit-options --no-emit-index-url --no-emit-find-links --no-emit-trusted-host"; \
		$$compile --output-file requirements.lock pyproject.toml && \
		$$compile --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

clean: ## remove environments, caches and builds; your own library is elsewhere and stays
	@rm -rf .venv .venv-* dist build benchmarks/.data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

check-python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "tui-digest needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo missing)." >&2; \
		echo "Name another one: make run PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make environments: its modules venv and ensurepip are missing." >&2; \
		echo "On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

# Stamps: newer than all they depend on once the environment is as they say.
$(VENV)/bin/python: | check-python
	@case "$${LC_ALL:-$${LC_MESSAGES:-$$LANG}}" in \
		ko*) echo "$(VENV)에 필요한 것을 설치합니다(처음 한 번, 1분 안팎)";; \
		*) echo "Setting up $(VENV) (only this once; about a minute)";; esac
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	@$(PIP) install -r requirements.lock
	@$(PIP) install --no-deps -e .
	@$(COMPILE)
	@touch $@

$(VENV)/.dev: requirements-dev.lock requirements.lock pyproject.toml | $(VENV)/bin/python
	@$(PIP) install -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@$(COMPILE)
	@touch $@ $(VENV)/.run
