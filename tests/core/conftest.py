"""Let the tests of this folder import their helpers by name."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from conftest_core import check  # noqa: E402, F401  (a fixture)
