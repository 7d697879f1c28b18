"""A platform in memory, real workspaces, and callers of both sides."""

import pytest
from onemap.tests.support.sync_fixtures import a, desk, make_desk, platform, reviewer, start_platform  # noqa: F401


@pytest.fixture(autouse=True)
def _english():
    from onemap.plugin.core import messages

    messages.set_language("en")
