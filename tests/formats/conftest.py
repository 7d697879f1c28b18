"""Errors are worded in Chinese, as county staff read them."""

import pytest


@pytest.fixture
def chinese():
    from onemap.plugin.core import messages

    messages.set_language("zh")
    yield
    messages.set_language("en")
