"""`make doctor`: what each vendor's key opens, what is missing, and which metrics that costs."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from ingestion.doctor import Finding, State, examine
from orchestration.field_readers import metrics_of, metrics_resting_on
from orchestration.progress import NAMES
from orchestration.vendor_access import vendor_access

COLOURS = {
    State.WORKS: "green",
    State.LACKING: "yellow",
    State.REFUSED: "red",
    State.NOT_CONFIGURED: "yellow",
}


def doctor() -> int:
    """Ask every vendor for every table; 1 if one refuses, 0 also where something is lacking."""
    terminal = Console()
    with vendor_access() as access:
        access.wait()
        if access.is_sandbox:
            terminal.print("No vendor is configured: this examines the sandbox.", highlight=False)
        findings = [finding for vendor in NAMES for finding in examine(vendor, access.as_of)]
    terminal.print(findings_table(findings))
    for line in consequences(findings):
        terminal.print(line, highlight=False, soft_wrap=True)
    return int(any(finding.state is State.REFUSED for finding in findings))


def findings_table(findings: list[Finding]) -> Table:
    table = Table("vendor", "table", "", "what is missing, and what to do")
    for finding in findings:
        told = finding.detail
        if finding.lacking:
            told = f"has no field for {', '.join(finding.lacking)}"
        state = f"[{COLOURS[finding.state]}]{finding.state}[/]"
        table.add_row(NAMES[finding.vendor], finding.resource, state, told)
    return table


def consequences(findings: list[Finding]) -> Iterator[str]:
    """Which metrics cannot be measured, by reason; nothing where all can."""
    lost: dict[str, list[str]] = {}
    for finding in findings:
        place = f"{finding.vendor}.{finding.resource}".removesuffix(".")
        if finding.state is State.NOT_CONFIGURED:
            add(lost, f"{NAMES[finding.vendor]} is not configured", metrics_of(place))
        elif finding.state is not State.WORKS:
            add(lost, f"{place} is {finding.state}", metrics_of(place))
        for column in finding.lacking:
            add(lost, f"{place} has no {column}", metrics_resting_on(f"{place}.{column}"))
    for reason, metrics in lost.items():
        yield f"[bold]{reason}[/]: {', '.join(metrics)}"
    yield (
        "These are unmapped (or late, where the vendor refuses) until that changes."
        if lost
        else "Every metric can be measured."
    )


def add(lost: dict[str, list[str]], reason: str, metrics: list[str]) -> None:
    if metrics:
        lost[reason] = metrics
