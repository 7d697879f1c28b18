"""A run of the heights kept as a round of a review case: frozen whole, its inputs hashed, comparable with other rounds.

Buildings are its projects; what the plan asks for is the line FM, what an airport asks for the line JC.
"""

import hashlib
from datetime import date
from functools import lru_cache
from typing import Any, Callable

import numpy as np

from ...core.heights.limits import LimitKind
from ...core.heights.results import HeightFinding, Standing
from ...core.heights.wording import advice_text, reason_text, rule_word
from ...core.land.area import statutory_areas
from ...core.land.file_state import known_sha256
from ...core.land.layer_state import layer_sha256
from ...core.land.pieces import objects
from ...core.review.findings import CLEAR, CONFLICT, NOT_CHECKED, Finding, Verdict
from ...core.review.rounds import FrozenRound, RoundHead, RoundInput, RoundProjects, geometry_hashes
from ...core.review.run import unique_keys
from ...core.review.tiers import Effect
from ...formats.rules.rule_files import load_catalogue
from ..layers.snapshot import LayerSnapshot
from ..review.reporting import software
from ..review.rounds import RoundCollector, assembled
from ..review.rounds_target import KeptRound, RoundWish, round_target
from .job import HeightsJob, HeightsRun

_PLAN, _AIRPORT = "FM", "JC"
_LINES = (_PLAN, _AIRPORT)


def keep_as_round(job: HeightsJob, run: HeightsRun, wish: RoundWish) -> KeptRound:
    """Freeze a run as the next round of a case, which must be named; raises OneMapError where no workspace is open."""
    with round_target(wish) as target:
        assert target is not None  # noqa: S101  (a case was asked for: round_target raises otherwise)
        return target.keep_frozen(wish.case, freeze_heights(job, run))


def freeze_heights(job: HeightsJob, run: HeightsRun) -> FrozenRound:
    """The FrozenRound of a run; every file is hashed once, which may take seconds: not on the main thread."""
    projects = _projects(run)
    kept = RoundCollector()
    digest = _digest(run)
    kept.findings.append(list(_findings(job, run, projects)))
    kept.verdicts.append([v for line in _LINES for v in _verdicts(run, projects, line, digest)])
    return assembled(_head(job, run, digest), projects, kept, list(_LINES))


def _projects(run: HeightsRun) -> RoundProjects:
    buildings = run.outcome.design.buildings
    keys, _ = unique_keys([str(key) for key in buildings.keys], buildings.fids.tolist())
    there = np.array([shape is not None for shape in buildings.footprints], dtype=bool)
    areas = np.zeros(len(buildings))
    areas[there] = statutory_areas(buildings.footprints[there], run.plane)
    shapes = objects(list(buildings.footprints))
    return RoundProjects(keys, [""] * len(keys), areas.tolist(), shapes, geometry_hashes(shapes))


def _head(job: HeightsJob, run: HeightsRun, digest: str) -> RoundHead:
    settings = run.outcome.design.settings
    settings_used = {"TOLERANCE_M": settings.tolerance_m, "EYE_M": settings.eye_m, "STOREY_M": settings.storey_m,
            "K": settings.refraction_k, "HIGHEST_POINT": settings.uses_highest_point}  # fmt: skip
    digests = {line: hashlib.sha256(f"{line}{digest}".encode()).hexdigest()[:32] for line in _LINES}
    inputs = tuple(_inputs(job))
    plane, title = run.plane.to_wkt(), rule_word("zone", "zh")
    return RoundHead(
        date.today().isoformat(), plane, title, digest[:8], digest, software(), digests, settings_used, inputs
    )


def _inputs(job: HeightsJob) -> list[RoundInput]:
    hashed, layer_hashed = lru_cache(known_sha256), lru_cache(layer_sha256)
    found = []
    for role, source in (("projects", job.buildings), *job.sources.items()):
        info = source.snapshot.info(_digest_of(source.snapshot, layer_hashed))
        found.append(RoundInput(role, info.name, info.source, "", info.date, info.sha256, info.feature_count))
    if job.dem is not None:
        info = job.dem.info(hashed)
        found.append(RoundInput("dem", info.name, info.source, "", info.date, info.sha256))
    return found


