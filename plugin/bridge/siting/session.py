"""Site selection from the window: the layers of the project, criteria as they are being edited, jobs made ready
to run in a task.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Optional

from qgis.core import QgsApplication, QgsProject, QgsRasterLayer, QgsVectorLayer

from ...core.siting.model import Criteria
from ...core.threads import Feedback
from ...formats.rules.cost_files import load_cost_table
from ...formats.rules.criteria_draft import CriteriaDraft
from ...formats.rules.rule_files import load_catalogue
from ..layers.conditions import expression_error
from ..layers.snapshot import source_file
from ..settings import Settings
from .layers import SitingLayers, with_extra
from .layers_out import search_layers, selection_layers
from .live import CandidateCount, FreeLandCount
from .search import FindSites, SiteWish, picked_selection
from .select import SelectSites, SitingInputs, rule_set_of
from .why import WhyNot


@dataclass(frozen=True)
class RunOptions:
    """What is asked of a run. `count` of sites to be found; `follow`, `existing`: layers or None, as in SiteWish;
    `costs`: path of a county's own price table, "" for the one that comes along."""

    count: int = 5
    follow: Optional[QgsVectorLayer] = None
    existing: Optional[QgsVectorLayer] = None
    costs: str = ""


@dataclass
class SiteRun:
    """What a run made: the job and its run (for reports), the Selection with the best first, styled layers on
    the main thread.
    """

    job: Any
    run: Any
    selection: Any
    sites: Any
    others: list
    parcels: bool


_OPTIONS = RunOptions()


class SiteSession:
    """One draft over one candidate layer (`parcels`) or extent. Every method but those it returns is for the main
    thread.

    Functions it returns take a feedback and may run in a task. All raise CatalogueError, CrsError, InputError.
    """

    def __init__(self):
        self._memory, self._key = {}, None
        self._layers, self._layers_key = [], None

    def criteria(self, draft: CriteriaDraft) -> Criteria:
        """The Criteria of a draft as it stands."""
        return draft.check(rule_set_of(Settings.load().rule_file), expression_error)

    def count(self, draft, base, parcels):
        """Function that tells what remains (Remains)."""
        made = self._make(CandidateCount if parcels else FreeLandCount, self.criteria(draft), base)
        memory = self._memory
        return lambda feedback: made.count(memory, feedback)

    def run(
        self,
        draft: CriteriaDraft,
        base: Optional[QgsVectorLayer],
        parcels: Optional[QgsVectorLayer],
        options: RunOptions = _OPTIONS,
    ) -> Callable[[Optional[Feedback]], SiteRun]:
        """Function that selects (parcels) or finds sites, and answers with a SiteRun."""
        saved = replace(self.criteria(draft), sha256=draft.digest())
        if parcels:
            job = self._make(SelectSites, saved, base, options.costs)
            return lambda feedback: _selected(job, job.run(feedback=feedback))
        job = self._make(
            partial(FindSites, wish=SiteWish(follow=options.follow, existing=options.existing)),
            saved,
            base,
            options.costs,
        )
        return lambda feedback: _found(job, job.run(options.count, feedback=feedback, keep_free=True))

    def why_not(
        self, draft: CriteriaDraft, base: Optional[QgsVectorLayer], parcels: Optional[QgsVectorLayer]
    ) -> WhyNot:
        """WhyNot of a draft: ask it for spots."""
        return WhyNot(self._make(CandidateCount if parcels else FreeLandCount, self.criteria(draft), base), parcels)

    def _make(self, kind, criteria, base, costs=None):
        """A count (`costs` None), or a run with the path of its table of costs, "" for the one that comes along."""
        settings = Settings.load()
        mapping = {layer: key for layer, key in settings.mapping.items() if key in criteria.layers}
        layers = self._matched(criteria, base, mapping)
        key = (tuple(_state(layer) for layer in (base, *layers)), settings.rule_file)
        if key != self._key:
            self._memory, self._key = {}, key
            for layer in (base, *layers):
                if isinstance(layer, QgsVectorLayer):
                    layer.editingStopped.connect(self._forget)
        layers = layers if costs is None else [*layers, *self._for_report(criteria, layers, mapping, costs)]
        return kind(SitingInputs(criteria, layers, mapping, settings.rule_file, costs=costs or ""), base)

    def _for_report(self, criteria, taken, mapping, costs):
        """Further layers of the project that only the report asks for: roads, mains, divisions, names, elevation."""
        named = with_extra(criteria, load_cost_table(*[costs] if costs else ()).layers)
        others, catalogue = [m for m in self._usable() if m not in taken], load_catalogue()
        return [m for m in others if SitingLayers(named, [m], mapping, catalogue).all()]

    def _forget(self):
        """Features were changed: what was read of them is no longer so."""
        self._key = None

    def _matched(self, criteria, base, mapping):
        """Layers of the project that the criteria name; looked through once while both stay the same."""
        project = QgsProject.instance().mapLayers()
        key = (tuple(sorted(project)), tuple(criteria.layers.values()), tuple(mapping.items()), base.id())
        if key != self._layers_key:
            catalogue = load_catalogue()
            self._layers = [m for m in self._usable() if SitingLayers(criteria, [m], mapping, catalogue).all()]
            self._layers_key = key
        return self._layers

    def _usable(self):
        """The vector and raster layers of the project that open."""
        layers = QgsProject.instance().mapLayers().values()
        return [m for m in layers if isinstance(m, (QgsVectorLayer, QgsRasterLayer)) and m.isValid()]


def _state(layer):
    """What tells whether a layer was changed: its source, the time of its file, the step of its editing."""
    step = layer.undoStack().index() if isinstance(layer, QgsVectorLayer) else 0
    file = source_file(layer)
    return layer.id(), layer.source(), Path(file).stat().st_mtime_ns if file else 0, step


def _selected(job, run):
    sites, others = _on_main_thread(*selection_layers(job, run))
    return SiteRun(job, run, run.selection, sites, others, True)


def _found(job, run):
    selection = picked_selection(run)
    sites, others = _on_main_thread(*search_layers(job, run, selection))
    return SiteRun(job, run, selection, sites, others, False)


def _on_main_thread(sites, others):
    """Layers are made in the task, where a hundred thousand features block nobody, and then given to the window."""
    for layer in (sites, *others):
        layer.moveToThread(QgsApplication.instance().thread())
    return sites, others
