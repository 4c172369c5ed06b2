CREATE TABLE attempt_counter (
	key TEXT NOT NULL, 
	window_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	count BIGINT NOT NULL, 
	CONSTRAINT pk_attempt_counter PRIMARY KEY (key, window_at)
);

CREATE INDEX ix_attempt_counter_window_at ON attempt_counter (window_at);

CREATE TABLE audit_entry (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	transaction_number BIGINT DEFAULT txid_current() NOT NULL, 
	tag TEXT NOT NULL, 
	actor_kind TEXT NOT NULL, 
	actor_uid UUID, 
	actor_name TEXT NOT NULL, 
	actor_role TEXT NOT NULL, 
	body_id BIGINT, 
	district TEXT, 
	subject_kind TEXT NOT NULL, 
	subject_uid UUID, 
	subject_words TEXT NOT NULL, 
	payload JSONB NOT NULL, 
	salt BYTEA, 
	payload_digest BYTEA NOT NULL, 
	digest BYTEA NOT NULL, 
	seal_number BIGINT, 
	CONSTRAINT pk_audit_entry PRIMARY KEY (id), 
	CONSTRAINT uq_audit_entry_uid UNIQUE (uid)
);

CREATE INDEX ix_audit_entry_at_id ON audit_entry (at, id);

CREATE INDEX ix_audit_entry_body_id_at_id ON audit_entry (body_id, at, id);

CREATE INDEX ix_audit_entry_subject_uid_at ON audit_entry (subject_uid, at);

CREATE INDEX ix_audit_entry_tag_at_id ON audit_entry (tag, at, id);

CREATE INDEX ix_audit_entry_unsealed ON audit_entry (id) WHERE seal_number IS NULL;

CREATE TABLE audit_head (
	day DATE NOT NULL, 
	seal_number BIGINT NOT NULL, 
	digest BYTEA NOT NULL, 
	signature BYTEA NOT NULL, 
	public_key BYTEA NOT NULL, 
	CONSTRAINT pk_audit_head PRIMARY KEY (day)
);

CREATE TABLE audit_seal (
	number BIGINT NOT NULL, 
	sealed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	entries BIGINT[] NOT NULL, 
	previous BYTEA NOT NULL, 
	digest BYTEA NOT NULL, 
	CONSTRAINT pk_audit_seal PRIMARY KEY (number)
);

CREATE TABLE body (
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	short_name TEXT NOT NULL, 
	credit_code TEXT NOT NULL, 
	district TEXT NOT NULL, 
	address TEXT NOT NULL, 
	telephone TEXT NOT NULL, 
	state TEXT NOT NULL, 
	filed_on DATE, 
	last_session_on DATE, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_body PRIMARY KEY (id), 
	CONSTRAINT ck_body_kind CHECK (kind IN ('enterprise','college','social')), 
	CONSTRAINT ck_body_state CHECK (state IN ('draft', 'filed', 'suspended', 'exiting', 'exited', 'expired')), 
	CONSTRAINT uq_body_credit_code UNIQUE (credit_code), 
	CONSTRAINT uq_body_uid UNIQUE (uid)
);

CREATE TABLE job_failure (
	job_id BIGINT NOT NULL, 
	words TEXT NOT NULL, 
	failed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_job_failure PRIMARY KEY (id), 
	CONSTRAINT uq_job_failure_job_id UNIQUE (job_id), 
	CONSTRAINT uq_job_failure_uid UNIQUE (uid)
);

CREATE TABLE job_run (
	job TEXT NOT NULL, 
	due_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	state TEXT NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE, 
	finished_at TIMESTAMP WITH TIME ZONE, 
	attempts BIGINT NOT NULL, 
	result TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_job_run PRIMARY KEY (id), 
	CONSTRAINT uq_job_run_job_due_at UNIQUE (job, due_at), 
	CONSTRAINT ck_job_run_state CHECK (state IN ('queued','running','done','failed','skipped')), 
	CONSTRAINT uq_job_run_uid UNIQUE (uid)
);

CREATE INDEX ix_job_run_job_finished_at ON job_run (job, finished_at);

CREATE INDEX ix_job_run_job_id ON job_run (job, id);

CREATE INDEX ix_job_run_news ON job_run (id) WHERE state <> 'done' OR result <> '';

CREATE TABLE number_counter (
	name TEXT NOT NULL, 
	value BIGINT NOT NULL, 
	CONSTRAINT pk_number_counter PRIMARY KEY (name)
);

CREATE TABLE person (
	id_hash BYTEA NOT NULL, 
	id_sealed BYTEA NOT NULL, 
	key_version BIGINT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_person PRIMARY KEY (id), 
	CONSTRAINT uq_person_id_hash UNIQUE (id_hash), 
	CONSTRAINT uq_person_uid UNIQUE (uid)
);

CREATE TABLE privacy_notice (
	version BIGINT NOT NULL, 
	title TEXT NOT NULL, 
	body_text TEXT NOT NULL, 
	published_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_privacy_notice PRIMARY KEY (id), 
	CONSTRAINT uq_privacy_notice_version UNIQUE (version), 
	CONSTRAINT uq_privacy_notice_uid UNIQUE (uid)
);

CREATE TABLE user_account (
	login TEXT NOT NULL, 
	name TEXT NOT NULL, 
	password_hash TEXT NOT NULL, 
	is_active BOOLEAN NOT NULL, 
	session_epoch BIGINT NOT NULL, 
	must_change_password BOOLEAN NOT NULL, 
	last_sign_in_at TIMESTAMP WITH TIME ZONE, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_user_account PRIMARY KEY (id), 
	CONSTRAINT uq_user_account_login UNIQUE (login), 
	CONSTRAINT uq_user_account_uid UNIQUE (uid)
);

CREATE TABLE batch (
	number TEXT NOT NULL, 
	name TEXT NOT NULL, 
	cut_off_on DATE NOT NULL, 
	applies_from TIMESTAMP WITH TIME ZONE NOT NULL, 
	applies_until TIMESTAMP WITH TIME ZONE NOT NULL, 
	held_from DATE NOT NULL, 
	held_until DATE NOT NULL, 
	fee_fen BIGINT NOT NULL, 
	state TEXT NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_batch PRIMARY KEY (id), 
	CONSTRAINT ck_batch_state CHECK (state IN ('draft','open','closed')), 
	CONSTRAINT ck_batch_dates CHECK (applies_from < applies_until AND held_from <= held_until), 
	CONSTRAINT uq_batch_id_body_id UNIQUE (id, body_id), 
	CONSTRAINT uq_batch_number UNIQUE (number), 
	CONSTRAINT fk_batch_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_batch_uid UNIQUE (uid)
);

CREATE INDEX ix_batch_body_id_id ON batch (body_id, id);

CREATE TABLE body_occupation (
	occupation_code TEXT NOT NULL, 
	levels BIGINT[] NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_body_occupation PRIMARY KEY (id), 
	CONSTRAINT uq_body_occupation_body_id_occupation_code UNIQUE (body_id, occupation_code), 
	CONSTRAINT fk_body_occupation_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_body_occupation_uid UNIQUE (uid)
);

CREATE TABLE candidate (
	person_id BIGINT NOT NULL, 
	name TEXT NOT NULL, 
	id_masked TEXT NOT NULL, 
	sex TEXT NOT NULL, 
	born_on DATE, 
	telephone TEXT NOT NULL, 
	team TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	photo_key TEXT NOT NULL, 
	photo_state TEXT NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_candidate PRIMARY KEY (id), 
	CONSTRAINT uq_candidate_body_id_person_id UNIQUE (body_id, person_id), 
	CONSTRAINT uq_candidate_id_body_id UNIQUE (id, body_id), 
	CONSTRAINT ck_candidate_kind CHECK (kind IN ('employee','agency','student','social')), 
	CONSTRAINT ck_candidate_photo_state CHECK (photo_state IN ('missing','waiting','accepted','refused')), 
	CONSTRAINT fk_candidate_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_candidate_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_candidate_uid UNIQUE (uid)
);

