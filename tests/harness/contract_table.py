"""Writes the compact table of the published contracts that src/web/contract_table_test.cc compares our document with.

    contract_table.py NEWEST.yml OLDER.yml > src/web/testdata/contract.tsv

A row: method, path with {} for parameters, operation id, query parameters, fields of the JSON body, fields of the JSON answer.
Fields are the union of both contracts: of an object, of the elements of a list, of the results of a page.
"""

from __future__ import annotations

import re
import sys

import yaml

METHODS = ("get", "post", "put", "patch", "delete")


def resolved(schema: dict, document: dict) -> dict:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def fields_of(schema: dict, document: dict, prefix: str = "") -> set[str]:
    schema = resolved(schema, document)
    found: set[str] = set()
    for part in schema.get("allOf", []):
        found |= fields_of(part, document, prefix)
    if schema.get("type") == "array":
        return found | fields_of(schema.get("items", {}), document, prefix + "[]")
    for name, inner in schema.get("properties", {}).items():
        path = f"{prefix}.{name}" if prefix else name
        found.add(path)
        if name == "results":
            found |= fields_of(inner, document, path)
    return found


def json_fields(content: dict, document: dict) -> set[str]:
    for media, described in content.items():
        if media in ("application/json", "multipart/form-data") and "schema" in described:
            return fields_of(described["schema"], document)
    return set()


def rows_of(path_to_file: str) -> dict[tuple[str, str], tuple[str, set[str], set[str], set[str]]]:
    with open(path_to_file, encoding="utf-8") as file:
        document = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    rows = {}
    for path, item in document["paths"].items():
        for method in METHODS:
            operation = item.get(method)
            if operation is None:
                continue
            query = {p["name"] for p in item.get("parameters", []) + operation.get("parameters", []) if p["in"] == "query"}
            body = json_fields(operation.get("requestBody", {}).get("content", {}), document)
            good = [r for status, r in operation.get("responses", {}).items() if str(status).startswith("2")]
            answer: set[str] = set()
            for response in good:
                answer |= json_fields(response.get("content", {}), document)
            rows[method.upper(), re.sub(r"\{\w+\}", "{}", path)] = (operation["operationId"], query, body, answer)
    return rows


def main() -> None:
    newest, older = rows_of(sys.argv[1]), rows_of(sys.argv[2])
    print("# Of the published contracts: method, path, operation, query parameters, fields of the body, fields of the answer.")
    print("# Written by tests/harness/contract_table.py.")
    for key in sorted(newest.keys() | older.keys(), key=lambda k: (k[1], k[0])):
        versions = [rows[key] for rows in (newest, older) if key in rows]
        sets = [",".join(sorted(set().union(*(version[i] for version in versions)))) for i in (1, 2, 3)]
        print(*key, versions[0][0], *sets, sep="\t")


if __name__ == "__main__":
    main()
