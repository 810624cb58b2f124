"""Calls a server with the published Python client, kestrapy 1.x or 2.x, and compares the answers with what they must be.

run.py starts it in an environment that holds the package: GYR_URL, GYR_USER, GYR_PASSWORD and GYR_FLOWS (the folder of the
flows). Each step tells `ok NAME` or `not ok NAME: REASON` in a line; the last line is `calls N`.
"""

from __future__ import annotations

import inspect
import io
import json
import os
import pathlib
import sys
import traceback
import zipfile
from datetime import datetime, timedelta, timezone

import kestrapy
from kestrapy import models
from kestrapy.base_api import BaseApi
from kestrapy.exceptions import (ApiException, BadRequestException, ConflictException, NotFoundException, UnauthorizedException,
                                 UnprocessableEntityException)

TENANT = "main"
NS = "company.clients"
END = {"SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED"}
SECOND = hasattr(kestrapy.KestraClient, "metrics")  # the 2.x line

calls = 0
failed = 0
loose: list[str] = []  # answers that the client's models refused


def bound(method, args, kwargs):
    """The call with the tenant at the place where this operation takes it."""
    names = [name for name in inspect.signature(method).parameters if name != "tenant"]
    return method(**dict(zip(names, args)), **kwargs, tenant=TENANT)


# Models of 1.x that take less than their own contract's server answers: labels as a map, cells of a chart as maps.
NARROW = {"FlowForExecution", "PagedResultsMapStringObject"}


def strict(construct):
    """An answer that does not fit the client's model is built without checks: tell which."""
    def watched(data, kind):
        # The first event of a stream is empty but for the id, in the reference as well. The states of the 2.x models want three
        # fields that no server sends (getDuration, getStartDate, getEndDate): there the client builds its models without checks.
        if not SECOND and any(value is not None for name, value in data.items() if name != "id"):
            try:
                kind.from_dict(data)
            except Exception as error:  # noqa: BLE001 - whatever the model says
                if kind.__name__ in NARROW:
                    return construct(data, kind)
                loose.append(f"{kind.__name__}: {' '.join(str(error).split())[:300]}")
        return construct(data, kind)
    return staticmethod(watched)


BaseApi._construct_model = strict(BaseApi._construct_model)


class Counted:
    """An API of the client that counts its calls."""

    def __init__(self, api):
        self._api = api

    def __getattr__(self, name):
        method = getattr(self._api, name)

        def call(*args, **kwargs):
            global calls
            calls += 1
            return bound(method, args, kwargs)
        return call


client = kestrapy.KestraClient(host=os.environ["GYR_URL"], username=os.environ["GYR_USER"], password=os.environ["GYR_PASSWORD"], timeout=30)
flows, executions, kv, files = (Counted(getattr(client, name)) for name in ("flows", "executions", "kv", "files"))
namespaces, triggers, dashboards, logs = (Counted(getattr(client, name)) for name in ("namespaces", "triggers", "dashboards", "logs"))
STEPS = []


def step(function):
    STEPS.append(function)
    return function


def same(got, wanted, what=""):
    if got != wanted:
        raise AssertionError(f"{what or 'the answer'} is {got!r}, not {wanted!r}")


def has(condition, what):
    if not condition:
        raise AssertionError(what)


def refused(kind, status, call, words):
    """The call ends with the client's own exception, which carries the error body."""
    try:
        call()
    except ApiException as error:
        same(type(error), kind, "the exception's type")
        same(error.status, status, "the exception's status")
        body = json.loads(error.body)
        has(isinstance(body.get("message"), str) and words in body["message"], f"the message misses {words!r}: {body}")
        same(body.get("status"), status, "the body's status")
        return
    raise AssertionError("the call was not refused")


def source(name):
    return (pathlib.Path(os.environ["GYR_FLOWS"]) / f"{name}.yaml").read_text()


