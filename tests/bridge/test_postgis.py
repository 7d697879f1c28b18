"""Control lines in PostGIS: the same findings, verdicts, repairs and omissions as from a GeoPackage; errors, secrets, cancel."""

import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import shapely
from onemap.tests.postgis import server as postgis_server

X, Y = 500_000.0, 3_350_000.0
RULES = """name: made up
version: 1
laws: {{L: {{title: t, doc_no: n, status: s, articles: {{'1': {{confidence: seen}}}}}}}}
rules:
{}"""
RULE = "- {{id: {id}, line: {line}, effect: prohibit, title: t, laws: [{{law: L, article: '1'}}], {more}}}\n"


@pytest.fixture(scope="module")
def dsn(tmp_path_factory):
    """Connection settings of a private server with PostGIS; skipped where it can be neither found nor installed."""
    pytest.importorskip("psycopg2", reason="a PostgreSQL client is needed")
    folder = tmp_path_factory.mktemp("postgis")
    try:
        settings = postgis_server.up(folder)
    except (RuntimeError, OSError, KeyError) as error:
        pytest.skip(f"no PostgreSQL with PostGIS: {error}")
    execute(settings, ("CREATE EXTENSION postgis",))
    yield settings
    postgis_server.down(folder)


def execute(dsn, *statements):
    import psycopg2

    connection = psycopg2.connect(**dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement, *values in statements:
            cursor.execute(statement, values or None)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


def square(x, y, size):
    return shapely.box(X + x, Y + y, X + x + size, Y + y + size)


def nasty():
    """Parcels that touch, repeat, overlap by slivers, hold holes, cross themselves, collapse, lack coordinates, or are far away."""
    cells = [square(100 * i, 100 * j, 100) for i in range(8) for j in range(8)]
    bow_tie = shapely.Polygon([(X + 50, Y + 50), (X + 250, Y + 250), (X + 250, Y + 50), (X + 50, Y + 230)])
    eight = shapely.Polygon([(X + 400, Y + 400), (X + 500, Y + 400), (X + 400, Y + 500), (X + 500, Y + 500)])
    hole_outside = shapely.Polygon(cells[20].exterior.coords, [square(900, 900, 10).exterior.coords])
    spike = shapely.Polygon(
        [(X + 300, Y + 300), (X + 380, Y + 300), (X + 460, Y + 300), (X + 380, Y + 300), (X + 380, Y + 390)]
    )
    flat = shapely.Polygon([(X + 310, Y + 310), (X + 350, Y + 350), (X + 310, Y + 310)])
    twice = shapely.MultiPolygon([square(600, 100, 80), square(640, 140, 80)])
    ring = shapely.Polygon(square(200, 500, 200).exterior.coords, [square(250, 550, 100).exterior.coords])
    lost = shapely.Polygon([(X + 100, Y + 100), (X + 200, float("nan")), (X + 100, Y + 300)])
    far = square(50_000, 50_000, 100)
    far_tie = shapely.transform(bow_tie, lambda xy: xy + 30_000)
    return [
        *cells,
        cells[9],
        cells[9],
        square(99.99, 0, 100),
        bow_tie,
        eight,
        hole_outside,
        spike,
        flat,
        twice,
        ring,
        lost,
        None,
        shapely.Polygon(),
        far,
        far_tie,
    ]


def projects():
    """Squares on and off the parcels' borders, one that only touches, one long and thin, one far off."""
    random = np.random.default_rng(7)
    scattered = [square(*random.uniform(-50, 750, 2), random.uniform(5, 220)) for _ in range(60)]
    thin = shapely.LineString([(X - 20, Y - 20), (X + 790, Y + 760)]).buffer(3)
    return [*scattered, square(100, 100, 100), square(800, 0, 50), thin, square(8_000, 0, 50)]


def label(fid):
    """As people type it: some with blanks, some with wide digits."""
    wide = str(fid).translate({ord("0") + n: chr(0xFF10 + n) for n in range(10)})
    return f"号{wide}" if fid % 5 == 0 else f" 号{fid}\u3000" if fid % 7 == 0 else f"号{fid}"


def gpkg(path, name, geometries, srid=4549):
    """A GeoPackage layer of geometries, ids from 1, with BSM (text) and KIND (1, 2, 3 in turn)."""
    from osgeo import ogr, osr

    srs = osr.SpatialReference()
    srs.ImportFromEPSG(srid)
    driver = ogr.GetDriverByName("GPKG")
    data = driver.Open(str(path), 1) if path.exists() else driver.CreateDataSource(str(path))
    layer = data.CreateLayer(name, srs, ogr.wkbMultiPolygon)
    layer.CreateField(ogr.FieldDefn("BSM", ogr.OFTString))
    layer.CreateField(ogr.FieldDefn("KIND", ogr.OFTInteger))
    for fid, geometry in enumerate(geometries, 1):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetFID(fid)
        feature["BSM"], feature["KIND"] = label(fid), fid % 3 + 1
        if geometry is not None:
            feature.SetGeometry(ogr.ForceToMultiPolygon(ogr.CreateGeometryFromWkb(shapely.to_wkb(geometry))))
        layer.CreateFeature(feature)


def table(dsn, name, geometries, srid=4549, key="integer", geometry="geometry(MultiPolygon, {})"):
    """The same as a table; its key comes from 1 as well."""
    rows = [
        (fid, label(fid), fid % 3 + 1, None if g is None else shapely.to_wkb(g)) for fid, g in enumerate(geometries, 1)
    ]
    insert = f"INSERT INTO {name} VALUES (%s, %s, %s, ST_Multi(ST_GeomFromWKB(%s, {srid})))"  # noqa: S608 - names of the test's own
    execute(
        dsn,
        (f"DROP TABLE IF EXISTS {name} CASCADE",),
        (f"CREATE TABLE {name} (fid {key} PRIMARY KEY, bsm text, kind integer, geom {geometry.format(srid)})",),
        *((insert, *row) for row in rows),
        (f"CREATE INDEX ON {name} USING gist (geom)",),
        (f"ANALYZE {name}",),
    )


def pg_layer(dsn, name, filter="", password=None):
    from qgis.core import QgsDataSourceUri, QgsVectorLayer

    uri = QgsDataSourceUri()
    uri.setConnection(
        dsn["host"], str(dsn["port"]), dsn["dbname"], dsn["user"], dsn["password"] if password is None else password
    )
    uri.setDataSource("public", name, "geom", filter, "fid")
    layer = QgsVectorLayer(uri.uri(False), "x", "postgres")
    assert layer.isValid(), layer.error().message()
    return layer


def ogr_layer(path, name):
    from qgis.core import QgsVectorLayer

    return QgsVectorLayer(f"{path}|layername={name}", "x", "ogr")


def prepared(tmp_path, layer, projects_layer, *rules, line="SD"):
    from onemap.plugin.bridge.review.preparing import Review

    text = "".join(RULE.format(id=f"R-{n}", line=line, more=more) for n, more in enumerate(rules))
    (tmp_path / "rules.yaml").write_text(RULES.format(text), encoding="utf-8")
    return Review.of_rules([tmp_path / "rules.yaml"]).with_projects(projects_layer).with_controls([layer], {"x": line})


def answer_of(review, feedback=None):
    """What a review tells, ready to compare: findings, verdicts, repairs, what was left out, counts."""
    from onemap.plugin.bridge.review.running import run_review

    findings, verdicts = [], []

    def take(outcome):
        findings.extend(outcome.findings)
        verdicts.extend(outcome.verdicts)

    result = run_review(review, take, feedback=feedback)
    snapshot = result.controls[0]
    return {
        "findings": sorted(
            (f.project_key, f.rule_id, f.control_fid or 0, f.control_label, f.is_sliver, f.overlap_m2) for f in findings
        ),
        "verdicts": sorted((v.project_key, v.status, v.pieces, v.slivers, v.overlap_m2) for v in verdicts),
        "repairs": [
            (r.fid, bool(r.reason), pytest.approx(r.area_before_m2), pytest.approx(r.area_after_m2))
            for r in snapshot.repairs
        ],
        "skipped": [(s.fid, s.code) for s in snapshot.skipped],
        "checked": snapshot.checked_count,
        "failure": snapshot.failure,
    }


def same(one, other):
    for what in ("findings", "verdicts"):
        assert [row[:-1] for row in one[what]] == [row[:-1] for row in other[what]]
        assert [row[-1] for row in one[what]] == pytest.approx([row[-1] for row in other[what]], abs=0.011)
    for what in ("repairs", "skipped", "checked", "failure"):
        assert one[what] == other[what], what


def count_pushed(monkeypatch):
    """Count, without changing anything, what is asked of the server: (overlays, fetches of geometry)."""
    from onemap.plugin.bridge.layers.postgis_table import PostgisTable

    counts = {"pieces": 0, "wkb": 0}

    def counting(name, real):
        def counted(self, *args, **more):
            counts[name] += 1
            return real(self, *args, **more)

        return counted

    for name in counts:
        monkeypatch.setattr(PostgisTable, name, counting(name, getattr(PostgisTable, name)))
    return counts


CASES = {
    "avoid": (["kind: avoid"], True),
    "two rules, one for some features, one for some projects": (
        ["kind: avoid, where: '\"KIND\" = 2'", "kind: inform, unless: '\"KIND\" = 1'"],
        True,
    ),
    "an expression that only QGIS knows": (["kind: avoid, where: 'title(\"BSM\") like ''%3'' and $id > 4'"], True),
    "texts with blanks and wide digits": (
        [
            "kind: avoid, where: '\"BSM\" not in (''号10'', ''号14'', ''号1'')'",
            "kind: inform, where: '\"BSM\" = ''号20'''",
        ],
        True,
    ),
    "within": (["kind: within"], True),
    "distance": (["kind: distance, distance_m: 40"], False),
}


@pytest.mark.parametrize("key", ["integer", "bigint"])
@pytest.mark.parametrize("case", CASES)
def test_answers_equal_those_from_a_geopackage(qgis_app, tmp_path, dsn, monkeypatch, case, key):
    rules, is_pushed = CASES[case]
    gpkg(tmp_path / "d.gpkg", "line", nasty())
    gpkg(tmp_path / "d.gpkg", "projects", projects())
    table(dsn, "line", nasty(), key=key)
    counts = count_pushed(monkeypatch)
    reviews = [
        prepared(tmp_path, layer, ogr_layer(tmp_path / "d.gpkg", "projects"), *rules)
        for layer in (ogr_layer(tmp_path / "d.gpkg", "line"), pg_layer(dsn, "line"))
    ]
    one, other = map(answer_of, reviews)
    # of a boundary with a vertex that is nowhere nobody can say what lies outside it
    assert (len(one["findings"]) > 20) == (case != "within") and one["repairs"] and one["skipped"]
    assert not one["failure"]
    same(one, other)
    assert bool(counts["pieces"]) == is_pushed and bool(counts["wkb"]) != is_pushed


@pytest.mark.parametrize("srid,is_pushed", [(4490, True), (4528, True), (4326, True), (3857, None)])
def test_layers_in_other_systems(qgis_app, tmp_path, dsn, monkeypatch, srid, is_pushed):
    from onemap.plugin.core.land import crs

    move = crs.transformer(crs.parse_crs("EPSG:4549"), crs.parse_crs(f"EPSG:{srid}"))
    good = [g for g in nasty() if g is not None and np.isfinite(shapely.get_coordinates(g)).all()]
    moved = [shapely.transform(g, lambda xy: np.column_stack(move.transform(*xy.T))) for g in good]
    gpkg(tmp_path / "d.gpkg", "line", moved, srid)
    gpkg(tmp_path / "d.gpkg", "projects", projects())
    table(dsn, "moved", moved, srid)
    counts = count_pushed(monkeypatch)
    one, other = (
        answer_of(prepared(tmp_path, layer, ogr_layer(tmp_path / "d.gpkg", "projects"), "kind: avoid"))
        for layer in (ogr_layer(tmp_path / "d.gpkg", "line"), pg_layer(dsn, "moved"))
    )
    same(one, other)
    assert is_pushed is None or bool(counts["pieces"]) == is_pushed


@pytest.mark.parametrize("what", ["filter", "mixed column", "view", "no index", "heights"])
def test_whatever_qgis_opens_is_checked(qgis_app, tmp_path, dsn, what):
    gpkg(tmp_path / "d.gpkg", "projects", projects())
    good = [g for g in nasty()[:67]]
    table(
        dsn,
        "plain",
        good,
        geometry="geometry(Geometry, {})" if what == "mixed column" else "geometry(MultiPolygon, {})",
    )
    name, filter = "plain", ""
    if what == "filter":
        filter = '"kind" = 2'
        good = [g if fid % 3 + 1 == 2 else None for fid, g in enumerate(good, 1)]
    if what == "view":
        execute(dsn, ("CREATE VIEW seen AS SELECT * FROM plain",))
        name = "seen"
    if what == "heights":
        execute(dsn, ("ALTER TABLE plain ALTER geom TYPE geometry(MultiPolygonZ, 4549) USING ST_Force3D(geom)",))
    if what == "no index":
        execute(dsn, ("DROP INDEX plain_geom_idx",))
    gpkg(tmp_path / "d.gpkg", "line", good)
    one, other = (
        answer_of(prepared(tmp_path, layer, ogr_layer(tmp_path / "d.gpkg", "projects"), "kind: avoid"))
        for layer in (ogr_layer(tmp_path / "d.gpkg", "line"), pg_layer(dsn, name, filter))
    )
    assert one["findings"] and [f[:2] + f[4:] for f in one["findings"]] == [f[:2] + f[4:] for f in other["findings"]]
    assert one["verdicts"] == other["verdicts"]


def test_names_that_need_quotes(qgis_app, tmp_path, dsn):
    from qgis.core import QgsDataSourceUri, QgsVectorLayer

    gpkg(tmp_path / "d.gpkg", "projects", projects())
    table(dsn, "plain", nasty()[:64])
    execute(
        dsn,
        ('CREATE SCHEMA IF NOT EXISTS "划定 %s; {0}"',),
        ('DROP TABLE IF EXISTS "划定 %s; {0}"."红""线"',),
        (
            'CREATE TABLE "划定 %s; {0}"."红""线" AS SELECT fid AS "F ID", bsm AS "BSM", geom AS "G%%s" FROM plain'.replace(
                "%%", "%"
            ),
        ),
        (
            'ALTER TABLE "划定 %s; {0}"."红""线" ADD PRIMARY KEY ("F ID"), ALTER "G%s" TYPE geometry(MultiPolygon, 4549)',
        ),
    )
    uri = QgsDataSourceUri()
    uri.setConnection(dsn["host"], str(dsn["port"]), dsn["dbname"], dsn["user"], dsn["password"])
    uri.setDataSource("划定 %s; {0}", '红"线', "G%s", "", "F ID")
    odd = QgsVectorLayer(uri.uri(False), "x", "postgres")
    one, other = (
        answer_of(prepared(tmp_path, layer, ogr_layer(tmp_path / "d.gpkg", "projects"), "kind: avoid"))
        for layer in (pg_layer(dsn, "plain"), odd)
    )
    assert one["findings"] and one == other


def test_what_the_server_cannot_compute_is_computed_here(qgis_app, tmp_path, dsn, monkeypatch):
    gpkg(tmp_path / "d.gpkg", "line", nasty())
    gpkg(tmp_path / "d.gpkg", "projects", projects())
    table(dsn, "plain", nasty())
    execute(
        dsn,
        (
            "CREATE OR REPLACE FUNCTION fails() RETURNS geometry LANGUAGE plpgsql AS $$ BEGIN RAISE 'TopologyException' USING ERRCODE = 'XX000'; END $$",
        ),
        (
            "CREATE OR REPLACE VIEW moody AS SELECT fid, bsm, kind, (CASE WHEN fid = 9 AND current_query() LIKE '%WITH project AS%' THEN fails() ELSE geom END)::geometry(MultiPolygon, 4549) AS geom FROM plain",
        ),
    )
    counts = count_pushed(monkeypatch)
    one, other = (
        answer_of(prepared(tmp_path, layer, ogr_layer(tmp_path / "d.gpkg", "projects"), "kind: avoid"))
        for layer in (ogr_layer(tmp_path / "d.gpkg", "line"), pg_layer(dsn, "moody"))
    )
    same(one, other)
    assert counts["pieces"] and counts["wkb"]


def test_without_the_driver_qgis_reads_and_the_user_is_told(qgis_app, tmp_path, dsn, monkeypatch):
    gpkg(tmp_path / "d.gpkg", "projects", projects())
    table(dsn, "plain", nasty()[:64])
    layer = pg_layer(dsn, "plain")
    usual = answer_of(prepared(tmp_path, layer, ogr_layer(tmp_path / "d.gpkg", "projects"), "kind: avoid"))
    monkeypatch.setitem(sys.modules, "psycopg2", None)
    review = prepared(tmp_path, layer, ogr_layer(tmp_path / "d.gpkg", "projects"), "kind: avoid")
    assert [r.code for s in review.snapshots for r in s.remarks] == ["postgis_driver_missing"]
    same(usual, answer_of(review))


def can_be_stored(geometry):
    """PostGIS takes no ring of fewer than four points."""
    return (
        geometry is not None
        and shapely.get_num_coordinates(shapely.get_rings(shapely.get_parts(geometry))).min(initial=4) >= 4
    )


def test_the_real_county(qgis_app, tmp_path, dsn, shared_data):
    from osgeo import ogr

    county = shared_data / "realcounty" / "county.gpkg"
    source = ogr.Open(str(county))
    for name in ("YJJBNTTB", "STBHHX"):
        layer = source.GetLayerByName(name)
        geometries = [f.GetGeometryRef() and shapely.from_wkb(bytes(f.GetGeometryRef().ExportToWkb())) for f in layer]
        kept = [g if can_be_stored(g) else None for g in geometries]
        srid = int(layer.GetSpatialRef().GetAuthorityCode(None))
        gpkg(tmp_path / "d.gpkg", name, kept, srid)
        table(dsn, "real", kept, srid)
        layers = ogr_layer(tmp_path / "d.gpkg", name), pg_layer(dsn, "real")
        one, other = (
            answer_of(prepared(tmp_path, layer, ogr_layer(county, "projects"), "kind: avoid")) for layer in layers
        )
        assert len(one["findings"]) > 100 and one["repairs"]
        same(one, other)


def test_projects_in_postgis(qgis_app, tmp_path, dsn):
    gpkg(tmp_path / "d.gpkg", "projects", projects())
    table(dsn, "line", nasty())
    table(dsn, "projects", projects())
    one, other = (
        answer_of(prepared(tmp_path, pg_layer(dsn, "line"), layer, "kind: avoid"))
        for layer in (ogr_layer(tmp_path / "d.gpkg", "projects"), pg_layer(dsn, "projects"))
    )
    same(one, other)


def test_a_server_that_fails_is_told_in_its_words_without_secrets(qgis_app, tmp_path, dsn):
    from onemap.plugin.bridge.review.running import run_review

    gpkg(tmp_path / "d.gpkg", "projects", projects())
    table(dsn, "line", nasty())
    review = prepared(tmp_path, pg_layer(dsn, "line"), ogr_layer(tmp_path / "d.gpkg", "projects"), "kind: avoid")
    execute(dsn, ("ALTER TABLE line RENAME COLUMN bsm TO gone",))
    answer, inputs = answer_of(review), run_review(review, lambda outcome: None).inputs()
    assert "bsm" in answer["failure"] and "does not exist" in answer["failure"]
    assert {v[1] for v in answer["verdicts"]} == {"failed"} and not answer["findings"]
    for text in (answer["failure"], *map(str, inputs)):
        assert dsn["password"] not in text and f"'{dsn['user']}'" not in text


def test_a_wrong_password_is_not_repeated(qgis_app, dsn):
    from onemap.plugin.bridge.layers.postgis_server import Server
    from onemap.plugin.core.errors import InputError
    from qgis.core import QgsDataSourceUri

    uri = QgsDataSourceUri()
    uri.setConnection(dsn["host"], str(dsn["port"]), dsn["dbname"], dsn["user"], "pass-word-of-mine")
    with pytest.raises(InputError, match="authentication failed") as caught:
        Server("甲", uri).rows("SELECT 1")
    assert "pass-word-of-mine" not in str(caught.value) and '"desk"' not in str(caught.value)
    uri.setConnection(dsn["host"], str(dsn["port"]), dsn["dbname"], dsn["user"], dsn["password"])
    with pytest.raises(InputError, match="read-only"):
        Server("甲", uri).rows("CREATE TABLE mischief (a int)")


def test_a_password_kept_in_the_authentication_manager(qgis_app, tmp_path, dsn):
    from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsDataSourceUri, QgsVectorLayer

    manager = QgsApplication.authManager()
    assert Path(manager.authenticationDatabasePath()).parent != Path(QgsApplication.qgisSettingsDirPath())
    assert manager.setMasterPassword("of the tests", True)
    config = QgsAuthMethodConfig("Basic")
    config.setName("desk")
    config.setConfigMap({"username": dsn["user"], "password": dsn["password"]})
    assert manager.storeAuthenticationConfig(config)
    config = config if isinstance(config, QgsAuthMethodConfig) else config[1]
    table(dsn, "line", nasty())
    gpkg(tmp_path / "d.gpkg", "projects", projects())
    uri = QgsDataSourceUri()
    uri.setConnection(
        dsn["host"], str(dsn["port"]), dsn["dbname"], "", "", QgsDataSourceUri.SslMode.SslPrefer, config.id()
    )
    uri.setDataSource("public", "line", "geom", "", "fid")
    layer = QgsVectorLayer(uri.uri(False), "x", "postgres")
    try:
        review = prepared(tmp_path, layer, ogr_layer(tmp_path / "d.gpkg", "projects"), "kind: avoid")
        assert review.snapshots[0].table is not None and answer_of(review)["findings"]
    finally:
        manager.removeAuthenticationConfig(config.id())


def test_a_password_that_qgis_was_told(qgis_app, dsn):
    from onemap.plugin.bridge.layers.postgis_server import Server
    from qgis.core import QgsCredentials, QgsDataSourceUri

    uri = QgsDataSourceUri()
    uri.setConnection(dsn["host"], str(dsn["port"]), dsn["dbname"], "", "")
    uri.setUsername(dsn["user"])
    QgsCredentials.instance().put(uri.connectionInfo(False), dsn["user"], dsn["password"])
    server = Server("x", uri)
    assert server.rows("SELECT 1") == [(1,)]
    assert Server("y", uri).rows("SELECT 1") == [(1,)]  # still known


class Stop:
    """Feedback that says stop from a moment on."""

    def __init__(self, seconds):
        self.at = time.monotonic() + seconds

    def isCanceled(self):
        return time.monotonic() > self.at

    def setProgress(self, share):
        pass


def test_cancel_stops_the_server(qgis_app, dsn):
    from onemap.plugin.bridge.layers.postgis_server import Server
    from onemap.plugin.core.errors import Cancelled
    from qgis.core import QgsDataSourceUri

    uri = QgsDataSourceUri()
    uri.setConnection(dsn["host"], str(dsn["port"]), dsn["dbname"], dsn["user"], dsn["password"])
    with pytest.raises(Cancelled):
        Server("x", uri).rows("SELECT pg_sleep(60) -- slow one", None, Stop(0.5))
    time.sleep(0.3)
    assert execute(
        dsn,
        (
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%-- slow one' AND state = 'active' AND pid <> pg_backend_pid()",
        ),
    ) == [(0,)]


def test_a_check_is_cancelled_and_leaves_no_connection(qgis_app, tmp_path, dsn):
    from onemap.plugin.core.errors import Cancelled

    ring = shapely.Point(X, Y).buffer(20_000, quad_segs=20_000)
    table(dsn, "heavy", [shapely.transform(ring, lambda xy, n=n: xy + n) for n in range(40)])
    gpkg(tmp_path / "p.gpkg", "projects", [square(10 * n, 19_000, 2_000) for n in range(400)])
    review = prepared(tmp_path, pg_layer(dsn, "heavy"), ogr_layer(tmp_path / "p.gpkg", "projects"), "kind: avoid")
    feedback = Stop(1.5)
    with pytest.raises(Cancelled):
        answer_of(review, feedback)
    time.sleep(0.5)
    assert execute(
        dsn,
        (
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%WITH project AS%' AND state = 'active' AND pid <> pg_backend_pid()",
        ),
    ) == [(0,)]


def test_a_server_killed_on_the_way(qgis_app, tmp_path, dsn):
    table(dsn, "heavy", [shapely.Point(X + n, Y).buffer(20_000, quad_segs=20_000) for n in range(20)])
    gpkg(tmp_path / "p.gpkg", "projects", [square(10 * n, 19_000, 2_000) for n in range(400)])
    review = prepared(tmp_path, pg_layer(dsn, "heavy"), ogr_layer(tmp_path / "p.gpkg", "projects"), "kind: avoid")
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%WITH project AS%' AND pid <> pg_backend_pid()"
    timer = threading.Timer(1.5, lambda: execute(dsn, (kill,)))
    timer.start()
    answer = answer_of(review)
    timer.join()
    assert "terminating connection" in answer["failure"] and "failed" in {v[1] for v in answer["verdicts"]}
