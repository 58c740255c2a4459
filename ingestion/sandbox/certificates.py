"""https for the sandbox: a certificate authority and a server certificate, new at every start.

The private keys stay in memory. What is written down is the authority's certificate, which
clients have to trust before they accept the server's.
"""

import ssl
from dataclasses import dataclass
from pathlib import Path

SERVER_NAMES = ("localhost", "127.0.0.1")


@dataclass(frozen=True)
class Certificates:
    """The authority's certificate as a file in PEM form, and the server's side of TLS."""

    authority_file: Path
    server: ssl.SSLContext


def issue_certificates(folder: Path) -> Certificates:
    """Write a new authority's certificate into the folder; it vouches for SERVER_NAMES.

    Raises:
        RuntimeError: trustme, a package for development, is not installed.
    """
    try:
        # Only who wants https needs it, and a load never does.
        import trustme
    except ImportError as error:
        raise RuntimeError("https needs trustme: pip install trustme, or make install") from error
    authority = trustme.CA(organization_name="Sandbox of the four vendors")
    authority_file = folder / "sandbox-ca.pem"
    authority.cert_pem.write_to_path(authority_file)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*SERVER_NAMES).configure_cert(server)
    return Certificates(authority_file, server)
