"""The benches' own arithmetic, and whole scenarios on the double of the server."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pathlib
import socket
import sys
import tempfile
import threading
import unittest
import unittest.mock

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE))

import bench  # noqa: E402
import crowd  # noqa: E402
import measure  # noqa: E402
import scenarios  # noqa: E402
from measure import Measure  # noqa: E402

FAKE = ROOT / "tests" / "harness" / "fake_server.py"


def load_program() -> pathlib.Path | None:
    given = os.environ.get("GYR_LOAD")
    found = [pathlib.Path(given)] if given else [ROOT / "build" / preset / "gyr_load" for preset in ("ci", "release", "debug")]
    return next((path for path in found if path.exists()), None)


class FiguresTest(unittest.TestCase):
    def test_goals(self):
        self.assertTrue(Measure("K1", "rate", 6_000, "/s", 6_000, True).meets_goal)
        self.assertFalse(Measure("K1", "rate", 5_999, "/s", 6_000, True).meets_goal)
        self.assertFalse(Measure("T1", "p50", 0.91, "ms", 0.9).meets_goal)
        self.assertIsNone(Measure("T1", "p50", 0.91, "ms").meets_goal)
        self.assertIn("MISSED", bench.line(Measure("T1", "p50", 0.91, "ms", 0.9)))

    def test_ratios_say_how_many_times_better(self):
        fast, slow = Measure("K1", "rate", 6_000, "/s", None, True), Measure("K1", "rate", 60, "/s", None, True)
        self.assertEqual(bench.ratio(fast, slow), 100)
        self.assertEqual(bench.ratio(Measure("T1", "p50", 0.5, "ms"), Measure("T1", "p50", 90, "ms")), 180)
        self.assertIsNone(bench.ratio(fast, Measure("K1", "rate", 0, "/s", None, True)))
        rows = bench.comparison([fast, Measure("K1", "only ours", 1, "ms")], [slow])
        self.assertEqual(len(rows), 1)
        self.assertIn("100 times better", rows[0])

    def test_lengths_of_executions(self):
        self.assertAlmostEqual(scenarios.duration_s("2026-01-01T23:59:59.9Z", "2026-01-02T00:00:00.000000001Z"), 0.100000001, 9)
        self.assertEqual(scenarios.duration_s("2026-01-01T00:00:00Z", "2026-01-01T00:00:02Z"), 2)

    def test_wrong_options(self):
        for words in (["K9"], ["--seconds", "0"], ["--rates", "fast"], ["--rates", "10,-1"], ["--values", "x"], ["--executions", "0"]):
            with self.subTest(words), contextlib.redirect_stderr(io.StringIO()), self.assertRaises(SystemExit) as ended:
                bench.parse(["--load", "x", "--program", "y", *words])
            self.assertEqual(ended.exception.code, 2)
        with contextlib.redirect_stderr(io.StringIO()), self.assertRaises(SystemExit):
            bench.parse(["--load", "x"])

    def test_full_means_the_published_sizes(self):
        _, settings = bench.parse(["--load", "x", "--program", "y", "--full"])
        self.assertEqual((settings.executions, settings.stored, settings.waiting), (1_000_000, 5_000_000, 100_000))


class KernelTest(unittest.TestCase):
    def test_the_listener_of_a_port(self):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            port = listener.getsockname()[1]
            self.assertEqual(measure.find_listener(port), os.getpid())
        self.assertIsNone(measure.find_listener(port))

    def test_usage_covers_ourselves(self):
        before = measure.usage(os.getpid())
        self.assertGreater(before.rss_bytes, 5_000_000)
        while measure.usage(os.getpid()).cpu_s <= before.cpu_s:
            sum(range(100_000))
        self.assertEqual(measure.usage(2**22 + 1).rss_bytes, 0)
        self.assertTrue(0 < before.memory_bytes <= before.rss_bytes)

    def test_bytes_on_disk_are_those_of_blocks(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "a").write_bytes(b"x" * 100_000)
            with (pathlib.Path(folder) / "hole").open("wb") as file:
                file.truncate(10_000_000)
            os.sync()
            self.assertLess(100_000 - 1, measure.bytes_on_disk(pathlib.Path(folder)))
            self.assertLess(measure.bytes_on_disk(pathlib.Path(folder)), 300_000)


class FlowsTest(unittest.TestCase):
    def test_the_published_flows_are_as_published(self):
        text = (HERE / "flows" / "benchmark02.yaml").read_text()
        self.assertEqual(text.count("type: io.kestra.plugin.core.flow.If"), 5)
        self.assertEqual(text.count("type: io.kestra.plugin.core.log.Log"), 10)
        self.assertIn('values: "{{range(1, 100)}}"', (HERE / "flows" / "benchmark03.yaml").read_text())
        for name in ("benchmark01", "benchmark02", "benchmark03"):
            self.assertTrue((HERE / "flows" / f"{name}.yaml").read_text().startswith(f"id: {name}\nnamespace: benchmarks\n"))


class CrowdTest(unittest.TestCase):
    """Followers of an execution, on a server that sends what the test says."""

    def serve(self, answer: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def run() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    client.recv(4096)
                    client.sendall(answer)
                    client.close()

        threading.Thread(target=run, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    def test_counts_frames_and_their_lateness(self):
        frame = b'id: progress\ndata: {"histories":[{"date":"2026-01-01T00:00:00Z"},{"date":"%s"}]}\n\n'
        head = b"HTTP/1.1 200 OK\r\n\r\n"
        url = self.serve(head + frame % b"2026-01-01T00:00:01Z" + b"id: end\ndata: {}\n\n")
        follow = crowd.Crowd(url, "/follow", 3)
        follow.run_until_ended(timeout=10)
        self.assertEqual(follow.frames, 3)
        self.assertEqual(follow.lateness_ms, [])  # each has seen one moment only: nothing is known of its change

    def test_an_early_end_and_a_refusal_are_no_figures(self):
        for answer, text in ((b"HTTP/1.1 200 OK\r\n\r\nid: progress\n", "before its execution"), (b"HTTP/1.1 404 Not Found\r\n\r\n", "refused")):
            with self.subTest(text), self.assertRaisesRegex(measure.LoadFailed, text):
                crowd.Crowd(self.serve(answer), "/follow", 1).run_until_ended(timeout=10)

    def test_seconds_of_dates(self):
        self.assertAlmostEqual(crowd._seconds(b"2026-01-01T00:00:01.25Z") - crowd._seconds(b"2026-01-01T00:00:00Z"), 1.25, 6)


@unittest.skipUnless(load_program(), "gyr_load is not built (./dev build ci)")
class WholeTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.program = self.folder / "gyr"
        self.program.write_text(f"#!/bin/sh\nexec {sys.executable} {FAKE} \"$@\"\n")
        self.program.chmod(0o755)

    def run_bench(self, *words: str) -> tuple[int, str, list[dict]]:
        out, results = io.StringIO(), self.folder / "results.jsonl"
        with contextlib.redirect_stdout(out):
            status = bench.main(["--load", str(load_program()), "--program", str(self.program), "--results", str(results), *words])
        lines = [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []
        return status, out.getvalue(), lines

    def test_scenarios_run_and_leave_their_figures(self):
        status, text, lines = self.run_bench("K1", "T1", "I1", "D1", "--seconds", "1", "--rates", "3", "--idle-seconds", "0.2",
                                             "--executions", "50")
        self.assertEqual(status, 0, text)
        self.assertIn("0 scenarios failed", text)
        names = {(line["scenario"], line["name"]) for line in lines}
        for wanted in (("K1", "executions, all ended"), ("K1", "p99 at 3/s"), ("T1", "p50"), ("I1", "memory, idle"),
                       ("I1", "memory after 50 executions"), ("D1", "disk per K1 execution")):
            self.assertIn(wanted, names)
        for line in lines:
            self.assertGreaterEqual(line["value"], 0)
            self.assertIn("sync", line)
            self.assertEqual(line["target"], "gyr")

    def test_a_wrong_result_is_no_figure(self):
        # The double knows no loops: its execution has no task runs.
        status, text, lines = self.run_bench("K3", "--values", "100")
        self.assertEqual(status, 1)
        self.assertIn("with 0 task runs, not 101", text)
        self.assertEqual(lines, [])

    def test_executions_that_fail_are_no_figure(self):
        with unittest.mock.patch.dict(os.environ, FAKE_BUG="fail"):
            status, text, _ = self.run_bench("T1", "--seconds", "0.3")
        self.assertEqual(status, 1)
        self.assertIn("not a clean run", text)


if __name__ == "__main__":
    unittest.main()
