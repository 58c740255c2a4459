"""The simulated organisation's sObjects: fields with their types, ids, references.

An sObject exists when the simulated company has it, also without a record. Fields that
its records carry beyond the ones declared here get the type of their values.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

SYSTEM = "Id:id IsDeleted:boolean CreatedDate:datetime SystemModstamp:datetime "
# The log of changed fields has no SystemModstamp: it is only ever added to.
HISTORY = (
    "Id:id IsDeleted:boolean CreatedDate:datetime CreatedById:reference Field:picklist "
    "DataType:picklist OldValue:anyType NewValue:anyType "
)
DECLARED: dict[str, str] = {
    "Account": SYSTEM + "MasterRecordId:reference Name:string Type:picklist "
    "ParentId:reference Industry:picklist NumberOfEmployees:int Website:url "
    "BillingState:string BillingCountry:string OwnerId:reference "
    "LastModifiedDate:datetime Company_ID__c:string Lifecycle_Stage__c:picklist "
    "Is_High_Growth__c:boolean Customer_Since__c:date CSM__c:reference "
    "CSM_Since__c:date Realised_Value__c:currency Realised_Value_Date__c:date "
    "Reference_Since__c:date Reference_Until__c:date",
    "Contact": SYSTEM + "MasterRecordId:reference AccountId:reference Email:email "
    "Title:string LastModifiedDate:datetime Role_Type__c:picklist "
    "Seniority__c:picklist Left_On__c:date IsEmailBounced:boolean "
    "EmailBouncedDate:datetime",
    "User": "Id:id Name:string Email:email Department:string IsActive:boolean "
    "UserType:picklist CreatedDate:datetime LastModifiedDate:datetime "
    "SystemModstamp:datetime",
    "Task": SYSTEM + "AccountId:reference WhoId:reference WhatId:reference "
    "OwnerId:reference ActivityDate:date CompletedDateTime:datetime Status:picklist "
    "IsClosed:boolean TaskSubtype:picklist Type:picklist CallType:picklist "
    "CallDisposition:string CallDurationInSeconds:int",
    "TaskWhoRelation": SYSTEM + "TaskId:reference RelationId:reference",
    "Event": SYSTEM + "AccountId:reference WhoId:reference WhatId:reference "
    "OwnerId:reference StartDateTime:datetime EndDateTime:datetime "
    "DurationInMinutes:int EventSubtype:picklist Type:picklist IsChild:boolean "
    "IsGroupEvent:boolean IsRecurrence:boolean",
    "EventRelation": SYSTEM + "EventId:reference RelationId:reference Status:picklist",
    "EmailMessage": SYSTEM + "ActivityId:reference RelatedToId:reference "
    "ParentId:reference Incoming:boolean MessageDate:datetime FromAddress:email "
    "ReplyToEmailMessageId:reference Status:picklist",
    "Campaign": SYSTEM + "Name:string Type:picklist Status:picklist StartDate:date EndDate:date",
    "CampaignMember": SYSTEM + "CampaignId:reference ContactId:reference "
    "Status:picklist HasResponded:boolean FirstRespondedDate:date",
    "Contract": SYSTEM + "AccountId:reference Status:picklist StatusCode:picklist "
    "StartDate:date EndDate:date ContractTerm:int ActivatedDate:datetime",
    "CSM_Sentiment__c": SYSTEM + "Account__c:reference Outlook__c:double "
    "Relationship_Depth__c:double Reason_Codes__c:multipicklist "
    "CreatedById:reference",
    "Onboarding_Milestone__c": SYSTEM + "Account__c:reference Name:string "
    "Due_Date__c:date Completed_Date__c:date",
    "Outreach__c": SYSTEM + "Account__c:reference Contact__c:reference "
    "OwnerId:reference Sent_At__c:datetime Method__c:picklist Delivered__c:boolean "
    "Responded_At__c:datetime Auto_Reply__c:boolean Acted_At__c:datetime",
    "Advocacy_Act__c": SYSTEM + "Account__c:reference Type__c:picklist Act_Date__c:date "
    "Rating__c:double",
    "Health_Override__c": SYSTEM + "Account__c:reference Band__c:picklist "
    "Reason_Code__c:picklist Expires_On__c:date CreatedById:reference",
    "AccountHistory": HISTORY + "AccountId:reference",
    "ContactHistory": HISTORY + "ContactId:reference",
}
KEY_PREFIXES = {
    "Account": "001", "Contact": "003", "User": "005", "Task": "00T", "Event": "00U",
    "TaskWhoRelation": "0RT", "EventRelation": "0RE", "EmailMessage": "02s",
    "Campaign": "701", "CampaignMember": "00v", "Contract": "800",
    "AccountHistory": "017", "ContactHistory": "03j",
}  # fmt: skip
EXTERNAL_IDS = {"Company_ID__c"}
TARGETS = {
    "AccountId": "Account", "Account__c": "Account", "OwnerId": "User", "CSM__c": "User",
    "CreatedById": "User", "WhoId": "Contact", "WhatId": "Account",
    "ContactId": "Contact", "Contact__c": "Contact", "CampaignId": "Campaign",
    "TaskId": "Task", "EventId": "Event", "ActivityId": "Task", "RelationId": "Contact",
    "RelatedToId": "Account", "ReplyToEmailMessageId": "EmailMessage",
}  # fmt: skip
TYPES_OF_VALUES: dict[type, str] = {
    bool: "boolean", int: "int", float: "double", str: "string",
    datetime: "datetime", date: "date",
}  # fmt: skip


@dataclass
class SObject:
    """One object of the organisation with all its records, deleted ones included."""

    name: str
    records: list[dict[str, Any]]
    types: dict[str, str]
    by_id: dict[str, dict[str, Any]] = field(init=False)
    names: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.by_id = {record["Id"][:15]: record for record in self.records}
        self.names = {name.lower(): name for name in self.types}

    def target(self, field_name: str) -> str:
        """Return the object that a reference points at; its own for parent and merge."""
        return TARGETS.get(field_name, self.name)

    def relationship(self, name: str) -> str | None:
        """Return the reference field behind a relationship name (Account, CSM__r)."""
        lowered = name.lower()
        own = lowered[:-3] + "__c" if lowered.endswith("__r") else lowered + "id"
        known = self.names.get(own)
        return known if known and self.types[known] == "reference" else None


def organisation(records: dict[str, list[dict[str, Any]]]) -> dict[str, SObject]:
    """Index the company's records by object; keys are object names in lower case."""
    return {name.lower(): SObject(name, rows, _types(name, rows)) for name, rows in records.items()}


