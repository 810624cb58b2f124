"""Many clients that follow one execution by events: one thread reads all their connections."""

from __future__ import annotations

import datetime
import re
import resource
import selectors
import socket
import time
import urllib.parse

from measure import LoadFailed, usage

LOOKED_AT = 50  # of so many followers, the dates in the frames are read
DATE = re.compile(rb'"date":"([^"]+)"')


class _Follower:
    __slots__ = ("socket", "begun", "ended", "newest", "rest", "is_looked_at")

    def __init__(self, to: tuple[str, int], request: bytes, is_looked_at: bool):
        self.socket = socket.create_connection(to, timeout=30)
        self.socket.sendall(request)
        self.socket.setblocking(False)
        self.begun = self.ended = False
        self.newest, self.rest, self.is_looked_at = b"", b"", is_looked_at


class Crowd:
    """Connects at once; run_until_ended() or wait_for_first_frames() reads. Not thread-safe."""

    def __init__(self, url: str, path: str, count: int):
        parts = urllib.parse.urlsplit(url)
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        request = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: text/event-stream\r\n\r\n".encode()
        self.frames = self.bytes = 0
        self.lateness_ms: list[float] = []
        self._peak = 0
        self._selector = selectors.DefaultSelector()
        self._open = 0
        every = max(1, count // LOOKED_AT)
        for i in range(count):
            follower = _Follower((parts.hostname, parts.port), request, i % every == 0)
            self._selector.register(follower.socket, selectors.EVENT_READ, follower)
            self._open += 1

    def __enter__(self) -> Crowd:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        for key in list(self._selector.get_map().values()):
            self._leave(key.data)
        self._selector.close()

    def _leave(self, follower: _Follower) -> None:
        self._selector.unregister(follower.socket)
        follower.socket.close()
        self._open -= 1

    def _read(self, follower: _Follower) -> None:
        try:
            data = follower.socket.recv(1 << 20)
        except BlockingIOError:
            return
        now = time.time()
        if not data:
            if not follower.ended:
                raise LoadFailed("a follower's connection ended before its execution")
            self._leave(follower)
            return
        if not follower.begun and not data.startswith(b"HTTP/1.1 200"):
            raise LoadFailed(f"a follower was refused: {data[:200]!r}")
        follower.begun = True
        self.bytes += len(data)
        # A frame may come in parts: an end in two parts is found by the few bytes that are kept.
        seen = follower.rest + data
        self.frames += data.count(b"id: progress\n")
        if b"id: end\n" in seen:
            follower.ended = True
        if follower.is_looked_at:
            newest = max(DATE.findall(seen), default=b"")
            if newest > follower.newest:
                if follower.newest:  # what was before this client came is not late
                    self.lateness_ms.append((now - _seconds(newest)) * 1_000)
                follower.newest = newest
        follower.rest = seen[-64:]
        if follower.ended:
            self._leave(follower)

    def run_until_ended(self, timeout: float, pid: int | None = None) -> None:
        deadline, measured_at = time.monotonic() + timeout, 0.0
        while self._open:
            if time.monotonic() > deadline:
                raise LoadFailed(f"{self._open} followers have not seen the end after {timeout:.0f} s")
            for key, _ in self._selector.select(1):
                self._read(key.data)
            if pid and time.monotonic() - measured_at > 0.5:
                measured_at = time.monotonic()
                self._peak = max(self._peak, usage(pid).memory_bytes)

    def peak(self) -> int:
        """The largest memory of the server while it was followed."""
        return self._peak

    def wait_for_first_frames(self, timeout: float) -> None:
        deadline, waiting = time.monotonic() + timeout, self._open
        while waiting:
            if time.monotonic() > deadline:
                raise LoadFailed(f"{waiting} followers have seen nothing after {timeout:.0f} s")
            for key, _ in self._selector.select(1):
                before = key.data.begun
                self._read(key.data)
                waiting -= key.data.begun and not before


def _seconds(date: bytes) -> float:
    text = date.decode()
    whole, _, fraction = text.rstrip("Z").partition(".")
    at = datetime.datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=datetime.timezone.utc)
    return at.timestamp() + (float("0." + fraction) if fraction else 0.0)
