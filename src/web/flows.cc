#include "web/flows.h"

#include <iterator>
#include <set>
#include <span>

#include "catalog/flow_cache.h"
#include "command/errors.h"
#include "model/errors.h"
#include "model/execution_json.h"
#include "model/flow_json.h"
#include "model/reusable_inputs.h"
#include "syntax/yaml.h"
#include "web/executions/executions.h"
#include "web/http/await.h"
#include "web/http/errors.h"

namespace gyr::web {

using base::MapBuilder;
using base::Value;

// ---------------------------------------------------------------------------------------------- JSON

namespace {

/// `{id, type, version?, tasks?, inputs?}`: the view of users who can execute a flow but not read it (API-61).
Value task_head(const Value& task) {
  if (!task.is_map()) return task;
  MapBuilder map;
  for (std::string_view key : {"id", "type", "version", "inputs"}) {
    if (const Value* value = task.find(key)) map.set(key, *value);
  }
  if (const Value* flow = task.find("flowId")) map.set("subflowId", *flow);
  for (std::string_view key : {"tasks", "then", "else", "errors", "finally", "defaults"}) {
    const Value* children = task.find(key);
    if (children == nullptr || !children->is_list()) continue;
    base::ListBuilder heads;
    for (const Value& child : children->items()) heads.push(task_head(child));
    map.set(key, heads.build());
  }
  return map.build();
}

Value without_details(const Value& flow) {
  MapBuilder map;
  for (std::string_view key : {"tenantId", "id", "namespace", "revision", "description", "inputs", "outputs", "labels",
                               "variables", "disabled", "draft", "deleted", "updated", "checks"}) {
    if (const Value* value = flow.find(key)) map.set(key, *value);
  }
  for (std::string_view key : {"tasks", "errors", "finally", "afterExecution", "triggers"}) {
    const Value* list = flow.find(key);
    if (list == nullptr || !list->is_list()) continue;
    base::ListBuilder heads;
    for (const Value& item : list->items()) heads.push(task_head(item));
    map.set(key, heads.build());
  }
  return map.build();
}

}  // namespace

model::ParseOptions parse_options(const Services& services, const std::string& tenant) {
  model::ParseOptions options = services.flows.options();
  options.advise = false;
  options.tenant = tenant;
  return options;
}

/// The inputs as a form shows them: those of reusable sets in the places of their references, as far as the sets exist.
Value inputs_of_form(const Value& inputs, const model::FlowKey& key, const Services& services) {
  if (!inputs.is_list()) return inputs;
  base::ListBuilder all;
  for (const Value& input : inputs.items()) {
    const Value* type = input.find("type");
    const Value* ref = input.find("ref");
    const Value* id = input.find("id");
    const bool refers = type != nullptr && type->is_string() &&
                        type->text() == model::to_text(model::InputType::reusable_inputs) && ref != nullptr &&
                        ref->is_string() && id != nullptr && id->is_string();
    if (!refers) {
      all.push(input);
      continue;
    }
    const Value* namespace_ = input.find("namespace");
    const Value* revision = input.find("revision");
    const auto set = services.flows.reusable_inputs().find(
        key.tenant, namespace_ != nullptr && namespace_->is_string() ? namespace_->text() : key.namespace_, ref->text(),
        revision != nullptr && revision->is_integer() ? std::optional(static_cast<int32_t>(revision->as_integer()))
                                                      : std::nullopt,
        services.registry);
    if (!set) {
      all.push(input);
      continue;
    }
    for (const auto& node : model::inputs_below(id->text(), **set)) all.push(model::input_to_value(node));
  }
  return all.build();
}

std::shared_ptr<const model::Flow> parsed_form(const store::FlowRow& row, const Services& services,
                                               std::string& exception) {
  if (auto loaded = services.flows.cached(row.key, row.revision);
      loaded && loaded->compiled && loaded->generation == 0) {
    return {loaded->compiled, &loaded->compiled->flow()};
  }
  auto parsed = model::parse_flow(row.source, services.registry, parse_options(services, row.key.tenant));
  if (!parsed.flow) exception = row.exception.empty() ? parsed.first_error() : row.exception;
  return parsed.flow;
}

base::Error no_flow(const model::FlowKey& key) {
  return {executor::flow_not_found, fmt::format("Flow '{}.{}' not found", key.namespace_, key.id)};
}

model::FlowKey flow_of_path(const Request& request, std::string_view id) {
  return {request.tenant(), std::string(request.path("namespace")), std::string(request.path(id))};
}

Value flow_value(const store::FlowRow& row, const Services& services, FlowText text) {
  std::string exception;
  const auto flow = parsed_form(row, services, exception);
  MapBuilder map;
  if (flow) {
    map = MapBuilder(model::flow_to_value(*flow, services.registry));
  } else {
    map.set("id", Value::string(row.key.id));
    map.set("namespace", Value::string(row.key.namespace_));
    map.set("tasks", Value::empty_list());
    map.set("exception", Value::string(exception));
    if (!row.description.empty()) map.set("description", Value::string(row.description));
    if (!row.labels.empty()) map.set("labels", model::labels_to_value(row.labels));
  }
  map.set("tenantId", Value::string(row.key.tenant));
  map.set("revision", Value::narrow_integer(row.revision));
  map.set("deleted", Value::boolean(row.deleted));
  map.set("draft", Value::boolean(row.draft));
  map.set("disabled", Value::boolean(row.disabled || (flow && flow->disabled)));
  map.set("updated", Value::instant(row.updated));
  // A flow that cannot be parsed is shown with its text, so that it can be corrected (API-60).
  if (text == FlowText::with_source || (!flow && text == FlowText::plain)) map.set("source", Value::string(row.source));
  if (text != FlowText::for_execution) return map.build();
  const Value whole = map.build();
  const Value* inputs = whole.find("inputs");
  if (inputs == nullptr) return without_details(whole);
  MapBuilder for_form(whole);
  for_form.set("inputs", inputs_of_form(*inputs, row.key, services));
  return without_details(for_form.build());
}

// ---------------------------------------------------------------------------------------------- checking

Problem refused_flow(const model::ParsedFlow& parsed) {
  Problem problem = problem_of(base::Error(invalid_entity, model::invalid_entity_message(parsed)));
  for (const auto& found : parsed.diagnostics) {
    if (found.severity != syntax::Severity::error) continue;
    if (problem.violations.empty()) problem.code = found.code.text;
    if (problem.hint.empty()) problem.hint = found.help;
    Violation violation{found.message, found.path, found.code.text, 0, 0};
    if (found.span) {
      violation.line = found.span->line;
      violation.column = found.span->column;
    }
    problem.violations.push_back(std::move(violation));
  }
  return problem;
}

Problem refused_flow(std::string_view path, std::string_view message, base::ErrorCode code) {
  Problem problem = problem_of(base::Error(code, fmt::format("{}: {}", path, message)));
  problem.violations.push_back({std::string(message), std::string(path), code.text, 0, 0});
  return problem;
}

std::variant<CheckedFlow, Problem> check_flow_source(std::string source, const std::string& tenant,
                                                     const Services& services, const model::FlowKey* expected) {
  auto parsed = model::parse_flow(source, services.registry, parse_options(services, tenant));
  if (expected != nullptr && parsed.node != nullptr) {
    // FLOW-4: both can be wrong at the same time.
    Problem moved;
    if (parsed.id != expected->id) moved = refused_flow("flow.id", "Illegal flow id update", model::changed_identity);
    if (parsed.namespace_ != expected->namespace_) {
      Problem other = refused_flow("flow.namespace", "Illegal namespace update", model::changed_identity);
      moved.message = moved.violations.empty()
                          ? other.message
                          : fmt::format("{}\nflow.namespace: Illegal namespace update", moved.message);
      moved.status = other.status;
      moved.code = other.code;
      moved.violations.push_back(other.violations.front());
    }
    if (parsed.flow && !moved.violations.empty()) return moved;
  }
  if (!parsed.flow) return refused_flow(parsed);
  CheckedFlow checked;
  checked.row.key = {tenant, parsed.flow->namespace_, parsed.flow->id};
  checked.row.source = std::move(source);
  checked.row.disabled = parsed.flow->disabled;
  checked.row.labels = parsed.flow->labels;
  checked.row.description = parsed.flow->description;
  checked.flow = std::move(parsed.flow);
  return checked;
}

base::Task<base::Result<std::string>> read_flow_source(Request* request) {
  // JSON is a part of YAML (FLOW-1): its text is the flow's source as it is.
  co_return co_await request->read_text(request->settings().limits.yaml_bytes);
}

base::Task<base::Result<executor::FlowSaved>> store_flow(Request* request, CheckedFlow checked,
                                                         executor::SaveFlow::Mode mode) {
  executor::SaveFlow command{std::move(checked.row), mode};
  GYR_CO_TRY(command, co_await request->read([flows = &request->services().flows, flow = std::move(checked.flow),
                                              command = std::move(command)](
                                                 store::Reader& reader) mutable -> base::Result<executor::SaveFlow> {
    GYR_TRY(command.prepared, flows->prepare(reader, command.row, std::move(flow)));
    return std::move(command);
  }));
  co_return co_await submit(request, std::move(command));
}

namespace {

SavedOrProblem outcome_of(base::Result<executor::FlowSaved> answer) {
  if (answer) return SavedFlow{std::move(answer->flow), !answer->existed, answer->unchanged};
  if (answer.error().code() == executor::flow_conflict)
    return refused_flow("flow.id", "Flow id already exists", model::flow_exists);
  return problem_of(answer.error());
}

}  // namespace

base::Task<SavedOrProblem> save_flow(Request* request, std::string source, executor::SaveFlow::Mode mode,
                                     std::optional<model::FlowKey> expected, bool draft) {
  using Checked = std::variant<CheckedFlow, Problem>;
  auto checked = co_await on_pool<Checked>(
      &request->services().work, &request->loop(),
      [source = std::move(source), tenant = request->tenant(), services = &request->services(),
       expected]() mutable -> base::Result<Checked> {
        return check_flow_source(std::move(source), tenant, *services, expected ? &*expected : nullptr);
      });
  if (!checked) co_return problem_of(checked.error());
  if (auto* problem = std::get_if<Problem>(&*checked)) co_return std::move(*problem);
  auto& flow = std::get<CheckedFlow>(*checked);
  flow.row.draft = draft;
  co_return outcome_of(co_await store_flow(request, std::move(flow), mode));
}

namespace {

/// The answers of commands that are carried out side by side, in their order.
template <class C>
base::Task<std::vector<base::Result<typename C::Answer>>> submit_each(Request* request, std::vector<C> commands) {
  std::vector<base::Result<typename C::Answer>> answers;
  answers.reserve(commands.size());
  for (size_t begin = 0; begin < commands.size(); begin += bulk_commands) {
    std::vector<executor::Command> chunk;
    for (C& command : std::span(commands).subspan(begin, std::min(bulk_commands, commands.size() - begin)))
      chunk.emplace_back(std::move(command));
    for (auto& answer : co_await submit_chunk(request, chunk)) {
      if (answer) {
        answers.push_back(std::get<typename C::Answer>(*std::move(answer)));
      } else {
        answers.push_back(base::fail(answer.error()));
      }
    }
  }
  co_return answers;
}

}  // namespace

base::Task<std::vector<base::Result<executor::FlowSaved>>> store_flows(Request* request, std::vector<CheckedFlow> flows,
                                                                       executor::SaveFlow::Mode mode) {
  using executor::SaveFlow;
  std::vector<base::Result<executor::FlowSaved>> all;
  for (size_t begin = 0; begin < flows.size(); begin += bulk_commands) {
    std::vector<SaveFlow> commands;
    for (size_t i = begin; i < std::min(begin + bulk_commands, flows.size()); ++i)
      commands.push_back({flows[i].row, mode});
    using Prepared = std::vector<executor::LoadedFlowPtr>;
    auto prepared = co_await request->read([cache = &request->services().flows, &flows, begin,
                                            &commands](store::Reader& reader) -> base::Result<Prepared> {
      Prepared made;
      for (size_t i = 0; i < commands.size(); ++i) {
        GYR_TRY(auto one, cache->prepare(reader, commands[i].row, std::move(flows[begin + i].flow)));
        made.push_back(std::move(one));
      }
      return made;
    });
    if (!prepared) {
      all.insert(all.end(), flows.size() - begin, base::fail(prepared.error()));
      co_return all;
    }
    for (size_t i = 0; i < commands.size(); ++i) commands[i].prepared = std::move((*prepared)[i]);
    auto answers = co_await submit_each(request, std::move(commands));
    std::move(answers.begin(), answers.end(), std::back_inserter(all));
  }
  co_return all;
}

base::Task<std::vector<SavedOrProblem>> save_flows(Request* request, std::vector<std::string> sources,
                                                   executor::SaveFlow::Mode mode, bool stop_at_problem) {
  using Checked = std::vector<std::variant<CheckedFlow, Problem>>;
  std::vector<SavedOrProblem> saved;
  const size_t count = sources.size();
  auto checked =
      co_await on_pool<Checked>(&request->services().work, &request->loop(),
                                [sources = std::move(sources), tenant = request->tenant(),
                                 services = &request->services(), stop_at_problem]() mutable -> base::Result<Checked> {
                                  Checked all;
                                  for (std::string& source : sources) {
                                    all.push_back(check_flow_source(std::move(source), tenant, *services));
                                    if (stop_at_problem && std::holds_alternative<Problem>(all.back())) break;
                                  }
                                  return all;
                                });
  if (!checked) {
    saved.assign(count, problem_of(checked.error()));
    co_return saved;
  }
  saved.resize(checked->size());
  std::vector<CheckedFlow> together;
  std::vector<size_t> places;
  std::set<model::FlowKey> keys;
  for (size_t i = 0; i <= checked->size(); ++i) {
    auto* flow = i < checked->size() ? std::get_if<CheckedFlow>(&(*checked)[i]) : nullptr;
    // What is together is stored in any order, so the same flow again waits for the next time.
    if (i == checked->size() || (flow != nullptr && keys.contains(flow->row.key))) {
      auto answers = co_await store_flows(request, std::exchange(together, {}), mode);
      for (size_t k = 0; k < answers.size(); ++k) saved[places[k]] = outcome_of(std::move(answers[k]));
      places.clear();
      keys.clear();
    }
    if (flow != nullptr) {
      keys.insert(flow->row.key);
      together.push_back(std::move(*flow));
      places.push_back(i);
    } else if (i < checked->size()) {
      saved[i] = std::get<Problem>(std::move((*checked)[i]));
    }
  }
  co_return saved;
}

base::Task<base::Result<std::vector<store::FlowRow>>> delete_flows(Request* request,
                                                                   const std::vector<store::FlowRow>& flows) {
  std::vector<executor::DeleteFlow> commands;
  for (const auto& row : flows) commands.push_back({std::make_shared<const model::FlowKey>(row.key)});
  auto answers = co_await submit_each(request, std::move(commands));
  std::vector<store::FlowRow> deleted;
  for (auto& answer : answers) {
    if (!answer) co_return base::fail(answer.error());
    deleted.push_back(std::move(answer->flow));
  }
  co_return deleted;
}

base::Result<std::vector<store::FlowRow>> all_flows(store::Reader& reader, store::FlowQuery query, size_t limit) {
  std::vector<store::FlowRow> flows;
  query.paging.size = 1'000;
  for (query.paging.page = 1;; ++query.paging.page) {
    GYR_TRY(auto page, reader.search_flows(query));
    const bool last = page.results.size() < query.paging.size;
    if (flows.size() + page.results.size() > limit) {
      return base::fail(
          base::Error(bad_filter, fmt::format("more than {} flows match", limit)).with_hint("narrow the filters"));
    }
    std::move(page.results.begin(), page.results.end(), std::back_inserter(flows));
    if (last) return flows;
  }
}

base::Result<std::vector<model::FlowKey>> flow_keys_of(const FlowIds& body, const std::string& tenant) {
  if (body.size() > bulk_ids) return base::fail(bad_body, fmt::format("more than {} flows in one request", bulk_ids));
  std::vector<model::FlowKey> keys;
  keys.reserve(body.size());
  for (const json::FlowId& flow : body) keys.push_back({tenant, flow.namespace_, flow.id});
  return keys;
}

// ---------------------------------------------------------------------------------------------- editing

std::optional<std::string> with_property(std::string_view source, std::string_view key, std::string_view scalar) {
  auto document = syntax::parse_yaml(source);
  if (!document || !(*document)->is_mapping()) return std::nullopt;
  std::string edited(source);
  const syntax::NodeEntry* entry = (*document)->find_entry(key);
  if (entry != nullptr) {
    const syntax::Span& span = entry->value->span();
    if (span.line == 0 || span.end_offset < span.offset || span.end_offset > source.size()) return std::nullopt;
    const bool missing = span.offset == span.end_offset;
    edited.replace(span.offset, span.end_offset - span.offset,
                   missing ? fmt::format(" {}", scalar) : std::string(scalar));
  } else {
    const bool crlf = source.find("\r\n") != std::string_view::npos;
    const std::string_view end = crlf ? "\r\n" : "\n";
    if (!edited.empty() && !edited.ends_with('\n')) edited += end;
    edited += fmt::format("{}: {}{}", key, scalar, end);
  }
  // A source in braces, or with a document end, accepts no further line: then it is formatted again.
  auto again = syntax::parse_yaml(edited);
  const syntax::Node* value = again && (*again)->is_mapping() ? (*again)->find(key) : nullptr;
  if (value != nullptr && value->is_scalar() && value->text() == scalar) return edited;
  MapBuilder map((*document)->to_value());
  map.set(key, scalar == "true" || scalar == "false" ? Value::boolean(scalar == "true") : Value::string(scalar));
  return syntax::write_yaml(map.build());
}

}  // namespace gyr::web
