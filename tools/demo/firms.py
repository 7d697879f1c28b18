"""Made-up firms of the made-up county as files: industrial parcels, firms, taxes of three years, leases."""

import csv
from pathlib import Path

import numpy as np
from onemap.plugin.core.forms.identifiers import uscc_check_character
from onemap.plugin.core.sample.land_firm import FIRM_HEAD, LEASE_HEAD, TAX_HEAD, make_land_firms

from demo.write import write_layer


def write_firms(folder, county, years, count=260):
    """Write parcels.gpkg (GYDK), firms.csv, taxes.csv and leases.csv below `folder`; returns their paths."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    plots = county.parcels[np.flatnonzero(county.codes == "0601")][: int(count * 0.7)]
    made = make_land_firms(plots, count, years, uscc_check_character)
    parcels = folder / "parcels.gpkg"
    write_layer(parcels, "GYDK", made.parcels)
    tables = (("firms", FIRM_HEAD, made.firms), ("taxes", TAX_HEAD, made.taxes), ("leases", LEASE_HEAD, made.leases))
    for name, head, rows in tables:
        with (folder / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as target:
            csv.writer(target).writerows([head, *rows])
    return parcels, *(folder / f"{name}.csv" for name, _, _ in tables)
