# Two commands: `make demo` and `make test`. Each sets up all it needs in .venv, and touches nothing else.

PYTHON ?= python3
VENV ?= .venv
PEOPLE ?= 1000
PORT ?= 8080
SANDBOX_PORT ?= 8090

.PHONY: demo test lint clean help

help:
	@echo "make demo   everything on this machine: stand-in vendors, first sync, panel and API"
	@echo "            (PEOPLE=$(PEOPLE) PORT=$(PORT) SANDBOX_PORT=$(SANDBOX_PORT) may be changed)"
	@echo "make test   all tests, on SQLite and PostgreSQL, with a real Valkey and a real browser"
	@echo "make lint   how the code reads"
	@echo "make clean  forget the demo and the virtual environment"

demo: $(VENV)/ready-for-demo
	@$(VENV)/bin/visavis demo --people $(PEOPLE) --port $(PORT) --sandbox-port $(SANDBOX_PORT) || [ $$? -eq 130 ]

test: $(VENV)/ready-for-test lint
	$(VENV)/bin/python -m pytest

lint: $(VENV)/ready-for-test
	$(VENV)/bin/ruff check --quiet --no-cache .
	$(VENV)/bin/ruff format --check --quiet --no-cache .

clean:
	rm -rf $(VENV) var

$(VENV)/ready-for-demo: setup.cfg pyproject.toml | $(VENV)/bin/pip
	@echo "setting up (once, about a minute) ..."
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --editable '.[all]'
	@touch $@

$(VENV)/ready-for-test: setup.cfg pyproject.toml | $(VENV)/bin/pip
	@echo "setting up (once, about a minute) ..."
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --editable '.[all,test]'
	@touch $@ $(VENV)/ready-for-demo

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version). Try: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
		|| { echo "Python's venv is missing. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
