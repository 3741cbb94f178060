# Udagram: the course and the application. `make` alone explains every target.
PYTHON  ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
STAGE   ?= dev
REGION  ?= $(or $(AWS_REGION),us-east-1)
WORKERS ?= 2
.DEFAULT_GOAL := help
.PHONY: help run test test-all check bench demo notebooks img slides package deploy deploy-local remove clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/workbook ## start the complete system: the page, the notebooks, the console
	@$(BIN)/python -m serverless_app.local run

test: $(VENV)/test ## run all checks, tests and notebooks (about 6 minutes on two cores)
	@$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile -m "not slow"
	$(BIN)/python -m pytest -q --nbval -n $(WORKERS) --dist loadfile notebooks

test-all: test ## the same, and what takes too long for every day
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile -m slow

check: $(VENV)/test ## lint, format, types and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/test ## measure speed, beside serverless-offline and MiniStack where they install: a table and a plot
	$(BIN)/python -m tests.bench --peers

demo: $(VENV)/workbook ## give a demo: make demo N=01
	@$(BIN)/python -m demos.$(basename $(notdir $(wildcard demos/$(N)_*.py)))

notebooks: $(VENV)/test ## execute the notebooks and save them with their outputs
	$(BIN)/python notebooks/build.py

slides: $(VENV)/workbook ## make slides of the notebooks: dist/slides, for a projector without a network
	@command -v npm >/dev/null || { echo "make slides needs reveal.js, which npm installs: install Node 20 or newer."; exit 1; }
	@$(MAKE) --no-print-directory node_modules/.package-lock.json
	@$(BIN)/python -m notebooks.slides

img: $(VENV)/test ## draw the figures from img/sources/
	$(BIN)/python -m img.sources

package: $(VENV)/test node_modules/.package-lock.json ## compile the templates, build the deployed zip
	$(BIN)/python -m serverless_app.deployment.package

DEPLOYMENT := --stage $(STAGE) --region $(REGION) $(foreach each,$(PARAMS),--param $(each)) $(if $(YES),--yes)

deploy: $(VENV)/test node_modules/.package-lock.json ## deploy to AWS: make deploy STAGE=dev [REGION=…] [PARAMS="search=off"] [YES=1]
	@$(BIN)/python -m serverless_app.deployment.deploy deploy $(DEPLOYMENT)

remove: $(VENV)/test node_modules/.package-lock.json ## take a stage away from AWS again: make remove STAGE=dev
	@$(BIN)/python -m serverless_app.deployment.deploy remove $(DEPLOYMENT)

deploy-local: $(VENV)/test node_modules/.package-lock.json ## the same tool against the laptop cloud: deploy, look, remove
	@$(BIN)/python -m serverless_app.deployment.deploy_local

clean: ## remove everything that was installed, built or measured
	rm -rf $(VENV) node_modules .build .local .serverless dist bench-results .mypy_cache .ruff_cache .hypothesis

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --legacy-peer-deps --no-audit --no-fund
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; PYTHON=/path/to/python3.x make … chooses one."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Without the venv module: install python3-venv (Debian), or pip install virtualenv."; \
	  $(PYTHON) -m virtualenv $(VENV); }

$(VENV)/workbook: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Installing what the lessons need into $(VENV) (once, about a minute) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[workbook]'
	@touch $@

$(VENV)/test: $(VENV)/workbook
	@echo "Installing what the tests need into $(VENV) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@
