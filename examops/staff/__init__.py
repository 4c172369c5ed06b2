"""Everybody on duty: qualifications and recusal relations."""

from examops.core.domain import Domain

DOMAIN = Domain("examops.staff", models=("models",), filters="labels:FILTERS")
