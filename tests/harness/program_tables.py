"""Every row of the tables of the specification and of tests/expressions, by `--batch`: each is answered, and none ends the program.

What the rows must give is proved by the unit tests, which know the modes and the clock of each; here dates and conditions are compared, and
that an expression gives a value or an error at all.
"""

from __future__ import annotations

import csv
import json
import pathlib
import subprocess
from typing import Any, Callable, Iterator

from results import Result

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TABLES = ROOT / "docs" / "requirements"
EXPRESSIONS = ROOT / "tests" / "expressions"
BATCH_LIMIT_S = 120
# In another mode than one of `expression eval` a row needs more than the command has; it is still given to it.
MODES = {"render", "typed", "map", "list", "recursive", "server", "context"}


def table(path: pathlib.Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def expression_lines() -> Iterator[dict[str, Any]]:
    examples = table(TABLES / "02-examples.tsv")
    context = json.loads(examples[0]["context"])
    for name, rows in [("02-examples", examples[1:]), ("rows", table(EXPRESSIONS / "rows.tsv")),
                       ("documentation", table(EXPRESSIONS / "documentation.tsv"))]:
        for row in rows:
            mode = row["mode"].split(":")[0]
            yield {"id": f"{name} {row['id']}", "template": json.loads(row["template"]),
                   "context": {**context, **json.loads(row["context"])}, "mode": mode if mode in MODES else "render"}
    for number, row in enumerate(table(EXPRESSIONS / "documentation_parses.tsv")):
        yield {"id": f"documentation_parses {number}", "template": json.loads(row["template"]), "context": context}


def cron_lines() -> Iterator[tuple[dict[str, Any], Any]]:
    for row in table(TABLES / "03-cron.tsv"):
        expected = json.loads(row["expected"]) if row["expected"].startswith("[") else None
        line = {key: row[key] for key in ("id", "expression", "zone", "from", "direction")}
        yield {**line, **({"count": len(expected)} if expected else {})}, expected


def condition_lines() -> Iterator[tuple[dict[str, Any], str]]:
    for row in table(TABLES / "03-conditions.tsv"):
        yield {"id": row["id"], "condition": json.loads(row["condition"]), "context": json.loads(row["context"])}, row["expected"]


def answers(program: str, command: list[str], lines: list[dict[str, Any]], result: Result) -> list[dict[str, Any]]:
    """One answer a line, in order; what is missing is a failure that names the line at which the program ended."""
    done = subprocess.run([program, *command, "--batch", "-"], input="".join(json.dumps(line) + "\n" for line in lines), text=True,
                          capture_output=True, timeout=BATCH_LIMIT_S, check=False)
    given = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode != 0 or len(given) != len(lines):
        at = lines[len(given)] if len(given) < len(lines) else "the end"
        print(f"`gyr {' '.join(command)} --batch` ended with status {done.returncode} at {at}\n{done.stderr[-2000:]}")
        result.failed += 1
    return given


def compare(given: list[dict[str, Any]], lines: list[dict[str, Any]], good: Callable[[int, dict[str, Any]], bool], result: Result) -> None:
    for number, (answer, line) in enumerate(zip(given, lines)):
        right = answer.get("id") == line["id"] and good(number, answer)
        result.passed += right
        result.failed += not right
        if not right:
            print(f"{line} is answered with {answer}")


def is_answered(answer: dict[str, Any]) -> bool:
    return answer.get("ok") is True or (answer.get("ok") is False and bool(answer.get("error")))


def tables(program: str) -> Result:
    result = Result()
    expressions = list(expression_lines())
    compare(answers(program, ["expression", "eval"], expressions, result), expressions, lambda _, answer: is_answered(answer), result)

    crons = list(cron_lines())
    lines = [line for line, _ in crons]
    compare(answers(program, ["cron", "next"], lines, result), lines,
            lambda i, answer: answer.get("dates") == crons[i][1] if crons[i][1] is not None else is_answered(answer), result)

    conditions = list(condition_lines())
    lines = [line for line, _ in conditions]
    compare(answers(program, ["condition", "eval"], lines, result), lines,
            lambda i, answer: is_answered(answer) and (not answer["ok"] if conditions[i][1] == "error"
                                                       else answer.get("value") is (conditions[i][1] == "true")), result)
    if result.passed < 1500:
        print(f"only {result.passed} rows were answered")
        result.failed += 1
    return result
