"""Let the tests of this folder import their helpers by name; errors are worded in Chinese, as county staff read them."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def chinese():
    from onemap.plugin.core import messages

    messages.set_language("zh")
    yield
    messages.set_language("en")
