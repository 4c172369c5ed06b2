"""``python -m examops``."""

import sys

from examops.cli import main

sys.exit(main())
