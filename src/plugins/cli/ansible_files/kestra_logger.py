"""Reports the results of a playbook to the task that runs it.

Events are appended to the file named by KESTRA_OUTPUTS_FILE, one JSON object a line, so that they survive a run that fails or is
killed. Log lines go to the descriptor named by GYR_ANSIBLE_LINES, which is the standard output of the task.
"""

from __future__ import annotations

import datetime
import fnmatch
import json
import os
import sys

import ansible.plugins.callback as callbacks
from ansible.plugins.callback import CallbackBase

try:
    from ansible.parsing.ajson import AnsibleJSONEncoder
except ImportError:
    AnsibleJSONEncoder = json.JSONEncoder

DOCUMENTATION = """
name: kestra_logger
type: aggregate
short_description: reports results to the task that runs the playbook
description:
  - It works as an enabled callback, as a stdout callback, and without being enabled.
"""

OURS = ("kestra", "ansible.legacy.kestra")
FULL_LENGTH = 4000
REASON_LENGTH = 1000
# Sent on top: the task hides secrets first and then cuts, so that it never shows the beginning of one.
MARGIN = 16000


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Encoder(AnsibleJSONEncoder):
    def default(self, o):
        try:
            return super().default(o)
        except Exception:
            return str(o)


def to_json(value, ascii_only=True):
    try:
        return json.dumps(value, cls=Encoder, ensure_ascii=ascii_only)
    except Exception:
        return json.dumps(value, default=str, skipkeys=True, ensure_ascii=ascii_only)


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "kestra_logger"
    CALLBACK_NEEDS_ENABLED = False
    CALLBACK_NEEDS_WHITELIST = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Ansible makes a second object where it is the stdout callback as well.
        self.active = getattr(callbacks, "_kestra_logger", None) is None
        callbacks._kestra_logger = self
        self.file = None
        self.lines = int(os.environ.get("GYR_ANSIBLE_LINES", "1"))
        self.explicit = os.environ.get("KESTRA_OUTPUTS_MODE", "all").lower() == "explicit"
        self.full = os.environ.get("GYR_ANSIBLE_LOGS", "SUMMARY") == "FULL"
        self.facts = json.loads(os.environ.get("GYR_ANSIBLE_FACTS", "[]"))
        self.gate = os.environ.get("GYR_ANSIBLE_GATE", "")
        self.gate_key = os.environ.pop("GYR_ANSIBLE_GATE_KEY", "")  # not for the programs that tasks start
        self.play = None
        self.batch = 0
        self.batch_hosts = []
        self.seen = set()
        self.unnamed = 0
        self.task = None
        self.uids = {}

    # ------------------------------------------------------------------ what leaves this process

    def event(self, **fields):
        if not self.active:
            return
        line = to_json(fields) + "\n"
        if self.file is None:
            path = os.environ.get("KESTRA_OUTPUTS_FILE", "")
            try:
                self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if path else -1
            except OSError as error:
                self.file = -1
                self.log("WARN", "cannot write the results to %s: %s" % (path, error))
        if self.file < 0:
            return
        data = line.encode("utf-8", "replace")
        while data:
            data = data[os.write(self.file, data):]

    def message(self, value):
        data = ("::" + json.dumps(value) + "::\n").encode("utf-8", "replace")
        while data:
            data = data[os.write(self.lines, data):]

    def log(self, level, text, long="", limit=0, tail=""):
        """A line of the log: `text`, then at most `limit` characters of `long`, then `tail`."""
        if not self.active:
            return
        self._display.display(text + long + tail, log_only=True)  # the stdout callback may print nothing
        try:
            self.message({"ansible": {"level": level, "text": text, "long": long[:limit + MARGIN], "limit": limit, "tail": tail}})
        except OSError:
            pass  # nobody reads any more: the run is being ended

    # ------------------------------------------------------------------ plays and batches

    def v2_playbook_on_start(self, playbook):
        self.event(e="playbook")

    def v2_playbook_on_play_start(self, play):
        if not self.active:
            return
        name = play.get_name().strip() or "unnamed_play"
        manager = play.get_variable_manager()
        inventory = getattr(manager, "_inventory", None)
        hosts = []
        if inventory is not None:
            hosts = [host.get_name() for host in inventory.get_hosts(play.hosts, order=getattr(play, "order", None))]
        again = self.play is not None and self.play == play._uuid
        if again:
            self.ask_gate()
        self.batch = self.batch + 1 if again else 1
        self.play = play._uuid
        self.batch_hosts = hosts
        self.task = None
        if inventory is not None:
            fresh = set(hosts) - self.seen
            self.seen.update(hosts)
            if fresh:
                rows = [{"host": host.get_name(),
                         "groups": sorted(group.get_name() for group in host.get_groups() if group.get_name() != "all")}
                        for host in inventory.get_hosts(ignore_limits=True, ignore_restrictions=True)
                        if host.get_name() in self.seen]
                known = {row["host"] for row in rows}
                rows += [{"host": host, "groups": []} for host in hosts if host not in known]  # the implicit localhost
                self.event(e="hosts", hosts=rows)
        self.event(e="play", name=name, batch=self.batch, hosts=hosts)
        if play.serial and play.serial != [0] or again:
            self.log("INFO", "%s: batch %d: %s" % (name, self.batch, ", ".join(hosts)))

    def ask_gate(self):
        """Waits until the task has probed the hosts of the batch that has ended; ends the run where it refuses."""
        if not self.gate:
            return
        with open(self.gate, "rb", buffering=0) as answers:
            self.message({"gate": {"key": self.gate_key, "batch": self.batch, "hosts": self.batch_hosts}})
            answer = b""
            while not answer.endswith(b"\n"):
                piece = answers.read(1)
                if not piece:
                    break
                answer += piece
        if answer != b"pass\n":
            sys.exit(3)

    # ------------------------------------------------------------------ tasks

    def start_task(self, task):
        if not self.active:
            return
        name = task.get_name().strip()
        if not name:
            self.unnamed += 1
            name = task.action or "unnamed_task_%d" % self.unnamed
        self.task = task._uuid
        self.event(e="task", name=name, at=now())

    def v2_playbook_on_task_start(self, task, is_conditional):
        self.start_task(task)

    def v2_playbook_on_handler_task_start(self, task):
        self.start_task(task)

    def v2_playbook_on_cleanup_task_start(self, task):
        self.start_task(task)

    # ------------------------------------------------------------------ results

    def record(self, outcome, status, ignored=False):
        if not self.active:
            return
        host = getattr(outcome, "host", None) or outcome._host
        task = getattr(outcome, "task", None) or outcome._task
        if isinstance(getattr(type(outcome), "result", None), property):
            whole = dict(outcome.result)
        else:
            whole = dict(outcome._result)
        result = {key: value for key, value in whole.items()
                  if not key.startswith("_ansible_") and key not in ("stdout_lines", "stderr_lines")}
        changed = bool(result.get("changed", False))
        fields = {"host": host.get_name(), "status": status, "changed": changed, "at": now()}
        if ignored:
            fields["ignored"] = True
        if task._uuid != self.task:  # of the strategy `free`: another task has started in the meantime
            fields["task"] = task.get_name().strip()
        diffs = self.diffs(result)
        if diffs:
            fields["diffs"] = diffs
        found = result.get("ansible_facts")
        if self.facts and isinstance(found, dict):
            kept = {key: value for key, value in found.items() if any(fnmatch.fnmatchcase(key, each) for each in self.facts)}
            if kept:
                fields["facts"] = kept
        if task.action in OURS:
            if "results" in result:
                self.log("WARN", "the outputs of a `kestra` task in a loop are not collected")
            elif isinstance(result.get("outputs"), dict) and status == "ok":
                fields["outputs"] = result["outputs"]
        bad = status in ("failed", "unreachable")
        reason = self.reason(result)
        if bad:
            fields["msg"] = reason
        if self.explicit:
            result = {"changed": changed}
            if bad:
                result["msg"] = reason
        fields["result"] = result
        self.event(e="result", **fields)
        level = "ERROR" if bad and not ignored else "INFO"
        text = "%s | %s: %s" % (task.get_name().strip(), host.get_name(), "changed" if changed and status == "ok" else status)
        tail = " (ignored)" if ignored else ""
        if self.full:
            self.log(level, text + ": ", to_json(result, ascii_only=False), FULL_LENGTH, tail)
        elif reason and status != "ok":
            self.log(level, text + ": ", reason, REASON_LENGTH, tail)
        else:
            self.log(level, text + tail)

    @staticmethod
    def reason(result):
        for key in ("msg", "skip_reason", "censored", "stderr", "exception"):
            value = result.get(key)
            if value:
                return str(value)
        return ""

    @staticmethod
    def diffs(result):
        """The places that differ; a file that is as it should be has a diff as well, of two equal texts."""
        found = []
        for each in [result] + [item for item in result.get("results") or [] if isinstance(item, dict)]:
            diffs = each.get("diff") or []
            for diff in diffs if isinstance(diffs, list) else [diffs]:
                if not isinstance(diff, dict) or ("before" not in diff and "prepared" not in diff):
                    continue
                before = diff.get("before", "")
                after = diff.get("after", diff.get("prepared", ""))
                if before == after:
                    continue
                asked = (each.get("invocation") or {}).get("module_args") or {}
                path = each.get("dest") or each.get("path") or asked.get("dest") or asked.get("path") or ""
                for header in ("after_header", "before_header"):
                    if not path and diff.get(header):
                        path = str(diff[header]).rsplit(" (", 1)[0]
                found.append({"path": str(path), "before": before, "after": after})
        return found

    def v2_runner_on_ok(self, result):
        self.record(result, "ok")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.record(result, "failed", bool(ignore_errors))

    def v2_runner_on_skipped(self, result):
        self.record(result, "skipped")

    def v2_runner_on_unreachable(self, result):
        self.record(result, "unreachable")

    def v2_playbook_on_stats(self, stats):
        if not self.active:
            return
        rows = {}
        for host in sorted(stats.processed.keys()):
            summary = stats.summarize(host)
            rows[host] = {"ok": summary["ok"], "changed": summary["changed"], "failed": summary["failures"],
                          "unreachable": summary["unreachable"], "skipped": summary["skipped"],
                          "rescued": summary.get("rescued", 0), "ignored": summary.get("ignored", 0)}
        self.event(e="stats", hosts=rows)
