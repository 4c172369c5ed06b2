"""Photos in a zip: names, sizes, pictures, the missing."""

import io
import struct
import zipfile

import cv2
import numpy as np
import pytest

from examops.eligibility.roster.photos import PhotosRefused, read_photos, word_problem
from examops.eligibility.roster.pictures import declared_size
from tests.domains.eligibility.people import an_id

ONE, TWO = an_id(), an_id(sequence="002")
PEOPLE = {ONE: "何志兰", TWO: "陈勇"}


def picture(width=413, height=579, *, blur=0, suffix=".jpg"):
    """A drawn head and shoulders with enough detail to be sharp."""
    noise = np.random.default_rng(1).integers(0, 60, (height, width, 3), dtype=np.uint8)
    canvas = 190 + noise
    cv2.circle(canvas, (width // 2, height // 2), width // 4, (120, 150, 200), -1)
    cv2.rectangle(canvas, (width // 5, height * 3 // 4), (width * 4 // 5, height), (60, 60, 60), -1)
    if blur:
        canvas = cv2.GaussianBlur(canvas, (0, 0), blur)
    return cv2.imencode(suffix, canvas)[1].tobytes()


def zipped(files, *, gbk=False):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    data = sink.getvalue()
    return _as_gbk(data, files) if gbk else data


def _as_gbk(data, files):
    """The same zip as Windows writes it: names in GBK, the UTF-8 flag not set."""
    for name in files:
        long, short = name.encode(), name.encode("gbk").rjust(len(name.encode()), b"_")
        data = data.replace(long, short)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            flags = struct.unpack_from("<H", data, place + at)[0] & ~0x800
            data = data[: place + at] + struct.pack("<H", flags) + data[place + at + 2 :]
            place = data.find(mark, place + 4)
    return data


def problem_of(name, data, people=PEOPLE, **options):
    found = read_photos(zipped({name: data}), people, **options).problems
    return found[0].code if found else ""


@pytest.mark.parametrize(
    "name", [f"{ONE}.jpg", f"何志兰_{ONE}.JPG", f"照片/何志兰-{ONE}.jpeg", f"何志兰 {ONE} (1).jpg"]
)
def test_a_photo_finds_its_person_by_the_number_in_its_name(name):
    photos = read_photos(zipped({name: picture()}), PEOPLE)

    assert [(one.id_number, one.width, one.height) for one in photos.matched] == [(ONE, 413, 579)]
    assert (photos.problems, photos.missing, photos.faces_checked) == ((), (TWO,), False)


def test_names_in_gbk_are_read():
    photos = read_photos(zipped({f"何志兰_{ONE}.jpg": picture(), f"陈勇_{TWO}.jpg": picture()}, gbk=True), PEOPLE)

    assert {one.id_number for one in photos.matched} == {ONE, TWO}


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("何志兰.jpg", picture(), "photo.no_id"),
        (f"{an_id(sequence='009')}.jpg", picture(), "photo.no_person"),
        (f"王某_{ONE}.jpg", picture(), "photo.other_name"),
        (f"{ONE}.txt", picture(), "photo.not_a_picture"),
        (f"{ONE}.jpg", np.random.default_rng(2).bytes(9000), "photo.not_a_picture"),
        (f"{ONE}.jpg", picture()[:-5000], "photo.not_a_picture"),
        (f"{ONE}.png", picture(suffix=".png")[:-5000], "photo.not_a_picture"),
        (f"{ONE}.jpg", b"\xff\xd8\xff", "photo.too_small_file"),
        (f"{ONE}.jpg", picture(200, 280), "photo.too_few_pixels"),
        (f"{ONE}.jpg", picture(579, 413), "photo.lying"),
        (f"{ONE}.jpg", picture(413, 900), "photo.ratio"),
        (f"{ONE}.jpg", picture(blur=9), "photo.blurred"),
        (f"{ONE}.png", picture(suffix=".png"), ""),
    ],
)
def test_each_fault_of_a_photo_is_named(name, data, code):
    assert problem_of(name, data) == code


def test_a_second_photo_of_the_same_person_is_told():
    photos = read_photos(zipped({f"{ONE}.jpg": picture(), f"a/{ONE}.jpg": picture()}), PEOPLE)

    assert [problem.code for problem in photos.problems] == ["photo.double"]
    assert word_problem(photos.problems[0]) == f"与 {ONE}.jpg 是同一人"


def test_a_picture_that_says_it_is_huge_is_never_decoded():
    small = picture(suffix=".png")
    huge = small[:16] + struct.pack(">II", 60_000, 60_000) + small[24:]

    assert declared_size(huge) == (60_000, 60_000)
    assert problem_of(f"{ONE}.png", huge) == "photo.too_many_pixels"


def test_a_bomb_is_not_opened():
    assert problem_of(f"{ONE}.jpg", b"\0" * 4_000_000) == "photo.bomb"


def test_faces_are_counted_only_where_a_counter_is_given():
    data = zipped({f"{ONE}.jpg": picture()})
    photos = read_photos(data, PEOPLE, count_faces=lambda _: 2)

    assert (photos.faces_checked, photos.problems[0].code) == (True, "photo.faces")
    assert read_photos(data, PEOPLE, count_faces=lambda _: 1).matched


def test_what_is_no_zip_is_refused():
    with pytest.raises(PhotosRefused):
        read_photos(b"no zip", PEOPLE)


PERMIT, PASSPORT, TAIWAN = "H12345678", "E8765432", "12345678(A)"
OTHERS = {PERMIT: "黄家俊", PASSPORT: "JOHN SMITH", TAIWAN: "林美玲"}


@pytest.mark.parametrize(
    ("file", "number"),
    [
        (f"{PERMIT}.jpg", PERMIT),
        (f"黄家俊_{PERMIT}.jpg", PERMIT),
        (f"黄家俊{PERMIT.lower()}.jpg", PERMIT),
        ("黄家俊 Ｈ１２３４５６７８.jpg", PERMIT),
        ("黄家俊_H-12345678.jpg", PERMIT),
        (f"John Smith {PASSPORT}.png", PASSPORT),
        ("林美玲_12345678（A）.jpg", TAIWAN),
    ],
)
def test_a_photo_is_found_by_the_number_of_another_document(file, number):
    data = picture(suffix=file[-4:])
    (photo,) = read_photos(zipped({file: data}), PEOPLE | OTHERS).matched

    assert photo.id_number == number


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (f"陈勇_{PERMIT}.jpg", "photo.other_name"),
        ("黄家俊_H99999999.jpg", "photo.no_id"),
        ("IMG_20240101.jpg", "photo.no_id"),
        ("黄家俊.jpg", "photo.no_id"),
    ],
)
def test_another_documents_number_counts_only_for_whom_the_roster_has_it(file, code):
    (problem,) = read_photos(zipped({file: picture()}), PEOPLE | OTHERS).problems

    assert problem.code == code
