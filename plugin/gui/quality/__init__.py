"""The page of inspections: a package against a specification, its defects; two vintages of a layer."""
