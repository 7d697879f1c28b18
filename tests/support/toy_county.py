"""A county of ten square parcels in a row, two divisions, and everything that twelve indicators ask for."""

X, Y = 500_000, 3_350_000
CODES = ["0101", "0101", "0101", "0301", "0601", "0601", "0101", "0701", "0810", "1101"]
NAMES = ("DLTB_2024", "STBHHX", "JZJD_2024", "CSDLZX_2024", "GYLDGC_2024", "YLWS_2024")

SET = """
id: toy
zh: 十图斑县
version: 1
layers:
  landuse: {zh: 地类图斑, names: [DLTB], codes: {DLBM: sandiao}, covers: 0.99,
            fields: {net: {names: [TBDLMJ], unit: m2}}}
  redline: {zh: 生态保护红线, lines: [STBHHX], lasting: true, overlap: union}
  buildings: {zh: 建筑, names: [JZJD], fields: {height: {names: [GD], unit: m}, floors: {names: [CS]}}}
  roads: {zh: 道路, names: [CSDLZX]}
  parks: {zh: 公园, names: [GYLDGC]}
  hospitals: {zh: 医院, names: [YLWS]}
parts:
  cropland: {zh: 耕地, of: landuse, codes: {sandiao: ["01"]}}
  built: {zh: 建设用地, of: landuse, codes: {sandiao: ["06", "07", "08"]}}
  homes: {zh: 住宅, of: landuse, codes: {sandiao: ["07"]}}
  water: {zh: 水面, of: landuse, codes: {sandiao: ["11"]}}
statistics:
  people: {zh: 常住人口, unit: 人}
indicators:
  - {id: crop, zh: 耕地, unit: m2, formula: "area(cropland)"}
  - {id: crop_share, zh: 耕地占比, unit: "%", formula: "share(area(cropland), area(division))"}
  - {id: crop_net, zh: 耕地净面积, unit: m2, formula: "sum(cropland, net)"}
  - {id: red, zh: 红线, unit: m2, formula: "area(redline)"}
  - {id: red_built, zh: 红线内建设用地, unit: m2, formula: "area(built, in=redline)"}
  - {id: towers, zh: 高层, unit: 幢, formula: "count(buildings, height >= 100)"}
  - {id: floors, zh: 建筑量, unit: m2, formula: "area(buildings, times=floors)"}
  - {id: road, zh: 道路, unit: m, formula: "length(roads)"}
  - {id: density, zh: 路网密度, unit: km/km2, formula: "per(length(roads), area(division))"}
  - {id: per_head, zh: 人均建设用地, unit: m2/人, formula: "per(area(built), people)"}
  - {id: park, zh: 公园覆盖, unit: "%", formula: "coverage(parks, 50, of=homes)"}
  - {id: ratio, zh: 水面与住宅, unit: "1:X", formula: "ratio(area(water), area(homes))"}
"""
STATISTICS = "政区代码,年份,指标,数值,单位\n339901001,2024,常住人口,200,人\n339901002,2024,常住人口,0.03,万人\n"


def layer(*values, **more):
    """As support.algorithms.layer, which needs QGIS to be up."""
    from .algorithms import layer as made

    return made(*values, **more)


def strip(first, last, low=0.0, high=100.0):
    """WKT of a rectangle from parcel `first` to the left side of parcel `last`."""
    x0, x1, y0, y1 = X + 100 * first, X + 100 * last, Y + low, Y + high
    return f"POLYGON(({x0} {y0},{x1} {y0},{x1} {y1},{x0} {y1},{x0} {y0}))"


def land(codes=CODES, name="DLTB_2024"):
    rows = [(strip(i, i + 1), code, 9000.0) for i, code in enumerate(codes)]
    return layer(name, rows, "DLBM:string,TBDLMJ:double")


def layers(codes=CODES):
    """{name: layer}"""
    redline = [(strip(4, 5.5), "a"), (strip(5, 5.5), "b")]  # the second lies on the first: its land counts once
    houses = [(strip(0, 0.5), 120.0, 10), (strip(7, 7.2), 99.9, 2), (strip(7.4, 7.6), 100.0, 3)]
    road = f"LINESTRING({X} {Y + 50},{X + 1000} {Y + 50})"
    made = [
        land(codes),
        layer("STBHHX", redline, "hxbm:string"),
        layer("JZJD_2024", houses, "GD:double,CS:integer"),
        layer("CSDLZX_2024", [(road, "r")], "MC:string", kind="LineString"),
        layer("GYLDGC_2024", [(strip(8, 9), "p")], "MC:string"),
    ]
    return {one.name(): one for one in made}


def divisions():
    return layer("XZQ", [(strip(0, 5), "339901001", "甲"), (strip(5, 10), "339901002", "乙")],
                 "XZQDM:string,XZQMC:string")  # fmt: skip
