-- Made-up control lines of two counties: round blobs of 41 vertices on a grid, three zones in turn. seed.lines in all. Not in the feed: the
-- first load brings them.
SET session_replication_role = replica;
INSERT INTO data.control_line (id, county, line_id, name, zone, valid_from, attrs, geom, status)
SELECT md5('line' || i)::uuid, county, zone || '-' || lpad(i::text, 6, '0'), zone || ' ' || i, zone, DATE '2024-01-01',
       jsonb_build_object('YSDM', '20030100' || i % 10, 'MJ', 1000 + i, 'BZ', '示例图斑'),
       ST_Buffer(ST_SetSRID(ST_MakePoint(west + (n % side) * 0.9 / side, 30.1 + (n / side) * 0.5 / side), 4490), 0.2 / side, 10), 'approved'
  FROM (SELECT i, i / 2 AS n, CASE i % 2 WHEN 0 THEN '330110' ELSE '330111' END AS county, CASE i % 2 WHEN 0 THEN 119.0 ELSE 121.0 END AS west,
               (ARRAY['YJJBNT', 'STBHHX', 'CZKFBJ'])[1 + (i / 2) % 3] AS zone, ceil(sqrt(current_setting('seed.lines')::int / 2.0))::int AS side
          FROM generate_series(0, current_setting('seed.lines')::int - 1) AS i) AS s;
SET session_replication_role = DEFAULT;
ANALYZE data.control_line;
