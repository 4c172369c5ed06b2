"""The init segment of one H.264 track: ``ftyp`` and ``moov`` (ISO/IEC 14496-12, 4.3 and 8.2)."""

from __future__ import annotations

import struct

from video.fmp4.boxes import TIMESCALE, box, full_box, u32
from video.pictures import Params

# The unity matrix of mvhd and tkhd (8.2.2.2, 8.3.2.2), and the language "und" of mdhd (8.4.2.3)
MATRIX = u32(0x10000) + u32(0) * 3 + u32(0x10000) + u32(0) * 3 + u32(0x40000000)
UNDETERMINED = struct.pack(">HH", 0x55C4, 0)


def init_segment(params: Params) -> bytes:
    """The bytes every file begins with, so that each file plays alone."""
    brands = box(b"ftyp", b"iso5", u32(512), b"iso5iso6mp41")
    extends = box(b"mvex", full_box(b"trex", 0, 0, u32(1), u32(1), u32(0), u32(0), u32(0)))
    return brands + box(b"moov", _movie_header(), box(b"trak", _track_header(params), _media(params)), extends)


def _movie_header() -> bytes:
    """mvhd, 8.2.2."""
    rates = u32(0x10000) + struct.pack(">H", 0x100) + bytes(10)
    return full_box(b"mvhd", 0, 0, u32(0), u32(0), u32(TIMESCALE), u32(0), rates, MATRIX, bytes(24), u32(2))


def _track_header(params: Params) -> bytes:
    """tkhd, 8.3.2; width and height are 16.16 fixed point."""
    layer = bytes(8) + struct.pack(">hhhH", 0, 0, 0, 0)
    size = u32(params.width << 16) + u32(params.height << 16)
    return full_box(b"tkhd", 0, 3, u32(0), u32(0), u32(1), u32(0), u32(0), layer, MATRIX, size)


def _media(params: Params) -> bytes:
    """mdia, 8.4.1, with mdhd 8.4.2, hdlr 8.4.3, minf 8.4.4, dinf 8.7.1 and dref 8.7.2."""
    header = full_box(b"mdhd", 0, 0, u32(0), u32(0), u32(TIMESCALE), u32(0), UNDETERMINED)
    handler = full_box(b"hdlr", 0, 0, u32(0), b"vide", bytes(12), b"video\0")
    reference = box(b"dinf", full_box(b"dref", 0, 0, u32(1), full_box(b"url ", 0, 1)))
    return box(b"mdia", header, handler, box(b"minf", full_box(b"vmhd", 0, 1, bytes(8)), reference, _tables(params)))


def _tables(params: Params) -> bytes:
    """stbl, 8.5.1. Its tables are empty: the samples are in fragments (8.8.1)."""
    empty = [full_box(kind, 0, 0, u32(0)) for kind in (b"stts", b"stsc", b"stco")]
    sizes = full_box(b"stsz", 0, 0, u32(0), u32(0))
    return box(b"stbl", full_box(b"stsd", 0, 0, u32(1), _sample_entry(params)), *empty, sizes)


def _sample_entry(params: Params) -> bytes:
    """``avc1``: VisualSampleEntry of ISO/IEC 14496-12, 8.5.2, with the box of the decoder configuration."""
    size = struct.pack(">HH", params.width, params.height)
    picture = (
        bytes(16) + size + u32(0x480000) * 2 + u32(0) + struct.pack(">H", 1) + bytes(32) + struct.pack(">Hh", 24, -1)
    )
    return box(b"avc1", bytes(6), struct.pack(">H", 1), picture, _configuration(params))


def _configuration(params: Params) -> bytes:
    """AVCDecoderConfigurationRecord (ISO/IEC 14496-15:2010, 5.2.4.1.1): one SPS, one PPS, lengths of four bytes."""
    sps, pps = params.sps, params.pps
    sets = struct.pack(">H", len(sps)) + sps + b"\x01" + struct.pack(">H", len(pps)) + pps
    return box(b"avcC", bytes([1, sps[1], sps[2], sps[3], 0xFF, 0xE1]), sets)
