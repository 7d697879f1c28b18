"""Turns opened inputs into a Job: which line each layer is, what each rule asks, what only QGIS can judge."""

import re
from dataclasses import replace

from plugin.core.errors import InputError, OneMapError
from plugin.core.messages import language, text
from plugin.core.review.layer_dates import entered_date
from plugin.core.review.line_check import LineTask
from plugin.core.review.matching import LayerName, match_lines
from plugin.core.review.project_task import KEY_FIELDS, height_expression
from plugin.core.review.rules import FULL_LINE, out_of_force
from plugin.core.review.settings import Settings
from plugin.core.review.vintages import DatedLayer, control_remarks, within_vintages
from plugin.formats.rules.rule_files import load_catalogue, load_project_fields, load_rule_set

from .errors import BadInput
from .expressions import Expression, Unsupported
from .job import Job, Source, first_field, spelt
from .look import look_at, reached_by
from .unclear import unclear_conditions


class Planner:
    """`remarks` tells what the reader must know, `refused` which rules only QGIS can judge.

    `layer_dates`: {layer name, source or line id: date} that a person entered.
    """

    def __init__(self, rule_files, review_date, left_out=(), layer_dates=None):
        self._layer_dates, self._review_date = layer_dates or {}, review_date
        self.catalogue = load_catalogue()
        self.rule_set = load_rule_set(rule_files or None, self.catalogue)
        self.tasks = [self._task(line_id, review_date) for line_id in self.rule_set.line_ids()]
        rules = [rule for task in self.tasks for rule in task.rules]
        self.wanted = {rule.line_id for rule in rules} | {rule.less_line for rule in rules if rule.less_line}
        self._left_out, self.remarks, self.refused = set(left_out), [], []

    def _task(self, line_id, day):
        rules, name = self.rule_set.for_line(line_id, day), self.catalogue.get(line_id).name
        absent = "" if rules else out_of_force(self.rule_set, line_id, day)
        return LineTask(line_id, name, rules, absent=absent)

    def job(self, projects, controls, fields, settings, square_m):
        """The Job; `fields`: (key field, field of the county), "" for the usual ones; `settings`: (plane, sliver m2).

        Raises BadInput naming every rule that would need QGIS.
        """
        sources = self._beside_each_other([self._source(line_id, layer) for line_id, layer in controls], controls)
        lines = {source.line_id for source in sources if not source.failure}
        rules = [rule for task in self.tasks for rule in task.rules if task.line_id in lines]
        unless = self._of_projects(projects, [(rule, rule.unless) for rule in rules if rule.unless])
        use = self._use(projects, rules)
        heights = self._heights(projects, [rule for rule in rules if any(rule.id in s.limits for s in sources)])
        if self.refused:
            raise BadInput("These rules hold expressions that only QGIS can evaluate:\n  " + "\n  ".join(self.refused))
        plane, sliver_m2 = settings
        key, county = (
            self._named(projects, name, usual)
            for name, usual in zip(fields, (KEY_FIELDS, load_project_fields()["county"]))
        )
        return Job(
            tasks=self.tasks,
            lines={line_id: self.catalogue.get(line_id) for line_id in lines},
            sources=sources,
            settings=Settings(plane, self.rule_set.sha256, sliver_m2),
            projects_name=projects.name,
            projects_crs=projects.crs,
            key=key,
            use=use,
            unless=unless,
            heights=heights,
            square_m=square_m,
            county=county,
            language=language(),
            reached=reached_by(plane, [layer for _, layer in controls]),
        )

    def _named(self, projects, name, usual):
        """The field that a person named, else the first of the usual ones that is there, else ""."""
        name = spelt(name, projects.fields) if name else first_field(usual, projects.fields)
        if name and name not in projects.fields:
            raise InputError("field_missing", layer=projects.name, field=name, fields=", ".join(projects.fields))
        return name

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
        """The Source of an opened layer, or of an error in place of one."""
        if isinstance(layer, OneMapError):
            return Source(line_id, layer.params.get("layer", ""), failure=str(layer))
        look, line = look_at(layer), self.catalogue.get(line_id)
        rules = [r for task in self.tasks for r in task.rules]
        own = [rule for rule in rules if rule.line_id == line_id]
        limits = {rule.id: self._adapted(rule, rule.limit, layer) for rule in own if rule.limit}
        absent: dict[str, list[str]] = {}
        conditions = {rule.id: self._condition(rule, layer, limits, absent) for rule in own}
        conditions.update(unclear_conditions(own, conditions, absent, layer))
        if line_id in {rule.less_line for rule in rules}:
            conditions[FULL_LINE.id] = True
        as_lines = line.geometry == "polygon" and layer.dimension in (0, 1)
        return Source(
            line_id,
            layer.name,
            self._dated(line_id, layer).display_text(),
            layer.crs,
            layer.count == 0,
            line.geometry == "polygon" and not as_lines,
            first_field(line.label_fields, layer.fields),
            {rule_id: condition for rule_id, condition in conditions.items() if condition is not None},
            {rule_id: limit for rule_id, limit in limits.items() if isinstance(limit, Expression)},
            max((rule.distance_m or 0.0 for rule in own), default=0.0),
            text("layer_not_polygons", layer=layer.name) if as_lines else look.failure,
            look.unread,
            absent,
        )

    def _dated(self, line_id, layer):
        return entered_date(self._layer_dates, layer.name, layer.source, line_id) or layer.dated

    def _beside_each_other(self, sources, controls):
        """The sources with what verdicts say of an older boundary beside a newer one; remarks tell of their dates."""
        opened = [(line_id, layer) for line_id, layer in controls if not isinstance(layer, OneMapError)]
        layers = [DatedLayer(n, one.name, one.source, one.expected, self._dated(n, one)) for n, one in opened]
        self.remarks += [remark.text() for remark in control_remarks(layers, self._review_date)]
        for task in self.tasks:
            remark = within_vintages(task.rules, [layer for layer in layers if layer.line_id == task.line_id])
            if remark:
                self.remarks.append(remark.text())
                own = task.line_id
                sources = [replace(s, partly=remark.text()) if s.line_id == own else s for s in sources]
        return sources

    def _condition(self, rule, layer, limits, absent):
        """Expression, True for every feature, None where the rule stays undecided on this layer.

        `absent` takes the fields that the layer lacks where the rule does not take every feature without them.
        """
        found = limits.get(rule.id, True)
        if isinstance(found, Expression) or found is True:
            found = self._adapted(rule, rule.where, layer) if rule.where else True
        if found is True or found is None or isinstance(found, Expression):
            return found
        if rule.where_fallback != "all":
            absent[rule.id] = found
        return {"all": True, "none": _NEVER, "not_checked": None}[rule.where_fallback]

    def _adapted(self, rule, expression, layer):
        """The Expression for the fields of a layer; names of the fields that it lacks, told in a remark; None for a
        rule that is left out or that cannot be judged here.
        """
        columns = quoted_columns(expression)
        absent = [name for name in columns if spelt(name, layer.fields) not in layer.fields]
        if absent and not (rule.where_needs == "any" and len(absent) < len(columns)):
            if not rule.is_doubt:
                self._remark(layer, "rule_field_absent", rule, absent, text(f"fallback_{rule.where_fallback}"))
            return absent
        return self._expression(rule, _for_fields(expression, layer.fields))

    def _remark(self, layer, code, rule, absent, fallback=""):
        said = text(code, rule=rule.id, fields=", ".join(absent), fallback=fallback)
        self.remarks.append(f"{layer.name}: {said}")

    def _of_projects(self, projects, asked):
        """{rule id: Expression} of what rules ask of projects; one whose fields are absent lets nobody go."""
        found = {}
        for rule, expression in asked:
            absent = [
                name for name in quoted_columns(expression) if spelt(name, projects.fields) not in projects.fields
            ]
            if absent:
                self._remark(projects, "unless_field_absent", rule, absent)
                continue
            found[rule.id] = self._expression(rule, _for_fields(expression, projects.fields))
        return {rule_id: expression for rule_id, expression in found.items() if expression}

    def _use(self, projects, rules):
        usual = load_project_fields()["land_use"]
        name = first_field(usual, projects.fields)
        for rule in (rule for rule in rules if rule.exempt_uses and not name):
            said = text("use_unknown", count=projects.count, rules=rule.id, fields=", ".join(usual))
            self.remarks.append(f"{projects.name}: {said}")
        return name

    def _heights(self, projects, rules):
        """{rule id: Expression} of the heights of projects; rules of which no field is there know no height."""
        usual, found = first_field(load_project_fields()["building_height"], projects.fields), {}
        for rule in rules:
            expression = height_expression(rule, usual)
            there = [name for name in quoted_columns(expression) if spelt(name, projects.fields) in projects.fields]
            if there:
                found[rule.id] = self._expression(rule, _for_fields(expression, projects.fields))
            elif not rule.is_doubt:
                fields = ", ".join(quoted_columns(expression) or load_project_fields()["building_height"])
                said = text("project_height_unknown", rule=rule.id, count=projects.count, fields=fields)
                self.remarks.append(f"{projects.name}: {said}")
        return {rule_id: expression for rule_id, expression in found.items() if expression}

    def _expression(self, rule, expression):
        """None for a rule that the user left out; one that cannot be judged here goes to `refused`."""
        if rule.id in self._left_out:
            self.remarks.append(f"rule {rule.id} was left out of this run: {expression}")
            return None
        try:
            return Expression(expression)
        except Unsupported:
            self.refused.append(
                f"{rule.id}: {expression}  (check it on the desk, or leave it out with --leave-out {rule.id})"
            )
            return None


_NEVER = Expression("FALSE")
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"((?:[^"]|"")*)\"""")


def quoted_columns(expression):
    """Names of the fields that a QGIS expression asks for, also of one that cannot be judged here."""
    return sorted({match.group(1).replace('""', '"') for match in _QUOTED.finditer(expression) if match.group(1)})


def _for_fields(expression, fields):
    """The expression with each field as the layer spells it, NULL in place of one that the layer lacks."""

    def put(match):
        if not match.group(1):
            return match.group(0)
        name = spelt(match.group(1).replace('""', '"'), fields)
        return '"' + name.replace('"', '""') + '"' if name in fields else "NULL"

    return _QUOTED.sub(put, expression)
