"""Stage 1: is all there that must be, is it named as it must be, can it be opened."""

import re
from collections.abc import Iterator

from ..messages import text
from .defects import CheckRule, Defect
from .inspection import Inspection
from .inspection_content import WITH_LAYERS, Content, FileKind, Matched, PackageFile
from .inspection_spec import FileSpec, LayerSpec, Need, Specification

_OF_REQUIRED = ("layer_missing", "layer_empty")


def check_completeness(run: Inspection, content: Content, matched: Matched) -> None:
    """Stage 1 of a run."""
    _check_files(run, content)
    _check_layers(run, content, matched)
    if run.is_asked("unreadable"):
        rule = run.rule("unreadable")
        run.take(rule, len(content.files), _unreadable(rule, content))
    if run.is_asked("file_twice"):
        rule = run.rule("file_twice")
        run.take(rule, len(content.files) + sum(one.count for one in content.copies), _copies(rule, content))


def _copies(rule: CheckRule, content: Content) -> Iterator[Defect]:
    for one in content.copies:
        value, wanted = (path or text("inspection_top_folder") for path in (one.path, one.original))
        message, params = ("defect_Q112_folder", {"count": str(one.count)}) if one.count > 1 else ("", {})
        if one.layers:
            message, params = "defect_Q112_layers", {"layers": one.layers, "count": str(one.count)}
        yield Defect(rule.item.code, rule.severity, "", value=value, wanted=wanted, message=message, params=params)


def _check_files(run: Inspection, content: Content) -> None:
    checks = ("file_missing", "file_name", "file_unexpected", "map_resolution", "table_missing")
    asked = [check for check in checks if run.is_asked(check)]
    if not content.has_file_list or not run.specification.files:
        for check in asked:
            run.skip(check, "", "unchecked_single" if not content.has_file_list else "unchecked_no_files")
        return
    listing = _Listing(run.specification, content)
    for check in asked:
        rule = run.rule(check)
        run.take(rule, listing.checked(check), listing.defects(check, rule))


class _Listing:
    """The files of a package against the list of the specification."""

    def __init__(self, specification: Specification, content: Content) -> None:
        self._specs, self._files = specification.files, content.files
        self._fits: dict[str, list[PackageFile]] = {s.title: self._fitting(s) for s in specification.files}
        self._misnamed: dict[str, list[PackageFile]] = {}
        taken = {file.path for files in self._fits.values() for file in files}
        for spec in specification.files:
            near = [] if self._fits[spec.title] else [f for f in self._files if f.path not in taken and _near(spec, f)]
            self._misnamed[spec.title] = near
            taken |= {file.path for file in near}
        parts = {layer.path for layer in self._files if layer.kind in WITH_LAYERS}
        self._unexpected = [f for f in self._files if f.path not in taken and f.path not in parts]

    def _fitting(self, spec: FileSpec) -> list[PackageFile]:
        return [file for file in self._files if spec.fits(file.path)]

    def checked(self, check: str) -> int:
        if check in ("file_missing", "table_missing"):
            return sum(spec.is_table == (check == "table_missing") for spec in self._specs)
        if check == "map_resolution":
            return sum(len(self._fits[spec.title]) for spec in self._specs if spec.dpi)
        return len(self._files)

    def defects(self, check: str, rule: CheckRule) -> Iterator[Defect]:
        looks = {
            "file_missing": lambda: self._missing(rule, False),
            "table_missing": lambda: self._missing(rule, True),
            "file_name": lambda: self._named(rule),
            "file_unexpected": lambda: (_file_defect(rule, f) for f in self._unexpected),
            "map_resolution": lambda: self._coarse(rule),
        }
        return looks[check]()

    def _missing(self, rule: CheckRule, tables: bool) -> Iterator[Defect]:
        for spec in self._specs:
            absent = not self._fits[spec.title] and not self._misnamed[spec.title]
            if spec.is_table == tables and spec.need == Need.M and absent:
                yield Defect(rule.item.code, rule.severity, "", wanted=spec.title)

    def _named(self, rule: CheckRule) -> Iterator[Defect]:
        for spec in self._specs:
            for file in self._misnamed[spec.title]:
                yield _file_defect(rule, file, f"{spec.title} {spec.pattern}")

    def _coarse(self, rule: CheckRule) -> Iterator[Defect]:
        for spec in self._specs:
            for file in self._fits[spec.title] if spec.dpi else ():
                if file.trouble is None and file.kind == FileKind.IMAGE and (file.dpi or 0) < spec.dpi:
                    yield Defect(
                        rule.item.code, rule.severity, file.path, value=str(file.dpi or "?"), wanted=str(spec.dpi)
                    )


