"""Rosters on their way in: uploaded, columns recognised, examined, corrected, saved as applications."""
