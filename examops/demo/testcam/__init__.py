"""Test cameras: drawn exam rooms or prepared clips, served over RTSP with faults to order."""

from examops.demo.testcam.auth import Login
from examops.demo.testcam.background import in_background
from examops.demo.testcam.clip import Clip, ClipSource, encode_clip, synthetic_clip, write_mp4
from examops.demo.testcam.command import live_camera, main
from examops.demo.testcam.encoder import EncoderSettings
from examops.demo.testcam.live import LiveSource
from examops.demo.testcam.painter import Painter
from examops.demo.testcam.rooms import ROOMS, camera_label
from examops.demo.testcam.server import CameraServer
from examops.demo.testcam.source import Source, Unit

__all__ = [
    "ROOMS",
    "CameraServer",
    "Clip",
    "ClipSource",
    "EncoderSettings",
    "LiveSource",
    "Login",
    "Painter",
    "Source",
    "Unit",
    "camera_label",
    "encode_clip",
    "in_background",
    "live_camera",
    "main",
    "synthetic_clip",
    "write_mp4",
]