CREATE INDEX ix_candidate_body_id_name ON candidate (body_id, name);

CREATE TABLE column_memory (
	header_digest BYTEA NOT NULL, 
	mapping JSONB NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_column_memory PRIMARY KEY (id), 
	CONSTRAINT uq_column_memory_body_id_header_digest UNIQUE (body_id, header_digest), 
	CONSTRAINT fk_column_memory_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_column_memory_uid UNIQUE (uid)
);

CREATE TABLE kept_answer (
	actor_uid UUID NOT NULL, 
	key TEXT NOT NULL, 
	request_digest BYTEA NOT NULL, 
	answer JSONB NOT NULL, 
	kept_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_kept_answer PRIMARY KEY (id), 
	CONSTRAINT uq_kept_answer_actor_uid_key UNIQUE (actor_uid, key), 
	CONSTRAINT fk_kept_answer_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_kept_answer_uid UNIQUE (uid)
);

CREATE INDEX ix_kept_answer_kept_at ON kept_answer (kept_at);

CREATE TABLE look (
	session_id BIGINT NOT NULL, 
	camera_id BIGINT NOT NULL, 
	viewer_uid UUID NOT NULL, 
	viewer_name TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	media_from TIMESTAMP WITH TIME ZONE NOT NULL, 
	media_until TIMESTAMP WITH TIME ZONE NOT NULL, 
	looked_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	extended_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_look PRIMARY KEY (id), 
	CONSTRAINT ck_look_mode CHECK (mode IN ('playback','live','frames','still')), 
	CONSTRAINT fk_look_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_look_uid UNIQUE (uid)
);

CREATE INDEX ix_look_session_id_viewer_uid_camera_id_extended_at ON look (session_id, viewer_uid, camera_id, extended_at);

CREATE TABLE notice_acceptance (
	user_id BIGINT NOT NULL, 
	version BIGINT NOT NULL, 
	accepted_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_notice_acceptance PRIMARY KEY (id), 
	CONSTRAINT uq_notice_acceptance_user_id_version UNIQUE (user_id, version), 
	CONSTRAINT fk_notice_acceptance_user_id FOREIGN KEY(user_id) REFERENCES user_account (id), 
	CONSTRAINT fk_notice_acceptance_version FOREIGN KEY(version) REFERENCES privacy_notice (version), 
	CONSTRAINT uq_notice_acceptance_uid UNIQUE (uid)
);

CREATE TABLE scan (
	session_id BIGINT NOT NULL, 
	booking_id BIGINT, 
	desk TEXT NOT NULL, 
	operator_uid UUID NOT NULL, 
	nonce UUID NOT NULL, 
	via TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	answer JSONB NOT NULL, 
	scanned_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	received_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_scan PRIMARY KEY (id), 
	CONSTRAINT ck_scan_outcome CHECK (outcome IN ('admitted','refused')), 
	CONSTRAINT ck_scan_via CHECK (via IN ('camera','scanner','id_number')), 
	CONSTRAINT uq_scan_nonce UNIQUE (nonce), 
	CONSTRAINT fk_scan_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_scan_uid UNIQUE (uid)
);

CREATE INDEX ix_scan_session_id_received_at ON scan (session_id, received_at);

CREATE TABLE site (
	name TEXT NOT NULL, 
	address TEXT NOT NULL, 
	contact TEXT NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_site PRIMARY KEY (id), 
	CONSTRAINT uq_site_body_id_name UNIQUE (body_id, name), 
	CONSTRAINT fk_site_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_site_uid UNIQUE (uid)
);

CREATE TABLE staff_member (
	name TEXT NOT NULL, 
	team TEXT NOT NULL, 
	telephone TEXT NOT NULL, 
	user_id BIGINT, 
	is_active BOOLEAN NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_staff_member PRIMARY KEY (id), 
	CONSTRAINT fk_staff_member_user_id FOREIGN KEY(user_id) REFERENCES user_account (id), 
	CONSTRAINT fk_staff_member_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_staff_member_uid UNIQUE (uid)
);

CREATE INDEX ix_staff_member_body_id_name ON staff_member (body_id, name);

CREATE INDEX ix_staff_member_user_id ON staff_member (user_id);

CREATE TABLE batch_occupation (
	batch_id BIGINT NOT NULL, 
	occupation_code TEXT NOT NULL, 
	level BIGINT NOT NULL, 
	standard_version TEXT NOT NULL, 
	parts TEXT[] NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_batch_occupation PRIMARY KEY (id), 
	CONSTRAINT uq_batch_occupation_batch_id_occupation_code_level UNIQUE (batch_id, occupation_code, level), 
	CONSTRAINT fk_batch_occupation_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_batch_occupation_uid UNIQUE (uid)
);

CREATE TABLE credential (
	candidate_id BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	occupation_code TEXT NOT NULL, 
	level BIGINT, 
	number TEXT NOT NULL, 
	institution TEXT NOT NULL, 
	dated_on DATE, 
	details JSONB NOT NULL, 
	source TEXT NOT NULL, 
	as_of DATE NOT NULL, 
	seen_by TEXT NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_credential PRIMARY KEY (id), 
	CONSTRAINT ck_credential_kind CHECK (kind IN ('certificate','graduation','enrolment','apprenticeship')), 
	CONSTRAINT ck_credential_source CHECK (source IN ('typed','document','official')), 
	CONSTRAINT fk_credential_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_credential_uid UNIQUE (uid)
);

CREATE INDEX ix_credential_candidate_id ON credential (candidate_id);

CREATE TABLE device (
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	site_id BIGINT NOT NULL, 
	token_digest BYTEA NOT NULL, 
	public_key BYTEA, 
	paired_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	last_seen_at TIMESTAMP WITH TIME ZONE, 
	revoked_at TIMESTAMP WITH TIME ZONE, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_device PRIMARY KEY (id), 
	CONSTRAINT ck_device_kind CHECK (kind IN ('recorder','desk')), 
	CONSTRAINT uq_device_token_digest UNIQUE (token_digest), 
	CONSTRAINT fk_device_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_device_uid UNIQUE (uid)
);

CREATE INDEX ix_device_revoked_at_id ON device (revoked_at, id);

CREATE INDEX ix_device_site_id_id ON device (site_id, id);

CREATE TABLE employment (
	candidate_id BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	employer TEXT NOT NULL, 
	employer_code TEXT NOT NULL, 
	host TEXT NOT NULL, 
	host_code TEXT NOT NULL, 
	started_on DATE NOT NULL, 
	ended_on DATE, 
	insured_in TEXT NOT NULL, 
	works_in TEXT NOT NULL, 
	source TEXT NOT NULL, 
	as_of DATE NOT NULL, 
	seen_by TEXT NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_employment PRIMARY KEY (id), 
	CONSTRAINT ck_employment_kind CHECK (kind IN ('own','agency')), 
	CONSTRAINT ck_employment_source CHECK (source IN ('typed','document','official')), 
	CONSTRAINT ck_employment_dates CHECK (ended_on IS NULL OR ended_on >= started_on), 
	CONSTRAINT fk_employment_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_employment_uid UNIQUE (uid)
);

CREATE INDEX ix_employment_candidate_id ON employment (candidate_id);

CREATE TABLE pairing_code (
	kind TEXT NOT NULL, 
	site_id BIGINT NOT NULL, 
	code_digest BYTEA NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	used_at TIMESTAMP WITH TIME ZONE, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_pairing_code PRIMARY KEY (id), 
	CONSTRAINT uq_pairing_code_code_digest UNIQUE (code_digest), 
	CONSTRAINT fk_pairing_code_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_pairing_code_uid UNIQUE (uid)
);

CREATE INDEX ix_pairing_code_open ON pairing_code (site_id) WHERE used_at IS NULL;

