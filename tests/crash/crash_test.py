"""The auditor on invented histories, and the whole test against the double of the server, sound and broken."""

from __future__ import annotations

import contextlib
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
from dataclasses import replace

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import auditor  # noqa: E402
import backfill  # noqa: E402
import crash  # noqa: E402
import flows  # noqa: E402
from history import (ACKNOWLEDGED, REFUSED, UNKNOWN, Effect, Finished, History, Operation, Reply, Restart, SeenExecution,  # noqa: E402
                     SeenTaskRun)

FAKE = [sys.executable, str(HERE.parent / "harness" / "fake_server.py")]


def good_history() -> History:
    """Three operations over one kill: one that ended before it, one whose answer was lost, one that was open."""
    return History(
        operations=[Operation("t1", "webhook", [Reply(1, ACKNOWLEDGED, "e1", 200)]),
                    Operation("t2", "start", [Reply(1, UNKNOWN), Reply(2, ACKNOWLEDGED, "e2", 200)]),
                    Operation("t3", "shell", [Reply(1, ACKNOWLEDGED, "e3", 200)]),
                    Operation("t4", "start", [Reply(1, REFUSED, "", 429)])],
        finished=[Finished("r1", "e3", 1)],
        effects=[Effect(1, "e3", "r1", "0"), Effect(1, "e3", "r2", "0"), Effect(2, "e3", "r2", "1")],
        seen=[SeenExecution("e1", "t1", "webhook", "SUCCESS"), SeenExecution("e2", "t2", "start", "SUCCESS"),
              SeenExecution("e3", "t3", "shell", "SUCCESS",
                            (SeenTaskRun("r1", "SUCCESS", True), SeenTaskRun("r2", "SUCCESS", True), SeenTaskRun("r3", "SUCCESS", False)))],
        restarts=[Restart(2, 0.2, {"e3": 0.4})])


class BackfillJudgeTest(unittest.TestCase):  # TRIG-202
    def setUp(self):
        self.dates = backfill.planned(3)
        self.executions = [{"id": f"e{i}", "scheduleDate": date, "state": {"current": "SUCCESS"}} for i, date in enumerate(self.dates)]

    def problems(self) -> list[str]:
        return backfill.judge(self.dates, self.executions)

    def test_each_date_once_is_right(self):
        self.assertEqual(self.dates, ["2020-01-01T00:00:00Z", "2020-01-01T00:01:00Z", "2020-01-01T00:02:00Z"])
        self.assertEqual(self.problems(), [])

    def test_a_lost_and_a_doubled_date_are_noticed(self):
        lost = self.executions.pop(1)
        self.assertEqual(self.problems(), [f"{lost['scheduleDate']} has 0 executions"])
        self.executions += [lost, {**lost, "id": "again"}]
        self.assertEqual(self.problems(), [f"{lost['scheduleDate']} has 2 executions"])

    def test_other_dates_and_failures_are_noticed(self):
        self.executions.append({"id": "x", "scheduleDate": "2020-01-01T00:03:00Z", "state": {"current": "SUCCESS"}})
        self.executions[0]["state"] = {"current": "FAILED"}
        self.assertEqual(len(self.problems()), 2)


class AuditorTest(unittest.TestCase):
    def rules(self, history: History) -> list[str]:
        return sorted({violation.rule for violation in auditor.audit(history)})

    def test_a_good_history_is_left_alone(self):
        self.assertEqual(auditor.audit(good_history()), [])
        self.assertEqual(auditor.audit(History()), [])

    def test_every_canary_can_be_tried_and_is_caught(self):
        for name, (damage, rule) in auditor.CANARIES.items():
            with self.subTest(name):
                history = good_history()
                self.assertTrue(damage(history))
                self.assertIn(rule, self.rules(history))

    def test_a_blind_auditor_is_found_out(self):
        checks = auditor.CHECKS
        self.addCleanup(setattr, auditor, "CHECKS", checks)
        for blind in range(len(checks) - 1):  # left-over processes have no canary: they are not in the history's records
            auditor.CHECKS = checks[:blind] + checks[blind + 1:]
            self.assertNotEqual(auditor.try_canaries(good_history(), set(auditor.CANARIES)), [], checks[blind].__name__)

    def test_canaries_leave_the_history_as_it_is(self):
        history = good_history()
        untried = set(auditor.CANARIES)
        self.assertEqual(auditor.try_canaries(history, untried), [])
        self.assertEqual(untried, set())
        self.assertEqual(history, good_history())

    def test_what_cannot_be_tried_stays_untried(self):
        untried = {"a finished task runs again", "an execution comes from nowhere"}
        auditor.try_canaries(History(), untried)
        self.assertEqual(untried, {"a finished task runs again"})

    def test_an_unanswered_wish_may_have_been_granted_or_not(self):
        history = History(operations=[Operation("t", "start", [Reply(1, UNKNOWN)])])
        self.assertEqual(auditor.audit(history), [])
        history.seen = [SeenExecution("e", "t", "start", "SUCCESS")]
        self.assertEqual(auditor.audit(history), [])
        history.seen.append(SeenExecution("f", "t", "start", "SUCCESS"))
        self.assertEqual(self.rules(history), ["doubled"])

    def test_a_refused_wish_that_was_granted(self):
        history = History(operations=[Operation("t", "start", [Reply(1, REFUSED, "", 429)])],
                          seen=[SeenExecution("e", "t", "start", "SUCCESS")])
        self.assertEqual(self.rules(history), ["invented"])

    def test_an_answer_that_belongs_to_another_token(self):
        history = good_history()
        history.seen[0], history.seen[1] = replace(history.seen[0], token="t2"), replace(history.seen[1], token="t1")
        self.assertEqual(self.rules(history), ["confused"])

    def test_a_task_that_was_not_shown_finished_may_run_again(self):
        history = good_history()
        history.effects.append(Effect(3, "e3", "r2", "2"))
        self.assertEqual(auditor.audit(history), [])
        history.effects.append(Effect(3, "e3", "r1", "1"))
        self.assertEqual(self.rules(history), ["ran again"])

    def test_a_second_attempt_in_one_incarnation_is_a_second_run(self):
        history = good_history()
        history.effects.append(Effect(2, "e3", "r2", "7"))
        self.assertEqual(self.rules(history), ["ran twice"])

    def test_a_finished_task_run_that_is_gone(self):
        history = good_history()
        history.finished.append(Finished("r9", "e3", 1))
        self.assertEqual(self.rules(history), ["lost"])

    def test_slow_recoveries(self):
        for restart in (Restart(2, 5.1), Restart(2, 0.1, {"e": 5.5}), Restart(2, 0.1, {"e": None})):
            self.assertEqual(self.rules(History(restarts=[restart])), ["slow"])

    def test_processes_of_a_dead_server(self):
        self.assertEqual(self.rules(History(left_over=["12 sh"])), ["left over"])


