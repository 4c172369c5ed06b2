"""What cameras keep under the installation's secret: their logins."""

from __future__ import annotations

from examops.core.language import N_
from examops.core.rekeying import sealed_store
from examops.footage.entry.logins import place_of_login
from examops.sites.models import CameraLogin

STORES = (
    sealed_store(
        N_("摄像机账号"),
        CameraLogin.login_sealed,
        (CameraLogin.login_sealed, CameraLogin.camera_id),
        lambda ring, row: {
            "login_sealed": ring.seal(
                ring.open(row.login_sealed, place_of_login(row.camera_id)), place_of_login(row.camera_id)
            )
        },
    ),
)
