-- Courier bags that went out: kept until they are answered, so that a lost one can be packed again, byte for byte.
CREATE TABLE onemap_bag (
  sequence INTEGER PRIMARY KEY, at TEXT NOT NULL, records INTEGER NOT NULL, files TEXT NOT NULL, manifest TEXT NOT NULL,
  info TEXT NOT NULL, content BLOB, answered_at TEXT);
