# Atelier's commands. `make help` lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT

.DEFAULT_GOAL := help
.PHONY: help run test bench chaos screenshots look lint format words chromium clean

CATALOGUES := $(wildcard app/translations/*/LC_MESSAGES/messages.po)

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1	\2/' | expand -t 20

run: $(VENV)/.runs $(CATALOGUES:.po=.mo) ## install what is needed and start Atelier on http://127.0.0.1:8000 (HOST, PORT override)
	exec $(BIN)/gunicorn --config gunicorn.conf.py wsgi:app

test: $(VENV)/.tests $(CATALOGUES:.po=.mo) chromium lint ## install what is needed, lint, check types, run every test
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

bench: $(VENV)/.tests ## measure speed and memory beside a plain Flask app and LiteLLM, in one run of some minutes
	$(BIN)/python -m tests.bench

chaos: $(VENV)/.tests ## kill processes 1,000 times in the middle of 5,000 paid calls (to a stand-in) and audit the books
	$(BIN)/python -m tests.contracts.chaos

screenshots: $(VENV)/.tests $(CATALOGUES:.po=.mo) chromium ## take a picture of every page and state into screenshots/, in every width, theme and language
	$(BIN)/python -m tests.browser.screenshots screenshots

look: $(VENV)/.tests $(CATALOGUES:.po=.mo) chromium ## film the twenty-second look that the README shows
	$(BIN)/python -m tests.browser.look static/readme/look.webp

lint: $(VENV)/.tests ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.tests ## lay out the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

words: $(VENV)/.tests ## bring what the code, the templates and the scripts say into the translators' catalogues
	$(call update,messages,app templates)
	$(call update,scripts,static/js)

# $(call update,domain,folders)
define update
	$(BIN)/pybabel --quiet extract --mapping pyproject.toml --add-location file --omit-header --output .$(1).pot $(2)
	$(BIN)/pybabel --quiet update --domain $(1) --input-file .$(1).pot --output-dir app/translations \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	rm .$(1).pot
endef

%.mo: %.po | $(VENV)/.runs
	$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

chromium:
	@sh tests/browser/install-chromium.sh

clean: ## remove the virtual environment and caches (never the data)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Atelier needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runs: requirements.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.tests: requirements.txt requirements-dev.txt | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