def _types(name: str, records: list[dict[str, Any]]) -> dict[str, str]:
    declared = DECLARED.get(name, SYSTEM).split()
    types = dict(entry.split(":") for entry in declared)
    for record in records:
        for key, value in record.items():
            if key not in types and value is not None:
                types[key] = TYPES_OF_VALUES[type(value)]
    for key in records[0] if records else ():
        types.setdefault(key, "string")
    return types


def describe(sobject: SObject) -> dict[str, Any]:
    """Return the reply to /sobjects/{Object}/describe."""
    return summary(sobject) | {"fields": [_describe_field(sobject, name) for name in sobject.types]}


def summary(sobject: SObject) -> dict[str, Any]:
    """Return an object's entry in the list of /sobjects."""
    label = sobject.name.removesuffix("__c").replace("_", " ")
    return {
        "name": sobject.name,
        "label": label,
        "labelPlural": label + "s",
        "keyPrefix": KEY_PREFIXES.get(sobject.name),
        "custom": sobject.name.endswith("__c"),
        "queryable": True,
        "retrieveable": True,
        "replicateable": "IsDeleted" in sobject.types,
    }


def _describe_field(sobject: SObject, name: str) -> dict[str, Any]:
    kind = sobject.types[name]
    reference = kind == "reference"
    custom = name.endswith("__c")
    relationship = name[:-1] + "r" if custom else name.removesuffix("Id")
    lengths = {"id": 18, "reference": 18, "email": 80, "string": 255, "picklist": 255}
    values = sorted({r[name] for r in sobject.records if r.get(name) is not None}
                    if kind == "picklist" else set())  # fmt: skip
    return {
        "name": name,
        "label": name.removesuffix("__c").replace("_", " "),
        "type": kind,
        "length": lengths.get(kind, 0),
        "nillable": name not in ("Id", "IsDeleted", "SystemModstamp", "CreatedDate"),
        "custom": custom,
        "calculated": False,
        "compoundFieldName": None,
        "externalId": name in EXTERNAL_IDS,
        "unique": name in EXTERNAL_IDS,
        "idLookup": name == "Id" or name in EXTERNAL_IDS,
        "filterable": True,
        "sortable": True,
        "referenceTo": [sobject.target(name)] if reference else [],
        "relationshipName": relationship if reference else None,
        "picklistValues": [{"value": value, "label": value, "active": True} for value in values],
    }
