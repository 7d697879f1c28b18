-- Review cases: rounds frozen with their inputs, overrides, signatures. The rounds of onemap_review move here as they are.
CREATE TABLE onemap_case (
  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL,
  created_by TEXT NOT NULL);
-- form 1: head, summary and parts as core/review tells them; form 0: a range of an earlier version, JSON as it was
CREATE TABLE onemap_round (
  id TEXT PRIMARY KEY, case_id TEXT NOT NULL REFERENCES onemap_case (id), number INTEGER NOT NULL, at TEXT NOT NULL,
  actor TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', form INTEGER NOT NULL DEFAULT 1, head TEXT NOT NULL,
  summary TEXT NOT NULL DEFAULT '{}', digest TEXT NOT NULL DEFAULT '', UNIQUE (case_id, number));
CREATE TABLE onemap_round_part (
  round_id TEXT NOT NULL REFERENCES onemap_round (id), part TEXT NOT NULL, sha256 TEXT NOT NULL, bytes INTEGER NOT NULL,
  content BLOB NOT NULL, PRIMARY KEY (round_id, part));
CREATE TABLE onemap_override (
  id TEXT PRIMARY KEY, round_id TEXT NOT NULL REFERENCES onemap_round (id), finding INTEGER NOT NULL,
  category TEXT NOT NULL, reason TEXT NOT NULL, actor TEXT NOT NULL, at TEXT NOT NULL, expires TEXT NOT NULL DEFAULT '',
  attachment TEXT NOT NULL DEFAULT '', attachment_name TEXT NOT NULL DEFAULT '', carried_from TEXT NOT NULL DEFAULT '',
  withdrawn TEXT NOT NULL DEFAULT '');
CREATE INDEX onemap_override_round ON onemap_override (round_id);
CREATE TABLE onemap_signature (
  id TEXT PRIMARY KEY, round_id TEXT NOT NULL REFERENCES onemap_round (id), place INTEGER NOT NULL, signer TEXT NOT NULL,
  identity TEXT NOT NULL, opinion TEXT NOT NULL DEFAULT '', digest TEXT NOT NULL, at TEXT NOT NULL,
  UNIQUE (round_id, place), UNIQUE (round_id, identity));
INSERT INTO onemap_case (id, name, kind, created_at, created_by)
  SELECT 'case-' || lower(hex(randomblob(16))), name, 'range', min(at), actor FROM onemap_review GROUP BY name;
INSERT INTO onemap_round (id, case_id, number, at, actor, form, head)
  SELECT r.id, c.id, r.round, r.at, r.actor, 0, r.inputs FROM onemap_review r JOIN onemap_case c ON c.name = r.name;
INSERT INTO onemap_round_part (round_id, part, sha256, bytes, content)
  SELECT id, 'result', '', length(CAST(result AS BLOB)), CAST(result AS BLOB) FROM onemap_review;
DROP TABLE onemap_review;
