.PHONY: setup demo test lint layout package bench i18n docs
PY = .venv/bin/python

setup:
	@tools/setup

demo: setup
	@$(PY) tools/run_demo.py demo_out

test: setup
	@$(PY) -m pytest

layout: setup
	@$(PY) -m pytest -q tests/house

lint: setup
	@$(PY) -m ruff check .

docs: setup
	@$(PY) tools/rules_page.py

i18n: setup
	@$(PY) tools/update_ts.py

package: setup
	@tools/package

bench: setup
	@$(PY) -m pip install -q --disable-pip-version-check -c .venv/constraints.txt geopandas pyogrio scipy pandas
	@$(PY) tests/bench/county.py
