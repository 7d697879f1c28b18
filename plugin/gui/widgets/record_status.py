"""How the states of a record are called and coloured, the same in every list."""

from ...bridge.i18n import tr

STATUS_COLOURS = {
    "draft": "#eeeeee",
    "ready": "#bbdefb",
    "submitted": "#ffe0b2",
    "returned": "#ffcdd2",
    "approved": "#c8e6c9",
}


def status_names() -> dict:
    """{status: words}"""
    return {
        "draft": tr("Draft"),
        "ready": tr("Ready"),
        "submitted": tr("Submitted"),
        "returned": tr("Returned"),
        "approved": tr("Approved"),
    }
