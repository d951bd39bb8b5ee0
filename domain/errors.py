"""Every way a rule can say no, as one tree with stable codes.

TrustwrightError
├── Malformed                      the request cannot be read                      400
│   ├── ShopKeyMalformed           TS_ID_INVALID (systems.md §1)
│   ├── CursorUnknown              CURSOR_UNKNOWN
│   ├── ParameterInvalid           PARAMETER_INVALID
│   └── InvitationMalformed        INVITATION_MALFORMED
├── NotAllowed                     the caller may not do this                      403
│   ├── InvitationForged           INVITATION_FORGED
│   ├── LoginNeeded                LOGIN_NEEDED (legacy-api.md 1.6)
│   ├── ShopForeign                SHOP_FOREIGN (legacy-api.md 1.6)
│   ├── TransportInsecure          TRANSPORT_INSECURE (legacy-api.md 1.2)
│   ├── OriginForeign              ORIGIN_FOREIGN (embed.md 4.4)
│   ├── OrderForged                ORDER_FORGED (embed.md 4.4)
│   └── AreaRestricted             AREA_RESTRICTED (legacy-api.md P5)
├── NotFound                       there is no such thing                          404
│   ├── ShopNotFound               TS_ID_NOT_FOUND (systems.md §1)
│   ├── ShopUrlNotFound            SHOP_URL_NOT_FOUND (legacy-api.md 4.1)
│   ├── ProductNotFound            PRODUCT_NOT_FOUND
│   ├── OrderNotFound              ORDER_NOT_FOUND
│   ├── ReviewNotFound             REVIEW_NOT_FOUND
│   ├── CommentNotFound            COMMENT_NOT_FOUND
│   ├── WidgetNotFound             WIDGET_NOT_FOUND
│   ├── AccountNotFound            ACCOUNT_NOT_FOUND
│   ├── ClientNotFound             CLIENT_NOT_FOUND
│   └── PageNotFound               PAGE_NOT_FOUND
├── MethodNotAllowed               METHOD_NOT_ALLOWED                              405
├── Conflict                       the state of things forbids it                  409
│   ├── ShopExists                 SHOP_EXISTS
│   ├── SwitchNeeded               SWITCH_NEEDED
│   ├── SwitchNotConfirmed         SWITCH_NOT_CONFIRMED
│   ├── InvitationAlreadyUsed      INVITATION_ALREADY_USED
│   ├── ReviewExists               REVIEW_EXISTS
│   ├── TransitionForbidden        TRANSITION_FORBIDDEN
│   ├── ReplyForbidden             REPLY_FORBIDDEN
│   ├── ProtectionUnavailable      PROTECTION_UNAVAILABLE (systems.md §35)
│   └── FeedTooLarge               FEED_TOO_LARGE (rich-snippets.md FP5, FM2)
├── Gone                           it was possible once                            410
│   ├── InvitationExpired          INVITATION_EXPIRED
│   ├── EditingClosed              EDITING_CLOSED
│   └── ReviewGone                 REVIEW_GONE (systems.md §13)
├── TooLarge                       more than is taken at once                      413
├── MediaTypeUnsupported           MEDIA_TYPE_UNSUPPORTED                          415
├── Invalid                        a value breaks a rule                           422
│   ├── ShopInvalid                SHOP_INVALID
│   ├── ClientInvalid              CLIENT_INVALID
│   ├── WidgetInvalid              WIDGET_INVALID
│   ├── DeclarationIncomplete      DECLARATION_INCOMPLETE (systems.md §4)
│   ├── ImportRefused              IMPORT_REFUSED (systems.md §4, MIG-2)
│   ├── OrderInvalid               ORDER_INVALID
│   ├── ProductNotOnOrder          PRODUCT_NOT_ON_ORDER (LVL-8)
│   ├── LegalBasisMissing          LEGAL_BASIS_MISSING (GP-2, NEVER-14)
│   ├── MarksInvalid               MARKS_INVALID
│   ├── TextInvalid                TEXT_INVALID
│   ├── ReviewTooLate              REVIEW_TOO_LATE
│   ├── ReviewTooEarly             REVIEW_TOO_EARLY
│   ├── PageUnusable               a page cannot be checked: domain/pages.py
│   └── ReasonsMissing             REASONS_MISSING (DSA-3, NEVER-5)
├── TooMany                        too often                                       429
└── Unavailable                    try again soon; nothing was changed             503
    ├── DatabaseUnavailable        DATABASE_UNAVAILABLE
    ├── DatabaseBusy               DATABASE_BUSY
    └── DatabaseFull               DATABASE_FULL
"""

