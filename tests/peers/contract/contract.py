#!/usr/bin/env python3
"""Contract servers for systems that no package registry has: Slack, PagerDuty, ServiceNow, GitHub, Cloudflare, Argo CD, MAAS, NetBox;
and health endpoints. They keep state, check credentials and required fields, and refuse what they do not know (404, counted under /_unexpected).

    contract.py PORT

Control: GET /_calls[?service=NAME] what was asked, DELETE /_calls; GET /_unexpected; GET /_state; POST /_set with JSON:
  {"health": {"beta": 503}}                        what GET /health/beta answers (200 otherwise)
  {"argocd": {"shop": {"health": "Degraded", "sync": "OutOfSync", "after": 2}}}   what a sync leads to, after that many looks
  {"maas": {"prod-web-01": "Failed deployment"}}   the state in which that machine ends instead of Ready or Deployed
  {"fail": [{"service": "github", "method": "POST", "path": "/issues", "status": 500, "times": 1, "headers": {}}]}
Credentials: token `acceptance-token`, user `admin` with password `acceptance`, MAAS key `consumer:token:secret`.
"""

import base64
import http.server
import json
import re
import sys
import threading
import time
import urllib.parse
import uuid

import infrastructure
from shared import PASSWORD, SET, TOKEN, USER, Answer, now, number

LOCK = threading.RLock()
CALLS, UNEXPECTED = [], []
STATE = {
    "servicenow": {"incident": {"inc-0001": {"sys_id": "inc-0001", "number": "INC0000001", "state": "1", "work_notes": ""}},
                   "cmdb_ci_server": {"ci-1": {"sys_id": "ci-1", "name": "north-1"}}},
    "oauth": set(),
    "github": {"issues": {}, "dispatches": []},
    **infrastructure.STATE,
}


# -- messages ------------------------------------------------------------------------------------------------------------------


def slack(r):
    if r.method != "POST" or not r.path.startswith("/slack/"):
        raise Answer(404)
    if not isinstance(r.json, dict) or not any(k in r.json for k in ("text", "blocks", "attachments")):
        raise Answer(400, text="no_text")
    raise Answer(200, text="ok")


def pagerduty(r):
    event = r.json if isinstance(r.json, dict) else {}
    problems = [k for k in ("routing_key", "event_action") if not event.get(k)]
    if event.get("event_action") == "trigger":
        problems += [f"payload.{k}" for k in ("summary", "source", "severity") if not (event.get("payload") or {}).get(k)]
    if problems or r.method != "POST":
        raise Answer(400, {"status": "invalid event", "message": "Event object is invalid", "errors": problems})
    raise Answer(202, {"status": "success", "message": "Event processed", "dedup_key": event.get("dedup_key") or uuid.uuid4().hex})


# -- ServiceNow ----------------------------------------------------------------------------------------------------------------


def servicenow(r):
    path = r.path[len("/servicenow"):]
    if path == "/oauth_token.do" and r.method == "POST":
        form = dict(urllib.parse.parse_qsl(r.text))
        if form.get("grant_type") != "password" or (form.get("username"), form.get("password")) != (USER, PASSWORD) or not form.get("client_secret"):
            raise Answer(401, {"error": "server_error", "error_description": "access_denied"})
        token = uuid.uuid4().hex
        STATE["oauth"].add(token)
        raise Answer(200, {"access_token": token, "token_type": "Bearer", "expires_in": 1799})
    basic = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    auth = r.headers.get("authorization", "")
    if auth != basic and auth.removeprefix("Bearer ") not in STATE["oauth"]:
        raise Answer(401, {"error": {"message": "User Not Authenticated", "detail": "Required to provide Auth information"}, "status": "failure"})
    match = re.fullmatch(r"/api/now/table/([a-z0-9_]+)(?:/([^/]+))?", path)
    if not match:
        raise Answer(404)
    table, sys_id = STATE["servicenow"].setdefault(match[1], {}), match[2]
    if sys_id is None and r.method == "POST":
        row = {"sys_id": uuid.uuid4().hex, "number": f"{match[1][:3].upper()}{number():07d}", "sys_created_on": now(), **(r.json or {})}
        table[row["sys_id"]] = row
        raise Answer(201, {"result": row})
    if sys_id is None and r.method == "GET":
        rows = [x for x in table.values() if all(x.get(k, "") == v for k, v in (t.split("=", 1) for t in r.query.get("sysparm_query", "").split("^") if "=" in t))]
        start = int(r.query.get("sysparm_offset", 0))
        rows = rows[start:start + int(r.query.get("sysparm_limit", 10000))]
        if r.query.get("sysparm_fields"):
            rows = [{k: x.get(k, "") for k in r.query["sysparm_fields"].split(",")} for x in rows]
        raise Answer(200, {"result": rows})
    if sys_id not in table:
        raise Answer(404, {"error": {"message": "No Record found", "detail": "Record doesn't exist or ACL restricts the record retrieval"}, "status": "failure"})
    if r.method in ("PUT", "PATCH"):
        notes = table[sys_id].get("work_notes", "")
        table[sys_id].update(r.json or {})
        if "work_notes" in (r.json or {}):
            table[sys_id]["work_notes"] = f"{notes}{r.json['work_notes']}\n"
        raise Answer(200, {"result": table[sys_id]})
    if r.method == "DELETE":
        del table[sys_id]
        raise Answer(204)
    raise Answer(200, {"result": table[sys_id]})


