# All development tasks. Needs Python 3.11 or newer, make and git; `make help` lists them.

SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# One more than there are processors: tests of the real program also wait for it.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := $(BIN)/python -m piptools compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-header --no-annotate --no-emit-options --no-emit-index-url --no-emit-trusted-host \
	--no-emit-find-links --resolver=backtracking

# pip-compile reads no dependency groups.
define DEV_GROUP
import tomllib
print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["dev"], sep="\n")
endef
export DEV_GROUP

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint types contracts check package-test soak mutants official lock bench \
	screenshots endpoints man format clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime ## Open the dashboard with a simulated market; options: ARGS="--offers 20000 --seed 7"
	@$(BIN)/python -m vasttui --demo $(ARGS)

setup: $(VENV)/.dev ## Install everything for development into .venv

test: $(VENV)/.dev ## Run all tests except packaging; options: ARGS="-k filter"
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not packaging" $(ARGS)

lint: $(VENV)/.dev ## Check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev ## Check types in package and tests
	$(BIN)/mypy

contracts: $(VENV)/.dev ## Check the import rules between modules
	$(BIN)/lint-imports --no-cache

package-test: $(VENV)/.dev ## Build wheel and sdist, install them in a clean environment, draw a first frame
	$(BIN)/python -m pytest -m packaging tests/packaging

soak: $(VENV)/.dev ## Rent through every fault and 1,500 kills (15 minutes); prints the outcome
	VASTTUI_SOAK=1 $(BIN)/python -m pytest -s tests/model tests/e2e/test_kill_soak.py $(ARGS)

mutants: $(VENV)/.dev ## Change the code in one place at a time and print what no test notices (hours); options: ARGS="--sample 200"
	$(BIN)/python -m tests.mutants.run $(ARGS)

official: $(VENV)/.dev ## Drive the official client against the simulator; ARGS=VENV has the client: `pip install vastai`
	$(BIN)/python -m tests.official.serverless $(ARGS)

check: ## Run everything a change must pass: lint, types, contracts, test, package-test
	@for step in lint types contracts test package-test; do \
		start=$$SECONDS; \
		$(MAKE) --no-print-directory $$step || exit 1; \
		echo "--- $$step: $$((SECONDS - start)) s"; \
	done

format: $(VENV)/.dev ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev $(VENV)-run/.runtime ## Measure speed, each figure next to its lower bound; options: ARGS="--json out.json"
	VASTTUI_PYTHON=$(VENV)-run/bin/python $(BIN)/python -m tests.bench.run $(ARGS)

screenshots: $(VENV)/.dev ## Regenerate the screenshots; unchanged ones are not rewritten
	$(BIN)/python -m tests.screenshots $(ARGS)

endpoints: $(VENV)/.dev ## Renew the list of requests in the README
	$(BIN)/python -m tests.endpoints

man: $(VENV)/.dev ## Renew the manual page, after a change of the command's options
	$(BIN)/python -m vasttui man > man/vasttui.1

lock: $(VENV)/.dev ## Lock the newest versions that pyproject.toml allows, with hashes
	$(LOCK) --upgrade --output-file=requirements/runtime.txt pyproject.toml
	set -o pipefail; $(BIN)/python -c "$$DEV_GROUP" | $(LOCK) --upgrade --constraint=requirements/runtime.txt \
		--output-file=requirements/dev.txt pyproject.toml -

clean: ## Remove everything generated here, including virtual environments
	rm -rf .venv .venv-* build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The files below record what is installed, so that later runs start at once.

$(BIN)/python:
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			exec $$python -m venv $(VENV); \
		fi; \
	done; \
	echo "vasttui needs Python 3.11 or newer; set its path with: make PYTHON=/path/to/python3" >&2; \
	exit 1

$(VENV)/.runtime: requirements/runtime.txt | $(BIN)/python
	@echo "installing the runtime dependencies into $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements/runtime.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@echo "installing the development tools into $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

# For measurements: the program as users install it, without development tools.
$(VENV)-run/.runtime: requirements/runtime.txt | $(BIN)/python
	@$(BIN)/python -m venv $(VENV)-run
	@$(VENV)-run/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r $<
	@touch $@
