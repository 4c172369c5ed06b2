"""Fragmented MP4: init segments, one fragment per GOP, and the index read back from a file."""

from video.fmp4.fragments import FragmentTable, Sample
from video.fmp4.index import FileIndex, Fragment, parse_index, salvage
from video.fmp4.init import init_segment

__all__ = ["FileIndex", "Fragment", "FragmentTable", "Sample", "init_segment", "parse_index", "salvage"]
