# Needs Python 3.11+ and make; fetches everything else from the package registries.
SHELL := /bin/bash
PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3 python; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
RUN := $(VENV)/bin/python

.PHONY: help demo test lint format types contracts bench check clean
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: ## install everything and run the whole story on embedded servers
	@bash tools/install runtime "$(PYTHON)"
	@exec $(RUN) -m examops demo

test: ## install what the tests need and run them
	@bash tools/install dev "$(PYTHON)"
	@$(RUN) -m pytest $(ARGS)

lint: ## style of the code
	@bash tools/install dev "$(PYTHON)"
	@$(RUN) -m ruff check . && $(RUN) -m ruff format --check .

format: ## write the code in the house style
	@$(RUN) -m ruff check --fix . ; $(RUN) -m ruff format .

types: ## static types
	@bash tools/install dev "$(PYTHON)"
	@$(RUN) -m mypy

contracts: ## who may import whom
	@bash tools/install dev "$(PYTHON)"
	@$(VENV)/bin/lint-imports

bench: ## measurements side by side; ONLY=name for one
	@bash tools/install dev "$(PYTHON)"
	@$(RUN) -m bench $(ONLY)

check: ## the invariants against the live database
	@$(RUN) -m examops check

clean: ## remove what was installed (not var/)
	@rm -rf $(VENV) node_modules .pytest_cache .mypy_cache .ruff_cache
