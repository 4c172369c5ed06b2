"""Settings: read once from the environment, checked together, frozen."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")
NO_CUSTODY = "none"
SECRET_VALUES = {"EXAMOPS_MAIL_SERVER"}  # may hold a password, so that no message repeats them
CONSOLE = "console"  # of senders: print instead of sending
DEFAULT_REGION = "us-east-1"  # what MinIO and the embedded store answer to where no region is set
MIN_DISTINCT = 10  # different characters of the secret key; 48 random ones have about 35
HOW_CUSTODY = (
    "give the pair that may make buckets and set locks (db upgrade and the custody worker need it);"
    f" say {NO_CUSTODY!r} as the access key in processes that must not hold it (web, other workers);"
    " where the store has one pair only, set both equal to EXAMOPS_S3_ACCESS_KEY and EXAMOPS_S3_SECRET_KEY on purpose"
)


class SettingsError(Exception):
    """One or more variables are missing or invalid; the text names each of them."""


@dataclass(frozen=True)
class Settings:
    """Every setting, read from the environment. Secrets are left out of ``repr``."""

    database_url: str = field(repr=False)  # the owner's; "" in a process that must not hold it
    role_urls: Mapping[str, str] = field(repr=False)  # "web", "job" → an address of its own, where one was given
    secret_key: str = field(repr=False)
    old_secret_key: str = field(repr=False)  # the one of before while it is changed, else ""
    s3_endpoint: str
    s3_access_key: str = field(repr=False)
    s3_secret_key: str = field(repr=False)
    s3_custody_access_key: str = field(repr=False)
    s3_custody_secret_key: str = field(repr=False)
    s3_public_endpoint: str
    s3_prefix: str
    s3_region: str
    public_url: str
    threads: int
    port: int
    var: Path
    secure_cookies: bool | None  # whether the public URL is https; None where it is not set
    retired_audit_keys: tuple[bytes, ...]  # public keys that signed the log before the secret was changed
    decisions: Path | None  # the folder of this installation's own decisions, which are added to the shipped rules
    certificate_lookup_url: str  # where the public looks a certificate up; "" where the city has not set it
    complaint_contacts: str  # telephone, mailbox and hours for complaints, as the public reads them; "" likewise
    mail_server: str = field(repr=False)  # smtp://, smtps://, "console"; "" where no mail is sent
    mail_from: str
    sms_url: str  # https:// of the interface for text messages, "console", or ""
    sms_token: str = field(repr=False)
    alarm_mailbox: str  # who is told by mail when a job fails; "" for nobody
    trusted_proxies: int  # reverse proxies in front of the web whose X-Forwarded-For and -Proto are believed

    @property
    def imports(self) -> Path:
        """Where ``examops catalogue import`` keeps what it took over: with the data, not with the program."""
        return self.var.absolute() / "catalogue"


class _Reader:
    """Collects every fault instead of stopping at the first."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def given(self, name: str) -> str:
        return self.environ.get(name, "").strip()

    def required(self, name: str) -> str:
        value = self.given(name)
        if not value:
            self.problems.append(f"{name} is not set")
        return value

    def converted(self, name: str, default: T, convert: Callable[[str], T]) -> T:
        raw = self.environ.get(name, "").strip()
        if not raw:
            return default
        try:
            return convert(raw)
        except ValueError:
            shown = "its value is not shown" if name in SECRET_VALUES else repr(raw)
            self.problems.append(f"{name} is not valid: {shown}")
            return default


def load(environ: Mapping[str, str]) -> Settings:
    """Read all settings, or raise :class:`SettingsError` naming every variable at fault."""
    read = _Reader(environ)
    port = read.converted("PORT", 8000, int)
    endpoint = read.required("EXAMOPS_S3_ENDPOINT")
    access, secret = read.required("EXAMOPS_S3_ACCESS_KEY"), read.required("EXAMOPS_S3_SECRET_KEY")
    given_url = read.given("EXAMOPS_PUBLIC_URL")
    public_url = given_url or f"http://127.0.0.1:{port}"
    custody_access, custody_secret = _custody(read)
    settings = Settings(
        database_url=_owners(read),
        role_urls={kind: url for kind in ("web", "job") if (url := read.given(f"EXAMOPS_{kind.upper()}_DATABASE_URL"))},
        secret_key=read.required("EXAMOPS_SECRET_KEY"),
        old_secret_key=read.given("EXAMOPS_OLD_SECRET_KEY"),
        s3_endpoint=endpoint,
        s3_access_key=access,
        s3_secret_key=secret,
        s3_custody_access_key=custody_access,
        s3_custody_secret_key=custody_secret,
        s3_public_endpoint=environ.get("EXAMOPS_S3_PUBLIC_ENDPOINT", "").strip() or endpoint,
        s3_prefix=environ.get("EXAMOPS_S3_PREFIX", "").strip() or "examops",
        s3_region=read.converted("EXAMOPS_S3_REGION", DEFAULT_REGION, _region),
        public_url=public_url.rstrip("/"),
        threads=read.converted("EXAMOPS_THREADS", 8, int),
        port=port,
        var=Path(environ.get("EXAMOPS_VAR", "").strip() or "var"),
        secure_cookies=given_url.lower().startswith("https://") if given_url else None,
        retired_audit_keys=read.converted("EXAMOPS_RETIRED_AUDIT_KEYS", (), _public_keys),
        decisions=read.converted("EXAMOPS_DECISIONS", None, _folder),
        certificate_lookup_url=read.converted("EXAMOPS_CERTIFICATE_LOOKUP_URL", "", _web_address),
        complaint_contacts=read.converted("EXAMOPS_COMPLAINT_CONTACTS", "", _short_line),
        mail_server=read.converted("EXAMOPS_MAIL_SERVER", "", _mail_server),
        mail_from=read.converted("EXAMOPS_MAIL_FROM", "", _mailbox),
        sms_url=read.converted("EXAMOPS_SMS_URL", "", _sms_url),
        sms_token=read.given("EXAMOPS_SMS_TOKEN"),
        alarm_mailbox=read.converted("EXAMOPS_ALARM_MAILBOX", "", _mailbox),
        trusted_proxies=read.converted("EXAMOPS_TRUSTED_PROXIES", 0, _count),
    )
    _check(settings, read.problems)
    return settings


