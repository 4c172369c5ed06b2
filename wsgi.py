"""``gunicorn wsgi:app``: read the settings, build the application, nothing else."""

import os

from config.settings import load
from examops.app.factory import assert_may_start, create_app
from examops.core.database import db
from examops.core.garbage import freeze_what_started

app = create_app(load(os.environ))
assert_may_start(app)
with app.app_context():
    db.engine.dispose()  # with --preload the workers are forked after this, and no two may share a connection
freeze_what_started()
