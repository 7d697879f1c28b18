"""Default styles (QML) of the result layers: colours by effect, Chinese titles, coded values in labels."""

from xml.etree.ElementTree import Element, SubElement, tostring  # noqa: S405 - written here, never read

from plugin.core.review.tiers import EFFECT_COLOURS
from plugin.report.review.province import say, texts
from plugin.report.review.wording import texts as review_texts


def style_of(table: str, names: list[str]) -> str:
    """QML text of a result table with the fields `names`."""
    categories = "Symbology|Fields|Forms" if table == "findings" else "Fields|Forms"
    root = Element("qgis", version="3.22.0", styleCategories=categories)
    _add_values(SubElement(root, "fieldConfiguration"), names)
    aliases = SubElement(root, "aliases")
    for index, name in enumerate(["fid", *names]):
        SubElement(aliases, "alias", index=str(index), field=name, name=texts()["fields"].get(name, name))
    if table == "findings":
        _add_colours(root)
    return tostring(root, encoding="unicode")


def _add_values(configuration, names):
    labels = {"effect": review_texts()["effect"], "status": review_texts()["status"]}
    labels["is_sliver"] = {"true": say("yes"), "false": say("no")}
    for name in (name for name in names if name in labels):
        edit = SubElement(SubElement(configuration, "field", name=name), "editWidget", type="ValueMap")
        holder = SubElement(SubElement(edit, "config"), "Option", type="Map")
        items = SubElement(holder, "Option", type="List", name="map")
        for value, word in labels[name].items():
            SubElement(SubElement(items, "Option", type="Map"), "Option", type="QString", name=word or "—", value=value)


def _add_colours(root):
    plain = {"symbollevels": "0", "enableorderby": "0", "forceraster": "0"}
    renderer = SubElement(root, "renderer-v2", {"type": "categorizedSymbol", "attr": "effect", **plain})
    categories, symbols = SubElement(renderer, "categories"), SubElement(renderer, "symbols")
    for number, (effect, colour) in enumerate(EFFECT_COLOURS.items()):
        label = review_texts()["effect"][effect]
        SubElement(categories, "category", symbol=str(number), value=effect, label=label, render="true")
        symbol = SubElement(symbols, "symbol", name=str(number), type="fill", alpha="1", clip_to_extent="1")
        layer = SubElement(symbol, "layer", {"class": "SimpleFill", "enabled": "1", "pass": "0", "locked": "0"})
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        rgb = f"{red},{green},{blue},255"
        for key, value in (("color", rgb), ("style", "b_diagonal"), ("outline_color", rgb), ("outline_width", "0.6")):
            SubElement(layer, "prop", k=key, v=value)
