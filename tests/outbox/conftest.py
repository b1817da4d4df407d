"""Another system, listening."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.receiver import Receiver, listening


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of messages at an address of this machine."""
    with listening() as told:
        yield told
