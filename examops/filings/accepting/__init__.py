"""Accepting in one act what has neither ✗ nor "?": each filing by its own decision."""
