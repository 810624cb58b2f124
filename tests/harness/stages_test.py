"""Tests of the stage runner and of the tools that the stages call."""

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

import compile_times  # noqa: E402
import ctest_stage  # noqa: E402
import lint  # noqa: E402
import python_tests  # noqa: E402
import repo_files  # noqa: E402
import results  # noqa: E402
import run_fuzz  # noqa: E402
import run_stages  # noqa: E402
import tck_stage  # noqa: E402


class InAFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)


class StagesTest(InAFolder):
    def stage(self, name: str, body: str, limit: int = 20, patterns: bool = False) -> None:
        (self.folder / "stages").mkdir(exist_ok=True)
        marks = f"# time-limit: {limit} s\n" + ("# takes-patterns\n" if patterns else "")
        (self.folder / "stages" / f"{name}.sh").write_text(f"#!/usr/bin/env bash\n{marks}{body}\n")

    def run_all(self, *arguments: str) -> tuple[int, str]:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            status = run_stages.main(["--stages", str(self.folder / "stages"), "--logs", str(self.folder / "logs"), *arguments])
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
        status, text = self.run_all()
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

    def test_a_stage_without_a_time_limit_is_refused(self):
        (self.folder / "stages").mkdir()
        (self.folder / "stages/10-a.sh").write_text("true\n")
        with self.assertRaisesRegex(ValueError, "time-limit"):
            self.run_all()

    def test_the_stages_of_the_repository_are_well_formed(self):
        stages = run_stages.find_stages(ROOT / "tests/stages")
        self.assertGreaterEqual(len(stages), 8)
        self.assertEqual(len({stage.name for stage in stages}), len(stages))

    def test_results_are_read_back_as_told(self):
        with unittest.mock.patch.dict(os.environ, GYR_RESULT=str(self.folder / "r")):
            results.tell(results.Result(2, 1, ["because", "also because"]))
            results.tell(results.Result(3, unsteady=["S.a: late"]))
        self.assertEqual(results.read(self.folder / "r"), results.Result(5, 1, ["because", "also because"], ["S.a: late"]))
        self.assertIsNone(results.read(self.folder / "none"))


class CtestTest(InAFolder):
    def write(self, name: str, *cases: str) -> None:
        (self.folder / f"{name}.xml").write_text(f'<testsuites><testsuite name="S">{"".join(cases)}</testsuite></testsuites>')

    def test_cases_are_counted_by_their_outcome(self):
        self.write("test_a", '<testcase name="x" classname="S" status="run" result="completed"/>',
                   '<testcase name="y" classname="S" status="run" result="completed"><failure message="no"/></testcase>',
                   '<testcase name="z" classname="S" status="run" result="skipped"><skipped message="file:1&#x0A;no docker"/></testcase>',
                   '<testcase name="filtered" classname="S" status="notrun" result="suppressed"/>')
        with contextlib.redirect_stdout(io.StringIO()) as out:
            result, failures, seen = ctest_stage.read_cases(self.folder)
            failures[0].print()
        self.assertEqual((result.passed, result.failed, result.skipped), (1, 0, ["S.z: no docker"]))
        self.assertEqual(failures, [ctest_stage.Failure("test_a", "S.y", "no")])
        self.assertEqual(seen, {"test_a"})
        self.assertIn("FAILED: test_a S.y", out.getvalue())

    def judge(self, alone: str, cases: int = 1) -> results.Result:
        """What is made of cases that failed, where the program does `alone` when it is run again."""
        (self.folder / "p").write_text(f"#!/bin/sh\n{alone}\n")
        (self.folder / "p").chmod(0o755)
        program = ctest_stage.Program("a", [str(self.folder / "p")], str(self.folder))
        failures = [ctest_stage.Failure("test_a", f"S.case{i}", "it was late\nby far") for i in range(cases)]
        with contextlib.redirect_stdout(io.StringIO()):
            return ctest_stage.judge(failures, [program], {"GTEST_OUTPUT": "xml:nowhere", "PATH": os.environ["PATH"]})

    def test_a_case_that_holds_alone_is_unsteady(self):
        holds = 'test -z "$GTEST_OUTPUT" && echo "[  PASSED  ] 1 test."'
        self.assertEqual(self.judge(holds),
                         results.Result(1, unsteady=["test_a S.case0 held only when it ran alone; before: it was late by far"]))
        self.assertEqual(self.judge(holds, ctest_stage.MOST_TRIED_AGAIN + 1).failed, ctest_stage.MOST_TRIED_AGAIN + 1)

    def test_a_case_that_fails_twice_or_does_not_run_again_has_failed(self):
        for alone in ("exit 1", "exit 0", 'echo "[  PASSED  ] 1 test."; kill -9 $$', 'echo "[  PASSED  ] 0 tests."'):
            with self.subTest(alone):
                self.assertEqual(self.judge(alone), results.Result(0, 1))

    def test_a_real_ctest_run_counts_crashes(self):
        program = ("#!/bin/sh\ndir=${GTEST_OUTPUT#xml:}; mkdir -p \"$dir\"\ncat > \"$dir/test_good.xml\" <<X\n<testsuites><testsuite>"
                   "<testcase name='a' classname='A' status='run' result='completed'/></testsuite></testsuites>\nX\n")
        (self.folder / "good").write_text(program)
        (self.folder / "crash").write_text("#!/bin/sh\nkill -9 $$\n")
        for name in ("good", "crash"):
            (self.folder / name).chmod(0o755)
        (self.folder / "CTestTestfile.cmake").write_text("".join(f'add_test({n} "{self.folder}/{n}")\n' for n in ("good", "crash")))

        def run(only: str) -> tuple[int, results.Result]:
            told = self.folder / f"told-{only}"
            done = subprocess.run([sys.executable, HERE / "ctest_stage.py", "--build", self.folder, "--only", only],
                                  env={**os.environ, "GYR_RESULT": str(told), "GYR_PATTERN": ""}, stdout=subprocess.DEVNULL, check=False)
            return done.returncode, results.read(told)

        # One that is not built has no command.
        with (self.folder / "CTestTestfile.cmake").open("a") as file:
            file.write('add_test(absent "NOT_AVAILABLE/absent")\n')
        self.assertEqual(run("good"), (0, results.Result(1)))
        self.assertEqual(run("good,crash"), (1, results.Result(1, 1)))


