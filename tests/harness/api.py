"""A small client of the REST API for the harnesses: keep-alive, one connection a thread, standard library only."""

from __future__ import annotations

import base64
import http.client
import json
import threading
import urllib.parse
from dataclasses import dataclass
from typing import Any, Iterable

TERMINAL_STATES = frozenset({"SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "SKIPPED", "RETRIED"})


class Unreachable(Exception):
    """No answer: nobody listens, or the connection broke. The server may have done what was asked."""


class Refused(Exception):
    """An answer outside 2xx."""

    def __init__(self, method: str, path: str, status: int, body: str):
        super().__init__(f"{method} {path}: status {status}: {body[:400]}")
        self.status, self.body = status, body


@dataclass
class Answer:
    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


class Api:
    """Calls on one server below /api/v1/{tenant}/. Safe on any thread; close() ends the calling thread's connection."""

    def __init__(self, url: str, tenant: str = "main", timeout: float = 60.0, user: str | None = None):
        parts = urllib.parse.urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"'{url}' is no address of the form http://host:port")
        self.url = url.rstrip("/")
        self.host, self.port, self.base = parts.hostname, parts.port or 80, parts.path.rstrip("/")
        self.prefix = f"/api/v1/{tenant}/"
        self.timeout = timeout
        self.headers = {"Authorization": "Basic " + base64.b64encode(user.encode()).decode()} if user else {}
        self._local = threading.local()

    def path(self, name: str, query: Iterable[tuple[str, Any]] = ()) -> str:
        """The path of a call below the tenant, or from the root if it starts with '/'."""
        text = self.base + (name if name.startswith("/") else self.prefix + name)
        query = list(query)
        return text + ("?" + urllib.parse.urlencode(query) if query else "")

    def call(self, method: str, name: str, query: Iterable[tuple[str, Any]] = (), body: bytes = b"",
             content_type: str = "application/json", headers: dict[str, str] | None = None) -> Answer:
        """One request, never repeated. Raises Unreachable where there is no answer."""
        sent = {**self.headers, **(headers or {})}
        if body:
            sent["Content-Type"] = content_type
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)
            self._local.connection = connection
        try:
            connection.request(method, self.path(name, query), body=body or None, headers=sent)
            response = connection.getresponse()
            return Answer(response.status, response.read())
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unreachable(f"{method} {name}: {type(error).__name__}: {error}") from error

    def close(self) -> None:
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    def get(self, name: str, query: Iterable[tuple[str, Any]] = (), **kw: Any) -> Any:
        return self.checked("GET", name, query, **kw).json()

    def checked(self, method: str, name: str, query: Iterable[tuple[str, Any]] = (), **kw: Any) -> Answer:
        answer = self.call(method, name, query, **kw)
        if not 200 <= answer.status < 300:
            raise Refused(method, name, answer.status, answer.body.decode("utf-8", "replace"))
        return answer

    def deploy(self, source: str) -> dict[str, Any]:
        """Creates the flow, or updates it where it exists (API-88)."""
        body, kind = source.encode(), "application/x-yaml"
        try:
            return self.checked("POST", "flows", body=body, content_type=kind).json()
        except Refused as refused:
            if refused.status not in (409, 422):
                raise
            namespace, flow = identity(source)
            try:
                return self.checked("PUT", f"flows/{namespace}/{flow}", body=body, content_type=kind).json()
            except Refused as second:
                # No such flow: the source itself was refused, and the first answer says why.
                raise refused if second.status == 404 else second

    def search_executions(self, namespace: str, since: str | None = None, page_size: int = 500) -> list[dict[str, Any]]:
        """All executions of a namespace (that started at `since` or later), page by page, oldest first (API-27, API-29)."""
        found: list[dict[str, Any]] = []
        page = 1
        while True:
            query = [("filters[namespace][EQUALS]", namespace), ("sort", "state.startDate:asc"), ("size", page_size),
                     ("page", page)]
            if since:
                query.append(("filters[startDate][GREATER_THAN_OR_EQUAL_TO]", since))
            answer = self.get("executions/search", query)
            found += answer["results"]
            if not answer["results"] or len(found) >= answer["total"]:
                return found
            page += 1


def identity(source: str) -> tuple[str, str]:
    """Namespace and id of a flow's source, read from its top-level lines."""
    values: dict[str, str] = {}
    for line in source.splitlines():
        for key in ("id", "namespace"):
            if line.startswith(f"{key}:") and key not in values:
                values[key] = line.split(":", 1)[1].split(" #")[0].strip().strip("\"'")
    return values["namespace"], values["id"]
