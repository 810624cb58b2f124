// Executions, why they wait, and the inputs to start them with, as JSON.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/execution.h"
#include "store/store.h"
#include "web/flows/values.h"
#include "web/http/described.h"
#include "web/http/typed_query.h"

namespace gyr::web {
namespace json {

// What runs. These objects refer to those of the model, which must outlive them; nothing is copied.

/// The state of an execution, a task run or an attempt, with its history.
struct State {
  const model::StateHistory* history;
  base::Instant now;  ///< for the duration of what has not ended
};

/// One try of a task run.
struct TaskRunAttempt {
  const model::Attempt* attempt;
  base::Instant now;
};

/// One task of one execution.
struct TaskRun {
  const model::TaskRun* run;
  const model::Execution* execution;
  base::Instant now;
  uint64_t max_value = 0;  ///< outputs above this size are omitted; 0: none
};

/// What has started an execution.
struct ExecutionTrigger {
  const model::ExecutionTrigger* trigger;
};

/// Which attempt of a flow this is, and since when.
struct ExecutionMetadata {
  int32_t attempt_number = 0;
  base::Instant original_created;
};

/// Why the flow itself could not run.
struct ExecutionError {
  std::string_view message;
};

/// One run of a flow.
struct Execution {
  const model::Execution* execution = nullptr;
  base::Instant now;
  std::span<const store::TaskRunRow> runs = {};
  uint64_t max_value = 0;  ///< values above this size are omitted; 0: none
};

/// An execution in an event. What is omitted is named.
struct ExecutionEvent : Execution {
  bool has_more_runs = false;
};

/// An execution with the address of its page.
struct ExecutionResponse : Execution {
  std::string url;
};

/// The newest execution of a flow.
struct LastExecutionResponse {
  base::Id id;
  std::string flow_id;
  std::string namespace_;
  base::Instant start_date;
  model::State status = model::State::created;
};

// ---- events

/// The first event of a stream: what is followed.
struct FollowedExecution {
  base::Id id;
};

/// The state of an execution that belongs to the followed one.
struct DependencyEvent {
  base::Id execution_id;
  std::string_view tenant;
  std::string_view namespace_;
  std::string_view flow_id;
  State state;
};

// ---- why an execution waits

/// A possible action: on the command line and with the API.
struct ExplainedAction {
  std::string action;  ///< for programs: resume, kill, …
  std::string text;
  std::optional<std::string> command;
  std::string method;
  std::string path;
};

/// Who or what is waited for.
struct WaitOwner {
  std::string type;
  std::optional<std::string> id;
};

/// One reason why an execution does not continue.
struct ExplainedWait {
  std::string kind;  ///< worker, queue, child, person, timer, …
  std::string text;
  base::Instant since;
  std::optional<base::Instant> until;
  WaitOwner owner;
  std::optional<base::Id> task_run_id;
  std::optional<std::string> task_id;
  std::optional<std::string> value;
  std::optional<std::string> action;          ///< of the first one of `actions`
  std::optional<std::vector<Object>> inputs;  ///< of a pause that asks for values
  std::vector<ExplainedAction> actions;
};

/// Why an execution does not continue, and what can be done.
struct Explanation {
  base::Id execution_id;
  std::string namespace_;
  std::string flow_id;
  model::State state = model::State::created;
  base::Instant since;
  bool waiting = false;
  std::string summary;
  std::vector<ExplainedWait> waits;
  int64_t more = 0;  ///< waits that are not shown
  std::vector<ExplainedAction> actions;
};

// ---- inputs

/// What is wrong with the value of an input.
struct InputError {
  std::string message;
  std::optional<bool> render_error;
};

/// An input and its resolved value (API-82).
struct InputValidation {
  Object input;
  base::Value value;  ///< null: none
  bool enabled = true;
  bool is_default = false;
  std::optional<std::vector<InputError>> errors;
};

/// A check of a flow that does not hold.
struct CheckResult {
  std::string message;
  std::string style;
  std::string behavior;
};

/// The inputs of a start or a resume, checked.
struct InputsValidation {
  std::string id;
  std::string namespace_;
  std::vector<InputValidation> inputs;
  std::vector<CheckResult> checks;
};

// ---- files

/// The size of a file.
struct FileMetas {
  int64_t size = 0;
};

/// The beginning of a file.
struct FilePreview {
  std::string extension;
  std::string type;
  base::Value content;
  int64_t max_line = 0;
  bool truncated = false;
};

/// A task run that has outputs.
struct TaskOutputInformation {
  std::string task_id;
  base::Id task_run_id;
  std::optional<std::string> value;
  std::optional<int32_t> iteration;
  bool is_inline = true;
};

// ---- bodies

/// A flow whose newest execution is wanted.
struct FlowOfExecutions {
  std::string namespace_;
  std::string id;
};

/// The new state of a task run.
struct TaskRunState {
  std::string task_run_id;
  std::string state;
};

/// Labels as `[{key, value}]`, or as a map of keys to values (API-3).
struct LabelList {
  std::vector<model::Label> labels;
};

/// Labels to add to executions.
struct LabelsOfExecutions {
  std::vector<std::string> ids;
  LabelList labels;
};

}  // namespace json

// ---------------------------------------------------------------------------------------------- what runs

template <>
struct Described<model::StateChange> {
  static constexpr std::string_view name = "StateHistory";
  static constexpr auto fields =
      std::tuple(field("state", &model::StateChange::state), field("date", &model::StateChange::date));
};
template <>
struct Described<json::State> {
  using T = json::State;
  static constexpr std::string_view name = "State";
  static constexpr auto fields = std::tuple(
      field("current", [](const T& of) { return of.history->current(); }),
      field("histories", [](const T& of) { return std::span<const model::StateChange>(of.history->changes()); }),
      field("duration",
            [](const T& of) {
              const base::Duration duration = of.history->ended().value_or(of.now) - of.history->started();
              return std::optional(duration.is_negative() ? base::Duration{} : duration);
            }),
      field("endDate", [](const T& of) { return of.history->ended(); }),
      field("startDate", [](const T& of) { return of.history->started(); }));
};

namespace described {

/// Empty texts and none of an id are omitted.
inline std::optional<std::string_view> filled(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}
inline std::optional<base::Id> filled(base::Id id) { return id.is_none() ? std::nullopt : std::optional(id); }
/// Empty maps of an execution are omitted (EXEC-120), and those that are too large.
inline bool is_too_large(const base::Value& value, uint64_t max_value) {
  return max_value > 0 && value.weight() > max_value;
}
inline std::optional<Object> filled(const base::Value& value, uint64_t max_value) {
  if (value.size() == 0 || is_too_large(value, max_value)) return std::nullopt;
  return Object{value};
}
/// The names of the values of an execution that are too large to be shown.
std::optional<std::vector<std::string_view>> omitted_of(const model::Execution& execution, uint64_t max_value);

}  // namespace described

template <>
struct Described<json::TaskRunAttempt> {
  using T = json::TaskRunAttempt;
  static constexpr std::string_view name = "TaskRunAttempt";
  static constexpr auto fields =
      std::tuple(field("state", [](const T& of) { return json::State{&of.attempt->state, of.now}; }),
                 field("workerId", [](const T& of) { return described::filled(of.attempt->worker_id); }),
                 field("logFile", [](const T& of) { return described::filled(of.attempt->log_file); }));
};
template <>
struct Described<json::TaskRun> {
  using T = json::TaskRun;
  static constexpr std::string_view name = "TaskRun";
  static constexpr auto fields = std::tuple(
      field("id", [](const T& of) { return of.run->id; }),
      field("executionId", [](const T& of) { return of.execution->id; }),
      field("tenantId", [](const T& of) { return described::filled(of.execution->flow->tenant); }),
      field("namespace", [](const T& of) -> const std::string& { return of.execution->flow->namespace_; }),
      field("flowId", [](const T& of) -> const std::string& { return of.execution->flow->id; }),
      field("taskId", [](const T& of) -> const std::string& { return of.run->task_id; }),
      field("parentTaskRunId", [](const T& of) { return described::filled(of.run->parent_id); }),
      field("value", [](const T& of) -> const std::optional<std::string>& { return of.run->value; }),
      field("attempts",
            [](const T& of) {
              std::optional<std::vector<json::TaskRunAttempt>> attempts;
              if (!of.run->attempts.empty()) attempts.emplace().reserve(of.run->attempts.size());
              for (const model::Attempt& attempt : of.run->attempts) attempts->push_back({&attempt, of.now});
              return attempts;
            }),
      field("outputs",
            [](const T& of) {
              if (described::is_too_large(of.run->outputs, of.max_value)) return std::optional<Object>();
              return std::optional(Object{of.run->outputs.is_null() ? base::Value::empty_map() : of.run->outputs});
            }),
      field("state", [](const T& of) { return json::State{&of.run->state, of.now}; }),
      field("iteration", [](const T& of) -> const std::optional<int32_t>& { return of.run->iteration; }),
      field("dynamic", [](const T& of) { return of.run->dynamic ? std::optional(true) : std::nullopt; }),
      field("forceExecution", [](const T& of) { return of.run->force_execution ? std::optional(true) : std::nullopt; }),
      field("omitted",
            [](const T& of) {
              std::optional<std::vector<std::string_view>> names;
              if (described::is_too_large(of.run->outputs, of.max_value)) names = {"outputs"};
              return names;
            },
            {.documentation = "In events: the values that are too large for them"}));
};
template <>
struct Described<json::ExecutionTrigger> {
  using T = json::ExecutionTrigger;
  static constexpr std::string_view name = "ExecutionTrigger";
  static constexpr auto fields = std::tuple(
      field("id", [](const T& of) -> const std::string& { return of.trigger->id; }),
      field("type", [](const T& of) -> const std::string& { return of.trigger->type; }),
      field("variables",
            [](const T& of) {
              return of.trigger->variables.is_null() ? std::nullopt : std::optional(Object{of.trigger->variables});
            }),
      field("logFile", [](const T& of) { return described::filled(of.trigger->log_file); }));
};
template <>
struct Described<json::ExecutionMetadata> {
  using T = json::ExecutionMetadata;
  static constexpr std::string_view name = "ExecutionMetadata";
  static constexpr auto fields =
      std::tuple(field("attemptNumber", &T::attempt_number), field("originalCreatedDate", &T::original_created));
};
template <>
struct Described<model::Breakpoint> {
  using T = model::Breakpoint;
  static constexpr std::string_view name = "Breakpoint";
  static constexpr auto fields =
      std::tuple(field("id", &T::task_id), field("value", [](const T& of) {
                   return of.has_value ? std::optional<std::string_view>(of.value) : std::nullopt;
                 }));
};
template <>
struct Described<json::ExecutionError> {
  static constexpr std::string_view name = "ExecutionError";
  static constexpr auto fields = std::tuple(field("message", &json::ExecutionError::message));
};

namespace described {

template <class T>
inline constexpr auto execution_head = std::tuple(
    field("id", [](const T& of) { return of.execution->id; }),
    field("tenantId", [](const T& of) -> const std::string& { return of.execution->flow->tenant; }),
    field("namespace", [](const T& of) -> const std::string& { return of.execution->flow->namespace_; }),
    field("flowId", [](const T& of) -> const std::string& { return of.execution->flow->id; }),
    field("flowRevision", [](const T& of) { return of.execution->revision; }),
    field("inputs", [](const T& of) { return filled(of.execution->inputs, of.max_value); }),
    field("outputs", [](const T& of) { return filled(of.execution->outputs, of.max_value); }),
    field("labels", [](const T& of) -> const std::vector<model::Label>& { return of.execution->labels; }),
    field("variables", [](const T& of) { return filled(of.execution->variables, of.max_value); }),
    field("state", [](const T& of) { return json::State{&of.execution->state, of.now}; }),
    field("parentId", [](const T& of) { return filled(of.execution->parent_id); }),
    field("originalId",
          [](const T& of) { return of.execution->original_id ? of.execution->original_id : of.execution->id; }),
    field("trigger",
          [](const T& of) {
            std::optional<json::ExecutionTrigger> trigger;
            if (of.execution->trigger && !is_too_large(of.execution->trigger->variables, of.max_value))
              trigger = {&*of.execution->trigger};
            return trigger;
          }),
    field("deleted", [](const T&) { return false; }),
    field("metadata",
          [](const T& of) {
            return json::ExecutionMetadata{of.execution->attempt_number, of.execution->original_created};
          }),
    field("scheduleDate",
          [](const T& of) -> const std::optional<base::Instant>& { return of.execution->schedule_date; }),
    field("traceParent", [](const T& of) { return filled(of.execution->trace_parent); }),
    field("kind",
          [](const T& of) {
            const auto kind = of.execution->kind;
            return kind == model::ExecutionKind::normal ? std::nullopt : std::optional(kind);
          }),
    field("breakpoints",
          [](const T& of) {
            std::optional<std::span<const model::Breakpoint>> breakpoints;
            if (!of.execution->breakpoints.empty()) breakpoints = of.execution->breakpoints;
            return breakpoints;
          }),
    field("error", [](const T& of) {
      const auto message = filled(of.execution->error);
      return message ? std::optional(json::ExecutionError{*message}) : std::nullopt;
    }));

template <class T>
inline constexpr auto execution_runs = std::tuple(field("taskRunList", [](const T& of) {
  std::optional<std::vector<json::TaskRun>> runs;
  if (!of.runs.empty()) runs.emplace().reserve(of.runs.size());
  for (const store::TaskRunRow& row : of.runs) runs->push_back({&row.run, of.execution, of.now, of.max_value});
  return runs;
}));

}  // namespace described

template <>
struct Described<json::Execution> {
  static constexpr std::string_view name = "Execution";
  static constexpr auto fields =
      std::tuple_cat(described::execution_head<json::Execution>, described::execution_runs<json::Execution>);
};
template <>
struct Described<json::ExecutionResponse> {
  using T = json::ExecutionResponse;
  static constexpr std::string_view name = "ExecutionResponse";
  static constexpr auto fields =
      std::tuple_cat(described::execution_head<T>, std::tuple(field("url", &T::url)), described::execution_runs<T>);
};
template <>
struct Described<json::ExecutionEvent> {
  using T = json::ExecutionEvent;
  static constexpr std::string_view name = "ExecutionEvent";
  static constexpr auto fields = std::tuple_cat(
      described::execution_head<T>,
      std::tuple(field("omitted", [](const T& of) { return described::omitted_of(*of.execution, of.max_value); }),
                 field("taskRunListTruncated",
                       [](const T& of) { return of.has_more_runs ? std::optional(true) : std::nullopt; })),
      described::execution_runs<T>);
};
template <>
struct Described<json::LastExecutionResponse> {
  using T = json::LastExecutionResponse;
  static constexpr std::string_view name = "LastExecutionResponse";
  static constexpr auto fields =
      std::tuple(field("id", &T::id), field("flowId", &T::flow_id), field("namespace", &T::namespace_),
                 field("startDate", &T::start_date), field("status", &T::status));
};
template <>
struct Described<json::FollowedExecution> {
  static constexpr std::string_view name = "FollowedExecution";
  static constexpr auto fields = std::tuple(field("id", &json::FollowedExecution::id));
};
template <>
struct Described<json::DependencyEvent> {
  using T = json::DependencyEvent;
  static constexpr std::string_view name = "ExecutionStatusEvent";
  static constexpr auto fields =
      std::tuple(field("executionId", &T::execution_id), field("tenantId", &T::tenant),
                 field("namespace", &T::namespace_), field("flowId", &T::flow_id), field("state", &T::state));
};

// ---------------------------------------------------------------------------------------------- why it waits

template <>
struct Described<json::ExplainedAction> {
  using T = json::ExplainedAction;
  static constexpr std::string_view name = "ExplainedAction";
  static constexpr auto fields = std::tuple(
      field("action", &T::action,
            {.documentation = "kill, restart, replay, resume, release, force-run, resume-from-breakpoint, explain or "
                              "archive-kill-switch",
             .example = "resume"}),
      field("text", &T::text), field("command", &T::command), field("method", &T::method), field("path", &T::path));
};
template <>
struct Described<json::WaitOwner> {
  using T = json::WaitOwner;
  static constexpr std::string_view name = "WaitOwner";
  static constexpr auto fields = std::tuple(field("type", &T::type), field("id", &T::id));
};
template <>
struct Described<json::ExplainedWait> {
  using T = json::ExplainedWait;
  static constexpr std::string_view name = "ExplainedWait";
  static constexpr auto fields =
      std::tuple(field("for", &T::kind), field("text", &T::text), field("since", &T::since), field("until", &T::until),
                 field("owner", &T::owner), field("taskRunId", &T::task_run_id), field("taskId", &T::task_id),
                 field("value", &T::value),
                 field("action", &T::action,
                       {.documentation = "What usually ends the wait: `action` of the first one of `actions`"}),
                 field("inputs", &T::inputs, {.documentation = "The inputs that the resumption of a pause asks for"}),
                 field("actions", &T::actions));
};
template <>
struct Described<json::Explanation> {
  using T = json::Explanation;
  static constexpr std::string_view name = "Explanation";
  static constexpr auto fields = std::tuple(
      field("executionId", &T::execution_id), field("namespace", &T::namespace_), field("flowId", &T::flow_id),
      field("state", &T::state), field("since", &T::since), field("waiting", &T::waiting),
      field("summary", &T::summary), field("waits", &T::waits), field("more", &T::more), field("actions", &T::actions));
};

// ---------------------------------------------------------------------------------------------- inputs and files

template <>
struct Described<json::InputError> {
  using T = json::InputError;
  static constexpr std::string_view name = "InputError";
  static constexpr auto fields = std::tuple(field("message", &T::message), field("renderError", &T::render_error));
};
template <>
struct Described<json::InputValidation> {
  using T = json::InputValidation;
  static constexpr std::string_view name = "InputValidation";
  static constexpr auto fields =
      std::tuple(field("input", &T::input), field("value", &T::value, {.optional = true}),
                 field("enabled", &T::enabled), field("isDefault", &T::is_default), field("errors", &T::errors));
};
template <>
struct Described<json::CheckResult> {
  using T = json::CheckResult;
  static constexpr std::string_view name = "CheckResult";
  static constexpr auto fields =
      std::tuple(field("message", &T::message), field("style", &T::style), field("behavior", &T::behavior));
};
template <>
struct Described<json::InputsValidation> {
  using T = json::InputsValidation;
  static constexpr std::string_view name = "InputsValidation";
  static constexpr auto fields = std::tuple(field("id", &T::id), field("namespace", &T::namespace_),
                                            field("inputs", &T::inputs), field("checks", &T::checks));
};
template <>
struct Described<json::FileMetas> {
  static constexpr std::string_view name = "FileMetas";
  static constexpr auto fields = std::tuple(field("size", &json::FileMetas::size));
};
template <>
struct Described<json::FilePreview> {
  using T = json::FilePreview;
  static constexpr std::string_view name = "FilePreview";
  static constexpr auto fields =
      std::tuple(field("extension", &T::extension), field("type", &T::type), field("content", &T::content),
                 field("maxLine", &T::max_line), field("truncated", &T::truncated));
};

template <>
struct Described<json::TaskOutputInformation> {
  using T = json::TaskOutputInformation;
  static constexpr std::string_view name = "TaskOutputInformation";
  static constexpr auto fields =
      std::tuple(field("taskId", &T::task_id), field("taskRunId", &T::task_run_id), field("value", &T::value),
                 field("iteration", &T::iteration), field("inline", &T::is_inline));
};

// ---------------------------------------------------------------------------------------------- bodies

template <>
struct Described<json::FlowOfExecutions> {
  using T = json::FlowOfExecutions;
  static constexpr std::string_view name = "ExecutionRepositoryInterface.FlowFilter";
  static constexpr auto fields = std::tuple(field("namespace", &T::namespace_), field("id", &T::id));
};
template <>
struct Described<json::TaskRunState> {
  using T = json::TaskRunState;
  static constexpr std::string_view name = "TaskRunState";
  static constexpr auto fields = std::tuple(field("taskRunId", &T::task_run_id), field("state", &T::state));
};
template <>
struct Described<json::LabelList> {
  using shown_as = std::vector<json::Label>;
  static bool read(const base::Value& given, json::LabelList& list, BodyContext& context);
};
template <>
struct Described<json::LabelsOfExecutions> {
  using T = json::LabelsOfExecutions;
  static constexpr std::string_view name = "LabelsOfExecutions";
  static constexpr auto fields = std::tuple(field("executionsId", &T::ids), field("executionLabels", &T::labels));
};

}  // namespace gyr::web
