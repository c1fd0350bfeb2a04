# What people type. `make` alone prints the targets.
SHELL := /bin/bash
PYTHON ?= python3
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help setup finetune plan status check test lint benchmark-local benchmark-start lock clean

help: ## print the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-16s %s\n", $$1, $$2 }'

setup: .venv/installed ## install everything into .venv (pinned, hashed)

.venv/installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say which: make PYTHON=python3.12"; exit 1; }
	@echo "setting up .venv (a minute or two, once)"
	@$(PYTHON) -m venv --clear .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@touch $@

finetune: setup ## make this generation: whatever of the pipeline is not up to date
	@python -m finetune make

plan: setup ## say what `make finetune` would do, and whether it would submit a job
	@python -m finetune plan

status: setup ## say where the jobs are (also while a stage runs)
	@python -m finetune status

check: setup ## hold the courses and corrections against the course rules
	@python -m finetune check

test: setup ## lint, type-check and run the tests
	@ruff check . && ruff format --check . && mypy && python -m pytest

benchmark-local: setup ## cross-validate the local provider's extractor
	@python -m benchmarks.local

benchmark-start: setup ## time the start of each stage, and `dvc repro` with nothing to do
	@python -m benchmarks.start

lock: ## resolve the dependencies again (needs uv)
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.lock

clean: ## remove what can be made again: data, models and answers that DVC has, caches
	@git clean -Xdfq models skills
	@find benchmarks finetune scripts tests -name __pycache__ -prune -exec rm -rf {} +
	@rm -rf .mypy_cache .pytest_cache .ruff_cache
	@echo "removed what can be made again; the ledger, .venv, .finetune and DVC's cache stay (\`dvc checkout\` brings the rest back)"
