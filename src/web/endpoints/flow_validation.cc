// Checking flows, tasks and triggers without storing anything (API-91, FLOW-7).
#include "catalog/flow_cache.h"
#include "engine/subflow_task.h"
#include "model/flow_json.h"
#include "syntax/json.h"
#include "syntax/yaml.h"
#include "web/flows.h"
#include "web/flows/values.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/forms.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using base::MapBuilder;
using base::Value;

constexpr std::string_view subflow_type = "io.kestra.plugin.core.flow.Subflow";
constexpr size_t max_documents = 10'000;

void set_texts(MapBuilder& map, std::string_view key, const std::vector<std::string>& items) {
  if (!items.empty()) map.set(key, texts_value(items));
}

/// Findings with their places, for editors; the contract has texts only.
Value markers(const model::ParsedFlow& parsed) { return syntax::diagnostics_to_value(parsed.diagnostics, {}); }

/// A document of the request.
struct SentDocument {
  std::string text;
  std::string file_name;
};

/// `The subflow 'f' not found in namespace 'n'.` for those that are named plainly and do not exist (FLOW-7).
base::Result<std::vector<std::string>> missing_subflows(store::Reader& reader, const std::string& tenant,
                                                        const model::Flow& flow) {
  std::vector<std::string> warnings;
  base::Result<void> outcome;
  flow.for_each_task([&](const model::TaskSpec& task) {
    if (!outcome || !task.is(subflow_type)) return;
    const auto& subflow = task.properties<engine::SubflowTask>();
    if (!subflow.namespace_.is_set() || !subflow.flow_id.is_set()) return;
    const Value& namespace_ = subflow.namespace_.source();
    const Value& id = subflow.flow_id.source();
    if (!subflow.namespace_.value_template().is_constant() || !subflow.flow_id.value_template().is_constant()) return;
    if (!namespace_.is_string() || !id.is_string()) return;
    auto row = reader.flow({tenant, std::string(namespace_.text()), std::string(id.text())}, 0);
    if (!row) {
      outcome = base::fail(row.error());
    } else if (!*row || (*row)->deleted) {
      warnings.push_back(fmt::format("The subflow '{}' not found in namespace '{}'.", id.text(), namespace_.text()));
    }
  });
  GYR_CHECK(outcome);
  return warnings;
}

base::Result<Value> judge(store::Reader& reader, const SentDocument& document, size_t index, const std::string& tenant,
                          const Services& services) {
  model::ParseOptions options = services.flows.options();
  options.advise = true;
  options.tenant = tenant;
  const auto parsed = model::parse_flow(document.text, services.registry, options);
  MapBuilder map;
  map.set("index", Value::integer(static_cast<int64_t>(index)));
  if (!document.file_name.empty()) map.set("filename", Value::string(document.file_name));
  if (!parsed.namespace_.empty()) map.set("namespace", Value::string(parsed.namespace_));
  if (!parsed.id.empty()) map.set("flow", Value::string(parsed.id));
  if (auto constraints = model::validation_constraints(parsed)) map.set("constraints", Value::string(*constraints));
  bool outdated = false;
  if (parsed.revision) {
    GYR_TRY(auto row, reader.flow({tenant, parsed.namespace_, parsed.id}, 0));
    outdated = *parsed.revision != (row ? row->revision : 0) + 1;
  }
  map.set("outdated", Value::boolean(outdated));
  set_texts(map, "deprecationPaths", parsed.deprecated_paths);
  auto warnings = parsed.warnings();
  if (parsed.flow) {
    GYR_TRY(auto missing, missing_subflows(reader, tenant, *parsed.flow));
    warnings.insert(warnings.end(), missing.begin(), missing.end());
  }
  set_texts(map, "warnings", warnings);
  set_texts(map, "infos", parsed.infos);
  if (!parsed.diagnostics.empty()) map.set("diagnostics", markers(parsed));
  return map.build();
}

