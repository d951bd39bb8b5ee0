"""The company behind a shop: what it says of itself, and the contract documents it accepts (§1)."""

from decimal import Decimal
from typing import Final

from control.centre import shop_settings
from control.centre.screens import Answer, File, Form, Screen, See, Visit, Words
from domain.companies import COUNTRIES, CURRENCIES, Company, Contact, turnover_of
from domain.rights import Action
from services import companies, contracts

_COMPANY: Final = "/control/shops/{shop_key}/settings/company"
_DOCUMENTS: Final = "/control/shops/{shop_key}/settings/documents"
_NOTHING: Final = Company("", "", "", "", "", "DE", None, "EUR", Contact(), Contact())


def _show(visit: Visit) -> Answer:
    database = visit.installation.database
    with database.read() as session:
        found = companies.of_shop(session, database.keys, visit.shop_key)
        may_change = companies.may_change(session, visit.person, visit.shop_key)
    company = found or _NOTHING
    return shop_settings.page(
        visit,
        "company",
        company=company,
        may_change=may_change,
        turnover=_typed(company),
        countries=_countries(visit.words),
        currencies=[(each, each) for each in CURRENCIES],
        url=_COMPANY.format(shop_key=visit.shop_key),
    )


def _save(visit: Visit, form: Form) -> Answer:
    company = Company(
        legal_name=form.text("legal_name"),
        legal_form=form.text("legal_form"),
        register_number=form.text("register_number"),
        vat_id=form.text("vat_id"),
        address=form.text("address"),
        country=form.text("country"),
        turnover_minor=turnover_of(form.text("turnover")),
        turnover_currency=form.text("turnover_currency"),
        main=_contact(form, "main"),
        invoice=_contact(form, "invoice"),
    )
    with visit.installation.database.write() as work:
        companies.change(work, visit.person, visit.shop_key, company, now=visit.now)
    return See(_COMPANY.format(shop_key=visit.shop_key), "centre.saved")


def _show_documents(visit: Visit) -> Answer:
    folder = visit.installation.settings.contracts
    with visit.installation.database.read() as session:
        waiting = companies.open_documents(session, visit.shop_key, folder)
        accepted = companies.accepted(session, visit.shop_key)
        may_change = companies.may_change(session, visit.person, visit.shop_key)
    return shop_settings.page(
        visit,
        "documents",
        waiting=waiting,
        accepted=accepted,
        may_change=may_change,
        url=_DOCUMENTS.format(shop_key=visit.shop_key),
    )


def _accept(visit: Visit, form: Form) -> Answer:
    folder, name = visit.installation.settings.contracts, form.text("document")
    with visit.installation.database.write() as work:
        companies.accept(
            work,
            visit.person,
            visit.shop_key,
            folder,
            name,
            form.text("sha256"),
            now=visit.now,
        )
    return See(_DOCUMENTS.format(shop_key=visit.shop_key), "centre.saved")


def _read(visit: Visit) -> Answer:
    offered = contracts.one(visit.installation.settings.contracts, visit.path["document"])
    name = f"{offered.document}.{offered.version}.pdf"
    return File(name, "application/pdf", offered.path.read_bytes())


def _contact(form: Form, part: str) -> Contact:
    return Contact(
        form.text(f"{part}_name"), form.text(f"{part}_email"), form.text(f"{part}_phone")
    )


def _typed(company: Company) -> str:
    minor = company.turnover_minor
    return "" if minor is None else str(Decimal(minor) / 100)


def _countries(words: Words) -> list[tuple[str, str]]:
    named = [(country, words.country_name(country)) for country in COUNTRIES]
    return sorted(named, key=lambda pair: pair[1])


SCREENS: Final[tuple[Screen, ...]] = (
    Screen(_COMPANY, Action.SHOP_CHANGE, _show, _save),
    Screen(_DOCUMENTS, Action.SHOP_CHANGE, _show_documents, _accept),
    Screen(f"{_DOCUMENTS}/{{document}}", Action.SHOP_CHANGE, _read),
)
