"""The simulated company behind the sandbox's four APIs."""

from ingestion.sandbox.company.clock import DEFAULT_AS_OF
from ingestion.sandbox.company.simulation import Company, simulate

__all__ = ["DEFAULT_AS_OF", "Company", "simulate"]
