from ingestion.doctor import Finding, State
from orchestration.doctor_command import consequences


def test_what_is_missing_is_told_by_the_metrics_that_it_costs() -> None:
    findings = [
        Finding("salesforce", "csm_sentiments", State.WORKS, lacking=("outlook_c",)),
        Finding("salesforce", "contracts", State.LACKING),
        Finding("pendo", "poll_events", State.REFUSED, detail="HTTP 403"),
        Finding("zendesk", "", State.NOT_CONFIGURED),
        Finding("recurly", "plans", State.WORKS),
    ]
    *lines, last = consequences(findings)
    assert lines[:2] == [
        "[bold]salesforce.csm_sentiments has no outlook_c[/]: CSM sentiment",
        "[bold]pendo.poll_events is refused[/]: NPS answers",
    ]
    assert lines[2].startswith("[bold]Zendesk is not configured[/]: Good support ratings, ")
    assert len(lines) == 3
    assert "unmapped" in last


def test_nothing_missing_costs_nothing() -> None:
    findings = [Finding("recurly", "plans", State.WORKS)]
    assert list(consequences(findings)) == ["Every metric can be measured."]
