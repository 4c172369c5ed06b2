"""The identity of a recorder: paired once by a one-time code, stored in the spool."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from video.recorder.atomic_files import read_json, write_json
from video.recorder.signing import Signer
from video.uploader import Server


class CameraLogin(TypedDict):
    username: str
    password: str


@dataclass(frozen=True)
class Identity:
    """The recorder's name, token and key, as pairing gave them."""

    device_uid: str
    token: str = field(repr=False)
    signer: Signer = field(repr=False)


def load_identity(spool: Path) -> Identity | None:
    """The stored identity; None before pairing."""
    kept = read_json(spool / "identity.json")
    return Identity(kept["device_uid"], kept["token"], Signer.from_text(kept["key"])) if kept else None


def pair(spool: Path, server: Server, code: str, name: str) -> Identity:
    """Pair this box; raises :class:`video.uploader.ServerUnavailable` when the code is refused or the server away."""
    signer = Signer.new()
    answer = server.call("POST", "/pair", {"code": code, "name": name, "public_key": signer.public_text()})
    kept = {"device_uid": answer["device_uid"], "token": answer["token"], "key": signer.private_text()}
    write_json(spool / "identity.json", kept)
    return Identity(answer["device_uid"], answer["token"], signer)


def camera_logins(spool: Path) -> dict[str, CameraLogin]:
    """Logins by camera uid from ``cameras.json``: typed in at the recorder, never sent to the server."""
    given: dict[str, dict[str, str]] = read_json(spool / "cameras.json", {})
    return {
        uid: {"username": login.get("username", ""), "password": login.get("password", "")}
        for uid, login in given.items()
    }
