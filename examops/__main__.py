"""``python -m examops``."""

import sys

from examops.app.command_line import main

sys.exit(main())
