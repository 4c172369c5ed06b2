"""What sessions keep under the installation's secret: the codes of tickets and the secrets of draws."""

from __future__ import annotations

from examops.core.language import N_
from examops.core.rekeying import sealed_store
from examops.sessions.booking.tickets import place_of_code
from examops.sessions.lots.commitments import place_of_seed
from examops.sessions.lots.models import LotCommitment
from examops.sessions.models import Ticket

STORES = (
    sealed_store(
        N_("准考证"),
        Ticket.code_sealed,
        (Ticket.code_sealed, Ticket.number),
        lambda ring, row: {
            "code_sealed": ring.seal(ring.open(row.code_sealed, place_of_code(row.number)), place_of_code(row.number))
        },
    ),
    sealed_store(
        N_("抽签"),
        LotCommitment.seed_sealed,
        (LotCommitment.seed_sealed, LotCommitment.turn_id),
        lambda ring, row: {
            "seed_sealed": ring.seal(ring.open(row.seed_sealed, place_of_seed(row.turn_id)), place_of_seed(row.turn_id))
        },
    ),
)
