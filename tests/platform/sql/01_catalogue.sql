-- The catalogue of collections and the tables made from it. Data: collections.json, handed over by the loader.
CREATE EXTENSION postgis;
CREATE SCHEMA api;   -- functions and catalogue
CREATE SCHEMA data;  -- one table per collection

CREATE ROLE onemap_county NOLOGIN;
CREATE ROLE onemap_reviewer NOLOGIN;

CREATE TABLE api.collection (
    name text PRIMARY KEY,
    geometry text[] NOT NULL,      -- GeoJSON types allowed; empty: none
    writable boolean NOT NULL,
    number_kind text NOT NULL      -- letters in the middle of a case number
);
CREATE TABLE api.field (
    collection text NOT NULL REFERENCES api.collection,
    name text NOT NULL,
    type text NOT NULL,            -- text, integer, number, date, json, uuid
    required boolean NOT NULL,
    managed boolean NOT NULL,      -- set by the server, ignored when a client writes it
    choices text[],
    minimum numeric,
    maximum numeric,
    pattern text,
    PRIMARY KEY (collection, name)
);

CREATE FUNCTION api.column_type(kind text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE kind WHEN 'integer' THEN 'bigint' WHEN 'number' THEN 'double precision' WHEN 'json' THEN 'jsonb' ELSE kind END
$$;

CREATE FUNCTION api.make_collection(p_name text, p_def jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    columns text;
BEGIN
    INSERT INTO api.collection VALUES (
        p_name, ARRAY(SELECT jsonb_array_elements_text(p_def->'geometry')), (p_def->>'writable')::boolean, COALESCE(p_def->>'number', 'JD'));
    INSERT INTO api.field
    SELECT p_name, f.key, f.value->>'type', COALESCE((f.value->>'required')::boolean, false), COALESCE((f.value->>'managed')::boolean, false),
           CASE WHEN f.value ? 'choices' THEN ARRAY(SELECT jsonb_array_elements_text(f.value->'choices')) END,
           (f.value->>'minimum')::numeric, (f.value->>'maximum')::numeric, f.value->>'pattern'
      FROM jsonb_each(p_def->'fields') AS f;
    SELECT string_agg(format('%I %s', name, api.column_type(type)), ', ') INTO columns FROM api.field WHERE collection = p_name;
    EXECUTE format($ddl$
        CREATE TABLE data.%I (
            id uuid PRIMARY KEY, county text NOT NULL CHECK (county ~ '^[0-9]{6}$|^$'),
            status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'submitted', 'returned', 'approved')),
            case_no text UNIQUE, version integer NOT NULL DEFAULT 1, updated_at timestamptz NOT NULL DEFAULT now(),
            updated_by text NOT NULL DEFAULT 'province', return_reason text, geom geometry(Geometry, 4490), %s)$ddl$, p_name, columns);
    EXECUTE format('CREATE INDEX ON data.%I USING gist (geom)', p_name);
    EXECUTE format('CREATE INDEX ON data.%I (county, id)', p_name);
END $$;

-- An HTTP answer other than success: SQLSTATE PTnnn, problem type in HINT, further members as JSON in DETAIL.
CREATE FUNCTION api.fail(p_status int, p_type text, p_message text, p_members jsonb DEFAULT '{}') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'PT' || p_status, MESSAGE = p_message, HINT = p_type, DETAIL = p_members::text;
END $$;

CREATE FUNCTION api.role() RETURNS text LANGUAGE sql STABLE AS $$ SELECT COALESCE(current_setting('app.role', true), 'province') $$;
CREATE FUNCTION api.county() RETURNS text LANGUAGE sql STABLE AS $$ SELECT COALESCE(current_setting('app.county', true), '') $$;
CREATE FUNCTION api.actor() RETURNS text LANGUAGE sql STABLE AS $$ SELECT COALESCE(NULLIF(current_setting('app.actor', true), ''), 'province') $$;
