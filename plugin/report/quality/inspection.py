"""The report of an inspection: the conclusion first, then class by class, and what was not checked and why."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ...core.days import day_of
from ...core.land.remarks import Remark
from ...core.messages import text
from ...core.quality.confidence import confidence_text
from ...core.quality.defects import Defect, DefectState, Severity, items
from ...core.quality.inspection import Inspection, ItemResult
from ...core.quality.inspection_score import Score
from ...core.quality.inspection_spec import Specification
from ..blocks.document import Document, Sheet
from ..blocks.model import Block, Facts, Heading, Paragraph, Picture, Table
from .wording import column, say, texts

_SHOWN = 30  # defects of a class on paper; the workbook has all that are listed
_REASONS = 60
_LOST = 40  # items that cost points on the first page
_LAYERS = 100  # named in one row
_WIDE_MM = 120.0
_TINTS = {Severity.A: "F8CBAD", Severity.B: "FFE699", Severity.C: "DDEBF7"}
_LONGEST_NAME = 31  # of a sheet


@dataclass(frozen=True)
class DefectMap:
    """A defect with the picture of its place."""

    defect: Defect
    png: bytes


@dataclass
class InspectionReport:
    """What the report says; `overview`: a picture of all open defects, b"" for none."""

    package: str
    specification: Specification
    run: Inspection
    score: Score
    plane_name: str
    software: str
    layers: Mapping[str, int]
    remarks: Sequence[Remark] = ()
    created: datetime = field(default_factory=datetime.now)
    overview: bytes = b""
    maps: Sequence[DefectMap] = ()


def inspection_document(report: InspectionReport) -> Document:
    """The Document of an InspectionReport."""
    title = say("i_title")
    head = say("i_head", title=title, package=report.package)
    return Document(title, head, report.software, lambda: {say("part"): _blocks(report)}, lambda: _sheets(report))


def _blocks(report: InspectionReport) -> list[Block]:
    created = day_of(report.created)
    results = list(report.run.results())
    made: list[Block] = [
        Heading(say("i_title"), 0),
        Paragraph(say("software", software=report.software, created=created)),
        *_conclusion(report, results),
        *_facts(report),
    ]
    for name, codes in _classes(report.specification).items():
        made += _class_page(report, name, [result for result in results if result.item in codes])
    return [*made, *_unchecked(results), *_notes(report)]


def _conclusion(report: InspectionReport, results: list[ItemResult]) -> list[Block]:
    score, unchecked = report.score, sum(bool(result.not_checked) for result in results)
    verdict = "i_failed" if not score.has_passed else "i_passed" if score.is_complete else "i_passed_part"
    rows = [
        [say(f"severity_{severity.value}"), str(score.open[severity]), str(score.failed[severity])]
        for severity in Severity
    ]
    blocks: list[Block] = [Heading(say("ih_conclusion"))]
    blocks.append(Paragraph(say(verdict, points=f"{score.points:g}", exceptions=score.exceptions), bold=True))
    if unchecked:
        blocks.append(Paragraph(say("i_unchecked", count=unchecked), bold=True))
    weights = report.specification.scoring.weights
    blocks.append(Table(column("severity", "open", "failed"), rows, (1, 2)))
    blocks += _deductions(report)
    blocks.append(
        Paragraph(
            say("i_scoring", passing=report.specification.scoring.passing, **{s.value: weights[s] for s in Severity})
        )
    )
    return blocks


def _deductions(report: InspectionReport) -> list[Block]:
    """What the score lost by which item, and how sure it is that the item is asked for."""
    lost = report.score.deductions
    rows = [
        [d.item, items()[d.item].title("zh"), _title(report, d.layer), d.severity.value, str(d.count), f"{d.points:g}",
         confidence_text(items()[d.item].confidence, "zh")] for d in lost[:_LOST]
    ]  # fmt: skip
    if not rows:
        return []
    header = column("item", "title", "layer", "severity", "open", "points", "confidence")
    made: list[Block] = [Table(header, rows, (4, 5), say("i_deductions"))]
    return [*made, Paragraph(say("i_first_lost", shown=_LOST, count=len(lost)))] if len(lost) > _LOST else made


def _facts(report: InspectionReport) -> list[Block]:
    own, features = report.specification, sum(report.layers.values())
    facts = [
        [say("f_package"), report.package, say("f_layers"), say("i_layers", count=len(report.layers), rows=features)],
        [say("f_spec"), f"{own.name}（{own.version}）", say("f_spec_sha"), own.sha256[:16]],
        [say("f_crs"), report.plane_name or "—", say("f_stages"), "、".join(map(str, report.run.stages))],
    ]
    blocks: list[Block] = [Heading(say("ih_facts")), Facts(facts)]
    blocks.append(Paragraph(say("i_confidence", confidence=confidence_text(own.confidence, "zh"))))
    return [*blocks, Picture(report.overview, say("i_overview"), _WIDE_MM)] if report.overview else blocks


def _classes(specification: Specification) -> Mapping[str, Sequence[str]]:
    """{heading: items}: the specification's own headings, then stages for what they leave out."""
    named = dict(specification.headings)
    named_codes = {code for codes in named.values() for code in codes}
    by_stage: defaultdict[str, list[str]] = defaultdict(list)
    for code, item in items().items():
        if code not in named_codes:
            by_stage[texts()["stages"][item.stage - 1]].append(code)
    return {**named, **by_stage}


