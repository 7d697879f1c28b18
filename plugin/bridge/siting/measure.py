"""Measure candidates against the layers of the criteria: every layer is read once for all the criteria that ask it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Callable, Optional

import numpy as np
import shapely
from pyproj import CRS
from qgis.core import QgsExpression, QgsExpressionContext, QgsExpressionContextUtils, QgsFeature, QgsFields

from ...core.errors import Cancelled, InputError, OneMapError
from ...core.land.boxes import grown
from ...core.messages import joined_texts, message
from ...core.review.projects import Projects
from ...core.siting import measures
from ...core.siting.model import Criteria, Need
from ...core.siting.results import Measured
from ...core.siting.twofold import Twofold
from ...core.threads import Feedback
from ..layers.raster import RasterSource
from .layers import SitingLayers, VectorSource
from .source import Batch, FeatureQuery
from .understanding import reasons, unclear_rows

_VECTOR, _RASTER = ("overlap", "distance", "count", "classes"), ("slope", "elevation", "raster")


class Candidates:
    """projects.Projects with what expressions need: `features` (QgsFeature) and `fields`, None where there are none."""

    def __init__(self, projects: Projects, features: Any = None, fields: Any = None) -> None:
        self.projects, self.features, self.fields = projects, features, fields


@dataclass(frozen=True)
class Survey:
    """What candidates are measured against: the layers of the criteria, on a plane."""

    layers: SitingLayers
    plane: CRS
    feedback: Optional[Feedback] = None


def measure(
    needs: Iterable[Need], candidates: Candidates, layers: SitingLayers, plane: CRS, feedback: Optional[Feedback] = None
) -> dict[Need, Measured]:
    """Return {Need: Measured}.

    A layer that is absent or fails leaves its needs unmeasured, with the reason; raises Cancelled.
    """
    answers: dict[Need, Measured] = {}
    by_layer: dict[str, list[Need]] = defaultdict(list)
    survey = Survey(layers, plane, feedback)
    for need in needs:
        if need.kind in ("area", "compactness"):
            shapes = candidates.projects
            values = shapes.areas_m2 if need.kind == "area" else measures.compactness(shapes.geometries)
            answers[need] = Measured(values)
        elif need.kind == "expression" or not need.layer:
            answers[need] = _own(need, candidates)
        else:
            by_layer[need.layer].append(need)
    for number, (key, group) in enumerate(by_layer.items()):
        answers.update(_of_layer(key, group, candidates.projects, survey))
        if feedback is not None:
            feedback.setProgress(90.0 * (number + 1) / len(by_layer))
    return answers


def _of_layer(key: str, needs: list[Need], projects: Projects, survey: Survey) -> dict[Need, Measured]:
    answers: dict[Need, Measured] = {}
    for kinds, work in ((_VECTOR, _vector), (_RASTER, _raster)):
        answered = [need for need in needs if need.kind in kinds]
        if not answered:
            continue
        title = survey.layers.criteria.layers[key].title
        answers.update(each_alone(answered, title, partial(work, key, projects, survey)))
    return answers


def each_alone(needs: Sequence[Any], title: str, work: Callable[[Sequence[Any]], Any]) -> dict[Any, Measured]:
    """{need: Measured} of work(needs); where that fails, of each need by itself: a fault stays with its criterion.

    `title`: of the layer. Raises Cancelled.
    """
    try:
        return work(needs)
    except Cancelled:
        raise
    except (OneMapError, shapely.GEOSException, RuntimeError) as error:
        if len(needs) > 1:
            return {need: answer for one in needs for need, answer in each_alone([one], title, work).items()}
        why = (
            error.message
            if isinstance(error, OneMapError)
            else message("siting_layer_failed", layer=title, error=error)
        )
        return {needs[0]: Measured(None, why)}


def _vector(key: str, projects: Projects, survey: Survey, needs: Sequence[Need]) -> dict[Need, Measured]:
    """Measures of one layer key, which several layers may serve together.

    Each is read once, or once for every class field.
    """
    layers, plane, feedback = survey.layers, survey.plane, survey.feedback
    sources = layers.of(key, VectorSource)
    workers = {need: Twofold(partial(_worker, need, projects, plane, feedback)) for need in needs}
    met = dict.fromkeys(needs, 0)
    cover = _cover(key, projects, survey, needs)
    fields = {need.detail for need in needs} - {""}
    for field in sorted(fields) or [""]:
        # what asks for no field goes with the first
        group = [need for need in needs if (need.detail or min(fields, default="")) == field]
        wheres = sorted({need.where for need in group})
        known = layers.memory.box if layers.memory else tuple(shapely.total_bounds(projects.geometries))
        around = _reach(known, group)
        holders = _with_field(sources, field)
        for source in sources:
            own = field if source in holders else ""
            for geometries, texts, masks in _batches(survey, source, FeatureQuery(plane, own, wheres, around, known)):
                if cover is not None and field == min(fields, default=""):
                    cover.add(geometries)
                for need in group if source in holders else [need for need in group if not need.detail]:
                    rows = np.flatnonzero(masks[need.where])
                    met[need] += len(rows)
                    workers[need].add(geometries[rows], [texts[r] for r in rows] if need.detail else None)
                    workers[need].add_unclear(geometries[unclear_rows(masks, need.where)])
    doubt = "; ".join(dict.fromkeys(s.doubt for s in sources if s.doubt))
    gaps = None if cover is None else gaps_of(cover.finish(), projects.areas_m2)
    empty = {need: nothing_met(layers, key, need.where, plane, feedback) for need in needs if not met[need]}
    return {
        need: Measured(None, empty[need])
        if empty.get(need)
        else _with_gaps(worker.measured(doubt, reasons(sources, need.where), projects.areas_m2), need, gaps, survey)
        for need, worker in workers.items()
    }


def _cover(key: str, projects: Projects, survey: Survey, needs: Sequence[Need]) -> Optional[measures.Overlap]:
    """What measures how much of the candidates a layer covers at all, where a share of it is asked for and it should
    cover the land without gaps; a search asks that of its sites alone.
    """
    asked = any(need.kind == "overlap" and need.where for need in needs)
    if not asked or survey.layers.memory is not None or not survey.layers.criteria.layers[key].complete:
        return None
    return measures.Overlap(projects, survey.plane, survey.feedback)


def gaps_of(covered: np.ndarray, areas: np.ndarray) -> np.ndarray:
    """m2 of each candidate of which a layer without gaps tells nothing."""
    return np.where(covered > areas * measures.COMPLETE, 0.0, areas - covered)


def _with_gaps(measured: Measured, need: Need, gaps: Optional[np.ndarray], survey: Survey) -> Measured:
    """What is measured of a filtered layer, where the rest of the land may be meant as well."""
    if gaps is None or not gaps.any() or need.kind != "overlap" or not need.where:
        return measured
    most = measured.values if measured.at_most is None else measured.at_most
    title = survey.layers.criteria.layers[need.layer].title
    why = joined_texts([measured.unclear, message("siting_layer_gaps", layer=title)])
    return replace(measured, at_most=most + gaps, unclear=why)


def _with_field(sources: Sequence[VectorSource], field: str) -> list[VectorSource]:
    """The sources that tell a class: land that only others cover has none. Raises InputError when no source does."""
    found = [source for source in sources if not field or source.snapshot.has_field(field)]
    if not found:
        raise InputError("siting_field_absent", layer=sources[0].title, fields=field)
    return found


def _batches(survey: Survey, source: VectorSource, query: FeatureQuery) -> Iterator[Batch]:
    """What a source reads, from memory where the layers have one."""
    memory = survey.layers.memory
    return source.read(query, survey.feedback) if memory is None else memory.read(source, query, survey.feedback)


def nothing_met(layers: SitingLayers, key: str, where: str, plane: CRS, feedback: Optional[Feedback] = None) -> str:
    """Why a criterion on a layer cannot be evaluated where nothing near met its filter; "" where it can.

    A filter that no feature of the whole layer meets is a mistake until somebody says otherwise, and so is an empty
    layer. A condition that a rule of the law brings may well meet nothing.
    """
    sources = layers.of(key, VectorSource)
    if where in ruled_conditions(layers.criteria) or any(source.lacks(where) for source in sources):
        where = ""
    if any(source.meets(plane, where, feedback) for source in sources):
        return ""
    title = layers.criteria.layers[key].title
    return (
        message("siting_filter_nothing", layer=title, where=where)
        if where
        else message("siting_layer_empty", layer=title)
    )


def ruled_conditions(criteria: Criteria) -> set[str]:
    """Filters that come from the rule set."""
    return {c.where for c in criteria.constraints if c.rule_ids and c.where}


def _worker(need, projects, plane, feedback):
    if need.kind == "count":
        return measures.Count(projects, need.metres, feedback)
    kind = {"overlap": measures.Overlap, "distance": measures.Distance, "classes": measures.Classes}[need.kind]
    return kind(projects, plane, feedback)


def _reach(box, needs):
    """Box around what the needs can see; the nearest feature may lie anywhere."""
    metres = np.inf if any(need.kind == "distance" for need in needs) else max(need.metres for need in needs) + 1.0
    return grown(box, metres)


def _raster(key: str, projects: Projects, survey: Survey, needs: Sequence[Need]) -> dict[Need, Measured]:
    source = survey.layers.of(key, RasterSource)[0]
    why = message("siting_no_data", layer=source.title)
    kinds = list(dict.fromkeys(need.kind for need in needs))
    is_search = survey.layers.memory is not None  # thousands of shapes are tried: of them nobody wants to read
    values = source.all_statistics(kinds, survey.plane, projects.geometries, survey.feedback, not is_search)
    found = dict(zip(kinds, values))
    return {need: Measured(found[need.kind], why) for need in needs}


def remark_rasters(needs: Iterable[Need], sites: np.ndarray, survey: Survey) -> None:
    """Make the rasters remark what they know of `sites` badly; one that fails has been told already."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for need in needs:
        if need.kind in _RASTER and need.layer:
            kinds[need.layer].append(need.kind)
    for key, asked in kinds.items():
        try:
            survey.layers.of(key, RasterSource)[0].all_statistics(asked, survey.plane, sites, survey.feedback)
        except Cancelled:
            raise
        except (OneMapError, RuntimeError):
            continue


