"""How a camera looks when all is well, learned from the first frames of its arming: furniture moves in between."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache

import cv2
import numpy as np

from examops.core.store import Missing, Store
from examops.footage.pictures.health import grey_of
from video.frames import Strip
from video.health import Measures, Reference, Thresholds, assess_picture, learn, measure

MIN_FRAMES = 5
ASK_AGAIN_S = 60


def reference_key(arming_uid: uuid.UUID) -> str:
    return f"references/{arming_uid}.json"


def learn_once(strip: Strip, arming_uid: uuid.UUID, store: Store, thresholds: Thresholds) -> bool:
    """Keep the reference of an arming that has none yet; False when there is one, or too little to learn from."""
    pictures = (strip.images[f["offset"] : f["offset"] + f["length"]] for f in strip.index["frames"])
    greys = [grey for jpeg in pictures if (grey := grey_of(jpeg)) is not None]
    good = [grey for grey in greys if not assess_picture(measure(grey), None, thresholds)]
    if len(good) < MIN_FRAMES or _read(arming_uid, store) is not None:
        return False
    reference = learn(good)
    picture = cv2.imencode(".png", reference.grey)[1].tobytes()
    kept = {"measures": asdict(reference.measures), "grey": base64.b64encode(picture).decode()}
    store.put("derived", reference_key(arming_uid), json.dumps(kept).encode(), "application/json")
    return True


def reference_of(arming_uid: uuid.UUID | None, store: Store, now: datetime) -> Reference | None:
    """The reference, asked for at most once a minute and process."""
    if arming_uid is None:
        return None
    return _cached(arming_uid, store, int(now.timestamp()) // ASK_AGAIN_S)


@lru_cache(maxsize=512)
def _cached(arming_uid: uuid.UUID, store: Store, period: int) -> Reference | None:
    return _read(arming_uid, store)


def _read(arming_uid: uuid.UUID, store: Store) -> Reference | None:
    try:
        kept = json.loads(store.get("derived", reference_key(arming_uid)))
    except Missing:
        return None
    picture = np.frombuffer(base64.b64decode(kept["grey"]), np.uint8)
    grey = np.asarray(cv2.imdecode(picture, cv2.IMREAD_GRAYSCALE), np.uint8)
    return Reference(Measures(**kept["measures"]), grey)
