"""Word templates: the office's own is used, and what is wrong with one is said in words."""

import zipfile
from pathlib import Path

import docx
import pytest
from onemap.plugin import report as reports
from onemap.plugin.core.errors import InputError
from onemap.plugin.report.review.document import part_names, review_document


def document_texts(path):
    document = docx.Document(str(path))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    heads = (p.text for s in document.sections for p in (*s.header.paragraphs, *s.footer.paragraphs))
    return "\n".join([*(p.text for p in document.paragraphs), *cells, *heads])


def template(path, *lines, change=lambda word: None):
    """A template whose paragraphs are `lines`; a list is a paragraph of several runs."""
    word = docx.Document()
    for line in lines:
        paragraph = word.add_paragraph()
        for run in line if isinstance(line, list) else [line]:
            paragraph.add_run(run)
    change(word)
    word.save(str(path))
    return str(path)


def write(make_report, tmp_path, template_path, **changes):
    report = make_report(template=template_path, **changes)
    reports.write_report(review_document(report), tmp_path / "out.docx")
    return document_texts(tmp_path / "out.docx")


def test_the_offices_template_takes_the_place_of_the_plain_one(make_report, tmp_path):
    path = template(
        tmp_path / "t.docx", "某某局文件", "{{文号}}", "不符合 {{不符合}} 个，有条件 {{有条件}} 个", "{{审查结论}}"
    )
    found = write(make_report, tmp_path, path, document_no="云〔2026〕1 号")
    assert found.startswith("某某局文件\n云〔2026〕1 号\n不符合 2 个，有条件 0 个\n一、审查结论")
    assert "{{" not in found and "附件" not in found  # parts that the template does not call are left out


def test_placeholders_are_found_in_pieces_and_in_full_width(make_report, tmp_path):
    path = template(tmp_path / "t.docx", ["共 {", "{项目", "数}} 个"], "｛｛ 审查人 ｝｝", "{{全文}}")
    found = write(make_report, tmp_path, path, reviewer="某人", project_count=5)
    assert found.startswith("共 5 个\n某人\n") and "一、审查结论" in found and "附件" in found


def test_values_stand_in_tables_heads_and_feet_too(make_report, tmp_path):
    def change(word):
        word.add_table(1, 1).cell(0, 0).text = "单位 {{审查单位}}"
        word.sections[0].header.paragraphs[0].text = "{{标题}}"
        word.sections[0].footer.paragraphs[0].text = "{{审查日期}}"

    path = template(tmp_path / "t.docx", "{{附件}}", change=change)
    found = write(make_report, tmp_path, path, organisation="云溪县局", title="意见书")
    assert "单位 云溪县局" in found and found.endswith("意见书\n2026年3月4日")


def test_a_value_with_braces_or_markup_is_only_text(make_report, tmp_path):
    path = template(tmp_path / "t.docx", "{{审查人}}", "{{审查结论}}")
    assert write(make_report, tmp_path, path, reviewer="<b>{{文号}}&").startswith("<b>{{文号}}&\n")


def test_the_plain_template_can_be_saved_edited_and_used(make_report, tmp_path):
    reports.save_default_template(part_names(), tmp_path / "plain.docx")
    word = docx.Document(str(tmp_path / "plain.docx"))
    word.paragraphs[0].insert_paragraph_before("内部资料")
    word.save(str(tmp_path / "own.docx"))
    own = write(make_report, tmp_path, str(tmp_path / "own.docx"))
    plain = write(make_report, tmp_path, "")
    assert own == f"内部资料\n{plain}"


def test_a_template_without_heading_styles_gets_them(make_report, tmp_path):
    def change(word):
        for name in ("Heading 1", "Heading 2", "Title"):
            element = word.styles[name].element
            element.getparent().remove(element)

    path = template(tmp_path / "t.docx", "{{全文}}", change=change)
    write(make_report, tmp_path, path)
    document = docx.Document(str(tmp_path / "out.docx"))
    heading = next(p for p in document.paragraphs if p.text == "一、审查结论")
    assert heading.style.name == "Heading 1"


def test_narrow_pages_narrow_the_tables(make_report, tmp_path):
    def change(word):
        word.sections[0].page_width = docx.shared.Mm(120)

    path = template(tmp_path / "t.docx", "{{全文}}", change=change)
    write(make_report, tmp_path, path)
    document = docx.Document(str(tmp_path / "out.docx"))
    section = document.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    for table in document.tables:
        assert sum(column.width for column in table.columns) <= room * 1.01
    assert all(shape.width <= room for shape in document.inline_shapes)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["{{审查结论}}", "{{没有的}}"], r"\{\{没有的\}\}.*\{\{审查结论\}\}"),
        (["{{审查结论}}", "{{文号"], "not closed"),
        (["{{审查结论}}", "文号}}"], "not closed"),
        (["结论：{{审查结论}}"], "alone"),
        (["{{文号}}"], "no placeholder for any part"),
        (["没有占位符"], "no placeholder for any part"),
    ],
)
def test_a_faulty_template_is_refused_with_what_is_wrong(make_report, tmp_path, lines, message):
    path = template(tmp_path / "t.docx", *lines)
    with pytest.raises(InputError, match=message):
        write(make_report, tmp_path, path)
    assert not (tmp_path / "out.docx").exists()


def test_a_part_in_a_table_is_refused(make_report, tmp_path):
    def change(word):
        word.add_table(1, 1).cell(0, 0).text = "{{审查结论}}"

    with pytest.raises(InputError, match="alone"):
        write(make_report, tmp_path, template(tmp_path / "t.docx", "{{附件}}", change=change))


def _cut(path: Path):
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def _no_document(path: Path):
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("readme.txt", "hello")


def _bad_xml(path: Path):
    template(path, "{{全文}}")
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["word/document.xml"] = b"<w:document"
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)


def _other(path: Path):
    openpyxl = pytest.importorskip("openpyxl")
    openpyxl.Workbook().save(path)


@pytest.mark.parametrize("spoil", [_cut, _no_document, _bad_xml, _other, lambda p: p.write_text("文字")])
def test_a_broken_template_is_refused_in_words(make_report, tmp_path, spoil):
    path = tmp_path / "t.docx"
    template(path, "{{全文}}")
    spoil(path)
    with pytest.raises(InputError, match="not a Word document"):
        write(make_report, tmp_path, str(path))


def test_an_absent_template_is_named(make_report, tmp_path):
    with pytest.raises(InputError, match=r"none\.docx cannot be read"):
        write(make_report, tmp_path, str(tmp_path / "none.docx"))


def test_a_bomb_is_refused_before_it_is_unpacked(make_report, tmp_path):
    path = tmp_path / "t.docx"
    template(path, "{{全文}}")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package, package.open("word/big.xml", "w") as part:
        for _ in range(210):
            part.write(bytes(1_000_000))
    with pytest.raises(InputError, match="larger than 200 MB"):
        write(make_report, tmp_path, str(path))
