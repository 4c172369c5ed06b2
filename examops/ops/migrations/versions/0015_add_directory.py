"""The public directory: entries with their validity, cards to list; filled from the bodies that are there."""

from examops.ops.migrations.helpers import run

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before neither reads nor writes the directory. It has no page for the public, so that the public"
    " scope no longer sees body changes nothing for it. A body that it sets up meanwhile is missing in the directory:"
    " `examops check` names it, and `examops setup` with the same file publishes it."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

CREATE TABLE directory_card (
  body_id bigint NOT NULL,
  standing text NOT NULL,
  standing_since date NOT NULL,
  filed_on date NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  address text NOT NULL,
  telephone text NOT NULL,
  offers jsonb NOT NULL,
  terms text[] NOT NULL,
  sort_key bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_directory_card_standing CHECK (standing = ANY (ARRAY['filed'::text, 'suspended'::text, 'ended'::text])),
  CONSTRAINT pk_directory_card PRIMARY KEY (id),
  CONSTRAINT uq_directory_card_body_id UNIQUE (body_id),
  CONSTRAINT uq_directory_card_uid UNIQUE (uid)
);
CREATE INDEX ix_directory_card_listed ON directory_card USING btree (sort_key) WHERE standing <> 'ended'::text;
CREATE INDEX ix_directory_card_terms ON directory_card USING gin (terms) WHERE standing <> 'ended'::text;
ALTER TABLE directory_card ENABLE ROW LEVEL SECURITY;
ALTER TABLE directory_card FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON directory_card FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
  OR ( SELECT scope_public() AS scope_public)
) WITH CHECK (
  ( SELECT scope_everything() AS scope_everything)
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT, UPDATE ON directory_card TO {web}, {job};
CREATE TABLE directory_entry (
  standing text NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  address text NOT NULL,
  telephone text NOT NULL,
  occupation_code text NOT NULL,
  occupation_name text NOT NULL,
  level text NOT NULL,
  standard text NOT NULL,
  valid daterange NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_directory_entry_standing CHECK (standing = ANY (ARRAY['filed'::text, 'suspended'::text])),
  CONSTRAINT no_overlap_directory EXCLUDE USING gist (
    int8range(
      hashtextextended(body_id::text || '/' || occupation_code || '/' || level, 0),
      hashtextextended(body_id::text || '/' || occupation_code || '/' || level, 0), '[]'
    ) WITH &&,
    valid WITH &&
  ),
  CONSTRAINT pk_directory_entry PRIMARY KEY (id),
  CONSTRAINT uq_directory_entry_uid UNIQUE (uid)
);
CREATE INDEX ix_directory_entry_body_id_id ON directory_entry USING btree (body_id, id);
ALTER TABLE directory_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE directory_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON directory_entry FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
  OR ( SELECT scope_public() AS scope_public)
) WITH CHECK (
  ( SELECT scope_everything() AS scope_everything)
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT, UPDATE ON directory_entry TO {web}, {job};
ALTER TABLE directory_card ADD CONSTRAINT fk_directory_card_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE directory_entry ADD CONSTRAINT fk_directory_entry_body_id FOREIGN KEY (body_id) REFERENCES body(id);
DROP POLICY scope ON body;
CREATE POLICY scope ON body FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);

