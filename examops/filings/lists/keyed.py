"""What lists keep under the installation's secret: hash and sealed number of every person on them."""

from __future__ import annotations

from examops.core.keys import Keyring, open_id_number, seal_id_number
from examops.core.language import N_
from examops.core.rekeying import sealed_store
from examops.filings.lists.models import ListedPerson


def _anew(ring: Keyring, row: ListedPerson) -> dict[str, bytes]:
    hashed, sealed = seal_id_number(ring, open_id_number(ring, row))
    return {"id_hash": hashed, "id_sealed": sealed}


STORES = (sealed_store(N_("备案名册"), ListedPerson.id_sealed, (ListedPerson.id_hash, ListedPerson.id_sealed), _anew),)
