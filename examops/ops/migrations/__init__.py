"""Numbered revisions of the schema (``versions/``) and what drafts and checks them: docs/adr/0009-migrations.md."""
