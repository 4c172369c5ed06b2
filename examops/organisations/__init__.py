"""Assessment bodies and what they may assess."""

from examops.core.domain import Domain

DOMAIN = Domain("examops.organisations", models=("models",), filters="labels:FILTERS")