def _own(need, candidates):
    """What an expression, or a class field, says of the candidates themselves."""
    if candidates.features is None:
        return Measured(None, message("siting_no_attributes"))
    expression = need.detail if need.kind == "expression" else QgsExpression.quotedColumnRef(need.detail)
    try:
        return Measured(row_values(expression, candidates.features, candidates.fields), message("siting_null"))
    except InputError as error:
        return Measured(None, error.message)


def row_values(expression_text: str, features: Sequence[QgsFeature], fields: QgsFields) -> np.ndarray:
    """Object array: the value of a QGIS expression for each feature, None for NULL; raises InputError when it fails."""
    expression, context = QgsExpression(expression_text), QgsExpressionContext()
    context.appendScope(QgsExpressionContextUtils.globalScope())
    context.setFields(fields)
    absent = sorted(c for c in expression.referencedColumns() if c != "*" and fields.lookupField(c) < 0)
    if absent:
        raise InputError("siting_field_absent", layer=message("siting_candidates"), fields=", ".join(absent))
    expression.prepare(context)
    values = np.full(len(features), None, dtype=object)
    for row, feature in enumerate(features):
        context.setFeature(feature)
        value = expression.evaluate(context)
        if expression.hasEvalError():
            raise InputError(
                "expression_error", rule=expression_text, expression=expression_text, error=expression.evalErrorString()
            )
        values[row] = None if value is None or str(value) == "NULL" else value
    return values


def settle_rules(criteria: Criteria, layers: SitingLayers) -> Criteria:
    """Criteria whose rule conditions ask for fields that no layer has, settled where the rule takes all features then.

    Whatever else it says, nobody knows whom it means: the condition stays as it is and understands no feature.
    """
    return replace(criteria, constraints=tuple(_settled(c, layers) for c in criteria.constraints))


def _settled(constraint, layers):
    if not (constraint.rule_ids and constraint.where) or constraint.where_fallback != "all":
        return constraint
    sources = [source for source in layers.sources(constraint.layer) if isinstance(source, VectorSource)]
    lacking = bool(sources) and all(source.lacks(constraint.where) for source in sources)
    return replace(constraint, where="") if lacking else constraint
