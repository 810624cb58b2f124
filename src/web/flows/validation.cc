// Checking flows, tasks and triggers without storing anything (API-91, FLOW-7).
#include <algorithm>
#include <iterator>

#include "catalog/flow_cache.h"
#include "engine/subflow_task.h"
#include "model/flow_json.h"
#include "syntax/diagnostic.h"
#include "syntax/json.h"
#include "syntax/yaml.h"
#include "web/flows.h"
#include "web/http/await.h"
#include "web/http/errors.h"
#include "web/http/forms.h"
#include "web/http/typed.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using base::Value;

constexpr std::string_view subflow_type = "io.kestra.plugin.core.flow.Subflow";
constexpr size_t max_documents = 10'000;

/// What the parser found; absent lists are empty.
json::Violation violation_of(const model::ParsedFlow& parsed) {
  const auto given = [](std::vector<std::string> texts) {
    return texts.empty() ? std::nullopt : std::optional(std::move(texts));
  };
  json::Violation violation;
  violation.constraints = model::validation_constraints(parsed);
  violation.deprecation_paths = given(parsed.deprecated_paths);
  violation.warnings = given(parsed.warnings());
  violation.infos = given(parsed.infos);
  // With their places, for editors; the contract has texts only.
  if (!parsed.diagnostics.empty())
    violation.diagnostics =
        json_of<std::vector<json::Diagnostic>>(syntax::diagnostics_to_value(parsed.diagnostics, {}));
  return violation;
}

/// A document of the request.
struct SentDocument {
  std::string text;
  std::string file_name;
};

/// `The subflow 'f' not found in namespace 'n'.` for those that are named plainly and do not exist (FLOW-7).
base::Result<std::vector<std::string>> missing_subflows(store::Reader& reader, const store::Visible& visible,
                                                        const std::string& tenant, const model::Flow& flow) {
  std::vector<std::string> warnings;
  base::Result<void> outcome;
  flow.for_each_task([&](const model::TaskSpec& task) {
    if (!outcome || !task.is(subflow_type)) return;
    const auto& subflow = task.properties<engine::SubflowTask>();
    if (!subflow.namespace_.is_set() || !subflow.flow_id.is_set()) return;
    const Value& namespace_ = subflow.namespace_.source();
    const Value& id = subflow.flow_id.source();
    if (!subflow.namespace_.value_template().is_constant() || !subflow.flow_id.value_template().is_constant()) return;
    if (!namespace_.is_string() || !id.is_string() || !visible.covers(namespace_.text())) return;
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

/// Why sets of inputs that the flow refers to cannot take the places of their references now.
std::vector<std::string> unplaced_inputs(const store::Visible& visible, const std::string& tenant,
                                         const model::Flow& flow, const Services& services) {
  std::vector<std::string> warnings;
  std::vector<model::Input> inputs = flow.inputs;
  services.flows.reusable_inputs().place(inputs, {tenant, flow.namespace_, flow.id}, services.registry);
  for (const model::Input& input : inputs) {
    if (input.problem.empty()) continue;
    if (visible.covers(input.ref_namespace.empty() ? flow.namespace_ : input.ref_namespace))
      warnings.push_back(fmt::format("Input '{}': {}.", input.id, input.problem));
  }
  return warnings;
}

base::Result<json::Violation> judge(store::Reader& reader, const store::Visible& visible, const SentDocument& document,
                                    size_t index, const std::string& tenant, const Services& services) {
  model::ParseOptions options = services.flows.options();
  options.advise = true;
  options.tenant = tenant;
  const auto parsed = model::parse_flow(document.text, services.registry, options);
  json::Violation violation = violation_of(parsed);
  violation.index = static_cast<int64_t>(index);
  if (!document.file_name.empty()) violation.filename = document.file_name;
  if (!parsed.namespace_.empty()) violation.namespace_ = parsed.namespace_;
  if (!parsed.id.empty()) violation.flow = parsed.id;
  if (parsed.revision && visible.covers(parsed.namespace_)) {
    GYR_TRY(auto row, reader.flow({tenant, parsed.namespace_, parsed.id}, 0));
    violation.outdated = *parsed.revision != (row ? row->revision : 0) + 1;
  }
  if (!parsed.flow) return violation;
  GYR_TRY(auto missing, missing_subflows(reader, visible, tenant, *parsed.flow));
  std::ranges::move(unplaced_inputs(visible, tenant, *parsed.flow, services), std::back_inserter(missing));
  if (missing.empty()) return violation;
  if (!violation.warnings) violation.warnings.emplace();
  violation.warnings->insert(violation.warnings->end(), missing.begin(), missing.end());
  return violation;
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

base::Task<base::Result<std::vector<json::Violation>>> validate_flows(Request* request) {
  GYR_CO_TRY(auto documents, co_await read_documents(request));
  using Violations = std::vector<json::Violation>;
  co_return co_await request->read(
      [documents = std::move(documents), visible = request->visible(), tenant = request->tenant(),
       services = &request->services()](store::Reader& reader) -> base::Result<Violations> {
        Violations found;
        for (const SentDocument& document : documents) {
          GYR_TRY(auto violation, judge(reader, visible, document, found.size(), tenant, *services));
          found.push_back(std::move(violation));
        }
        return found;
      });
}

base::Task<base::Result<json::Violation>> validate_task(Request* request) {
  const auto section = *request->text("section");
  if (section != "TASKS" && section != "TRIGGERS") {
    co_return base::fail(bad_argument, fmt::format("section: `{}` must be TASKS or TRIGGERS", section));
  }
  GYR_CO_TRY(std::string body, co_await request->read_text(request->settings().limits.yaml_bytes));
  const auto& registry = request->services().registry;
  co_return violation_of(section == "TASKS" ? model::parse_task(body, registry) : model::parse_trigger(body, registry));
}

base::Task<base::Result<json::Violation>> validate_trigger(Request* request) {
  GYR_CO_TRY(std::string body, co_await request->read_text(request->settings().limits.json_bytes));
  if (request->media_type() != "application/x-yaml") GYR_CO_CHECK(syntax::parse_json(body));
  co_return violation_of(model::parse_trigger(body, request->services().registry));
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
       .handler = typed<validate_flows>,
       .body = yaml_body | json_body | text_body | multipart_body},
      {.method = Method::post,
       .path = "~/flows/validate/task",
       .operation = "validateTask",
       .summary = "Validate a single task or trigger",
       .rule = {may_read, in_body},
       .handler = typed<validate_task>,
       .query = {{"section", ValueKind::text, "TASKS or TRIGGERS", true}},
       .body = yaml_body | json_body | text_body},
      {.method = Method::post,
       .path = "~/flows/validate/trigger",
       .operation = "validateTrigger",
       .summary = "Validate a single trigger",
       .rule = {may_read, in_body},
       .handler = typed<validate_trigger>,
       .body = json_body | yaml_body},
  };
}

}  // namespace gyr::web
