"""The numbers and switches of the club: data, dated, editable by the owner (spec: lifecycle, section 4).

To add a number: one field in `Policy`. Its word and its heading are then asked for by the tests, and
the settings page lists it by itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

from lifecycle.days import Day
from lifecycle.errors import BadInput, FieldError, shown

LEAST: Final = 1
# Nearly three thousand years: more would not fit a column together with a day.
MOST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Policy:
    """What the club has decided, in days unless the name says otherwise."""

    renew_before_days: int = 14
    grace_days: int = 16
    churn_days: int = 90
    returned_days: int = 90
    activate_on_visit: bool = True
    deal_lost_status: str = "potential"
    warm_call_every_days: int = 14
    cold_call_every_days: int = 30
    contract_card_before_days: int = 1
    termination_card_before_days: int = 10
    unpaid_card_after_minutes: int = 15
    debt_days: int = 30
    activation_card_after_days: int = 30
    renewal_card_due_days: int = 3
    win_back_attempts: int = 6
    win_back_show_manager_days: int = 2
    win_back_hand_over_days: int = 5

    @classmethod
    def of(cls, overrides: Mapping[str, Any] | None = None) -> Policy:
        """The defaults with these keys replaced. Raises BadInput naming every key it cannot take."""
        return DEFAULTS.but(overrides or {})

    def but(self, overrides: Mapping[str, Any]) -> Policy:
        """This policy with these keys replaced. Raises BadInput naming every key it cannot take."""
        if not isinstance(overrides, Mapping):
            raise BadInput.of("policy", "not_an_object")
        errors = [error for name, value in overrides.items() if (error := _refusal(name, value))]
        if errors:
            raise BadInput(errors)
        policy = replace(self, **overrides)
        errors = [error for pair in PAIRS if (error := pair.refusal(policy))]
        if errors:
            raise BadInput(errors)
        return policy

    def values(self) -> dict[str, Any]:
        """Every key with its value, as it is stored."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of the policy as a settings page shows it. `kind`: number, switch or choice."""

    name: str
    kind: str
    default: Any
    unit: str | None = None
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two numbers of which the first stays below the second (or may equal it)."""

    lower: str
    upper: str
    may_equal: bool

    def refusal(self, policy: Policy) -> FieldError | None:
        """The error where the two stand the wrong way round."""
        lower, upper = getattr(policy, self.lower), getattr(policy, self.upper)
        if lower < upper or (self.may_equal and lower == upper):
            return None
        code = "not_above" if self.may_equal else "not_below"
        return FieldError(self.lower, code, {"value": lower, "other": self.upper, "limit": upper})


PAIRS: Final = (
    Pair("grace_days", "churn_days", may_equal=False),
    Pair("win_back_show_manager_days", "win_back_hand_over_days", may_equal=False),
    Pair("contract_card_before_days", "renew_before_days", may_equal=True),
)

CHOICES: Final[dict[str, tuple[str, ...]]] = {"deal_lost_status": ("potential", "lost")}

DEFAULTS: Final = Policy()


def _unit(name: str) -> str:
    return name.rsplit("_", 1)[-1]


def _setting(name: str, default: Any) -> Setting:
    if isinstance(default, bool):
        return Setting(name, "switch", default)
    if name in CHOICES:
        return Setting(name, "choice", default, choices=CHOICES[name])
    return Setting(name, "number", default, unit=_unit(name), least=LEAST, most=MOST)


SETTINGS: Final = {one.name: _setting(one.name, getattr(DEFAULTS, one.name)) for one in fields(Policy)}


def _refusal(name: str, value: Any) -> FieldError | None:
    """The error of one key, judged by itself."""
    setting = SETTINGS.get(name)
    if setting is None:
        return FieldError(shown(name), "unknown_setting", {"name": shown(name)})
    if setting.kind == "switch":
        return None if isinstance(value, bool) else FieldError(name, "bad_switch", {"value": shown(value)})
    if setting.kind == "choice":
        known = isinstance(value, str) and value in setting.choices
        return (
            None
            if known
            else FieldError(name, "bad_choice", {"value": shown(value), "choices": setting.choices})
        )
    whole = isinstance(value, int) and not isinstance(value, bool)
    if whole and LEAST <= value <= MOST:
        return None
    return FieldError(name, "bad_number", {"value": shown(value), "least": LEAST, "most": MOST})


class Policies:
    """The club's policies by the day from which each holds. Before the first one, the first holds."""

    __slots__ = ("_policies", "first_days", "only")

    def __init__(self, versions: Sequence[tuple[Day, Policy]]) -> None:
        """Takes (first day, policy) in any order; of two for the same day the later given holds."""
        if not versions:
            raise ValueError("a club has at least one policy")
        by_day = dict(sorted(versions, key=lambda version: version[0]))
        self.first_days: tuple[Day, ...] = tuple(by_day)
        self._policies: tuple[Policy, ...] = tuple(by_day.values())
        # Nearly every club has one policy, and the fold asks for it at every visit.
        self.only: Policy | None = self._policies[0] if len(self._policies) == 1 else None

    @classmethod
    def always(cls, policy: Policy = DEFAULTS) -> Policies:
        """One policy for every day."""
        return cls([(1, policy)])

    @property
    def versions(self) -> tuple[tuple[Day, Policy], ...]:
        """(first day, policy), earliest first."""
        return tuple(zip(self.first_days, self._policies, strict=True))

    def on(self, day: Day) -> Policy:
        """The policy in force on that day."""
        if self.only is not None:
            return self.only
        return self._policies[max(bisect_right(self.first_days, day) - 1, 0)]

    def one_grace_since(self, day: Day) -> bool:
        """Whether `grace_days` stay from that day on what they are on it: a summary then holds until the next fact."""
        if self.only is not None:
            return True
        grace_days = self.on(day).grace_days
        return all(self.on(first).grace_days == grace_days for first in self.starts_after(day))

    def starts_after(self, day: Day) -> tuple[Day, ...]:
        """The first days of the versions that begin later than that day, earliest first."""
        return self.first_days[max(bisect_right(self.first_days, day), 1) :]