def _class_page(report: InspectionReport, name: str, results: list[ItemResult]) -> Iterator[Block]:
    rows = [
        [
            result.item,
            items()[result.item].title("zh"),
            result.severity.value,
            _checked(result),
            str(result.defects) if result.was_checked else "—",
            str(result.exceptions) if result.exceptions else "",
        ]
        for result in results
    ]
    yield Heading(name, new_page=True)
    yield Table(column("item", "title", "severity", "checked", "defects", "exceptions"), rows, (3, 4, 5))
    codes = {result.item for result in results}
    defects = sorted(
        (d for d in report.run.defects if d.item in codes and d.state != DefectState.FIXED),
        key=_weight,
    )
    if not defects:
        yield Paragraph(say("i_no_defects" if any(r.was_checked for r in results) else "i_none_checked"))
        return
    if len(defects) > _SHOWN:
        yield Paragraph(say("i_first", shown=_SHOWN, count=len(defects)))
    yield Table(column("item", "layer", "feature", "what", "state"), [_defect_row(report, d) for d in defects[:_SHOWN]])
    for shown in report.maps:
        if shown.defect.item in codes:
            row = _defect_row(report, shown.defect)
            yield Picture(shown.png, say("i_map", layer=row[1], feature=row[2] or "—", what=row[3]), _WIDE_MM)


def _listed(layers: list[str]) -> str:
    """The names of layers; of very many the first, and how many there are."""
    named = [layer for layer in layers if layer]
    return "、".join(named[:_LAYERS]) + (say("i_of_all", count=len(named)) if len(named) > _LAYERS else "")


def _weight(defect: Defect) -> tuple[Any, ...]:
    """The open ones first, the serious ones first."""
    return (defect.state != DefectState.OPEN, defect.severity.value, defect.item, defect.layer)


def _defect_row(report: InspectionReport, defect: Defect) -> list[str]:
    title = _title(report, defect.layer)
    feature = defect.key or ("" if defect.fid is None else str(defect.fid))
    state = say(f"state_{defect.state.value}") + (f"：{defect.note}" if defect.note else "")
    return [defect.item, title, feature, defect.text("zh"), state]


def _title(report: InspectionReport, name: str) -> str:
    """A layer with what the specification calls it."""
    layer = report.specification.layer(name)
    return f"{name}（{layer.title}）" if layer is not None and layer.title else name


def _checked(result: ItemResult) -> str:
    """How much of an item was checked."""
    if not result.was_checked:
        return say("i_not")
    return say("i_partly", count=result.checked) if result.not_checked else str(result.checked)


