"""Settings: every fault at once, custody said on purpose, no header believed unless told so."""

import pytest

from config.settings import SettingsError, load
from examops.core.store import Store

FULL = {
    "EXAMOPS_DATABASE_URL": "postgresql://me:pw@127.0.0.1/examops",
    "EXAMOPS_SECRET_KEY": "tests-only-" + "0123456789abcdef" * 2,
    "EXAMOPS_S3_ENDPOINT": "http://127.0.0.1:9000",
    "EXAMOPS_S3_ACCESS_KEY": "everyday",
    "EXAMOPS_S3_SECRET_KEY": "everyday-secret",
    "EXAMOPS_S3_CUSTODY_ACCESS_KEY": "custody",
    "EXAMOPS_S3_CUSTODY_SECRET_KEY": "custody-secret",
}


def without(*names: str, **more: str) -> dict[str, str]:
    return {name: value for name, value in FULL.items() if name not in names} | more


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        load({"PORT": "x"})
    for name in (*FULL, "PORT"):
        assert name in str(caught.value)


@pytest.mark.parametrize("missing", ["EXAMOPS_S3_CUSTODY_ACCESS_KEY", "EXAMOPS_S3_CUSTODY_SECRET_KEY"])
def test_a_custody_pair_that_nobody_set_is_an_error_that_says_what_to_do(missing: str) -> None:
    with pytest.raises(SettingsError, match=f"{missing} is not set.*db upgrade.*'none'.*on purpose") as caught:
        load(without(missing))
    assert "secret-" not in str(caught.value)


def test_one_pair_for_both_is_said_by_setting_it_twice() -> None:
    pair = {"EXAMOPS_S3_CUSTODY_ACCESS_KEY": "everyday", "EXAMOPS_S3_CUSTODY_SECRET_KEY": "everyday-secret"}
    assert load(FULL | pair).s3_custody_access_key == "everyday"


def test_a_process_told_to_hold_no_custody_has_no_key_to_use() -> None:
    settings = load(without("EXAMOPS_S3_CUSTODY_SECRET_KEY", EXAMOPS_S3_CUSTODY_ACCESS_KEY="none"))
    assert (settings.s3_custody_access_key, settings.s3_custody_secret_key) == ("", "")
    with pytest.raises(SettingsError, match="holds no custody key"):
        Store.custody(settings)


def test_no_proxy_is_believed_unless_told_so() -> None:
    assert load(FULL).trusted_proxies == 0
    assert load(FULL | {"EXAMOPS_TRUSTED_PROXIES": "2"}).trusted_proxies == 2


@pytest.mark.parametrize("wrong", ["-1", "yes", "10", "127.0.0.1"])
def test_a_wrong_number_of_proxies_is_refused(wrong: str) -> None:
    with pytest.raises(SettingsError, match="EXAMOPS_TRUSTED_PROXIES"):
        load(FULL | {"EXAMOPS_TRUSTED_PROXIES": wrong})


def test_secrets_stay_out_of_what_is_printed() -> None:
    shown = repr(load(FULL))
    assert not [value for value in FULL.values() if "secret" in value and value in shown]
    assert "s" * 40 not in shown
    assert "pw" not in shown


@pytest.mark.parametrize("name", ["EXAMOPS_S3_ENDPOINT", "EXAMOPS_S3_PUBLIC_ENDPOINT"])
@pytest.mark.parametrize("address", ["store:9000", "https://store.test/s3"])
def test_a_store_stands_at_the_root_of_an_address(name: str, address: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load(FULL | {name: address})
    assert load(FULL | {name: "https://store.test/"})


@pytest.mark.parametrize(
    ("given", "region"), [("", "us-east-1"), (" cn-south-1 ", "cn-south-1"), ("default", "default")]
)
def test_the_region_of_the_store_is_us_east_1_unless_set(given: str, region: str) -> None:
    assert load(FULL | {"EXAMOPS_S3_REGION": given}).s3_region == region


@pytest.mark.parametrize("wrong", ["cn south", "a/b", "a,b", "华南"])
def test_what_is_no_region_is_refused(wrong: str) -> None:
    with pytest.raises(SettingsError, match="EXAMOPS_S3_REGION"):
        load(FULL | {"EXAMOPS_S3_REGION": wrong})


@pytest.mark.parametrize("weak", ["a" * 48, "changeme" * 6, "12345678" * 6])
def test_a_secret_that_is_no_random_text_is_refused(weak: str) -> None:
    with pytest.raises(SettingsError, match=r"EXAMOPS_SECRET_KEY is no random text.*openssl") as caught:
        load(FULL | {"EXAMOPS_SECRET_KEY": weak})
    assert weak not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "decided"),
    [("", None), ("https://exam.example.cn", True), ("HTTPS://exam.example.cn", True), ("http://10.0.0.5", False)],
)
def test_the_public_url_decides_over_cookies(url: str, decided: bool | None) -> None:
    assert load(FULL | {"EXAMOPS_PUBLIC_URL": url}).secure_cookies is decided
