"""OneMap Desk (一张图工作台): the territorial plan's one map on a planner's desk."""

import sys

# an earlier version that was loaded in this session must not stay below the new one: QGIS forgets only the modules that
# it saw being imported, and a class made by the old base is none of ours
for _name in [name for name in sys.modules if name.startswith(__name__ + ".")]:
    del sys.modules[_name]


def classFactory(iface):
    """Return the plugin object; QGIS calls this once when it loads the plugin."""
    from .plugin.main import OneMapPlugin

    return OneMapPlugin(iface)
