"""What carries a notice out of the house: the console, SMTP, and one HTTP interface for text messages.

A sender returns when the other side has taken the notice, or raises :class:`SenderAway` (try again) or
:class:`Refused` (this notice will never be taken). Every wait is bounded by ``TIMEOUT_S``.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import unquote, urlsplit

import urllib3

from config.settings import CONSOLE, Settings
from examops.outbox.models import EMAIL, SMS

log = logging.getLogger("examops.outbox")
TIMEOUT_S = 10.0
TRY_AGAIN = {408, 425, 429}


class SenderAway(Exception):
    """The other side does not answer, or asks to come back later."""


class Refused(Exception):
    """The other side will not take this notice: an address that does not exist, a text that it forbids."""


@dataclass(frozen=True)
class Outgoing:
    """``uid`` is the same at every try, so that the other side can drop what it has taken before."""

    uid: str
    recipient: str
    kind: str
    subject: str
    text: str


Sender = Callable[[Outgoing], None]


def senders_of(settings: Settings) -> dict[str, Sender]:
    """Channel → its sender, for those that are set."""
    found: dict[str, Sender] = {}
    if settings.mail_server:
        found[EMAIL] = to_console if settings.mail_server == CONSOLE else mailer(settings)
    if settings.sms_url:
        found[SMS] = to_console if settings.sms_url == CONSOLE else texter(settings)
    return found


def to_console(notice: Outgoing) -> None:
    """For demonstrations: the notice is printed where the worker logs."""
    log.warning("notice %s (%s) to %s: %s\n%s", notice.uid, notice.kind, notice.recipient, notice.subject, notice.text)


def mailer(settings: Settings) -> Sender:
    """``smtp://[user:password@]host[:port]`` (STARTTLS where the server offers it, always before a password) or
    ``smtps://`` (TLS from the start). One connection for each notice: there are few."""
    server = urlsplit(settings.mail_server)

    def send(notice: Outgoing) -> None:
        try:
            with _connected(server.scheme, server.hostname or "", server.port) as smtp:
                if server.username:
                    smtp.login(unquote(server.username), unquote(server.password or ""))
                smtp.send_message(_mail(settings, notice))
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
            raise _verdict(error) from error
        except (OSError, smtplib.SMTPException) as error:
            raise SenderAway(type(error).__name__) from error

    return send


def _connected(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_S, context=context)
    smtp = smtplib.SMTP(host, port or 25, timeout=TIMEOUT_S)
    smtp.ehlo()
    if smtp.has_extn("starttls"):
        smtp.starttls(context=context)
    return smtp


def _mail(settings: Settings, notice: Outgoing) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = settings.mail_from, notice.recipient, notice.subject
    mail["Date"] = formatdate(localtime=True)
    mail["Message-ID"] = f"<{notice.uid}@{settings.mail_from.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(notice.text)
    return mail


def _verdict(error: smtplib.SMTPException) -> Exception:
    """RFC 5321, section 4.2.1: 4yz says come back, 5yz says never."""
    codes = [code for code, _words in error.recipients.values()] if hasattr(error, "recipients") else []
    codes = codes or [getattr(error, "smtp_code", 0)]
    return Refused(f"SMTP {codes[0]}") if codes[0] >= 500 else SenderAway(f"SMTP {codes[0]}")


def texter(settings: Settings) -> Sender:
    """``POST EXAMOPS_SMS_URL`` with ``{"to", "text", "kind"}`` as JSON, ``Authorization: Bearer`` and
    ``Idempotency-Key``; any 2xx is taken, 408, 425, 429 and 5xx come again, other answers refuse the message."""
    pool = urllib3.PoolManager(timeout=TIMEOUT_S, retries=False)
    headers = {"Authorization": f"Bearer {settings.sms_token}"} if settings.sms_token else {}

    def send(notice: Outgoing) -> None:
        body = {"to": notice.recipient, "text": notice.text, "kind": notice.kind}
        try:
            answer = pool.request(
                "POST", settings.sms_url, json=body, headers={**headers, "Idempotency-Key": notice.uid}
            )
        except urllib3.exceptions.HTTPError as error:
            raise SenderAway(type(error).__name__) from error
        if answer.status >= 500 or answer.status in TRY_AGAIN:
            raise SenderAway(f"HTTP {answer.status}")
        if answer.status >= 300:
            raise Refused(f"HTTP {answer.status}")

    return send
