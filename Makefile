.PHONY: setup demo test lint layout package offline-kit bench i18n docs province
PY = .venv/bin/python

setup:
	@tools/setup

demo: setup
	@$(PY) tools/run_demo.py demo_out

# ARGS reach pytest. Every test runs, on all processors; or what ARGS names (a file, a folder, -k ...), in one process
test: setup
	@$(PY) -m pytest $(if $(filter-out -%,$(ARGS)),,-n logical --maxprocesses 4) $(ARGS)

layout: setup
	@$(PY) -m pytest -q tests/house

lint: setup
	@$(PY) -m ruff check .
	@tools/typecheck
	@$(PY) tools/qt6_check.py

docs: setup
	@$(PY) tools/rules_page.py
	@$(PY) tools/forms_page.py
	@$(PY) tools/examples_page.py

i18n: setup
	@$(PY) tools/update_ts.py

# a release is refused while homepage, tracker and e-mail are placeholders: make package DEV=1 builds anyway
package: setup
	@tools/package $(if $(DEV),--dev)

# a second file for machines without a network: compiled wheels that the repair page unpacks into the profile
offline-kit: setup
	@tools/package --kit

# the peers bring a PROJ and a GDAL of their own: they stay out of the environment that QGIS works with
bench: setup
	@[ -d .venv-bench ] || /usr/bin/python3 -m venv --system-site-packages .venv-bench
	@.venv-bench/bin/python -m pip install -q --disable-pip-version-check -c .venv/constraints.txt -r tools/requirements.txt \
	  geopandas pyogrio scipy pandas pyarrow==17.0.0 duckdb==1.5.5 duckdb-extension-spatial==1.5.5 sedonadb==0.5.0
	@tests/bench/all $(CASES)

# the batch for a whole province, on Spark: make province ARGS="--projects ... --control ... --out ..." (docs/province.md)
province:
	@tools/province/setup
	@tools/province/check $(or $(ARGS),--help)