from typing import ClassVar


class TrustwrightError(Exception):
    """Base of all errors; ``code`` is stable, ``detail`` is for people, ``field`` a path."""

    code: ClassVar[str] = "ERROR"
    title: ClassVar[str] = "The request could not be carried out."

    def __init__(self, detail: str | None = None, *, field: str | None = None) -> None:
        self.detail = detail or self.title
        self.field = field
        super().__init__(self.detail)


class Malformed(TrustwrightError):
    code = "REQUEST_MALFORMED"
    title = "The request cannot be read."


class ShopKeyMalformed(Malformed):
    code = "TS_ID_INVALID"
    title = "A shop key is an X followed by 32 letters or digits."


class CursorUnknown(Malformed):
    code = "CURSOR_UNKNOWN"
    title = "The cursor is not the id of a review in this list."


class ParameterInvalid(Malformed):
    code = "PARAMETER_INVALID"
    title = "A parameter is not of the documented form."


class InvitationMalformed(Malformed):
    code = "INVITATION_MALFORMED"
    title = "The invitation link is damaged; open it from the message once more."


class NotAllowed(TrustwrightError):
    code = "NOT_ALLOWED"
    title = "This is not allowed."


class InvitationForged(NotAllowed):
    code = "INVITATION_FORGED"
    title = "The invitation link was not issued here."


class LoginNeeded(NotAllowed):
    code = "LOGIN_NEEDED"
    title = "This address needs a login e-mail and an API password that are valid."


class ShopForeign(NotAllowed):
    code = "SHOP_FOREIGN"
    title = "The shop belongs to another login."


class TransportInsecure(NotAllowed):
    code = "TRANSPORT_INSECURE"
    title = "A password is accepted over https only."


class AreaRestricted(NotAllowed):
    code = "AREA_RESTRICTED"
    title = "These figures are for the shop itself, under the restricted addresses."


class OriginForeign(NotAllowed):
    code = "ORIGIN_FOREIGN"
    title = "Orders are taken only from pages on the shop's own hosts."


class OrderForged(NotAllowed):
    code = "ORDER_FORGED"
    title = "The signature on the order is not one of this shop's."


class NotFound(TrustwrightError):
    code = "NOT_FOUND"
    title = "There is no such thing here."


class ShopNotFound(NotFound):
    code = "TS_ID_NOT_FOUND"
    title = "No shop has this key."


class ShopUrlNotFound(NotFound):
    code = "SHOP_URL_NOT_FOUND"
    title = "No shop has this web address."


class ProductNotFound(NotFound):
    code = "PRODUCT_NOT_FOUND"
    title = "The shop has no product with this SKU."


class OrderNotFound(NotFound):
    code = "ORDER_NOT_FOUND"
    title = "The shop has no order with this reference."


class ReviewNotFound(NotFound):
    code = "REVIEW_NOT_FOUND"
    title = "There is no review with this id."


class CommentNotFound(NotFound):
    code = "COMMENT_NOT_FOUND"
    title = "The review has no reply with this id."


class WidgetNotFound(NotFound):
    code = "WIDGET_NOT_FOUND"
    title = "There is no widget with this id."


class AccountNotFound(NotFound):
    code = "ACCOUNT_NOT_FOUND"
    title = "There is no account with this id."


class ClientNotFound(NotFound):
    code = "CLIENT_NOT_FOUND"
    title = "There is no API client with this id."


class PageNotFound(NotFound):
    code = "PAGE_NOT_FOUND"
    title = "There is nothing at this address."


class MethodNotAllowed(TrustwrightError):
    code = "METHOD_NOT_ALLOWED"
    title = "This address does not answer that method."


class Conflict(TrustwrightError):
    code = "CONFLICT"
    title = "The present state does not allow this."


class ShopExists(Conflict):
    code = "SHOP_EXISTS"
    title = "A shop with this key, or this domain, language and market, is already registered."


class SwitchNeeded(Conflict):
    code = "SWITCH_NEEDED"
    title = "Goods need three criteria, services one: switch the criteria system first."


class SwitchNotConfirmed(Conflict):
    code = "SWITCH_NOT_CONFIRMED"
    title = "Type the shop's domain name to confirm that its reviews start again at zero."


