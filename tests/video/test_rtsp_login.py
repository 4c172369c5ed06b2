"""Logging in: the strongest scheme first, each once; a wrong password is not repeated, and none is sent in clear."""

import pytest

from tests.video.wire import Camera
from video.rtsp.auth import MAX_HEADER, Credentials, challenges, offers_digest
from video.rtsp.errors import AuthFailed

MD5 = 'Digest realm="cam", nonce="{}"'
SHA = 'Digest realm="cam", nonce="{}", algorithm=SHA-256'
BASIC = 'Basic realm="cam"'


def logged_in(*offers: list[str]) -> Camera:
    """A camera that answers the description with these challenges, one list after the other."""
    camera = Camera()
    camera.talk.begin(camera.now)
    camera.reply()
    for offer in offers:
        if camera.talk.error is None:
            camera.reply("401 Unauthorized", "\n".join(f"WWW-Authenticate: {one}" for one in offer))
    return camera


def test_the_strongest_scheme_is_answered_first_and_then_the_next() -> None:
    offers = [MD5.format("a"), SHA.format("a")]
    camera = logged_in(offers, offers)
    assert camera.header("Authorization", 2).endswith("algorithm=SHA-256")
    assert camera.header("Authorization", 3).startswith("Digest")
    assert "SHA-256" not in camera.header("Authorization", 3)


def test_after_all_schemes_the_password_is_wrong() -> None:
    offers = [MD5.format("a"), SHA.format("a")]
    camera = logged_in(offers, offers, offers)
    assert isinstance(camera.talk.error, AuthFailed)
    assert camera.asked.count("DESCRIBE") == 3


def test_a_camera_with_sha256_alone_is_answered() -> None:
    assert "SHA-256" in logged_in([SHA.format("a")]).header("Authorization")


def test_a_password_never_goes_in_clear_where_a_digest_is_offered() -> None:
    offers = [MD5.format("a"), BASIC]
    camera = logged_in(*[offers] * 5)
    assert isinstance(camera.talk.error, AuthFailed)
    assert b"Basic" not in b"".join(camera.sent)


def test_basic_alone_is_answered() -> None:
    assert logged_in([BASIC]).header("Authorization") == "Basic YWRtaW46MTIzNDU="


def test_a_camera_that_always_says_stale_does_not_loop() -> None:
    camera = logged_in(*([MD5.format(n) + ", stale=true"] for n in range(9)))
    assert camera.asked.count("DESCRIBE") == 2


def test_without_a_user_nothing_is_tried() -> None:
    credentials = Credentials("", "")
    assert not credentials.choose([MD5.format("a")], set())


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('Digest realm="r", nonce="n", qop="auth"', ("digest", "MD5", True)),
        ('Digest realm="r", nonce="n", qop="auth-int, auth"', ("digest", "MD5", True)),
        ("digest realm=r,nonce=n,algorithm=sha-256", ("digest", "SHA-256", False)),
        ('DIGEST  Realm = "a, b=c" , NONCE="n"', ("digest", "MD5", False)),
        ('BASIC realm="a, b"', ("basic", "MD5", False)),
    ],
)
def test_challenges_are_read_as_cameras_write_them(header: str, expected: tuple) -> None:
    found = challenges([header])[0]
    assert (found.scheme, found.algorithm, found.has_qop) == expected


@pytest.mark.parametrize("header", ["", "Digest", "NTLM abc", 'Digest nonce="n", algorithm=MD4'])
def test_challenges_that_nobody_can_answer_are_left_out(header: str) -> None:
    assert [one for one in challenges([header]) if one.nonce] == []


def test_a_header_far_longer_than_a_challenge_is_read_no_further() -> None:
    read = 'Digest realm="r", nonce="n", '.ljust(MAX_HEADER, "a")
    assert [one.nonce for one in challenges([read + ', Digest realm="r", nonce="m"'])] == ["n"]
    assert [one.nonce for one in challenges([read[:-31] + ', Digest realm="r", nonce="m"'])] == ["n", "m"]


@pytest.mark.parametrize("filler", ["a", "a ", '\\"', '"', ",", "= ", ' "a', "\\"])
def test_whatever_fills_a_header_takes_no_time_to_read(filler: str) -> None:
    """Read from each letter of a word anew, the first of these took a minute for 64 KB; all cameras waited."""
    header = f'Digest realm="r", nonce="n" {filler * 65_536}'[:65_536]
    assert [one.nonce for one in challenges([header] * 20)] == ["n"] * 20


def test_a_digest_in_what_is_not_read_keeps_the_password_out_of_the_clear() -> None:
    long = BASIC.ljust(MAX_HEADER) + ", " + MD5.format("n")
    assert [one.scheme for one in challenges([long])] == ["basic"]
    assert offers_digest([long])
    assert not offers_digest([BASIC.ljust(2 * MAX_HEADER)])


def test_the_digests_of_the_standard_come_out() -> None:
    """RFC 7616, section 3.9.1: the same example for both algorithms."""
    challenge = (
        'Digest realm="http-auth@example.org", qop="auth", algorithm={}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    for algorithm, response in (
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ):
        token = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
        credentials = Credentials("Mufasa", "Circle of Life", token=lambda token=token: token)
        assert credentials.choose([challenge.format(algorithm)], set())
        assert f'response="{response}"' in credentials.header("GET", "/dir/index.html")


