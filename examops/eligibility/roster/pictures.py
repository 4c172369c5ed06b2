"""One picture: how large it says it is, whether it is upright, of the right shape and sharp."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from config.rulebook import Rulebook, rulebook
from examops.core.file_content import PNG_HEAD, declared_size

Picture = npt.NDArray[Any]
FaceCounter = Callable[[Picture], int]
Fault = tuple[str, dict[str, Any]]
MEASURED_WIDTH = 295
TRAILER = 4096  # some cameras write a few bytes after the end


class PhotoRules:
    """The limits for photos, read once."""

    def __init__(self, book: Rulebook | None = None) -> None:
        rules = book or rulebook()
        self._values = {key: rules[key].on_latest().value for key in rules if key.startswith("photo.")}

    def __getitem__(self, name: str) -> Any:
        return self._values[f"photo.{name}"]


def is_whole(data: bytes) -> bool:
    """Whether the end marker is near the end. Decoders fill a truncated picture with grey without an error."""
    return (b"IEND" if data.startswith(PNG_HEAD) else b"\xff\xd9") in data[-TRAILER:]


def read_picture(data: bytes, rules: PhotoRules) -> Picture | Fault:
    """The picture, rotated by its EXIF orientation, or a fault. One whose header declares too many pixels is not
    decoded."""
    size = declared_size(data)
    if size is None or not is_whole(data):
        return "photo.not_a_picture", {}
    if max(size) > rules["side_max"]:
        return "photo.too_many_pixels", {"width": size[0], "height": size[1], "limit": rules["side_max"]}
    try:
        picture = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        picture = None
    return ("photo.not_a_picture", {}) if picture is None else picture


def picture_fault(picture: Picture, rules: PhotoRules, count_faces: FaceCounter | None = None) -> Fault | None:
    """The first thing that is wrong with the picture itself."""
    height, width = picture.shape[:2]
    size = {"width": width, "height": height}
    if width > height:
        return "photo.lying", {}
    if width < rules["width_min"] or height < rules["height_min"]:
        return "photo.too_few_pixels", {
            **size,
            "least_width": rules["width_min"],
            "least_height": rules["height_min"],
        }
    ratio = width / height
    if not rules["ratio_min"] <= ratio <= rules["ratio_max"]:
        return "photo.ratio", {"ratio": ratio, "least": rules["ratio_min"], "most": rules["ratio_max"]}
    sharpness = sharpness_of(picture)
    if sharpness < rules["sharpness_min"]:
        return "photo.blurred", {"found": sharpness, "least": rules["sharpness_min"]}
    faces = count_faces(picture) if count_faces else 1
    return None if faces == 1 else ("photo.faces", {"faces": faces})


def sharpness_of(picture: Picture) -> float:
    """Variance of the Laplacian at a width of 295 px, so that big and small photos compare."""
    height, width = picture.shape[:2]
    size = (MEASURED_WIDTH, max(1, round(height * MEASURED_WIDTH / width)))
    grey = cv2.cvtColor(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    return float(cv2.Laplacian(grey, cv2.CV_64F).var())
