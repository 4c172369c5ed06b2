"""Test cameras: drawn exam rooms or prepared clips, served over RTSP with faults to order."""

from video.testcam.auth import Login
from video.testcam.background import in_background
from video.testcam.clip import Clip, ClipSource, encode_clip, synthetic_clip, write_mp4
from video.testcam.command import live_camera, main
from video.testcam.encoder import EncoderSettings
from video.testcam.live import LiveSource
from video.testcam.painter import Painter
from video.testcam.rooms import ROOMS, camera_label
from video.testcam.server import CameraServer
from video.testcam.source import Source, Unit

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
