"""Fixtures of the core tests."""

from onemap.tests.support.review_core import check  # noqa: F401  (a fixture)
