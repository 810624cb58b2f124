"""The requests that the official Terraform provider 1.3 (kestra-io/kestra) makes for six kinds of resources, in its order.

No package registry hands out the provider: this is not the provider. Methods, paths, headers, bodies and what it takes from the
answers are written down from its public source. What the provider would find wrong fails here: an attribute that the configuration
does not hold and the answer does, a text that came back changed (the plan behind an apply would not be empty), a refused call.

run.py starts it with GYR_URL, GYR_USER, GYR_PASSWORD and GYR_FLOWS. Each step tells `ok NAME` or `not ok NAME: REASON`; the last
line is `calls N`.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import pathlib
import sys
import urllib.parse
from dataclasses import dataclass, field

ROOT = "/api/v1/main"
NS = "company.terraform"
calls = 0


class Wrong(Exception):
    """What the provider would tell as an error, or show as a change that nobody asked for."""


def same(got, wanted, what):
    if got != wanted:
        raise Wrong(f"{what} is {got!r}, not {wanted!r}")


class Provider:
    """Its client: a request for each call, with the login. An answer other than 200, 201 and 204 is an error (client.go)."""

    def __init__(self):
        url = urllib.parse.urlsplit(os.environ["GYR_URL"])
        self._host, self._port = url.hostname, url.port
        login = f"{os.environ['GYR_USER']}:{os.environ['GYR_PASSWORD']}".encode()
        self._headers = {"Authorization": "Basic " + base64.b64encode(login).decode(), "User-Agent": "Go-http-client/1.1",
                         "Accept-Encoding": "identity"}

    def raw(self, method: str, path: str, body: bytes | None = None, kind: str | None = None) -> tuple[int, bytes]:
        global calls
        calls += 1
        connection = http.client.HTTPConnection(self._host, self._port, timeout=30)
        try:
            connection.request(method, ROOT + path, body=body, headers={**self._headers, **({"Content-Type": kind} if kind else {})})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def must(self, method: str, path: str, body: bytes | None = None, kind: str | None = None):
        status, text = self.raw(method, path, body, kind)
        if status not in (200, 201, 204):
            raise Wrong(f"status: {status}, method: {method}, path: {path}, body: {text[:500]!r}")
        return text

    def json(self, method: str, path: str, body: dict | None = None):
        text = self.must(method, path, None if body is None else json.dumps(body).encode(), "application/json")
        return json.loads(text) if text else None

    def yaml(self, method: str, path: str, text: str | None = None):
        answer = self.must(method, path, None if text is None else text.encode(), "application/x-yaml")
        return json.loads(answer) if answer else None

    def gone(self, path: str, kind: str | None = None) -> None:
        """A read that finds nothing takes the resource out of the state: 404, never another refusal."""
        same(self.raw("GET", path, None, kind)[0], 404, f"the status of GET {path} behind the deletion")


provider = Provider()


def source(name: str) -> str:
    return (pathlib.Path(os.environ["GYR_FLOWS"]) / f"{name}.yaml").read_text()


@dataclass
class Namespace:
    """kestra_namespace (provider_v2/resource_namespace.go)."""
    configuration: dict = field(default_factory=lambda: {"description": "made by terraform", "variables": {"k1": "1", "k2": {"v1": 1}},
                                                         "pluginDefaults": [{"type": "io.kestra.plugin.core.log.Log", "forced": False, "values": {"level": "WARN"}}]})

    def _body(self) -> dict:
        return {"id": NS, **self.configuration, "allowedNamespaces": []}

    def _state(self, answer: dict) -> None:
        same(answer["id"], NS, "namespace_id")
        for name, value in self.configuration.items():
            same(answer.get(name), value, name)
        for name in ("workerGroup", "storageType", "storageConfiguration", "secretType", "secretReadOnly", "secretConfiguration", "outputsInInternalStorage"):
            if answer.get(name) not in (None, {}):
                raise Wrong(f"{name} is {answer[name]!r} and was not configured: inconsistent result after apply")

    def create(self):
        self._state(provider.json("POST", "/namespaces", self._body()))

    def change(self):
        self.configuration["description"] = "changed by terraform"
        self._state(provider.json("PUT", f"/namespaces/{NS}", self._body()))

    def read(self):
        self._state(json.loads(provider.must("GET", f"/namespaces/{NS}")))

    def destroy(self):
        provider.must("DELETE", f"/namespaces/{NS}")
        provider.gone(f"/namespaces/{NS}")


@dataclass
class Flow:
    """kestra_flow (provider/resource_flow.go): each create and each read validates the content first."""
    content: str = field(default_factory=lambda: source("hello").replace("company.clients", NS))
    revision: int = 1

    def _validated(self):
        found = provider.yaml("POST", "/flows/validate", self.content)[0]
        for name in ("constraints", "warnings", "deprecationPaths", "infos"):
            if name in found:
                raise Wrong(f"the validation tells {name}: {found[name]!r}")

    def _state(self, answer: dict):
        same((answer["namespace"], answer["id"], answer["revision"], answer["source"]), (NS, "hello", self.revision, self.content), "the flow")

    def create(self):
        self._validated()
        self._state(provider.yaml("POST", "/flows", self.content))

    def change(self):
        self.content = self.content.replace("What most scripts start", "Changed by terraform")
        self.revision = 2
        self._state(provider.yaml("PUT", f"/flows/{NS}/hello", self.content))

    def read(self):
        self._validated()
        self._state(provider.yaml("GET", f"/flows/{NS}/hello?source=true"))

    def destroy(self):
        provider.json("DELETE", f"/flows/{NS}/hello")
        provider.gone(f"/flows/{NS}/hello?source=true", "application/x-yaml")


@dataclass
class Pair:
    """kestra_kv (provider/resource_kv.go): PUT without a Content-Type; a value of type STRING goes in quotes, any other as it stands."""
    key: str
    value: str
    changed: str
    type: str  # what the server finds, or what the configuration says
    declared: bool = False

    @property
    def _path(self) -> str:
        return f"/namespaces/{NS}/kv/{self.key}"

    def _put(self):
        text = self.value
        if self.declared and self.type == "STRING" and not text.startswith('"'):
            text = '"' + text.replace('"', '\\"') + '"'
        provider.must("PUT", self._path, text.encode())

    def create(self):
        self._put()

    def change(self):
        self.value = self.changed
        self._put()

    def read(self):
        answer = json.loads(provider.must("GET", self._path))
        value = answer["value"]
        if answer["type"] == "JSON":
            value = json.dumps(value, sort_keys=True, separators=(",", ":"))
        elif isinstance(value, bool):
            value = "true" if value else "false"
        same((answer["type"], str(value)), (self.type, self.value), f"the pair {self.key}")

    def destroy(self):
        provider.must("DELETE", self._path)
        provider.gone(self._path)


@dataclass
class File:
    """kestra_namespace_file (provider/resource_namespace_file.go): a change destroys it and creates it again."""
    content: str = "#!/bin/sh\necho 'grüße'\n"
    _read = f"/namespaces/{NS}/files?path=folder/run.sh"

    def create(self):
        edge = "0f5d2c7c4c0b4a0e8d3f9a6b7c8d9e0f0f5d2c7c4c0b4a0e8d3f9a6b7c8d"
        body = (f'--{edge}\r\nContent-Disposition: form-data; name="fileContent"; filename="file.txt"\r\n'
                f"Content-Type: application/octet-stream\r\n\r\n{self.content}\r\n--{edge}--\r\n")
        provider.must("POST", self._read, body.encode(), f"multipart/form-data; boundary={edge}")

    def change(self):
        self.destroy()
        self.content = "#!/bin/sh\necho changed\n"
        self.create()

    def read(self):
        same(provider.must("GET", self._read).decode(), self.content, "content")

    def destroy(self):
        provider.json("DELETE", f"/namespaces/{NS}/files?path=/folder/run.sh")
        provider.gone(self._read)


@dataclass
class Dashboard:
    """kestra_dashboard (provider/resource_dashboard.go)."""
    source_code: str = field(default_factory=lambda: source("dashboard"))
    id: str = ""

    def create(self):
        self.id = provider.yaml("POST", "/dashboards", self.source_code)["id"]
        same(self.id, "clients", "id")

    def change(self):
        self.source_code = self.source_code.replace("Executions of the clients", "Changed by terraform")
        provider.yaml("PUT", f"/dashboards/{self.id}", self.source_code)

    def read(self):
        answer = provider.yaml("GET", f"/dashboards/{self.id}")
        same((answer["id"], answer["sourceCode"]), (self.id, self.source_code), "the dashboard")

    def destroy(self):
        provider.json("DELETE", f"/dashboards/{self.id}")
        provider.gone(f"/dashboards/{self.id}", "application/x-yaml")


@dataclass
class Secret:
    """kestra_namespace_secret (provider/resource_namespace_secret.go): its read asks nothing, so what is stored is asked here besides."""
    value: str = "s3cret"
    description: str = "for terraform"

    def _put(self):
        provider.json("PUT", f"/namespaces/{NS}/secrets", {"key": "TOKEN", "value": self.value, "description": self.description,
                                                          "tags": [{"key": "by", "value": "terraform"}]})

    def create(self):
        self._put()

    def change(self):
        self.value, self.description = "another", "changed"
        self._put()

    def read(self):
        answer = provider.json("GET", f"/namespaces/{NS}/secrets?page=1&size=10")
        same([(item["key"], item["description"], item["tags"]) for item in answer["results"]],
             [("TOKEN", self.description, [{"key": "by", "value": "terraform"}])], "the secrets")

    def destroy(self):
        provider.json("DELETE", f"/namespaces/{NS}/secrets/TOKEN")
        same(provider.json("GET", f"/namespaces/{NS}/secrets?page=1&size=10")["results"], [], "the secrets behind the deletion")


def main() -> int:
    # In the order of an apply: what the others refer to comes first, and goes last.
    resources = [("namespace", Namespace()), ("flow", Flow()), ("text", Pair("text", "to-delete", "two words", "STRING")),
                 ("declared_text", Pair("declared", "42", "say \"hi\"", "STRING", declared=True)), ("number", Pair("number", "42", "43", "NUMBER")),
                 ("flag", Pair("flag", "true", "false", "BOOLEAN")), ("json", Pair("json", '{"a":[1,2]}', '{"a":[3]}', "JSON")),
                 ("duration", Pair("duration", "PT5M", "PT10M", "DURATION")), ("file", File()), ("dashboard", Dashboard()), ("secret", Secret())]
    failed = 0
    for phase, act, order in (("apply", "create", resources), ("plan_is_empty", "read", resources), ("change", "change", resources),
                              ("plan_behind_the_change_is_empty", "read", resources), ("destroy", "destroy", resources[::-1])):
        for name, resource in order:
            try:
                getattr(resource, act)()
                print(f"ok {phase}_{name}", flush=True)
            except (Wrong, OSError, http.client.HTTPException, LookupError, TypeError, ValueError) as error:
                failed += 1
                print(f"not ok {phase}_{name}: {type(error).__name__}: {error}", flush=True)
    print(f"calls {calls}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
