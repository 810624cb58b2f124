"""Cloudflare, Argo CD, MAAS and NetBox, as far as their connectors use them. They keep state, check credentials and fields."""

import copy
import json
import re
import urllib.parse
import uuid

from shared import MAAS_KEY, SET, TOKEN, Answer, now, number

STATE = {
    "cloudflare": {"zones": {"zone-1": {"id": "zone-1", "name": "example.test", "status": "active"}}, "dns": {}, "purges": [], "rules": {}, "kv": {}},
    "argocd": {},
    "deleted_apps": [],
    "maas": {},
    "maas_tags": {},
    "netbox": {
        "dcim/sites": {1: {"id": 1, "name": "North", "slug": "north"}, 2: {"id": 2, "name": "Empty", "slug": "empty"}},
        "dcim/device-types": {1: {"id": 1, "model": "R640", "slug": "r640"}},
        "dcim/device-roles": {1: {"id": 1, "name": "Server", "slug": "server"}},
        "dcim/devices": {}, "dcim/interfaces": {}, "ipam/ip-addresses": {}, "ipam/prefixes": {1: {"id": 1, "prefix": "10.9.0.0/24"}},
        "tenancy/contact-assignments": {},
    },
}


# -- Cloudflare ----------------------------------------------------------------------------------------------------------------


def cloudflare_accounts(r, path, ok, no, page):
    """Access rules and Workers KV."""
    state = STATE["cloudflare"]
    match = re.fullmatch(r"/(zones|accounts)/([^/]+)/firewall/access_rules/rules(?:/([^/]+))?", path)
    if match:
        rules = state["rules"].setdefault(match[2], {})
        if r.method == "POST":
            row = {"id": uuid.uuid4().hex, **(r.json or {})}
            rules[row["id"]] = row
            ok(row)
        if r.method == "DELETE":
            if rules.pop(match[3], None) is None:
                no(404, 10001, "firewallaccessrules.api.not_found")
            ok({"id": match[3]})
        page(list(rules.values()))
    match = re.fullmatch(r"/accounts/([^/]+)/storage/kv/namespaces(?:/([^/]+)/(bulk|bulk/get))?", path)
    if match:
        if match[2] is None:
            title = (r.json or {}).get("title")
            if not title:
                no(400, 10019, "missing title")
            identity = uuid.uuid4().hex
            state["kv"][identity] = {}
            ok({"id": identity, "title": title})
        if match[2] not in state["kv"]:
            no(404, 10013, "namespace not found")
        values = state["kv"][match[2]]
        if match[3] == "bulk":
            values.update({x["key"]: x["value"] for x in r.json})
            ok({"successful_key_count": len(r.json), "unsuccessful_keys": []})
        ok({"values": {k: values.get(k) for k in r.json["keys"]}})
    raise Answer(404)


