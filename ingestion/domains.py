"""The part of a host name that a company registered, from whatever a vendor's field holds."""

from functools import cache, lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


@cache
def _public_suffixes() -> "PublicSuffixList":
    """The list shipped with the package, private section included.

    With it `github.io` is a suffix like `co.uk`: two customers who host their sites there stay
    two customers.
    """
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


@lru_cache(maxsize=100_000)
def registrable_domain(value: str | None) -> str | None:
    """Registrable domain of a URL, an e-mail address or a host name; None if there is none.

    Lower case, ASCII (punycode), so that two spellings of one domain compare equal:
    `https://Shop.Acme.co.uk:443/x` and `jo@acme.co.uk` are both `acme.co.uk`.
    """
    if not value:
        return None
    host = value.strip().lower()
    host = host.partition("://")[2] if "://" in host else host
    for end in "/?#":
        host = host.partition(end)[0]
    host = host.rpartition("@")[2]
    host = host.partition(":")[0].strip().rstrip(".")
    if not host or _is_address(host):
        return None
    try:
        ascii_host = host.encode("idna").decode("ascii")
    except UnicodeError:
        # An empty label or one of more than 63 letters: not a host name.
        return None
    return _public_suffixes().privatesuffix(ascii_host)


def _is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
