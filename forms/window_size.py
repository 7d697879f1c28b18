"""How large the windows of the forms open."""

from qgis.PyQt.QtGui import QGuiApplication


def fitting(width: int, height: int) -> tuple[int, int]:
    """A window's size, or what the screen has room for: 1366 x 768, or less of it at 150 %."""
    room = QGuiApplication.primaryScreen().availableSize()
    return min(width, room.width() - 40), min(height, room.height() - 80)
