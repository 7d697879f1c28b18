-- What a record is about, unique in its table, is added to the record tables by record_table.ensure_table.
-- Who did what under which name, and the acts that can be undone, stand in the audit chain itself.
-- Places where the head of the chain was written down outside of this file: a bag, a book, a printed report, the platform.
CREATE TABLE onemap_anchor (
  seq INTEGER NOT NULL, hash TEXT NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, place TEXT NOT NULL,
  PRIMARY KEY (seq, kind, place));
