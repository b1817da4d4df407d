"""May something be sold to this client today? (spec: lifecycle, section 8): a row for every row there."""

from __future__ import annotations

import pytest

from tests.lifecycle.given import a_client


def stranger():
    return a_client().inquired("2026-01-01")


def former():
    """Covered on 1 January 2026 only."""
    return a_client().bought(on="2026-01-01", days=1).activated(on="2026-01-01")


@pytest.mark.parametrize(
    ("client", "on", "answer"),
    [
        (former(), "2026-01-01", "allowed"),
        (former(), "2026-01-18", "allowed"),
        (former(), "2026-04-01", "allowed"),
        (former(), "2026-04-02", "move_to_guest"),
        (stranger().refused("2026-01-02"), "2026-01-02", "allowed"),
        (former().moved_to_guest("2026-05-01"), "2026-05-01", "allowed"),
        (stranger().toured("2026-01-02"), "2026-01-02", "promote"),
        (stranger().toured("2026-01-02").refused("2026-01-03"), "2026-01-03", "allowed"),
        (stranger().toured("2026-01-02").promoted("2026-01-03"), "2026-01-19", "allowed"),
        (stranger().toured("2026-01-02").promoted("2026-01-03"), "2026-01-20", "promote"),
        (stranger(), "2026-01-02", "move_to_guest"),
        (stranger().archived("2026-01-02"), "2026-01-02", "move_to_guest"),
        (former().archived("2026-01-02"), "2026-01-02", "allowed"),
    ],
)
def test_the_gate_answers_by_the_first_row_that_holds(client, on, answer):
    assert client.on(on).sale == answer


def test_a_refused_former_client_is_sold_to_where_a_lost_deal_counts_as_lost():
    client = a_client(deal_lost_status="lost").purchased("2026-01-01")

    client.moved_to_guest("2026-05-01").refused("2026-05-02")

    assert (client.on("2026-05-02").status, client.on("2026-05-02").sale) == ("lost", "allowed")
