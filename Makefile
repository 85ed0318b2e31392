# Two commands start the house: `make demo` and `make test`. `make` alone lists the rest.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
READY  := $(VENV)/.ready
# The state of a real team lives in the user's data folder; the demo's stands beside its books.
TEAM   := demo/team
SEEDS  := 20000
CRM    := SHEETCRM_STATE=demo/state $(PY) cli.py

.DEFAULT_GOAL := help
.PHONY: help demo demo-google pictures report test long lives soak check fix system clean

help:   ## list the commands
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install -qq --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(READY)   ## a team folder with books in demo/team, one pass of the daemon, the monthly report
	@test -d $(TEAM) || $(CRM) init $(TEAM) --demo
	@$(CRM) sync $(TEAM)
	@echo
	@find $(TEAM) -name '*.xlsx' -not -path '*/.*' -not -name '~$$*' | sort
	@echo
	@$(CRM) report $(TEAM)

demo-google: $(READY) ## Google Sheets without Google: an emulator on this machine, for trying the commands
	$(PY) -m tests.google.emulator

pictures: demo system ## the pictures of docs/img anew, from the demo
	SHEETCRM_STATE=demo/state $(PY) -m tests.acceptance.pictures docs/img $(TEAM)

report: $(READY) ## the demo's report again: make report ARGS='--month 2026-03'
	@$(CRM) report $(TEAM) $(ARGS)

test: $(READY) system ## the tests, under ten minutes; ARGS go to pytest
	$(PY) -m pytest -n 2 --dist loadfile -m 'not soak and not long' $(ARGS)

long: $(READY) system ## whole teams, LibreOffice sessions and killed daemons; CI runs them, too
	$(PY) -m pytest -n 2 --dist loadfile -m 'long and not soak' $(ARGS)

lives: $(READY)  ## simulated lives of teams: make lives SEEDS=20000
	$(PY) -m tests.simulation --seeds $(SEEDS)

# A million lives take some three hours of two cores; stopped, the next `make soak` goes on where they were.
soak: $(READY) system ## the tests that take minutes, then a million simulated lives
	$(PY) -m pytest -m soak $(ARGS)
	$(PY) -m tests.simulation --seeds 1000000 --resume .lives

check: $(READY)  ## format, lint, types, import directions
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --no-logo

fix: $(READY)    ## let ruff repair what it can
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

# What the tests marked `system` look for. Without it they are skipped and say so.
PACKAGES := libreoffice-calc-nogui python3-uno poppler-utils chromium fonts-crosextra-carlito dovecot-imapd systemd

system:          ## bring LibreOffice, Chromium, pdftoppm, Dovecot and systemd when missing and root may install them
	@if command -v soffice && command -v pdftoppm && { command -v dovecot || test -x /usr/sbin/dovecot; } && { command -v chromium || command -v google-chrome; } && command -v systemd-analyze; \
	then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get; \
	then apt-get update -qq && apt-get install -y -qq --no-install-recommends $(PACKAGES); \
	else echo "LibreOffice, Chromium, pdftoppm, Dovecot or systemd is missing: their tests will be skipped."; \
	fi >&2

clean:           ## remove what the commands made, the demo's books too
	rm -rf $(VENV) demo .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov dist
