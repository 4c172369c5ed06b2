"""What carries a notice out of the house: the console, SMTP, and one HTTP interface for text messages.

A sender returns when the other side has taken the notice, or raises :class:`SenderAway` (no notice goes out now),
:class:`Later` (this one does not go out now, others may) or :class:`Refused` (this one will never be taken). Every wait
is bounded by ``TIMEOUT_S``.
"""

from __future__ import annotations

import logging
import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import unquote, urlsplit

import urllib3

from config.settings import CONSOLE, Settings
from examops.outbox.models import EMAIL, SMS

log = logging.getLogger("examops.outbox")
TIMEOUT_S = 10.0
NO_ADDRESS = "no address"  # fault of what is no mailbox or no number
# One mailbox, without blanks, lines or brackets: the rest of the grammar is the server's to judge.
ADDRESS = re.compile(r"[!-;=?-~]+@[!-;=?-~]+", re.ASCII)
NUMBER = re.compile(r"\+?[0-9]{5,15}", re.ASCII)  # E.164
CLOSING = 421  # RFC 5321, section 3.8: the server goes away
TRY_AGAIN = {408, 425, 429}
OUR_FAULT = {401, 403, 404, 405, 407}  # the token or the address of the interface: every notice would be answered so


class SenderAway(Exception):
    """The other side does not answer, asks to come back later, or does not take notices from us as we are set."""


class Later(Exception):
    """The other side asks to come back later with this notice: a mailbox that is full, a recipient it does not know
    yet."""


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
        mail = _mail(settings, notice)
        try:
            with closing(_connected(server.scheme, server.hostname or "", server.port)) as smtp:
                if server.username:
                    smtp.login(unquote(server.username), unquote(server.password or ""))
                smtp.send_message(mail, to_addrs=[notice.recipient])
                _say_goodbye(smtp)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            raise _verdict(error) from error
        except smtplib.SMTPSenderRefused as error:  # of our mailbox: whatever the notice
            raise SenderAway(f"SMTP {error.smtp_code} MAIL FROM") from error
        except (OSError, smtplib.SMTPException) as error:
            raise SenderAway(type(error).__name__) from error

    return send


def _say_goodbye(smtp: smtplib.SMTP) -> None:
    """The mail is taken, whatever the server answers from now on."""
    with suppress(OSError, smtplib.SMTPException):
        smtp.quit()


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
    """Raises :class:`Refused` for what is no mailbox: asking the server would tell us no more."""
    if not ADDRESS.fullmatch(notice.recipient):
        raise Refused(NO_ADDRESS)
    mail = EmailMessage()
    mail["From"], mail["To"] = settings.mail_from, notice.recipient
    mail["Subject"] = " ".join(notice.subject.split())  # of one line (RFC 5322, section 2.2)
    mail["Date"] = formatdate(localtime=True)
    mail["Message-ID"] = f"<{notice.uid}@{settings.mail_from.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(notice.text)
    return mail


def _verdict(error: smtplib.SMTPException) -> Exception:
    """RFC 5321, section 4.2.1: 4yz says come back, 5yz says never. What is said of a recipient concerns this notice,
    what is said of the mail (no room, an error there) may concern each."""
    codes = [code for code, _words in error.recipients.values()] if hasattr(error, "recipients") else []
    code = (codes or [getattr(error, "smtp_code", 0)])[0]
    if code >= 500:
        return Refused(f"SMTP {code}")
    is_of_one = isinstance(error, smtplib.SMTPRecipientsRefused) and code != CLOSING
    return Later(f"SMTP {code}") if is_of_one else SenderAway(f"SMTP {code}")


def texter(settings: Settings) -> Sender:
    """``POST EXAMOPS_SMS_URL`` with ``{"to", "text", "kind"}`` as JSON, ``Authorization: Bearer`` and
    ``Idempotency-Key``; any 2xx is taken; 408, 425, 429, 5xx and what speaks of the token or the address (3xx, 401,
    403, 404, 405, 407) come again; other answers refuse the message. Nothing but the status is read of an answer."""
    pool = urllib3.PoolManager(timeout=TIMEOUT_S, retries=False)
    headers = {"Authorization": f"Bearer {settings.sms_token}"} if settings.sms_token else {}

    def send(notice: Outgoing) -> None:
        if not NUMBER.fullmatch(notice.recipient):
            raise Refused(NO_ADDRESS)
        body = {"to": notice.recipient, "text": notice.text, "kind": notice.kind}
        try:
            answer = pool.request(
                "POST",
                settings.sms_url,
                json=body,
                headers={**headers, "Idempotency-Key": notice.uid},
                preload_content=False,  # a body that is cut off unsays no status
            )
            answer.close()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise SenderAway(type(error).__name__) from error
        status = answer.status
        if status >= 500 or status in TRY_AGAIN | OUR_FAULT or 300 <= status < 400:
            raise SenderAway(f"HTTP {status}")
        if status >= 400:
            raise Refused(f"HTTP {status}")

    return send
