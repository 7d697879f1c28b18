"""OneMap Desk (一张图工作台): the territorial plan's one map on a planner's desk."""


def classFactory(iface):
    """Return the plugin object; QGIS calls this once when it loads the plugin."""
    from .plugin.main import OneMapPlugin

    return OneMapPlugin(iface)
