-- One function does every write of the HTTP side: idempotency key, preconditions, checks of the body, the write itself.
CREATE TABLE api.idempotency (
    actor text, key text, fingerprint text NOT NULL, status int, version int, at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (actor, key));

-- Claims a key. NULL: it is new and ours; otherwise the answer given before. A second request under way waits here for the first.
CREATE FUNCTION api.claim_key(p_key text, p_fingerprint text) RETURNS api.idempotency LANGUAGE plpgsql SECURITY DEFINER
SET search_path = api, pg_temp AS $$
DECLARE
    found_ api.idempotency;
BEGIN
    INSERT INTO api.idempotency (actor, key, fingerprint) VALUES (api.actor(), p_key, p_fingerprint) ON CONFLICT DO NOTHING;
    IF FOUND THEN RETURN NULL; END IF;
    SELECT * INTO found_ FROM api.idempotency WHERE actor = api.actor() AND key = p_key;
    IF found_.fingerprint <> p_fingerprint THEN
        PERFORM api.fail(422, 'idempotency-key-reused', 'The Idempotency-Key was used for another request',
            '{"constraint": "idempotency_key", "column": null, "fields": []}');
    END IF;
    RETURN found_;
END $$;

CREATE FUNCTION api.keep_answer(p_key text, p_status int, p_version int) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = api, pg_temp AS $$
    UPDATE api.idempotency SET status = p_status, version = p_version WHERE actor = api.actor() AND key = p_key
$$;

