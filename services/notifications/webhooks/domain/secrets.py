"""Secrets of webhooks: made once, kept sealed, and what is signed with them.

Source: Standard Webhooks 1.0 (standardwebhooks.com).
"""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from standardwebhooks import Webhook as Signer

_BYTES = 32
_PREFIX = "whsec_"


def new_secret() -> str:
    """Return a new secret as subscribers' libraries expect it."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


class Seal:
    """Seals secrets with a key of its own, derived from the service's sealing key."""

    def __init__(self, sealing_key: str) -> None:
        """Derive the key; what is sealed for other purposes cannot be opened with it."""
        derived = HKDF(SHA256(), 32, salt=None, info=b"wuxing webhook secrets")
        self._box = Fernet(base64.urlsafe_b64encode(derived.derive(sealing_key.encode())))

    def close(self, secret: str) -> str:
        """Return the sealed form, which may be stored."""
        return self._box.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return the secret; raises InvalidToken under another key."""
        return self._box.decrypt(sealed.encode()).decode()


def headers(message_id: str, moment: datetime, body: str, valid: Sequence[str]) -> dict[str, str]:
    """Return the headers of one attempt, signed with every secret that is valid now.

    `moment` is the real time of the attempt: receivers refuse what is 5 minutes off.
    """
    signatures = [Signer(secret).sign(message_id, moment, body) for secret in valid]
    return {
        "content-type": "application/json",
        "user-agent": "Wuxing-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