def _digest_of(snapshot: LayerSnapshot, hashed: Callable[[Any, str], str]) -> str:
    return hashed(snapshot.file, snapshot.source) if snapshot.file else ""


def _digest(run: HeightsRun) -> str:
    """What the buildings were held against: limits with their land, clauses and heights, and the settings."""
    parts = [repr(run.outcome.design.settings)]
    for limit in run.outcome.limits:
        parts.append(
            repr((str(limit.kind), limit.name, limit.clause, limit.is_level, repr(limit.shape), limit.area.wkt))
        )
    return hashlib.sha256("\n".join(parts).encode("utf-8")).hexdigest()


def _line_of(rule: str) -> str:
    return _AIRPORT if rule == str(LimitKind.AIRPORT) else _PLAN


def _findings(job: HeightsJob, run: HeightsRun, projects: RoundProjects) -> Any:
    lines = load_catalogue().lines
    for finding in run.findings:
        if finding.building < 0 or finding.geometry is None:
            continue
        line, at = _line_of(finding.rule), finding.building
        area = float(statutory_areas(objects([finding.geometry]), run.plane)[0])
        project_m2 = projects.areas_m2[at]
        yield Finding(
            project_key=projects.keys[at],
            line_id=line,
            line_name=lines[line].name,
            rule_id=finding.rule,
            effect=Effect.PROHIBIT,
            control_fid=None,
            control_label=finding.rule_name,
            overlap_m2=area,
            project_m2=project_m2,
            share_pct=min(area / project_m2 * 100, 100.0) if project_m2 else 0.0,
            is_sliver=False,
            law=finding.clause,
            note=_note(finding),
            layer_name=job.buildings.name,
            layer_date=job.buildings.snapshot.date,
            geometry=finding.geometry,
        )


def _note(finding: HeightFinding) -> str:
    return f"{rule_word(finding.rule, 'zh')} +{finding.exceed_value:.2f}{finding.unit}；{advice_text(finding, 'zh')}"


def _is_given(run: HeightsRun, line: str) -> bool:
    """Whether anything that was given belongs to a line; else nothing can be said of it."""
    of_airport = [limit.kind == LimitKind.AIRPORT for limit in run.outcome.limits]
    if line == _AIRPORT:
        return any(of_airport)
    return not all(of_airport) or bool(run.outcome.conditions) or any(s.watch.span for s in run.outcome.skylines)


def _verdicts(run: HeightsRun, projects: RoundProjects, line: str, digest: str) -> Any:
    name = load_catalogue().lines[line].name
    by_building: dict[int, list[HeightFinding]] = {}
    for finding in run.findings:
        if finding.building >= 0 and _line_of(finding.rule) == line:
            by_building.setdefault(finding.building, []).append(finding)
    is_given = _is_given(run, line)
    for result in run.buildings:
        found = by_building.get(result.building, [])
        unknown = result.status == str(Standing.NOT_CHECKED) or bool(result.unknown)
        status = CONFLICT if found else NOT_CHECKED if unknown or not is_given else CLEAR
        area = max((float(statutory_areas(objects([f.geometry]), run.plane)[0]) for f in found), default=0.0)
        project_m2 = projects.areas_m2[result.building]
        yield Verdict(
            project_key=projects.keys[result.building],
            line_id=line,
            line_name=name,
            status=status,
            effect=str(Effect.PROHIBIT) if found else "",
            overlap_m2=round(area, 2),
            share_pct=round(min(area / project_m2 * 100, 100.0), 4) if project_m2 else 0.0,
            pieces=len(found),
            slivers=0,
            sliver_m2=0.0,
            law="；".join(dict.fromkeys(f.clause for f in found if f.clause)),
            rules_sha256=digest,
            reason=reason_text(result.reason, "zh"),
            condition="；".join(dict.fromkeys(advice_text(f, "zh") for f in found)),
        )