CREATE TABLE qualification (
	staff_id BIGINT NOT NULL, 
	kind TEXT NOT NULL, 
	occupation_code TEXT NOT NULL, 
	card_number TEXT NOT NULL, 
	valid_from DATE NOT NULL, 
	valid_until DATE NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_qualification PRIMARY KEY (id), 
	CONSTRAINT ck_qualification_kind CHECK (kind IN ('examiner','senior_examiner','proctor','internal_supervisor')), 
	CONSTRAINT ck_qualification_dates CHECK (valid_from <= valid_until), 
	CONSTRAINT fk_qualification_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_qualification_uid UNIQUE (uid)
);

CREATE INDEX ix_qualification_staff_id ON qualification (staff_id);

CREATE TABLE recusal_relation (
	staff_id BIGINT NOT NULL, 
	candidate_id BIGINT NOT NULL, 
	relation TEXT NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_recusal_relation PRIMARY KEY (id), 
	CONSTRAINT uq_recusal_relation_staff_id_candidate_id_relation UNIQUE (staff_id, candidate_id, relation), 
	CONSTRAINT ck_recusal_relation_relation CHECK (relation IN ('superior','same_team','taught','relative')), 
	CONSTRAINT fk_recusal_relation_staff_id FOREIGN KEY(staff_id) REFERENCES staff_member (id), 
	CONSTRAINT fk_recusal_relation_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_recusal_relation_uid UNIQUE (uid)
);

CREATE INDEX ix_recusal_relation_candidate_id ON recusal_relation (candidate_id);

CREATE TABLE role_grant (
	user_id BIGINT NOT NULL, 
	role TEXT NOT NULL, 
	reach TEXT NOT NULL, 
	body_id BIGINT, 
	site_id BIGINT, 
	district TEXT, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_role_grant PRIMARY KEY (id), 
	CONSTRAINT ck_role_grant_role CHECK (role IN ('coordinator', 'examiner', 'proctor', 'internal_supervisor', 'supervisor', 'city_bureau', 'city_centre', 'district_bureau', 'district_centre', 'security', 'operator')), 
	CONSTRAINT ck_role_grant_reach CHECK ((reach = 'body' AND body_id IS NOT NULL AND site_id IS NULL AND district IS NULL) OR (reach = 'site' AND body_id IS NOT NULL AND site_id IS NOT NULL AND district IS NULL) OR (reach = 'district' AND district IS NOT NULL AND body_id IS NULL) OR (reach = 'city' AND body_id IS NULL AND site_id IS NULL AND district IS NULL)), 
	CONSTRAINT ck_role_grant_site_roles CHECK (reach <> 'site' OR role IN ('examiner', 'proctor', 'internal_supervisor', 'security')), 
	CONSTRAINT fk_role_grant_user_id FOREIGN KEY(user_id) REFERENCES user_account (id), 
	CONSTRAINT fk_role_grant_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_role_grant_uid UNIQUE (uid)
);

CREATE INDEX ix_role_grant_user_id ON role_grant (user_id);

CREATE TABLE room (
	site_id BIGINT NOT NULL, 
	name TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	seats BIGINT NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_room PRIMARY KEY (id), 
	CONSTRAINT uq_room_site_id_name UNIQUE (site_id, name), 
	CONSTRAINT ck_room_kind CHECK (kind IN ('paper','computer','practical','review')), 
	CONSTRAINT fk_room_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_room_uid UNIQUE (uid)
);

CREATE TABLE roster (
	batch_id BIGINT NOT NULL, 
	name TEXT NOT NULL, 
	content_digest BYTEA NOT NULL, 
	document_key TEXT NOT NULL, 
	state TEXT NOT NULL, 
	sheet JSONB NOT NULL, 
	mapping JSONB NOT NULL, 
	row_count BIGINT NOT NULL, 
	done_count BIGINT NOT NULL, 
	counts JSONB NOT NULL, 
	photos JSONB NOT NULL, 
	fault TEXT NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE, 
	finished_at TIMESTAMP WITH TIME ZONE, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_roster PRIMARY KEY (id), 
	CONSTRAINT ck_roster_state CHECK (state IN ('uploaded','examining','examined','saving','saved','cancelled','failed')), 
	CONSTRAINT fk_roster_batch FOREIGN KEY(batch_id, body_id) REFERENCES batch (id, body_id), 
	CONSTRAINT fk_roster_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_roster_uid UNIQUE (uid)
);

CREATE INDEX ix_roster_body_id_created_at_id ON roster (body_id, created_at, id);

CREATE INDEX ix_roster_created_at_id ON roster (created_at, id);

CREATE INDEX ix_roster_waiting ON roster (created_at) WHERE state = 'examined';

CREATE TABLE verdict (
	candidate_id BIGINT NOT NULL, 
	occupation_code TEXT NOT NULL, 
	level BIGINT NOT NULL, 
	cut_off_on DATE NOT NULL, 
	outcome TEXT NOT NULL, 
	lines JSONB NOT NULL, 
	inputs JSONB NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_verdict PRIMARY KEY (id), 
	CONSTRAINT ck_verdict_outcome CHECK (outcome IN ('ok','no','unclear')), 
	CONSTRAINT fk_verdict_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_verdict_uid UNIQUE (uid)
);

CREATE INDEX ix_verdict_candidate_id ON verdict (candidate_id);

CREATE TABLE application (
	number TEXT NOT NULL, 
	batch_id BIGINT NOT NULL, 
	candidate_id BIGINT NOT NULL, 
	person_id BIGINT NOT NULL, 
	occupation_code TEXT NOT NULL, 
	level BIGINT NOT NULL, 
	standard_version TEXT NOT NULL, 
	parts TEXT[] NOT NULL, 
	attempt BIGINT NOT NULL, 
	first_application_id BIGINT, 
	state TEXT NOT NULL, 
	verdict_id BIGINT, 
	special_needs TEXT NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_application PRIMARY KEY (id), 
	CONSTRAINT ck_application_state CHECK (state IN ('draft', 'accepted', 'refused', 'withdrawn', 'completed')), 
	CONSTRAINT fk_application_batch FOREIGN KEY(batch_id, body_id) REFERENCES batch (id, body_id), 
	CONSTRAINT fk_application_candidate FOREIGN KEY(candidate_id, body_id) REFERENCES candidate (id, body_id), 
	CONSTRAINT uq_application_id_body_id UNIQUE (id, body_id), 
	CONSTRAINT uq_application_number UNIQUE (number), 
	CONSTRAINT fk_application_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_application_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_application_uid UNIQUE (uid)
);

CREATE INDEX ix_application_batch_id_state_id ON application (batch_id, state, id);

CREATE INDEX ix_application_candidate_id ON application (candidate_id);

CREATE INDEX ix_application_person_id ON application (person_id);

CREATE UNIQUE INDEX uq_application_live ON application (person_id, occupation_code, level, attempt) WHERE state IN ('draft','accepted');

CREATE TABLE camera (
	room_id BIGINT NOT NULL, 
	label TEXT NOT NULL, 
	position TEXT NOT NULL, 
	source TEXT NOT NULL, 
	width BIGINT NOT NULL, 
	height BIGINT NOT NULL, 
	is_door BOOLEAN NOT NULL, 
	admitted_at TIMESTAMP WITH TIME ZONE, 
	fitness JSONB NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_camera PRIMARY KEY (id), 
	CONSTRAINT uq_camera_room_id_label UNIQUE (room_id, label), 
	CONSTRAINT fk_camera_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_camera_uid UNIQUE (uid)
);

