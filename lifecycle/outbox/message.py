"""What another system hears of a change: the same in the API and in what is sent to it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lifecycle.store.changes import ChangeRow


def instant(at: datetime) -> str:
    """ISO 8601 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def change(row: ChangeRow, codes: Mapping[int, str]) -> dict[str, Any]:
    """A change; `codes` are those of the branches."""
    return {
        "id": row.id,
        "client": None if row.client_id is None else str(row.client_id),
        "at": instant(row.at),
        "what": row.what,
        "reason": row.reason,
        "branch": None if row.branch_id is None else codes.get(row.branch_id),
        "fact": None if row.fact_id is None else str(row.fact_id),
        "before": row.before,
        "after": row.after,
    }


def body(row: ChangeRow, codes: Mapping[int, str]) -> bytes:
    """The body of one message: the same bytes however often it is sent."""
    return json.dumps(change(row, codes), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def signature(secret: str, stamp: str, words: bytes) -> str:
    """The HMAC-SHA256 of the timestamp, a full stop and the body, as hexadecimal digits."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + words, hashlib.sha256).hexdigest()
