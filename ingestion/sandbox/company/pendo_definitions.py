"""Pendo's lists of features, track types and guides: older than any event, and the same for all."""

from __future__ import annotations

from datetime import datetime

from ingestion.sandbox.company.catalogue import Catalogue
from ingestion.sandbox.company.local_days import epoch_ms
from ingestion.sandbox.company.pendo_tables import APP_ID, SIGNED_IN_ID

CREATED_MS = epoch_ms(datetime(2018, 5, 14, 9))
NPS_GUIDE, NPS_POLL, COMMENT_POLL = (
    "gNpsQuarterly00000000",
    "pNpsRating000000000",
    "pNpsComment00000000",
)


def feature_records(sold: Catalogue) -> list[dict]:
    areas = sorted({feature.area for feature in sold.features})
    return [
        {
            "id": feature.pendo_id,
            "kind": "Feature",
            "name": feature.name.replace("_", " ").capitalize(),
            "appId": APP_ID,
            "pageId": None,
            "group": {"id": f"group{areas.index(feature.area)}", "name": feature.area},
            "isCoreEvent": feature.is_key,
            "createdAt": CREATED_MS,
            "lastUpdatedAt": CREATED_MS,
            "dirty": False,
            "elementPathRules": [f"#{feature.name}"],
        }
        for feature in sold.features
        if feature.kind == "feature"
    ]


def track_type_records(sold: Catalogue) -> list[dict]:
    named = [(f.pendo_id, f.name) for f in sold.features if f.kind == "track_type"]
    return [
        {
            "id": identity,
            "kind": "TrackType",
            "name": name.replace("_", " ").capitalize(),
            "trackTypeName": name,
            "appId": APP_ID,
            "createdAt": CREATED_MS,
            "lastUpdatedAt": CREATED_MS,
            "trackTypeRules": [name],
        }
        for identity, name in [*named, (SIGNED_IN_ID, "signed_in")]
    ]


def guide_records() -> list[dict]:
    """The quarterly survey, and a guide without any question."""
    survey = {
        **_guide(NPS_GUIDE, "Quarterly survey"),
        "polls": [
            {
                "id": NPS_POLL,
                "question": "How likely are you to recommend us?",
                "attributes": {"type": "NPSRating", "followUp": COMMENT_POLL},
                "numericResponses": list(range(11)),
            },
            {
                "id": COMMENT_POLL,
                "question": "What is the reason for your answer?",
                "attributes": {"type": "FreeForm"},
            },
        ],
    }
    return [survey, {**_guide("gWelcome000000000000", "Welcome tour"), "polls": []}]


def _guide(identity: str, name: str) -> dict:
    return {
        "id": identity,
        "name": name,
        "state": "published",
        "kind": "guide",
        "launchMethod": "auto",
        "isMultiStep": False,
        "appId": APP_ID,
        "attributes": {"type": "lightbox"},
        "steps": [],
        "createdAt": CREATED_MS,
        "lastUpdatedAt": CREATED_MS,
    }