def cloudflare(r):
    def ok(result, **more):
        raise Answer(200, {"success": True, "errors": [], "messages": [], "result": result, **more})

    def no(status, code, message):
        raise Answer(status, {"success": False, "errors": [{"code": code, "message": message}], "messages": [], "result": None})

    def page(rows):
        size, at = int(r.query.get("per_page", 20)), int(r.query.get("page", 1))
        info = {"page": at, "per_page": size, "count": len(rows[(at - 1) * size:at * size]), "total_count": len(rows), "total_pages": max(1, -(-len(rows) // size))}
        ok(rows[(at - 1) * size:at * size], result_info=info)

    if r.headers.get("authorization") != f"Bearer {TOKEN}":
        no(403, 10000, "Authentication error")
    state, path = STATE["cloudflare"], r.path[len("/cloudflare/client/v4"):]
    if path == "/zones":
        page([z for z in state["zones"].values() if r.query.get("name", z["name"]) == z["name"]])
    match = re.fullmatch(r"/zones/([^/]+)(/.*)?", path)
    if match and match[1] not in state["zones"]:
        no(404, 7003, f"Could not route to /zones/{match[1]}, perhaps your object identifier is invalid?")
    if match:
        zone, rest = match[1], match[2] or ""
        dns = state["dns"].setdefault(zone, {})

        def make(record):
            missing = [k for k in ("type", "name", "content") if not record.get(k)]
            if missing:
                no(400, 9000, f"DNS record needs {', '.join(missing)}")
            if any((x["type"], x["name"], x["content"]) == (record["type"], record["name"], record["content"]) for x in dns.values()):
                no(400, 81058, "An identical record already exists.")
            row = {"id": uuid.uuid4().hex, "ttl": 1, "proxied": False, **record}
            dns[row["id"]] = row
            return row

        if rest == "":
            ok(state["zones"][zone])
        if rest == "/dns_records" and r.method == "GET":
            page([x for x in dns.values() if all(x[k] == r.query[k] for k in ("name", "type", "content") if k in r.query)])
        if rest == "/dns_records" and r.method == "POST":
            ok(make(r.json or {}))
        if rest == "/dns_records/batch" and r.method == "POST":
            body = r.json or {}
            before = copy.deepcopy(dns)
            try:
                deleted = [dns.pop(d["id"]) for d in body.get("deletes", [])]
                patched = []
                for change in body.get("patches", []):
                    dns[change["id"]].update(change)
                    patched.append(dns[change["id"]])
                ok({"deletes": deleted, "patches": patched, "puts": [], "posts": [make(x) for x in body.get("posts", [])]})
            except KeyError:
                state["dns"][zone] = before
                no(404, 81044, "Record not found")
            except Answer as answer:
                if answer.status != 200:
                    state["dns"][zone] = before
                raise
        match = re.fullmatch(r"/dns_records/([^/]+)", rest)
        if match:
            if match[1] not in dns:
                no(404, 81044, "Record not found")
            if r.method in ("PATCH", "PUT"):
                dns[match[1]].update(r.json or {})
            if r.method == "DELETE":
                del dns[match[1]]
                ok({"id": match[1]})
            ok(dns[match[1]])
        if rest == "/purge_cache" and r.method == "POST":
            body = r.json or {}
            if not body.get("purge_everything") and not any(body.get(k) for k in ("files", "tags", "hosts", "prefixes")):
                no(400, 1012, "Request must contain one of \"purge_everything\", \"files\", \"tags\", \"hosts\" or \"prefixes\"")
            if len(body.get("files", [])) > 30:
                no(400, 1094, "Unable to purge more than 30 files at once")
            state["purges"].append(body)
            ok({"id": uuid.uuid4().hex})
    cloudflare_accounts(r, path, ok, no, page)


# -- Argo CD -------------------------------------------------------------------------------------------------------------------


def application(name):
    return {"metadata": {"name": name, "uid": uuid.uuid4().hex},
            "spec": {"project": "default", "source": {"repoURL": "https://git.example.test/shop", "path": "deploy", "targetRevision": "HEAD"},
                     "destination": {"server": "https://kubernetes.default.svc", "namespace": "default"}},
            "status": {"sync": {"status": "OutOfSync", "revision": "a" * 40, "comparedTo": {"source": {"targetRevision": "HEAD"}}},
                       "health": {"status": "Progressing"}, "conditions": [],
                       "resources": [{"kind": "Deployment", "name": name, "status": "OutOfSync", "health": {"status": "Progressing"}}]}}


def argocd(r):
    if r.headers.get("authorization") != f"Bearer {TOKEN}":
        raise Answer(401, {"error": "no session information", "code": 16, "message": "no session information"})
    apps, path = STATE["argocd"], r.path[len("/api/v1/applications"):]
    if path in ("", "/"):
        if r.method == "POST":
            name = r.json["metadata"]["name"]
            if name in apps and r.query.get("upsert") != "true":
                raise Answer(400, {"error": "existing application spec is different, use upsert flag to force update", "code": 3})
            apps[name] = {**application(name), **r.json, "status": application(name)["status"]}
            raise Answer(200, apps[name])
        raise Answer(200, {"items": list(apps.values())})
    match = re.fullmatch(r"/([^/]+)(/sync|/operation)?", path)
    if not match:
        raise Answer(404)
    # Applications are there without being created, but for those that tests create.
    if match[1] == "missing" or match[1] in STATE["deleted_apps"] or match[1].startswith("new-") and match[1] not in apps:
        raise Answer(404, {"error": 'applications.argoproj.io "' + match[1] + '" not found', "code": 5})
    app = apps.setdefault(match[1], application(match[1]))
    wish = SET.get("argocd", {}).get(match[1], {})
    if match[2] == "/operation" and r.method == "DELETE":
        app["status"]["operationState"].update(phase="Failed", message="operation terminated")
        raise Answer(200, {})
    if match[2] == "/sync" and r.method == "POST":
        if (app["status"].get("operationState") or {}).get("phase") == "Running":
            raise Answer(400, {"error": "another operation is already in progress", "code": 9})
        app["looks"] = 0
        app["status"]["operationState"] = {"phase": "Running", "startedAt": now(), "operation": {"sync": r.json or {}, "info": (r.json or {}).get("infos", [])}}
        raise Answer(200, app)
    if r.method == "DELETE":
        del apps[match[1]]
        STATE["deleted_apps"].append(match[1])
        raise Answer(200, {})
    if r.method == "PATCH":
        if (r.json or {}).get("patchType") == "merge":
            app["spec"].update(json.loads(r.json["patch"]).get("spec", {}))
        raise Answer(200, app)
    state = app["status"].get("operationState")
    if state and state["phase"] == "Running":
        app["looks"] += 1
        if app["looks"] >= wish.get("after", 2):
            failed = wish.get("phase", "Succeeded")
            state.update(phase=failed, finishedAt=now(), message="" if failed == "Succeeded" else "one or more objects failed to apply")
            app["status"]["sync"].update(status=wish.get("sync", "Synced"), revision="b" * 40)
            app["status"]["health"]["status"] = wish.get("health", "Healthy")
            for resource in app["status"]["resources"]:
                resource.update(status=wish.get("sync", "Synced"), health={"status": wish.get("health", "Healthy")})
    raise Answer(200, {k: v for k, v in app.items() if k != "looks"})


# -- MAAS ----------------------------------------------------------------------------------------------------------------------


def maas(r):
    fields = dict(re.findall(r'(oauth_\w+)="?([^",]*)"?', urllib.parse.unquote(r.headers.get("authorization", ""))))
    if (fields.get("oauth_consumer_key"), fields.get("oauth_token"), fields.get("oauth_signature")) != (MAAS_KEY[0], MAAS_KEY[1], "&" + MAAS_KEY[2]) \
            or fields.get("oauth_signature_method") != "PLAINTEXT":
        raise Answer(401, text="Authorization Error: 'Invalid access token'")
    machines, path = STATE["maas"], r.path[len("/MAAS/api/2.0"):]
    form = r.form
    operation = r.query.get("op")
    if path == "/machines/" and r.method == "GET":
        rows = [m for m in machines.values() if not r.lists.get("hostname") or m["hostname"] in r.lists["hostname"]]
        raise Answer(200, rows)
    if path == "/machines/" and r.method == "POST" and not operation:
        missing = [k for k in ("architecture", "mac_addresses") if not form.get(k)]
        if missing:
            raise Answer(400, {k: ["This field is required."] for k in missing})
        identity = f"m{number():05d}"
        machines[identity] = {"system_id": identity, "hostname": form.get("hostname") or identity, "status_name": "New", "status_message": "", "power_state": "off",
                              "ip_addresses": [], "tag_names": [], "power_type": form.get("power_type"), "form": dict(form), "looks": 0, "going": None,
                              "resource_uri": f"/MAAS/api/2.0/machines/{identity}/"}
        raise Answer(200, machines[identity])
    if path in ("/machines/op-allocate", "/machines/") and r.method == "POST":
        machine = machines.get(form.get("system_id", ""))
        if not machine or machine["status_name"] != "Ready":
            raise Answer(409, text="No available machine matches constraints")
        machine["status_name"] = "Allocated"
        raise Answer(200, machine)
    if path == "/tags/" and r.method == "POST":
        STATE["maas_tags"].setdefault(form["name"], [])
        raise Answer(200, {"name": form["name"]})
    match = re.fullmatch(r"/tags/([^/]+)/(?:op-update_nodes)?", path)
    if match:
        if match[1] not in STATE["maas_tags"]:
            raise Answer(404, text="Not Found")
        for identity in r.lists_form.get("add", []):
            machines[identity]["tag_names"].append(match[1])
        raise Answer(200, {"added": len(r.lists_form.get("add", [])), "removed": 0})
    match = re.fullmatch(r"/machines/([^/]+)/(?:op-(\w+))?", path)
    if not match or match[1] not in machines:
        raise Answer(404, text="No Machine matches the given query.")
    machine, operation = machines[match[1]], match[2] or operation
    if operation == "commission":
        if machine["going"]:
            raise Answer(409, text="The machine is already being commissioned.")
        machine.update(status_name="Commissioning", going=("Testing", "Ready"), looks=0)
    elif operation == "deploy":
        if machine["status_name"] not in ("Allocated", "Ready"):
            raise Answer(409, text=f"Can't deploy a machine that is in the '{machine['status_name']}' state")
        machine.update(status_name="Deploying", going=("Deployed",), looks=0, deployed_with=dict(form))
    elif operation == "abort":
        machine.update(status_name="New", going=None)
    elif operation == "set_storage_layout":
        machine["storage_layout"] = form["storage_layout"]
    elif operation in ("power_on", "power_off"):
        machine["power_state"] = operation[6:]
    elif operation == "query_power_state":
        raise Answer(200, {"state": machine["power_state"]})
    elif operation == "details" or operation is None and r.method == "GET":
        if machine["going"]:
            machine["looks"] += 1
            if machine["looks"] >= 2:
                machine["looks"], last = 0, len(machine["going"]) == 1
                wanted = SET.get("maas", {}).get(machine["hostname"])
                if last and wanted and wanted.lower().endswith("deployment") == ("deployed_with" in machine):
                    machine.update(status_name=wanted, status_message="as the test asked", going=None)
                else:
                    machine.update(status_name=machine["going"][0], going=machine["going"][1:] or None)
                if machine["status_name"] == "Deployed":
                    machine.update(power_state="on", ip_addresses=["10.100.1.45"])
    else:
        raise Answer(404, text="Unknown operation")
    raise Answer(200, machine)


# -- NetBox --------------------------------------------------------------------------------------------------------------------


def netbox(r):
    if r.headers.get("authorization") not in (f"Token {TOKEN}", f"Bearer {TOKEN}"):
        raise Answer(403, {"detail": "Authentication credentials were not provided."})
    path = r.path[len("/netbox/api/"):]
    if path == "status/":
        raise Answer(200, {"netbox-version": "4.1.3"})
    match = re.fullmatch(r"([a-z]+/[a-z-]+)/(?:(\d+)/)?(available-ips/)?", path)
    if not match or match[1] not in STATE["netbox"]:
        raise Answer(404)
    rows, kind = STATE["netbox"][match[1]], match[1]

    def reference(table, value, field):
        if value in (None, ""):
            raise Answer(400, {field: ["This field is required."]})
        wanted = value if isinstance(value, dict) else {"id": value} if str(value).isdigit() else {"slug": value}
        for row in STATE["netbox"][table].values():
            if all(str(row.get(k)) == str(v) for k, v in wanted.items()):
                return row
        raise Answer(400, {field: [f"Related object not found using the provided attributes: {wanted}"]})

    if match[3]:
        used = {a["address"] for a in STATE["netbox"]["ipam/ip-addresses"].values()}
        address = next(f"10.9.0.{i}/24" for i in range(1, 255) if f"10.9.0.{i}/24" not in used)
        row = {"id": number(), "address": address, **(r.json or {})}
        STATE["netbox"]["ipam/ip-addresses"][row["id"]] = row
        raise Answer(201, row)
    if match[2]:
        if int(match[2]) not in rows:
            raise Answer(404, {"detail": "No Device matches the given query."})
        if r.method in ("PATCH", "PUT"):
            rows[int(match[2])].update(r.json or {})
        if r.method == "DELETE":
            del rows[int(match[2])]
            raise Answer(204)
        raise Answer(200, rows[int(match[2])])
    if r.method == "POST":
        row = dict(r.json or {})
        problems = {}
        if kind == "dcim/devices":
            for field, table in (("device_type", "dcim/device-types"), ("role", "dcim/device-roles"), ("site", "dcim/sites")):
                try:
                    row[field] = reference(table, row.get(field), field)
                except Answer as answer:
                    problems.update(answer.body)
            if any(x.get("name") == row.get("name") for x in rows.values()):
                problems["__all__"] = ["Device name must be unique per site."]
        if kind == "ipam/ip-addresses" and not row.get("address"):
            problems["address"] = ["This field is required."]
        if kind == "tenancy/contact-assignments":
            problems = {k: ["This field is required."] for k in ("object_type", "object_id", "contact", "role") if not row.get(k)}
        if problems:
            raise Answer(400, problems)
        row["id"] = number()
        row["url"] = f"{r.base}/netbox/api/{kind}/{row['id']}/"
        row.setdefault("status", "active")
        row["status"] = row["status"] if isinstance(row["status"], dict) else {"value": row["status"]}
        rows[row["id"]] = row
        if kind == "dcim/devices":
            row.setdefault("primary_ip4", {"address": f"10.9.1.{row['id'] % 250}/24"})
            for name, only in (("eth0", False), ("mgmt0", True)):
                i = number()
                STATE["netbox"]["dcim/interfaces"][i] = {"id": i, "name": name, "mgmt_only": only, "device": {"id": row["id"], "name": row.get("name")}}
        raise Answer(201, row)
    def fits(row, key, wanted):
        value = row.get(key[:-3] if key.endswith("_id") else key)
        if isinstance(value, dict):
            value = value.get("id") if key.endswith("_id") else value.get("slug", value.get("value", value.get("name")))
        return str(value) in wanted
    found = [x for x in rows.values() if all(fits(x, k, v) for k, v in r.lists.items() if k not in ("limit", "offset", "fields", "brief"))]
    size, start = int(r.query.get("limit", 50)), int(r.query.get("offset", 0))
    more = start + size < len(found)
    query = urllib.parse.urlencode({**r.query, "limit": size, "offset": start + size})
    raise Answer(200, {"count": len(found), "next": f"{r.base}{r.path}?{query}" if more else None, "previous": None, "results": found[start:start + size]})
