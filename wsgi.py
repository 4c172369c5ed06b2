"""``gunicorn wsgi:app``: read the settings, build the application, nothing else."""

import os

from config.settings import load
from examops.app.factory import create_app
from examops.core.garbage import freeze_what_started

app = create_app(load(os.environ))
freeze_what_started()
