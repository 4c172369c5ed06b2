"""What templates of footage call: words of codes, causes, and trials that a filing may cite."""

from __future__ import annotations

from typing import Any

from examops.footage.causes import cameras_to_set
from examops.footage.labels import FILTERS as LABELS
from examops.footage.trials.cited import passed_trials
from examops.footage.wording import TRIAL_STATES, trial_cause
from examops.web.labels import marked

FILTERS: dict[str, Any] = {
    **LABELS,
    "cameras_to_set": cameras_to_set,
    "passed_trials": passed_trials,
    "trial_state": marked(TRIAL_STATES),
    "trial_cause": trial_cause,
}
