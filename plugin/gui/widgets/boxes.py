"""Boxes to choose from that fit into a narrow dock."""

from qgis.PyQt.QtWidgets import QComboBox

_LEAST_LETTERS = 8


def narrow(box: QComboBox) -> None:
    """However long its entries are, a box takes no more room than there is."""
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(_LEAST_LETTERS)
