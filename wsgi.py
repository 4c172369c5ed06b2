"""``gunicorn wsgi:app``: read the settings, build the application, nothing else."""

import os

from config.settings import load
from examops.app.factory import assert_may_start, create_app
from examops.core.garbage import freeze_what_started

app = create_app(load(os.environ))
assert_may_start(app)
freeze_what_started()
