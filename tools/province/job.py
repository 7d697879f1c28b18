"""What a run has to do, settled once on the driver and sent to every worker: lines, rules, sources, plane.

No Spark here.
"""

import re
from dataclasses import dataclass, field
from typing import Optional

from plugin.core.errors import OneMapError
from plugin.core.review.line_check import LineTask, Settings
from plugin.core.review.matching import LayerName, match_lines
from plugin.core.review.rules import FULL_LINE, Rule
from plugin.formats.rules.rule_files import load_catalogue, load_project_fields, load_rule_set

from .expressions import Expression, Unsupported
from .geoparquet import BadInput

KEY_FIELDS = ("XMBH", "project_key", "XMDM", "DKBH", "BSM", "id")  # as on the desk: the first that the layer has


@dataclass(frozen=True)
class LetGo:
    """Whether a rule lets a project go, by its land use in the field `name` or by the rule's `unless`."""

    rule: Rule
    name: str
    unless: Optional[Expression] = None

    @property
    def columns(self):
        return [self.name, *(self.unless.columns if self.unless else ())]

    def is_true(self, row):
        use = row.get(self.name)
        return self.rule.exempts("" if use is None else str(use)) or bool(self.unless and self.unless.is_true(row))


@dataclass(frozen=True)
class Source:
    """One control layer.

    `conditions`: rule id -> Expression, or True for every feature; `failure`: why it cannot be read.
    """

    line_id: str
    name: str
    date: str = ""
    crs: object = None
    is_empty: bool = False
    polygons_only: bool = True
    label: str = ""
    conditions: dict = field(default_factory=dict)
    reach: float = 0.0
    failure: str = ""

    @property
    def asked(self):
        """Ids of the rules with an expression, in the order of their bits."""
        return [rule_id for rule_id, condition in self.conditions.items() if condition is not True]

    @property
    def columns(self):
        return _columns(self.conditions[rule_id] for rule_id in self.asked) | ({self.label} - {""})


@dataclass(frozen=True)
class Job:
    """`unless`: rule id -> Expression asked of projects, in the order of its bits.

    `key`: name of the key field or "".
    """

    tasks: list
    sources: list
    settings: Settings
    projects_name: str
    projects_crs: object
    key: str
    unless: dict
    square_m: float

    @property
    def project_columns(self):
        return _columns(self.unless.values()) | ({self.key} - {""})


def bits_of(rows, expressions):
    """One integer a row: bit n is set where expression n is true of it."""
    return [sum(1 << n for n, expression in enumerate(expressions) if expression.is_true(row)) for row in rows]


def _columns(expressions):
    return {column for expression in expressions for column in expression.columns}


