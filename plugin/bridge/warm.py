"""What is read ahead in the background, so that the first click finds it: catalogue, hints, rules, land-use names."""

from ..formats.rules.rule_files import load_catalogue, load_hints, load_land_use_names, load_rule_set


def read_ahead() -> None:
    """Fill the caches; may live in any thread."""
    load_catalogue()
    load_hints()
    load_land_use_names()
    load_rule_set()
