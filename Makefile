# Everything runs in .venv, which `make setup` builds from requirements.lock.
PYTHON ?= python3
BIN := .venv/bin
SPARK := .venv-spark
FUZZ := .venv-fuzz
MUTATE := .venv-mutate
AUDIT := .venv-audit
PANDAS2 := .venv-pandas2
DOCS := .venv-docs
LOCKED := .venv/.locked
INSTALLED := .venv/.installed
WEB := tests/web/node_modules/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo web test test-spark assure bench bench-big lock check reference docs pictures lock-spark lock-docs fuzz audit sbom lock-fuzz lock-audit lock-pandas2 mutate lock-mutate
.DELETE_ON_ERROR:

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-12s %s\n", $$1, $$2}'

setup: $(INSTALLED) ## build .venv from the lock and install the package in it, editable

$(LOCKED): requirements.lock
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(INSTALLED): $(LOCKED) pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## settle the Tesoma alliance for 2023
	$(BIN)/alliance settle contracts/tesoma.yaml examples/tesoma/measured.csv --period 2023

# What the tests of pages and of the editor need; a machine without npm skips those tests.
$(WEB): tests/web/package-lock.json
	@if command -v npm >/dev/null; then cd tests/web && npm ci --silent --no-audit --no-fund && touch node_modules/.installed; fi

web: $(WEB)

test: setup web ## lint, types, every test, coverage
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m pytest -q --numprocesses auto --dist loadfile --no-loadscope-reorder --cov --cov-report term
	$(BIN)/python -m tests.covered

# Everything else has an environment of its own, built from its lock: Spark because it is heavy, mutmut because it takes the
# tests into its own process, pandas2 for the oldest line of pandas that is supported, with all else as in .venv.
.venv-%/.locked: locks/%.lock
	$(PYTHON) -m venv --clear $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

test-spark: $(SPARK)/.locked ## the tests on Spark, which needs Java
	ALLIANCE_SPARK=1 $(SPARK)/bin/python -m pytest -q tests/spark --confcutdir tests/spark -p no:cacheprovider

mutate: $(MUTATE)/.locked ## plant mistakes where money is decided and see that tests notice; goes on where it stopped
	$(MUTATE)/bin/python -m assurance.mutants

assure: setup web $(PANDAS2)/.locked $(MUTATE)/.locked $(FUZZ)/.installed $(AUDIT)/.locked ## try every promise on exactness and write docs/assurance.md; under 30 minutes
	$(BIN)/python -m assurance -o docs/assurance.md

bench: setup ## measure, each figure beside its goal
	$(BIN)/python -m benchmarks

bench-big: setup $(SPARK)/.locked ## measure 5.5 million persons with 40 million events
	$(BIN)/python -m benchmarks.big --spark $(SPARK)/bin/python

# What fuzzes needs the package itself, editable, so that what is fuzzed is what stands here.
$(FUZZ)/.installed: $(FUZZ)/.locked pyproject.toml
	$(FUZZ)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

fuzz: setup $(FUZZ)/.installed ## a minute of every reader under atheris
	$(BIN)/python -m assurance.fuzzing

audit: setup $(AUDIT)/.locked ## hashes, licences, what was withdrawn, and known vulnerabilities of everything locked
	$(BIN)/python -m assurance.audit

sbom: setup $(AUDIT)/.locked ## write sbom.json, what an install with every extra brings (CycloneDX)
	$(BIN)/python -m assurance.sbom sbom.json

check: setup ## lint and prove the contracts of this repository; a warning fails too
	$(BIN)/alliance lint contracts --fail-on warning
	$(BIN)/alliance prove contracts/*.yaml > /dev/null

reference: setup ## write the generated pages of the docs anew: rules, keys and commands
	$(BIN)/python -m docs.generate

pictures: setup ## make every picture of the docs anew (needs poppler)
	$(BIN)/python -m docs.draw

docs: $(DOCS)/.locked ## build the site in docs/_build/html; a warning fails
	$(DOCS)/bin/python -m sphinx -q -W --keep-going -n -b html -d docs/_build/doctrees docs docs/_build/html

lock: ## write requirements.lock anew (needs uv on the PATH)
	uv pip compile pyproject.toml --group dev --extra scale --extra excel --extra report --extra pdf --extra prove \
		--extra sql --extra notebook --universal --python-version 3.11 --fork-strategy fewest \
		--generate-hashes --no-header --no-annotate --quiet -o requirements.lock

lock-spark: ## write locks/spark.lock anew
	uv pip compile pyproject.toml --group dev --extra scale --extra spark --universal --python-version 3.11 \
		--fork-strategy fewest --generate-hashes --no-header --no-annotate --quiet \
		-o locks/spark.lock

lock-docs: ## write locks/docs.lock anew
	uv pip compile --group docs --universal --python-version 3.11 --fork-strategy fewest \
		--generate-hashes --no-header --no-annotate --quiet -o locks/docs.lock

lock-fuzz: ## write locks/fuzz.lock anew
	uv pip compile pyproject.toml --group fuzz --extra scale --extra excel --universal --python-version 3.11 \
		--fork-strategy fewest --generate-hashes --no-header --no-annotate --quiet \
		-o locks/fuzz.lock

lock-audit: ## write locks/audit.lock anew
	uv pip compile --group audit --universal --python-version 3.11 --fork-strategy fewest \
		--generate-hashes --no-header --no-annotate --quiet -o locks/audit.lock

lock-pandas2: ## write locks/pandas2.lock anew
	uv pip compile pyproject.toml --group pandas2 --extra scale --universal --python-version 3.11 --fork-strategy fewest \
		--generate-hashes --no-header --no-annotate --quiet -o locks/pandas2.lock

lock-mutate: ## write locks/mutate.lock anew, with the versions of requirements.lock
	uv pip compile pyproject.toml --group mutate --extra sql --constraint requirements.lock --universal \
		--python-version 3.11 --fork-strategy fewest --generate-hashes --no-header --no-annotate --quiet \
		-o locks/mutate.lock