# -- GitHub --------------------------------------------------------------------------------------------------------------------


def github_app(r, installation):
    """The token of an installation for a web token of the app. The signature is not checked: there is no RSA in Python."""
    try:
        head, claims, signature = r.headers.get("authorization", "").removeprefix("Bearer ").split(".")
        head, claims = (json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in (head, claims))
        good = head == {"alg": "RS256", "typ": "JWT"} and claims["iss"] == "Iv1.acceptance" and 0 < claims["exp"] - claims["iat"] <= 600 and signature
    except (ValueError, KeyError, TypeError):
        good = False
    if not good:
        raise Answer(401, {"message": "A JSON web token could not be decoded", "documentation_url": "https://docs.example.test/rest"})
    if installation != "1234567":
        raise Answer(404, {"message": "Not Found"})
    raise Answer(201, {"token": TOKEN, "expires_at": "2030-01-01T00:00:00Z", "permissions": {"issues": "write"}})


def github(r):
    match = re.fullmatch(r"/github/app/installations/([^/]+)/access_tokens", r.path)
    if match and r.method == "POST":
        github_app(r, match[1])
    if r.headers.get("authorization", "").split(" ")[-1] != TOKEN:
        raise Answer(401, {"message": "Bad credentials", "documentation_url": "https://docs.example.test/rest"})
    path, issues = r.path[len("/github"):], STATE["github"]["issues"]
    match = re.fullmatch(r"/repos/([^/]+/[^/]+)/issues(?:/(\d+)(/comments)?)?", path)
    if match and r.method == "POST" and match[2] is None:
        if not (r.json or {}).get("title"):
            raise Answer(422, {"message": "Validation Failed", "errors": [{"resource": "Issue", "code": "missing_field", "field": "title"}]})
        identity = len(issues) + 1
        issues[identity] = {"number": identity, "state": "open", "html_url": f"{r.base}/{match[1]}/issues/{identity}", "comments_list": [], **r.json}
        raise Answer(201, issues[identity])
    if match and match[3] and r.method == "POST":
        if int(match[2]) not in issues:
            raise Answer(404, {"message": "Not Found"})
        issues[int(match[2])]["comments_list"].append(r.json)
        raise Answer(201, {"id": number(), "html_url": f"{issues[int(match[2])]['html_url']}#issuecomment-1", **r.json})
    if match and match[2]:
        raise Answer(200 if int(match[2]) in issues else 404, issues.get(int(match[2]), {"message": "Not Found"}))
    if re.fullmatch(r"/repos/[^/]+/[^/]+", path):
        raise Answer(200, {"full_name": path[7:], "default_branch": "main"})
    match = re.fullmatch(r"/repos/([^/]+/[^/]+)/actions/workflows/([^/]+)/dispatches", path)
    if match and r.method == "POST":
        STATE["github"]["dispatches"].append({"repository": match[1], "workflow": match[2], **(r.json or {})})
        raise Answer(204)
    match = re.fullmatch(r"/repos/([^/]+/[^/]+)/pulls", path)
    if match and r.method == "POST":
        raise Answer(201, {"number": number(), "html_url": f"{r.base}/{match[1]}/pull/1", "issue_url": f"{r.base}/repos/{match[1]}/issues/1", **(r.json or {})})
    if path.startswith("/search/"):
        words = r.query.get("q", "").split()
        hits = [x for x in issues.values() if all(":" in w or w in x["title"] for w in words)]
        raise Answer(200, {"total_count": len(hits), "incomplete_results": False, "items": hits})
    raise Answer(404, {"message": "Not Found"})