def plain(value):
    """What a model or a raw answer holds, as JSON shows it."""
    if hasattr(value, "to_dict"):
        # A model that was built without checks, such as the first event of a stream, misses fields that this wants.
        try:
            value = value.to_dict()
        except AttributeError:
            value = {name: item for name, item in vars(value).items() if not name.startswith("_")}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return getattr(value, "value", value)


def outputs_of(execution):
    """The model of the 2.x line has no field for them: they are among what it does not know."""
    return plain(getattr(execution, "outputs", None) or execution.additional_properties.get("outputs"))


def state(execution):
    value = plain(execution).get("state") or {}
    return plain(value).get("current")


def until(execution_id, wanted):
    """Follows an execution by SSE until its state is one of those."""
    seen = []
    for event in executions.follow_execution(execution_id):
        current = state(event)
        if current:
            seen.append(current)
        if current in wanted:
            return current
    raise AssertionError(f"the stream ended after {seen} without {wanted}")


def start(flow, **more):
    return executions.create_execution(namespace=NS, id=flow, **more)


def where(**fields):
    """Filters that are equal to the values, as 1.x and 2.x take them."""
    return [{"field": field.upper(), "operation": "EQUALS", "value": value} for field, value in fields.items()]


def pair(flow):
    return models.IdWithNamespace(namespace=NS, id=flow)


@step
def flows_are_created():
    for name in ("hello", "file", "approval", "long", "broken", "scheduled"):
        made = flows.create_flow(body=source(name))
        same((made.id, made.namespace, made.revision, made.disabled), (name, NS, 1, False))
        same(made.source, source(name), "the source")


@step
def a_flow_is_read():
    flow = flows.flow(NS, "hello", source=True)
    same([(plain(label)["key"], plain(label)["value"]) for label in flow.labels], [("team", "clients")])
    same([plain(task)["id"] for task in flow.tasks], ["greet", "tell", "measure"])
    same(flow.source, source("hello"))
    same(flows.flow(NS, "hello").source, None, "the source that was not asked for")
    same(plain(flows.task_from_flow(NS, "hello", "tell"))["message"], "told {{ outputs.greet.value }}")


@step
def a_flow_is_changed_and_keeps_its_revisions():
    changed = source("hello").replace("What most scripts start", "Changed")
    same(flows.update_flow(NS, "hello", body=changed).revision, 2)
    same(flows.update_flow(NS, "hello", body=changed).revision, 2, "the revision after a save that changes nothing")
    same(flows.flow(NS, "hello", revision=1).description, "What most scripts start")
    same([item.revision for item in flows.list_flow_revisions(NS, "hello")], [1, 2])


@step
def flows_are_validated():
    found = flows.validate_flows(body=source("hello"))
    same([(item.index, item.flow, item.namespace, item.constraints) for item in found], [(0, "hello", NS, None)])
    found = flows.validate_flows(body=source("hello").replace("debug.Return", "debug.Nothing"))
    has(found[0].constraints and "io.kestra.plugin.core.debug.Nothing" in found[0].constraints, f"no constraint names the type: {found[0]}")


@step
def flows_are_searched():
    page = flows.search_flows(page=1, size=3, sort=["id:asc"], filters=where(namespace=NS))
    same((page.total, [flow.id for flow in page.results]), (6, ["approval", "broken", "file"]))
    page = flows.search_flows(page=1, size=10, filters=where(query="schedul"))
    same([flow.id for flow in page.results], ["scheduled"])
    page = flows.search_flows_by_source_code(page=1, size=10, q="clients-hook-key")
    same(page.total, 1)
    same(sorted(flow.id for flow in flows.list_flows_by_namespace(NS)), ["approval", "broken", "file", "hello", "long", "scheduled"])
    has(NS in flows.list_distinct_namespaces(), "the namespace is not listed")


