# `make run` and `make test` need Python 3.11 to 3.13 and nothing else: what is missing is
# installed into .venv (and, for the tests, a browser). Without make: see README.md.

# TensorFlow has no build for 3.14 yet, so a plain python3 may be too new.
PYTHON ?= $(firstword $(foreach p,python3.13 python3.12 python3.11 python3,\
	$(shell $(p) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $(p))))
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input
SOURCES := capsnet dashboard tests assets
SCRIPTS := 'dashboard/static/**/*.js' '!dashboard/static/vendor/**'

.PHONY: help run test lint browser exported train bench format clean

help:
	@echo "make run      open the explorer in a browser"
	@echo "make test     lint, unit tests and browser tests; ARGS='--thorough' for all of them"
	@echo "make lint     formatting, lint (Python, JavaScript), types, import contracts"
	@echo "make train    train a network; ARGS='--preset notebook --out runs/mine'"
	@echo "make bench    measure this machine; writes build/bench.json; ARGS='--quick'"
	@echo "make format   let ruff (Python) and oxfmt (JavaScript) format the code"
	@echo "make clean    remove .venv, build/ and caches (never runs/)"

run: exported
	@$(PY) -m streamlit run dashboard/app.py $(ARGS)

# In 20 minutes at most. With ARGS=--thorough every test runs, which takes twice as long.
# Where much is broken, the tests wait long for what does not come: it ends with what it knows.
test: lint browser exported
	@$(PY) -m pytest --numprocesses 2 --dist loadfile --maxfail 8 $(ARGS)

lint: $(VENV)/.dev
	@$(PY) -m ruff format --check --quiet $(SOURCES) || { echo "Run: make format"; exit 1; }
	@$(PY) -m ruff check --quiet $(SOURCES)
	@$(PY) -m mypy --no-error-summary
	@$(VENV)/bin/oxlint --quiet --format unix dashboard
	@$(VENV)/bin/oxfmt --list-different $(SCRIPTS) || { echo "Run: make format"; exit 1; }
	@$(PY) -c 'from importlinter.cli import lint_imports_command as run; run()' --no-logo

browser: $(VENV)/.dev
	@tests/e2e/install_browser.sh $(PY)

# What browsers run of the shipped network: made once, in 10 s, and again where its code has changed.
# Without it the pages work too; the server makes it when it is first wanted.
exported: $(VENV)/.runtime
	@$(PY) -m capsnet export || true

train: $(VENV)/.runtime
	@$(PY) -m capsnet train $(ARGS)

bench: browser
	@$(PY) -m tests.bench $(ARGS)

format: $(VENV)/.dev
	@$(PY) -m ruff format --quiet $(SOURCES)
	@$(PY) -m ruff check --quiet --fix $(SOURCES)
	@$(VENV)/bin/oxfmt --write $(SCRIPTS)

clean:
	@rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	@find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

$(PY):
	@test -n "$(PYTHON)" || { echo "Expected Python 3.11, 3.12 or 3.13 on PATH (or: make PYTHON=...)."; exit 1; }
	@echo "Making $(VENV) with $(PYTHON) ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# A stamp is newer than the requirements that were last installed.
$(VENV)/.runtime: requirements.txt pyproject.toml | $(PY)
	@echo "Installing requirements.txt ..."
	@$(PIP) -r $<
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@echo "Installing requirements-dev.txt ..."
	@$(PIP) -r $<
	@touch $@
