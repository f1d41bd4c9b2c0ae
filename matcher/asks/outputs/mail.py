"""Drafts for mail programs: a file to open there, or an address to click. Nothing is sent."""

from __future__ import annotations

from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import quote

from matcher.asks.drafts import Draft
from matcher.asks.errors import NotAMail
from matcher.asks.facts import User

MAILTO_LIMIT = 1_800
"""Characters of a mailto address beyond which some programs cut it or do nothing."""


def eml(draft: Draft, sender: User) -> bytes:
    """An .eml file: one recipient, no copies, and a mark by which Outlook opens it as a draft.

    Raises:
        NotAMail: the draft is for another channel, or its recipient has no usable address.
    """
    message = EmailMessage(policy=policy.SMTP)
    message["To"] = Address(_header(draft.recipient or ""), addr_spec=recipient(draft))
    if sender.email:
        name = sender.name.value if sender.name else ""
        message["From"] = Address(_header(name), addr_spec=_plain(sender.email.value))
    if draft.subject:
        message["Subject"] = _header(draft.subject)
    message["X-Unsent"] = "1"
    message.set_content(draft.full_body, cte="quoted-printable")
    return bytes(message)


def mailto(draft: Draft) -> str:
    """A mailto address (RFC 6068) with the subject and the body in it.

    Raises:
        NotAMail: see `eml`; also a draft that is too long for it.
    """
    fields = {"subject": draft.subject or "", "body": draft.full_body.replace("\n", "\r\n")}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items() if value)
    address = f"mailto:{quote(recipient(draft), safe='@')}?{query}"
    if len(address) > MAILTO_LIMIT:
        raise NotAMail(
            f"{draft.template} makes a mailto address of {len(address):,} characters, and many "
            f"programs cut it at {MAILTO_LIMIT:,}. Use the .eml file."
        )
    return address


def recipient(draft: Draft) -> str:
    """The one address a draft goes to, as a mail header may carry it.

    Raises:
        NotAMail: see `eml`.
    """
    if draft.channel != "email":
        raise NotAMail(f"{draft.template} is no e-mail but for: {draft.channel.replace('_', ' ')}.")
    if draft.address is None:
        raise NotAMail(f"{draft.template} has nobody to go to: no e-mail address is known.")
    return _plain(draft.address)


def _header(text: str) -> str:
    """Text that is nothing but text. The email package decodes what looks like an encoded word
    (RFC 2047) in a value it is given, line ends and all."""
    return text.replace("=?", "= ?")


def _plain(address: str) -> str:
    local, _, domain = address.rpartition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode('ascii')}"
        plain.encode("ascii")
        return Address(addr_spec=plain).addr_spec
    except (UnicodeError, ValueError, IndexError):
        raise NotAMail("The e-mail address is one that a mail header cannot carry.") from None
