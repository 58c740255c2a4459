"""The Salesforce objects that are read, under their default API names.

An organisation that calls a custom field or object differently says so in
`[sources.salesforce.api_names]`; the raw column keeps the default's name.
"""

from dataclasses import replace

from ingestion.tables import Fields, Table, fields

KEY = "Id"
CURSOR = "SystemModstamp"
CURSOR_COLUMN = "system_modstamp"
# A log of changes is only ever added to.
CURSOR_OF_LOGS = "CreatedDate"


def _object(name: str, declared: Fields, domain_of: str | None = None) -> Table:
    everywhere = fields(text=KEY, instant=CURSOR)
    table = Table(
        name, everywhere | declared, newest=CURSOR_COLUMN, domain_of=domain_of, custom_in=""
    )
    # After 15 days in the bin a record is gone for good.
    return (
        replace(table, when_gone={"is_deleted": "true", CURSOR_COLUMN: "$as_of"})
        if "IsDeleted" in declared
        else table
    )


def _log(name: str, parent: str) -> Table:
    """Field history, kept by Salesforce for two years; values of all types come as text."""
    declared = fields(
        text=f"{KEY} {parent} Field OldValue NewValue", flag="IsDeleted", instant=CURSOR_OF_LOGS
    )
    return Table(name, declared, newest="created_date", when_gone={})


def cursor_of(table: Table) -> str:
    """The field that tells what is new."""
    return CURSOR if CURSOR in table.fields else CURSOR_OF_LOGS


# Object -> raw table.
OBJECTS: dict[str, Table] = {
    "Account": _object(
        "accounts",
        fields(
            text="MasterRecordId Name Type ParentId Industry Website BillingState "
            "BillingCountry OwnerId Company_ID__c Lifecycle_Stage__c CSM__c",
            flag="IsDeleted Is_High_Growth__c",
            integer="NumberOfEmployees",
            number="Realised_Value__c",
            day="Customer_Since__c CSM_Since__c Realised_Value_Date__c Reference_Since__c "
            "Reference_Until__c",
            instant="CreatedDate LastModifiedDate",
        ),
        domain_of="Website",
    ),
    "Contact": _object(
        "contacts",
        fields(
            text="MasterRecordId AccountId Email Title Role_Type__c Seniority__c",
            flag="IsDeleted IsEmailBounced",
            day="Left_On__c",
            instant="CreatedDate LastModifiedDate EmailBouncedDate",
        ),
        domain_of="Email",
    ),
    "User": _object(
        "users",
        fields(
            text="Name Email Department UserType",
            flag="IsActive",
            instant="CreatedDate LastModifiedDate",
        ),
    ),
    "Task": _object(
        "tasks",
        fields(
            text="AccountId WhoId WhatId OwnerId Status TaskSubtype Type CallType CallDisposition",
            flag="IsDeleted IsClosed",
            integer="CallDurationInSeconds",
            day="ActivityDate",
            instant="CompletedDateTime CreatedDate",
        ),
    ),
    "TaskWhoRelation": _object(
        "task_who_relations", fields(text="TaskId RelationId", flag="IsDeleted")
    ),
    "Event": _object(
        "events",
        fields(
            text="AccountId WhoId WhatId OwnerId EventSubtype Type",
            flag="IsDeleted IsChild IsGroupEvent IsRecurrence",
            integer="DurationInMinutes",
            instant="StartDateTime EndDateTime CreatedDate",
        ),
    ),
    "EventRelation": _object(
        "event_relations", fields(text="EventId RelationId Status", flag="IsDeleted")
    ),
    "EmailMessage": _object(
        "email_messages",
        fields(
            text="ActivityId RelatedToId ParentId FromAddress ReplyToEmailMessageId Status",
            flag="IsDeleted Incoming",
            instant="MessageDate",
        ),
    ),
    "Campaign": _object(
        "campaigns",
        fields(text="Name Type Status", flag="IsDeleted", day="StartDate EndDate"),
    ),
    "CampaignMember": _object(
        "campaign_members",
        fields(
            text="CampaignId ContactId Status",
            flag="IsDeleted HasResponded",
            day="FirstRespondedDate",
            instant="CreatedDate",
        ),
    ),
    "Contract": _object(
        "contracts",
        fields(
            text="AccountId Status StatusCode",
            flag="IsDeleted",
            integer="ContractTerm",
            day="StartDate EndDate",
            instant="ActivatedDate CreatedDate",
        ),
    ),
    "CSM_Sentiment__c": _object(
        "csm_sentiments",
        fields(
            text="Account__c Reason_Codes__c CreatedById",
            flag="IsDeleted",
            number="Outlook__c Relationship_Depth__c",
            instant="CreatedDate",
        ),
    ),
    "Onboarding_Milestone__c": _object(
        "onboarding_milestones",
        fields(
            text="Account__c Name",
            flag="IsDeleted",
            day="Due_Date__c Completed_Date__c",
            instant="CreatedDate",
        ),
    ),
    "Outreach__c": _object(
        "outreach",
        fields(
            text="Account__c Contact__c OwnerId Method__c",
            flag="IsDeleted Delivered__c Auto_Reply__c",
            instant="Sent_At__c Responded_At__c Acted_At__c CreatedDate",
        ),
    ),
    "Advocacy_Act__c": _object(
        "advocacy_acts",
        fields(
            text="Account__c Type__c",
            flag="IsDeleted",
            number="Rating__c",
            day="Act_Date__c",
            instant="CreatedDate",
        ),
    ),
    "Health_Override__c": _object(
        "health_overrides",
        fields(
            text="Account__c Band__c Reason_Code__c CreatedById",
            flag="IsDeleted",
            day="Expires_On__c",
            instant="CreatedDate",
        ),
    ),
    "AccountHistory": _log("account_history", "AccountId"),
    "ContactHistory": _log("contact_history", "ContactId"),
}
# The objects that log changes of another one, whose name they carry.
LOGS = ("AccountHistory", "ContactHistory")
