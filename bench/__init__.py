"""Measurements, side by side with the next best."""
