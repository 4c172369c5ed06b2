"""Fragmented MP4: init segments, one fragment per GOP, and the index read back from a file."""

from video.fmp4.fragments import Sample, fragment, length_prefixed
from video.fmp4.index import FileIndex, Fragment, parse_index, salvage
from video.fmp4.init import init_segment

__all__ = ["FileIndex", "Fragment", "Sample", "fragment", "init_segment", "length_prefixed", "parse_index", "salvage"]
