"""The four vendors' APIs on loopback, over one simulated company."""

from ingestion.sandbox.sandbox_process import Sandbox, start_sandbox

__all__ = ["Sandbox", "start_sandbox"]
