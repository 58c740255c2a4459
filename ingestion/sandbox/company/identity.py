"""Which evidence of the company each system's record holds, for identity resolution to find."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.sandbox.company.merges_and_deletions import duplicate_of, old_organization
from ingestion.sandbox.company.names import FREEMAIL
from ingestion.sandbox.company.traits import Account, shares_domain
from ingestion.sandbox.company.vendor_ids import recurly_id, uuid_like, zendesk_id

ALSO_VENDOR_ID = 0.6


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one vendor's record knows; `case` names the state for the truth table."""

    case: str
    has_shared_id: bool
    salesforce_id: str | None
    domain: str | None


def vendors_of(account: Account) -> list[str]:
    has = {
        "pendo": account.has_pendo,
        "zendesk": account.has_zendesk,
        "recurly": account.has_recurly,
    }
    return [vendor for vendor, present in has.items() if present]


def odd_case(account: Account) -> tuple[str, str] | None:
    """(vendor, case) of the one record of this account that lacks the usual evidence."""
    vendors = vendors_of(account)
    if account.is_test or not vendors:
        return None
    vendor = account.dice.pick(vendors, "identity:vendor")
    place = account.place("identity")
    if shares_domain(account.dice):
        return vendor, "ambiguous_domain"
    if place >= 0.16:
        return None
    if place < 0.06:
        return vendor, "shared_id_missing"
    if place < 0.10:
        return vendor, "domain_only"
    if place < 0.11:
        return vendor, "manual_only"
    if place < 0.13:
        return vendor, "freemail_only"
    return ("recurly", "short_salesforce_id") if account.has_recurly else None


def evidence(account: Account, vendor: str) -> Evidence:
    odd = odd_case(account)
    case = odd[1] if odd and odd[0] == vendor else "usual"
    duplicate = duplicate_of(account)
    if case == "usual" and vendor == "zendesk" and duplicate:
        # Whoever set this up looked at the wrong one of two records.
        return Evidence("duplicate_id", False, duplicate.account_id, None)
    if case == "usual":
        also = account.dice.uniform(f"identity:also:{vendor}") < ALSO_VENDOR_ID
        return Evidence(case, True, account.account_id if also else None, account.domain)
    if case == "shared_id_missing":
        return Evidence(case, False, account.account_id, account.domain)
    if case == "short_salesforce_id":
        return Evidence(case, False, account.account_id[:15], None)
    if case == "manual_only":
        return Evidence(case, False, None, None)
    freemail = account.dice.pick(FREEMAIL, "identity:freemail")
    return Evidence(case, False, None, freemail if case == "freemail_only" else account.domain)


def website(account: Account) -> str | None:
    """The domain as people type it into a CRM."""
    domain = account.domain.encode("ascii").decode("idna")
    if odd_case(account) is None and account.dice.uniform("website:none") < 0.03:
        return None
    forms = (
        "https://www.{}",
        "{}",
        "www.{}",
        "http://{}/en/home?ref=crm",
        "HTTPS://{}/",
        "https://app.{}:8443/login",
    )
    form = account.dice.pick(forms, "website")
    return form.format(domain.upper() if form.startswith("HTTPS") else domain)


def pendo_account_id(account: Account) -> str:
    shared = evidence(account, "pendo").has_shared_id
    return account.company_id if shared else f"tenant-{uuid_like('tenant', account.index)[:12]}"


def has_test_tenant(account: Account) -> bool:
    return account.has_pendo and account.place("test_tenant") < 0.03


def zendesk_external_id(account: Account) -> str | None:
    """3 % padded, in another case: the vendor compares without case."""
    if not evidence(account, "zendesk").has_shared_id:
        return None
    if account.place("zendesk_case") < 0.015:
        return f" {account.company_id} "
    if account.place("zendesk_case") < 0.03:
        return account.company_id.upper()
    return account.company_id


def zendesk_organizations(account: Account) -> list[int]:
    """3 % have a second organisation, for another brand; .5 % one that is merged one day."""
    if not account.has_zendesk:
        return []
    count = 2 if account.place("second_zendesk") < 0.03 else 1
    known = [zendesk_id("organization", account.index, number) for number in range(count)]
    old = old_organization(account)
    return [known[0], old[0]] if old else known


def recurly_identities(account: Account) -> list[dict]:
    """Code, e-mail and custom fields of each Recurly account; 4 % have a second one."""
    if not account.has_recurly:
        return []
    held = evidence(account, "recurly")
    records = [
        _recurly_identity(
            account,
            account.company_id if held.has_shared_id else f"R{account.index:05d}",
            f"billing@{held.domain}" if held.domain else None,
            held.salesforce_id,
        )
    ]
    if account.place("second_recurly") < 0.04:
        email = f"accounts@{account.domain}"
        code = f"{account.company_id}-EU"
        records.append(_recurly_identity(account, code, email, account.account_id))
    return records


def _recurly_identity(account: Account, code: str, email: str | None, held: str | None) -> dict:
    fields = [{"name": "salesforce_id", "value": held}] if held else []
    return {"code": code, "email": email, "company": account.name, "custom_fields": fields}


def manual_links(accounts: list[Account]) -> list[tuple[str, str, str]]:
    """(source, source_id, account_id) of the records that only a person can link."""
    links = []
    for account in accounts:
        odd = odd_case(account)
        if odd is None or odd[1] != "manual_only":
            continue
        ids = {
            "pendo": pendo_account_id(account),
            "zendesk": str(zendesk_organizations(account)[0]) if account.has_zendesk else "",
            "recurly": recurly_id("account", account.index, 0),
        }
        links.append((odd[0], ids[odd[0]], account.account_id))
    return links
