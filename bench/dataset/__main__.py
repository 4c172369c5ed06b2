"""``python -m bench.dataset``: fills the database of the demo that runs in this folder (``make seed-large``)."""

from __future__ import annotations

import sys

from bench.dataset.command import main
from examops.demo.supervisor.attached import adopt_settings

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) if adopt_settings() else 2)