base::Task<base::Result<std::vector<SentDocument>>> read_documents(Request* request) {
  std::vector<SentDocument> documents;
  std::vector<SentDocument> files;
  const size_t limit = request->settings().limits.yaml_bytes;
  if (request->media_type() == "multipart/form-data") {
    net::MultipartLimits limits;
    limits.file_bytes = limit;
    GYR_CO_TRY(auto entries, co_await read_entries(request, limits, keep_files(limit)));
    for (auto& entry : entries) files.push_back({std::move(entry.value), entry.file_name.value_or("")});
  } else {
    GYR_CO_TRY(std::string body, co_await request->read_body(limit));
    files.push_back({std::move(body), ""});
  }
  for (const SentDocument& file : files) {
    for (const auto& part : syntax::split_yaml_documents(file.text))
      documents.push_back({std::string(part.text), file.file_name});
  }
  // A text without any document is not a flow.
  if (documents.empty() && !files.empty()) documents.push_back(files.front());
  if (documents.size() > max_documents)
    co_return base::fail(bad_body, fmt::format("more than {} documents in one request", max_documents));
  co_return documents;
}

base::Task<Outcome> validate_flows(Request* request) {
  GYR_CO_TRY(auto documents, co_await read_documents(request));
  GYR_CO_TRY(
      std::string json,
      co_await request->read([documents = std::move(documents), tenant = request->tenant(),
                              services = &request->services()](store::Reader& reader) -> base::Result<std::string> {
        std::string list = "[";
        for (size_t i = 0; i < documents.size(); ++i) {
          GYR_TRY(Value violation, judge(reader, documents[i], i, tenant, *services));
          if (i > 0) list += ',';
          append_json(list, violation);
        }
        return list + "]";
      }));
  co_return json_answer(std::move(json));
}

Value violation_of(const model::ParsedFlow& parsed) {
  MapBuilder map;
  map.set("index", Value::integer(0));
  if (auto constraints = model::validation_constraints(parsed)) map.set("constraints", Value::string(*constraints));
  map.set("outdated", Value::boolean(false));
  set_texts(map, "deprecationPaths", parsed.deprecated_paths);
  set_texts(map, "warnings", parsed.warnings());
  set_texts(map, "infos", parsed.infos);
  if (!parsed.diagnostics.empty()) map.set("diagnostics", markers(parsed));
  return map.build();
}

base::Task<Outcome> validate_task(Request* request) {
  const auto section = *request->text("section");
  if (section != "TASKS" && section != "TRIGGERS") {
    co_return base::fail(bad_argument, fmt::format("section: `{}` must be TASKS or TRIGGERS", section));
  }
  GYR_CO_TRY(std::string body, co_await request->read_text(request->settings().limits.yaml_bytes));
  const auto& registry = request->services().registry;
  co_return json_answer(
      violation_of(section == "TASKS" ? model::parse_task(body, registry) : model::parse_trigger(body, registry)));
}

base::Task<Outcome> validate_trigger(Request* request) {
  GYR_CO_TRY(std::string body, co_await request->read_text(request->settings().limits.json_bytes));
  if (request->media_type() != "application/x-yaml") GYR_CO_CHECK(syntax::parse_json(body));
  co_return json_answer(violation_of(model::parse_trigger(body, request->services().registry)));
}

}  // namespace

std::vector<Route> flow_validation_routes() {
  const Right may_read{"FLOW", Action::read};
  return {
      {.method = Method::post,
       .path = "~/flows/validate",
       .operation = "validateFlows",
       .summary = "Validate one or several flows",
       .rule = {may_read, in_body},
       .handler = validate_flows,
       .body = yaml_body | json_body | text_body | multipart_body,
       .answer = answers<std::vector<json::Violation>>},
      {.method = Method::post,
       .path = "~/flows/validate/task",
       .operation = "validateTask",
       .summary = "Validate a single task or trigger",
       .rule = {may_read, in_body},
       .handler = validate_task,
       .query = {{"section", ValueKind::text, "TASKS or TRIGGERS", true}},
       .body = yaml_body | json_body | text_body,
       .answer = answers<json::Violation>},
      {.method = Method::post,
       .path = "~/flows/validate/trigger",
       .operation = "validateTrigger",
       .summary = "Validate a single trigger",
       .rule = {may_read, in_body},
       .handler = validate_trigger,
       .body = json_body | yaml_body,
       .answer = answers<json::Violation>},
  };
}

}  // namespace gyr::web