@step
def graphs_are_drawn():
    graph = plain(flows.generate_flow_graph(NS, "hello"))
    has(any(node["uid"].endswith("greet") for node in graph["nodes"]), f"no node of the task: {graph['nodes']}")
    same(len(plain(flows.generate_flow_graph_from_source(body=source("long")))["nodes"]), 4)
    has("nodes" in plain(flows.flow_dependencies(NS, "hello")), "no nodes")


@step
def flows_are_exported_and_imported():
    archive = zipfile.ZipFile(io.BytesIO(flows.export_flows_by_ids([pair("hello"), pair("file")])))
    same(sorted(archive.namelist()), [f"{NS}.file.yml", f"{NS}.hello.yml"])
    has(b"Changed" in archive.read(f"{NS}.hello.yml"), "the export has an old revision")
    same(len(zipfile.ZipFile(io.BytesIO(flows.export_flows_by_query(filters=where(namespace=NS)))).namelist()), 6)
    same(flows.import_flows(file_content=source("hello").replace("id: hello", "id: imported").encode()), [])
    same(flows.flow(NS, "imported").id, "imported")


@step
def flows_are_changed_in_bulk():
    same(flows.disable_flows_by_ids([pair("imported"), pair("file")]).count, 2)
    same(flows.flow(NS, "imported").disabled, True)
    same(flows.enable_flows_by_ids([pair("imported"), pair("file")]).count, 2)
    same(flows.flow(NS, "file").disabled, False)
    made = flows.bulk_update_flows(delete=False, body=source("hello").replace("id: hello", "id: one") + "\n---\n" + source("hello").replace("id: hello", "id: two"))
    same(sorted(plain(flow)["id"] for flow in made), ["one", "two"])
    same(flows.delete_flows_by_ids([pair("one"), pair("two")]).count, 2)
    flows.delete_flow(NS, "imported")
    refused(NotFoundException, 404, lambda: flows.flow(NS, "imported"), "not found")
    same(flows.flow(NS, "imported", allow_deleted=True).deleted, True)


@step
def an_execution_without_inputs_takes_the_defaults():
    run = start("hello", wait=True)
    same(state(run), "SUCCESS")
    same(plain(run.inputs), {"name": "world", "count": 3})
    same(outputs_of(run), {"greeting": "hello world 3"})


@step
def an_execution_takes_inputs_and_labels():
    run = start("hello", wait=True, inputs={"name": "Anna Ü", "count": 7}, labels=["run:first", "by:python"])
    same(outputs_of(run), {"greeting": "hello Anna Ü 7"})
    labels = {plain(label)["key"]: plain(label)["value"] for label in run.labels}
    same({key: labels.get(key) for key in ("team", "run", "by")}, {"team": "clients", "run": "first", "by": "python"})
    again = executions.execution(run.id)
    same((again.id, again.flow_id, again.flow_revision, state(again)), (run.id, "hello", 2, "SUCCESS"))
    same([item.task_id for item in again.task_run_list], ["greet", "tell", "measure"])
    same(plain(executions.flow_from_execution_by_id(run.id))["id"], "hello")


@step
def an_execution_takes_a_file():
    content = b"line 1\nline \xc3\xbc\n"
    run = start("file", wait=True, inputs={"data": ("data.txt", content, "text/plain")})
    same(state(run), "SUCCESS")
    outputs = {plain(item)["taskId"]: plain(item)["outputs"] for item in plain(run)["taskRunList"]}
    same(outputs["size"]["size"], len(content))
    uri = outputs["write"]["uri"]
    same(executions.download_file_from_execution(run.id, uri), b"seen: " + content)
    same(executions.file_metadatas_from_execution(run.id, uri).size, len(content) + 6)


@step
def wrong_inputs_are_refused():
    refused(UnprocessableEntityException, 422, lambda: start("hello", inputs={"count": "many"}), "count")
    refused(UnprocessableEntityException, 422, lambda: start("file"), "data")
    refused(NotFoundException, 404, lambda: start("nothing"), "not found")