def test_without_qop_neither_count_nor_token_is_sent() -> None:
    """RFC 2069's way, what most cameras ask: MD5 of HA1, nonce and HA2."""
    credentials = Credentials("Mufasa", "CircleOfLife")
    assert credentials.choose(['Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'], set())
    header = credentials.header("GET", "/dir/index.html")
    assert 'response="1949323746fe6a43ef61f9606e7febea"' in header
    assert "cnonce" not in header
    assert "nc=" not in header


@pytest.mark.parametrize("password", ["p@ss", "a#b", "50%", "x/y?z", "", "пароль", "密码"])
def test_passwords_enter_the_digest_as_these_very_bytes(password: str) -> None:
    import hashlib

    def md5(text: bytes) -> bytes:
        return hashlib.md5(text).hexdigest().encode()

    credentials = Credentials("admin", password)
    assert credentials.choose([MD5.format("n")], set())
    who, what = md5(b"admin:cam:" + password.encode("utf-8")), md5(b"PLAY:rtsp://h/c")
    assert f'response="{md5(who + b":n:" + what).decode()}"' in credentials.header("PLAY", "rtsp://h/c")


def test_counts_begin_anew_with_each_nonce() -> None:
    credentials = Credentials("admin", "12345")
    counts = []
    for nonce in ("a", "a", "b"):
        if nonce != (credentials.challenge and credentials.challenge.nonce):
            credentials.choose([MD5.format(nonce) + ', qop="auth"'], set())
        counts.append(credentials.header("PLAY", "rtsp://h/c").split("nc=")[1][:8])
    assert counts == ["00000001", "00000002", "00000001"]


def test_passwords_stand_in_no_representation() -> None:
    assert "12345" not in repr(Credentials("admin", "12345"))


BASIC, DIGEST_SHA = 'Basic realm="cam"', 'Digest realm="cam", nonce="n", algorithm={}, qop="auth"'


@pytest.mark.parametrize(
    "header",
    [
        f'{BASIC}, Digest realm="cam", nonce="n"',
        f'Digest realm="cam", nonce="n", {BASIC}',
        f'Digest realm="cam", nonce="n",{BASIC}',
        'Basic realm="a, Digest b", Digest realm="cam", nonce="n"',
        'Basic, Digest realm="cam", nonce="n"',
        'Basic realm="cam",\tDigest\trealm="cam", nonce="n"',
        'basic REALM="cam", DIGEST realm = "cam" , nonce = "n"',
    ],
)
def test_a_password_never_goes_in_clear_where_one_line_offers_both(header: str) -> None:
    credentials, tried = Credentials("admin", "12345"), set()
    assert credentials.choose([header], tried)
    assert credentials.header("DESCRIBE", "rtsp://h/c").startswith('Digest username="admin", realm="cam"')
    assert not credentials.choose([header.replace('"n"', '"other"')], tried)


@pytest.mark.parametrize("algorithm", ["MD4", "SHA-999"])
def test_a_digest_that_we_cannot_answer_is_no_reason_to_send_the_password_in_clear(algorithm: str) -> None:
    for headers in ([f"{BASIC}, {DIGEST_SHA.format(algorithm)}"], [BASIC, DIGEST_SHA.format(algorithm)]):
        credentials = Credentials("admin", "12345")
        assert not credentials.choose(headers, set())
        assert credentials.header("DESCRIBE", "rtsp://h/c") == ""


def test_a_realm_that_reads_like_a_challenge_is_none() -> None:
    (only,) = challenges(['Basic realm="x, Digest nonce=y"'])
    assert (only.scheme, only.realm) == ("basic", "x, Digest nonce=y")


def test_a_tab_behind_the_scheme_is_a_blank() -> None:
    (only,) = challenges(['Digest\trealm="cam",\tnonce="n"'])
    assert (only.scheme, only.nonce) == ("digest", "n")


@pytest.mark.parametrize(("algorithm", "name"), [("MD5", "md5"), ("SHA-256", "sha256"), ("SHA-512-256", "sha512_256")])
@pytest.mark.parametrize("session", ["", "-sess"])
def test_the_digests_of_each_algorithm_are_those_of_the_standard(algorithm: str, name: str, session: str) -> None:
    """RFC 7616, sections 3.4.1 and 3.4.2, worked out here once more."""
    import hashlib

    def h(text: str) -> str:
        return hashlib.new(name, text.encode()).hexdigest()

    credentials = Credentials("admin", "12345", token=lambda: "t")
    assert credentials.choose([DIGEST_SHA.format(algorithm + session)], set())
    who = h("admin:cam:12345")
    who = h(f"{who}:n:t") if session else who
    header = credentials.header("PLAY", "rtsp://h/c")
    assert f'response="{h(who + ":n:00000001:t:auth:" + h("PLAY:rtsp://h/c"))}"' in header
    assert ("algorithm" in header) == (algorithm + session != "MD5")
    assert header.endswith(f"algorithm={algorithm}{session}") or algorithm + session == "MD5"