def _near(spec: FileSpec, file: PackageFile) -> bool:
    """Whether a file is probably the one that a pattern asks for, under another name."""
    suffixes = re.findall(r"[a-z0-9]{3,4}", spec.pattern.rsplit("\\.", 1)[-1])
    return bool(spec.near) and spec.near in file.name and file.name.rsplit(".", 1)[-1].lower() in suffixes


def _file_defect(rule: CheckRule, file: PackageFile, wanted: str = "") -> Defect:
    return Defect(rule.item.code, rule.severity, "", value=file.path, wanted=wanted)


def _unreadable(rule: CheckRule, content: Content) -> Iterator[Defect]:
    for file in content.files:
        if file.trouble is not None:
            yield _file_defect(rule, file, file.trouble.message)
    for path, remark in content.troubles:
        yield Defect(rule.item.code, rule.severity, "", value=path, wanted=remark.message)
    for layer in content.layers:
        if layer.trouble is not None:
            yield Defect(rule.item.code, rule.severity, layer.name, value=layer.name, wanted=layer.trouble.message)


def _check_layers(run: Inspection, content: Content, matched: Matched) -> None:
    layers = run.specification.layers
    for check in ("layer_missing", "layer_empty", "layer_unknown", "layer_twice"):
        if run.is_asked(check):
            count = sum(_is_certain(s.code, content, matched) for s in layers if s.need == Need.M)
            count = count if check in _OF_REQUIRED else len(content.layers)
            run.take(run.rule(check), count, _layer_defects(check, run.rule(check), run, content, matched))


def _is_certain(code: str, content: Content, matched: Matched) -> bool:
    """Whether it is known of a layer if it is there."""
    return code in matched.found or not content.has_unread_database()


def _layer_defects(
    check: str, rule: CheckRule, run: Inspection, content: Content, matched: Matched
) -> Iterator[Defect]:
    code, severity = rule.item.code, rule.severity
    if check == "layer_unknown":
        for layer in matched.unknown:
            meant = run.specification.layer(matched.like.get(layer.name, ""))
            like = {"like": _titled(meant)} if meant is not None else {}
            message = "defect_Q106_like" if like else ""
            yield Defect(code, severity, layer.name, value=layer.name, message=message, params=like)
    elif check == "layer_twice":
        for name, same in matched.twice.items():
            yield Defect(code, severity, name, value="; ".join(f"{one.file}: {one.name}" for one in same))
    elif check == "layer_empty":
        for spec in run.specification.layers:
            found = matched.found.get(spec.code)
            if spec.need == Need.M and found is not None and found.trouble is None and not found.count:
                yield Defect(code, severity, spec.code)
    else:
        yield from _missing_layers(rule, run, content, matched)


def _missing_layers(rule: CheckRule, run: Inspection, content: Content, matched: Matched) -> Iterator[Defect]:
    """Required layers that are not there; where a database was not read nobody knows."""
    missing = [s for s in run.specification.layers if s.need == Need.M and s.code not in matched.found]
    if missing and content.has_unread_database():
        run.skip("layer_missing", "", "unchecked_unread", layers=", ".join(spec.code for spec in missing))
        return
    for spec in missing:
        names = [name for name, code in matched.like.items() if code == spec.code]
        named = {"names": "、".join(names)} if names else {}
        message = "defect_Q104_like" if names else ""
        yield Defect(rule.item.code, rule.severity, spec.code, wanted=_titled(spec), message=message, params=named)


def _titled(spec: LayerSpec) -> str:
    return f"{spec.code}（{spec.title}）" if spec.title else spec.code
