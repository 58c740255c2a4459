"""The commands behind the Makefile: what makes Dagster, dbt and the sandbox one thing."""

import argparse
import sys

from orchestration.disk_space import DiskFull, explain_if_full
from orchestration.preparation import PreparationFailed, prepare, set_environment
from orchestration.vendor_access import ClockSetBack
from orchestration.warehouse_state import StrayProcess


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m orchestration", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="load, score and publish what is new")
    commands.add_parser("ui", help="Dagster's web server with the runs made so far")
    commands.add_parser("prepare", help="let dbt parse the project for Dagster")
    commands.add_parser("doctor", help="what each vendor's key opens, and what that costs")
    commands.add_parser("graph", help="write the asset graph that tests compare with")
    rollback = commands.add_parser("rollback", help="publish an earlier version again")
    rollback.add_argument("version", nargs="?", help="default: the one before the published one")
    rescore = commands.add_parser("rescore", help="score past months under a scorecard version")
    rescore.add_argument("scorecard", nargs="?", help="a scorecard of seeds/scorecards.csv")
    rescore.add_argument("version", nargs="?", help="one of its versions")
    rescore.add_argument("first_month", nargs="?", help="for example 2025-06; never: no more")
    impact = commands.add_parser("impact", help="what the working tree changes in the scores")
    impact.add_argument("first_month", nargs="?", help="default: the last ended month")
    arguments = parser.parse_args()
    set_environment()
    try:
        return dispatch(arguments)
    except KeyboardInterrupt:
        print(
            "Stopped. What is published stays as it was; the next run takes up the rest.",
            file=sys.stderr,
        )
        return 130
    except (PreparationFailed, ClockSetBack, DiskFull, StrayProcess, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    except Exception as error:
        full = explain_if_full(error)
        if full is None:
            raise
        print(full, file=sys.stderr)
        return 2


def dispatch(arguments: argparse.Namespace) -> int:
    """Imports what a command needs and no more: Dagster alone takes seconds."""
    match arguments.command:
        case "run":
            from orchestration.run_command import run
            from orchestration.run_guard import RunInProgress

            try:
                return run()
            except RunInProgress as error:
                print(error, file=sys.stderr)
                return 3
        case "ui":
            from orchestration.ui_command import ui

            return ui()
        case "doctor":
            from orchestration.doctor_command import doctor

            return doctor()
        case "graph":
            from orchestration.graph_snapshot import write_graph

            prepare()
            return write_graph()
        case "rollback":
            from orchestration.rollback_command import roll_back

            return roll_back(arguments.version)
        case "rescore":
            from orchestration.rescore_command import rescore

            return rescore(arguments.scorecard, arguments.version, arguments.first_month)
        case "impact":
            from orchestration.impact_command import impact

            return impact(arguments.first_month)
    prepare()
    return 0


if __name__ == "__main__":
    sys.exit(main())
