#!/usr/bin/env python3
"""./dev run: starts a server, deploys a first flow over REST, runs it, shows the result and stays until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import pathlib
import signal
import sys
import threading

from api import Api, Refused, Unreachable, identity
from gyr_server import Server, StartFailed


def run_flow(api: Api, source: str) -> bool:
    """Deploys and runs the flow; prints state, outputs and log; True if it succeeded."""
    namespace, flow = identity(source)
    deployed = api.deploy(source)
    print(f"deployed  {namespace}.{flow}, revision {deployed['revision']}")
    execution = api.checked("POST", f"executions/{namespace}/{flow}", [("wait", "true")]).json()
    state = execution["state"]
    print(f"ran       {execution['id']}: {state['current']} after {state.get('duration', '?')}")
    for name, value in (execution.get("outputs") or {}).items():
        print(f"output    {name} = {value}")
    for line in api.get(f"logs/{execution['id']}"):
        print(f"log       {line['level']} {line['message']}")
    return state["current"] == "SUCCESS"


def next_steps(url: str, flow_file: str, source: str) -> str:
    namespace, flow = identity(source)
    return f"""
Open it               {url}/ui/
Run it again          curl -X POST '{url}/api/v1/main/executions/{namespace}/{flow}?wait=true' -F name=you
Change it             edit {flow_file}, then
                      curl -X PUT -H 'Content-Type: application/x-yaml' --data-binary @{flow_file} {url}/api/v1/main/flows/{namespace}/{flow}
Stop                  Ctrl-C (the data stays)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--flow", required=True)
    parser.add_argument("--once", action="store_true", help="end after the flow")
    options = parser.parse_args()
    source = pathlib.Path(options.flow).read_text()

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    options.data.mkdir(parents=True, exist_ok=True)
    server = Server([options.program], options.data, options.data / "server.log", port=options.port, own_config=False)
    try:
        with server:
            server.start()
            print(f"ready     {server.url} in {server.ready_s * 1000:.0f} ms, data in {options.data}")
            succeeded = run_flow(Api(server.url), source)
            if not options.once:
                print(next_steps(server.url, options.flow, source), end="", flush=True)
                while not stop.wait(0.5):
                    if server.process.poll() is not None:
                        print(f"the server ended by itself\n{server.log_tail()}", file=sys.stderr)
                        return 1
                print("stopping", file=sys.stderr)
            status = server.stop(timeout=float(os.environ.get("GYR_STOP_TIMEOUT", "60")))
            return 0 if succeeded and status == 0 else 1
    except StartFailed as error:
        print(f"dev run: {error}", file=sys.stderr)
        print(f"The whole log is in {server.log}. Is the port taken? ./dev run --port N takes another.", file=sys.stderr)
    except (Refused, Unreachable) as error:
        print(f"dev run: {error}\n{server.log_tail()}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
