"""Whether a vendor's tables hold real customers or a simulated company: the two must never mix.

Whoever tries the sandbox and then sets real keys would else keep the simulated accounts, and read
only what is newer than they are; and a run that has lost its keys would add them to real ones.
"""

from urllib.parse import urlsplit

from ingestion.http_client import LOOPBACK_HOSTS
from ingestion.settings import setting
from ingestion.vendor_errors import VendorLoadError
from ingestion.warehouse_file import connection, raw_schema, warehouse_path

ORIGIN = "load_origin"
COMPANIES = {True: "a company simulated on this machine", False: "a real vendor"}


def create_origin(vendor: str) -> None:
    with connection() as warehouse:
        warehouse.execute(f"create schema if not exists {raw_schema(vendor)}")
        warehouse.execute(f"create table if not exists {_place(vendor)} (is_simulated boolean)")


def refuse_another_company(vendor: str) -> None:
    """To be called before a configured vendor is loaded.

    Raises:
        VendorLoadError: the tables were loaded from a service on this machine and the vendor's
            address lies elsewhere now, or the other way round.
    """
    with connection() as warehouse:
        row = warehouse.execute(f"select is_simulated from {_place(vendor)}").fetchone()
    if row and row[0] != is_simulated(vendor):
        raise VendorLoadError(
            vendor,
            "load",
            cause=f"{raw_schema(vendor)} in {warehouse_path()} holds the customers of "
            f"{COMPANIES[row[0]]}, and its address leads to {COMPANIES[not row[0]]} now",
            remedy="give each a warehouse of its own: WAREHOUSE_PATH=/another/folder/"
            "warehouse.duckdb (or, where the simulated company is no longer wanted, `make clean`)",
        )


def note_origin(vendor: str) -> None:
    """To be called after a load has succeeded."""
    with connection() as warehouse:
        warehouse.execute(f"delete from {_place(vendor)}")
        warehouse.execute(f"insert into {_place(vendor)} values (?)", [is_simulated(vendor)])


def is_simulated(vendor: str) -> bool:
    """Whether the vendor is a service on this machine."""
    address = setting(vendor, "login_url" if vendor == "salesforce" else "base_url", "")
    return urlsplit(address).hostname in LOOPBACK_HOSTS


def _place(vendor: str) -> str:
    return f"{raw_schema(vendor)}.{ORIGIN}"
