-- Triggers and row-level security for every table; run after the collections were made.
DO $$
DECLARE
    c api.collection;
BEGIN
    FOR c IN SELECT * FROM api.collection LOOP
        EXECUTE format('CREATE TRIGGER b_rules BEFORE INSERT OR UPDATE%s ON data.%I FOR EACH ROW EXECUTE FUNCTION api.%I()',
            CASE WHEN c.writable THEN ' OR DELETE' ELSE '' END, c.name, CASE WHEN c.writable THEN 'record_rules' ELSE 'plain_version' END);
        EXECUTE format('CREATE TRIGGER z_log AFTER INSERT OR UPDATE OR DELETE ON data.%I FOR EACH ROW EXECUTE FUNCTION api.log_change()', c.name);
        EXECUTE format('ALTER TABLE data.%I ENABLE ROW LEVEL SECURITY', c.name);
        EXECUTE format($p$CREATE POLICY own ON data.%I TO onemap_county USING (county IN (api.county(), '')) WITH CHECK (county = api.county())$p$, c.name);
        EXECUTE format('CREATE POLICY everything ON data.%I TO onemap_reviewer USING (true)', c.name);
        EXECUTE format('GRANT SELECT ON data.%I TO onemap_county, onemap_reviewer', c.name);
        IF c.writable THEN
            EXECUTE format('GRANT INSERT, UPDATE, DELETE ON data.%I TO onemap_county', c.name);
            EXECUTE format('GRANT UPDATE ON data.%I TO onemap_reviewer', c.name);
        END IF;
    END LOOP;
END $$;
CREATE TRIGGER c_package BEFORE INSERT OR UPDATE ON data.package FOR EACH ROW EXECUTE FUNCTION api.package_rules();
CREATE TRIGGER r_review_new AFTER INSERT ON data.project_site FOR EACH ROW
    WHEN (NEW.status = 'submitted') EXECUTE FUNCTION api.machine_review();
CREATE TRIGGER r_review AFTER UPDATE ON data.project_site FOR EACH ROW
    WHEN (NEW.status = 'submitted' AND OLD.status <> 'submitted') EXECUTE FUNCTION api.machine_review();
CREATE TRIGGER r_drop AFTER DELETE ON data.project_site FOR EACH ROW EXECUTE FUNCTION api.drop_findings();

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA api FROM PUBLIC;
GRANT USAGE ON SCHEMA api, data TO onemap_county, onemap_reviewer;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA api TO onemap_county, onemap_reviewer;
REVOKE EXECUTE ON FUNCTION api.make_collection(text, jsonb) FROM onemap_county, onemap_reviewer;
GRANT SELECT ON api.collection, api.field, api.feed, api.feed_epoch TO onemap_county, onemap_reviewer;
