"""The report as one self-contained web page: maps inside, heads of tables stay in sight, ready to print."""

import base64
from html import escape
from pathlib import Path

from .document import Document
from .model import FACT_SHARES, Block, Columns, Facts, Heading, Paragraph, Picture, Signature, Table

_STYLE = """
body{font-family:"Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei",SimSun,sans-serif;
max-width:1080px;margin:2em auto;padding:0 1em;line-height:1.7;color:#222}
h1{text-align:center}h2{border-bottom:2px solid #2e7d32;margin-top:1.6em}
h3{margin-top:1.2em}
table{border-collapse:collapse;width:100%;font-size:.86em;margin:.6em 0}
th,td{border:1px solid #999;padding:.25em .5em;vertical-align:top}
th{background:#e8f0e8;position:sticky;top:0}
td.n{text-align:right;white-space:nowrap}
figure{margin:1.2em 0;text-align:center}
img{max-width:100%}caption{font-weight:bold;margin:.4em}p.sign{margin:1.2em 0 1.2em 55%}
div.columns{display:grid;gap:4mm;align-items:start}div.columns>div{min-width:0}
div.columns figure{margin:.3em 0}div.columns img{width:100%}
table.compact{font-size:.74em;margin:.3em 0;line-height:1.35}
table.compact caption{margin:.1em;text-align:left}table.compact th{position:static}
table.facts{table-layout:fixed;break-inside:avoid}table.facts th{position:static}
td{white-space:pre-line;overflow-wrap:anywhere}
p{text-indent:2em;margin:.4em 0}p.sign,p.made{text-indent:0}@page{size:A4;margin:18mm}
@media print{body{max-width:none;margin:0}table{font-size:.72em}th{position:static}thead{display:table-header-group}
table.compact{font-size:.6em}table.compact th,table.compact td{padding:.1em .35em}div.columns{break-inside:avoid}
figcaption{font-size:.72em;line-height:1.3}figure{margin:.5em 0}
h2,h3{break-after:avoid}p.sign{break-inside:avoid}tr,figure{break-inside:avoid}}
"""


_ROOM = 140.0  # half-width characters of a line


def write_html(document: Document, path: str) -> None:
    """Write a Document as one HTML file, maps inside."""
    body = "\n".join(_block(block) for block in document.blocks)
    title = escape(document.title)
    head = f'<head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head>'
    page = f'<!DOCTYPE html><html lang="zh-CN">{head}'
    Path(path).write_text(f"{page}<body>{body}</body></html>", encoding="utf-8")


def _block(block: Block, room: float = _ROOM) -> str:
    if isinstance(block, Heading):
        style = ' style="break-before:page"' if block.new_page else ""
        return f"<h{block.level + 1}{style}>{escape(block.text)}</h{block.level + 1}>"
    if isinstance(block, Paragraph):
        text = escape(block.text)
        return f"<p><b>{text}</b></p>" if block.bold else f"<p>{text}</p>"
    if isinstance(block, Table):
        return _table(block, room)
    if isinstance(block, Facts):
        return _facts(block)
    if isinstance(block, Columns):
        shared = ((block.left, block.share), (block.right, 1 - block.share))
        sides = "".join(f"<div>{''.join(_block(one, _ROOM * share) for one in side)}</div>" for side, share in shared)
        return (
            f'<div class="columns" style="grid-template-columns:{block.share:g}fr {1 - block.share:g}fr">{sides}</div>'
        )
    if isinstance(block, Picture):
        data = base64.b64encode(block.png).decode("ascii")
        caption = escape(block.caption)
        image = f'<img alt="{caption}" src="data:image/png;base64,{data}">'
        return f"<figure>{image}<figcaption>{caption}</figcaption></figure>"
    if isinstance(block, Signature):
        return "".join(f'<p class="sign">{escape(line)}</p>' for line in block.lines)
    raise TypeError(type(block))


def _table(table: Table, room: float = _ROOM) -> str:
    head = "".join(f"<th>{escape(title)}</th>" for title in table.header)
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    body = "".join(
        "<tr>"
        + "".join(f"<td{' class=n' if i in table.numeric else ''}>{escape(cell)}</td>" for i, cell in enumerate(row))
        + "</tr>"
        for row in table.rows
    )
    kind = ' class="compact"' if table.compact else ""
    columns = "".join(f'<col style="width:{share:.1%}">' for share in table.shares(room))
    head = f"<colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead>"
    return f"<table{kind}>{caption}{head}<tbody>{body}</tbody></table>"


def _facts(facts: Facts) -> str:
    columns = "".join(f'<col style="width:{share:.0%}">' for share in FACT_SHARES)
    rows = ""
    for row in facts.rows:
        span = " colspan=3" if len(row) == 2 else ""
        pairs = zip(row[::2], row[1::2])
        rows += "<tr>" + "".join(f"<th>{escape(k)}</th><td{span}>{escape(v)}</td>" for k, v in pairs) + "</tr>"
    return f'<table class="facts"><colgroup>{columns}</colgroup><tbody>{rows}</tbody></table>'