CREATE TABLE exam_session (
	number TEXT NOT NULL, 
	batch_id BIGINT NOT NULL, 
	site_id BIGINT NOT NULL, 
	room_id BIGINT NOT NULL, 
	title TEXT NOT NULL, 
	during TSTZRANGE NOT NULL, 
	desk_opens_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	starts_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ends_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	state TEXT NOT NULL, 
	bookings_close_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	notes TEXT NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_exam_session PRIMARY KEY (id), 
	CONSTRAINT ck_exam_session_state CHECK (state IN ('draft', 'declared', 'returned', 'approved', 'open', 'closed', 'running', 'interrupted', 'finished', 'reported', 'sent_back', 'audited', 'published', 'sealed', 'void', 'cancelled')), 
	CONSTRAINT ck_exam_session_times CHECK (desk_opens_at <= starts_at AND starts_at < ends_at), 
	CONSTRAINT fk_exam_session_batch FOREIGN KEY(batch_id, body_id) REFERENCES batch (id, body_id), 
	CONSTRAINT uq_exam_session_id_body_id UNIQUE (id, body_id), 
	CONSTRAINT uq_exam_session_id_during UNIQUE (id, during), 
	CONSTRAINT no_overlap_room EXCLUDE USING gist (int8range(room_id,room_id,'[]') WITH &&, during WITH &&) WHERE (state NOT IN ('cancelled','void')), 
	CONSTRAINT uq_exam_session_number UNIQUE (number), 
	CONSTRAINT fk_exam_session_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_exam_session_uid UNIQUE (uid)
);

CREATE INDEX ix_exam_session_batch_id ON exam_session (batch_id);

CREATE INDEX ix_exam_session_body_id_starts_at_id ON exam_session (body_id, starts_at, id);

CREATE INDEX ix_exam_session_district_starts_at ON exam_session (district, starts_at);

CREATE INDEX ix_exam_session_room_id_starts_at ON exam_session (room_id, starts_at);

CREATE INDEX ix_exam_session_starts_at_id ON exam_session (starts_at, id);

CREATE INDEX ix_exam_session_state_starts_at_id ON exam_session (state, starts_at, id);

CREATE TABLE workstation (
	room_id BIGINT NOT NULL, 
	code TEXT NOT NULL, 
	occupations TEXT[] NOT NULL, 
	is_usable BOOLEAN NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_workstation PRIMARY KEY (id), 
	CONSTRAINT uq_workstation_room_id_code UNIQUE (room_id, code), 
	CONSTRAINT fk_workstation_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_workstation_uid UNIQUE (uid)
);

CREATE TABLE alarm (
	session_id BIGINT, 
	camera_id BIGINT, 
	kind TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_alarm PRIMARY KEY (id), 
	CONSTRAINT fk_alarm_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_alarm_uid UNIQUE (uid)
);

CREATE UNIQUE INDEX ix_alarm_open ON alarm (camera_id, kind) WHERE ended_at IS NULL;

CREATE INDEX ix_alarm_session_id ON alarm (session_id);

CREATE TABLE arming (
	session_id BIGINT NOT NULL, 
	camera_id BIGINT NOT NULL, 
	during TSTZRANGE NOT NULL, 
	state TEXT NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_arming PRIMARY KEY (id), 
	CONSTRAINT uq_arming_session_id_camera_id UNIQUE (session_id, camera_id), 
	CONSTRAINT ck_arming_state CHECK (state IN ('planned','armed','disarmed','cancelled')), 
	CONSTRAINT fk_arming_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_arming_uid UNIQUE (uid)
);

CREATE INDEX ix_arming_camera_id ON arming (camera_id);

CREATE TABLE camera_coverage (
	camera_id BIGINT NOT NULL, 
	workstation_id BIGINT NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_camera_coverage PRIMARY KEY (id), 
	CONSTRAINT uq_camera_coverage_camera_id_workstation_id UNIQUE (camera_id, workstation_id), 
	CONSTRAINT fk_camera_coverage_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_camera_coverage_uid UNIQUE (uid)
);

CREATE INDEX ix_camera_coverage_workstation_id ON camera_coverage (workstation_id);

CREATE TABLE camera_state (
	camera_id BIGINT NOT NULL, 
	state TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	reported_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	snapshot_at TIMESTAMP WITH TIME ZONE, 
	snapshot_measures JSONB NOT NULL, 
	condition TEXT NOT NULL, 
	condition_since TIMESTAMP WITH TIME ZONE, 
	last_good_at TIMESTAMP WITH TIME ZONE, 
	watched_until TIMESTAMP WITH TIME ZONE, 
	skew_ms BIGINT, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_camera_state PRIMARY KEY (id), 
	CONSTRAINT uq_camera_state_camera_id UNIQUE (camera_id), 
	CONSTRAINT fk_camera_state_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_camera_state_uid UNIQUE (uid)
);

CREATE TABLE review_verdict (
	session_id BIGINT NOT NULL, 
	outcome TEXT NOT NULL, 
	note TEXT NOT NULL, 
	author_uid UUID NOT NULL, 
	author_name TEXT NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_review_verdict PRIMARY KEY (id), 
	CONSTRAINT ck_review_verdict_outcome CHECK (outcome IN ('clean','doubts','violation')), 
	CONSTRAINT fk_review_verdict_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_review_verdict_uid UNIQUE (uid)
);

CREATE INDEX ix_review_verdict_session_id ON review_verdict (session_id);

CREATE TABLE roster_row (
	roster_id BIGINT NOT NULL, 
	row_number BIGINT NOT NULL, 
	name TEXT NOT NULL, 
	id_masked TEXT NOT NULL, 
	id_hash BYTEA, 
	id_sealed BYTEA, 
	cells JSONB NOT NULL, 
	problems JSONB NOT NULL, 
	facts JSONB NOT NULL, 
	lines JSONB NOT NULL, 
	outcome TEXT NOT NULL, 
	reasons TEXT[] NOT NULL, 
	shortfall_days BIGINT, 
	application_id BIGINT, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_roster_row PRIMARY KEY (id), 
	CONSTRAINT ck_roster_row_outcome CHECK (outcome IN ('ok','no','unclear')), 
	CONSTRAINT uq_roster_row_roster_id_row_number UNIQUE (roster_id, row_number), 
	CONSTRAINT fk_roster_row_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_roster_row_uid UNIQUE (uid)
);

CREATE INDEX ix_roster_row_reasons ON roster_row USING gin (reasons);

CREATE INDEX ix_roster_row_roster_id_outcome_shortfall_days_row_number ON roster_row (roster_id, outcome, shortfall_days, row_number);

CREATE TABLE session_duty (
	session_id BIGINT NOT NULL, 
	staff_id BIGINT NOT NULL, 
	role TEXT NOT NULL, 
	serves BIGINT[] NOT NULL, 
	during TSTZRANGE NOT NULL, 
	is_released BOOLEAN NOT NULL, 
	signed_in_at TIMESTAMP WITH TIME ZONE, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_session_duty PRIMARY KEY (id), 
	CONSTRAINT ck_session_duty_role CHECK (role IN ('leader','examiner','proctor','internal_supervisor','supervisor')), 
	CONSTRAINT fk_session_duty_session FOREIGN KEY(session_id, during) REFERENCES exam_session (id, during) ON UPDATE CASCADE, 
	CONSTRAINT no_overlap_duty EXCLUDE USING gist (int8range(staff_id,staff_id,'[]') WITH &&, during WITH &&) WHERE (NOT is_released), 
	CONSTRAINT fk_session_duty_staff_id FOREIGN KEY(staff_id) REFERENCES staff_member (id), 
	CONSTRAINT fk_session_duty_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_session_duty_uid UNIQUE (uid)
);

CREATE INDEX ix_session_duty_session_id ON session_duty (session_id);

CREATE INDEX ix_session_duty_staff_id ON session_duty (staff_id);

CREATE TABLE session_group (
	session_id BIGINT NOT NULL, 
	number BIGINT NOT NULL, 
	occupation_code TEXT NOT NULL, 
	level BIGINT NOT NULL, 
	part TEXT NOT NULL, 
	standard_version TEXT NOT NULL, 
	paper TEXT NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_session_group PRIMARY KEY (id), 
	CONSTRAINT ck_session_group_part CHECK (part IN ('theory','skill','review')), 
	CONSTRAINT fk_session_group_session FOREIGN KEY(session_id, body_id) REFERENCES exam_session (id, body_id), 
	CONSTRAINT uq_session_group_session_id_occupation_code_level_part UNIQUE (session_id, occupation_code, level, part), 
	CONSTRAINT uq_session_group_session_id_number UNIQUE (session_id, number), 
	CONSTRAINT uq_session_group_id_body_id UNIQUE (id, body_id), 
	CONSTRAINT fk_session_group_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_session_group_uid UNIQUE (uid)
);

