from orchestration.run_warnings import Warned, warning_lines


def test_a_check_that_found_one_thing_says_it() -> None:
    usage = Warned("usage_not_fallen", "audit/data_findings", "October: usage fell.", 1)
    assert warning_lines([usage]) == ["usage_not_fallen: October: usage fell."]


def test_a_check_that_found_many_things_says_the_first_in_one_line() -> None:
    many = Warned("volume_as_usual", "audit/data_findings", "tickets: 3\ncalls: 2\nand 5 more", 7)
    assert warning_lines([many]) == ["volume_as_usual: tickets: 3 (and 6 more)"]


def test_what_a_check_says_of_many_tables_is_one_line() -> None:
    same = [
        Warned("load_completed", f"pendo/{table}", "The vendor is not configured.", 1)
        for table in ("visitors", "accounts", "events", "guides")
    ]
    late = Warned("load_completed", "zendesk/tickets", "The account does not have this.", 1)
    assert warning_lines([*same, late]) == [
        "load_completed: The account does not have this.",
        "load_completed: The vendor is not configured. "
        "(pendo/accounts, pendo/events, pendo/guides and 1 more)",
    ]
