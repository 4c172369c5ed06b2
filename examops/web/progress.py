"""The tray of long work, which goes on while people look elsewhere: see ``tray`` in components/wizard.html."""

from __future__ import annotations

from marshmallow import Schema, fields


class ProgressSchema(Schema):
    """The tray of a long task; words are ready to be shown."""

    verb = fields.Str(required=True)
    name = fields.Str(required=True)
    percent = fields.Float(required=True)
    done = fields.Str(required=True)
    total = fields.Str(required=True)
    rate = fields.Str(required=True)
    left = fields.Str(required=True)
    finish_at = fields.Str(required=True)
    finished = fields.Bool(required=True)
    result_words = fields.Str(required=True)
    reload = fields.Bool(required=True, metadata={"description": "The page shows more once it is finished"})
    result_url = fields.Str(required=True, allow_none=True)
    progress_url = fields.Str(required=True)
    cancel_url = fields.Str(required=True, allow_none=True)
