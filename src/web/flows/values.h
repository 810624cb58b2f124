// Flows and what is wrong with them, as JSON.
#pragma once

#include "model/execution.h"
#include "web/http/described.h"

namespace gyr::web {
namespace json {

// Flows and tasks are written by model/flow_json.h, which knows the properties of every type: JsonOf<Flow>.
using Label = model::Label;
struct Task;
struct Flow;
struct FlowWithSource;
struct FlowForExecution;

/// A flow whose source contains a text.
struct FlowFragments {
  JsonOf<Flow> model;
  std::vector<std::string> fragments;
};

/// A finding with its place; written by syntax/diagnostic_json.h.
struct Diagnostic;

/// What was found in one document.
struct Violation {
  int64_t index = 0;
  std::optional<std::string> filename;
  std::optional<std::string> namespace_;
  std::optional<std::string> flow;
  std::optional<std::string> constraints;
  bool outdated = false;
  std::optional<std::vector<std::string>> deprecation_paths;
  std::optional<std::vector<std::string>> warnings;
  std::optional<std::vector<std::string>> infos;
  std::optional<JsonOf<std::vector<Diagnostic>>> diagnostics;
};

/// A task with a type that is deprecated, or that is written with a former name.
struct TaskDeprecation {
  std::string task_id;
  std::string task_type;
  std::optional<std::string> replacement;
};
/// A flow with such tasks.
struct FlowWithDeprecatedTasks {
  std::string namespace_;
  std::string flow_id;
  int32_t revision = 0;
  std::vector<TaskDeprecation> deprecated_tasks;
};

/// The names of a flow.
struct FlowId {
  std::string namespace_;
  std::string id;
};

}  // namespace json

template <>
struct Described<json::Label> {
  static constexpr std::string_view name = "Label";
  static constexpr auto fields = std::tuple(field("key", &json::Label::key, {.example = "team"}),
                                            field("value", &json::Label::value, {.example = "data"}));
};
template <>
struct Described<json::Task> {
  static constexpr std::string_view name = "Task";
  static constexpr bool is_open = true;  // the properties of its type
  static constexpr auto fields =
      std::tuple(field<std::string>("id"), field<std::string>("type"), field<std::optional<std::string>>("version"),
                 field<std::optional<std::string>>("description"), field<std::optional<bool>>("disabled"),
                 field<std::optional<bool>>("allowFailure"), field<std::optional<bool>>("allowWarning"),
                 field<std::optional<std::string>>("runIf"), field<std::optional<base::Value>>("timeout"),
                 field<std::optional<Object>>("retry"), field<std::optional<Object>>("taskCache"),
                 field<std::optional<std::string>>("logLevel"), field<std::optional<bool>>("logToFile"),
                 field<std::optional<Object>>("workerGroup"), field<std::optional<Object>>("assets"),
                 field<std::optional<std::string>>("pluginDefaultsRef"));
};
template <>
struct Described<json::Flow> {
  static constexpr std::string_view name = "Flow";
  static constexpr auto fields = std::tuple(
      field<std::optional<std::string>>("tenantId"), field<std::string>("id"), field<std::string>("namespace"),
      field<int64_t>("revision"), field<std::optional<std::string>>("description"),
      field<std::optional<std::vector<Object>>>("inputs"), field<std::optional<std::vector<Object>>>("outputs"),
      field<std::optional<std::vector<json::Label>>>("labels"), field<std::optional<Object>>("variables"),
      field<bool>("disabled"), field<bool>("draft"), field<bool>("deleted"), field<std::vector<json::Task>>("tasks"),
      field<std::optional<std::vector<json::Task>>>("errors"), field<std::optional<std::vector<json::Task>>>("finally"),
      field<std::optional<std::vector<json::Task>>>("afterExecution"),
      field<std::optional<std::vector<Object>>>("triggers"),
      field<std::optional<std::vector<Object>>>("pluginDefaults"), field<std::optional<Object>>("concurrency"),
      field<std::optional<Object>>("retry"), field<std::optional<std::vector<Object>>>("sla"),
      field<std::optional<std::vector<Object>>>("checks"), field<std::optional<Object>>("workerGroup"),
      field<std::optional<base::Instant>>("updated"), field<std::optional<std::string>>("exception"));
};
template <>
struct Described<json::FlowWithSource> {
  static constexpr std::string_view name = "FlowWithSource";
  static constexpr auto fields =
      std::tuple_cat(Described<json::Flow>::fields, std::tuple(field<std::optional<std::string>>("source")));
};
template <>
struct Described<json::FlowForExecution> {
  static constexpr std::string_view name = "FlowForExecution";
  static constexpr auto fields = std::tuple(
      field<std::optional<std::string>>("tenantId"), field<std::string>("id"), field<std::string>("namespace"),
      field<int64_t>("revision"), field<std::optional<std::string>>("description"),
      field<std::optional<std::vector<Object>>>("inputs"), field<std::optional<std::vector<Object>>>("outputs"),
      field<std::optional<std::vector<json::Label>>>("labels"), field<std::optional<Object>>("variables"),
      field<bool>("disabled"), field<bool>("draft"), field<bool>("deleted"),
      field<std::optional<base::Instant>>("updated"), field<std::vector<json::Task>>("tasks"),
      field<std::optional<std::vector<json::Task>>>("errors"), field<std::optional<std::vector<json::Task>>>("finally"),
      field<std::optional<std::vector<json::Task>>>("afterExecution"),
      field<std::optional<std::vector<Object>>>("triggers"));
};
template <>
struct Described<json::FlowFragments> {
  static constexpr std::string_view name = "FlowFragments";
  static constexpr auto fields = std::tuple(field("model", &json::FlowFragments::model),
                                            field("fragments", &json::FlowFragments::fragments,
                                                  {.documentation = "The places, with `[mark]` around the text"}));
};
template <>
struct Described<json::Diagnostic> {
  static constexpr std::string_view name = "Diagnostic";
  static constexpr auto fields =
      std::tuple(field<std::optional<std::string>>("code"), field<std::optional<std::string>>("severity"),
                 field<std::optional<std::string>>("message"), field<std::optional<std::string>>("path"),
                 field<std::optional<int64_t>>("line"), field<std::optional<int64_t>>("column"),
                 field<std::optional<int64_t>>("endLine"), field<std::optional<int64_t>>("endColumn"),
                 field<std::optional<std::string>>("label"), field<std::optional<std::string>>("help"),
                 field<std::optional<std::vector<std::string>>>("notes"));
};
template <>
struct Described<json::Violation> {
  using T = json::Violation;
  static constexpr std::string_view name = "Violation";
  static constexpr auto fields =
      std::tuple(field("index", &T::index, {.documentation = "The position of the document"}),
                 field("filename", &T::filename), field("namespace", &T::namespace_), field("flow", &T::flow),
                 field("constraints", &T::constraints, {.documentation = "What is wrong; absent if it is valid"}),
                 field("outdated", &T::outdated), field("deprecationPaths", &T::deprecation_paths),
                 field("warnings", &T::warnings), field("infos", &T::infos), field("diagnostics", &T::diagnostics));
};
template <>
struct Described<json::TaskDeprecation> {
  using T = json::TaskDeprecation;
  static constexpr std::string_view name = "TaskDeprecation";
  static constexpr auto fields = std::tuple(
      field("taskId", &T::task_id), field("taskType", &T::task_type, {.example = "io.kestra.core.tasks.log.Log"}),
      field("replacement", &T::replacement, {.documentation = "The name to write instead"}));
};
template <>
struct Described<json::FlowWithDeprecatedTasks> {
  using T = json::FlowWithDeprecatedTasks;
  static constexpr std::string_view name = "FlowWithDeprecatedTasks";
  static constexpr auto fields =
      std::tuple(field("namespace", &T::namespace_), field("flowId", &T::flow_id), field("revision", &T::revision),
                 field("deprecatedTasks", &T::deprecated_tasks));
};
template <>
struct Described<json::FlowId> {
  using T = json::FlowId;
  static constexpr std::string_view name = "FlowId";
  static constexpr auto fields = std::tuple(field("namespace", &T::namespace_, {.example = "company.team"}),
                                            field("id", &T::id, {.example = "hello-world"}));
};

}  // namespace gyr::web
