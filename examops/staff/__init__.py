"""Everybody on duty: qualifications and recusal relations."""

from examops.core.domain import Domain
from examops.staff.labels import RELATIONS

__all__ = ["DOMAIN", "RELATIONS"]

DOMAIN = Domain("examops.staff", models=("models",), filters="labels:FILTERS")
