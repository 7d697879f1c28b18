"""What nobody sees in a text, and an identifier without it."""

import re
import unicodedata

UNSEEN = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u3164\ufe00-\ufe0f\ufeff\uffa0]+"
)


def tidy_identifier(kind: str, text: str) -> str:
    """An identifier (`x-identifier`) as it was meant: no blanks, nothing invisible, full-width forms narrowed, a credit
    code in capitals."""
    tidy = UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    return tidy.upper() if kind == "uscc" else tidy
