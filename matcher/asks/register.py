"""Identities as an office's register knows them: HMAC-SHA-256 (RFC 2104) under the office's key.

Whoever reads the register without the key learns nobody's name from it, and cannot try names out
either. What digests are made of is the same in every client's files: profile and e-mail
addresses, and where there are none the name with the employer.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

KEY_BYTES = 32


def identities(keys: Iterable[str], emails: Iterable[str], secret: bytes) -> list[str]:
    """The digests of one person.

    Args:
        keys: what files know them by (`linkedin:…`, `email:…`, `card:…`, `name:…`).
        emails: all their addresses.
        secret: the office's key.
    """
    known = {key for key in keys if not key.startswith("name:")}
    known |= {f"email:{mail.casefold()}" for mail in emails}
    surest = {key for key in known if not key.startswith("card:")} or known
    return sorted(
        hmac.new(secret, key.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
        for key in surest
    )
