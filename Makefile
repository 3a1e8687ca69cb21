# All that a newcomer needs. `make` alone prints this list.
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
NODE_MODULES := clients/typescript/node_modules
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11

.PHONY: help install pod test test-containers test-staging soak check format lock clients clean

help: ## print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

$(VENV)/.runtime: requirements/runtime.txt requirements/build.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/.clients: requirements/clients.txt $(VENV)/.runtime
	$(BIN)/python -m venv $(VENV)/clients
	$(VENV)/clients/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/clients.txt
	@touch $@

# What Node makes and checks is optional: without it, or without its registry, those tests are skipped.
$(NODE_MODULES)/.package-lock.json: clients/typescript/package-lock.json
	@command -v npm >/dev/null && npm ci --silent --prefix clients/typescript && touch $@ \
	  || echo "npm cannot install: the tests of the TypeScript types are skipped" >&2

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime $(VENV)/.clients
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

install: $(VENV)/.runtime ## install into .venv, locked and hashed

pod: install ## run pod dk in the foreground (Ctrl-C stops it)
	@$(BIN)/unityplan up dk

test: $(VENV)/.dev $(NODE_MODULES)/.package-lock.json check ## pass the whole suite against real servers that it starts itself
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not compose and not soak and not staging"
	$(BIN)/python -m pytest -m "compose and not deployment"

test-containers: $(VENV)/.dev ## the tests that need a Docker engine: images, pods in containers, Traefik, staging, deployments
	$(BIN)/python -m pytest -m compose

test-staging: $(VENV)/.dev ## ask a staging that runs, at STAGING_API_URL and STAGING_WEBSOCKET_URL
	$(BIN)/python -m pytest -m staging

soak: $(VENV)/.dev ## kill servers and services 120 times under load, and say how long anyone waited
	$(BIN)/python -m pytest -m soak

check: $(VENV)/.dev ## format, lint, types, architecture, dependencies
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

format: $(VENV)/.dev ## format and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/.dev ## lock the dependencies anew, with hashes and without addresses
	$(COMPILE) pyproject.toml -o requirements/image.txt
	$(COMPILE) --extra embedded pyproject.toml -o requirements/runtime.txt
	$(COMPILE) --extra embedded --extra pipeline --extra dev pyproject.toml -o requirements/dev.txt
	$(COMPILE) requirements/build.in -o requirements/build.txt
	$(COMPILE) requirements/clients.in -o requirements/clients.txt

clients: $(VENV)/.dev $(NODE_MODULES)/.package-lock.json ## generate the API's document and its clients anew
	$(BIN)/unityplan openapi
	$(BIN)/python -m ops.clients

clean: ## remove the environment and caches (no pod's data)
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache
