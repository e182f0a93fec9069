# Every target does its own set-up: a fresh machine needs Python 3.11 or newer, make, and a package index that pip can reach.
# PYTHON=... names the Python to use; ARGS=... goes to pytest, the demo or the benchmarks.

PYTHON ?=
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
EXPRESS := tests/receivers/flavours/express
CODE := $(wildcard emulator tests tools)

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow test-container check format docs bench audit constraints clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) $(EXPRESS)/node_modules/.ready ## Create .venv with the package and all tools (the other targets do it by themselves)

demo: $(READY) ## Play both providers' failing, recovering and exhausted webhooks against the bundled receivers
	@$(BIN)/python tools/demo.py $(ARGS)

test: $(READY) $(EXPRESS)/node_modules/.ready ## Run the tests, all but those that take minutes
	@$(BIN)/pytest -n auto --dist worksteal --no-header $(ARGS)

test-slow: $(READY) ## Run the tests that take minutes, such as nine minutes of retries in real time
	@$(BIN)/pytest -n auto --dist worksteal --no-header -m slow $(ARGS)

test-container: $(READY) ## Build the image and test it as a container; needs a running Docker engine
	@$(BIN)/pytest --no-header -m container $(ARGS) tests/container

check: $(READY) ## Check format, lint, types, layers and dependencies
	@failed=""; \
	run() { title=$$1; shift; echo "== $$title"; "$$@" || failed="$$failed $$title"; }; \
	run format $(BIN)/ruff format --check --quiet .; \
	run lint $(BIN)/ruff check --quiet .; \
	run types $(BIN)/mypy $(CODE); \
	run layers $(BIN)/lint-imports --no-logo; \
	run dependencies $(BIN)/deptry --no-ansi emulator; \
	if [ -n "$$failed" ]; then echo "make check: failed:$$failed" >&2; exit 1; fi; \
	echo "make check: all passed"

docs: $(READY) ## Write docs/providers.md and docs/endpoint-check.md anew from the profiles and probes
	@$(BIN)/python tools/providers_page.py > docs/providers.md
	@$(BIN)/python tools/endpoint_check_page.py > docs/endpoint-check.md

format: $(READY) ## Rewrite the code in the house's format and mend what the linter can
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

bench: $(READY) ## Measure against the yardsticks and print one table
	@$(BIN)/python -m tests.bench $(ARGS)

audit: $(READY) ## Look the pinned dependencies up in the public list of known vulnerabilities
	@$(BIN)/pip-audit --skip-editable

constraints: ## Write constraints.txt anew from the newest versions that fit
	@sh tools/write-constraints.sh

clean: ## Remove .venv and everything the tools leave behind
	rm -rf $(VENV) $(EXPRESS)/node_modules build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Express, for the receivers of some tests; without it they are skipped, but fail in CI.
$(EXPRESS)/node_modules/.ready: $(EXPRESS)/package.json
	@cd $(EXPRESS) && npm install --no-package-lock --no-audit --no-fund --silent && touch node_modules/.ready || \
	  echo "npm has not installed Express, so no receivers in Express are tested" >&2

# An environment that still runs is brought up to date in place, since another command may be using it.
$(READY): pyproject.toml constraints.txt
	@$(BIN)/python -c "" 2>/dev/null || { \
	  python=$$(PYTHON='$(PYTHON)' sh tools/find-python.sh) || exit 1; \
	  echo "Setting up $(VENV) with $$python (once; about a minute)" >&2; \
	  "$$python" -m venv --clear $(VENV); \
	}
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input -e '.[dev,fast]' -c constraints.txt
	@touch $@
