"""Help in the Processing window: no shell line, a tooltip for every parameter, errors in words; examples have a page."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def algorithms(qgis_app):
    from onemap.processing_algs.provider import algorithm_classes

    return [kind().create() for kind in algorithm_classes()]


def test_no_shell_line_in_the_window_but_an_example_on_the_page(algorithms):
    page = (ROOT / "resources" / "help" / "examples.html").read_text(encoding="utf-8")
    for algorithm in algorithms:
        shown = algorithm.shortHelpString()
        assert shown and not re.search(r"tools/process|qgis_process| --[A-Z]|ONEMAP_", shown), algorithm.name()
        assert f"onemap:{algorithm.name()} --" in algorithm.example()
        assert f'id="{algorithm.name()}"' in page, "run make docs"
        assert algorithm.helpUrl().endswith(f"examples.html#{algorithm.name()}")


def test_the_page_of_examples_is_not_stale(qgis_app):
    import examples_page

    assert examples_page.PAGE.read_text(encoding="utf-8") == examples_page.current(), "run make docs"


def test_every_parameter_has_a_tooltip_in_both_languages(algorithms):
    import json

    texts = json.loads((ROOT / "resources" / "help" / "parameters.json").read_text(encoding="utf-8"))
    missing = [f"{a.name()}.{p.name()}" for a in algorithms for p in a.parameterDefinitions()
               if not p.help() or p.name() not in texts and f"{a.name()}.{p.name()}" not in texts]  # fmt: skip
    assert not missing, "add them to resources/help/parameters.json"
    assert all(entry["en"] and re.search("[一-鿿]", entry["zh"]) for entry in texts.values())


def test_a_fault_of_the_program_is_told_in_words_and_traced_in_the_log(qgis_app):
    from onemap.processing_algs.base import user_error
    from qgis.core import QgsApplication, QgsProcessingException

    lines = []

    def keep(message, tag, level):
        lines.append(message)

    log = QgsApplication.messageLog()
    log.messageReceived.connect(keep)  # let go of again: a log that calls into a test of yesterday crashes QGIS
    try:
        with pytest.raises(QgsProcessingException) as caught, user_error():
            {}["no such key"]
    finally:
        log.messageReceived.disconnect(keep)
    assert (
        "KeyError" not in str(caught.value)
        and "no such key" not in str(caught.value)
        and "support" in str(caught.value)
    )
    assert any("KeyError" in line for line in lines)
