"""What every algorithm of the provider shares."""

from contextlib import contextmanager

from qgis.core import QgsProcessingAlgorithm, QgsProcessingException

from ..plugin.bridge.foreign_threads import keep_thread_state
from ..plugin.bridge.i18n import tr
from ..plugin.core.errors import OneMapError


class OneMapAlgorithm(QgsProcessingAlgorithm):
    """Base of all algorithms. A subclass sets NAME, GROUP_ID and defines title(), help_text(), initAlgorithm() and
    compute().

    `compute(parameters, context, feedback)` does the work and returns the outputs; an error of our tree becomes a
    QgsProcessingException with the same words.
    """

    NAME = ""
    GROUP_ID = "tools"

    def createInstance(self):
        return type(self)()

    def name(self):
        return self.NAME

    def displayName(self):
        return self.title()

    def groupId(self):
        return self.GROUP_ID

    def group(self):
        return {
            "review": tr("Review"),
            "siting": tr("Siting"),
            "quality": tr("Quality"),
            "reporting": tr("Reporting"),
            "monitoring": tr("Monitoring"),
            "exchange": tr("Exchange"),
            "tools": tr("Tools"),
        }[self.GROUP_ID]

    def shortHelpString(self):
        return self.help_text()

    def shortDescription(self):
        return self.help_text().split("\n")[0]

    def processAlgorithm(self, parameters, context, feedback):
        keep_thread_state()
        with user_error():
            return self.compute(parameters, context, feedback)


@contextmanager
def user_error():
    """Turn an error of our tree into the exception that Processing shows to the user in the same words."""
    try:
        yield
    except OneMapError as error:
        raise QgsProcessingException(str(error)) from error