@step
def an_execution_is_paused_and_resumed():
    run = start("approval")
    until(run.id, {"PAUSED"})
    executions.resume_execution(run.id, inputs={"reason": "I say so"})
    until(run.id, {"SUCCESS"})
    done = plain(executions.execution(run.id))
    same(done["taskRunList"][1]["outputs"], {"value": "resumed because I say so"})
    refused(ConflictException, 409, lambda: executions.resume_execution(run.id), "")


@step
def a_running_execution_is_paused_and_killed():
    run = start("long")
    until(run.id, {"RUNNING"})
    executions.pause_execution(run.id)
    until(run.id, {"PAUSED"})
    executions.resume_execution(run.id)
    until(run.id, {"RUNNING"})
    executions.kill_execution(run.id)
    until(run.id, {"KILLED"})
    refused(ConflictException, 409, lambda: executions.kill_execution(run.id, is_on_kill_cascade=False), "")


@step
def an_execution_is_restarted_and_replayed():
    run = start("broken", wait=True)
    same(state(run), "FAILED")
    same(executions.restart_execution(run.id).id, run.id)
    until(run.id, {"FAILED"})
    restarted = plain(executions.execution(run.id))
    same(restarted["metadata"]["attemptNumber"], 2, "the attempt")
    copy = executions.replay_execution(run.id, task_run_id=restarted["taskRunList"][0]["id"])
    has(copy.id != run.id, "a replay makes a new execution")
    until(copy.id, {"FAILED"})
    same(executions.execution(copy.id).original_id, run.id)
    first = start("hello", wait=True)
    other = executions.replay_execution_with_inputs(first.id, inputs={"name": "again", "count": 1})
    until(other.id, {"SUCCESS"})
    same(outputs_of(executions.execution(other.id)), {"greeting": "hello again 1"})


@step
def states_and_labels_are_changed():
    run = start("broken", wait=True)
    labelled = executions.set_labels_on_terminated_execution(run.id, [models.Label(key="seen", value="yes")])
    has(("seen", "yes") in [(label.key, label.value) for label in labelled.labels], f"the label is missing: {labelled.labels}")
    same(state(executions.update_execution_status(run.id, status=models.StateType.WARNING)), "WARNING")
    page = plain(executions.search_executions(filters=[{"field": "LABELS", "operation": "EQUALS", "value": {"seen": "yes"}}]))
    same([item["id"] for item in page["results"]], [run.id])
    refused(NotFoundException, 404, lambda: executions.set_labels_on_terminated_execution("7ZuXxxxxxxxxxxxxxxxxxx", [models.Label(key="a", value="b")]), "")


@step
def executions_are_searched():
    page = plain(executions.search_executions(page=1, size=2, sort=["state.startDate:desc"], filters=where(namespace=NS, flow_id="hello")))
    same((page["total"], len(page["results"])), (4, 2))
    page = plain(executions.search_executions(filters=[{"field": "STATE", "operation": "IN", "value": ["KILLED"]}]))
    same([item["flowId"] for item in page["results"]], ["long"])
    same(plain(executions.search_executions_by_flow_id(namespace=NS, flow_id="file"))["total"], 1)
    last = executions.latest_executions([models.ExecutionRepositoryInterfaceFlowFilter(namespace=NS, id="file")])
    same([plain(item)["flowId"] for item in last], ["file"])
    graph = plain(executions.execution_flow_graph(page["results"][0]["id"]))
    has(len(graph["nodes"]) >= 4, f"too few nodes: {graph}")


@step
def expressions_are_evaluated():
    run = start("hello", wait=True)
    same(plain(executions.eval_expression(run.id, expression="{{ outputs.greet.value | upper }}")).get("result"), "HELLO WORLD 3")
    has(plain(executions.eval_expression(run.id, expression="{{ nothing.here }}")).get("error"), "no error is told")