class InvitationAlreadyUsed(Conflict):
    code = "INVITATION_ALREADY_USED"
    title = "This invitation has been used; it now opens the review that was written with it."


class ReviewExists(Conflict):
    code = "REVIEW_EXISTS"
    title = "This purchase has been reviewed already; edit that review instead."


class TransitionForbidden(Conflict):
    code = "TRANSITION_FORBIDDEN"
    title = "The review cannot go from its present state to that one."


class ReplyForbidden(Conflict):
    code = "REPLY_FORBIDDEN"
    title = "A review that is not public cannot be replied to."


class FeedTooLarge(Conflict):
    code = "FEED_TOO_LARGE"
    title = "The review feed is larger than search engines accept."


class ProtectionUnavailable(Conflict):
    code = "PROTECTION_UNAVAILABLE"
    title = "Purchases from this shop cannot be protected; nothing was stored."


class Gone(TrustwrightError):
    code = "GONE"
    title = "This is no longer possible."


class InvitationExpired(Gone):
    code = "INVITATION_EXPIRED"
    title = "The invitation has expired; reviews are open for six months after the purchase."


class EditingClosed(Gone):
    code = "EDITING_CLOSED"
    title = "A review can be edited for six months after the purchase."


class ReviewGone(Gone):
    code = "REVIEW_GONE"
    title = "This review is no longer public."


class TooLarge(TrustwrightError):
    code = "BODY_TOO_LARGE"
    title = "The request is larger than this address accepts."


class MediaTypeUnsupported(TrustwrightError):
    code = "MEDIA_TYPE_UNSUPPORTED"
    title = "The body is of a type that this address does not take."


class Invalid(TrustwrightError):
    code = "INVALID"
    title = "A value breaks a rule."


class ShopInvalid(Invalid):
    code = "SHOP_INVALID"
    title = "The shop's data are not complete or not valid."


class ClientInvalid(Invalid):
    code = "CLIENT_INVALID"
    title = "The API client's data are not complete or not valid."


class WidgetInvalid(Invalid):
    code = "WIDGET_INVALID"
    title = "The widget's data are not complete or not valid."


class DeclarationIncomplete(Invalid):
    code = "DECLARATION_INCOMPLETE"
    title = "Reviews can be brought along once all eight points are declared."


class ImportRefused(Invalid):
    code = "IMPORT_REFUSED"
    title = "This review cannot be brought along."


class OrderInvalid(Invalid):
    code = "ORDER_INVALID"
    title = "The order's data are not complete or not valid."


class ProductNotOnOrder(Invalid):
    code = "PRODUCT_NOT_ON_ORDER"
    title = "That product is not on the order."


class LegalBasisMissing(Invalid):
    code = "LEGAL_BASIS_MISSING"
    title = "The order carries no legal basis for an invitation."


class MarksInvalid(Invalid):
    code = "MARKS_INVALID"
    title = "Give at least one mark, each a whole number from 1 to 5, for a known criterion."


class TextInvalid(Invalid):
    code = "TEXT_INVALID"
    title = "The text is too long or not valid."


class ReviewTooLate(Invalid):
    code = "REVIEW_TOO_LATE"
    title = "Reviews are open for six months after the purchase."


class ReviewTooEarly(Invalid):
    code = "REVIEW_TOO_EARLY"
    title = "A review cannot be dated before its purchase."


class PageUnusable(Invalid):
    code = "PAGE_UNUSABLE"
    title = "The page cannot be checked."


class ReasonsMissing(Invalid):
    code = "REASONS_MISSING"
    title = "A decision to somebody's disadvantage needs a complete statement of reasons."


class TooMany(TrustwrightError):
    code = "TOO_MANY_REQUESTS"
    title = "Too many requests; wait as long as Retry-After says."


class Unavailable(TrustwrightError):
    code = "UNAVAILABLE"
    title = "The service cannot answer just now; nothing was changed. Try again soon."


class DatabaseUnavailable(Unavailable):
    code = "DATABASE_UNAVAILABLE"
    title = "The database cannot be reached; nothing was changed. Try again soon."


class DatabaseBusy(Unavailable):
    code = "DATABASE_BUSY"
    title = "The database is busy; nothing was changed. Try again in a moment."


class DatabaseFull(Unavailable):
    code = "DATABASE_FULL"
    title = "The database has no room left; nothing was changed. The operator has to make room."
