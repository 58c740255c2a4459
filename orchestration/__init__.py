"""The asset graph: what is loaded, built, checked and published, in which order, and when."""