CREATE TABLE session_station (
	session_id BIGINT NOT NULL, 
	workstation_id BIGINT NOT NULL, 
	serves BIGINT[] NOT NULL, 
	during TSTZRANGE NOT NULL, 
	is_released BOOLEAN NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_session_station PRIMARY KEY (id), 
	CONSTRAINT fk_session_station_session FOREIGN KEY(session_id, during) REFERENCES exam_session (id, during) ON UPDATE CASCADE, 
	CONSTRAINT no_overlap_workstation EXCLUDE USING gist (int8range(workstation_id,workstation_id,'[]') WITH &&, during WITH &&) WHERE (NOT is_released), 
	CONSTRAINT fk_session_station_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_session_station_uid UNIQUE (uid)
);

CREATE INDEX ix_session_station_session_id ON session_station (session_id);

CREATE INDEX ix_session_station_workstation_id ON session_station (workstation_id);

CREATE TABLE ticket (
	application_id BIGINT NOT NULL, 
	number TEXT NOT NULL, 
	code_digest BYTEA NOT NULL, 
	code_sealed BYTEA NOT NULL, 
	issued_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	revoked_at TIMESTAMP WITH TIME ZONE, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_ticket PRIMARY KEY (id), 
	CONSTRAINT uq_ticket_application_id UNIQUE (application_id), 
	CONSTRAINT uq_ticket_number UNIQUE (number), 
	CONSTRAINT uq_ticket_code_digest UNIQUE (code_digest), 
	CONSTRAINT fk_ticket_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_ticket_uid UNIQUE (uid)
);

CREATE TABLE workstation_outage (
	workstation_id BIGINT NOT NULL, 
	during TSTZRANGE NOT NULL, 
	reason TEXT NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_workstation_outage PRIMARY KEY (id), 
	CONSTRAINT fk_workstation_outage_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_workstation_outage_uid UNIQUE (uid)
);

CREATE INDEX ix_workstation_outage_workstation_id ON workstation_outage (workstation_id);

CREATE TABLE gap (
	arming_id BIGINT NOT NULL, 
	camera_id BIGINT NOT NULL, 
	session_id BIGINT NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	reason TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	reported_by TEXT NOT NULL, 
	superseded_by UUID, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_gap PRIMARY KEY (id), 
	CONSTRAINT ck_gap_reason CHECK (reason IN ('timeout', 'auth_failed', 'not_found', 'refused', 'codec_change', 'timestamp_break', 'clock_step', 'disk_full', 'restart', 'session_end', 'operator', 'camera_off', 'late_start', 'server_derived')), 
	CONSTRAINT ck_gap_extent CHECK (ended_at > started_at), 
	CONSTRAINT ck_gap_reported_by CHECK (reported_by IN ('recorder','server')), 
	CONSTRAINT fk_gap_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_gap_uid UNIQUE (uid)
);

CREATE INDEX ix_gap_arming_id_started_at ON gap (arming_id, started_at);

CREATE INDEX ix_gap_camera_id_started_at ON gap (camera_id, started_at);

CREATE TABLE segment (
	arming_id BIGINT NOT NULL, 
	camera_id BIGINT NOT NULL, 
	session_id BIGINT NOT NULL, 
	device_id BIGINT NOT NULL, 
	run_uid UUID NOT NULL, 
	sequence BIGINT NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	media_start_ticks BIGINT NOT NULL, 
	media_ms BIGINT NOT NULL, 
	size BIGINT NOT NULL, 
	sha256 BYTEA NOT NULL, 
	init_length BIGINT NOT NULL, 
	fragments JSONB NOT NULL, 
	sidecar JSONB NOT NULL, 
	sidecar_digest BYTEA NOT NULL, 
	object_key TEXT NOT NULL, 
	version_id TEXT NOT NULL, 
	state TEXT NOT NULL, 
	quarantine_reason TEXT NOT NULL, 
	lost_packets BIGINT NOT NULL, 
	is_salvaged BOOLEAN NOT NULL, 
	is_backfilled BOOLEAN NOT NULL, 
	camera_clock_ms BIGINT, 
	announced_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	verified_at TIMESTAMP WITH TIME ZONE, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_segment PRIMARY KEY (id), 
	CONSTRAINT uq_segment_object_key UNIQUE (object_key), 
	CONSTRAINT uq_segment_run_uid_sequence UNIQUE (run_uid, sequence), 
	CONSTRAINT ck_segment_state CHECK (state IN ('announced', 'stored', 'verified', 'purged', 'quarantined', 'lost')), 
	CONSTRAINT ck_segment_extent CHECK (ended_at > started_at AND size > 0), 
	CONSTRAINT ck_segment_verified CHECK (state <> 'verified' OR (version_id <> '' AND verified_at IS NOT NULL)), 
	CONSTRAINT fk_segment_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_segment_uid UNIQUE (uid)
);

CREATE INDEX ix_segment_arming_id_started_at ON segment (arming_id, started_at);

CREATE INDEX ix_segment_camera_id_started_at ON segment (camera_id, started_at);

CREATE INDEX ix_segment_held ON segment (id) WHERE quarantine_reason <> '';

CREATE INDEX ix_segment_pending ON segment (announced_at) WHERE state = 'announced';

CREATE INDEX ix_segment_session_id_started_at ON segment (session_id, started_at);

CREATE TABLE turn (
	session_id BIGINT NOT NULL, 
	group_id BIGINT NOT NULL, 
	number BIGINT NOT NULL, 
	during TSTZRANGE NOT NULL, 
	capacity BIGINT NOT NULL, 
	taken BIGINT NOT NULL, 
	factors JSONB NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_turn PRIMARY KEY (id), 
	CONSTRAINT ck_turn_not_overbooked CHECK (taken >= 0 AND taken <= capacity), 
	CONSTRAINT fk_turn_session FOREIGN KEY(session_id, body_id) REFERENCES exam_session (id, body_id), 
	CONSTRAINT uq_turn_session_id_group_id_number UNIQUE (session_id, group_id, number), 
	CONSTRAINT uq_turn_id_body_id UNIQUE (id, body_id), 
	CONSTRAINT fk_turn_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_turn_uid UNIQUE (uid)
);

CREATE INDEX ix_turn_group_id ON turn (group_id);

CREATE TABLE booking (
	application_id BIGINT NOT NULL, 
	person_id BIGINT NOT NULL, 
	part TEXT NOT NULL, 
	session_id BIGINT NOT NULL, 
	turn_id BIGINT NOT NULL, 
	during TSTZRANGE NOT NULL, 
	state TEXT NOT NULL, 
	hold_until TIMESTAMP WITH TIME ZONE, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_booking PRIMARY KEY (id), 
	CONSTRAINT ck_booking_state CHECK (state IN ('held', 'confirmed', 'checked_in', 'completed', 'waitlisted', 'cancelled', 'excused', 'no_show', 'interrupted', 'disqualified')), 
	CONSTRAINT ck_booking_part CHECK (part IN ('theory','skill','review')), 
	CONSTRAINT fk_booking_application FOREIGN KEY(application_id, body_id) REFERENCES application (id, body_id), 
	CONSTRAINT fk_booking_turn FOREIGN KEY(turn_id, body_id) REFERENCES turn (id, body_id), 
	CONSTRAINT no_overlap_person EXCLUDE USING gist (int8range(person_id,person_id,'[]') WITH &&, during WITH &&) WHERE (state IN ('held','confirmed','checked_in')), 
	CONSTRAINT fk_booking_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_booking_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_booking_uid UNIQUE (uid)
);

