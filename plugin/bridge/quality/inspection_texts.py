"""The texts of a package against the sums over its layers."""

from collections.abc import Mapping

from ...core.errors import InputError
from ...core.quality.inspection import Inspection
from ...core.quality.inspection_content import Content
from ...core.quality.inspection_spec import LandSum
from ...core.quality.inspection_texts import check_text
from ...formats.packages.texts import READABLE, read_text


def check_texts(run: Inspection, content: Content, sums: Mapping[LandSum, float]) -> None:
    """文数一致 where the specification has rules for texts; a text beside one that is only a picture counts."""
    for text in run.specification.texts if run.is_asked("text_numbers") else ():
        files = [file for file in content.files if text.fits(file.path) and file.trouble is None]
        read = [file for file in files if file.place.suffix.lower() in READABLE]
        if not files:
            run.skip("text_numbers", text.title, "unchecked_no_text", text=text.title)
        elif not read:
            run.skip("text_numbers", files[0].path, "unchecked_text_kind", file=files[0].name)
        for file in read:
            try:
                check_text(run, text, file.path, read_text(file.place), sums)
            except InputError as error:
                run.skip("text_numbers", file.path, "unchecked_table", file=file.name, error=str(error))
