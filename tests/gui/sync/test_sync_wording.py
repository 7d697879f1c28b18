"""The one sentence after a run: what was not sent comes first and is seen."""

import pytest
from qgis.PyQt.QtWidgets import QLabel


def said(**counts):
    from onemap.plugin.gui.sync.wording import result_text
    from onemap.plugin.sync.service import SyncResult

    result = SyncResult(**counts)
    return result_text(result), result


def shown(result, text):
    from onemap.plugin.gui.sync.wording import show_notice

    label = QLabel()
    show_notice(label, text, result)
    return label.text(), "bold" in label.styleSheet()


@pytest.mark.parametrize(
    "counts, text",
    [
        ({"done": 3, "changed": 2}, "Finished: sent 3, received 2."),
        (
            {"done": 1, "conflict": 2, "rejected": 1, "pending": 4},
            "Ended: 7 not sent (2 conflicts to decide, 1 refused by the platform, 4 still waiting), sent 1, received 0.",
        ),
        (
            {"doubled": 1},
            "Finished: sent 0, received 0, 1 numbers given to several records, ask the platform's office.",
        ),
    ],
)
def test_what_was_not_sent_comes_first(qgis_app, counts, text):
    found, result = said(**counts)
    assert found == text
    assert shown(result, found) == (text, found.startswith("Ended"))


def test_an_error_ends_in_one_full_stop_and_a_stop_is_no_error(qgis_app):
    from onemap.plugin.core.errors import Cancelled
    from onemap.plugin.sync.errors import UnreachableError

    found, result = said(pending=2, error=UnreachableError("https://p", "no answer."))
    assert "2 not sent (2 still waiting)" in found and "no answer. Nothing is lost" in found
    assert shown(result, found)[1]
    found, result = said(pending=2, error=Cancelled())
    assert found.startswith("Stopped: 2 not sent") and shown(result, found)[1]
    assert not shown(None, "Decided")[1]


def test_no_wrapping_of_a_library_stands_before_the_reason():
    from onemap.plugin.sync.answers import reason_of

    for wrapped in ("HTTPConnection(host='127.0.0.1', port=9)", "<urllib3.connection.HTTPSConnection object at 0x7f0>"):
        error = OSError(f"{wrapped}: Failed to establish a new connection: [Errno 111] Connection refused")
        assert reason_of(error) == "[Errno 111] Connection refused"
