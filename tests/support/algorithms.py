"""Layers made for tests, and a way to run an algorithm that raises what the user would read."""

import processing
from qgis.core import QgsFeature, QgsGeometry, QgsProcessingContext, QgsProcessingFeedback, QgsVectorLayer

X, Y = 500_000, 3_350_000


def box_wkt(x, y, size=100.0):
    x, y = X + x, Y + y
    return f"POLYGON(({x} {y},{x + size} {y},{x + size} {y + size},{x} {y + size},{x} {y}))"


def layer(name, rows, fields="", crs="EPSG:4549", kind="Polygon"):
    """A memory layer of [(wkt or None, attribute, ...)]; `fields` as in "XMBH:string,n:integer"."""
    uri = f"{kind}?crs={crs}" + "".join(f"&field={f}" for f in fields.split(",") if f)
    made = QgsVectorLayer(uri, name, "memory")
    features = []
    for wkt, *values in rows:
        feature = QgsFeature(made.fields())
        if wkt:
            feature.setGeometry(QgsGeometry.fromWkt(wkt))
        feature.setAttributes(values)
        features.append(feature)
    made.dataProvider().addFeatures(features)
    made.updateExtents()
    return made


class Feedback(QgsProcessingFeedback):
    """Keeps what the user is told."""

    def __init__(self):
        super().__init__(False)
        self.lines = []

    def pushWarning(self, text):
        self.lines.append(text)

    def pushInfo(self, text):
        self.lines.append(text)

    def reportError(self, text, fatalError=False):
        self.lines.append(text)


def run(name, feedback=None, **parameters):
    context = QgsProcessingContext()
    return processing.run(f"onemap:{name}", parameters, feedback=feedback or Feedback(), context=context)


def check(projects, controls, feedback=None, **parameters):
    values = {"FINDINGS": "memory:", "VERDICTS": "memory:", **parameters}
    return run("checkcontrollines", feedback, PROJECTS=projects, CONTROL_LINES=controls, **values)


def verdicts(result):
    return {(f["project_key"], f["line_id"]): f for f in result["VERDICTS"].getFeatures()}