-- What is filed now, as publish() in examops/organisations/directory would have written it.
SELECT set_config('examops.everything', 'on', true);
WITH known_occupation (code, name, standard) AS (VALUES
  ('4-01-02-02', '电子商务师', '电子商务师国家职业技能标准（2022年版）'),
  ('4-01-02-07', '互联网营销师', ''),
  ('4-02-02-02', '道路货运汽车驾驶员', ''),
  ('4-02-06-01', '仓储管理员', ''),
  ('4-02-06-03', '物流服务师', ''),
  ('4-02-06-05', '供应链管理师', ''),
  ('4-02-07-08', '快递员', ''),
  ('4-02-07-10', '网约配送员', ''),
  ('4-03-02-01', '中式烹调师', '中式烹调师国家职业技能标准（2018年版）'),
  ('4-03-02-02', '中式面点师', '中式面点师国家职业技能标准（2018年版）'),
  ('4-03-02-03', '西式烹调师', ''),
  ('4-03-02-04', '西式面点师', '西式面点师国家职业技能标准（2018年版）'),
  ('4-03-02-05', '餐厅服务员', ''),
  ('4-03-02-07', '茶艺师', '茶艺师国家职业标准（版本年未见，按申报条件的写法归入2023年规程）'),
  ('4-04-05-05', '人工智能训练师', '人工智能训练师国家职业技能标准（2021年版）'),
  ('4-04-05-07', '服务机器人应用技术员', '服务机器人应用技术员国家职业技能标准（2022年版）'),
  ('4-07-05-01', '保安员', ''),
  ('4-07-05-04', '消防设施操作员', ''),
  ('4-10-01-02', '育婴员', '育婴员国家职业技能标准（2019年版）'),
  ('4-10-01-03', '保育师', '保育师国家职业技能标准（2021年版）'),
  ('4-10-01-05', '养老护理员', '养老护理员国家职业技能标准（2019年版）'),
  ('4-10-01-06', '家政服务员', '家政服务员国家职业技能标准（2019年版）'),
  ('4-10-03-01', '美容师', '美容师国家职业技能标准（2022年版）'),
  ('4-10-03-02', '美发师', ''),
  ('4-12-01-01', '汽车维修工', '汽车维修工国家职业技能标准（2018年版）'),
  ('4-12-03-01', '家用电器产品维修工', ''),
  ('4-14-02-01', '公共营养师', ''),
  ('4-14-02-02', '健康管理师', ''),
  ('6-04-03-03', '织布工', ''),
  ('6-05-01-03', '缝纫工', ''),
  ('6-06-03-01', '手工木工', ''),
  ('6-06-03-02', '机械木工', '机械木工国家职业技能标准（2020年版）'),
  ('6-06-04-01', '家具制作工', ''),
  ('6-14-02-00', '塑料制品成型制作工', ''),
  ('6-15-05-01', '陶瓷原料准备工', ''),
  ('6-15-05-02', '陶瓷成型施釉工', ''),
  ('6-15-05-03', '陶瓷烧成工', ''),
  ('6-15-05-04', '陶瓷装饰工', ''),
  ('6-17-09-02', '金属轧制工', '金属轧制工国家职业技能标准（2019年版）'),
  ('6-17-09-05', '金属材热处理工', ''),
  ('6-17-09-09', '金属挤压工', '金属挤压工国家职业技能标准（2020年版）'),
  ('6-17-09-10', '铸轧工', ''),
  ('6-18-01-01', '车工', '车工国家职业技能标准（2018年版）'),
  ('6-18-01-02', '铣工', '铣工国家职业技能标准（2018年版）'),
  ('6-18-01-04', '磨工', ''),
  ('6-18-01-05', '镗工', '镗工国家职业标准（2023年版）'),
  ('6-18-01-07', '多工序数控机床操作调整工', ''),
  ('6-18-01-08', '电切削工', ''),
  ('6-18-01-12', '冲压工', ''),
  ('6-18-02-01', '铸造工', ''),
  ('6-18-02-02', '锻造工', ''),
  ('6-18-02-03', '金属热处理工', ''),
  ('6-18-02-04', '焊工', '焊工国家职业技能标准（2018年版）'),
  ('6-18-03-01', '镀层工', ''),
  ('6-18-03-02', '涂装工', ''),
  ('6-18-04-01', '模具工', '模具工国家职业技能标准（2019年版）'),
  ('6-20-01-01', '钳工', '钳工国家职业技能标准（2020年版）'),
  ('6-20-03-01', '机床装调维修工', ''),
  ('6-20-05-07', '制冷空调设备装配工', ''),
  ('6-24-05-04', '小型家用电器制造工', ''),
  ('6-29-03-03', '电梯安装维修工', ''),
  ('6-29-03-05', '制冷空调系统安装维修工', ''),
  ('6-30-05-01', '起重装卸机械操作工', ''),
  ('6-30-99-00', '工业机器人系统操作员', '工业机器人系统操作员国家职业技能标准（2020年版）'),
  ('6-31-01-03', '电工', '电工国家职业技能标准（2018年版）'),
  ('6-31-01-10', '工业机器人系统运维员', '工业机器人系统运维员国家职业技能标准（2020年版）'),
  ('6-31-03-01', '化学检验员', ''),
  ('6-31-03-04', '无损检测员', ''),
  ('6-31-03-05', '质检员', '')
)
INSERT INTO directory_entry (uid, body_id, district, standing, kind, name, address, telephone, occupation_code,
  occupation_name, level, standard, valid)
