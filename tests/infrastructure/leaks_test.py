"""The search for secrets finds them: in files, across its pieces, in hexadecimal text, and in the command line of a process."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import leaks  # noqa: E402

MARK = "mark-of-this-test"


class FilesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def found_in(self, content: bytes) -> bool:
        (self.folder / "file").write_bytes(content)
        return leaks.files_with([self.folder], ["other", MARK]) == [str(self.folder / "file")]

    def test_marks_are_found_wherever_they_stand(self):
        self.assertTrue(self.found_in(b"\0" * 100 + MARK.encode() + b"\xff"))
        self.assertTrue(self.found_in(MARK.encode().hex().encode()))
        for before in (leaks.PIECE - 1, leaks.PIECE - len(MARK) + 1, 2 * leaks.PIECE - 5):
            self.assertTrue(self.found_in(b"x" * before + MARK.encode()), before)

    def test_other_content_is_not(self):
        self.assertFalse(self.found_in(b""))
        self.assertFalse(self.found_in(MARK[:-1].encode() + b"x" * leaks.PIECE))

    def test_a_single_file_and_a_place_that_is_not_there(self):
        (self.folder / "log").write_text(MARK)
        self.assertEqual(leaks.files_with([self.folder / "log", self.folder / "none"], [MARK]), [str(self.folder / "log")])

    def test_pipes_are_left_alone(self):
        os.mkfifo(self.folder / "pipe")
        self.assertEqual(leaks.files_with([self.folder], [MARK]), [])


class ProcessesTest(unittest.TestCase):
    def test_a_command_line_below_the_process_is_seen(self):
        # A shell that waits for a child with the mark in its command line, until its input ends.
        child = '"$0" -c "import sys; print(1, flush=True); sys.stdin.read()" "$MARK"; true'
        process = subprocess.Popen(["sh", "-c", child, sys.executable], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "MARK": MARK})
        try:
            process.stdout.readline()  # the child runs
            with leaks.ProcessWatch(process.pid, ["other"]) as watch:
                watch.add(MARK)
                self.assertGreater(len(leaks.descendants(process.pid)), 1)
                while not watch.found:
                    self.assertIsNone(process.poll())
            self.assertTrue(any(MARK in line for line in watch.found))
            self.assertTrue(leaks.processes_with(MARK))
        finally:
            process.stdin.close()
            process.wait()
            process.stdout.close()


if __name__ == "__main__":
    unittest.main()
