"""Whether records that a full load did not bring are still at the vendor.

A list up to an instant lacks what was changed since, so a record that is not in it may be quite
alive: each is asked for by its id. What is still there comes with the next load.
"""

from collections.abc import Callable, Iterator, Sequence

from ingestion.http_client import response_error, vendor_errors

# Ids -> those of them that the vendor knows.
Known = Callable[[Sequence[str]], list[str]]
# What one request may name: Zendesk's own limit; Salesforce has one for the length of an address.
IDS_PER_REQUEST = {"salesforce": 200, "zendesk": 100, "recurly": 1}


def still_there(vendor: str, table: str, ids: Sequence[str]) -> set[str]:
    """Those of a raw table's ids that the vendor knows, deleted ones in a recycle bin included.

    Raises:
        VendorLoadError: the vendor does not answer.
    """
    with vendor_errors(vendor, table):
        known = KNOWN_OF[vendor](table)
        return {
            identity
            for batch in _batches(ids, IDS_PER_REQUEST[vendor])
            for identity in known(batch)
        }


def _batches(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def _known_to_salesforce(table: str) -> Known:
    from simple_salesforce.exceptions import SalesforceError

    from ingestion.salesforce_fields import org_name
    from ingestion.salesforce_objects import OBJECTS
    from ingestion.salesforce_session import Session, load_error

    sobject = next(name for name, declared in OBJECTS.items() if declared.name == table)
    session = Session()

    def known(ids: Sequence[str]) -> list[str]:
        listed = ", ".join(f"'{identity}'" for identity in ids if identity.isalnum())
        query = f"SELECT Id FROM {org_name(sobject)} WHERE Id IN ({listed})"
        try:
            page = session.ask(lambda client: client.query(query, include_deleted=True))
        except SalesforceError as error:
            raise load_error(table, error) from error
        return [record["Id"] for record in page["records"]]

    return known


def _known_to_zendesk(table: str) -> Known:
    """https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#show-multiple-tickets"""
    from ingestion.zendesk import client

    api = client()

    def known(ids: Sequence[str]) -> list[str]:
        response = api.get(f"{table}/show_many", params={"ids": ",".join(ids)})
        if not response.ok:
            raise response_error("zendesk", table, response)
        return [str(record["id"]) for record in response.json()[table]]

    return known


def _known_to_recurly(table: str) -> Known:
    """One by one: not every list of Recurly's takes ids."""
    from ingestion.recurly import client

    api = client()

    def known(ids: Sequence[str]) -> list[str]:
        response = api.get(f"{table}/{ids[0]}")
        if response.status_code == 404:
            return []
        if not response.ok:
            raise response_error("recurly", table, response)
        return [response.json()["id"]]

    return known


# A raw table -> what asks for its ids, with one login for all of them.
KNOWN_OF: dict[str, Callable[[str], Known]] = {
    "salesforce": _known_to_salesforce,
    "zendesk": _known_to_zendesk,
    "recurly": _known_to_recurly,
}
