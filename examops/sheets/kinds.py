"""What a file is that is no table, whatever its name says; and text in Big5."""

from __future__ import annotations

import re
from collections.abc import Collection

BINARY_SHARE = 10  # one NUL in so many characters is another kind of file; a single one is a fault of its cell
MAGIC = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"{\\rtf", "document"),
)
MARKUP = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?P<tag>[!?]?[a-z][\w:-]*)", re.IGNORECASE | re.DOTALL)
SPREADSHEET_ML = "urn:schemas-microsoft-com:office:spreadsheet"
WEB_ARCHIVE = re.compile(r"\s*(?:MIME-Version|From|Content-Type):[^\n]*", re.IGNORECASE)
WORKBOOK_PARTS = ("xl/", "content.xml", "Index/")
# Words of headers, in characters that both encodings have.
BIG5_WORDS = tuple(word.encode("big5") for word in ("姓名", "身份", "身分", "證", "編號", "電話", "單位", "日期", "級"))
GBK_WORDS = tuple(word.encode("gbk") for word in ("姓名", "身份", "证", "编号", "电话", "单位", "日期", "级"))
HEAD = 4096


def kind_of_bytes(data: bytes) -> str:
    """The kind of a file that is neither a workbook nor text, "" for any other."""
    return next((kind for magic, kind in MAGIC if data.startswith(magic)), "")


def kind_of_archive(names: Collection[str]) -> str:
    """The kind of a zip archive that holds no workbook: a document of a word processor, or files."""
    if any(name.startswith("word/") for name in names):
        return "document"
    return "" if not names or any(name.startswith(WORKBOOK_PARTS) for name in names) else "archive"


def kind_of_text(text: str) -> str:
    """The kind of a text that is no table: markup, however it begins, and what is no text at all."""
    head = text[:HEAD].lstrip("\ufeff")
    if head.startswith("%PDF"):
        return "pdf"
    if MARKUP.match(head):
        return "xml_spreadsheet" if SPREADSHEET_ML in head else "web_page"
    if WEB_ARCHIVE.match(head) and "multipart/related" in head.lower():
        return "web_page"
    return "binary" if head.count("\0") * BINARY_SHARE > len(head) else ""


def looks_like_big5(data: bytes) -> bool:
    """Whether the first bytes hold more words of headers in Big5 than in GBK."""
    head = data[:HEAD]
    return sum(word in head for word in BIG5_WORDS) > sum(word in head for word in GBK_WORDS)
