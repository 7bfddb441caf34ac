# Needs Python 3.11+ with venv, make and a package index; everything else is brought along.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed-$(shell cksum < requirements-dev.lock | tr ' ' -)
BENCH_VENV := .venv-bench
BENCH_STAMP := $(BENCH_VENV)/.installed-$(shell cksum < requirements-bench.lock | tr ' ' -)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# $(call install,environment,lock,stamp): the stamp carries the lock's sum, so that an unchanged
# lock is installed once and a changed one anew.
define install
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
  || { echo "Python 3.11 or newer is needed; say which: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; }
@test -x $(1)/bin/python || $(PYTHON) -m venv $(1)
$(1)/bin/python -m pip install --quiet --require-hashes -r $(2)
@rm -f $(1)/.installed-* && touch $(3)
endef

.DEFAULT_GOAL := help
.PHONY: help venv demo test up bench openapi lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

venv: $(STAMP) ## build the environment from the hashed lock

$(STAMP): requirements-dev.lock
	$(call install,$(VENV),$<,$@)

$(BENCH_STAMP): requirements-bench.lock
	$(call install,$(BENCH_VENV),$<,$@)

demo: venv ## a county's whole cycle on private servers, through the APIs
	@$(PY) -m deploy.local.demo

up: venv ## start the services on private servers and leave them running
	@$(PY) -m deploy.local.up

test: venv ## lint, types, import contracts and all tests, on real servers
	@$(PY) -m deploy.local.check

bench: $(BENCH_STAMP) ## the benchmarks, from their own lock
	@$(BENCH_VENV)/bin/python -m benchmarks

openapi: venv ## write the committed API documents anew
	@$(PY) -m deploy.local.openapi
	@$(PY) -m tests.contracts.operations

COMPILE = uv/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
  --python-version 3.11 --custom-compile-command 'make lock'
lock: ## resolve the locks anew from pyproject.toml
	@tools=$$(mktemp -d) && trap 'rm -rf '$$tools EXIT \
	&& $(PYTHON) -m venv $$tools/uv && $$tools/uv/bin/pip install --quiet uv \
	&& $$tools/$(COMPILE) pyproject.toml -o requirements.lock \
	&& $$tools/$(COMPILE) pyproject.toml --group local --group test \
	  --constraint requirements.lock --no-annotate -o requirements-dev.lock \
	&& $$tools/$(COMPILE) pyproject.toml --group local --group bench \
	  --constraint requirements.lock --no-annotate -o requirements-bench.lock

clean: ## remove the environment, private data and caches
	rm -rf $(VENV) $(BENCH_VENV) .local out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
