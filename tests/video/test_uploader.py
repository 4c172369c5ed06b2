"""Draining a spool: every segment once, two at a time, and a failure ends the round for all."""

import threading
from pathlib import Path
from typing import Any

import pytest

from tests.patience import PATIENCE_S
from tests.video.clips import TestClocks, pictures
from tests.video.test_track import feed, make_track
from video.recorder.clocks import Clocks
from video.recorder.spool import ClosedSegment, Spool
from video.server import Server, ServerUnavailable
from video.uploader import Uploader


class Peer(Server):
    """A server and a store that answer at once; ``refuse`` says from which PUT on the store is away."""

    def __init__(self, refuse: int = 1000) -> None:
        super().__init__("http://nowhere")
        self.puts: list[str] = []
        self.confirmed: list[str] = []
        self.lock = threading.Lock()
        self.refuse, self.together = refuse, threading.Barrier(2, timeout=PATIENCE_S)

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        if path == "/segments/announce":
            upload = {"url": "x", "headers": {}}
            uids = [one["segment_uid"] for one in body["segments"]]
            return {"results": [{"segment_uid": uid, "state": "announced", "upload": upload} for uid in uids]}
        (asked,) = body["segments"]
        self.confirmed.append(asked["segment_uid"])
        return {"results": [{"segment_uid": asked["segment_uid"], "state": "verified"}]}

    def put(self, upload: dict[str, Any], item: ClosedSegment) -> tuple[int, str]:
        if self.refuse == 1000:
            self.together.wait()
        with self.lock:
            self.puts.append(item.sidecar["segment_uid"])
            return (200, "v") if len(self.puts) <= self.refuse else (0, "")


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    """Six closed segments."""
    clocks, spool = TestClocks(), Spool(tmp_path / "spool")
    track = make_track(spool, clocks, segment=2.0)
    feed(track, clocks, pictures())
    track.end_arming()
    assert len(list(spool.closed_segments())) == 6
    return spool


def uploader(spool: Spool, server: Server) -> Uploader:
    return Uploader(spool, server, Clocks())


def test_every_waiting_segment_is_sent_and_confirmed_once_and_two_are_on_their_way_together(spool: Spool) -> None:
    server = Peer()
    assert uploader(spool, server).round() == 6
    assert len(server.puts) == len(set(server.puts)) == 6
    assert sorted(server.puts) == sorted(server.confirmed)
    assert spool.pending_uploads() == []


def test_a_store_that_goes_away_ends_the_round_and_what_was_sent_is_not_sent_again(spool: Spool) -> None:
    server = Peer(refuse=2)
    with pytest.raises(ServerUnavailable):
        uploader(spool, server).round()
    assert 3 <= len(server.puts) <= 4
    assert len(spool.pending_uploads()) == 4
    again = Peer(refuse=100)
    assert uploader(spool, again).round() == 4
    assert set(again.puts).isdisjoint(server.puts[:2])
