"""A zip of photos named by ID number, the number of another document, or ``姓名_号码``: matched with people, each
picture checked, the missing listed."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from config.rulebook import Rulebook
from examops.core.language import N_, Message, message
from examops.eligibility.id_number import normalise
from examops.eligibility.roster.pictures import FaceCounter, Fault, PhotoRules, picture_fault, read_picture
from examops.eligibility.roster.refusals import RosterRefused

ID_IN_NAME = re.compile(r"\d{17}[\dXx]")
NUMBER_IN_NAME = re.compile(r"[A-Z0-9]*\d[A-Z0-9]*(?:\([A-Z]\))?")  # of a permit or passport, in capitals
BETWEEN = r"[\d_\-—\s+()（）.·]"
SUFFIXES = (".jpg", ".jpeg", ".png")
UTF8_FLAG = 0x800
HIDDEN = ("__MACOSX/", ".DS_Store", "Thumbs.db")


class PhotosRefused(RosterRefused):
    code, message = "photos.refused", N_("这个照片压缩包读不了")


@dataclass(frozen=True, slots=True)
class Problem:
    """``code`` is a key of the wording table; ``id_number`` is "" where the file matches nobody."""

    file: str
    id_number: str
    code: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that passed. ``width`` and ``height`` in pixels, ``data`` the original bytes."""

    file: str
    id_number: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True)
class Photos:
    """``faces_checked`` is False where no face counter was given, so that the number of faces is unknown."""

    matched: tuple[Photo, ...]
    problems: tuple[Problem, ...]
    missing: tuple[str, ...]
    faces_checked: bool


WORDS = {
    "photo.no_person": N_("名单里没有这个人"),
    "photo.no_id": N_("文件名里没有身份证号"),
    "photo.other_name": N_("文件名是{found}，名单上是{name}"),
    "photo.double": N_("与 {other} 是同一人"),
    "photo.not_a_picture": N_("不是 JPG、PNG 图片，或图片已损坏"),
    "photo.too_big": N_("照片 {kilobytes} KB，上限 {limit} KB"),
    "photo.too_small_file": N_("照片只有 {kilobytes} KB"),
    "photo.bomb": N_("压缩倍数异常，未打开"),
    "photo.too_few_pixels": N_("照片 {width}×{height}，须不小于 {least_width}×{least_height}"),
    "photo.too_many_pixels": N_("照片 {width}×{height}，边长上限 {limit}"),
    "photo.lying": N_("照片是横的，转正后重交"),
    "photo.ratio": N_("宽高比 {ratio:.2f}，须在 {least:.2f} 至 {most:.2f} 之间"),
    "photo.blurred": N_("照片模糊（清晰度 {found:.0f}，下限 {least:.0f}）"),
    "photo.faces": N_("照片上有 {faces} 张脸，须为 1 张"),
}


def word_problem(problem: Problem) -> Message:
    return message(WORDS[problem.code], **problem.params)


def read_photos(
    data: bytes,
    people: Mapping[str, str],
    *,
    book: Rulebook | None = None,
    count_faces: FaceCounter | None = None,
) -> Photos:
    """Match every picture of the zip with ``people`` (ID number to name), check it. Raises :class:`PhotosRefused`."""
    rules = PhotoRules(book)
    matched: dict[str, Photo] = {}
    problems: list[Problem] = []
    for archive, entry, name in _entries(data, rules):
        found = _examined(archive, entry, name, people, rules, count_faces)
        if isinstance(found, Problem):
            problems.append(found)
        elif found.id_number in matched:
            other = matched[found.id_number].file
            problems.append(Problem(name, found.id_number, "photo.double", {"other": other}))
        else:
            matched[found.id_number] = found
    missing = tuple(number for number in people if number not in matched)
    return Photos(tuple(matched.values()), tuple(problems), missing, count_faces is not None)