class Planner:
    """Turns opened inputs into a Job.

    `remarks` tells what the reader must know, `refused` which rules only QGIS can judge.
    """

    def __init__(self, rule_files, review_date, left_out=()):
        self.catalogue = load_catalogue()
        self.rule_set = load_rule_set(rule_files or None, self.catalogue)
        lines = [(line_id, self.rule_set.for_line(line_id, review_date)) for line_id in self.rule_set.line_ids()]
        self.tasks = [LineTask(line_id, self.catalogue.get(line_id).name, rules) for line_id, rules in lines if rules]
        self._left_out, self.remarks, self.refused = set(left_out), [], []

    def job(self, projects, controls, key, plane, sliver_m2, square_m):
        """The Job; raises BadInput naming every rule that would need QGIS."""
        sources = [source for source in (self._source(line_id, layer) for line_id, layer in controls) if source]
        unless = self._unless(projects, {source.line_id for source in sources})
        if self.refused:
            raise BadInput("These rules hold expressions that only QGIS can evaluate:\n  " + "\n  ".join(self.refused))
        key = key or next((name for name in KEY_FIELDS if name in projects.fields), "")
        if key and key not in projects.fields:
            raise BadInput(f"{projects.name} has no field {key}; it has {', '.join(projects.fields)}")
        settings = Settings(plane, self.rule_set.sha256, sliver_m2)
        return Job(self.tasks, sources, settings, projects.name, projects.crs, key, unless, square_m)

    def line_of(self, name, layer_name):
        """Line id of a layer: `name` given by the user, else by the layer's name.

        Raises BadInput when it is not one line.
        """
        mapping = {layer_name: name} if name else {}
        matching = match_lines([LayerName(layer_name, layer_name, layer_name)], mapping, self.catalogue)
        if 0 not in matching.assigned:
            raise BadInput(f"which control line is {layer_name}? Write --control LINE=SOURCE, e.g. YJJBNT=...")
        return matching.assigned[0]

    def _source(self, line_id, layer):
        """The Source of an opened layer, or of an error in place of one; None where no rule is in force."""
        task = next((task for task in self.tasks if task.line_id == line_id), None)
        if task is None:
            return None
        if isinstance(layer, OneMapError):
            return Source(line_id, layer.params.get("layer", ""), failure=str(layer))
        line = self.catalogue.get(line_id)
        conditions = {rule.id: self._condition(rule, layer) for rule in task.rules}
        taken_off = {rule.less_line for other in self.tasks for rule in other.rules}
        full_line = {FULL_LINE.id: True} if line_id in taken_off else {}
        return Source(
            line_id,
            layer.name,
            layer.date,
            layer.crs,
            layer.count == 0,
            line.geometry == "polygon" and layer.dimension not in (0, 1),
            next((name for name in line.label_fields if name in layer.fields), ""),
            {rule_id: condition for rule_id, condition in {**conditions, **full_line}.items() if condition is not None},
            max((rule.distance_m or 0.0 for rule in task.rules), default=0.0),
        )

    def _condition(self, rule, layer):
        """Expression, True for every feature, None where the rule stays undecided on this layer."""
        if not rule.where:
            return True
        expression = self._expression(rule, rule.where)
        if expression is None:
            return None
        absent = [name for name in expression.columns if name not in layer.fields]
        if rule.where_needs == "any" and 0 < len(absent) < len(expression.columns):  # as on the desk: the rest is NULL
            expression = Expression(re.sub("|".join(f'"{re.escape(name)}"' for name in absent), "NULL", rule.where))
            absent = []
        if not absent:
            return expression
        self.remarks.append(
            f"{layer.name}: rule {rule.id} needs {', '.join(absent)}; its fallback is {rule.where_fallback}"
        )
        return {"all": True, "none": _NEVER, "not_checked": None}[rule.where_fallback]

    def _unless(self, projects, lines):
        found = {}
        for rule in (rule for task in self.tasks for rule in task.rules if rule.unless and task.line_id in lines):
            expression = self._expression(rule, rule.unless)
            absent = [name for name in expression.columns if name not in projects.fields] if expression else []
            if absent:
                self.remarks.append(
                    f"{projects.name}: the exception of rule {rule.id} needs {', '.join(absent)}; it applies to nobody"
                )
            elif expression:
                found[rule.id] = expression
        for rule in (rule for task in self.tasks for rule in task.rules if rule.exempt_uses and task.line_id in lines):
            name = next((name for name in load_project_fields()["land_use"] if name in projects.fields), None)
            if name is None:
                self.remarks.append(f"{projects.name}: no land use; rule {rule.id} binds every project")
            else:
                found[rule.id] = LetGo(rule, name, found.get(rule.id))
        return found

    def _expression(self, rule, text):
        """None for a rule that the user left out; one that cannot be judged here goes to `refused`."""
        if rule.id in self._left_out:
            self.remarks.append(f"rule {rule.id} was left out of this run: {text}")
            return None
        try:
            return Expression(text)
        except Unsupported:
            self.refused.append(
                f"{rule.id}: {text}  (check it on the desk, or leave it out with --leave-out {rule.id})"
            )
            return None


_NEVER = Expression("FALSE")
