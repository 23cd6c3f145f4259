# Everything a person or a machine does with this checkout. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
bin := .venv/bin
workers ?= 2

# Tests that share a browser or Spark stay in one process (`loadgroup`).
pytest := $(bin)/pytest -n $(workers) --dist loadgroup

.PHONY: help serve test lint types bench docs lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve: .venv/installed-server ## set up, load the demonstration once, serve it on this machine
	@$(bin)/learnwork serve --demonstration

test: .venv/installed-dev ## install what tests need, then check and test everything, on SQLite and on PostgreSQL
	@tools/setup_test_machine.sh
	@$(MAKE) --no-print-directory lint types
	@echo "The suite, on SQLite"
	@env -u LEARNWORK_TEST_DATABASE_URL -u LEARNWORK_DATABASE_URL $(pytest)
	@echo "What touches a database, again on PostgreSQL"
	@$(bin)/python tools/with_postgresql.py $(pytest) -m "database and not browser and not big"

lint: .venv/installed-dev ## ruff, its formatter and the import contracts
	@$(bin)/ruff check .
	@$(bin)/ruff format --check .
	@$(bin)/lint-imports

types: .venv/installed-dev ## mypy, strict
	@$(bin)/mypy

bench: .venv/installed-dev ## the benchmarks, against their limits (the real data must lie beside the checkout)
	@for file in benchmarks/*.py; do echo "$$file"; $(bin)/python "$$file" || exit 1; done

docs: .venv/installed-dev ## check that the documentation is whole: links, commands, settings, errors, formats
	@$(bin)/pytest tests/test_repository.py -q

lock: .venv/installed-dev ## choose dependencies anew and write requirements/
	@tools/lock.sh --upgrade

clean: ## remove the environment and every cache; never the data
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/installed-%: requirements/build.txt requirements/%.txt tools/browser_libraries.toml
	@tools/setup_environment.sh $*
