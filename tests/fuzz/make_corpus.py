"""Writes the small files that the fuzzer spoils: ``python -m tests.fuzz.make_corpus``"""

from __future__ import annotations

from base64 import b64encode
from datetime import date

from tests.domains.eligibility.biff import xls
from tests.domains.eligibility.people import an_id
from tests.domains.eligibility.sheets import changed
from tests.fuzz.spoiling import CORPUS
from tests.sheets.books import ods, xlsb, xlsx
from tests.video.test_framing import OPTIONS, REPLY, packets
from tests.video.wire import PPS, SPS, frame

HEAD = ["姓名", "身份证号", "报考职业", "等级", "入职日期", "从事本职业年限", "手机"]
ROWS = [
    HEAD,
    ["何兰", an_id(), "电工", "四级", date(2024, 1, 5), 5, "13800000000"],
    ["陈勇", an_id(sequence="002"), None, None, 45996.5, "5年半", "+86 13900000000"],
    ["合计", "2人"],
]
TEXTS = [["" if cell is None else str(cell) for cell in row] for row in ROWS]
PLAIN = [[cell if isinstance(cell, str | int | float) else None for cell in row] for row in ROWS]


def files() -> dict[str, bytes]:
    text = "\n".join(",".join(row) for row in TEXTS)
    quoted = text.replace("何兰", '"何,""兰"').replace("5年半", '"5\n年半"').replace("陈勇", '"陈勇')
    return {
        "plain.xlsx": xlsx({"名单": ROWS, "夜班": ROWS[:2]}),
        "marks.xlsx": xlsx({"说明": [["填表说明"]], "名单": ROWS}, hidden_rows=(1,), merged=("A1:A2",), from_1904=True),
        "merged.xlsx": xlsx({"名单": ROWS}, hidden_rows=(3,), merged=("C2:C3", "D2:D3")),
        "plain.ods": ods(TEXTS, hidden_rows=(3,), deep={(1, 2): 2}),
        "plain.xlsb": xlsb(PLAIN, hidden_rows=(3,), from_1904=True),
        "panic.xlsb": changed(
            xlsb(PLAIN), "xl/workbook.bin", lambda book: book[: book.index(b"\x9c\x01")] + b"\x9c\x01\x01x"
        ),
        "plain.xls": xls({"名单": ROWS}, hidden_rows=(3,), merged=((1, 2, 2, 2),), from_1904=True),
        "utf8.csv": text.encode("utf-8-sig"),
        "gbk.csv": quoted.encode("gb18030"),
        "big5.csv": "姓名,身份證號,單位\n何蘭,1,甲\n".encode("big5"),
        "paste.txt": "\n".join("\t".join(row) for row in TEXTS).encode(),
        "quotes.txt": quoted.replace(",", "\t").encode(),
        "utf16.txt": "\ufeff".encode("utf-16-le") + text.encode("utf-16-le"),
    }


def streams() -> dict[str, bytes]:
    """What cameras send: a stream between replies, descriptions, challenges."""
    one, two, three = (frame(0, packet) for packet in packets())
    sets = f"{b64encode(SPS).decode()},{b64encode(PPS).decode()}"
    plain = (
        "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=x\r\na=control:*\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
        f"a=fmtp:96 packetization-mode=1;profile-level-id=4d4028;sprop-parameter-sets={sets}\r\na=control:track1\r\n"
    )
    texts = {
        "plain.sdp": plain,
        "two_types.sdp": "m=audio 0 RTP/AVP 8\na=control:a\nm=video 0 RTP/AVP 35 97\na=rtpmap:97 H265/90000\n"
        "a=control:rtsp://x/y\n",
        "odd_sets.sdp": "m=video 0 RTP/AVP 26\na=fmtp:26 sprop-parameter-sets=====,%%%,\n",
        "all.challenge": 'Digest realm="cam", nonce="abc", algorithm=SHA-256, qop="auth,auth-int", stale=TRUE',
        "two.challenge": 'Basic realm="a, b", Digest realm="c\\"d", nonce=ef',
        "tab.challenge": 'Digest\trealm="x",nonce="y",algorithm=MD5-sess',
    }
    return {name: text.encode() for name, text in texts.items()} | {
        "plain.rtp": one + REPLY + two + OPTIONS + three,
        "held_forty_times.rtp": frame(0, packets()[0] + one * 40),  # found by this target on 2026-11-29
    }


if __name__ == "__main__":
    for name, data in {**files(), **streams()}.items():
        (CORPUS / name).write_bytes(data)
