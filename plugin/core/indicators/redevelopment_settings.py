"""How progress of redevelopment is counted: data under resources/monitoring, marked as a proposal."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from ...paths import RESOURCES
from ..errors import InputError
from ..json_files import read_json_object

_FILE = RESOURCES / "monitoring" / "redevelopment.json"


@dataclass(frozen=True)
class RedevelopmentSettings:
    """`stages` in order; `due_curve`: points (share of the year, share of the task); days of the other limits."""

    stages: tuple[str, ...]
    withdrawn: str
    counting_stage: str
    counting_stages: tuple[str, ...]
    stage_dates: dict[str, list[str]]
    papers: tuple[tuple[str, str, str], ...]
    due_curve: tuple[tuple[float, float], ...]
    light_yellow: float
    stalled_days: int
    forecast_days: int
    forecast_least_days: int
    task_columns: dict[str, list[str]]
    total_names: tuple[str, ...]
    confidence: str

    @cached_property
    def counting(self) -> tuple[str, ...]:
        """The stages in which a project counts."""
        return self.stages[self.stages.index(self.counting_stage) :]

    @cached_property
    def open_stages(self) -> tuple[str, ...]:
        """The stages in which something is still to come."""
        return self.stages[:-1]

    def due_share(self, elapsed: float) -> float:
        """The share of the task that is due when a share of the year is gone."""
        x, y = zip(*self.due_curve)
        return float(np.interp(elapsed, x, y))

    def with_stage(self, stage: str) -> "RedevelopmentSettings":
        """The same with another counting stage; "" for the one it has."""
        if stage and stage not in self.stages:
            raise InputError("redevelopment_stage", stage=stage, stages="、".join(self.stages))
        return replace(self, counting_stage=stage or self.counting_stage)


def load_redevelopment_settings() -> RedevelopmentSettings:
    """The settings that the plugin brings."""
    data: dict[str, Any] = read_json_object(_FILE)
    listed = {name: tuple(data[name]) for name in ("stages", "counting_stages")}
    return RedevelopmentSettings(
        withdrawn=data["withdrawn"],
        counting_stage=data["counting_stage"],
        stage_dates=data["stage_dates"],
        papers=tuple((a, b, c) for a, b, c in data["papers"]),
        due_curve=tuple((float(x), float(y)) for x, y in data["due_curve"]),
        light_yellow=data["light_yellow"],
        stalled_days=data["stalled_days"],
        forecast_days=data["forecast_days"],
        forecast_least_days=data["forecast_least_days"],
        task_columns=data["task_columns"],
        confidence=data["confidence"],
        total_names=tuple(data["total_words"]),
        **listed,
    )
