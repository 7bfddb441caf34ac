"""Secrets of webhooks: made once, kept sealed, and what is signed with them.

Source: Standard Webhooks 1.0 (standardwebhooks.com).
"""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime

from standardwebhooks import Webhook as Signer

from shared.sealing.envelope import Place

_BYTES = 32
_PREFIX = "whsec_"
# Where secrets stand, sealed: the one that signs, and the one it replaced.
SECRET = Place("webhooks", "sealed_secret")
PREVIOUS = Place("webhooks", "sealed_previous")


def new_secret() -> str:
    """Return a new secret as subscribers' libraries expect it."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


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
