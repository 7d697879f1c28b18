"""Finished selections made of score columns, for what is worked out from them."""

from types import SimpleNamespace

import numpy as np
from onemap.plugin.core.siting.selection import combine


def selection(columns, weights, order=None):
    factors = [
        SimpleNamespace(score=np.array(c, dtype=float), share=None, factor=SimpleNamespace(weight=w))
        for c, w in zip(columns, weights)
    ]
    keys = [f"S{n}" for n in range(len(columns[0]))]
    kept = np.arange(len(keys)) if order is None else np.array(order)
    score, _ = combine(factors, len(keys))
    ranked = kept[np.argsort(-np.nan_to_num(score[kept], nan=-1.0), kind="stable")]
    return SimpleNamespace(keys=keys, order=ranked, factors=factors, score=score)


def random_selection(seed, sites=200, factors=5):
    dice = np.random.default_rng(seed)
    columns = dice.uniform(0, 100, (factors, sites)).round(1)
    columns[dice.uniform(size=columns.shape) < 0.1] = np.nan
    return selection(columns, dice.dirichlet(np.ones(factors)))
