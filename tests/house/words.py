"""Words that no identifier bears, with what to write instead; CONTRIBUTING.md explains the same list."""

PRIVATE_WORDS = {
    "told": "reported, stated, listed; message for a label that shows one",
    "words": "text, texts, label, message, names",
    "mine": "local, own, or what the rows are of (role_layers, class_firms)",
    "theirs": "remote",
    "whole": "complete, total, united, inside, integer",
    "twin": "counterpart, duplicate",
    "twins": "counterparts, duplicates",
    "desk": "workspace, window",
    "surely": "certain",
}
PRIVATE_PHRASES = {"take_in": "import, read, apply", "demand_county": "check_county"}
