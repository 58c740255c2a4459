# Commands for people; a bare `make` explains them. Everything they need is installed into .venv.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The version that uv.lock was resolved with.
UV_VERSION := 0.13.9
# Any Python 3.11; `make PYTHON=/path/to/python3.11 run` if it is not found.
PYTHON ?= $(shell command -v python3.11 || command -v python3)

export UV_PYTHON_DOWNLOADS := never
export DO_NOT_TRACK := 1
export RUNTIME__DLTHUB_TELEMETRY := false
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
# Where it is set, every start compiles everything anew, which doubles its time.
unexport PYTHONDONTWRITEBYTECODE
# Another active environment is not ours.
unexport VIRTUAL_ENV

python := .venv/bin/python
installed := .venv/installed

.PHONY: help install run test check clients ui sandbox doctor rescore impact rollback graph benchmark audit clean

help: ## this list
	@echo "Customer health score. make ..."
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14
	@echo
	@echo "Settings, as variables of the environment:"
	@echo "  AS_OF=2026-12-15T00:00:00Z   the sandbox's clock (default: 2026-11-15, or the last run's)"
	@echo "  FIRST_SCORE_MONTH=2025-01    where history starts (default: 24 months back)"
	@echo "  SANDBOX_ACCOUNTS=50          size of the simulated company (default: 200)"
	@echo "  FULL_RELOAD=all              read vendors again from the beginning (or salesforce,zendesk)"
	@echo "  PORT=3001                    of make ui (default: 3000)"
	@echo "  HTTPS=1                      make sandbox by https; its settings name the certificate"
	@echo "Your own vendors: copy .dlt/secrets.toml.example to .dlt/secrets.toml; see README.md."

install: $(installed) ## the locked environment into .venv; the others do it by themselves

$(installed): uv.lock pyproject.toml
	@if [ ! -x .venv/bin/uv ]; then \
		"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
			echo "Python 3.11 is needed, with venv; found: $(PYTHON)." \
				"Install it, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }; \
		"$(PYTHON)" -m venv .venv; \
		.venv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); \
	fi
	@echo "Installing the locked environment into .venv ..."
	@.venv/bin/uv sync --quiet --frozen --compile-bytecode --project .
	@touch $(installed)

run: install ## load, score and publish what is new, and say how the customers are
	@$(python) -m orchestration run

test: check ## everything: linters, unit tests, dbt, the whole way from HTTP to the published file
	@mkdir -p data/lint && WAREHOUSE_PATH=$(CURDIR)/data/lint/warehouse.duckdb \
		DBT_TARGET_PATH=$(CURDIR)/data/lint/dbt .venv/bin/sqlfluff lint --processes 2 --nocolor --disable-progress-bar \
		dbt_project/models dbt_project/tests dbt_project/snapshots
	@$(python) -m pytest -m slow --numprocesses 2 --dist loadfile --no-loadscope-reorder

check: install ## in seconds: linter, formatter, unit tests
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --quiet --check . || { echo "Run .venv/bin/ruff format" >&2; exit 1; }
	@$(python) -m pytest -m "not slow"

ui: install ## Dagster's web server: the asset graph, all runs, checks, the daily schedule
	@$(python) -m orchestration ui

clients: install ## the sandbox under public client programs of its vendors; make test has them too
	@$(python) -m pytest tests/ingestion/sandbox/clients

sandbox: install ## the four vendors' APIs on loopback, until stopped; prints their settings
	@$(python) -m ingestion.sandbox $(if $(HTTPS),--https)

doctor: install ## try every vendor's key on every table: what works, what is missing, what that costs
	@$(python) -m orchestration doctor

rescore: install ## score past months under any version: SCORECARD=... VERSION=... FROM=2025-06
	@$(python) -m orchestration rescore $(SCORECARD) $(VERSION) $(FROM)

impact: install ## what the working tree's models and seeds change in the scores, by cause; FROM=...
	@$(python) -m orchestration impact $(FROM)

rollback: install ## publish the version before the published one again (VERSION=... another)
	@$(python) -m orchestration rollback $(VERSION)

graph: install ## write down the asset graph that tests compare with, after a wanted change
	@$(python) -m orchestration graph

benchmark: install ## how the scoring build grows, beside hand-written SQL; a few minutes
	@$(python) -m benchmarks

audit: install ## known vulnerabilities of the locked packages, by the public advisory database (osv.dev)
	@.venv/bin/uv audit --quiet --frozen --preview-features audit

clean: ## remove all data: warehouse, published versions, runs. The environment stays
	@rm -rf data .pytest_cache .hypothesis .ruff_cache dbt_project/target dbt_project/logs
	@echo "Removed data/: the next make run starts from nothing."
