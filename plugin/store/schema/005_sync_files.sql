-- Files of records and whether the platform has them: state pending, done, absent (not in this workspace), refused.
CREATE TABLE onemap_upload (
  platform TEXT NOT NULL, collection TEXT NOT NULL, item TEXT NOT NULL, sha256 TEXT NOT NULL, name TEXT NOT NULL,
  bytes INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'pending', last_error TEXT, at TEXT NOT NULL,
  PRIMARY KEY (platform, collection, item, sha256)) WITHOUT ROWID;
