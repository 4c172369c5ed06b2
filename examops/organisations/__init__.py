"""Assessment bodies and what they may assess."""

from examops.core.domain import Domain
from examops.organisations.credit_code import read_credit_code

__all__ = ["DOMAIN", "read_credit_code"]

DOMAIN = Domain("examops.organisations", models=("models",), filters="labels:FILTERS")
