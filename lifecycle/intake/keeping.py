"""What adapters keep of a delivery: the key of its deeds, and its answer in the deed's own transaction."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from lifecycle import store
from lifecycle.intake.adapter import Answer, Incoming, Sentence
from lifecycle.store.sources import SourceRow


def key_of(source: SourceRow, incoming: Incoming) -> str:
    """The key of what a stored delivery does: taken again it is the same deed."""
    return f"in:{source.id}:{incoming.delivery_id}"


def keep(conn: Connection, incoming: Incoming, answer: Answer, at: datetime) -> None:
    """Store the answer in the transaction of the deed itself: then a crash cannot part them."""
    store.deliveries.change(
        conn,
        incoming.delivery_id,
        state="done",
        done_at=at,
        answer=as_json(answer),
        error={},
        client_id=answer.client_id,
    )


def as_json(answer: Answer) -> dict[str, Any]:
    """An answer as it is stored."""
    body = answer.body.decode("utf-8", "replace") if isinstance(answer.body, bytes) else answer.body
    kept = {"status": answer.status, "body": body, "content_type": answer.content_type}
    return kept | ({"says": dataclasses.asdict(answer.says)} if answer.says is not None else {})


def from_json(kept: Mapping[str, Any]) -> Answer:
    """A stored answer, as it was given the first time."""
    says = Sentence(**kept["says"]) if "says" in kept else None
    return Answer(kept["status"], kept["body"], kept["content_type"], kept=True, says=says)
