"""A small WFS 1.1.0 on a loopback port, over rows of (id, code, polygon) in EPSG:4549.

In a process of its own: QGIS waits for an answer with Python's lock in its hands, a thread here could not give it.
"""

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import shapely

_CAPABILITIES = """<?xml version="1.0" encoding="UTF-8"?>
<wfs:WFS_Capabilities version="1.1.0" xmlns:wfs="http://www.opengis.net/wfs" xmlns:ows="http://www.opengis.net/ows"
 xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:t="http://t">
<ows:OperationsMetadata><ows:Operation name="GetFeature"><ows:DCP><ows:HTTP><ows:Get xlink:href="{url}"/></ows:HTTP>
</ows:DCP></ows:Operation></ows:OperationsMetadata>
<FeatureTypeList xmlns="http://www.opengis.net/wfs"><FeatureType><Name>t:{name}</Name><Title>{name}</Title>
<DefaultSRS>urn:ogc:def:crs:EPSG::4549</DefaultSRS><ows:WGS84BoundingBox><ows:LowerCorner>119 30</ows:LowerCorner>
<ows:UpperCorner>121 31</ows:UpperCorner></ows:WGS84BoundingBox></FeatureType></FeatureTypeList></wfs:WFS_Capabilities>"""
_TYPE = """<?xml version="1.0" encoding="UTF-8"?>
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:gml="http://www.opengis.net/gml" xmlns:t="http://t"
 elementFormDefault="qualified" targetNamespace="http://t">
<xsd:import namespace="http://www.opengis.net/gml"/><xsd:complexType name="rowType"><xsd:complexContent>
<xsd:extension base="gml:AbstractFeatureType"><xsd:sequence>
<xsd:element maxOccurs="1" minOccurs="0" name="geom" nillable="true" type="gml:PolygonPropertyType"/>
<xsd:element maxOccurs="1" minOccurs="0" name="code" nillable="true" type="xsd:string"/>
</xsd:sequence></xsd:extension></xsd:complexContent></xsd:complexType>
<xsd:element name="{name}" substitutionGroup="gml:_Feature" type="t:rowType"/></xsd:schema>"""
_ROW = """<gml:featureMember><t:{name} gml:id="{name}.{id}"><t:geom><gml:Polygon srsName="urn:ogc:def:crs:EPSG::4549">
<gml:exterior><gml:LinearRing><gml:posList>{xy}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></t:geom>
<t:code>{code}</t:code></t:{name}></gml:featureMember>"""
_ANSWER = """<?xml version="1.0" encoding="UTF-8"?>
<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs" xmlns:gml="http://www.opengis.net/gml" xmlns:t="http://t"
 numberOfFeatures="{count}">{rows}</wfs:FeatureCollection>"""


class WfsServer:
    """Serves `rows`; `fails`: answers to GetFeature are errors from then on; `url`: where it is."""

    def __init__(self, name, rows):
        self.name = name
        self._process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.url = self._said([name, [(number, code, shape.wkt) for number, code, shape in rows]])

    def fail(self):
        """From now on the database behind it is away."""
        assert self._said("fail") == "fails"

    def change(self, rows):
        """From now on it serves other rows."""
        assert self._said([(number, code, shape.wkt) for number, code, shape in rows]) == "changed"

    def _said(self, what):
        self._process.stdin.write(json.dumps(what).encode() + b"\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self):
        self._process.kill()
        self._process.communicate()


class _Service:
    def __init__(self, name, rows):
        self.name, self.rows, self.fails = name, rows, False
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._http.server_port}/wfs"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def answer(self, asked):
        """(status, text) of a request."""
        what = asked.get("REQUEST", "").casefold()
        if what == "getcapabilities":
            return 200, _CAPABILITIES.format(url=self.url, name=self.name)
        if what == "describefeaturetype":
            return 200, _TYPE.format(name=self.name)
        if self.fails:
            return 500, "the database is away"
        is_count = asked.get("RESULTTYPE", "").casefold() == "hits"
        rows = [] if is_count else [self._row(*row) for row in self.rows]
        return 200, _ANSWER.format(count=len(self.rows), rows="".join(rows))

    def _row(self, number, code, shape):
        # the urn of a Gauss zone has its northing first
        xy = " ".join(f"{y!r} {x!r}" for x, y in shapely.get_coordinates(shape.exterior).tolist())
        return _ROW.format(name=self.name, id=number, code=code, xy=xy)

    def _handler(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                query = {k.upper(): v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
                status, text = server.answer(query)
                body = text.encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/xml; charset=utf-8")
                self.send_header("Cache-Control", "no-store")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler


def _main():
    """Commands come line by line, each is answered when it holds; the process ends with its caller."""
    name, rows = json.loads(sys.stdin.readline())
    service = _Service(name, _shapes(rows))
    print(json.dumps(service.url), flush=True)
    for line in sys.stdin:
        what = json.loads(line)
        service.fails, service.rows = what == "fail", service.rows if what == "fail" else _shapes(what)
        print(json.dumps("fails" if service.fails else "changed"), flush=True)


def _shapes(rows):
    return [(number, code, shapely.from_wkt(wkt)) for number, code, wkt in rows]


if __name__ == "__main__":
    _main()
