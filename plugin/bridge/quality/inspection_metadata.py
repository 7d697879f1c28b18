"""The metadata files of a package: read, and held against its layers."""

from datetime import date

from ...core.errors import InputError
from ...core.quality.defects import Defect
from ...core.quality.inspection import Inspection
from ...core.quality.inspection_content import Content, Matched
from ...core.quality.inspection_metadata import check_metadata, check_metadata_files
from ...formats.packages.metadata import read_metadata


def check_metadata_of(run: Inspection, content: Content, matched: Matched) -> None:
    """Whether there are metadata files as the specification lists them, and what they say."""
    check_metadata_files(run, content)
    if not run.is_asked("metadata_content"):
        return
    asked = [spec for spec in run.specification.files if spec.is_metadata]
    files = [f for f in content.files if f.trouble is None and any(spec.fits(f.path) for spec in asked)]
    if asked and not files:
        run.skip("metadata_content", "", "unchecked_no_metadata")
    for file in files:
        try:
            stated = read_metadata(file.place)
        except InputError as error:
            rule = run.rule("metadata_content")
            params = {"file": file.path, "error": error.message}
            broken = Defect(
                rule.item.code, rule.severity, "", value=file.path, message="defect_Q114_broken", params=params
            )
            run.take(rule, 1, [broken])
            continue
        check_metadata(run, file.path, stated, matched, date.today())