CREATE FUNCTION api.merge_patch(target jsonb, patch jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    result jsonb := CASE WHEN jsonb_typeof(target) = 'object' THEN target ELSE '{}' END;
    entry record;
BEGIN
    IF jsonb_typeof(patch) <> 'object' THEN RETURN patch; END IF;
    FOR entry IN SELECT * FROM jsonb_each(patch) LOOP
        IF jsonb_typeof(entry.value) = 'null' THEN
            result := result - entry.key;
        ELSE
            result := jsonb_set(result, ARRAY[entry.key], api.merge_patch(result->entry.key, entry.value));
        END IF;
    END LOOP;
    RETURN result;
END $$;

CREATE FUNCTION api.is_date(p_text text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN p_text ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' AND p_text::date IS NOT NULL;
EXCEPTION WHEN data_exception THEN RETURN false;
END $$;

CREATE FUNCTION api.fits_type(p_type text, p_value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_type
        WHEN 'text' THEN jsonb_typeof(p_value) = 'string'
        WHEN 'date' THEN jsonb_typeof(p_value) = 'string' AND api.is_date(p_value #>> '{}')
        WHEN 'uuid' THEN (p_value #>> '{}') ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        WHEN 'integer' THEN CASE WHEN jsonb_typeof(p_value) = 'number'
            THEN (p_value #>> '{}')::numeric % 1 = 0 AND abs((p_value #>> '{}')::numeric) < 9e15 ELSE false END
        WHEN 'number' THEN CASE WHEN jsonb_typeof(p_value) = 'number' THEN abs((p_value #>> '{}')::numeric) < 1e300 ELSE false END
        ELSE jsonb_typeof(p_value) IN ('object', 'array') END
$$;

-- Every fault of a body at once, as (field, constraint).
CREATE FUNCTION api.faults(p_collection text, p_props jsonb) RETURNS TABLE (field text, fault text) LANGUAGE sql STABLE AS $$
    SELECT name, CASE
            WHEN v IS NULL OR v IN ('null', '""') THEN CASE WHEN required THEN 'required' END
            WHEN NOT api.fits_type(type, v) THEN 'type'
            WHEN choices IS NOT NULL AND NOT (v #>> '{}') = ANY (choices) THEN 'choice'
            WHEN pattern IS NOT NULL AND (v #>> '{}') !~ pattern THEN 'pattern'
            WHEN type IN ('integer', 'number') AND NOT (v #>> '{}')::numeric BETWEEN COALESCE(minimum, '-Infinity') AND COALESCE(maximum, 'Infinity')
                THEN 'range' END AS fault
      FROM (SELECT f.*, p_props->f.name AS v FROM api.field f WHERE f.collection = p_collection AND NOT f.managed) AS checked
    UNION ALL
    SELECT key, 'unknown_field' FROM jsonb_object_keys(p_props) AS key
     WHERE key NOT IN ('id', 'county', 'status', 'case_no', 'version', 'updated_at', 'updated_by', 'return_reason')
       AND NOT EXISTS (SELECT 1 FROM api.field f WHERE f.collection = p_collection AND f.name = key)
    UNION ALL
    SELECT 'status', 'choice' WHERE COALESCE(p_props->>'status', 'draft') NOT IN ('draft', 'submitted', 'returned', 'approved')
    UNION ALL
    SELECT 'county', 'pattern' WHERE COALESCE(p_props->>'county', '000000') !~ '^[0-9]{6}$'
$$;

CREATE FUNCTION api.invalid(p_constraint text, p_fields text[]) RETURNS void LANGUAGE sql AS $$
    SELECT api.fail(422, 'invalid', format('%s: %s', p_constraint, array_to_string(p_fields, ', ')),
        jsonb_build_object('constraint', p_constraint, 'column', p_fields[1], 'fields', p_fields))
$$;

CREATE FUNCTION api.check_body(p_collection text, p_props jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    fields text[];
    first text;
BEGIN
    SELECT array_agg(f.field), (array_agg(f.fault))[1] INTO fields, first FROM api.faults(p_collection, p_props) AS f WHERE f.fault IS NOT NULL;
    IF fields IS NOT NULL THEN
        PERFORM api.invalid(first, fields);
    END IF;
END $$;

CREATE FUNCTION api.read_geometry(p_json jsonb, p_kinds text[]) RETURNS geometry LANGUAGE plpgsql AS $$
DECLARE
    g geometry;
BEGIN
    IF p_json IS NULL OR p_json = 'null' THEN RETURN NULL; END IF;
    IF NOT COALESCE(p_json->>'type', '') = ANY (p_kinds) THEN PERFORM api.invalid('geometry_type', '{geometry}'); END IF;
    BEGIN
        g := ST_SetSRID(ST_Force2D(ST_GeomFromGeoJSON(p_json::text)), 4490);
    EXCEPTION WHEN OTHERS THEN
        PERFORM api.invalid('geometry_type', '{geometry}');
    END;
    IF ST_IsEmpty(g) OR NOT ST_Envelope(g) @ ST_MakeEnvelope(-180, -90, 180, 90, 4490) THEN PERFORM api.invalid('geometry_range', '{geometry}'); END IF;
    IF NOT ST_IsValid(g) THEN PERFORM api.invalid('geometry_valid', '{geometry}'); END IF;
    RETURN CASE WHEN 'MultiPolygon' = ANY (p_kinds) THEN ST_Multi(g) ELSE g END;
END $$;

-- Row -> GeoJSON feature, as it goes over the wire.
CREATE FUNCTION api.feature(p_row jsonb, p_geometry geometry) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('type', 'Feature', 'id', p_row->'id', 'geometry', ST_AsGeoJSON(p_geometry, 15, 0)::jsonb, 'properties', p_row - 'id' - 'geom')
$$;

CREATE FUNCTION api.check_preconditions(p_current jsonb, p_match text, p_none_match text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    tag text := format('"%s"', p_current->>'version');
BEGIN
    IF p_match IS NOT NULL AND p_current IS NULL THEN
        PERFORM api.fail(404, 'not-found', 'No such item');
    ELSIF (p_match IS NOT NULL AND p_match <> '*' AND NOT tag = ANY (regexp_split_to_array(p_match, '\s*,\s*')))
       OR (p_none_match IS NOT NULL AND p_current IS NOT NULL) THEN
        PERFORM api.fail(412, 'version-conflict', 'The item has changed', jsonb_build_object(
            'current_version', p_current->'version', 'updated_by', p_current->'updated_by', 'updated_at', p_current->'updated_at'));
    END IF;
END $$;

CREATE FUNCTION api.save(p_collection text, p_id uuid, p_current jsonb, p_body jsonb) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    props jsonb := jsonb_strip_nulls(p_body->'properties') || jsonb_build_object('id', p_id);
    kinds text[] := (SELECT geometry FROM api.collection WHERE name = p_collection);
    shape geometry;
    names text;
    version_ int;
BEGIN
    PERFORM api.check_body(p_collection, props - 'id');
    shape := api.read_geometry(p_body->'geometry', kinds);
    IF p_current IS NULL THEN
        props := jsonb_build_object('status', 'draft', 'county', api.county()) || props;
    ELSE  -- what the server manages stays, whatever the client wrote
        props := jsonb_build_object('status', p_current->'status') || props || jsonb_build_object('county', p_current->'county');
    END IF;
    IF api.role() = 'county' AND props->>'county' <> api.county() THEN PERFORM api.fail(403, 'forbidden', 'The record names another county'); END IF;
    SELECT string_agg(format('%I', name), ', ') INTO names FROM (
        SELECT name FROM api.field WHERE collection = p_collection AND NOT managed
        UNION ALL SELECT unnest(ARRAY['status', 'return_reason'])) AS n;
    IF p_current IS NULL THEN
        EXECUTE format('INSERT INTO data.%1$I (id, county, geom, %2$s) SELECT id, county, $2, %2$s FROM jsonb_populate_record(NULL::data.%1$I, $1) RETURNING version',
            p_collection, names) INTO version_ USING props, shape;
    ELSE
        EXECUTE format('UPDATE data.%1$I SET (geom, %2$s) = (SELECT $2, %2$s FROM jsonb_populate_record(NULL::data.%1$I, $1)) WHERE id = $3 RETURNING version',
            p_collection, names) INTO version_ USING props, shape, p_id;
    END IF;
    RETURN version_;
EXCEPTION WHEN unique_violation THEN  -- another county's item, or one made this very moment
    PERFORM api.fail(404, 'not-found', 'No such item');
END $$;

CREATE FUNCTION api.write(p_collection text, p_id uuid, p_method text, p_body jsonb, p_match text, p_none_match text, p_key text, p_fingerprint text,
                          OUT status int, OUT version int) LANGUAGE plpgsql AS $$
DECLARE
    earlier api.idempotency;
    current_ jsonb;
    shape geometry;
BEGIN
    IF p_key IS NOT NULL THEN
        earlier := api.claim_key(p_key, p_fingerprint);
        IF earlier.status IS NOT NULL THEN
            status := earlier.status; version := earlier.version; RETURN;
        END IF;
    END IF;
    EXECUTE format('SELECT to_jsonb(t) - ''geom'', t.geom FROM data.%I t WHERE id = $1 FOR UPDATE', p_collection) INTO current_, shape USING p_id;
    PERFORM api.check_preconditions(current_, p_match, p_none_match);
    IF api.role() = 'reviewer' AND (current_ IS NULL OR p_method = 'DELETE') THEN PERFORM api.fail(403, 'forbidden', 'A reviewer only reviews'); END IF;
    IF p_method = 'DELETE' THEN
        EXECUTE format('DELETE FROM data.%I WHERE id = $1', p_collection) USING p_id;
        status := 204; version := (current_->>'version')::int + 1;
    ELSE
        IF p_method = 'PATCH' THEN
            p_body := api.merge_patch(api.feature(current_, shape), p_body);
            IF jsonb_typeof(p_body->'properties') IS DISTINCT FROM 'object' THEN PERFORM api.invalid('type', '{properties}'); END IF;
        END IF;
        version := api.save(p_collection, p_id, current_, p_body);
        status := CASE WHEN current_ IS NULL THEN 201 ELSE 204 END;
    END IF;
    IF p_key IS NOT NULL THEN PERFORM api.keep_answer(p_key, status, version); END IF;
END $$;

-- Heads of the counties' audit chains, as they came: a chain that is rewritten later does not hold them any more.
CREATE TABLE api.audit_head (county text, line text, at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (county, line));
CREATE FUNCTION api.keep_head(p_line text) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = api, pg_temp AS $$
    INSERT INTO api.audit_head (county, line) VALUES (api.county(), p_line) ON CONFLICT DO NOTHING
$$;

-- Many writes, each by itself: one that fails is undone alone and is answered by the fields of its error.
CREATE FUNCTION api.write_many(p_collection text, p_items jsonb)
RETURNS TABLE (status int, version int, state text, message text, hint text, detail text, constraint_ text, column_ text) LANGUAGE plpgsql AS $$
DECLARE
    one jsonb;
BEGIN
    FOR one IN SELECT value FROM jsonb_array_elements(p_items) LOOP
        state := NULL;
        BEGIN
            SELECT w.status, w.version INTO status, version FROM api.write(p_collection, (one->>'id')::uuid, 'PUT', one->'body',
                one->>'match', one->>'none_match', one->>'key', one->>'mark') AS w;
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT, detail = PG_EXCEPTION_DETAIL,
                constraint_ = CONSTRAINT_NAME, column_ = COLUMN_NAME;
        END;
        RETURN NEXT;
    END LOOP;
END $$;

-- What came of an upload; called by the HTTP side when all bytes of a package are there.
CREATE FUNCTION api.finish_upload(p_id uuid, p_ok boolean, p_message text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = api, public, pg_temp AS $$
BEGIN
    PERFORM set_config('app.role', 'province', true), set_config('app.actor', 'inspection', true);
    UPDATE data.package SET inspection = CASE WHEN p_ok THEN 'passed' ELSE 'failed' END, inspection_message = p_message
     WHERE id = p_id AND county = api.county();
END $$;