SELECT gen_random_uuid(), b.id, b.district, CASE b.state WHEN 'filed' THEN 'filed' ELSE 'suspended' END, b.kind, b.name,
  b.address, b.telephone, o.occupation_code, coalesce(k.name, o.occupation_code), l.level, coalesce(k.standard, ''),
  daterange(coalesce(b.filed_on, (b.created_at AT TIME ZONE 'Asia/Shanghai')::date), NULL)
FROM body b JOIN body_occupation o ON o.body_id = b.id
LEFT JOIN known_occupation k ON k.code = o.occupation_code
CROSS JOIN LATERAL (SELECT DISTINCT one::text AS level FROM unnest(o.levels) AS one) l
WHERE b.state IN ('filed', 'suspended', 'exiting')
ORDER BY b.id, o.id, l.level;

INSERT INTO directory_card (uid, body_id, district, standing, standing_since, filed_on, kind, name, address, telephone,
  offers, terms, sort_key)
SELECT gen_random_uuid(), e.body_id, min(e.district), min(e.standing), min(lower(e.valid)), min(lower(e.valid)),
  min(e.kind), min(e.name), min(e.address), min(e.telephone),
  (SELECT jsonb_agg(jsonb_build_object('code', o.code, 'name', o.name, 'standard', o.standard, 'levels', o.levels)
     ORDER BY lower(normalize(o.name, NFKC)) COLLATE "C", o.code COLLATE "C")
   FROM (SELECT occupation_code AS code, min(occupation_name) AS name, min(standard) AS standard,
       jsonb_agg(level ORDER BY strpos('X54321TS', level)) AS levels
     FROM directory_entry WHERE body_id = e.body_id GROUP BY 1) o),
  (SELECT array_agg(term ORDER BY term COLLATE "C") FROM (
     SELECT substr(word, place, size) AS term
     FROM directory_entry t
     CROSS JOIN LATERAL (VALUES (t.name), (t.address), (t.occupation_name), (t.occupation_code)) AS texts (one)
     CROSS JOIN LATERAL regexp_split_to_table(lower(normalize(one, NFKC)), '\\s+') AS word
     CROSS JOIN LATERAL generate_series(1, length(word)) AS place
     CROSS JOIN (VALUES (1), (2)) AS sizes (size)
     WHERE t.body_id = e.body_id AND place + size <= length(word) + 1
     UNION SELECT unnest(ARRAY['d:' || t.district, 'o:' || t.occupation_code, 'l:' || t.level,
       'o:' || t.occupation_code || '/' || t.level]) FROM directory_entry t WHERE t.body_id = e.body_id
   ) found),
  ((CASE min(e.kind) WHEN 'social' THEN 0 WHEN 'college' THEN 2 ELSE 4 END
    + (min(e.standing) <> 'filed')::integer)::bigint << 40) + e.body_id
FROM directory_entry e GROUP BY e.body_id ORDER BY e.body_id;
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")
