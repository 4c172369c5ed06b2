"""公开的页面：the directory of bodies for everybody, without signing in, and its open data."""

from examops.core.domain import Domain

__all__ = ["DOMAIN"]

DOMAIN = Domain(
    "examops.public",
    pages=("pages:bp", "open_data:bp", "office_export:bp"),
    filters="labels:FILTERS",
)
