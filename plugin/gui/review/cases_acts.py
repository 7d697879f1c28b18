"""What the buttons of the page of review cases do."""

from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QFileDialog

from ...bridge.i18n import tr
from ...bridge.review.rounds_compare import Comparison, compare_rounds, side, two_rounds
from ...bridge.review.rounds_report import case_report, rounds_report, write_case_report, write_rounds_report
from ...bridge.review.rounds_rerun import Rerun, RerunResult, open_without_file
from ...core.files import safe_name
from ...core.review.rounds import RoundHead
from ...core.review.rounds_report_data import RoundsReport
from ...formats.rules.case_files import opinion
from .cases_compare import CompareDialog, side_by_side
from .cases_dialogs import SignDialog
from .cases_round import RoundDialog, one_round
from .cases_wording import round_name

if TYPE_CHECKING:
    from ...store.cases import RoundInfo
    from ...store.workspace import Workspace
    from .cases_page import CasesPage

_FILTER = "Word (*.docx);;Excel (*.xlsx);;PDF (*.pdf);;HTML (*.html)"
_LIMIT_M2 = 1.0


class CaseActions:
    """`page`: the CasesPage; its selection is what is acted on."""

    def __init__(self, page: "CasesPage"):
        self._page = page

    @property
    def _workspace(self):
        return self._page.reports.workspace

    def _background(self):
        return list(self._page.iface.mapCanvas().layers())

    def _parent(self):
        return self._page.iface.mainWindow()

    def _one(self):
        selected = self._page.selected()
        return selected[0] if len(selected) == 1 else None

    def _pair(self):
        """The two rounds to compare, the earlier first; None, and told, where there are none."""
        selected = sorted(self._page.selected(), key=lambda info: info.number)
        if len(selected) == 2:
            return tuple(selected)
        info = self._one()
        if info is None:
            self._page.say(tr("Select one round, or two to compare."), is_bad=True)
            return None
        earlier = [known.number for known in self._page.rounds if known.number < info.number]
        if earlier:
            return two_rounds(self._workspace, info.case, max(earlier), info.number)
        return two_rounds(self._workspace, info.case)

    def look(self) -> None:
        """Show one round with its findings."""
        info, workspace, page = self._one(), self._workspace, self._page
        if info is None:
            return

        def show(found):
            dialog = RoundDialog(workspace, found, page.reports.actor, self._background(), self._parent())
            dialog.changed.connect(lambda: page.refresh())
            page.show_dialog(dialog)

        page.work(tr("Loading the round"), lambda feedback: one_round(workspace, info), show)

    def compare(self) -> None:
        """Show two rounds side by side."""
        pair, workspace, page = self._page.attempt(self._pair).result, self._workspace, self._page
        if pair is None:
            return

        def show(found):
            page.show_dialog(CompareDialog(found, self._write, self._background(), self._parent()))

        page.work(tr("Comparing the rounds"), lambda feedback: side_by_side(workspace, *pair), show)

    def report(self) -> None:
        """Write the report of the case, or of the comparison of two rounds that are selected."""
        if len(self._page.selected()) == 2:
            pair = self._pair()
            self._ask_and_write(pair[1].case, lambda workspace: rounds_of(workspace, *pair), write_rounds_report)
        elif self._one() is not None:
            case = self._one().case
            self._ask_and_write(case, lambda workspace: case_report(workspace, case), write_case_report)

    def _ask_and_write(self, case, make, write):
        path, workspace = self._ask_path(case), self._workspace
        if path:

            def work(feedback):
                write(make(workspace), [path])
                return path

            self._page.work(tr("Writing the report"), work, self._written)

    def _write(self, comparison: Comparison) -> None:
        case = comparison.after.info.case
        self._ask_and_write(case, lambda ws: rounds_report(ws, comparison, _LIMIT_M2, False), write_rounds_report)

    def _written(self, path):
        self._page.say(tr("Written: {0}").format(path))

    def _ask_path(self, case):
        message = tr("{0} review report.docx").format(safe_name(case))
        path, _ = QFileDialog.getSaveFileName(self._parent(), tr("Report…"), message, _FILTER)
        return Path(path) if path else None

    def sign(self) -> None:
        """Ask who signs and sign; refused words stay in the dialog's page."""
        info, page = self._one(), self._page
        if info is None:
            return
        reported = (info.kind, info.case, info.number, info.summary, info.overrides)
        opinion_text = page.attempt(lambda: opinion(*reported)).result or ""
        signer = "" if info.signers else page.reports.actor.split("@")[0]
        dialog = page.attempt(lambda: SignDialog(info, signer, opinion_text, self._parent())).result
        if dialog is not None and dialog.exec():
            made = page.attempt(lambda: self._sign(info, dialog)).result
            page.refresh()
            if made is not None:
                page.say(tr("{0} is signed by {1}.").format(round_name(info.number), made.signer))

    def _sign(self, info, dialog):
        message = dialog.opinion.toPlainText().strip()
        return self._workspace.cases.sign(info, dialog.signer.text(), message, self._page.reports.actor)

    def rerun(self) -> None:
        """Compute an old round from its inputs and say whether it comes out the same."""
        info, workspace, page = self._one(), self._workspace, self._page
        if info is None:
            return

        def run(frozen):
            job = Rerun(frozen, open_layers=open_without_file())
            page.work(tr("Recomputing the round"), job.run, recomputed)

        def recomputed(result):
            page.say(_verdict(info, result), not result.same)

        page.work(tr("Loading the round"), lambda feedback: workspace.cases.load(info.id), run)

    def again(self) -> None:
        """Open the check with the inputs of the round: the next round of its case."""
        import processing

        info = self._one()
        head = self._workspace.cases.head(info.id)
        processing.createAlgorithmDialog("onemap:checkcontrollines", {"CASE": info.case, **check_values(head)}).show()


def rounds_of(workspace: "Workspace", before: "RoundInfo", after: "RoundInfo") -> RoundsReport:
    """The RoundsReport of two RoundInfos."""
    comparison = compare_rounds(side(workspace, before), side(workspace, after), _LIMIT_M2)
    return rounds_report(workspace, comparison, _LIMIT_M2, False)


def check_values(head: RoundHead) -> dict:
    """Parameters of the check that a round was made with; layers that are open are named by their id."""
    open_layers = {layer.source(): layer.id() for layer in QgsProject.instance().mapLayers().values()}
    places: dict[str, list] = {role: [] for role in ("projects", "control_line")}
    for one in head.inputs:
        places.setdefault(one.role, []).append(open_layers.get(one.source, one.source))
    values = {"CONTROL_LINES": places["control_line"]}
    values.update({"PROJECTS": places["projects"][0]} if places["projects"] else {})
    values.update({"CONTROL_EXTENT": places["control_extent"][0]} if places.get("control_extent") else {})
    known = {name: head.parameters.get(name) for name in ("PROJECT_KEY", "MAPPING", "SLIVER_AREA", "LAYER_DATES")}
    return {**values, **{name: value for name, value in known.items() if value}}


def _verdict(info: "RoundInfo", result: RerunResult) -> str:
    """What came of recomputing a round, in words."""
    if result.same:
        terms = [tr("{0}, recomputed, is identical byte for byte.").format(round_name(info.number))]
        return " ".join([*terms, *(remark.text() for remark in result.remarks)])
    terms = [remark.text() for remark in result.remarks]
    terms.append(tr("{0}, recomputed, differs in {1} verdicts.").format(round_name(info.number), result.differing))
    if result.software[0] != result.software[1]:
        terms.append(tr("Computed then by {0}, now by {1}.").format(*result.software))
    return " ".join(terms)
