// The host of testing_host.h, and tests of the round trip of host calls.
#include "expression/testing_host.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "expression/host_calls.h"
#include "expression/template.h"
#include "syntax/json.h"
#include "syntax/time.h"

namespace gyr::expression::testing {
namespace {

using base::Value;

base::Error refused(std::string message) { return base::Error(base::ErrorCode{"GYR-TEST"}, std::move(message)); }
std::unexpected<base::Error> refuse(std::string message) { return base::fail(refused(std::move(message))); }

std::string argument(const HostCall& call, std::string_view name) {
  const Value* value = call.arguments.find(name);
  return value == nullptr ? std::string() : to_text(*value);
}

std::string namespace_of(const HostCall& call) {
  std::string name = argument(call, "namespace");
  return name.empty() ? "company.team" : name;
}

struct Stored {
  std::string_view space;
  std::string_view key;
  Value value;
  bool expired = false;
};

std::vector<Stored> stored_values() {
  Value field = Value::map({{"field", Value::string("value")}});
  return {{"company", "k1", field},
          {"company.team", "num", Value::fitting_integer(7)},
          {"company.team", "str", Value::string("hello")},
          {"company.team", "flag", Value::boolean(true)},
          {"company.team", "dt", Value::instant(*syntax::parse_instant("2024-02-29T12:00:00Z"))},
          {"company.team", "day", Value::local_date(*syntax::parse_local_date("2024-02-29"))},
          {"company.team", "dur", Value::duration(base::Duration::of_seconds(300))},
          {"company.team", "list", Value::list({Value::fitting_integer(1), Value::string("a")})},
          {"company.team", "exp", Value::string("gone"), true},
          {"other.ns", "o", Value::string("other")}};
}

base::Result<Value> kv(const HostCall& call) {
  std::string space = namespace_of(call);
  bool inherits = argument(call, "namespace").empty();
  bool fails = argument(call, "errorOnMissing") != "false";
  if (space != "company" && space != "company.team" && space != "other.ns") {
    return refuse(fmt::format("Cannot access the KV store. The namespace '{}' does not exist.", space));
  }
  std::string key = argument(call, "key");
  for (std::string_view at = space;;) {
    for (const Stored& stored : stored_values()) {
      if (stored.space != at || stored.key != key) continue;
      if (!stored.expired) return stored.value;
      if (!fails) return Value();
      return refuse("The requested value has expired");
    }
    size_t dot = at.rfind('.');
    if (!inherits || dot == std::string_view::npos) break;
    at = at.substr(0, dot);
  }
  if (!fails) return Value();
  return refuse(fmt::format("The key '{}' does not exist in the namespace '{}'.", key, space));
}

base::Result<Value> secret(const HostCall& call) {
  std::string key = argument(call, "key");
  std::string text;
  if (base::equals_ignoring_case(key, "API")) text = R"({"user":"u","n":5,"o":{"a":1}})";
  if (base::equals_ignoring_case(key, "PLAIN")) text = "hello world";
  if (text.empty()) return refuse(fmt::format("Cannot find secret for key '{}'.", key));
  return secret_value(call, text);
}

struct File {
  std::string_view uri;
  std::string_view text;
};
constexpr File files[] = {
    {"kestra:///company/team/_files/hello.txt", "Hello from {{ flow.namespace }}"},
    {"kestra:///company/team/_files/raw.txt", "a\nbé"},
    {"kestra:///company/team/_files/sub/empty.txt", ""},
    {"kestra:///other/ns/_files/x.txt", "otherns"},
    {"kestra:///company/team/f/executions/E1/tasks/t/r/f.txt", "123456789012345678901234"},
    {"kestra:///company/team/f/executions/E2/tasks/t/r/f.txt", "other"},
};

/// The file of a call; null pointer where there is none.
base::Result<const File*> file(const HostCall& call) {
  std::string path = argument(call, "path");
  if (path.starts_with("file:")) return refuse("local files are not allowed");
  std::string uri = path;
  std::string space = namespace_of(call);
  if (!path.starts_with("kestra://")) {
    std::ranges::replace(space, '.', '/');
    uri = fmt::format("kestra:///{}/_files/{}", space, path.starts_with('/') ? path.substr(1) : path);
  } else if (path.find("/_files/") != std::string::npos && !path.starts_with("kestra:///company/team/")) {
    return refuse(fmt::format("Unable to read the file '{}' as it is not an execution file", path));
  }
  for (const File& known : files) {
    if (known.uri == uri) return &known;
  }
  return nullptr;
}

base::Result<Value> read(const HostCall& call) {
  GYR_TRY(const File* found, file(call));
  if (found != nullptr) {
    if (call.function == "fileSize") return Value::integer(static_cast<int64_t>(found->text.size()));
    if (call.function == "fileExists") return Value::boolean(true);
    if (call.function == "isFileEmpty") return Value::boolean(found->text.empty());
    return Value::string(found->text);
  }
  if (call.function == "fileExists") return Value::boolean(false);
  return refuse(fmt::format("File '/{}' was not found in namespace '{}'.", argument(call, "path"), namespace_of(call)));
}

}  // namespace

base::Result<Value> answer(const HostCall& call) {
  if (call.function == "kv") return kv(call);
  if (call.function == "secret") return secret(call);
  if (call.function == "read" || call.function == "fileSize" || call.function == "fileExists" ||
      call.function == "isFileEmpty") {
    return read(call);
  }
  if (call.function == "errorLogs") {
    return Value::list({Value::map(
        {{"level", Value::string("ERROR")}, {"message", Value::string("boom")}, {"taskId", Value::string("t0")}})});
  }
  return refuse("this host does not know " + call.function);
}

Environment environment() {
  Environment environment;
  environment.now = *syntax::parse_instant("2024-03-01T10:00:00.123456Z");
  environment.random_seed = 42;
  return environment;
}

Outcome render(std::string_view text, const Value& context, const Limits& limits) {
  auto compiled = Template::compile(text, limits);
  Environment env = environment();
  ValueContext names(context);
  return until_answered(env, [&](const Environment& with) { return compiled->render(names, with); });
}

Outcome render_typed(std::string_view text, const Value& context, const Limits& limits) {
  auto compiled = Template::compile(text, limits);
  Environment env = environment();
  ValueContext names(context);
  return until_answered(env, [&](const Environment& with) { return compiled->render_typed(names, with); });
}

const Value& context_k() {
  static const Value context = *syntax::parse_json(R"json({
    "inputs": {"name": "Ada", "empty": "", "nul": null, "n": 5, "f": 1.5, "b": true, "list": [1, 2, 3],
               "map": {"a": 1, "b": "two"}, "json": "{\"k\":[1,2]}", "date": "2024-02-29T12:00:00Z", "hy-phen": "ok"},
    "vars": {"tpl": "{{ inputs.name }}", "tpl2": "{{ vars.tpl }}", "nested": {"x": ["{{ inputs.n }}", 7]},
             "loopA": "{{ vars.loopB }}", "loopB": "{{ vars.loopA }}"},
    "outputs": {"t1": {"value": "v1"}, "each": {"a": {"value": "va"}, "b": {"value": "vb"}}, "my-task": {"value": "hv"}},
    "tasks": {"t1": {"state": "SUCCESS"}, "t0": {"state": "FAILED"}, "each": {"a": {"state": "SUCCESS"}, "b": {"state": "FAILED"}}},
    "flow": {"id": "f", "namespace": "company.team", "tenantId": "main", "revision": 3},
    "execution": {"id": "E1", "startDate": "2024-02-29T12:00:00.123Z", "state": "RUNNING"},
    "task": {"id": "t2", "type": "io.kestra.plugin.core.log.Log"},
    "taskrun": {"id": "T1", "startDate": "2024-02-29T12:00:01Z", "attemptsCount": 1, "value": "b"},
    "parents": [], "labels": {"env": "prod", "system": {"correlationId": "E1"}}})json");
  return context;
}

std::string text_of(const Outcome& outcome) {
  if (outcome.failed()) return "ERR: " + outcome.error().message();
  if (outcome.asks_host()) return "NEEDS: " + outcome.needs().call.function;
  return outcome.value().is_null() ? "null" : to_text(outcome.value());
}

}  // namespace gyr::expression::testing
