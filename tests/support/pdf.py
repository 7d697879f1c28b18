"""Writes PDFs with Chinese words by hand: a font that every reader has, no library."""

_HEAD = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "",  # the list of pages
    "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /{encoding} /DescendantFonts [4 0 R] >>",
    "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 5 0 R "
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>",
    "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
    "/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
]


def made_pdf(*pages, encoding="UniGB-UCS2-H"):
    """A PDF of pages with these lines; a page without lines holds a drawing only."""
    first = len(_HEAD) + 1
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(pages)))
    objects = [text.replace("{encoding}", encoding) for text in _HEAD]
    objects[1] = f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>"
    for number, lines in enumerate(pages):
        words = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -20 Td\n" for line in lines)
        stream = f"BT /F1 12 Tf 50 780 Td\n{words}ET\n" if lines else "0 0 m 100 100 l S\n"
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {first + 1 + 2 * number} 0 R >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}endstream",
        ]
    return _file(objects)


def _file(objects):
    data, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{text}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\n"
    )
    return data + f"{end}startxref\n{len(data)}\n%%EOF\n".encode()
