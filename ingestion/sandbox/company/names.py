"""Invented names of companies and people.

None is a real person or company: surnames come from a list of made-up words that occurs nowhere
else, so that a search for them finds personal data wherever it should not be.
"""

from __future__ import annotations

from ingestion.sandbox.company.draws import Dice

_FIRST_WORDS = (
    "Harbor",
    "Cedar",
    "Copper",
    "Lumen",
    "Meadow",
    "Granite",
    "Orchard",
    "Falcon",
    "Willow",
    "Quarry",
    "Beacon",
    "Juniper",
    "Saffron",
    "Cobalt",
    "Prairie",
    "Summit",
    "Marble",
    "Heron",
    "Maple",
    "Ember",
)
_SECOND_WORDS = (
    "Foods",
    "Logistics",
    "Health",
    "Energy",
    "Retail",
    "Media",
    "Robotics",
    "Textiles",
    "Finance",
    "Travel",
    "Materials",
    "Learning",
    "Systems",
    "Insurance",
    "Farms",
    "Motors",
)
GIVEN_NAMES = (
    "Ada",
    "Bela",
    "Cleo",
    "Dara",
    "Elio",
    "Fenna",
    "Goro",
    "Hana",
    "Ivo",
    "Juno",
    "Kai",
    "Lena",
    "Milo",
    "Nora",
    "Otto",
    "Pia",
    "Quin",
    "Rafa",
    "Suri",
    "Taro",
    "Uma",
    "Vera",
    "Wim",
    "Yara",
    "Zeno",
)
SURNAMES = (
    "Quillfeather",
    "Marrowby",
    "Thistlewick",
    "Ovenbird",
    "Candlemere",
    "Brackenshaw",
    "Pennyroyal",
    "Umberfield",
    "Sparrowgate",
    "Lanternby",
    "Oakenfold-Moss",
    "Driftwell",
    "Fernhollow",
    "Gallowglen",
    "Inkwater",
    "Jasperdale",
    "Kettlebrook",
    "Mistlethorn",
    "Nettlecombe",
    "Ravenscar-Low",
)
# Share of companies whose domain is not plain ASCII.
UMLAUTS = 0.03
FREEMAIL = ("gmail.com", "outlook.com", "gmx.net")


def company_name(dice: Dice) -> str:
    """A name that no other account has: it ends in the account's number."""
    first = dice.pick(_FIRST_WORDS, "name:first")
    return f"{first} {dice.pick(_SECOND_WORDS, 'name:second')} {dice.account}"


def company_domain(name: str, country: str, dice: Dice) -> str:
    """A registrable domain; one in ten under a public suffix of two parts.

    `.example` is reserved for such use; the account's number keeps the others from existing. A name
    with umlauts is given in its ASCII form (`xn--...`).
    """
    words = name.lower().split()
    stem = f"{words[0]}{words[1]}-{dice.account:05d}"
    if dice.uniform("name:umlaut") < UMLAUTS:
        stem = stem.translate(str.maketrans("aou", "äöü"))
    suffixes = {"United Kingdom": "co.uk", "Australia": "com.au", "Japan": "co.jp"}
    return f"{stem}.{suffixes.get(country, 'example')}".encode("idna").decode("ascii")


def person_name(dice: Dice, kind: str, *index: int) -> tuple[str, str]:
    given = dice.pick(GIVEN_NAMES, kind + ":given", *index)
    return given, dice.pick(SURNAMES, kind + ":surname", *index)


def email_address(given: str, surname: str, number: int, domain: str) -> str:
    return f"{given}.{surname}.{number}@{domain}".lower()
