"""How the scoring build grows with accounts and history, beside the least that it could cost."""
