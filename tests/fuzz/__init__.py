"""Readers of what strangers send, given bytes that nobody would write. ``make fuzz`` runs them for longer."""
