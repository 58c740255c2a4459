"""Messages of ours with an ask: more of them where things go badly, fewer answers there."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from ingestion.sandbox.company.contacts import Contact
from ingestion.sandbox.company.crm_users import csm_at
from ingestion.sandbox.company.draws import sigmoid
from ingestion.sandbox.company.story import Story
from ingestion.sandbox.company.vendor_ids import salesforce_id

UNDELIVERED = 0.03
AUTO_REPLY = 0.05
ACTED = 0.45
AT_MONTH_START = 0.004


def outreach_records(
    story: Story, contacts: list[Contact], csms: list[tuple[datetime, str]], as_of: datetime
) -> list[dict]:
    dice, records = story.account.dice, []
    for month in story.months():
        key = story.clock.origin + month
        health = float(story.level[month])
        for repeat in range(dice.poisson(0.8 * math.exp(-0.4 * health), "outreach", key)):
            number = key * 100 + repeat
            sent = dice.moment(*story.clock.month(month), "outreach:sent", number)
            if dice.uniform("outreach:midnight", number) < AT_MONTH_START:
                sent = story.clock.month(month)[0]
            known = [contact for contact in contacts if contact.is_present(sent)]
            if sent < as_of and known and story.is_customer(sent):
                contact = dice.pick(known, "outreach:who", number)
                owner = csm_at(csms, sent)
                records.append(_record(story, number, contact, owner, sent, health, as_of))
    return records


def _record(
    story: Story,
    number: int,
    contact: Contact,
    owner: str,
    sent: datetime,
    health: float,
    as_of: datetime,
) -> dict:
    dice = story.account.dice
    delivered = dice.uniform("outreach:delivered", number) >= UNDELIVERED
    responded = acted = None
    is_auto = False
    if delivered and dice.uniform("outreach:answer", number) < sigmoid(-0.8 + 0.6 * health):
        days = min(math.exp(0.6 + 0.8 * dice.normal("outreach:days", number)), 13)
        responded = (sent + timedelta(days=days)).replace(microsecond=0)
        is_auto = dice.uniform("outreach:auto", number) < AUTO_REPLY
        if is_auto:
            responded = sent + timedelta(minutes=1)
        elif dice.uniform("outreach:acts", number) < ACTED:
            wait = dice.between(0.1, 6, "outreach:wait", number)
            acted = (responded + timedelta(days=wait)).replace(microsecond=0)
    responded = responded if responded and responded < as_of else None
    acted = acted if acted and acted < as_of else None
    return {
        "Id": salesforce_id("Outreach__c", story.account.index, number),
        "IsDeleted": False,
        "Name": f"OR-{number % 10**6:06d}",
        "Account__c": story.account.account_id,
        "Contact__c": contact.contact_id,
        "OwnerId": owner,
        "Sent_At__c": sent,
        "Method__c": dice.pick(("Email", "In-app", "Message"), "outreach:method", number),
        "Delivered__c": delivered,
        "Responded_At__c": responded,
        "Auto_Reply__c": is_auto and responded is not None,
        "Acted_At__c": acted,
        "CreatedDate": sent,
        "SystemModstamp": max(moment for moment in (sent, responded, acted) if moment),
    }