class PythonTestsTest(unittest.TestCase):
    def run_case(self, *outcomes: bool) -> tuple[set[str], list[str]]:
        """Runs a test whose n-th run ends as told."""
        left = list(outcomes)

        class Case(unittest.TestCase):
            def test_it(self):
                with self.subTest("one"):
                    self.assertTrue(left.pop(0), "it was late")

        with contextlib.redirect_stderr(io.StringIO()):
            return python_tests.tried_again(unittest.TextTestRunner().run(Case("test_it")))

    def test_what_holds_at_the_second_time_is_unsteady(self):
        self.assertEqual(self.run_case(True), (set(), []))
        names, unsteady = self.run_case(False, True)
        self.assertEqual(len(names), 1)
        self.assertRegex(unsteady[0], "test_it held at the second time; before: .*it was late")
        names, unsteady = self.run_case(False, False)
        self.assertEqual((len(names), unsteady), (1, []))


class CompileTimesTest(InAFolder):
    def test_slow_files_fail_unless_they_are_nets(self):
        lines = ["25.10\tCMakeFiles/gyr_store.dir/src/store/a.cc.o", "40.0\tCMakeFiles/gyr_net.dir/src/net/b.cc.o",
                 "0.02\tbench/load/CMakeFiles/x.dir/c.cc.o", "3.0\tbench/load/CMakeFiles/x.dir/d.cc.o"]
        times = compile_times.measured(lines)
        self.assertEqual(times, {"src/store/a.cc": 25.1, "src/net/b.cc": 40.0, "bench/load/d.cc": 3.0})
        self.assertEqual(compile_times.too_slow(times | self.others(1.5)), ["src/store/a.cc"])

    def test_a_slow_machine_may_take_longer(self):
        times = {"src/store/a.cc": 25.0}
        self.assertEqual(compile_times.too_slow(times | self.others(1.5)), ["src/store/a.cc"])
        self.assertEqual(compile_times.too_slow(times | self.others(2 * compile_times.MIDDLE_S)), [])

    def others(self, seconds):
        return {f"other{i}.cc": seconds for i in range(9)}

    def test_a_copy_from_the_cache_does_not_hide_a_measurement(self):
        self.assertEqual(compile_times.measured(["25.0\ta.o", "0.01\ta.o"]), {"a": 25.0})
        self.assertEqual(compile_times.measured(["25.0\ta.o", "5.0\ta.o"]), {"a": 5.0})

    def test_the_launcher_measures_and_stays_out_of_the_way(self):
        record = self.folder / "times.tsv"
        command = [str(ROOT / "cmake/timed_compile.sh"), str(record), "sh", "-c",
                   "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo out; echo err >&2; exit 3", "-o", "x.o"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (3, "out\n", "err\n"))
        seconds, _, name = record.read_text().rstrip("\n").partition("\t")
        self.assertEqual(name, "x.o")
        self.assertGreater(float(seconds), 0.01)


