"""Sites lent: the rows of before are checked against the wider keys."""

from examops.ops.migrations.helpers import run

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = "Old rows are checked while the tables are read and written."
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '30min';

ALTER TABLE exam_session VALIDATE CONSTRAINT fk_exam_session_room_id;
ALTER TABLE exam_session VALIDATE CONSTRAINT fk_exam_session_site_id;
ALTER TABLE session_station VALIDATE CONSTRAINT fk_session_station_workstation_id;
ALTER TABLE lot VALIDATE CONSTRAINT fk_lot_workstation_id;
ALTER TABLE sitting VALIDATE CONSTRAINT fk_sitting_workstation_id;
ALTER TABLE arming VALIDATE CONSTRAINT fk_arming_camera_id;
ALTER TABLE segment VALIDATE CONSTRAINT fk_segment_camera_id;
ALTER TABLE gap VALIDATE CONSTRAINT fk_gap_camera_id;
ALTER TABLE flag VALIDATE CONSTRAINT fk_flag_camera_id;
ALTER TABLE watched VALIDATE CONSTRAINT fk_watched_camera_id;
ALTER TABLE segment VALIDATE CONSTRAINT fk_segment_device_id;
ALTER TABLE seat_move VALIDATE CONSTRAINT fk_seat_move_from_workstation_id;
ALTER TABLE seat_move VALIDATE CONSTRAINT fk_seat_move_to_workstation_id;
ALTER TABLE alarm VALIDATE CONSTRAINT fk_alarm_session_id;
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")
