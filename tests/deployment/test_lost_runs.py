import dagster as dg
from dagster._core.storage.tags import GRPC_INFO_TAG

from deployment.lost_runs import close_lost_runs


@dg.job
def nothing() -> None: ...


def test_runs_that_ended_with_the_code_location_are_marked_as_failed_and_what_waits_is_kept() -> (
    None
):
    executed = {GRPC_INFO_TAG: '{"host": "code-location", "port": 4000}'}
    with dg.instance_for_test() as instance:
        cut_off = [
            instance.create_run_for_job(nothing, status=status, tags=executed)
            for status in (dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED)
        ]
        waiting = instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.NOT_STARTED)
        done = instance.create_run_for_job(
            nothing, status=dg.DagsterRunStatus.SUCCESS, tags=executed
        )
        from_a_shell = instance.create_run_for_job(nothing, status=dg.DagsterRunStatus.STARTED)
        closed = close_lost_runs(instance)

        def status(run: dg.DagsterRun) -> dg.DagsterRunStatus:
            return instance.get_run_by_id(run.run_id).status

        assert sorted(closed) == sorted(run.run_id for run in cut_off)
        assert {status(run) for run in cut_off} == {dg.DagsterRunStatus.FAILURE}
        assert status(waiting) is dg.DagsterRunStatus.NOT_STARTED
        assert status(done) is dg.DagsterRunStatus.SUCCESS
        assert status(from_a_shell) is dg.DagsterRunStatus.STARTED