@step
def executions_are_changed_in_bulk():
    ids = [start("long").id for _ in range(2)]
    for item in ids:
        until(item, {"RUNNING"})
    same(plain(executions.kill_executions_by_ids(ids))["count"], 2)
    for item in ids:
        until(item, {"KILLED"})
    refused(BadRequestException, 400, lambda: executions.kill_executions_by_ids(ids), "")
    done = [start("broken", wait=True).id for _ in range(2)]
    same(plain(executions.restart_executions_by_ids(done))["count"], 2)
    for item in done:
        until(item, END)
    same(plain(executions.replay_executions_by_ids(done))["count"], 2)
    same(plain(executions.set_labels_on_terminated_executions_by_query([models.Label(key="batch", value="1")],
                                                                       filters=where(flow_id="long")))["count"], 3)
    same(plain(executions.update_executions_status_by_ids(models.StateType.WARNING, done))["count"], 2)
    same(executions.delete_executions_by_ids(done).count, 2)
    refused(NotFoundException, 404, lambda: executions.execution(done[0]), "")
    paused = start("approval").id
    until(paused, {"PAUSED"})
    same(plain(executions.resume_executions_by_ids([paused]))["count"], 1)
    until(paused, {"SUCCESS"})
    executions.delete_execution(paused)
    same(plain(executions.delete_executions_by_query(filters=where(flow_id="approval")))["count"], 1)


@step
def executions_and_logs_are_followed():
    run = start("hello")
    same(until(run.id, END), "SUCCESS")
    # This stream stays open behind the last line, in the reference as well: read until the line comes.
    has(any(line.message == "told hello world 3" for line in logs.follow_logs_from_execution(run.id, min_level="INFO")), "the line is missing")
    same([line.message for line in logs.list_logs_from_execution(run.id, task_id="tell")], ["told hello world 3"])
    has("told hello world 3" in logs.download_logs_from_execution(run.id), "the line is not in the file")
    page = logs.search_logs(page=1, size=5, filters=[*where(namespace=NS, flow_id="hello"), {"field": "EXECUTION_ID", "operation": "EQUALS", "value": run.id}]
                            if SECOND else where(namespace=NS, flow_id="hello"))
    has(page.total >= 1 and page.results[0].flow_id == "hello", f"no lines: {page}")
    logs.delete_logs_from_execution(run.id)
    same(logs.list_logs_from_execution(run.id), [])
    named = (plain(event).get("executionId") for event in executions.follow_dependencies_execution(run.id))
    has(run.id in named, "the execution is not named")


@step
def files_of_a_namespace_are_kept():
    files.create_namespace_directory(NS, path="/scripts")
    files.create_namespace_file(NS, path="/scripts/a.py", file_content=b"print('\xc3\xbc')\n")
    files.create_namespace_file(NS, path="/scripts/a.py", file_content=b"print(2)\n")
    same(files.file_content(NS, path="/scripts/a.py"), b"print(2)\n")
    same(files.file_content(NS, path="/scripts/a.py", revision=1), b"print('\xc3\xbc')\n")
    same([item.revision for item in files.file_revisions(NS, path="/scripts/a.py")], [1, 2])
    same([(item.file_name, plain(item.type)) for item in files.list_namespace_directory_files(NS, path="/scripts")], [("a.py", "File")])
    same(files.file_metadatas(NS, path="/scripts/a.py").size, 9)
    files.move_file_directory(NS, from_path="/scripts/a.py", to_path="/scripts/b.py")
    same(files.search_namespace_files(NS, q="b.py"), ["/scripts/b.py"])
    same([name for name in zipfile.ZipFile(io.BytesIO(files.export_namespace_files(NS))).namelist() if not name.endswith("/") and not name.startswith("_flows/")], ["scripts/b.py"])
    files.delete_file_directory(NS, path="/scripts/b.py")
    refused(NotFoundException, 404, lambda: files.file_content(NS, path="/scripts/b.py"), "")


