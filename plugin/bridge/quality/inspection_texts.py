"""The texts of a package: what they are of, and their numbers against the sums over its layers."""

from collections.abc import Mapping
from typing import Union

from ...core.errors import InputError
from ...core.quality.inspection import Inspection
from ...core.quality.inspection_content import Content, PackageFile
from ...core.quality.inspection_spec import LandSum, Need
from ...core.quality.inspection_texts import check_subject, check_text
from ...formats.packages.pdf_texts import PagedText
from ...formats.packages.texts import READABLE, read_document


def check_texts(run: Inspection, content: Content, sums: Mapping[LandSum, float]) -> None:
    """Names and numbers in texts, as far as the specification asks for them."""
    texts = _Texts(run, content)
    texts.check_subjects()
    texts.check_numbers(sums)


class _Texts:
    """The texts of a package, each read once."""

    def __init__(self, run: Inspection, content: Content) -> None:
        self._run, self._content = run, content
        self._read: dict[str, Union[PagedText, InputError]] = {}

    def _text(self, file: PackageFile) -> Union[PagedText, InputError]:
        if file.path not in self._read:
            try:
                self._read[file.path] = read_document(file.place, self._run.feedback)
            except InputError as error:
                self._read[file.path] = error
        return self._read[file.path]

    def check_subjects(self) -> None:
        """Each text must name what its file name says it is of."""
        run, asked = self._run, [spec for spec in self._run.specification.files if spec.names_subject]
        if not run.is_asked("text_subject") or not asked:
            return
        if not self._content.has_file_list:
            run.skip("text_subject", "", "unchecked_single")
            return
        for spec in asked:
            files = [f for f in self._content.files if spec.fits(f.path) and f.trouble is None]
            if not files and spec.need == Need.M:
                run.skip("text_subject", spec.title, "unchecked_no_text", text=spec.title)
            for file in files:
                self._check_subject(file, spec.subject_of(file.path))

    def _check_subject(self, file: PackageFile, subject: str) -> None:
        found = self._text(file) if subject else None
        if found is None:
            self._run.skip("text_subject", file.path, "unchecked_no_subject", file=file.name)
        elif isinstance(found, InputError):
            self._run.skip("text_subject", file.path, "unchecked_table", file=file.name, error=str(found))
        else:
            check_subject(self._run, file.path, found.text, subject, found.unread)

    def check_numbers(self, sums: Mapping[LandSum, float]) -> None:
        """文数一致; a text that cannot be read is told unless the same one lies beside it in another format."""
        run = self._run
        for text in run.specification.texts if run.is_asked("text_numbers") else ():
            files = [file for file in self._content.files if text.fits(file.path) and file.trouble is None]
            if not files:
                run.skip("text_numbers", text.title, "unchecked_no_text", text=text.title)
            complete = {file.path: self._is_complete(file) for file in files}
            said = {_stem(file) for file in files if complete[file.path]}
            for file in files:
                found = self._text(file)
                if isinstance(found, PagedText):
                    check_text(run, text, file.path, found.text, sums)
                if not complete[file.path] and _stem(file) not in said:
                    self._skip(file, found)

    def _is_complete(self, file: PackageFile) -> bool:
        found = self._text(file)
        return isinstance(found, PagedText) and not found.unread

    def _skip(self, file: PackageFile, found: Union[PagedText, InputError]) -> None:
        params = {"file": file.name}
        if isinstance(found, PagedText):
            self._run.skip(
                "text_numbers", file.path, "unchecked_pages", count=found.unread, pages=found.pages, **params
            )
        elif file.place.suffix.lower() not in READABLE:
            self._run.skip("text_numbers", file.path, "unchecked_text_kind", **params)
        else:
            self._run.skip("text_numbers", file.path, "unchecked_table", error=str(found), **params)


def _stem(file: PackageFile) -> str:
    return file.path.rsplit(".", 1)[0]
