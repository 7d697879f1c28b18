-- Version 4: merge bases per platform and feed epoch; items that the platform does not show any more.
CREATE TABLE onemap_base_of (
  platform TEXT NOT NULL, collection TEXT NOT NULL, item TEXT NOT NULL, version INTEGER, body TEXT, epoch TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (platform, collection, item)) WITHOUT ROWID;
INSERT INTO onemap_base_of SELECT '', collection, item, version, body, '' FROM onemap_base;
DROP TABLE onemap_base;
ALTER TABLE onemap_base_of RENAME TO onemap_base;
-- reason: see store/missing.py; a row with kept = 1 was decided by the user: the record stays and is not asked about again
CREATE TABLE onemap_missing (
  platform TEXT NOT NULL, collection TEXT NOT NULL, item TEXT NOT NULL, reason TEXT NOT NULL, version INTEGER, body TEXT,
  at TEXT NOT NULL, kept INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (platform, collection, item)) WITHOUT ROWID;
