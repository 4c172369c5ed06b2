"""One of each thing that a domain may bring, for the test that two domains may not bring the same."""

from examops.core.domain import Invariant

INVARIANTS = (Invariant("sweep", "", "", lambda clock: []),)
FILTERS = {"sweep": str}
LABELS = {"sweep": "清扫"}