class ReadingTest(unittest.TestCase):
    def test_tokens_of_starts_and_webhooks(self):
        self.assertEqual(flows.token_of({"labels": [{"key": "a", "value": "b"}, {"key": "token", "value": "t"}]}), "t")
        self.assertEqual(flows.token_of({"trigger": {"variables": {"parameters": {"token": ["u"]}}}}), "u")
        self.assertEqual(flows.token_of({"trigger": {"variables": {}}}), "")
        self.assertEqual(flows.token_of({}), "")

    def test_effect_lines(self):
        self.assertEqual(flows.parse_effect("3 e r 0"), Effect(3, "e", "r", "0"))
        for line in ("", "e r 0", "x e r 0", "3 e r 0 y"):
            with self.assertRaisesRegex(ValueError, "side-effect line"):
                flows.parse_effect(line)

    def test_the_last_change_is_the_latest_of_all_histories(self):
        def state(*dates):
            return {"histories": [{"state": "X", "date": date} for date in dates]}
        execution = {"state": state("2026-01-01T00:00:00Z", "2026-01-01T00:00:01.5Z"),
                     "taskRunList": [{"state": state("2026-01-01T00:00:01.500001Z")}, {"state": state("2026-01-01T00:00:00.123456789Z")}]}
        self.assertEqual(crash.last_change(execution), crash.utc("2026-01-01T00:00:01.500001Z"))

    def test_left_over_processes_are_found_by_their_environment(self):
        for ours in (True, False):
            environment = {**os.environ, **crash.environment_of(41)}
            if not ours:
                environment[flows.RUN] = "another"  # which counts its own incarnations
            with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
                process.stdin.write(b"it runs\n")  # while a program is being started its environment cannot be read
                process.stdin.flush()
                process.stdout.readline()
                self.assertEqual([text.split()[0] for text in crash.left_over_processes(42)], [str(process.pid)] if ours else [])
                self.assertEqual(crash.left_over_processes(41), [])
                process.stdin.close()

    def test_the_flows_differ_only_in_how_they_start(self):
        self.assertIn("id: start\n", flows.START)
        self.assertNotIn("triggers", flows.START)
        self.assertIn("triggers", flows.WEBHOOK)


class WholeTest(unittest.TestCase):
    """Real processes, real kills; the server is the double."""

    def crash(self, cycles: int, bug: str = "", seed: int = 11) -> tuple[int, str]:
        out = io.StringIO()
        with (tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(out), contextlib.redirect_stderr(out),
              unittest.mock.patch.dict(os.environ, FAKE_BUG=bug)):
            status = crash.main(["--program", *FAKE, "--cycles", str(cycles), "--seed", str(seed), "--work", folder, "--rate", "100",
                                 "--settle", "3"])
        return status, out.getvalue()

    def test_a_sound_server_passes(self):
        status, text = self.crash(6)
        self.assertEqual(status, 0, text)
        self.assertIn("dev crash: 6 cycles", text)
        self.assertIn("0 violations", text)

    def test_every_broken_promise_is_found(self):
        for bug, rule in {"lose": "lost", "double": "doubled", "rerun": "ran again", "stuck": "stuck", "fail": "failed",
                          "invent": "invented"}.items():
            with self.subTest(bug):
                # Which of its rules a broken server breaks first depends on the moment of the kill, hence a few tries.
                for seed in range(100, 110):
                    status, text = self.crash(10, bug, seed)
                    if f"VIOLATION {rule}" in text:
                        break
                self.assertIn(f"VIOLATION {rule}", text)
                self.assertEqual(status, 1, text)
                self.assertIn("--seed", text)

    def test_a_server_that_refuses_everything_proves_nothing(self):
        status, text = self.crash(2, "refuse")
        self.assertEqual(status, 3, text)
        self.assertIn("no execution was ever started", text)

    def test_a_server_that_does_not_start_is_no_success(self):
        out = io.StringIO()
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(out):
            status = crash.main(["--program", "false", "--cycles", "1", "--work", folder])
        self.assertEqual(status, 5)
        self.assertIn("the server ended with status 1", out.getvalue())

    def test_wrong_options_are_usage_errors(self):
        for words in (["--cycles", "0"], ["--rate", "-1"], ["--fast"]):
            with self.subTest(words), contextlib.redirect_stderr(io.StringIO()), self.assertRaises(SystemExit) as ended:
                crash.main(["--program", "x", *words])
            self.assertEqual(ended.exception.code, 2)


if __name__ == "__main__":
    unittest.main()