def _owners(read: _Reader) -> str:
    """The owner's address, which only ``db upgrade`` needs; "" where the settings say that this process holds none."""
    url = read.required("EXAMOPS_DATABASE_URL")
    if url.lower() != NO_CUSTODY:
        return url
    if not any(read.given(f"EXAMOPS_{kind}_DATABASE_URL") for kind in ("WEB", "JOB")):
        read.problems.append(
            "EXAMOPS_DATABASE_URL is 'none': then EXAMOPS_WEB_DATABASE_URL or EXAMOPS_JOB_DATABASE_URL must be set"
        )
    return ""


def _region(raw: str) -> str:
    """The name of a region stands in every signature: no blanks, no slashes."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", raw):
        raise ValueError(raw)
    return raw


def _folder(raw: str) -> Path | None:
    """A misspelt path must not mean that nothing was decided."""
    if not Path(raw).is_dir():
        raise ValueError(raw)
    return Path(raw)


def _web_address(raw: str) -> str:
    if urlsplit(raw).scheme not in ("http", "https") or not urlsplit(raw).hostname:
        raise ValueError(raw)
    return raw


def _mail_server(raw: str) -> str:
    if raw != CONSOLE and (urlsplit(raw).scheme not in ("smtp", "smtps") or not urlsplit(raw).hostname):
        raise ValueError("no smtp:// or smtps:// address")
    return raw


def _sms_url(raw: str) -> str:
    return raw if raw == CONSOLE else _web_address(raw)


def _mailbox(raw: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;]+@[A-Za-z0-9.-]+", raw):
        raise ValueError(raw)
    return raw


def _short_line(raw: str) -> str:
    if len(raw) > 200 or not raw.isprintable():
        raise ValueError(raw)
    return raw


def _count(raw: str) -> int:
    if not raw.isascii() or not raw.isdigit() or int(raw) > 9:
        raise ValueError(raw)
    return int(raw)


def _public_keys(raw: str) -> tuple[bytes, ...]:
    """Ed25519 public keys in base64, separated by commas or blanks."""
    keys = tuple(b64decode(word, validate=True) for word in raw.replace(",", " ").split())
    if any(len(key) != 32 for key in keys):
        raise ValueError(raw)
    return keys


def _custody(read: _Reader) -> tuple[str, str]:
    """The key pair that makes buckets and sets locks; ("", "") where the settings say that this process holds none.

    It has no default: a store with a single key pair has to be configured explicitly."""
    names = "EXAMOPS_S3_CUSTODY_ACCESS_KEY", "EXAMOPS_S3_CUSTODY_SECRET_KEY"
    access, secret = (read.environ.get(name, "").strip() for name in names)
    if access.lower() == NO_CUSTODY:
        return "", ""
    for name, value in zip(names, (access, secret), strict=True):
        if not value:
            read.problems.append(f"{name} is not set: {HOW_CUSTODY}")
    return access, secret


def _check(settings: Settings, problems: list[str]) -> None:
    if settings.secret_key and len(settings.secret_key) < 32:
        problems.append("EXAMOPS_SECRET_KEY needs at least 32 characters")
    elif settings.secret_key and len(set(settings.secret_key)) < MIN_DISTINCT:
        problems.append("EXAMOPS_SECRET_KEY is no random text: make one with 'openssl rand -base64 36'")
    if settings.secret_key and settings.secret_key == settings.old_secret_key:
        problems.append("EXAMOPS_OLD_SECRET_KEY is EXAMOPS_SECRET_KEY: set it only while the key is changed")
    if settings.mail_server and settings.mail_server != CONSOLE and not settings.mail_from:
        problems.append("EXAMOPS_MAIL_FROM is not set: mail needs a sender's address")
    urls = {"EXAMOPS_DATABASE_URL": settings.database_url}
    urls |= {f"EXAMOPS_{kind.upper()}_DATABASE_URL": url for kind, url in settings.role_urls.items()}
    for name, url in urls.items():
        if url and not url.startswith(("postgresql://", "postgresql+psycopg://")):
            problems.append(f"{name} must begin with postgresql://")
    _check_address("EXAMOPS_S3_ENDPOINT", settings.s3_endpoint, problems)
    if settings.s3_public_endpoint != settings.s3_endpoint:
        _check_address("EXAMOPS_S3_PUBLIC_ENDPOINT", settings.s3_public_endpoint, problems)
    if problems:
        raise SettingsError("; ".join(problems))


def _check_address(name: str, address: str, problems: list[str]) -> None:
    """An S3 endpoint: scheme, host and port. Buckets stand at its root, because the path is part of what is signed."""
    if address and not address.startswith(("http://", "https://")):
        problems.append(f"{name} must begin with http:// or https://")
    elif urlsplit(address).path not in ("", "/"):
        problems.append(f"{name} must end after host and port: buckets stand at its root")
