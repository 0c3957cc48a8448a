# Commands of the project. `make help` lists them; README.md explains the first two.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo up test bench bench-audit bench-pages bench-reconcile conformance soak tamper tamper-bundle patterns lock schedules screenshots clean

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

demo: $(VENV)/.installed  ## load the sample district, play its story, keep serving (ARGS=--exit stops after the summary)
	@$(BIN)/dondoc demo $(ARGS)

up: $(VENV)/.installed  ## start everything on this machine and serve
	@$(BIN)/dondoc up $(ARGS)

test: $(VENV)/.installed-dev $(VENV)/.browser  ## linters, types, import rules and the whole test suite
	@$(BIN)/python -m tests.gate $(ARGS)

bench: $(VENV)/.installed-dev  ## measure speed and memory as ratios; writes docs/performance.md (about 9 minutes)
	@$(BIN)/python -m bench $(ARGS)

bench-audit: $(VENV)/.installed-dev  ## measure verification, checkpoints and proofs on a million events; writes docs/performance-audit.md (about 20 minutes)
	@$(BIN)/python -m bench.audit $(ARGS)

bench-pages: $(VENV)/.installed-dev $(VENV)/.browser  ## measure the pages over 25,000 directives; writes docs/performance-pages.md (about 9 minutes)
	@$(BIN)/python -m bench.pages $(ARGS)

bench-reconcile: $(VENV)/.installed-dev  ## how long 1,000 directives take to compare with their histories (about 5 minutes)
	@$(BIN)/python -m bench.reconcile $(ARGS)

soak: $(VENV)/.installed-dev  ## the long runs of which the tests have a sample: 5,000 reports over three years (about 5 minutes)
	@DONDOC_SOAK_REPORTS=5000 $(BIN)/python -m pytest -q -rP tests/workflows/test_three_years.py $(ARGS)

schedules: $(VENV)/.installed-dev  ## 100,000 random schedules through the pure core, of which the tests have a sample (about 1 minute)
	@DONDOC_TEST_SCHEDULES=100000 $(BIN)/python -m pytest -q tests/simulation/test_schedules.py $(ARGS)

tamper: $(VENV)/.installed-dev  ## 10,000 tamperings with a record and 1,000 clean runs, of which the tests have a sample (about 9 minutes)
	@DONDOC_TAMPERINGS=715 DONDOC_CLEAN_RUNS=1000 $(BIN)/python -m pytest -q -rP --timeout 1800 tests/audit/verify/test_tamperings.py $(ARGS)

conformance: $(VENV)/.installed-dev  ## two thousand random lives held to the written rules (about 4 minutes)
	@DONDOC_TEST_WALKS=2000 $(BIN)/python -m pytest -q tests/conformance/test_clean.py $(ARGS)

tamper-bundle: $(VENV)/.installed-dev  ## 12,600 tamperings with an offline bundle, of which the tests have a sample (about 2 minutes)
	@DONDOC_BUNDLE_TAMPERINGS=700 $(BIN)/python -m pytest -q -rP --timeout 1800 tests/audit/bundle/test_tampering.py $(ARGS)

patterns: $(VENV)/.installed-dev  ## write docs/patterns.md and docs/matrix.* anew
	@$(BIN)/python -m tests.completeness

lock: $(VENV)/.installed-dev  ## renew the hash locks from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --extra build -o requirements.lock pyproject.toml
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --extra build --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

screenshots: $(VENV)/.installed-dev $(VENV)/.browser  ## write docs/pages/*.png anew, as the browser tests see the pages
	@DONDOC_SCREENSHOTS=docs/pages $(BIN)/python -m pytest -q tests/api/browser/test_every_page.py $(ARGS)

clean:  ## remove the virtual environment and caches (the record under .dondoc stays)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Đôn Đốc needs Python 3.11 or newer; set PYTHON=/path/to/python3")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing what Đôn Đốc needs into $(VENV) (once) …"
	@$(PIP_INSTALL) --require-hashes -r requirements.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# Most of it is never imported: what is, Python compiles then.
$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing what the tests need into $(VENV) (once) …"
	@$(PIP_INSTALL) --no-compile --require-hashes -r requirements-dev.lock
	@touch $@

# Chromium for the tests of pages: one that is there already, the system's package, or Playwright's own build.
$(VENV)/.browser: | $(VENV)/.installed-dev
	@command -v chromium chromium-browser google-chrome > /dev/null || { echo "Installing Chromium for the tests of pages (once) …"; \
	  if command -v apt-get > /dev/null && [ "$$(id -u)" = 0 ]; \
	  then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium fonts-liberation > /dev/null; \
	  else $(BIN)/playwright install chromium; fi; }
	@touch $@
