"""Who this box is: paired once by a one-time code, kept in the spool."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from video.recorder.atomic_files import read_json, write_json
from video.recorder.signing import Signer
from video.uploader import Server


@dataclass(frozen=True)
class Identity:
    device_uid: str
    token: str = field(repr=False)
    signer: Signer = field(repr=False)


def known(spool: Path) -> Identity | None:
    kept = read_json(spool / "identity.json")
    return Identity(kept["device_uid"], kept["token"], Signer.from_text(kept["key"])) if kept else None


def pair(spool: Path, server: Server, code: str, name: str) -> Identity:
    """Pair this box; raises :class:`video.uploader.ServerAway` when the code is refused or the server away."""
    signer = Signer.new()
    answer = server.call("POST", "/pair", {"code": code, "name": name, "public_key": signer.public_text()})
    kept = {"device_uid": answer["device_uid"], "token": answer["token"], "key": signer.private_text()}
    write_json(spool / "identity.json", kept)
    return Identity(answer["device_uid"], answer["token"], signer)


def camera_logins(spool: Path) -> dict[str, dict[str, str]]:
    """``{camera_uid: {username, password}}``: typed on the box, never sent anywhere."""
    return read_json(spool / "cameras.json", {})