def _unchecked(results: list[ItemResult]) -> list[Block]:
    rows: list[list[str]] = []
    more = 0
    for result in results:
        for reason, layers in _reasons(result).items():
            if len(rows) == _REASONS:
                more += 1
            else:
                rows.append([result.item, items()[result.item].title("zh"), _listed(layers) or say("i_all"), reason])
    blocks: list[Block] = [Heading(say("ih_unchecked"), new_page=True)]
    if not rows:
        return [*blocks, Paragraph(say("i_all_checked"))]
    blocks.append(Table(column("item", "title", "layer", "why"), rows))
    return [*blocks, Paragraph(say("i_more", count=more))] if more else blocks


def _reasons(result: ItemResult) -> dict[str, list[str]]:
    """{why an item was not checked: on which layers}"""
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for layer, why in result.not_checked:
        reasons[why.text("zh")].append(layer)
    return reasons


def _notes(report: InspectionReport) -> list[Block]:
    notes = [remark.text("zh") for remark in report.remarks]
    cut = [o for o in report.run.outcomes.values() if o.found > o.listed]
    notes += [say("i_cut", item=o.item, layer=o.layer or "—", found=o.found, listed=o.listed) for o in cut[:_REASONS]]
    return [Heading(say("ih_notes")), *map(Paragraph, notes)] if notes else []


def _sheets(report: InspectionReport) -> list[Sheet]:
    by_layer: defaultdict[str, list[Defect]] = defaultdict(list)
    for defect in report.run.defects:
        by_layer[defect.layer].append(defect)
    results = [_item_cells(result) for result in report.run.results()]
    keys = ("item", "title", "severity", "checked", "defects", "exceptions", "why", "confidence")
    made = [Sheet(say("sheet_items"), column(*keys), "text text text int int int long text".split(), results)]
    names: set[str] = set()
    for layer, defects in sorted(by_layer.items()):
        name = _sheet_name(layer or say("sheet_package"), names)
        made.append(_defect_sheet(name, sorted(defects, key=_weight)))
    return made


def _confidence(result: ItemResult) -> str:
    return confidence_text(items()[result.item].confidence, "zh")


def _item_cells(result: ItemResult) -> list:
    reasons = {reason: _listed(layers) for reason, layers in _reasons(result).items()}
    why = "\n".join(f"{layers}：{reason}" if layers else reason for reason, layers in reasons.items())
    numbers = [result.checked, result.defects, result.exceptions] if result.was_checked else [None, None, None]
    return [result.item, items()[result.item].title("zh"), result.severity.value, *numbers, why, _confidence(result)]


def _defect_sheet(name: str, defects: list[Defect]) -> Sheet:
    keys = ("item", "title", "severity", "fid", "feature", "value", "wanted", "what", "state", "note", "who", "when")
    rows = [
        [
            d.item,
            items()[d.item].title("zh"),
            d.severity.value,
            d.fid,
            d.key,
            d.value,
            d.wanted,
            d.text("zh"),
            say(f"state_{d.state.value}"),
            d.note,
            d.who,
            d.when,
        ]
        for d in defects
    ]
    tints = [_TINTS[d.severity] if d.state == DefectState.OPEN else None for d in defects]
    return Sheet(name, column(*keys), "text text text id text text text long text long text text".split(), rows, tints)


def _sheet_name(layer: str, names: set[str]) -> str:
    """A name that Excel takes and no other sheet has."""
    bare = "".join("_" if c in "[]:*?/\\'" else c for c in layer)[:_LONGEST_NAME]
    name, number = bare, 2
    while name.lower() in names:
        name, number = f"{bare[: _LONGEST_NAME - 4]}~{number}", number + 1
    names.add(name.lower())
    return name


def unchecked_text(result: ItemResult) -> str:
    """Why an item was not checked, or not everywhere, in the chosen language."""
    layers_by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for layer, why in result.not_checked:
        layers_by_reason[text(why.code, **why.params)].append(layer)
    return "; ".join(
        f"{reason} ({', '.join(filter(None, where))})" if any(where) else reason
        for reason, where in layers_by_reason.items()
    )
