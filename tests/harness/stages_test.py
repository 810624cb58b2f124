"""Tests of the tools that the stages call."""

from __future__ import annotations

import contextlib
import io
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))

import compile_changed  # noqa: E402
import compile_times  # noqa: E402
import ctest_stage  # noqa: E402
import lint  # noqa: E402
import memory_soak  # noqa: E402
import python_tests  # noqa: E402
import repo_files  # noqa: E402
import results  # noqa: E402
import run_fuzz  # noqa: E402
import tck_stage  # noqa: E402


class InAFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)


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
    def unit(self, name: str, seconds: float, files: int = 1) -> compile_times.Unit:
        return compile_times.Unit(name, files, seconds)

    def others(self, seconds: float) -> list[compile_times.Unit]:
        return [self.unit(f"other{i}.cc", seconds) for i in range(9)]

    def slow(self, *units: compile_times.Unit, others: float = 0.8) -> list[str]:
        return [unit.name for unit in compile_times.too_slow([*units, *self.others(others)])]

    def test_units_are_read_with_the_number_of_their_files(self):
        joined = self.folder / "CMakeFiles/gyr_a.dir/Unity/unity_src_a_0_cxx.cxx"
        tests = self.folder / "generated/unity/test_a_0.cc"
        for path, text in ((joined, '#include "a.cc"\n#include "b.cc"\n'), (tests, '#line 1 "a_test.cc"\n#include <map>\n#line 1 "b_test.cc"\n')):
            path.parent.mkdir(parents=True)
            path.write_text(text)
        lines = ["25.10\tCMakeFiles/gyr_a.dir/Unity/unity_src_a_0_cxx.cxx.o", "9.0\tCMakeFiles/test_a.dir/generated/unity/test_a_0.cc.o",
                 "0.02\tbench/load/CMakeFiles/x.dir/c.cc.o", "3.0\tbench/load/CMakeFiles/x.dir/d.cc.o", "9.0\tx/cmake_pch.hxx.pch"]
        units = compile_times.measured(lines, self.folder)
        self.assertEqual({(unit.name, unit.files) for unit in units},
                         {("Unity/unity_src_a_0_cxx.cxx", 2), ("generated/unity/test_a_0.cc", 2), ("bench/load/d.cc", 1)})

    def test_slow_units_fail_unless_they_are_nets(self):
        self.assertEqual(self.slow(self.unit("src/store/a.cc", 25.1), self.unit("src/net/b.cc", 40), self.unit("Unity/unity_src_net_0", 60)),
                         ["src/store/a.cc"])
        self.assertEqual(self.slow(self.unit("sixteen", 49, files=16), self.unit("more", 51, files=16)), ["more"])

    def test_a_slow_machine_may_take_longer(self):
        self.assertEqual(self.slow(self.unit("a.cc", 25)), ["a.cc"])
        self.assertEqual(self.slow(self.unit("a.cc", 25), others=2 * compile_times.MIDDLE_S), [])

    def test_a_copy_from_the_cache_does_not_hide_a_measurement(self):
        def seconds(*lines: str) -> list[float]:
            return [unit.seconds for unit in compile_times.measured(list(lines), self.folder)]

        self.assertEqual(seconds("25.0\ta.o", "0.01\ta.o"), [25.0])
        self.assertEqual(seconds("25.0\ta.o", "5.0\ta.o"), [5.0])

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

    def test_a_file_is_checked_by_itself(self):
        command = "/x/timed.sh t.tsv cmake -E env A=b ccache /usr/bin/clang++-19 -DX='a b' -MD -MT a.o -MF a.d -Xclang -include-pch -Xclang h.pch -o a.o -c a.cc"
        words = compile_changed.check_command(command)
        self.assertEqual(words, ["/usr/bin/clang++-19", "-DX=a b", "-Xclang", "-include-pch", "-Xclang", "h.pch", "a.cc", "-fsyntax-only"])
        self.assertEqual(compile_changed.headers_of([words]), {"h.pch"})

    def test_joined_tests_keep_their_names_and_lines(self):
        body = "// first\nnamespace gyr {\nnamespace {\n\nint answer() { return NUMBER; }\nTEST(S, NUMBER) { answer(); }\n\n}  // namespace\n}  // namespace gyr\n"
        (self.folder / "a_test.cc").write_text(body.replace("NUMBER", "1"))
        (self.folder / "b_test.cc").write_text(body.replace("NUMBER", "2") + "int after = gyr::answer();\n")
        subprocess.run(["cmake", f"-DSOURCE={self.folder}", f"-DTARGET={self.folder}/out.cc", "-DFILES=a_test.cc|b_test.cc", "-P",
                        ROOT / "cmake/unity_tests.cmake"], check=True)
        text = (self.folder / "out.cc").read_text()
        done = subprocess.run(["clang++-19", "-E", "-P", "-DTEST(S,N)=int test_##N = 0; void use_##N()", "-"], input=text, text=True, capture_output=True, check=True)
        self.assertEqual(done.stdout.count("int answer()"), 2)
        compiled = subprocess.run(["clang++-19", "-fsyntax-only", "-x", "c++", "-DTEST(S,N)=void use_##N()", "-"], input=text.replace("S, ", "S, n"),
                                  text=True, capture_output=True, check=False)
        self.assertEqual(compiled.returncode, 0, compiled.stderr)
        broken = subprocess.run(["clang++-19", "-fsyntax-only", "-x", "c++", "-DTEST(S,N)=void use_##N()", "-"],
                                input=text.replace("S, ", "S, n").replace("return 2", "return x"), text=True, capture_output=True, check=False)
        self.assertIn("b_test.cc:5:", broken.stderr)

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


class MemorySoakTest(unittest.TestCase):
    def readings(self, mb_per_h: float, hours: float) -> list[tuple[float, float]]:
        """A server that jumps to and fro by two megabytes and grows besides."""
        return [(s, 60 + 2 * (i % 2) + mb_per_h * s / 3600) for i, s in enumerate(range(0, int(hours * 3600), 60))]

    def test_memory_that_grows_with_time_fails(self):
        self.assertAlmostEqual(memory_soak.slope_mb_per_h(self.readings(30, 2)), 30, delta=2)
        self.assertTrue(memory_soak.grows(self.readings(30, 2)))
        self.assertFalse(memory_soak.grows(self.readings(2, 8)))
        self.assertFalse(memory_soak.grows(self.readings(-20, 2)))

    def test_what_is_chance_or_warming_up_does_not_count(self):
        self.assertFalse(memory_soak.grows(self.readings(30, 0.1)), "three megabytes in six minutes")
        self.assertFalse(memory_soak.grows([]))
        self.assertFalse(memory_soak.grows([(1.0, 50.0)]))
        warm = [(float(s), min(60.0, 20.0 + s / 10)) for s in range(0, 3600, 60)]
        self.assertFalse(memory_soak.grows(memory_soak.settled(warm)))


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
                      ["run", "--port", "x"], ["run", "--twice"], ["lint", "--some"], ["test", "a", "b"], ["test", "--fast"],
                      ["test", "--quick", "a"], ["test", "--soak"], ["test", "--soak", "0"], ["test", "--soak", "0.0"], ["test", "--soak", "x"],
                      ["test", "--soak", "1", "2"]):
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
