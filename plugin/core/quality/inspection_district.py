"""A district that a person gives: it stands in the place of the package's own, which is checked against it as well."""

from dataclasses import replace

from .inspection_spec import CheckSpec, LayerSpec, Shape, Specification

GIVEN_DISTRICT = "DISTRICT"  # its code among the layers of a run
_OF_LAND = ("gap", "not_within")  # checks that ask the district for its land alone, not for its fields


def with_district(specification: Specification) -> Specification:
    """The specification with the given district; its own layer of the district must fill that one."""
    own = specification.district

    def check(one: CheckSpec) -> CheckSpec:
        if one.check not in _OF_LAND or own not in one.others:
            return one
        return replace(one, others=tuple(GIVEN_DISTRICT if code == own else code for code in one.others))

    def layer(one: LayerSpec) -> LayerSpec:
        checks = tuple(map(check, one.checks))
        fills = one.code == own and one.shape == Shape.POLYGON
        gap = (CheckSpec("gap", others=(GIVEN_DISTRICT,)),) if fills else ()
        return replace(one, checks=checks + gap)

    return replace(specification, district=GIVEN_DISTRICT, layers=tuple(map(layer, specification.layers)))
