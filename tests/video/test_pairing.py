"""A box pairs once, also when the answer of the server is lost on the way or the box is switched off in between."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from video.identity import load_identity, pair
from video.recorder.signing import Signer
from video.server import Server, ServerUnavailable

ANSWER = {"device_uid": "box-1", "token": "secret"}


class LosesAnswers(Server):
    """Answers the calls after the first ``lost``."""

    def __init__(self, lost: int) -> None:
        super().__init__("http://nowhere")
        self.lost, self.keys = lost, []

    def call(self, method, path, body=None, **more):
        self.keys.append(body["public_key"])
        if len(self.keys) <= self.lost:
            raise ServerUnavailable("POST /pair: ReadTimeoutError")
        return ANSWER


def test_every_try_brings_the_same_key(tmp_path: Path) -> None:
    server = LosesAnswers(2)
    for _ in range(2):
        with pytest.raises(ServerUnavailable):
            pair(tmp_path, server, "CODE", "一号盒")
    identity = pair(tmp_path, server, "CODE", "一号盒")
    assert server.keys == [identity.signer.public_text()] * 3
    kept = load_identity(tmp_path)
    assert kept is not None
    assert (kept.device_uid, kept.signer.public_text()) == ("box-1", server.keys[0])
    assert [file.name for file in tmp_path.iterdir()] == ["identity.json"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"key": 1}', '{"key": "AAAA"}', json.dumps({"key": "%"})])
def test_a_key_that_cannot_be_read_is_made_anew(tmp_path: Path, content: str) -> None:
    (tmp_path / "pairing-key.json").write_text(content)
    identity = pair(tmp_path, LosesAnswers(0), "CODE", "一号盒")
    assert Signer.from_text(identity.signer.private_text()).public_text() == identity.signer.public_text()
