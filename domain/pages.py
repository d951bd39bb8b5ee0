"""Why a page of somebody else's cannot be checked: one kind for each reason.

PageUnusable                        (domain/errors.py)                             422
├── PageAddressInvalid         PAGE_ADDRESS_INVALID
├── PagePrivate                PAGE_PRIVATE
├── PageRedirectsTooOften      PAGE_REDIRECTS_TOO_OFTEN
├── PageUnreachable            PAGE_UNREACHABLE
├── PageStatusNotOk            PAGE_STATUS_NOT_OK
├── PageTooLarge               PAGE_TOO_LARGE
├── PageTooSlow                PAGE_TOO_SLOW
├── PageNotHtml                PAGE_NOT_HTML
└── PageEncodingUnknown        PAGE_ENCODING_UNKNOWN
"""

from domain.errors import PageUnusable


class PageAddressInvalid(PageUnusable):
    code = "PAGE_ADDRESS_INVALID"
    title = "The address of a page begins with http or https and holds no login."


class PagePrivate(PageUnusable):
    code = "PAGE_PRIVATE"
    title = "The page is in a private or local network, which is not visited."


class PageRedirectsTooOften(PageUnusable):
    code = "PAGE_REDIRECTS_TOO_OFTEN"
    title = "The page redirects too often."


class PageUnreachable(PageUnusable):
    code = "PAGE_UNREACHABLE"
    title = "The page cannot be reached."


class PageStatusNotOk(PageUnusable):
    code = "PAGE_STATUS_NOT_OK"
    title = "The page does not answer with status 200."


class PageTooLarge(PageUnusable):
    code = "PAGE_TOO_LARGE"
    title = "The page is larger than what is looked at."


class PageTooSlow(PageUnusable):
    code = "PAGE_TOO_SLOW"
    title = "The page did not answer in time."


class PageNotHtml(PageUnusable):
    code = "PAGE_NOT_HTML"
    title = "At that address there is neither HTML nor JSON-LD."


class PageEncodingUnknown(PageUnusable):
    code = "PAGE_ENCODING_UNKNOWN"
    title = "The page is compressed in a way that was not asked for."


def from_code(code: str, detail: str) -> PageUnusable:
    """The error that was stored as these two; one of no special reason for an unknown code."""
    kinds = {kind.code: kind for kind in PageUnusable.__subclasses__()}
    return kinds.get(code, PageUnusable)(detail)
