"""Fragmented MP4: init segments, one fragment per GOP, and the index read back from a file."""

from video.fmp4.fragments import Sample, fragment
from video.fmp4.index import FileIndex, Fragment, fragment_of, parse_index, salvage
from video.fmp4.init import init_segment

__all__ = ["FileIndex", "Fragment", "Sample", "fragment", "fragment_of", "init_segment", "parse_index", "salvage"]