def health(r):
    wanted = SET.get("health", {}).get(r.path[len("/health/"):], 200)
    raise Answer(wanted, {"status": "up" if wanted < 400 else "down"})


SERVICES = [("/slack/", "slack", slack), ("/pagerduty/", "pagerduty", pagerduty), ("/servicenow/", "servicenow", servicenow),
            ("/github/", "github", github), ("/health/", "health", health), ("/cloudflare/client/v4", "cloudflare", infrastructure.cloudflare),
            ("/api/v1/applications", "argocd", infrastructure.argocd), ("/MAAS/api/2.0", "maas", infrastructure.maas), ("/netbox/api/", "netbox", infrastructure.netbox)]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def form_of(self):
        """Fields of urlencoded and multipart bodies, each a list."""
        kind = self.headers.get("content-type", "")
        if kind.startswith("multipart/form-data"):
            mark = re.search(r'boundary="?([^";]+)', kind)[1].encode()
            fields = {}
            for part in self.raw.split(b"--" + mark)[1:-1]:
                head, _, value = part.partition(b"\r\n\r\n")
                name = re.search(rb'name="([^"]*)"', head)
                fields.setdefault(name[1].decode(), []).append(value.removesuffix(b"\r\n").decode("utf-8", "replace"))
            return fields
        return urllib.parse.parse_qs(self.raw.decode("utf-8", "replace"))

    def serve(self):
        self.raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        split = urllib.parse.urlsplit(self.path)
        self.method, self.path_raw, self.path = self.command, self.path, split.path
        self.text = self.raw.decode("utf-8", "replace")
        self.lists = urllib.parse.parse_qs(split.query, keep_blank_values=True)
        self.query = {k: v[0] for k, v in self.lists.items()}
        self.base = f"http://{self.headers.get('host')}"
        try:
            self.json = json.loads(self.raw) if self.raw else None
        except ValueError:
            self.json = None
        self.lists_form = self.form_of() if self.json is None and self.raw else {}
        self.form = {k: v[0] for k, v in self.lists_form.items()}
        with LOCK:
            try:
                self.route()
                answer = Answer(404)
            except Answer as raised:
                answer = raised
            except Exception as error:  # a fault of this program must not look like one of the product
                answer = Answer(599, {"contract server failed": repr(error)})
                UNEXPECTED.append({"method": self.method, "path": self.path_raw, "error": repr(error)})
            if answer.status == 404 and answer.body is None and answer.text is None:
                UNEXPECTED.append({"method": self.method, "path": self.path_raw})
            body = b"" if answer.status == 204 else (answer.text if answer.text is not None else json.dumps(answer.body if answer.body is not None else {})).encode()
            if self.call is not None:
                self.call["status"] = answer.status
        self.send_response(answer.status)
        self.send_header("Content-Type", "text/plain" if answer.text is not None else "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def route(self):
        self.call = None
        if self.path == "/_calls":
            if self.method == "DELETE":
                CALLS.clear()
                UNEXPECTED.clear()
            raise Answer(200, [c for c in CALLS if self.query.get("service", c["service"]) == c["service"]])
        if self.path == "/_unexpected":
            raise Answer(200, UNEXPECTED)
        if self.path == "/_state":
            raise Answer(200, json.loads(json.dumps(STATE, default=lambda x: sorted(x) if isinstance(x, set) else None)))
        if self.path == "/_set":
            SET.update(self.json or {})
            raise Answer(200, {k: v for k, v in SET.items()})
        for prefix, name, serve in SERVICES:
            if self.path.startswith(prefix):
                self.call = {"n": len(CALLS) + 1, "at": time.time(), "service": name, "method": self.method, "path": self.path, "query": self.lists,
                             "headers": {k.lower(): v for k, v in self.headers.items()}, "body": self.json if self.json is not None else self.text}
                CALLS.append(self.call)
                for rule in SET.get("fail", []):
                    if rule["service"] == name and rule.get("method", self.method) == self.method and rule.get("path", "") in self.path and rule.get("times", 1) > 0:
                        rule["times"] = rule.get("times", 1) - 1
                        raise Answer(rule["status"], rule.get("body", {"message": "as the test asked"}), rule.get("headers"))
                serve(self)
        raise Answer(404)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = serve


def main():
    port = int(sys.argv[1])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
