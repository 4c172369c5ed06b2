"""Every table of the product, known to the metadata by importing this module: for migrations and the application."""

from __future__ import annotations

from examops.app.domains import registry
from examops.core.database import Base

registry().load_models()
METADATA = Base.metadata
TENANT_TABLES = sorted(
    table.name
    for table in METADATA.sorted_tables
    if {"body_id", "district"} <= set(table.c.keys()) and table.name not in ("role_grant", "former_grant")
)
