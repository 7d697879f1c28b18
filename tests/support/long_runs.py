"""How thorough the campaigns are: a sample on every run of the tests, everything with ONEMAP_LONG=1."""

import os

LONG = bool(os.environ.get("ONEMAP_LONG"))


def every(step, sampled=4):
    """Step of a campaign through all moments: `step` in a long run, `sampled` times as wide otherwise."""
    return step if LONG else step * sampled


def count(long, short):
    """How many there are of something: `long` in a long run, `short` otherwise."""
    return long if LONG else short
