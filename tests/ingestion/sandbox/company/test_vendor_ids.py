from ingestion.sandbox.company import Company
from ingestion.sandbox.company.vendor_ids import (
    SALESFORCE_PREFIXES,
    salesforce_checksum,
    salesforce_id,
)


def test_the_checksum_is_salesforces() -> None:
    assert salesforce_checksum("001A0000006Vm9r") == "IAC"
    assert salesforce_checksum("aaaaaaaaaaaaaaa") == "AAA"
    assert salesforce_checksum("AAAAAAAAAAAAAAA") == "555"


def test_ids_are_eighteen_characters_with_the_objects_prefix() -> None:
    identity = salesforce_id("Contact", 12, 3)
    assert len(identity) == 18 and identity.startswith("003")
    assert identity[15:] == salesforce_checksum(identity[:15])


def test_no_two_records_share_an_id(company: Company) -> None:
    for sobject, records in company.salesforce.items():
        ids = [record["Id"] for record in records]
        assert len(set(ids)) == len(ids), sobject
        assert all(i.startswith(SALESFORCE_PREFIXES[sobject]) for i in ids), sobject
    for records in (company.zendesk, company.recurly):
        for name, rows in records.items():
            ids = [row["id"] for row in rows]
            assert len(set(ids)) == len(ids), name
