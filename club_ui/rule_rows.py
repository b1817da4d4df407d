"""The flat shapes of the rules of automatic cards: when each makes one, for whom, how it ends, what it made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final

from club_ui import theme
from club_ui.i18n import decimal, moment, text
from club_ui.rows import Chip, chip
from lifecycle.actions.rules import Rule
from lifecycle.automation import AT_ONCE, TODAY, WHO
from lifecycle.days import Day, as_date
from lifecycle.policy import Policy
from lifecycle.store.counted import CountedRow, OrderRow

#: Numbers kept in tenths are typed and read as decimals.
TENTHS: Final = "_tenths"


@dataclass
class RuleRow:
    """A rule in the reader's language: its sentences, how it is tuned, what it made, what it would make."""

    code: str
    cause: Chip
    on: bool
    when: str
    due: str
    who: str
    starts: str
    ends: str
    made: str
    became: str
    href: str
    counted: str
    count: int


@dataclass
class WhoRow:
    """Somebody about whom a card is counted."""

    id: str
    name: str
    stage: Chip


@dataclass
class OrderLine:
    """An order to make counted cards, and how far it is."""

    id: str
    says: str
    done: bool


@dataclass
class RuleForm:
    """What the form of a rule begins with."""

    status: str = ""
    who: str = ""
    numbers: dict[str, str] = field(default_factory=dict)


def rule_row(language: str, rule: Rule, policy: Policy, statuses: Mapping[str, str], people: Mapping[str, str]) -> RuleRow:
    """A rule as its box shows it; `people` are those who may be chosen for its cards."""
    card, look = rule.card, theme.CAUSE[rule.card.code]
    return RuleRow(
        code=card.code,
        cause=Chip(card.code, text(language, f"cause.{card.code}"), look.hue, look.icon),
        on=rule.on,
        when=_when(language, rule, policy),
        due=_due(language, card.due, policy),
        who=people.get(rule.who) or text(language, f"rule_who.{rule.who if rule.who in WHO else 'gone'}"),
        starts=statuses.get(rule.status or "", ""),
        ends=_ends(language, card.withdrawn),
        made=text(language, "rules.made", count=rule.lately.made),
        became=_became(language, rule),
        href=f"/board?cause={card.code}",
        counted=text(language, "rules.counted", count=rule.counted),
        count=rule.counted,
    )


def _when(language: str, rule: Rule, policy: Policy) -> str:
    """When it makes a card, with the numbers it goes by; the first of them decides the form of a word."""
    values = {name: getattr(policy, name) for name in rule.card.numbers}
    values |= {name: value for name, value in rule.numbers.items() if not name.endswith(TENTHS)}
    shown = {name: decimal(language, value) for name, value in rule.numbers.items() if name.endswith(TENTHS)}
    return text(language, f"rule_when.{rule.card.code}", **{"count": next(iter(values.values()), 0), **values, **shown})


def _due(language: str, due: str, policy: Policy) -> str:
    if due in (TODAY, AT_ONCE):
        return text(language, f"rule_due.{due}")
    return text(language, "rule_due.later", count=getattr(policy, due))


def _ends(language: str, codes: tuple[str, ...]) -> str:
    if not codes:
        return text(language, "rules.lasts")
    return ", ".join(text(language, f"rule_end.{code}") for code in codes)


def _became(language: str, rule: Rule) -> str:
    """What became of those made lately; nothing where there are none."""
    lately = rule.lately
    told = {"open": lately.open, "gone": lately.withdrawn, "ended": lately.ended}
    return text(language, "rules.became", **told) if lately.made else ""


def who_row(language: str, one: CountedRow, stage: str) -> WhoRow:
    """A client of a counted card."""
    return WhoRow(str(one.client_id), one.name, chip(language, "stage", stage))


def order_line(language: str, order: OrderRow, zone: tzinfo, today: Day) -> OrderLine:
    """An order as a line."""
    when = moment(language, order.at.astimezone(zone), today=as_date(today))
    spread = text(language, "rules.over_days", count=order.days)
    ordered = text(language, "rules.ordered", count=order.count, who=order.by, when=when)
    return OrderLine(str(order.id), f"{ordered}, {spread}. {text(language, 'rules.order_made', count=order.made)}", order.over)


def form_of(language: str, rule: Rule) -> RuleForm:
    """How a rule is tuned now, as it is typed."""
    numbers = {name: decimal(language, value) if name.endswith(TENTHS) else str(value) for name, value in rule.numbers.items()}
    return RuleForm(rule.status or "", rule.who, numbers)


def typed_number(name: str, typed: str) -> int | str:
    """What was typed as a rule takes it; what cannot be read is left as it is, for the door to refuse."""
    whole, _, rest = typed.strip().replace(",", ".").partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) < 7):
        return typed
    if not name.endswith(TENTHS):
        return typed if rest else int(whole)
    if rest and not (rest.isascii() and rest.isdigit() and len(rest) == 1):
        return typed
    return int(whole) * 10 + int(rest or 0)
