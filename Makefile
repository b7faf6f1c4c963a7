# make demo   judge a sample data set and write its report to readiness/
# make test   run all tests
# make lint   lint, format, types, whether docs/ is what the code says, and whether the site can be built (.venv/site)
# Each installs what it needs, system packages included.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
DEPENDENCIES := pyproject.toml constraints.txt

.PHONY: demo test lint docs clean

demo: .venv/.run
	$(BIN)/prefit check data_samples/adult_income.parquet --target income --expectations expectations --show-values --output readiness

test: .venv/.test .venv/.s3 .venv/.airflow .venv/.mlflow
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

lint: .venv/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python docs/generate.py --check
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet --site-dir .venv/site

docs: .venv/.run
	$(BIN)/python docs/generate.py

clean:
	rm -rf .venv readiness

.venv/.python:
	PYTHON=$(PYTHON) .ci/system_packages run
	$(PYTHON) -m venv .venv
	touch $@

.venv/.run: .venv/.python $(DEPENDENCIES)
	$(PIP) --editable .
	touch $@

.venv/.test: .venv/.run $(DEPENDENCIES)
	PYTHON=$(PYTHON) .ci/system_packages test
	$(PIP) torch==2.13.0  # first, and just this one: others bring a gigabyte of CUDA
	$(PIP) --editable '.[test]'
	touch $@

# The S3 server of the tests wants a version of python-dateutil that prefit's libraries have left behind.
.venv/.s3: .venv/.python tests/sources/s3_server.txt
	$(PYTHON) -m venv .venv/s3
	.venv/s3/bin/python -m pip install --quiet --disable-pip-version-check --requirement tests/sources/s3_server.txt
	touch $@

# Airflow has versions of its own of libraries that prefit uses; there prefit is the operator alone, without libraries.
.venv/.airflow: .venv/.python tests/integrations/airflow.txt pyproject.toml
	$(PYTHON) -m venv .venv/airflow
	.venv/airflow/bin/python -m pip install --quiet --disable-pip-version-check --requirement tests/integrations/airflow.txt
	.venv/airflow/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

# MLflow too: there prefit is what logs a report that was written elsewhere.
.venv/.mlflow: .venv/.python tests/integrations/mlflow.txt pyproject.toml
	$(PYTHON) -m venv .venv/mlflow
	.venv/mlflow/bin/python -m pip install --quiet --disable-pip-version-check --requirement tests/integrations/mlflow.txt
	.venv/mlflow/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

.venv/.lint: .venv/.run $(DEPENDENCIES)
	$(PIP) --editable '.[lint]'
	touch $@
