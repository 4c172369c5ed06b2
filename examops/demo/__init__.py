"""The demo: its supervisor, its servers, its story and its drawn cameras."""

from pathlib import Path

# What the demo's city has decided: illustrative, and marked so wherever it is shown.
DECISIONS = Path(__file__).parent / "decisions"