def _entries(data: bytes, rules: PhotoRules) -> Iterator[tuple[zipfile.ZipFile, zipfile.ZipInfo, str]]:
    if len(data) > rules["zip_bytes_max"]:
        raise PhotosRefused(
            N_("压缩包超过 {limit} MB"), advice=N_("分几次上传。"), limit=rules["zip_bytes_max"] // 1048576
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise PhotosRefused(N_("不是 zip 压缩包，或已损坏"), advice=N_("重新压缩为 .zip 再上传。")) from error
    with archive:
        entries = archive.infolist()
        if len(entries) > rules["zip_files_max"]:
            raise PhotosRefused(
                N_("压缩包有 {files} 个文件，上限 {limit} 个"), files=len(entries), limit=rules["zip_files_max"]
            )
        unpacked, most = sum(entry.file_size for entry in entries), rules["zip_unpacked_bytes_max"]
        if unpacked > most:
            raise PhotosRefused(
                N_("压缩包解压后 {size} MB，上限 {limit} MB"),
                advice=N_("分几次上传。"),
                size=unpacked // 1048576,
                limit=most // 1048576,
            )
        for entry in entries:
            name = entry_name(entry)
            if not entry.is_dir() and not any(part in name for part in HIDDEN):
                yield archive, entry, name


def entry_name(entry: zipfile.ZipInfo) -> str:
    """The entry's name, decoded again as GBK where needed: Windows writes GBK without the UTF-8 flag (APPNOTE.TXT,
    appendix D), and Python then decodes it as CP437."""
    if entry.flag_bits & UTF8_FLAG:
        return entry.filename
    try:
        raw = entry.filename.encode("cp437")
    except UnicodeEncodeError:
        return entry.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename


def _examined(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    name: str,
    people: Mapping[str, str],
    rules: PhotoRules,
    count_faces: FaceCounter | None,
) -> Photo | Problem:
    stem = name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    number = number_in(stem, people)
    fault = _named_wrongly(stem, number, people) or _packed_wrongly(entry, name, rules)
    if fault:
        return Problem(name, number if number in people else "", *fault)
    try:
        data = archive.read(entry)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError):
        return Problem(name, number, "photo.not_a_picture", {})
    picture = read_picture(data, rules)
    if isinstance(picture, tuple):
        return Problem(name, number, *picture)
    fault = picture_fault(picture, rules, count_faces)
    height, width = picture.shape[:2]
    return Problem(name, number, *fault) if fault else Photo(name, number, width, height, data)


def number_in(stem: str, people: Collection[str]) -> str:
    """The ID number in a file's name, else the number of another document that somebody of ``people`` has; "" if none.

    Any other run of digits may be a day or a counter, so a document's number counts only where it is expected."""
    id_match = ID_IN_NAME.search(normalise(stem) if stem.isascii() else stem)
    if id_match:
        return id_match[0].upper()
    plain = unicodedata.normalize("NFKC", stem).upper()
    told = [found[0] for found in NUMBER_IN_NAME.finditer(plain)]
    told += [
        normalise(piece) for piece in re.split(r"[_+\s]+|[\u4e00-\u9fff]+", plain)
    ]  # H-12345678, as the roster may have it
    return next((number for number in told if number in people), "")


def _named_wrongly(stem: str, number: str, people: Mapping[str, str]) -> Fault | None:
    if not number:
        return "photo.no_id", {}
    if number not in people:
        return "photo.no_person", {}
    letters = "".join({mark for mark in number if mark.isalpha()} | {"X"})
    plain = unicodedata.normalize("NFKC", stem)
    written = re.sub(
        BETWEEN, "", plain.replace(number, "") if number in plain else re.sub(f"(?i)[{letters}]", "", plain)
    )
    if written and written.upper() != re.sub(BETWEEN, "", people[number]).upper():
        return "photo.other_name", {"found": written, "name": people[number]}
    return None


def _packed_wrongly(entry: zipfile.ZipInfo, name: str, rules: PhotoRules) -> Fault | None:
    """Checks the sizes that the zip declares; zipfile fails when an entry holds more."""
    if not name.lower().endswith(SUFFIXES):
        return "photo.not_a_picture", {}
    if entry.file_size > rules["bytes_max"]:
        return "photo.too_big", {"kilobytes": entry.file_size // 1024, "limit": rules["bytes_max"] // 1024}
    if entry.file_size < rules["bytes_min"]:
        return "photo.too_small_file", {"kilobytes": round(entry.file_size / 1024, 1)}
    if entry.file_size > max(entry.compress_size, 1) * rules["compression_max"]:
        return "photo.bomb", {}
    return None
