# make run, make test: on a fresh machine each does all the set-up it needs.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# The newest Python of those the project runs on that is here; PYTHON=... overrides.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
FILES ?=

.PHONY: help run test fuzz check soak pictures examples card system

help:
	@echo "make run     open the window (with no display: make a picture of it)"
	@echo "make test    run the tests"
	@echo "make fuzz    100,000 mutants of each kind of foreign file (COUNT=..., SEED=...)"
	@echo "make check   lint, format, types, import contracts"
	@echo "make bench   measure what the window and the networks cost (ONLY=slider ...)"
	@echo "make card    write the bundled network's figures and samples into its card"
	@echo "make soak    kill, poke and leave runs alone for some minutes"
	@echo "make pictures, make examples   the guide's pictures, its examples' output"

system:
	@test -n "$(PYTHON)" || { echo "sgviz: Python 3.11 or newer is needed" \
		"(Debian, Ubuntu: apt install python3 python3-venv)" >&2; exit 1; }
	@$(PYTHON) .ci/system_packages.py $(SCREEN)

$(STAMP): pyproject.toml constraints.txt | system
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "sgviz: installing the pinned packages into $(VENV) (once; takes some minutes)"
	$(BIN)/python -m pip install --disable-pip-version-check \
		-c constraints.txt -e '.[test]'
	@touch $@

run: system $(STAMP)
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" != Linux ]; then \
		$(BIN)/python main.py $(FILES); \
	else \
		$(BIN)/python main.py snapshot snapshot.png $(FILES) \
		&& echo "No display here: a picture of the window is in $(CURDIR)/snapshot.png"; \
	fi

test: SCREEN := --screen
test: system $(STAMP)
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

check: system $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict sgviz
	$(BIN)/lint-imports

pictures: SCREEN := --screen
pictures: system $(STAMP)
	$(BIN)/python docs/make_pictures.py

examples: SCREEN := --screen
examples: system $(STAMP)
	$(BIN)/python docs/run_examples.py

fuzz: system $(STAMP)
	@$(BIN)/python -m tests.fuzz $(or $(COUNT),100000) $(or $(SEED),1)

bench: SCREEN := --screen
bench: system $(STAMP)
	@$(BIN)/python -m benchmarks $(if $(ONLY),--only $(ONLY)) $(if $(JSON),--json)

card: $(STAMP)
	$(BIN)/python -m benchmarks.coverage assets/models/portraits-64.safetensors \
		--card assets/models/portraits-64.md --sheet docs/pictures/portraits-64.png

soak: system $(STAMP)
	@$(BIN)/python -m benchmarks.soak $(if $(ONLY),--only $(ONLY))
