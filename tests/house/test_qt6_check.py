"""The check for PyQt6 finds what breaks there, and the tree has none of it."""

import subprocess
from pathlib import Path

import pytest
import qt6_check

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def stubs():
    try:
        return qt6_check.Stubs()
    except (SystemExit, subprocess.CalledProcessError):
        pytest.skip("PyQt6's type stubs cannot be fetched")


@pytest.mark.parametrize(
    "line, word",
    [
        ("from qgis.PyQt.QtCore import Qt\nQt.AlignRight", "AlignRight"),
        ("from qgis.PyQt.QtWidgets import QMessageBox as Box\nBox.Yes", "Yes"),
        ("from qgis.PyQt.QtWidgets import QActionGroup", "QActionGroup"),
        ("from qgis.PyQt.QtCore import QVariant\nQVariant.String", "String"),
        ("dialog.exec_()", "exec_"),
        ("from qgis.PyQt.QtCore import Qt\nint(Qt.CheckState.Checked)", "numbers"),
        ("from qgis.PyQt.QtCore import QRegExp", "QRegExp"),
    ],
)
def test_what_breaks_is_found(stubs, line, word):
    assert any(word in what for _, what in qt6_check.faults(line, stubs))


@pytest.mark.parametrize(
    "line",
    [
        "from qgis.PyQt.QtCore import Qt\nQt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop",
        "from qgis.PyQt.QtWidgets import QAction, QHeaderView\nQHeaderView.ResizeMode.Stretch",
        "try:\n    from qgis.PyQt.QtGui import QActionGroup\nexcept ImportError:\n    from qgis.PyQt.QtWidgets import QActionGroup",
        "from qgis.PyQt.QtWidgets import QFrame, QScrollArea\nQScrollArea.Shape.NoFrame",
    ],
)
def test_what_works_passes(stubs, line):
    assert qt6_check.faults(line, stubs) == []


def test_the_tree_is_clean(stubs):
    assert not qt6_check.main([])
