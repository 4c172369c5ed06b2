"""``gunicorn wsgi:app``: read the settings, build the application, nothing else."""

import os

from config.settings import load
from examops.factory import create_app

app = create_app(load(os.environ))
