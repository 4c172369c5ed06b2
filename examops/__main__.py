"""``python -m examops``."""

import sys

try:
    from examops.app.command_line import main

    sys.exit(main())
except KeyboardInterrupt:  # also while it is still being loaded: nothing has begun, and a traceback says nothing
    sys.exit(130)
