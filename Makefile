# `make` alone lists the commands.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
T ?= tests

.PHONY: help setup demo run test check fix browser bench soak lock messages screenshots

help: ## List the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# Everything is installed from hash-locked lists; again only when those change.
$(STAMP): requirements/dev.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) tools/environment.py $(VENV)
	@echo "Installing what Juara needs…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

setup: $(STAMP) ## Install everything and build styles, scripts and translations
	@$(BIN)/python tools/assets.py
	@$(BIN)/python tools/translations.py compile

demo: setup ## Show a living product on http://127.0.0.1:8000
	@$(BIN)/juara demo

run: setup ## Serve the product on http://127.0.0.1:8000
	@$(BIN)/juara run

test: setup ## Run the tests (T=path for some of them)
	@$(BIN)/python -m pytest -m "not soak" -n 2 --dist loadscope --no-loadscope-reorder $(T)

browser: setup ## Run only the browser tests
	@$(BIN)/python -m pytest -m browser tests

soak: setup ## Run the long campaigns: a gigabyte, long property tests
	@JUARA_LONG=1 $(BIN)/python -m pytest -m soak --timeout 7200 tests

check: setup ## Check style, types, import rules, templates, migrations, docs
	@$(BIN)/python -m tools.checks

fix: $(STAMP) ## Mend style where a tool can
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

bench: setup ## Measure; see bench/README.md
	@$(BIN)/python -m bench

messages: setup ## Collect strings to translate into juara/locale
	@$(BIN)/python tools/translations.py collect

screenshots: setup ## Take pictures of every page of a running demo, and of the docs
	@$(BIN)/python -m tools.screenshots

lock: $(STAMP) ## Pin the requirements anew
	@for list in base dev; do $(BIN)/uv pip compile requirements/$$list.in --universal \
		--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --quiet \
		--custom-compile-command "make lock" -o requirements/$$list.txt; done
