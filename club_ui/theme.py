"""What each code looks like: hue and icon, in one table per family (the word is `<family>.<code>`).

Pages, charts and tests read the same tables. A hue is a name of `assets/club.css`, an icon one of
`assets/icons.svg`. Nothing here knows a rule.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Look(NamedTuple):
    """A hue of the stylesheet and an icon of the sprite."""

    hue: str
    icon: str


HUES: Final = (
    "deal_lost", "potential", "guest", "not_activated", "active", "to_renew", "not_renewed", "churn", "lost",
    "archive", "danger", "accent", "tomorrow", "this_week", "later",
)

FOLDER: Final = {
    "active": Look("active", "dumbbell"),
    "not_activated": Look("not_activated", "ticket"),
    "to_renew": Look("to_renew", "hourglass"),
    "not_renewed": Look("not_renewed", "calendar-x-2"),
    "potential": Look("potential", "user-round-plus"),
    "guest": Look("guest", "door-open"),
    "deal_lost": Look("deal_lost", "circle-x"),
    "lost": Look("lost", "user-round-x"),
    "churn": Look("churn", "log-out"),
    "archive": Look("archive", "archive"),
}

STATUS: Final = {
    "active": Look("active", "circle-check-big"),
    "potential": Look("potential", "circle-dashed"),
    "lost": Look("lost", "circle-minus"),
}

#: The lanes of a screen, in the order a life goes through them.
LANES: Final = {
    "potential": ("potential", "guest", "deal_lost"),
    "active": ("active", "not_activated", "to_renew", "not_renewed"),
    "lost": ("lost", "churn", "archive"),
}

STAGE: Final = {
    "lead": Look("potential", "contact"),
    "new": Look("guest", "calendar-plus"),
    "active": Look("active", "footprints"),
    "archived": Look("archive", "archive"),
}

RELATION: Final = {
    "new": Look("potential", "sparkles"),
    "in_progress": Look("guest", "messages-square"),
    "current": Look("active", "badge-check"),
    "returned": Look("not_activated", "rotate-ccw"),
    "departed": Look("lost", "log-out"),
    "foreign": Look("deal_lost", "flag"),
    "not_target": Look("archive", "ban"),
    "liquidated": Look("danger", "building-2"),
}

WARMTH: Final = {"warm": Look("not_renewed", "flame"), "cold": Look("potential", "snowflake")}

SALE: Final = {
    "allowed": Look("active", "banknote"),
    "move_to_guest": Look("archive", "lock"),
    "promote": Look("archive", "lock"),
}

COLUMN: Final = {
    "unsorted": Look("archive", "inbox"),
    "overdue": Look("danger", "alarm-clock"),
    "today": Look("accent", "sun"),
    "tomorrow": Look("tomorrow", "sunrise"),
    "this_week": Look("this_week", "calendar-range"),
    "later": Look("later", "calendar-clock"),
}

CAUSE: Final = {
    "incoming_call": Look("accent", "phone-incoming"),
    "site_lead": Look("potential", "globe"),
    "contract_expiring": Look("to_renew", "timer"),
    "debt": Look("danger", "wallet-cards"),
    "payment_failed": Look("danger", "credit-card"),
    "unpaid_contract": Look("danger", "zap"),
    "sale_past_gate": Look("danger", "shield"),
    "renewal": Look("to_renew", "hourglass"),
    "not_renewed": Look("not_renewed", "calendar-x-2"),
    "activate": Look("not_activated", "ticket"),
    "guest_follow_up": Look("guest", "door-open"),
    "missed_call": Look("danger", "phone-missed"),
    "complaint": Look("danger", "message-square-warning"),
    "company_liquidated": Look("danger", "building-2"),
    "rhythm": Look("to_renew", "heart-pulse"),
    "win_back": Look("churn", "log-out"),
    "manual": Look("archive", "square-kanban"),
}

STEP: Final = {
    "call": Look("accent", "phone"),
    "message": Look("accent", "message-square-text"),
    "email": Look("accent", "mail"),
    "meeting": Look("accent", "users-round"),
    "other": Look("accent", "circle-dot"),
}

RESULT: Final = {
    "done": Look("active", "check"),
    "refused": Look("deal_lost", "circle-x"),
    "not_needed": Look("archive", "minus"),
}

#: What happened to a card.
CARD_EVENT: Final = {
    "made": Look("not_renewed", "zap"),
    "comment": Look("accent", "message-square-text"),
    "moved": Look("tomorrow", "arrow-right"),
    "changed": Look("archive", "pencil"),
    "no_answer": Look("danger", "phone-off"),
    "handed": Look("guest", "user-round-check"),
    "stage": Look("to_renew", "hourglass"),
    "shown": Look("danger", "eye"),
    "gone": Look("archive", "minus"),
    "back": Look("not_renewed", "rotate-ccw"),
    "returned": Look("active", "badge-check"),
    "return_undone": Look("archive", "undo-2"),
    "closed": Look("active", "check"),
    "withdrawn": Look("archive", "circle-minus"),
}

FACT: Final = {
    "inquiry": Look("potential", "message-circle"),
    "guest_visit": Look("guest", "door-open"),
    "moved_to_guest": Look("guest", "door-open"),
    "promoted": Look("active", "sparkles"),
    "membership_sold": Look("not_activated", "banknote"),
    "membership_activated": Look("active", "ticket"),
    "membership_extended": Look("active", "calendar-plus"),
    "membership_frozen": Look("guest", "snowflake"),
    "membership_ended": Look("danger", "circle-x"),
    "visit": Look("active", "footprints"),
    "purchase": Look("active", "shopping-bag"),
    "trial_booked": Look("potential", "star"),
    "contact": Look("accent", "phone"),
    "complaint": Look("danger", "message-square-warning"),
    "warmth_set": Look("not_renewed", "flame"),
    "marked": Look("archive", "flag"),
    "archived": Look("archive", "archive"),
    "restored": Look("active", "rotate-ccw"),
    "contract_started": Look("not_activated", "file-text"),
    "contract_cancelled": Look("archive", "circle-x"),
    "autopay_withdrawn": Look("danger", "credit-card"),
    "payment": Look("to_renew", "credit-card"),
    "service_used": Look("active", "heart-pulse"),
    "voided": Look("archive", "undo-2"),
}

MEMBERSHIP: Final = {
    "bought": Look("not_activated", "ticket"),
    "future": Look("guest", "calendar-clock"),
    "held": Look("active", "circle-check-big"),
    "frozen": Look("guest", "snowflake"),
    "over": Look("archive", "history"),
    "void": Look("archive", "ban"),
}

CONTRACT: Final = {
    "started": Look("to_renew", "clock"),
    "part_paid": Look("to_renew", "hand-coins"),
    "paid": Look("active", "circle-check-big"),
    "running": Look("active", "refresh-cw"),
    "in_debt": Look("danger", "wallet-cards"),
    "cancelled": Look("archive", "ban"),
    "refunded": Look("archive", "undo-2"),
    "terminated": Look("archive", "circle-x"),
}

PACK: Final = {
    "unpaid": Look("to_renew", "clock"),
    "open": Look("active", "heart-pulse"),
    "used_up": Look("archive", "check"),
    "over": Look("archive", "history"),
    "refunded": Look("archive", "undo-2"),
}

DEED: Final = {
    "sell": Look("accent", "banknote"),
    "renew": Look("accent", "banknote"),
    "record_visit": Look("accent", "calendar-check"),
    "record_purchase": Look("accent", "shopping-bag"),
    "record_contact": Look("accent", "phone"),
    "record_guest_visit": Look("accent", "door-open"),
    "book_trial": Look("accent", "calendar-plus"),
    "activate_membership": Look("accent", "ticket"),
    "extend_membership": Look("accent", "calendar-plus"),
    "freeze_membership": Look("accent", "snowflake"),
    "end_membership": Look("danger", "circle-x"),
    "move_to_guest": Look("accent", "door-open"),
    "promote": Look("accent", "sparkles"),
    "archive": Look("accent", "archive"),
    "restore": Look("accent", "rotate-ccw"),
    "mark": Look("accent", "flag"),
    "set_warmth": Look("accent", "flame"),
    "complain": Look("accent", "message-square-warning"),
    "refuse": Look("accent", "circle-x"),
    "inquiry": Look("accent", "message-circle"),
    "change_client": Look("accent", "pencil"),
    "take_payment": Look("accent", "banknote"),
    "refund": Look("accent", "undo-2"),
    "cancel_contract": Look("danger", "ban"),
    "withdraw_autopay": Look("accent", "credit-card"),
    "use_service": Look("accent", "heart-pulse"),
    "forget_means": Look("danger", "trash-2"),
    "make_card": Look("accent", "square-kanban"),
    "give_consent": Look("accent", "check"),
    "do_not_contact": Look("danger", "ban"),
    "give_access_card": Look("accent", "id-card"),
}

PROCESS: Final = {
    "acquire": Look("potential", "user-round-plus"),
    "serve": Look("active", "dumbbell"),
    "renew": Look("to_renew", "hourglass"),
    "win_back": Look("churn", "log-out"),
    "reacquire": Look("guest", "rotate-ccw"),
}

#: What became of a consent.
CONSENT: Final = {
    "given": Look("active", "check"),
    "withdrawn": Look("churn", "circle-x"),
    "never": Look("archive", "minus"),
}

#: What an outside system does for the club, and what became of what it sent.
ROOM: Final = {
    "leads": Look("potential", "globe"),
    "telephony": Look("accent", "phone"),
    "payments": Look("guest", "credit-card"),
    "door": Look("active", "door-open"),
    "till": Look("to_renew", "receipt"),
    "register": Look("danger", "building-2"),
}
DELIVERY: Final = {
    "received": Look("accent", "clock"),
    "done": Look("active", "check"),
    "failed": Look("danger", "triangle-alert"),
    "aside": Look("archive", "archive"),
}
#: Another system that hears of changes, and one message to it.
RECEIVER: Final = {
    "on": Look("active", "check"),
    "failing": Look("danger", "triangle-alert"),
    "off": Look("archive", "pause"),
}
MESSAGE: Final = {
    "waiting": Look("to_renew", "clock"),
    "done": Look("active", "check"),
    "failed": Look("danger", "triangle-alert"),
}

CONNECTION: Final = {
    "on": Look("active", "wifi"),
    "behind": Look("to_renew", "wifi"),
    "off": Look("danger", "wifi-off"),
}

FAMILIES: Final = {
    "folder": FOLDER,
    "status": STATUS,
    "stage": STAGE,
    "relation": RELATION,
    "warmth": WARMTH,
    "sale": SALE,
    "column": COLUMN,
    "cause": CAUSE,
    "step": STEP,
    "result": RESULT,
    "card_event": CARD_EVENT,
    "fact": FACT,
    "membership": MEMBERSHIP,
    "contract": CONTRACT,
    "pack": PACK,
    "deed": DEED,
    "process": PROCESS,
    "consent": CONSENT,
    "room": ROOM,
    "delivery": DELIVERY,
    "receiver": RECEIVER,
    "message": MESSAGE,
    "connection": CONNECTION,
}
