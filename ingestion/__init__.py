"""From the vendors' APIs to the raw tables: one module per vendor, nothing about scores."""
