#!/usr/bin/env python3
"""A server under a steady load for a long time: its memory must not grow with time.

    memory_soak.py --program build/release/gyr --load build/release/gyr_load --seconds N [--rate N]

Memory is read between pieces of the load. The first quarter of the readings is warming up. Of the others the slope is the median of the
slopes between all pairs, which a few outliers do not move.
"""

from __future__ import annotations

import argparse
import pathlib
import statistics
import sys
import tempfile
import time

import results
from gyr_server import Server

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "bench"))

from measure import usage  # noqa: E402
from scenarios import Settings, Target  # noqa: E402

MB = 1_000_000
PIECES = 60  # readings of a run
LEAST_PIECE_S = 2.0
# An hour of load at the default rate is a million executions and more, which may add what their indices in memory take.
MAX_SLOPE_MB_PER_H = 10.0
# What a run that is short gains by chance says nothing about hours.
NOISE_MB = 8.0


def settled(readings: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return readings[len(readings) // 4:]


def slope_mb_per_h(readings: list[tuple[float, float]]) -> float:
    """Of readings (seconds, MB); 0 where there are too few to tell."""
    slopes = [(later[1] - earlier[1]) / (later[0] - earlier[0]) * 3600
              for i, earlier in enumerate(readings) for later in readings[i + 1:] if later[0] > earlier[0]]
    return statistics.median(slopes) if slopes else 0.0


def grows(readings: list[tuple[float, float]]) -> bool:
    """Whether memory grows faster than it may, by more than what chance explains."""
    slope = slope_mb_per_h(readings)
    span_h = (readings[-1][0] - readings[0][0]) / 3600 if readings else 0.0
    return slope > MAX_SLOPE_MB_PER_H and slope * span_h > NOISE_MB


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--load", type=pathlib.Path, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--rate", type=float, default=300.0, help="executions a second")
    options = parser.parse_args()
    piece_s = max(LEAST_PIECE_S, options.seconds / PIECES)
    readings: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with Server([options.program], folder / "data", folder / "server.log") as server:
            server.start()
            target = Target("gyr", options.load, Settings(), server=server)
            start, wait = target.webhook("benchmark01")
            begin = time.monotonic()
            while time.monotonic() - begin < options.seconds:
                target.load().run("open", start=start, wait=wait, wait_share=0.01, rate=options.rate, seconds=piece_s, drain_timeout=60)
                readings.append((time.monotonic() - begin, usage(server.pid).memory_bytes / MB))
                print(f"{readings[-1][0]:8.0f} s  {readings[-1][1]:8.1f} MB", flush=True)
            target.close()
            server.stop()
    kept = settled(readings)
    failed = grows(kept)
    print(f"{'FAILED: ' if failed else ''}memory {kept[0][1]:.1f} to {kept[-1][1]:.1f} MB; {slope_mb_per_h(kept):+.1f} MB an hour, "
          f"{MAX_SLOPE_MB_PER_H:.0f} are allowed")
    results.tell(results.Result(int(not failed), int(failed)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
