# Everything a person does with this folder; `make help` lists it.
# Needed: Python 3.11 or newer, git, make. All else is fetched into .venv and build.

SHELL := /bin/sh
PORT ?= 8000
KILLS ?= 50
JOBS ?= 2
N ?= 20000

VENV := .venv/bin
PY := $(VENV)/python
PIP := $(PY) -m pip --disable-pip-version-check install -qq --require-hashes
# What the tests of a file share is made once: a file goes to one worker, whole.
TESTS := $(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help run demo test lint types e2e bench faults docs clean lock

help:  ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/runtime  ## install, build and serve a demo club on this machine (PORT=8000)
	@$(PY) -m club_ui demo --data .demo --port $(PORT)

demo: .venv/runtime  ## the same with a new demo club, made from the beginning
	rm -rf .demo
	@$(PY) -m club_ui demo --data .demo --port $(PORT)

test: .venv/dev  ## everything that must hold: lint, types, imports, tests, browsers (JOBS=2)
	@$(PY) -m tests.browser
	@$(PY) -m club_ui.build
	@$(TESTS)

lint: .venv/dev  ## ruff, with a reason beside each rule that is off
	@$(VENV)/ruff check .

types: .venv/dev  ## mypy, strict on the engine
	@$(VENV)/mypy

e2e: .venv/dev  ## only the tests with a browser
	@$(PY) -m tests.browser
	@$(PY) -m club_ui.build
	@$(TESTS) tests/e2e

bench: .venv/dev  ## the goals against their contenders (N=100000 clients, ARGS="--only midnight")
	@$(PY) -m tests.bench --clients $(N) $(ARGS)

faults: .venv/dev  ## kill the server in the middle of things (KILLS=50)
	@KILLS=$(KILLS) DELIVERIES=10000 $(PY) -m pytest tests/faults tests/intake/test_ledger.py --timeout 3600

docs: .venv/dev  ## that every promise of README and docs is kept
	@$(PY) -m pytest tests/docs

clean:  ## remove what was built and cached; never .venv, never a club's data
	rm -rf build .web .states .ruff_cache .mypy_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

lock: .venv/dev  ## resolve the dependencies of pyproject.toml anew (needs uv)
	uv pip compile -q --universal --no-strip-extras --generate-hashes --no-header --python-version 3.11 pyproject.toml -o requirements.lock
	uv pip compile -q --universal --no-strip-extras --generate-hashes --no-header --python-version 3.11 --group dev pyproject.toml -o requirements-dev.lock

# The first Python here that is new enough and can make an environment. A name on PATH may be
# an empty shim, so each is asked.
$(PY):
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	  if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Making .venv with $$($$python --version)"; exec $$python -m venv .venv; \
	  fi; \
	done; \
	echo "No Python 3.11 or newer with venv was found; name one: make PYTHON=/path/to/python3.12" >&2; exit 1

# Done again only when the locked dependencies change.
.venv/runtime: requirements.lock | $(PY)
	@echo "Installing what the club runs on ..."
	@$(PIP) -r requirements.lock
	@$(PY) -m pip --disable-pip-version-check install -qq --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: requirements-dev.lock .venv/runtime
	@echo "Installing what the tests need ..."
	@$(PIP) -r requirements-dev.lock
	@touch $@