@step
def pairs_are_kept():
    for key, text, kind, value in (("text", '"hello world"', "STRING", "hello world"), ("plain", "to-delete", "STRING", "to-delete"),
                                   ("number", "42", "NUMBER", 42), ("flag", "true", "BOOLEAN", True),
                                   ("json", '{"a": [1, 2]}', "JSON", {"a": [1, 2]}), ("time", "PT5M", "DURATION", "PT5M")):
        kv.set_key_value(NS, key, body=text)
        got = kv.key_value(NS, key)
        same((plain(got.type), plain(got.value)), (kind, value), key)
    page = kv.list_all_keys(page=1, size=100, filters=where(namespace=NS))
    same(sorted(item.key for item in page.results), ["flag", "json", "number", "plain", "text", "time"])
    kv.list_keys_with_inheritance("company.clients.below")
    same(kv.delete_key_value(NS, "flag"), True)
    same(kv.delete_key_values(NS, request=models.KVControllerApiDeleteBulkRequest(keys=["json", "number"])).keys, ["json", "number"])
    refused(NotFoundException, 404, lambda: kv.key_value(NS, "flag"), "flag")


@step
def namespaces_are_kept():
    made = namespaces.create_namespace(namespace=models.Namespace(id="company.made", deleted=False, description="made by a client"))
    same((made.id, made.description), ("company.made", "made by a client"))
    changed = namespaces.update_namespace("company.made", namespace=models.Namespace(id="company.made", deleted=False, description="changed"))
    same(changed.description, "changed")
    same(namespaces.namespace("company.made").description, "changed")
    page = namespaces.search_namespaces(page=1, size=100)
    has({"company.made", NS} <= {item.id for item in page.results}, f"namespaces are missing: {page}")
    has("company.made" in namespaces.autocomplete_namespaces(request=models.ApiAutocomplete(q="company")), "it is not offered")
    same(namespaces.inherited_variables("company.made"), {})
    namespaces.delete_namespace("company.made")
    refused(NotFoundException, 404, lambda: namespaces.delete_namespace("company.made"), "")


@step
def secrets_are_kept():
    made = namespaces.put_secrets(NS, secret_value=models.ApiSecretValue(key="TOKEN", value="s3cret", description="for a test"))
    same([(item.key, item.description, item.tags) for item in made if item.key == "TOKEN"], [("TOKEN", "for a test", [])])
    same(namespaces.inherited_secrets(NS)[NS], ["TOKEN"])
    changed = namespaces.patch_secret(NS, "TOKEN", meta=models.ApiSecretMetaEE(key="TOKEN", description="changed", tags=[]))
    same([item.description for item in changed if item.key == "TOKEN"], ["changed"])
    namespaces.delete_secret(NS, "TOKEN")
    refused(NotFoundException, 404, lambda: namespaces.delete_secret(NS, "TOKEN"), "")


@step
def triggers_are_listed_and_changed():
    page = triggers.search_triggers_for_flow(namespace=NS, flow_id="scheduled")
    same([item["triggerId"] for item in page["results"]], ["yearly"])
    page = triggers.search_triggers(page=1, size=10, filters=where(namespace=NS))
    found = [item for item in page["results"] if (item.get("triggerContext") or item.get("state") or item)["triggerId"] == "yearly"]
    same(len(found), 1)
    context = found[0].get("triggerContext") or found[0]["state"]
    if not SECOND:
        one = models.Trigger.from_dict(context)
        same(triggers.disabled_triggers_by_ids(request=models.TriggerControllerSetDisabledRequest(triggers=[one], disabled=True))["count"], 1)
    same(triggers.disabled_triggers_by_query(disabled=True, filters=where(namespace=NS))["count"], 1)
    same(triggers.disabled_triggers_by_query(disabled=False, filters=where(namespace=NS))["count"], 1)
    refused(ConflictException, 409, lambda: triggers.unlock_trigger(namespace=NS, flow_id="scheduled", trigger_id="yearly"), "")
    has("yearly" in triggers.export_triggers(filters=where(namespace=NS)), "the export misses the trigger")
    started = executions.trigger_execution_by_get_webhook(namespace=NS, id="scheduled", key="clients-hook-key")
    same(plain(started)["flowId"], "scheduled")
    same(until(plain(started)["id"], END), "SUCCESS")
    refused(NotFoundException, 404, lambda: executions.trigger_execution_by_get_webhook(namespace=NS, id="scheduled", key="wrong"), "")