class FilesTest(InAFolder):
    def git(self, *words: str) -> None:
        subprocess.run(["git", "-C", self.folder, "-c", "user.name=t", "-c", "user.email=t@t", *words], check=True, capture_output=True)

    def test_tracked_new_and_ignored_files(self):
        self.git("init", "-q", "-b", "main")
        for name, text in {"a.cc": "", "b.cc": "", ".gitignore": "*.o\n", "gone.cc": ""}.items():
            (self.folder / name).write_text(text)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "x")
        (self.folder / "gone.cc").unlink()
        (self.folder / "with blank\nand line.cc").write_text("")
        (self.folder / "x.o").write_text("")
        (self.folder / "b.cc").write_text("changed")
        self.assertEqual(repo_files.repo_files(self.folder), [".gitignore", "a.cc", "b.cc", "with blank\nand line.cc"])
        self.assertEqual(repo_files.changed_files(self.folder), ["b.cc", "with blank\nand line.cc"])

    def test_without_git_built_files_are_left_out(self):
        for name in ("src/a.cc", "build/ci/b.cc", "ui/node_modules/c.js"):
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text("")
        self.assertEqual(repo_files.repo_files(self.folder), ["src/a.cc"])

    def test_shell_scripts_are_known_by_name_or_first_line(self):
        for name, text in {"a.sh": "", "dev": "#!/usr/bin/env bash\n", "py": "#!/usr/bin/env python3\n", "LICENSE": "x", "c.py": "#!/bin/sh\n"}.items():
            (self.folder / name).write_text(text)
        self.assertEqual([name for name in sorted(os.listdir(self.folder)) if repo_files.is_shell(self.folder, name)], ["a.sh", "dev"])

    def test_a_header_is_checked_through_its_source(self):
        everything = ["src/base/text.h", "src/base/text.cc", "src/base/one_shot.h", "src/base/base_test.cc"]
        self.assertEqual(lint.to_tidy(["src/base/text.h"], everything), ["src/base/text.cc"])
        self.assertEqual(lint.to_tidy(["src/base/one_shot.h"], everything), ["src/base/base_test.cc"])
        self.assertEqual(lint.to_tidy(["src/base/base_test.cc", "x.py"], everything), ["src/base/base_test.cc"])


class FuzzTest(InAFolder):
    def target(self, script: str) -> run_fuzz.Outcome:
        path = self.folder / "target_fuzz"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        with contextlib.redirect_stdout(io.StringIO()):
            outcome = run_fuzz.fuzz(self.folder, "target_fuzz", 1, self.folder / "build")
            run_fuzz.report(outcome, self.folder)
        return outcome

    def test_outcomes(self):
        good = self.target("echo 'stat::number_of_executed_units: 123' >&2")
        self.assertTrue(good.clean)
        self.assertEqual(good.executions, 123)
        self.assertFalse(self.target("true").clean, "a target that ran nothing")
        crash = self.target('for a; do case $a in -artifact_prefix=*) echo x > "${a#*=}crash-1";; esac; done\n'
                            "echo '#77 NEW'; exit 77")
        self.assertFalse(crash.clean)
        self.assertEqual([path.name for path in crash.findings], ["crash-1"])


class TckTest(unittest.TestCase):
    def test_outcomes_are_counted(self):
        outcomes = {"a": {"case": "a", "ok": True}, "b": {"case": "b", "ok": False},
                    "c": {"case": "c", "ok": True, "skipped": "no shell"}, "not listed": {"case": "not listed", "ok": False}}
        result, failed = tck_stage.judge(outcomes, ["a", "b", "c", "gone"])
        self.assertEqual((result.passed, result.skipped, failed), (1, ["c: no shell"], ["b", "gone"]))
        self.assertEqual(tck_stage.chosen(["api:flow_get", "engine:if"], "flow_"), ["api:flow_get"])


class DevTest(unittest.TestCase):
    """The command itself, as far as it needs no build."""

    def dev(self, *words: str, **kw) -> subprocess.CompletedProcess[str]:
        return subprocess.run([ROOT / "dev", *words], capture_output=True, text=True, check=False, **kw)

    def test_help_names_every_command_and_works_from_anywhere(self):
        done = self.dev("help", cwd="/")
        self.assertEqual(done.returncode, 0)
        for command in ("setup", "build", "run", "test", "bench", "simulate", "crash", "fuzz", "lint"):
            self.assertIn(f"./dev {command}", done.stdout)

    def test_usage_errors_end_with_2_and_name_the_next_step(self):
        for words in (["fly"], ["build", "fast"], ["build", "debug", "release"], ["fuzz", "--seconds", "0", "all"],
                      ["run", "--port", "x"], ["run", "--twice"], ["lint", "--some"], ["test", "a", "b"]):
            with self.subTest(words):
                done = self.dev(*words)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn("./dev help", done.stderr)

    def test_the_readme_shows_the_first_flow_as_it_is(self):
        self.assertIn("```yaml\n" + (ROOT / "examples/hello.yaml").read_text() + "```", (ROOT / "README.md").read_text())

    def test_the_package_list_is_well_formed(self):
        sections: dict[str, list[str]] = {}
        for line in (ROOT / "packages.txt").read_text().splitlines():
            if line.startswith("["):
                current = sections.setdefault(line.strip("[]"), [])
            elif line and not line.startswith("#"):
                self.assertRegex(line, r"^[a-z0-9][a-z0-9.+-]+( = [\w.+-]+)?$")
                current.append(line)
        self.assertEqual(list(sections), ["build", "test", "run", "containers", "peers"])
        for section, packages in sections.items():
            self.assertEqual(packages, sorted(set(packages)) if section != "build" else packages, section)


if __name__ == "__main__":
    unittest.main()
