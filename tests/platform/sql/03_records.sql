-- What a record goes through: version, status lock, who may set which status, number allotment.
CREATE TABLE api.counter (county text, kind text, year int, last int NOT NULL, PRIMARY KEY (county, kind, year));

CREATE FUNCTION api.allot_number(p_county text, p_kind text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = api, pg_temp AS $$
DECLARE
    year_ int := extract(year FROM now() AT TIME ZONE 'Asia/Shanghai');
    number_ int;
BEGIN
    INSERT INTO api.counter AS c VALUES (p_county, p_kind, year_, 1)
        ON CONFLICT (county, kind, year) DO UPDATE SET last = c.last + 1 RETURNING last INTO number_;
    RETURN format('%s-%s-%s-%s', p_county, p_kind, year_, lpad(number_::text, 5, '0'));
END $$;

CREATE FUNCTION api.check_status(p_old text, p_new text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF api.role() = 'reviewer' THEN
        IF p_old = 'draft' OR p_old IS NULL THEN
            PERFORM api.fail(409, 'locked-by-status', 'A reviewer acts on submitted records only', jsonb_build_object('status', p_old, 'record_status', p_old));
        ELSIF p_new NOT IN ('returned', 'approved', p_old) THEN
            PERFORM api.fail(403, 'forbidden', format('A reviewer cannot set the status %s', p_new));
        END IF;
    ELSIF api.role() = 'county' THEN
        IF p_old IN ('submitted', 'approved') THEN
            PERFORM api.fail(409, 'locked-by-status', format('The record is locked: %s', p_old), jsonb_build_object('status', p_old, 'record_status', p_old));
        ELSIF p_new IN ('returned', 'approved') AND p_new IS DISTINCT FROM p_old THEN
            PERFORM api.fail(403, 'forbidden', format('Only a reviewer sets the status %s', p_new));
        END IF;
    END IF;
END $$;

CREATE FUNCTION api.record_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kind text := (SELECT number_kind FROM api.collection WHERE name = TG_TABLE_NAME);
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM api.check_status(OLD.status, OLD.status);
        RETURN OLD;
    END IF;
    PERFORM api.check_status(CASE WHEN TG_OP = 'UPDATE' THEN OLD.status END, NEW.status);
    IF TG_OP = 'UPDATE' THEN
        NEW.version := OLD.version + 1;
        NEW.case_no := OLD.case_no;
        NEW.county := OLD.county;
        IF api.role() <> 'reviewer' THEN
            NEW.return_reason := OLD.return_reason;
        END IF;
    ELSE
        NEW.version := api.last_version(TG_TABLE_NAME, NEW.id) + 1;
        NEW.case_no := NULL;
        NEW.return_reason := NULL;
    END IF;
    IF NEW.status = 'submitted' THEN
        NEW.case_no := COALESCE(NEW.case_no, api.allot_number(NEW.county, kind));
    END IF;
    IF NEW.status <> 'returned' THEN
        NEW.return_reason := NULL;
    END IF;
    NEW.updated_at := clock_timestamp();
    NEW.updated_by := api.actor();
    RETURN NEW;
END $$;

CREATE FUNCTION api.plain_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := CASE WHEN TG_OP = 'UPDATE' THEN OLD.version ELSE api.last_version(TG_TABLE_NAME, NEW.id) END + 1;
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END $$;

-- An address of its own for every package; what came of the upload is written by the server (see the upload functions in 06).
CREATE FUNCTION api.package_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.upload_url := current_setting('app.base_url', true) || '/uploads/' || NEW.id;
        NEW.inspection := 'waiting';
    ELSIF api.role() = 'county' AND (NEW.sha256, NEW.size) IS DISTINCT FROM (OLD.sha256, OLD.size) THEN
        NEW.inspection := 'waiting';
        NEW.inspection_message := NULL;
    END IF;
    RETURN NEW;
END $$;
