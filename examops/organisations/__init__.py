"""Assessment bodies and what they may assess."""

from examops.core.domain import Domain
from examops.organisations.credit_code import read_credit_code
from examops.organisations.filed import Filing, NotFiled, filing_refusal, must_be_filed, refusal_by_filing
from examops.organisations.labels import BODY_KINDS

__all__ = [
    "BODY_KINDS",
    "DOMAIN",
    "Filing",
    "NotFiled",
    "filing_refusal",
    "must_be_filed",
    "read_credit_code",
    "refusal_by_filing",
]

DOMAIN = Domain(
    "examops.organisations",
    models=("models", "directory.models"),
    filters="labels:FILTERS",
    invariants="directory.invariants:INVARIANTS",
)
