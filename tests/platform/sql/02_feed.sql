-- The append-only change log and the feed. A cursor is (transaction id << 20) + number within the transaction: it grows in the order in
-- which transactions got their ids, so rows below the snapshot horizon can never be overtaken by a late commit.
CREATE TABLE api.change_log (
    cursor bigint PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    county text NOT NULL,
    collection text NOT NULL,
    item uuid NOT NULL,
    op char(1) NOT NULL CHECK (op IN ('C', 'U', 'D')),
    version integer NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor text NOT NULL
);
CREATE INDEX ON api.change_log (collection, item, cursor DESC);
CREATE INDEX ON api.change_log (county, cursor);

CREATE TABLE api.feed_epoch (only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one), epoch uuid NOT NULL DEFAULT gen_random_uuid());
INSERT INTO api.feed_epoch DEFAULT VALUES;

CREATE FUNCTION api.next_cursor() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    n bigint := COALESCE(NULLIF(current_setting('app.change', true), ''), '0')::bigint + 1;
BEGIN
    IF n >= 1 << 20 THEN RAISE EXCEPTION 'too many changes in one transaction'; END IF;
    PERFORM set_config('app.change', n::text, true);
    RETURN (pg_current_xact_id()::text::bigint << 20) + n;
END $$;

CREATE FUNCTION api.log_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = api, public, pg_temp AS $$
DECLARE
    row_ record := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    INSERT INTO api.change_log (cursor, county, collection, item, op, version, actor) VALUES (
        api.next_cursor(), row_.county, TG_TABLE_NAME, row_.id,
        CASE TG_OP WHEN 'INSERT' THEN 'C' WHEN 'UPDATE' THEN 'U' ELSE 'D' END,
        row_.version + (TG_OP = 'DELETE')::int, api.actor());
    RETURN NULL;
END $$;

CREATE FUNCTION api.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the change log is append-only';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON api.change_log EXECUTE FUNCTION api.refuse();

CREATE VIEW api.feed WITH (security_invoker = false) AS
    SELECT cursor, collection, item, op, version, at
      FROM api.change_log
     WHERE xid < pg_snapshot_xmin(pg_current_snapshot())
       AND (api.role() <> 'county' OR county IN (api.county(), ''));

-- The last version a deleted item had: a new item under its id goes on counting, so a version never means two things.
CREATE FUNCTION api.last_version(p_collection text, p_item uuid) RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER AS $$
    SELECT COALESCE((SELECT version FROM api.change_log WHERE collection = p_collection AND item = p_item ORDER BY cursor DESC LIMIT 1), 0)
$$;
