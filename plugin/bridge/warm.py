"""What is read ahead in the background, so that the first click finds it: catalogue, hints, rules, land-use names."""

from ..formats.rules.rule_files import load_catalogue, load_hints, load_land_use_names, load_rule_set


def read_ahead(rule_file: str = "") -> None:
    """Fill the caches, with the rules of `rule_file` too; may live in any thread."""
    load_catalogue()
    load_hints()
    load_land_use_names()
    load_rule_set()
    if rule_file:
        load_rule_set([rule_file])