@step
def dashboards_are_kept():
    same(plain(dashboards.validate_dashboard(yaml_body=source("dashboard"))).get("constraints"), None)
    made = dashboards.create_dashboard(yaml_body=source("dashboard"))
    same((made["id"], made["title"]), ("clients", "Executions of the clients"))
    changed = dashboards.update_dashboard("clients", yaml_body=source("dashboard").replace("Executions of the clients", "Changed"))
    same(changed["title"], "Changed")
    same(dashboards.dashboard("clients")["title"], "Changed")
    same([item["id"] for item in dashboards.search_dashboards(page=1, size=10, q="Changed")["results"]], ["clients"])
    now = datetime.now(timezone.utc)
    data = plain(dashboards.dashboard_chart_data("clients", "states", filters=models.ChartFiltersOverrides(
        start_date=now - timedelta(days=1), end_date=now + timedelta(minutes=1), namespace=NS)))
    rows = {(row["flow"], row["state"]): row["total"] for row in data["results"]}
    has(rows.get(("file", "SUCCESS")) == 1, f"the row of the flow is missing: {rows}")
    dashboards.delete_dashboard("clients")
    refused(NotFoundException, 404, lambda: dashboards.dashboard("clients"), "")


@step
def metrics_are_read():
    if not SECOND:
        return  # the 1.x line of this client has no metrics
    metrics = Counted(client.metrics)
    run = start("hello", wait=True)
    page = plain(metrics.execution_metrics(run.id))
    same([(item["taskId"], item["name"], item["value"]) for item in page["results"] if item["name"] == "greetings"], [("measure", "greetings", 2.0)])
    has("greetings" in metrics.flow_metric_names(NS, "hello"), "the name is missing")
    same(metrics.tasks_with_metrics(NS, "hello"), ["greet", "measure"])
    data = metrics.aggregate_flow_metric(NS, "hello", "greetings", aggregation="sum")
    has(sum(item.get("value") or 0 for item in data["aggregations"]) >= 2.0, f"the sum is wrong: {data}")


@step
def every_answer_fits_the_models():
    same(sorted(set(loose)), [], "what the models refused")  # empty for 2.x, see above


@step
def errors_are_the_clients_own():
    refused(UnprocessableEntityException, 422, lambda: flows.create_flow(body="id: broken yaml: ["), "")
    refused(UnprocessableEntityException, 422, lambda: flows.create_flow(body=source("hello")), "already exists")
    refused(NotFoundException, 404, lambda: executions.execution("7ZuXxxxxxxxxxxxxxxxxxx"), "")
    refused(BadRequestException, 400, lambda: executions.search_executions(filters=where(nonsense="x")), "nonsense")
    other = kestrapy.KestraClient(host=os.environ["GYR_URL"], username=os.environ["GYR_USER"], password="wrong", timeout=30)
    try:
        Counted(other.flows).search_flows()
    except UnauthorizedException as error:
        same(error.status, 401)
    else:
        raise AssertionError("a wrong password was let in")


def main():
    global failed
    for function in STEPS:
        name = function.__name__
        try:
            function()
            print(f"ok {name}", flush=True)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong in a step fails the step and no other
            failed += 1
            place = traceback.extract_tb(error.__traceback__)
            line = next(frame for frame in place if frame.name == name)
            print(f"not ok {name}: line {line.lineno}: {type(error).__name__}: {str(error)[:900]!r}", flush=True)
    print(f"calls {calls}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
