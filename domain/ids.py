"""Public ids: a prefix that names the kind, and a UUID (systems.md §40)."""

import re
from enum import StrEnum
from uuid import UUID, uuid5

import uuid_utils

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")


class Prefix(StrEnum):
    """The kinds of things that have public ids in this installation."""

    ACCOUNT = "acc"
    SHOP = "chl"
    PRODUCT = "prt"
    ORDER = "txn"
    HAND_OVER = "hov"
    INVITATION = "inv"
    REVIEW = "rev"
    DECISION = "sor"
    CASE = "mod"
    NOTICE = "ntc"
    COMPLAINT = "cpl"
    PROOF = "prf"
    CLIENT = "cli"
    WIDGET = "wdg"
    INTEGRATION = "int"
    IMPORT = "imp"
    MAIL = "mai"
    USER = "usr"
    OFFER = "off"
    SIGN_UP = "sup"
    SESSION = "ses"
    PASSKEY = "psk"
    BOOKING = "bkg"
    WEBHOOK = "whk"
    DELIVERY = "msg"
    PUSH = "psh"
    REPLY_TEMPLATE = "rtp"
    UPLOAD = "upl"
    ORDER_HOOK = "ohk"
    PICTURE = "pic"
    INVITE_RULE = "irl"
    EVENT = "evt"
    EVENT_TYPE = "ety"
    INVITE_TEMPLATE = "ivt"
    QUESTIONNAIRE_TEMPLATE = "qrt"
    QUESTIONNAIRE = "qre"
    HOLD = "hld"
    SOURCE = "src"
    SIGNAL_CASE = "sig"
    GROUP = "grp"
    GROUP_REQUEST = "grq"
    PERSON_REQUEST = "prq"
    CERTIFICATE = "crt"
    MARK_REPORT = "mrp"
    CLAIM = "clm"
    AUDIT = "aud"
    AUDIT_DECISION = "adc"
    FINDING_FILE = "fnf"
    STAFF_TASK = "stk"
    PAYOUT = "pay"
    PAYOUT_RUN = "prn"
    RECOURSE = "rcs"
    CLAIM_DOCUMENT = "cdc"
    TICKET = "tkt"
    LAW_LETTER = "law"
    BUYER_LINK = "byl"
    GUARANTOR = "gua"
    PROTECTION = "ptn"
    FRAME_REVIEW = "frv"


def new(prefix: Prefix) -> str:
    """A new id such as ``rev-0192…``; version 7, so ids sort by the time they were made."""
    return f"{prefix}-{uuid_utils.uuid7()}"


def derived(prefix: Prefix, source: str, name: str) -> str:
    """The id of something that stands in no table: always the same for a source id and a name."""
    return f"{prefix}-{uuid5(UUID(source.partition('-')[2]), f'{prefix}:{name}')}"


def is_valid(prefix: Prefix, text: str) -> bool:
    """Whether ``text`` has this prefix and a lower-case UUID of any version."""
    head, _, tail = text.partition("-")
    return head == prefix and _UUID.match(tail) is not None
