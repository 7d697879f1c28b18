"""What every algorithm of the provider shares."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from traceback import clear_frames
from typing import Any

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterDefinition,
)
from qgis.PyQt.QtCore import QUrl

from ..plugin.bridge.foreign_threads import keep_thread_state, window_collects
from ..plugin.bridge.i18n import tr
from ..plugin.bridge.layers.output_files import OutputFiles, Place, refuse_held, refuse_overwriting
from ..plugin.bridge.layers.unreadable import why_unreadable
from ..plugin.bridge.review.rounds_target import window_workspace
from ..plugin.bridge.tasks import unexpected
from ..plugin.core.errors import OneMapError
from ..plugin.core.messages import language
from ..plugin.paths import HELP
from ..plugin.store.notices import listening
from . import places

_LAYER_TYPES = ("source", "vector", "multilayer", "layer")
_TYPED = ("datetime", "number", "distance", "area", "duration", "scale")
_ENDLESS = 1e9  # a bound beyond stands for none
_EXAMPLES = ("Example:", "示例：")


class OneMapAlgorithm(QgsProcessingAlgorithm):
    """Base of all algorithms. A subclass sets NAME, GROUP_ID and defines title(), help_text(), initAlgorithm() and
    compute().

    `compute(parameters, context, feedback)` does the work and returns the outputs; an error of our tree becomes a
    QgsProcessingException with the same words.
    """

    NAME = ""
    GROUP_ID = "tools"

    def createInstance(self) -> "OneMapAlgorithm":
        return type(self)()

    def name(self) -> str:
        return self.NAME

    def displayName(self) -> str:
        return self.title()

    def groupId(self) -> str:
        return self.GROUP_ID

    def group(self) -> str:
        return {
            "review": tr("Review"),
            "siting": tr("Siting"),
            "quality": tr("Quality"),
            "reporting": tr("Reporting"),
            "monitoring": tr("Monitoring"),
            "exchange": tr("Exchange"),
            "tools": tr("Tools"),
        }[self.GROUP_ID]

    def shortHelpString(self) -> str:
        """The help without its example, which stands on a page of its own (resources/help/examples.html)."""
        return "\n".join(line for line in self.help_text().split("\n") if not line.startswith(_EXAMPLES))

    def helpUrl(self) -> str:
        return QUrl.fromLocalFile(str(HELP / "examples.html")).toString() + f"#{self.NAME}"

    def example(self) -> str:
        """The example command of the help, without the word before it; "" where it has none."""
        lines = [line for line in self.help_text().split("\n") if line.startswith(_EXAMPLES)]
        return re.split("[:：]", lines[0], maxsplit=1)[1].strip() if lines else ""

    def addParameter(self, parameter: QgsProcessingParameterDefinition, *rest: Any) -> bool:
        """Add a parameter, with a tooltip that says what it is for."""
        if not parameter.help():
            parameter.setHelp(parameter_help(self.NAME, parameter.name()))
        return super().addParameter(parameter, *rest)

    def shortDescription(self) -> str:
        return self.help_text().split("\n")[0]

    def checkParameterValues(self, parameters: dict, context: QgsProcessingContext) -> tuple:
        try:
            self._refuse_overwriting(parameters, context)
        except OneMapError as error:
            return False, str(error)
        is_right, message = super().checkParameterValues(parameters, context)
        return is_right, message if is_right else "\n".join([*self._reasons(parameters), message])

    def _reasons(self, parameters: dict) -> Iterator[str]:
        """Why values cannot be used, files that were given as layers among them, each with its parameter's title."""
        for definition in self.parameterDefinitions():
            value = parameters.get(definition.name())
            reason = _wrong_text(definition, value)
            if reason:
                yield reason.format(definition.description(), value)
            if definition.type() in _LAYER_TYPES:
                for source in value if isinstance(value, (list, tuple)) else [value]:
                    reason = why_unreadable(source)
                    if reason:
                        yield f"{definition.description()}: {reason}"

    def processAlgorithm(
        self, parameters: dict, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict:
        keep_thread_state()
        self.output_files = OutputFiles()
        try:
            with window_collects(), user_error(), listening(lambda notice: feedback.pushWarning(notice.text())):
                outputs = self._refuse_overwriting(parameters, context)  # a model asks nothing beforehand
                self.output_files.lock(place for places in outputs.values() for place in places)
                return self._published(self.compute(parameters, context, feedback), context)
        finally:
            self.output_files.discard()

    def _refuse_overwriting(self, parameters, context):
        outputs = places.output_places(self, parameters, context)
        inputs, held = places.input_places(self, parameters, context), window_workspace()
        if held is not None:  # whatever the algorithm: no output replaces the records and rounds of a county
            inputs.setdefault(tr("The open workspace"), [Place(held.path)])
        refuse_overwriting(outputs, inputs)
        refuse_held(outputs)
        return outputs

    def _published(self, results, context):
        """The results with every layer under its own name; what is to be loaded is loaded from there."""
        moved = {draft: _identifier(place) for draft, place in self.output_files.publish().items()}
        waiting = context.layersToLoadOnCompletion()
        if moved and waiting:
            renamed = {
                moved.get(name, name): _details(details, name in moved, context) for name, details in waiting.items()
            }
            context.setLayersToLoadOnCompletion(renamed)
        return {name: moved.get(value, value) if isinstance(value, str) else value for name, value in results.items()}


def _wrong_text(definition: QgsProcessingParameterDefinition, value: Any) -> str:
    """What to do about a date or a number that is none, to be filled with its title and the value; "" for nothing."""
    kind = definition.type()
    if kind not in _TYPED or value in (None, "") or definition.checkValueIsAcceptable(value):
        return ""
    if kind == "datetime":
        return tr('{0}: "{1}" is no date. Write it as 2026-03-05.')
    low, high, usual = definition.minimum(), definition.maximum(), definition.defaultValue()
    sample = f"{usual:g}" if isinstance(usual, (int, float)) else "1.5" if abs(low) > _ENDLESS else f"{low:g}"
    if abs(low) > _ENDLESS and abs(high) > _ENDLESS:
        return tr('{0}: "{1}" is no number. Write it as {2}.').replace("{2}", sample)
    bounds = f"{low:g} – {high:g}" if abs(high) <= _ENDLESS else f"≥ {low:g}"
    reason = tr('{0}: "{1}" is no number in {2}. Write it as {3}.')
    return reason.replace("{2}", bounds).replace("{3}", sample)


def _details(details, is_moved, context):
    """How a layer is loaded; one that gets another name gets a style of its own too, since QGIS deletes the style of
    every name that is no longer waiting.
    """
    if not is_moved:
        return details
    kept = QgsProcessingContext.LayerDetails(details.name, context.project(), details.outputName)
    kept.forceName = details.forceName
    style = details.postProcessor()
    if style is not None:
        fresh = type(style).make()
        fresh.__dict__.update(style.__dict__)
        kept.setPostProcessor(fresh)
    return kept


def _identifier(place):
    return f"{place.path}|layername={place.table}" if place.table else str(place.path)


@contextmanager
def user_error() -> Iterator[Any]:
    """Turn an error into the exception that Processing shows to the user: ours in the same words, any other in words
    that say what to do, its trace in the log. What the failed work held is let go, as Processing keeps the exception:
    an output that stays open keeps its disk space, and on Windows its file.
    """
    try:
        yield
    except OneMapError as error:
        _clear(error)
        raise QgsProcessingException(str(error)) from error
    except QgsProcessingException as error:
        _clear(error)
        raise
    except Exception as error:
        said = str(unexpected(error))
        _clear(error)
        raise QgsProcessingException(said) from error


def _clear(error):
    """Empty the frames that an error and those behind it came through."""
    chain: list[Any] = [error]
    while chain[-1] is not None:
        clear_frames(chain[-1].__traceback__)
        chain.append(chain[-1].__cause__ or chain[-1].__context__)


@lru_cache(maxsize=1)
def _helps():
    return json.loads((HELP / "parameters.json").read_text(encoding="utf-8"))


def parameter_help(algorithm: str, parameter: str) -> str:
    """The tooltip of a parameter in the user's language, "" where resources/help/parameters.json has none."""
    texts = _helps().get(f"{algorithm}.{parameter}") or _helps().get(parameter) or {}
    return texts.get(language(), "")
