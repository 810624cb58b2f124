"""Tests of what the harnesses share, against the double of the server."""

from __future__ import annotations

import contextlib
import io
import os
import pathlib
import select
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import api  # noqa: E402
import first_run  # noqa: E402
from gyr_server import Server, StartFailed  # noqa: E402

FAKE = [sys.executable, str(HERE / "fake_server.py")]
HELLO = (HERE.parent.parent / "examples" / "hello.yaml").read_text()


class WithServer(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def server(self, **kw) -> Server:
        server = Server(FAKE, self.folder / "data", self.folder / "server.log", **kw)
        self.addCleanup(server.kill)
        return server

    def client(self, server: Server) -> api.Api:
        client = api.Api(server.url, timeout=10)
        self.addCleanup(client.close)
        return client


class ServerTest(WithServer):
    def test_it_is_ready_killed_and_comes_back_with_its_data(self):
        server = self.server()
        server.start()
        self.assertGreater(server.ready_s, 0)
        client = self.client(server)
        client.deploy(HELLO)
        first = client.checked("POST", "executions/examples/hello", [("wait", "true")]).json()
        self.assertEqual(first["state"]["current"], "SUCCESS")
        server.kill()
        with self.assertRaises(api.Unreachable):
            client.get(f"executions/{first['id']}")
        server.start()
        self.assertEqual(client.get(f"executions/{first['id']}")["id"], first["id"])

    def test_a_server_that_ends_at_once_shows_its_log(self):
        server = Server(["sh", "-c", "echo the port is taken >&2; exit 3"], self.folder, self.folder / "log")
        with self.assertRaisesRegex(StartFailed, "(?s)status 3.*the port is taken"):
            server.start()

    def test_a_server_that_never_gets_ready_is_killed(self):
        server = self.server(environment={"FAKE_BUG": "deaf"})
        with self.assertRaisesRegex(StartFailed, "not ready within"):
            server.start(timeout=0.3)
        self.assertIsNone(server.process)

    def test_a_server_that_lies_about_being_ready_is_found_out(self):
        server = Server(["sh", "-c", "echo ready http://127.0.0.1:1 in 1 ms >&2; exec cat <&1"], self.folder, self.folder / "log")
        with self.assertRaises(StartFailed):
            server.start(timeout=5)

    def test_the_server_dies_with_the_process_that_started_it(self):
        script = (f"import sys, os, signal, pathlib; sys.path.insert(0, {str(HERE)!r}); from gyr_server import Server\n"
                  f"s = Server({FAKE!r}, pathlib.Path({str(self.folder / 'd')!r}), pathlib.Path({str(self.folder / 'l')!r}))\n"
                  "s.start(); print(s.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)")
        done = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, timeout=30)
        pid = int(done.stdout)
        with contextlib.suppress(ProcessLookupError):
            ended = select.poll()
            ended.register(os.pidfd_open(pid), select.POLLIN)
            self.assertTrue(ended.poll(10_000), "the server is still alive")


class ApiTest(WithServer):
    def test_a_flow_that_exists_is_updated(self):  # API-88
        server = self.server()
        server.start()
        client = self.client(server)
        self.assertEqual(client.deploy(HELLO)["revision"], 1)
        self.assertEqual(client.deploy(HELLO)["revision"], 2)

    def test_search_reads_every_page(self):  # API-27
        server = self.server()
        server.start()
        client = self.client(server)
        client.deploy(HELLO)
        ids = {client.checked("POST", "executions/examples/hello").json()["id"] for _ in range(7)}
        found = client.search_executions("examples", page_size=3)
        self.assertEqual({e["id"] for e in found}, ids)
        self.assertEqual(len(found), 7)
        self.assertEqual(client.search_executions("elsewhere"), [])

    def test_a_refusal_and_a_wrong_address_are_told_apart(self):
        server = self.server()
        server.start()
        with self.assertRaisesRegex(api.Refused, "status 404"):
            self.client(server).get("executions/none")
        with self.assertRaises(ValueError):
            api.Api("localhost:8080")

    def test_the_identity_of_a_source(self):
        self.assertEqual(api.identity("id: a-b # c\nnamespace: 'x.y'\ntasks:\n  - id: z\n"), ("x.y", "a-b"))


class FirstRunTest(WithServer):
    def run_it(self, **environment: str) -> subprocess.CompletedProcess[str]:
        wrapper = self.folder / "gyr"
        wrapper.write_text(f"#!/bin/sh\nexec {' '.join(FAKE)} \"$@\"\n")
        wrapper.chmod(0o755)
        return subprocess.run([sys.executable, str(HERE / "first_run.py"), "--program", str(wrapper), "--data",
                               str(self.folder / "data"), "--port", str(self.server().port), "--once", "--flow",
                               str(HERE.parent.parent / "examples" / "hello.yaml")],
                              capture_output=True, text=True, timeout=60, env={**os.environ, **environment})

    def test_once_runs_the_flow_and_tells_its_state(self):
        done = self.run_it()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("SUCCESS", done.stdout)
        self.assertIn("deployed  examples.hello", done.stdout)

    def test_a_failing_flow_and_a_refusing_server_fail(self):
        failed = self.run_it(FAKE_BUG="fail")
        self.assertEqual(failed.returncode, 1)
        self.assertIn("FAILED", failed.stdout)
        refused = self.run_it(FAKE_BUG="refuse")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("503", refused.stderr)

    def test_the_next_steps_name_the_flow(self):
        text = first_run.next_steps("http://h:1", "examples/hello.yaml", HELLO)
        self.assertIn("http://h:1/api/v1/main/executions/examples/hello?wait=true", text)

    def test_outputs_and_logs_are_shown(self):
        server = self.server()
        server.start()
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            self.assertTrue(first_run.run_flow(self.client(server), HELLO))
        self.assertIn("log       INFO Hello", out.getvalue())


if __name__ == "__main__":
    unittest.main()
