-- Tables of a workspace, version 1. Names of ours begin with onemap_; record tables are made from the form schemas.
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
  f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
  owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')));
INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('layer_styles', 'attributes', 'layer_styles');

CREATE TABLE onemap_settings (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
-- holds a row only inside our own transactions: triggers tell our writes from those of plain QGIS and QField by it
CREATE TABLE onemap_writing (flag INTEGER);
CREATE TABLE onemap_outside (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, form TEXT NOT NULL, record TEXT NOT NULL, op TEXT NOT NULL,
  at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ','now')));

CREATE TABLE onemap_audit (
  seq INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, act TEXT NOT NULL, subject TEXT NOT NULL, item TEXT NOT NULL,
  before TEXT, after TEXT, prev TEXT NOT NULL, hash TEXT NOT NULL);
CREATE INDEX onemap_audit_item ON onemap_audit (item, subject);
CREATE TRIGGER onemap_audit_no_update BEFORE UPDATE ON onemap_audit BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END;
CREATE TRIGGER onemap_audit_no_delete BEFORE DELETE ON onemap_audit BEGIN SELECT RAISE(ABORT, 'audit rows are never deleted'); END;

CREATE TABLE onemap_outbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, collection TEXT NOT NULL, item TEXT NOT NULL,
  op TEXT NOT NULL CHECK (op IN ('create', 'replace', 'update', 'delete')), body TEXT, base_version INTEGER,
  state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sending', 'done', 'conflict', 'rejected')),
  depends_on TEXT, attempts INTEGER NOT NULL DEFAULT 0, next_try TEXT, last_error TEXT, theirs TEXT, created_at TEXT NOT NULL);
CREATE INDEX onemap_outbox_item ON onemap_outbox (collection, item);
-- what the platform last told of an item: the base of a three-way merge
CREATE TABLE onemap_base (
  collection TEXT NOT NULL, item TEXT NOT NULL, version INTEGER, body TEXT, PRIMARY KEY (collection, item)) WITHOUT ROWID;

CREATE TABLE onemap_division (
  code TEXT PRIMARY KEY, name TEXT NOT NULL, valid_from INTEGER, valid_to INTEGER, successor TEXT) WITHOUT ROWID;
CREATE TABLE onemap_form (
  form TEXT NOT NULL, edition TEXT NOT NULL, body TEXT NOT NULL, sha256 TEXT NOT NULL, installed_at TEXT NOT NULL,
  PRIMARY KEY (form, edition));
CREATE TABLE onemap_draft (
  form TEXT NOT NULL, record TEXT NOT NULL, body TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (form, record));
CREATE TABLE onemap_attachment (
  sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, bytes INTEGER NOT NULL, content BLOB NOT NULL, added_at TEXT NOT NULL);
CREATE TABLE onemap_review (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, round INTEGER NOT NULL, at TEXT NOT NULL, actor TEXT NOT NULL,
  inputs TEXT NOT NULL, result TEXT NOT NULL, UNIQUE (name, round));

CREATE TABLE district (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom MULTIPOLYGON, code TEXT, name TEXT);
