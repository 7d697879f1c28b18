-- Machine review: a project_site that becomes submitted is laid over its county's control lines; each contact is a finding.
CREATE TABLE api.review_rule (zone text PRIMARY KEY, rule text NOT NULL, effect text NOT NULL, message text NOT NULL);
INSERT INTO api.review_rule VALUES
    ('YJJBNT', 'YJJBNT-01', 'prohibit', '占用永久基本农田'),
    ('STBHHX', 'STBHHX-01', 'prohibit', '占用生态保护红线'),
    ('CZKFBJ', 'CZKFBJ-01', 'notice', '位于城镇开发边界内');

CREATE FUNCTION api.machine_review() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = api, public, pg_temp AS $$
BEGIN
    DELETE FROM data.finding WHERE target_collection = TG_TABLE_NAME AND target_id = NEW.id;
    INSERT INTO data.finding (id, county, target_collection, target_id, target_version, rule, effect, message, geom)
    SELECT gen_random_uuid(), NEW.county, TG_TABLE_NAME, NEW.id, NEW.version, r.rule, r.effect,
           format('%s：%s，%s 平方米', r.message, l.name, round(ST_Area(piece::geography)::numeric, 2)), piece
      FROM data.control_line l
      JOIN api.review_rule r ON r.zone = l.zone
     CROSS JOIN LATERAL (SELECT ST_CollectionExtract(ST_Intersection(l.geom, NEW.geom), 3) AS piece) AS p
     WHERE l.county = NEW.county AND ST_Intersects(l.geom, NEW.geom) AND NOT ST_IsEmpty(piece);
    RETURN NULL;
END $$;

CREATE FUNCTION api.drop_findings() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = api, public, pg_temp AS $$
BEGIN
    DELETE FROM data.finding WHERE target_collection = TG_TABLE_NAME AND target_id = OLD.id;
    RETURN NULL;
END $$;
