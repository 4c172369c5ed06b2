# Needs Python 3.11+ and make; fetches everything else from the package registries.
SHELL := /bin/bash
PYTHON := $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do $$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
INSTALL = @if [ -z "$(PYTHON)" ]; then echo "需要 Python 3.11 或更新版本，这台机器上没有找到。" >&2; exit 1; fi; "$(PYTHON)" tools/install.py
RUN := .venv/bin/python
PROCESSES ?= 3
SPREAD = -n $(PROCESSES) --dist loadfile --no-loadscope-reorder
export PYTHONUTF8 := 1
unexport PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := help
.PHONY: help demo install install-dev test test-scripts coverage race fuzz lint format types api-types contracts words migration advisories bench seed-large check screenshots clean
help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

demo: install ## install everything and run the whole story on embedded servers (PORT=8000)
	@exec $(RUN) -m examops demo

install: ## fetch what the product needs
	$(INSTALL) runtime frontend

install-dev: ## fetch what tests and checks need too
	$(INSTALL) dev frontend

test: install-dev ## install what the tests need and run them (ARGS="-k word", PROCESSES=3)
	@$(RUN) $(if $(COVERAGE),-m coverage run) -m pytest $(SPREAD) $(ARGS); ended=$$?; $(if $(COVERAGE),$(RUN) -m tools.coverage_report &&) exit $$ended

test-scripts: install-dev ## unit tests of the pages' scripts
	@$(RUN) tools/frontend.py test

coverage: ## the tests under branch coverage, a line for each package (ARGS="-k word")
	@rm -rf var/coverage && mkdir -p var/coverage && $(MAKE) -s test COVERAGE=yes

race: install-dev ## the tests with barriers, 20 times over (TIMES=20)
	@for n in $$(seq $${TIMES:-20}); do $(RUN) -m pytest -m race -q -p no:cacheprovider || exit 1; done

fuzz: install-dev ## the readers of what strangers send, and the calls of boxes and desks (SECONDS=60)
	@EXAMOPS_FUZZ_SECONDS=$(or $(SECONDS),60) $(RUN) -m pytest tests/fuzz -q

lint: install-dev ## style of the code
	@$(RUN) -m ruff check . && $(RUN) -m ruff format --check . && $(RUN) tools/frontend.py lint lint:css format:check

format: install-dev ## write the code in the house style
	@$(RUN) -m ruff check --fix . ; $(RUN) -m ruff format . ; $(RUN) tools/frontend.py format

types: install-dev ## static types
	@$(RUN) -m mypy && $(RUN) -m tools.api_types --check && $(RUN) tools/frontend.py check

api-types: install-dev ## the scripts' types of the API, from its document
	@$(RUN) -m tools.api_types

contracts: install-dev ## who may import whom
	@.venv/bin/lint-imports

words: install-dev ## texts the catalogues lack, appended to them untranslated
	@$(RUN) -m tools.words

migration: install-dev ## draft a revision of the schema from what the models declare (NAME=add_something)
	@$(RUN) -m tools.migration $(NAME)

advisories: install-dev ## known vulnerabilities of the pinned packages
	@$(RUN) -m tools.advisories

bench: install-dev ## measurements side by side (ONLY=name for one)
	@$(RUN) -m bench $(ONLY)

seed-large: install-dev ## fill the running demo's database for measurements
	@$(RUN) -m bench.dataset $(ARGS)

check: install ## the invariants against the running demo (ARGS=--json)
	@$(RUN) -m examops in-demo check $(ARGS)

screenshots: install-dev ## pictures of the running demo's pages into docs/screenshots (ONLY=name for one)
	@$(RUN) tools/screenshots.py $(ONLY)

clean: ## remove what was installed and built (not var/)
	@rm -rf .venv examops/web/frontend/node_modules examops/web/static/dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
