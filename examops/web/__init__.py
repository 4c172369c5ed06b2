"""What pages of every domain share: base templates, components, assets, error pages, formats."""

from examops.core.domain import Domain

DOMAIN = Domain("examops.web", filters="formats:FILTERS")