CREATE INDEX ix_booking_application_id ON booking (application_id);

CREATE INDEX ix_booking_expected ON booking (session_id) WHERE state = 'confirmed';

CREATE INDEX ix_booking_held ON booking (hold_until) WHERE state = 'held';

CREATE INDEX ix_booking_session_id_id ON booking (session_id, id);

CREATE INDEX ix_booking_turn_id_state ON booking (turn_id, state);

CREATE UNIQUE INDEX uq_booking_live ON booking (application_id, part) WHERE state IN ('held','confirmed','checked_in');

CREATE TABLE flag (
	session_id BIGINT NOT NULL, 
	camera_id BIGINT NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	seat TEXT NOT NULL, 
	severity TEXT NOT NULL, 
	note TEXT NOT NULL, 
	state TEXT NOT NULL, 
	still_key TEXT NOT NULL, 
	still_sha256 BYTEA, 
	segment_id BIGINT, 
	author_uid UUID NOT NULL, 
	author_name TEXT NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_flag PRIMARY KEY (id), 
	CONSTRAINT ck_flag_severity CHECK (severity IN ('note','doubt','serious')), 
	CONSTRAINT ck_flag_state CHECK (state IN ('open','confirmed','dismissed','escalated')), 
	CONSTRAINT ck_flag_extent CHECK (ended_at > started_at), 
	CONSTRAINT fk_flag_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_flag_uid UNIQUE (uid)
);

CREATE INDEX ix_flag_session_id ON flag (session_id);

CREATE INDEX ix_flag_state_id ON flag (state, id);

CREATE TABLE lot_draw (
	turn_id BIGINT NOT NULL, 
	seed BYTEA NOT NULL, 
	commitment BYTEA NOT NULL, 
	drawn_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_lot_draw PRIMARY KEY (id), 
	CONSTRAINT uq_lot_draw_turn_id UNIQUE (turn_id), 
	CONSTRAINT fk_lot_draw_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_lot_draw_uid UNIQUE (uid)
);

CREATE TABLE quarantine_decision (
	segment_id BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	decision TEXT NOT NULL, 
	note TEXT NOT NULL, 
	decided_by TEXT NOT NULL, 
	decided_by_uid UUID, 
	decided_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_quarantine_decision PRIMARY KEY (id), 
	CONSTRAINT ck_quarantine_decision_decision CHECK (decision IN ('released','kept')), 
	CONSTRAINT ck_quarantine_decision_note CHECK (note <> ''), 
	CONSTRAINT fk_quarantine_decision_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_quarantine_decision_uid UNIQUE (uid)
);

CREATE INDEX ix_quarantine_decision_segment_id ON quarantine_decision (segment_id);

CREATE TABLE strip (
	segment_id BIGINT NOT NULL, 
	session_id BIGINT NOT NULL, 
	images_key TEXT NOT NULL, 
	index_key TEXT NOT NULL, 
	frame_count BIGINT NOT NULL, 
	failed_count BIGINT NOT NULL, 
	activity JSONB NOT NULL, 
	made_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_strip PRIMARY KEY (id), 
	CONSTRAINT uq_strip_segment_id UNIQUE (segment_id), 
	CONSTRAINT fk_strip_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_strip_uid UNIQUE (uid)
);

CREATE INDEX ix_strip_session_id ON strip (session_id);

CREATE TABLE lot (
	turn_id BIGINT NOT NULL, 
	booking_id BIGINT NOT NULL, 
	workstation_id BIGINT NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_lot PRIMARY KEY (id), 
	CONSTRAINT uq_lot_turn_id_workstation_id UNIQUE (turn_id, workstation_id), 
	CONSTRAINT uq_lot_booking_id UNIQUE (booking_id), 
	CONSTRAINT fk_lot_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_lot_uid UNIQUE (uid)
);

CREATE TABLE sitting (
	booking_id BIGINT NOT NULL, 
	session_id BIGINT NOT NULL, 
	turn_id BIGINT NOT NULL, 
	workstation_id BIGINT NOT NULL, 
	entered_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	left_at TIMESTAMP WITH TIME ZONE, 
	admitted_by TEXT NOT NULL, 
	identity_doubt TEXT NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_sitting PRIMARY KEY (id), 
	CONSTRAINT ck_sitting_times CHECK (left_at IS NULL OR left_at >= entered_at), 
	CONSTRAINT uq_sitting_booking_id UNIQUE (booking_id), 
	CONSTRAINT fk_sitting_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_sitting_uid UNIQUE (uid)
);

CREATE INDEX ix_sitting_session_id ON sitting (session_id);

CREATE TABLE sitting_exit (
	sitting_id BIGINT NOT NULL, 
	left_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	back_at TIMESTAMP WITH TIME ZONE, 
	reason TEXT NOT NULL, 
	body_id BIGINT NOT NULL, 
	district TEXT NOT NULL, 
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	uid UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_sitting_exit PRIMARY KEY (id), 
	CONSTRAINT fk_sitting_exit_body_id FOREIGN KEY(body_id) REFERENCES body (id), 
	CONSTRAINT uq_sitting_exit_uid UNIQUE (uid)
);

CREATE INDEX ix_sitting_exit_sitting_id ON sitting_exit (sitting_id);

