-- The county's layers in versions (store/county_layers.py): what each layer is, and the versions that it had.
CREATE TABLE onemap_layer (
  layer TEXT PRIMARY KEY COLLATE NOCASE, title TEXT NOT NULL DEFAULT '', geometry TEXT NOT NULL, crs TEXT NOT NULL,
  columns TEXT NOT NULL);
CREATE TABLE onemap_layer_version (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, layer TEXT NOT NULL COLLATE NOCASE, version INTEGER NOT NULL, at TEXT NOT NULL,
  actor TEXT NOT NULL, kind TEXT NOT NULL, sha256 TEXT NOT NULL, source TEXT NOT NULL DEFAULT '',
  source_sha256 TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '', features INTEGER NOT NULL,
  added INTEGER NOT NULL, removed INTEGER NOT NULL, same INTEGER NOT NULL, restored INTEGER NOT NULL DEFAULT 0,
  UNIQUE (layer, version));
