# Each target works on a fresh clone by itself: what it needs is set up first, once.
#   make demo [PORT=8080]   a sample company on the built-in chat
#   make test               everything that is checked
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help setup setup-dev demo test bench check catalogs hooks lock

PYTHON ?= python3
PORT ?= 8080
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --no-strip-extras --build-deps-for=editable \
	--no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

help:
	@echo "make setup | demo [PORT=8080] | test | bench | check | lock"

setup: .venv/.run

setup-dev: .venv/.dev

.venv/.run: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tocsin needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	@echo "Setting up .venv …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) install --require-hashes --only-binary :all: --requirement requirements.lock
	@$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@$(BIN)/pybabel --quiet compile --directory locales --domain tocsin
	@touch $@

.venv/.dev: .venv/.run requirements-dev.lock
	@echo "Setting up what the checks need …"
	@$(PIP) install --require-hashes --only-binary :all: --requirement requirements-dev.lock
	@touch $@

demo: setup
	@$(BIN)/tocsin demo --port $(PORT)

# Compiles the catalogs where the texts have changed.
catalogs: setup
	@$(BIN)/pybabel --quiet compile --directory locales --domain tocsin

check: setup-dev catalogs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -q --no-header -p no:cacheprovider tests/i18n
	@$(BIN)/tocsin check

# The tests' databases commit thousands of times: they stand in memory where the machine has a place for that.
# In CI everything runs: there a missing Chromium or LibreOffice is an error, not a smaller run.
# Counting coverage makes a test two to five times as long: it is counted where that is cheap, and that is enough.
test: check
	@rm -f .coverage .coverage.*
	@chosen=""; \
	if [ "$${CI:-}" != true ]; then \
	  command -v chromium chromium-browser google-chrome >/dev/null || chosen="not browser"; \
	  { command -v soffice && command -v pdftotext; } >/dev/null || chosen="$${chosen:+$$chosen and }not office"; \
	fi; \
	if [ -n "$$chosen" ]; then \
	  echo "This run is \"$$chosen\": Chromium, or LibreOffice with poppler, is not on PATH. To add them on Debian:"; \
	  echo "apt-get install chromium fonts-noto-cjk libreoffice-writer-nogui poppler-utils"; \
	fi; \
	if test -w /dev/shm; then export TMPDIR=/dev/shm; fi; \
	$(BIN)/python -m pytest -n auto --cov --cov-report=term:skip-covered -m "not uncounted$${chosen:+ and $$chosen}"; \
	$(BIN)/python -m pytest -n auto -m "uncounted$${chosen:+ and $$chosen}"

bench: setup-dev catalogs
	@$(BIN)/python -m benchmarks

hooks: setup-dev
	@$(BIN)/pre-commit install

# Newest versions that fit pyproject.toml, with the hash of every file of each. Names no index.
lock: setup-dev
	@$(LOCK) --upgrade --output-file requirements.lock pyproject.toml
	@$(LOCK) --upgrade --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
