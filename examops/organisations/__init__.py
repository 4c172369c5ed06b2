"""Assessment bodies and what they may assess."""

from examops.core.domain import Domain
from examops.organisations.credit_code import read_credit_code
from examops.organisations.filed import NotFiled, filing_refusal, must_be_filed

__all__ = ["DOMAIN", "NotFiled", "filing_refusal", "must_be_filed", "read_credit_code"]

DOMAIN = Domain("examops.organisations", models=("models",), filters="labels:FILTERS")
