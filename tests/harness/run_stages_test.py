"""Tests of the stage runner: results, lanes, budgets, what --quick and --soak choose."""

from __future__ import annotations

import contextlib
import io
import os
import pathlib
import re
import select
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))

import quick  # noqa: E402
import results  # noqa: E402
import run_stages  # noqa: E402
import stage  # noqa: E402
import stage_times  # noqa: E402


class InAFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)


class StagesTest(InAFolder):
    def stage(self, name: str, body: str, limit: int = 20, patterns: bool = False, budget: int = 1, marks: str = "") -> None:
        (self.folder / "stages").mkdir(exist_ok=True)
        marks = f"# time-limit: {limit} s\n# budget: {budget} s\n{marks}" + ("# takes-patterns\n" if patterns else "")
        (self.folder / "stages" / f"{name}.sh").write_text(f"#!/usr/bin/env bash\n{marks}{body}\n")

    def run_all(self, *arguments: str, slowness: float = 10) -> tuple[int, str]:
        """As on a machine that is so many times slower than the reference machine."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            status = run_stages.main(["--stages", str(self.folder / "stages"), "--logs", str(self.folder / "logs"),
                                      "--slowness", str(slowness), *arguments])
        return status, out.getvalue()

    def last(self, text: str) -> str:
        return re.sub(r"in \d+ s", "in N s", text.splitlines()[-1])

    def test_counts_are_added_up_in_one_closing_line(self):
        self.stage("10-a", "echo passed 3 >> $GYR_RESULT; echo passed 1 >> $GYR_RESULT")
        self.stage("20-b", "echo passed 2 >> $GYR_RESULT; echo skipped no docker here >> $GYR_RESULT")
        status, text = self.run_all()
        self.assertEqual(status, 0)
        self.assertEqual(self.last(text), "dev test: 6 passed, 0 failed, 1 skipped in N s")
        self.assertIn("SKIPPED: no docker here", text)

    def test_unsteady_cases_are_told_loudly(self):
        self.stage("10-a", "echo passed 3 >> $GYR_RESULT; echo unsteady S.a: it was late >> $GYR_RESULT")
        status, text = self.run_all()
        self.assertEqual(status, 0)
        self.assertEqual(self.last(text), "dev test: 3 passed, 0 failed, 0 skipped, 1 unsteady in N s")
        self.assertIn("UNSTEADY: S.a: it was late", text)

    def test_the_cause_of_a_failure_is_shown_although_the_log_ends_long_behind_it(self):
        self.stage("10-a", "echo 'FAILED: CMakeFiles/x.o'; echo 'x.cc:3:1: error: no such thing'; for i in $(seq 200); do echo step $i; done; exit 1")
        status, text = self.run_all()
        self.assertEqual(status, 1)
        self.assertRegex(text, r"(?s)FAILED: CMakeFiles/x\.o.*x\.cc:3:1: error: no such thing.*….*step 141\n.*step 200")
        self.assertNotIn("step 140\n", text)

    def test_a_failure_on_a_full_disk_says_so(self):
        self.stage("10-a", "exit 1")
        with unittest.mock.patch("shutil.disk_usage", return_value=unittest.mock.Mock(free=3 << 20)):
            self.assertIn("ended with status 1 with 3 MiB left on the disk", self.run_all()[1])
        self.assertNotIn("left on the disk", self.run_all()[1])

    def test_every_way_to_fail_is_a_failure(self):
        for body, why in {"echo passed 3 >> $GYR_RESULT; echo failed 2 >> $GYR_RESULT; exit 1": "status 1",
                          "echo failed 1 >> $GYR_RESULT": "ended with status 0",
                          "echo passed 3 >> $GYR_RESULT; exit 7": "status 7",
                          "set -e; false; echo passed 1 >> $GYR_RESULT": "status 1",
                          "true": "told no result",
                          "echo passed 0 >> $GYR_RESULT": "ran no test at all",
                          "echo all is well >> $GYR_RESULT": "something else",
                          "echo passed 5 >> $GYR_RESULT; kill -9 $$": "status -9"}.items():
            with self.subTest(body):
                self.stage("10-a", f"echo output of the stage\n{body}")
                self.stage("20-b", "echo passed 1 >> $GYR_RESULT")
                status, text = self.run_all()
                self.assertEqual(status, 1)
                self.assertRegex(self.last(text), r"dev test: \d+ passed, [12] failed, 0 skipped")
                self.assertIn(why, text)
                self.assertIn("  | output of the stage", text)
                self.assertRegex(text, r"(?m)^ok +b ")

    def test_a_stage_that_hangs_is_ended_with_all_it_started(self):
        self.stage("10-a", f"cat <> {self.folder}/fifo & echo $! > {self.folder}/pid; wait", limit=1)
        os.mkfifo(self.folder / "fifo")
        status, text = self.run_all(slowness=1)
        self.assertEqual(status, 1)
        self.assertIn("was ended after its 1 s", text)
        pid = int((self.folder / "pid").read_text())
        with contextlib.suppress(ProcessLookupError):
            ended = select.poll()
            ended.register(os.pidfd_open(pid), select.POLLIN)
            self.assertTrue(ended.poll(10_000), "a process of the stage is still alive")

    def test_patterns_choose_stages_or_tests(self):
        self.stage("10-alpha", "echo passed 1 >> $GYR_RESULT")
        self.stage("20-beta", 'if [ "$GYR_PATTERN" = some_test ]; then echo passed 5; else echo passed 0; fi >> $GYR_RESULT', patterns=True)
        self.assertEqual(self.last(self.run_all("alpha")[1]), "dev test: 1 passed, 0 failed, 0 skipped in N s")
        self.assertEqual(self.last(self.run_all("some_test")[1]), "dev test: 5 passed, 0 failed, 0 skipped in N s")
        status, text = self.run_all("nonsense")
        self.assertEqual(status, 1)
        self.assertIn("'nonsense'", text)

    def test_a_stage_that_does_not_say_what_is_needed_is_refused(self):
        for comments, why in {"true": "time-limit", "# time-limit: 9 s": "budget", "# budget: 9 s": "time-limit",
                              "# time-limit: 9 s\n# budget: 10 s": "above the time limit",
                              "# time-limit: 9 s\n# budget: 9 s\n# lane: fast": "no lane 'fast'",
                              "# time-limit: 9 s\n# budget: 9 s\n# lane: wait\n# alone": "cannot wait beside"}.items():
            with self.subTest(comments):
                (self.folder / "10-a.sh").write_text(comments + "\n")
                with self.assertRaisesRegex(ValueError, why):
                    run_stages.find_stages(self.folder)

    def test_the_stages_of_the_repository_fit(self):
        stages = run_stages.find_stages(ROOT / "tests/stages")
        self.assertGreaterEqual(len(stages), 8)
        self.assertEqual(len({stage.name for stage in stages}), len(stages))
        self.assertEqual(stage.check_budgets(stages), [])
        # Something must say which stages a small change needs.
        for name in ("tidy", "unit", "scripts", "tck"):
            self.assertTrue(next(s for s in stages if s.name == name).quick, name)
        soak = run_stages.find_stages(ROOT / "tests/soak", soak_s=3600)
        self.assertLessEqual(sum(s.budget_s for s in soak), 3600)
        self.assertGreaterEqual(len(soak), 4)

    def test_a_stage_above_its_budget_fails(self):
        self.stage("10-a", "echo built 0.2 >> $GYR_RESULT; echo passed 1 >> $GYR_RESULT", budget=0)
        status, text = self.run_all(slowness=1)
        self.assertEqual(status, 1)
        self.assertIn("FAIL stage a took 0 s; its budget is 0 s", text)
        self.assertEqual(self.last(text), "dev test: 1 passed, 1 failed, 0 skipped in N s")
        # A part of the run has no budget: what is built there would have been built by another stage.
        self.assertEqual(self.run_all("a", slowness=1)[0], 0)

    def test_stages_and_the_whole_have_some_slack(self):
        def one(name: str, total_s: float) -> stage_times.Times:
            return stage_times.Times(stage.Stage(pathlib.Path(name), name, 200, 100), 20, total_s)

        def late(*rows: stage_times.Times, elapsed_s: float = 0) -> list[str]:
            return stage_times.Table(1.5, list(rows), elapsed_s, 200, 400).over()

        self.assertEqual(late(one("a", 450), one("b", 10), elapsed_s=600), [])
        self.assertEqual(late(one("a", 451), one("b", 10)), ["stage a took 451 s; its budget is 150 s"])
        self.assertEqual(late(one("a", 150), one("b", 151), elapsed_s=601), ["the stages together took 601 s; 600 s are allowed"])
        self.assertIn("above its budget", stage_times.Table(1.5, [one("a", 151)], 151, 200).text())

    def test_budgets_that_do_not_fit_fail(self):
        self.stage("10-a", "echo passed 1 >> $GYR_RESULT", limit=3000, budget=1200)
        self.stage("20-b", "echo passed 1 >> $GYR_RESULT", limit=3000, budget=900)
        self.stage("30-c", "echo passed 1 >> $GYR_RESULT", limit=3000, budget=2000, marks="# lane: wait\n")
        self.stage("40-ui", "echo passed 1 >> $GYR_RESULT", limit=3000, budget=480)
        self.assertEqual(self.run_all()[0], 0)
        self.stage("20-b", "echo passed 1 >> $GYR_RESULT", limit=3000, budget=901)
        self.stage("40-ui", "echo passed 1 >> $GYR_RESULT", limit=3000, budget=481, marks="# after: nothing\n")
        status, text = self.run_all("--slowness", "2")
        self.assertEqual(status, 1)
        for problem in ("today's stages are 2101 s together; 2100 s are allowed", "480 s are reserved", "after 'nothing', which is no stage"):
            self.assertIn(problem, text)

    def test_the_table_and_the_history_tell_what_each_stage_took(self):
        self.stage("10-a", "echo built 1.5 >> $GYR_RESULT; echo built 0.5 >> $GYR_RESULT; echo passed 1 >> $GYR_RESULT", budget=6)
        text = self.run_all()[1]
        self.assertRegex(text, r"(?m)^stage +build s +run s +budget s +share$")
        self.assertRegex(text, r"(?m)^a +2\.0 +0\.0 +60 +\d%$")
        self.assertIn("This machine is 10.00 times slower", text)
        self.run_all()
        lines = [line.split("\t") for line in (self.folder / "logs/times.tsv").read_text().splitlines()]
        self.assertEqual(lines[0], ["date", "commit", "stage", "build_s", "run_s", "slowness"])
        self.assertEqual([line[2:4] for line in lines[1:]], [["a", "2.0"], ["a", "2.0"]])

    def test_a_slow_machine_has_longer_budgets_up_to_a_bound(self):
        reference = stage_times.REFERENCE_S
        self.assertEqual(stage_times.slowness([]), 1)
        self.assertEqual(stage_times.slowness([reference / 2]), 1)
        self.assertAlmostEqual(stage_times.slowness([reference, 1.5 * reference]), 1.5)
        self.assertEqual(stage_times.slowness([9 * reference]), stage_times.MAX_SLOWNESS)
        with unittest.mock.patch.object(stage_times, "COMPILER", ["no such compiler"]):
            self.assertEqual(stage_times.probe_s(), 0)

    def test_lanes_run_side_by_side_and_keep_to_their_order(self):
        def meet(mine: str, other: str) -> str:
            return f"echo > {self.folder}/{mine}; read -r < {self.folder}/{other}; echo passed 1 >> $GYR_RESULT"

        for name in ("one", "two"):
            os.mkfifo(self.folder / name)
        # Each waits for the other: they end only if both run at a time.
        self.stage("10-work", f"read -r < {self.folder}/two; echo > {self.folder}/one; echo passed 1 >> $GYR_RESULT")
        self.stage("20-wait", meet("two", "one"), marks="# lane: wait\n")
        log = f"echo $GYR_NAME >> {self.folder}/order"
        self.stage("30-later", f"GYR_NAME=later; {log}; echo passed 1 >> $GYR_RESULT")
        self.stage("40-after", f"GYR_NAME=after; {log}; echo passed 1 >> $GYR_RESULT", marks="# lane: wait\n# after: later, work\n")
        self.stage("50-alone", f"GYR_NAME=alone; {log}; echo passed 1 >> $GYR_RESULT", marks="# alone\n# after: after\n")
        self.stage("60-last", f"GYR_NAME=last; {log}; echo passed 1 >> $GYR_RESULT", marks="# lane: wait\n# after: alone\n")
        status, text = self.run_all()
        self.assertEqual((status, self.last(text)), (0, "dev test: 6 passed, 0 failed, 0 skipped in N s"), text)
        self.assertEqual((self.folder / "order").read_text().split(), ["later", "after", "alone", "last"])

    def test_stages_that_wait_for_each_other_are_an_error(self):
        self.stage("10-a", "true", marks="# after: b\n")
        self.stage("20-b", "true", marks="# after: a\n")
        with self.assertRaisesRegex(ValueError, "wait for each other: a, b"):
            self.run_all()

    def test_a_stage_hears_how_long_it_may_take(self):
        self.stage("10-first", "true", budget=5)
        self.stage("20-sweep", "true", budget=8)
        self.stage("30-last", "true", budget=10)
        self.stage("40-beside", "true", budget=9, marks="# lane: wait\n")
        stages = run_stages.find_stages(self.folder / "stages")

        def told(slow: float, elapsed: float) -> list[float]:
            """What the stages of the first lane hear while the others are still to come."""
            now = 1000.0
            with unittest.mock.patch.object(run_stages.time, "monotonic", lambda: now):
                lanes = run_stages.Lanes(stages, run_stages.Settings(self.folder, "", {}, slow), stage.planned_s(stages))
                now += elapsed
                pending, seconds = list(stages), []
                for one in stages[:3]:
                    pending.remove(one)
                    lanes._pending = list(pending)
                    seconds.append(lanes._seconds_of(one))
            return seconds

        self.assertEqual(told(1, 0), [5, 8, 10])
        self.assertEqual(told(2, 0), [10, 16, 20])
        self.assertEqual(told(1, 3), [2, 8, 10])  # what was lost is taken from the next one
        self.assertEqual(told(1, 50), [0, 0, 0])

    def test_the_floor_of_a_sweep_holds(self):
        lib = f"cd {ROOT}; source tests/stages/lib.sh; seconds_left 7"
        for given, left in (("0", "7"), ("5", "7"), ("30", "30")):
            done = subprocess.run(["bash", "-c", lib], env={**os.environ, "GYR_SECONDS": given}, capture_output=True, text=True, check=True)
            self.assertEqual(done.stdout.strip(), left)

    def test_a_soak_gives_each_stage_its_share_of_the_hours(self):
        (self.folder / "stages").mkdir()
        for name, share in (("10-a", 25), ("20-b", 50)):
            (self.folder / "stages" / f"{name}.sh").write_text(
                f"# time-limit: 60 s\n# share: {share} %\necho $GYR_SECONDS > $GYR_LOGS/{name}; echo passed 1 >> $GYR_RESULT\n")
        self.assertEqual(self.run_all("--soak", "2", slowness=1)[0], 0)
        self.assertEqual((self.folder / "logs/10-a").read_text().strip(), "1800")
        self.assertIn((self.folder / "logs/20-b").read_text().strip(), ("3600", "3599"))

    def test_results_are_read_back_as_told(self):
        with unittest.mock.patch.dict(os.environ, GYR_RESULT=str(self.folder / "r")):
            results.tell(results.Result(2, 1, ["because", "also because"]))
            results.tell(results.Result(3, unsteady=["S.a: late"]))
        self.assertEqual(results.read(self.folder / "r"), results.Result(5, 1, ["because", "also because"], ["S.a: late"]))
        self.assertIsNone(results.read(self.folder / "none"))


class QuickTest(unittest.TestCase):
    def reach(self, *files: str) -> quick.Reach:
        return quick.Reach(list(files), quick.reached_modules(list(files)))

    def test_a_change_reaches_what_may_see_it(self):
        self.assertEqual(self.reach("src/web/http/router.cc").modules, ["web", "main"])
        self.assertEqual(self.reach("README.md").modules, [])
        store = self.reach("src/store/rows.cc").modules
        self.assertEqual(store[0], "store")
        self.assertEqual(store[-1], "main")
        self.assertIn("security", store)
        self.assertNotIn("engine", store)
        self.assertNotIn("plugins", store)
        self.assertEqual(len(self.reach("src/precompiled.h").modules), len(quick.layers.ROW_OF))

    def test_stages_say_what_concerns_them(self):
        stages = {s.name: s for s in stage.find_stages(ROOT / "tests/stages")}

        def names(*files: str) -> set[str]:
            return {name for name, s in stages.items() if self.reach(*files).concerns(s)}

        self.assertEqual(names("src/web/http/router.cc"), {"tidy", "unit", "tck", "clients"})
        self.assertEqual(names("docs/users/flows.md"), {"tidy", "program"})
        self.assertIn("scripts", names("tests/harness/stage.py"))
        self.assertIn("tck", names("src/store/rows.cc"))
        self.assertEqual(names(), set())


if __name__ == "__main__":
    unittest.main()
