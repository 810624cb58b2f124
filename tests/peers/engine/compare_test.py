"""Tests of the comparison of engines that need no engine: what is made, what is told apart, and what happens where nobody answers."""

from __future__ import annotations

import copy
import pathlib
import socket
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import generated_flows as flows  # noqa: E402
import outcomes  # noqa: E402


def state(*names: str) -> dict:
    return {"current": names[-1], "histories": [{"state": name, "date": "2026-01-01T00:00:00Z"} for name in names]}


def run(identifier: str, task: str, *names: str, **more) -> dict:
    return {"id": identifier, "taskId": task, "state": state(*names), "attempts": [{"state": state("CREATED", "RUNNING", names[-1])}], **more}


def form(runs: list[dict], *names: str, logs: tuple[dict, ...] = ()) -> dict:
    return outcomes.normal({"state": state(*names), "taskRunList": runs}, list(logs))


class Flows(unittest.TestCase):
    def test_a_seed_makes_the_same_flow_each_time(self):
        self.assertEqual(flows.make(7), flows.make(7))
        self.assertNotEqual(flows.make(7), flows.make(8))

    def test_ids_are_unique_and_every_kind_comes(self):
        kinds = set()
        for seed in range(300):
            flow = flows.make(seed)
            ids = [task["id"] for task in flows.walk(flow)]
            self.assertEqual(len(ids), len(set(ids)), seed)
            kinds |= flows.kinds(flow)
        self.assertLessEqual({"Parallel", "Dag", "Switch", "ForEach", "LoopUntil", "WorkingDirectory", "Pause", "Subflow", "Exit"}, kinds)

    def test_smaller_variants_are_smaller_and_leave_the_flow_alone(self):
        flow = flows.make(3)
        before = copy.deepcopy(flow)
        variants = list(flows.smaller(flow))
        self.assertTrue(variants)
        for variant in variants:
            self.assertLess(len(flows.source(variant)), len(flows.source(flow)))
        self.assertEqual(flow, before)


class Outcomes(unittest.TestCase):
    def test_what_differs_from_run_to_run_does_not_count(self):
        one = form([run("3sXk2P0aB7cD9eF1gH3jK5", "t", "CREATED", "SUBMITTED", "RUNNING", "SUCCESS", outputs={"id": "3sXk2P0aB7cD9eF1gH3jK5"})], "CREATED", "SUCCESS")
        two = form([run("9aBcDeFgH1jKlMnOpQrS2T", "t", "CREATED", "RUNNING", "SUCCESS", outputs={"id": "9aBcDeFgH1jKlMnOpQrS2T"})], "CREATED", "SUCCESS")
        self.assertEqual(outcomes.differences(one, two, set()), {})

    def test_states_values_parents_and_logs_count(self):
        line = {"taskId": "t", "level": "INFO", "message": "hello"}
        one = form([run("a", "t", "CREATED", "RUNNING", "SUCCESS"), run("b", "u", "CREATED", "SUCCESS", parentTaskRunId="a", value="x")], "SUCCESS", logs=(line,))
        two = form([run("a", "t", "CREATED", "RUNNING", "FAILED"), run("b", "u", "CREATED", "SUCCESS", parentTaskRunId="a", value="y")], "FAILED", logs=(line, line))
        self.assertEqual(set(outcomes.differences(one, two, set())), {
            "execution state", "execution history", "run state", "run history", "run attempts", "runs that only we have", "runs that we lack", "logs"})

    def test_beside_a_failed_sibling_only_the_flowable_counts(self):
        def some(child: str) -> dict:
            return form([run("a", "p", "CREATED", "FAILED"), run("b", "u", "CREATED", child, parentTaskRunId="a")], "FAILED")
        self.assertEqual(outcomes.differences(some("SUCCESS"), some("FAILED"), {"p"}), {})
        self.assertIn("run state", outcomes.differences(some("SUCCESS"), some("FAILED"), set()))


class WithoutAServer(unittest.TestCase):
    def test_it_tells_that_it_skipped(self):
        with socket.socket() as nobody:  # bound, and not listening: connections are refused
            nobody.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
            done = subprocess.run([sys.executable, HERE / "compare.py", "--ours", url, "--theirs", url], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 3)
        self.assertIn("SKIPPED: no server at", done.stderr)


if __name__ == "__main__":
    unittest.main()
