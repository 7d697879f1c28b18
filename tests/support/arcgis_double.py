"""A second province's platform: ArcGIS REST with names of its own, in memory, over the rows of a MemoryPlatform."""

import json
import re
from urllib.parse import parse_qs

import shapely

from .memory_platform import MemoryPlatform

STATUS = {"draft": "0", "submitted": "1", "returned": "2", "approved": "3"}
OPS = {"C": "INSERT", "U": "UPDATE", "D": "DELETE"}


class ArcgisDouble(MemoryPlatform):
    """`fields`: {collection: {our name: theirs}} and `tables`: {service name: collection}, as its mapping file says."""

    def __init__(self, mapping, size=2):
        super().__init__(lines=5)
        self.mapping, self.size = mapping, size
        self.tables = {one.path.split("/")[-3]: name for name, one in mapping.collections.items()}
        self.reply = self.serve
        self.receipts, self.open_for = {}, 2  # {receipt: [times it is still open, what it holds]}

    def serve(self, handler, path):
        """Answer a request; True always: nothing else lives here."""
        found = re.fullmatch(r"/rest/services/ghjg/(\w+)/FeatureServer/0/(\w+)", path)
        form = dict(handler.query)
        form.update({k: v[0] for k, v in parse_qs(handler.body.decode()).items()})
        with self.lock:
            if handler.headers.get("X-Api-Key") != self.token:
                handler.answer(200, {"error": {"code": 498, "message": "Invalid token"}})
            elif self.mapping.receipt and path.startswith("/" + self.mapping.receipt["path"] + "/"):
                handler.answer(200, self.receipt(path.rpartition("/")[2]))
            elif not found:
                handler.answer(404, {"error": {"code": 404, "message": path}})
            elif found[1] == "BGRZ":
                handler.answer(200, self.feed_page(form))
            else:
                answer = getattr(self, found[2])(self.tables[found[1]], form)
                handler.answer(200, answer if found[2] == "query" else self.later(form, answer))
        return True

    def later(self, form, answer):
        """The answer to a write, or a receipt that holds it after some questions."""
        if not self.mapping.receipt:
            return answer
        self.receipts.setdefault(form["requestKey"], [self.open_for, answer])
        return {self.mapping.receipt["id"]: form["requestKey"]}

    def receipt(self, name):
        names, held = self.mapping.receipt, self.receipts[name]
        held[0] -= 1
        if held[0] >= 0:
            return {names["state"]: "esriJobExecuting"}
        return {names["state"]: names["done"], names["result"]: held[1]}

    def feed_page(self, form):
        after = int(re.search(r">(\d+)", form["where"])[1])
        rows = [(n + 1, *row) for n, row in enumerate(self.feed) if n >= after]
        names = {collection: table for table, collection in self.tables.items()}
        some = rows[: min(3, int(form["resultRecordCount"]))]
        attributes = [
            {"OBJECTID": n, "TBM": names.get(c, c), "GUID": item, "CZ": OPS[op], "BBH": version}
            for n, c, item, op, version, _ in some
        ]
        more = len(rows) > len(some)
        return {
            "features": [{"attributes": a} for a in attributes],
            "exceededTransferLimit": more,
            "layerId": self.epoch,
        }

    def attributes(self, collection, item, row):
        names = self.mapping.collections[collection].fields
        told = {names[k]: v for k, v in row["properties"].items() if k in names}
        if names.get("status") in told:
            told[names["status"]] = STATUS.get(told[names["status"]], told[names["status"]])
        return {**told, "GUID": item, "BBH": row["version"]}

    def query(self, collection, form):
        rows = [(i, r, self.attributes(collection, i, r)) for i, r in sorted(self.rows[collection].items())]
        for clause in form["where"].split(" AND "):
            name, _, value = clause.partition("=")
            if name != "1":
                rows = [x for x in rows if str(x[2].get(name)) == value.strip("'")]
        if form.get("returnCountOnly"):
            return {"count": len(rows)}
        begin, size = int(form["resultOffset"]), min(self.size, int(form["resultRecordCount"]))
        features = [
            {"type": "Feature", "geometry": r["geometry"], "properties": a} for _, r, a in rows[begin : begin + size]
        ]
        return {"type": "FeatureCollection", "features": features, "exceededTransferLimit": begin + size < len(rows)}

    def once(self, form, act):
        """A repeated request key gets the first answer."""
        if form["requestKey"] not in self.keys:
            self.keys[form["requestKey"]] = act()
        return self.keys[form["requestKey"]]

    def addFeatures(self, collection, form):  # noqa: N802 - the interface's own name
        return {"addResults": [self.once(form, lambda: self.put_one(collection, form, True))]}

    def updateFeatures(self, collection, form):  # noqa: N802
        return {"updateResults": [self.once(form, lambda: self.put_one(collection, form, False))]}

    def deleteFeatures(self, collection, form):  # noqa: N802
        item = re.search(r"='(.+)'", form["where"])[1]
        wrong = self.wrong(self.rows[collection].get(item), form)
        if not wrong:
            self.remove(collection, item)
        return {"deleteResults": [wrong or {"success": True}]}

    def wrong(self, row, form):
        if row is None:
            return {"success": False, "error": {"code": 1004, "description": "no such feature"}}
        if str(row["version"]) != form.get("expectedVersion"):
            return {"success": False, "error": {"code": 1001, "description": "changed meanwhile"}}
        if row["properties"].get("status") in ("submitted", "approved"):
            return {"success": False, "error": {"code": 1002, "description": "Locked by status"}}
        return None

    def put_one(self, collection, form, new):
        (feature,) = json.loads(form["features"])
        attributes = feature["attributes"]
        item, row = attributes["GUID"], self.rows[collection].get(attributes["GUID"])
        if new and row is not None:
            return {"success": False, "error": {"code": 1001, "description": "exists"}}
        wrong = None if new else self.wrong(row, form)
        if wrong:
            return wrong
        ours = {theirs: name for name, theirs in self.mapping.collections[collection].fields.items()}
        properties = {ours[k]: v for k, v in attributes.items() if k in ours}
        if isinstance(properties.get("area_m2"), str):
            return {"success": False, "error": {"code": 1003, "description": "MJ (area_m2) is not a number"}}
        properties["status"] = {v: k for k, v in STATUS.items()}.get(properties.get("status"), "draft")
        shape = feature.get("geometry")
        geometry = shapely.MultiPolygon([shapely.Polygon(ring) for ring in shape["rings"]]) if shape else None
        return {"success": True, "BBH": self.store(collection, item, properties, geometry)}
