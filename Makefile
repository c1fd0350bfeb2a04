# What people type. `make` alone prints the targets.
SHELL := /bin/bash
PYTHON ?= python3
# Tests wait for servers and for other processes: one worker more than there are cores.
WORKERS = $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.PHONY: help setup browser finetune plan estimate spend status record adopt abandon gate compare verify check test
.PHONY: crash-matrix
.PHONY: benchmark-local benchmark-score benchmark-start benchmark-tokens benchmark-verdict benchmark-fuzz benchmark-data lock clean

help: ## print the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-18s %s\n", $$1, $$2 }'

setup: .venv/installed .dvc/tmp/plots.html ## install everything into .venv (pinned, hashed)

.venv/installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; say which: make PYTHON=python3.12"; exit 1; }
	@echo "setting up .venv (a minute or two, once)"
	@$(PYTHON) -m venv --clear .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@touch $@

.dvc/tmp/plots.html: .venv/installed finetune/commands/plots.py finetune/commands/plots.html
	@python -m finetune plots

browser: ## install Chromium with apt-get, for the tests that look at pages, unless a browser is there
	@for name in chromium chromium-browser google-chrome chrome; do command -v $$name && exit; done; \
	command -v apt-get > /dev/null || { echo "no browser and no apt-get here: install Chromium or Chrome, so that it is on PATH"; exit 1; }; \
	[ "$$(id -u)" = 0 ] || root=$$(command -v sudo) || { echo "apt-get needs root: run \`make browser\` as root, or install Chromium yourself"; exit 1; }; \
	$$root apt-get update --quiet=2 && $$root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --no-install-recommends chromium \
	|| { echo "apt-get did not install Chromium: install it or Chrome by other means, so that it is on PATH"; exit 1; }

finetune: setup ## make this generation: whatever of the pipeline is not up to date (PROVIDER=anthropic changes who trains)
	@python -m finetune make $(if $(PROVIDER),--provider "$(PROVIDER)")

plan: setup ## say what `make finetune` would do, and whether it would submit a job
	@python -m finetune plan

estimate: setup ## say what the next job and its A/B test may cost, before anything is paid for
	@python -m finetune estimate

spend: setup ## say what jobs and calls did cost so far
	@python -m finetune spend

status: setup ## say where the jobs are (also while a stage runs)
	@python -m finetune status

record: setup ## record the model that a person had trained in a console, and go on: make record MODEL_ID=… JOB_ID=…
	@test -n "$(MODEL_ID)" || { echo "say which model, as the console names it: make record MODEL_ID=… (and JOB_ID=…, the job there)"; exit 2; }
	@python -m finetune record --model-id "$(MODEL_ID)" $(if $(JOB_ID),--job-id "$(JOB_ID)") $(if $(REPLACE),--replace)

adopt: setup ## take up a job of which no id was written down: make adopt JOB_ID=…
	@test -n "$(JOB_ID)" || { echo "say which job, as the provider's console names it: make adopt JOB_ID=…"; exit 2; }
	@python -m finetune adopt "$(JOB_ID)"

abandon: setup ## forget a job of which no id was written down, once a person saw that it is not there
	@python -m finetune abandon

gate: setup ## fail unless the generation meets every criterion of success; for CI
	@python -m finetune gate

compare: setup ## compare the generations of two Git revisions: make compare A=gen-1 B=gen-2
	@test -n "$(A)" -a -n "$(B)" || { echo "say which two: make compare A=gen-1 B=gen-2"; exit 2; }
	@python -m finetune compare "$(A)" "$(B)"

verify: setup ## hold the recorded jobs and models against the data of a revision: make verify REV=HEAD
	@python -m finetune verify $(or $(REV),HEAD)

check: setup ## hold the courses and corrections against the course rules
	@python -m finetune check

test: setup ## lint, type-check and run the tests (SLOW=1: also those that take long and say little more)
	@ruff check . && ruff format --check . && mypy && python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(if $(SLOW),,-m "not slow")
	@python -m finetune verify

crash-matrix: setup ## kill the submitting process everywhere, lose every answer, and count the jobs (some minutes)
	@python -m tests.crashes

benchmark-local: setup ## cross-validate the local provider's extractor
	@python -m benchmarks.local

benchmark-tokens: setup ## measure how well tokens are estimated, on a dozen vocabularies
	@python -m benchmarks.tokens

benchmark-verdict: setup ## measure how often the A/B test calls noise a difference, on simulated answers
	@python -m benchmarks.verdict

benchmark-start: setup ## time the start of each stage, and `dvc repro` with nothing to do
	@python -m benchmarks.start

benchmark-score: setup ## time the check and the score of a long course, beside a plain program
	@python -m benchmarks.score

benchmark-fuzz: setup ## try the linter and every reader on odd input: make benchmark-fuzz FOR=60 SEED=0
	@python -m benchmarks.fuzz $(or $(FOR),60) --seed $(or $(SEED),0)

benchmark-data: setup ## time a million raw records, beside other programs: make benchmark-data RECORDS=1000000 SEED=0 ROUNDS=1
	@python -m benchmarks.data --records $(or $(RECORDS),1000000) --seed $(or $(SEED),0) --rounds $(or $(ROUNDS),1)

lock: ## resolve the dependencies again (needs uv)
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.lock

clean: ## remove what can be made again: data, models and answers that DVC has, caches
	@git clean -Xdfq models skills
	@find benchmarks finetune scripts tests -name __pycache__ -prune -exec rm -rf {} +
	@rm -rf .mypy_cache .pytest_cache .ruff_cache
	@echo "removed what can be made again; the ledger, .venv, .finetune and DVC's cache stay (\`dvc checkout\` brings the rest back)"