ALTER TABLE arming ADD CONSTRAINT uq_arming_id_body_id UNIQUE (id, body_id);
ALTER TABLE booking ADD CONSTRAINT uq_booking_id_body_id UNIQUE (id, body_id);
ALTER TABLE camera ADD CONSTRAINT uq_camera_id_body_id UNIQUE (id, body_id);
ALTER TABLE device ADD CONSTRAINT uq_device_id_body_id UNIQUE (id, body_id);
ALTER TABLE room ADD CONSTRAINT uq_room_id_body_id UNIQUE (id, body_id);
ALTER TABLE roster ADD CONSTRAINT uq_roster_id_body_id UNIQUE (id, body_id);
ALTER TABLE segment ADD CONSTRAINT uq_segment_id_body_id UNIQUE (id, body_id);
ALTER TABLE site ADD CONSTRAINT uq_site_id_body_id UNIQUE (id, body_id);
ALTER TABLE sitting ADD CONSTRAINT uq_sitting_id_body_id UNIQUE (id, body_id);
ALTER TABLE staff_member ADD CONSTRAINT uq_staff_member_id_body_id UNIQUE (id, body_id);
ALTER TABLE verdict ADD CONSTRAINT uq_verdict_id_body_id UNIQUE (id, body_id);
ALTER TABLE workstation ADD CONSTRAINT uq_workstation_id_body_id UNIQUE (id, body_id);
ALTER TABLE alarm ADD CONSTRAINT fk_alarm_camera_id FOREIGN KEY (camera_id, body_id) REFERENCES camera (id, body_id);
ALTER TABLE alarm ADD CONSTRAINT fk_alarm_session_id FOREIGN KEY (session_id, body_id) REFERENCES exam_session (id, body_id);
ALTER TABLE application ADD CONSTRAINT fk_application_first_application_id FOREIGN KEY (first_application_id, body_id) REFERENCES application (id, body_id);
ALTER TABLE application ADD CONSTRAINT fk_application_verdict_id FOREIGN KEY (verdict_id, body_id) REFERENCES verdict (id, body_id);
ALTER TABLE arming ADD CONSTRAINT fk_arming_camera_id FOREIGN KEY (camera_id, body_id) REFERENCES camera (id, body_id);
ALTER TABLE arming ADD CONSTRAINT fk_arming_session_id FOREIGN KEY (session_id, body_id) REFERENCES exam_session (id, body_id);
ALTER TABLE batch_occupation ADD CONSTRAINT fk_batch_occupation_batch_id FOREIGN KEY (batch_id, body_id) REFERENCES batch (id, body_id);
ALTER TABLE booking ADD CONSTRAINT fk_booking_session_id FOREIGN KEY (session_id, body_id) REFERENCES exam_session (id, body_id);
ALTER TABLE camera ADD CONSTRAINT fk_camera_room_id FOREIGN KEY (room_id, body_id) REFERENCES room (id, body_id);
ALTER TABLE camera_coverage ADD CONSTRAINT fk_camera_coverage_camera_id FOREIGN KEY (camera_id, body_id) REFERENCES camera (id, body_id);
ALTER TABLE camera_coverage ADD CONSTRAINT fk_camera_coverage_workstation_id FOREIGN KEY (workstation_id, body_id) REFERENCES workstation (id, body_id);
ALTER TABLE camera_state ADD CONSTRAINT fk_camera_state_camera_id FOREIGN KEY (camera_id, body_id) REFERENCES camera (id, body_id);
ALTER TABLE credential ADD CONSTRAINT fk_credential_candidate_id FOREIGN KEY (candidate_id, body_id) REFERENCES candidate (id, body_id);
ALTER TABLE device ADD CONSTRAINT fk_device_site_id FOREIGN KEY (site_id, body_id) REFERENCES site (id, body_id);
ALTER TABLE employment ADD CONSTRAINT fk_employment_candidate_id FOREIGN KEY (candidate_id, body_id) REFERENCES candidate (id, body_id);
ALTER TABLE exam_session ADD CONSTRAINT fk_exam_session_room_id FOREIGN KEY (room_id, body_id) REFERENCES room (id, body_id);
ALTER TABLE exam_session ADD CONSTRAINT fk_exam_session_site_id FOREIGN KEY (site_id, body_id) REFERENCES site (id, body_id);
ALTER TABLE flag ADD CONSTRAINT fk_flag_camera_id FOREIGN KEY (camera_id, body_id) REFERENCES camera (id, body_id);
ALTER TABLE flag ADD CONSTRAINT fk_flag_segment_id FOREIGN KEY (segment_id, body_id) REFERENCES segment (id, body_id);
ALTER TABLE flag ADD CONSTRAINT fk_flag_session_id FOREIGN KEY (session_id, body_id) REFERENCES exam_session (id, body_id);
ALTER TABLE gap ADD CONSTRAINT fk_gap_arming_id FOREIGN KEY (arming_id, body_id) REFERENCES arming (id, body_id);
ALTER TABLE gap ADD CONSTRAINT fk_gap_camera_id FOREIGN KEY (camera_id, body_id) REFERENCES camera (id, body_id);
ALTER TABLE gap ADD CONSTRAINT fk_gap_session_id FOREIGN KEY (session_id, body_id) REFERENCES exam_session (id, body_id);
ALTER TABLE lot ADD CONSTRAINT fk_lot_booking_id FOREIGN KEY (booking_id, body_id) REFERENCES booking (id, body_id);
ALTER TABLE lot ADD CONSTRAINT fk_lot_turn_id FOREIGN KEY (turn_id, body_id) REFERENCES turn (id, body_id);
ALTER TABLE lot ADD CONSTRAINT fk_lot_workstation_id FOREIGN KEY (workstation_id, body_id) REFERENCES workstation (id, body_id);
ALTER TABLE lot_draw ADD CONSTRAINT fk_lot_draw_turn_id FOREIGN KEY (turn_id, body_id) REFERENCES turn (id, body_id);
ALTER TABLE pairing_code ADD CONSTRAINT fk_pairing_code_site_id FOREIGN KEY (site_id, body_id) REFERENCES site (id, body_id);
ALTER TABLE qualification ADD CONSTRAINT fk_qualification_staff_id FOREIGN KEY (staff_id, body_id) REFERENCES staff_member (id, body_id);
ALTER TABLE quarantine_decision ADD CONSTRAINT fk_quarantine_decision_segment_id FOREIGN KEY (segment_id, body_id) REFERENCES segment (id, body_id);
ALTER TABLE recusal_relation ADD CONSTRAINT fk_recusal_relation_candidate_id FOREIGN KEY (candidate_id, body_id) REFERENCES candidate (id, body_id);
ALTER TABLE review_verdict ADD CONSTRAINT fk_review_verdict_session_id FOREIGN KEY (session_id, body_id) REFERENCES exam_session (id, body_id);
ALTER TABLE role_grant ADD CONSTRAINT fk_role_grant_site_id FOREIGN KEY (site_id, body_id) REFERENCES site (id, body_id);
ALTER TABLE room ADD CONSTRAINT fk_room_site_id FOREIGN KEY (site_id, body_id) REFERENCES site (id, body_id);
ALTER TABLE roster_row ADD CONSTRAINT fk_roster_row_application_id FOREIGN KEY (application_id, body_id) REFERENCES application (id, body_id);
ALTER TABLE roster_row ADD CONSTRAINT fk_roster_row_roster_id FOREIGN KEY (roster_id, body_id) REFERENCES roster (id, body_id);
ALTER TABLE segment ADD CONSTRAINT fk_segment_arming_id FOREIGN KEY (arming_id, body_id) REFERENCES arming (id, body_id);
ALTER TABLE segment ADD CONSTRAINT fk_segment_camera_id FOREIGN KEY (camera_id, body_id) REFERENCES camera (id, body_id);
ALTER TABLE segment ADD CONSTRAINT fk_segment_device_id FOREIGN KEY (device_id, body_id) REFERENCES device (id, body_id);
ALTER TABLE segment ADD CONSTRAINT fk_segment_session_id FOREIGN KEY (session_id, body_id) REFERENCES exam_session (id, body_id);
ALTER TABLE session_duty ADD CONSTRAINT fk_session_duty_session_id FOREIGN KEY (session_id, body_id) REFERENCES exam_session (id, body_id);
ALTER TABLE session_station ADD CONSTRAINT fk_session_station_session_id FOREIGN KEY (session_id, body_id) REFERENCES exam_session (id, body_id);
ALTER TABLE session_station ADD CONSTRAINT fk_session_station_workstation_id FOREIGN KEY (workstation_id, body_id) REFERENCES workstation (id, body_id);
ALTER TABLE sitting ADD CONSTRAINT fk_sitting_booking_id FOREIGN KEY (booking_id, body_id) REFERENCES booking (id, body_id);
ALTER TABLE sitting ADD CONSTRAINT fk_sitting_session_id FOREIGN KEY (session_id, body_id) REFERENCES exam_session (id, body_id);
ALTER TABLE sitting ADD CONSTRAINT fk_sitting_turn_id FOREIGN KEY (turn_id, body_id) REFERENCES turn (id, body_id);
ALTER TABLE sitting ADD CONSTRAINT fk_sitting_workstation_id FOREIGN KEY (workstation_id, body_id) REFERENCES workstation (id, body_id);
ALTER TABLE sitting_exit ADD CONSTRAINT fk_sitting_exit_sitting_id FOREIGN KEY (sitting_id, body_id) REFERENCES sitting (id, body_id);
ALTER TABLE strip ADD CONSTRAINT fk_strip_segment_id FOREIGN KEY (segment_id, body_id) REFERENCES segment (id, body_id);
ALTER TABLE strip ADD CONSTRAINT fk_strip_session_id FOREIGN KEY (session_id, body_id) REFERENCES exam_session (id, body_id);
ALTER TABLE ticket ADD CONSTRAINT fk_ticket_application_id FOREIGN KEY (application_id, body_id) REFERENCES application (id, body_id);
ALTER TABLE turn ADD CONSTRAINT fk_turn_group_id FOREIGN KEY (group_id, body_id) REFERENCES session_group (id, body_id);
ALTER TABLE verdict ADD CONSTRAINT fk_verdict_candidate_id FOREIGN KEY (candidate_id, body_id) REFERENCES candidate (id, body_id);
ALTER TABLE workstation ADD CONSTRAINT fk_workstation_room_id FOREIGN KEY (room_id, body_id) REFERENCES room (id, body_id);
ALTER TABLE workstation_outage ADD CONSTRAINT fk_workstation_outage_workstation_id FOREIGN KEY (workstation_id, body_id) REFERENCES workstation (id, body_id);
ALTER TABLE alarm ENABLE ROW LEVEL SECURITY;
ALTER TABLE alarm FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON alarm USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE application ENABLE ROW LEVEL SECURITY;
ALTER TABLE application FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON application USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE arming ENABLE ROW LEVEL SECURITY;
ALTER TABLE arming FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON arming USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY adds ON audit_entry FOR INSERT WITH CHECK (true);
CREATE POLICY reads ON audit_entry FOR SELECT USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
CREATE POLICY seals ON audit_entry FOR UPDATE USING ((SELECT scope_everything()));
ALTER TABLE batch ENABLE ROW LEVEL SECURITY;
ALTER TABLE batch FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON batch USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE batch_occupation ENABLE ROW LEVEL SECURITY;
ALTER TABLE batch_occupation FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON batch_occupation USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE body_occupation ENABLE ROW LEVEL SECURITY;
ALTER TABLE body_occupation FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON body_occupation USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE booking ENABLE ROW LEVEL SECURITY;
ALTER TABLE booking FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON booking USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE camera ENABLE ROW LEVEL SECURITY;
ALTER TABLE camera FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON camera USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE camera_coverage ENABLE ROW LEVEL SECURITY;
ALTER TABLE camera_coverage FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON camera_coverage USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE camera_state ENABLE ROW LEVEL SECURITY;
ALTER TABLE camera_state FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON camera_state USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE candidate ENABLE ROW LEVEL SECURITY;
ALTER TABLE candidate FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON candidate USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE column_memory ENABLE ROW LEVEL SECURITY;
ALTER TABLE column_memory FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON column_memory USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE credential ENABLE ROW LEVEL SECURITY;
ALTER TABLE credential FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON credential USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE device ENABLE ROW LEVEL SECURITY;
ALTER TABLE device FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON device USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE employment ENABLE ROW LEVEL SECURITY;
ALTER TABLE employment FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON employment USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE exam_session ENABLE ROW LEVEL SECURITY;
ALTER TABLE exam_session FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON exam_session USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE flag ENABLE ROW LEVEL SECURITY;
ALTER TABLE flag FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON flag USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE gap ENABLE ROW LEVEL SECURITY;
ALTER TABLE gap FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON gap USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE kept_answer ENABLE ROW LEVEL SECURITY;
ALTER TABLE kept_answer FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON kept_answer USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE look ENABLE ROW LEVEL SECURITY;
ALTER TABLE look FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON look USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE lot ENABLE ROW LEVEL SECURITY;
ALTER TABLE lot FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON lot USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE lot_draw ENABLE ROW LEVEL SECURITY;
ALTER TABLE lot_draw FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON lot_draw USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE pairing_code ENABLE ROW LEVEL SECURITY;
ALTER TABLE pairing_code FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON pairing_code USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE qualification ENABLE ROW LEVEL SECURITY;
ALTER TABLE qualification FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON qualification USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE quarantine_decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE quarantine_decision FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON quarantine_decision USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE recusal_relation ENABLE ROW LEVEL SECURITY;
ALTER TABLE recusal_relation FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON recusal_relation USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE review_verdict ENABLE ROW LEVEL SECURITY;
ALTER TABLE review_verdict FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON review_verdict USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE room ENABLE ROW LEVEL SECURITY;
ALTER TABLE room FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON room USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE roster ENABLE ROW LEVEL SECURITY;
ALTER TABLE roster FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON roster USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE roster_row ENABLE ROW LEVEL SECURITY;
ALTER TABLE roster_row FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON roster_row USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE scan ENABLE ROW LEVEL SECURITY;
ALTER TABLE scan FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON scan USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE segment ENABLE ROW LEVEL SECURITY;
ALTER TABLE segment FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON segment USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE session_duty ENABLE ROW LEVEL SECURITY;
ALTER TABLE session_duty FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON session_duty USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE session_group ENABLE ROW LEVEL SECURITY;
ALTER TABLE session_group FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON session_group USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE session_station ENABLE ROW LEVEL SECURITY;
ALTER TABLE session_station FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON session_station USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE site ENABLE ROW LEVEL SECURITY;
ALTER TABLE site FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON site USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE sitting ENABLE ROW LEVEL SECURITY;
ALTER TABLE sitting FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON sitting USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE sitting_exit ENABLE ROW LEVEL SECURITY;
ALTER TABLE sitting_exit FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON sitting_exit USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE staff_member ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff_member FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON staff_member USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE strip ENABLE ROW LEVEL SECURITY;
ALTER TABLE strip FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON strip USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE ticket ENABLE ROW LEVEL SECURITY;
ALTER TABLE ticket FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON ticket USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE turn ENABLE ROW LEVEL SECURITY;
ALTER TABLE turn FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON turn USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE verdict ENABLE ROW LEVEL SECURITY;
ALTER TABLE verdict FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON verdict USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE workstation ENABLE ROW LEVEL SECURITY;
ALTER TABLE workstation FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON workstation USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE workstation_outage ENABLE ROW LEVEL SECURITY;
ALTER TABLE workstation_outage FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON workstation_outage USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]));
ALTER TABLE body ENABLE ROW LEVEL SECURITY;
ALTER TABLE body FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON body USING ((SELECT scope_everything()) OR id = ANY ((SELECT scope_bodies())::bigint[]) OR district = ANY ((SELECT scope_districts())::text[]) OR ((SELECT scope_public()) AND state IN ('filed', 'suspended')));
GRANT SELECT, INSERT, UPDATE, DELETE ON user_account TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON role_grant TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON privacy_notice TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON notice_acceptance TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON device TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON pairing_code TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON attempt_counter TO {web}, {job};
GRANT SELECT, INSERT, UPDATE ON lot_draw TO {web}, {job};
GRANT SELECT, INSERT, UPDATE ON lot TO {web}, {job};
GRANT SELECT, INSERT ON scan TO {web}, {job};
GRANT SELECT, INSERT, UPDATE ON sitting TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON sitting_exit TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON kept_answer TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON job_run TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON job_failure TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON number_counter TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON candidate TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON employment TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON credential TO {web}, {job};
GRANT SELECT, INSERT, UPDATE ON verdict TO {web}, {job};
GRANT SELECT, INSERT, UPDATE ON arming TO {web}, {job};
GRANT SELECT, INSERT, UPDATE ON segment TO {web}, {job};
GRANT SELECT, INSERT ON quarantine_decision TO {web}, {job};
GRANT SELECT, INSERT, UPDATE ON gap TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON strip TO {web}, {job};
GRANT SELECT, INSERT, UPDATE ON flag TO {web}, {job};
GRANT SELECT, INSERT ON review_verdict TO {web}, {job};
GRANT SELECT, INSERT, UPDATE ON look TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON camera_state TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON alarm TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON body TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON body_occupation TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON batch TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON batch_occupation TO {web}, {job};
GRANT SELECT, INSERT, UPDATE ON application TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON exam_session TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON session_group TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON turn TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON session_duty TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON session_station TO {web}, {job};
GRANT SELECT, INSERT, UPDATE ON booking TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON ticket TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON roster TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON roster_row TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON column_memory TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON site TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON room TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON workstation TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON workstation_outage TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON camera TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON camera_coverage TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON staff_member TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON qualification TO {web}, {job};
GRANT SELECT, INSERT, UPDATE, DELETE ON recusal_relation TO {web}, {job};
GRANT SELECT, INSERT ON audit_entry TO {web}, {job};
GRANT UPDATE (seal_number) ON audit_entry TO {job};
GRANT SELECT ON audit_seal, audit_head TO {web}, {job};
GRANT INSERT ON audit_seal, audit_head TO {job};
GRANT UPDATE ON audit_head TO {job};
