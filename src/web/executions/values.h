// Executions, why they wait, and the inputs to start them with, as JSON.
#pragma once

#include "web/flows/values.h"
#include "web/http/described.h"

namespace gyr::web {
namespace json {

struct StateHistory;
struct State;
struct TaskRunAttempt;
struct TaskRun;
struct ExecutionTrigger;
struct ExecutionMetadata;
struct Breakpoint;
struct Execution;
struct ExecutionResponse;
struct WebhookResponse;
struct LastExecutionResponse;
struct ExplainedAction;
struct ExplainedWait;
struct Explanation;
struct InputError;
struct InputValidation;
struct CheckResult;
struct InputsValidation;
struct FileMetas;
struct FilePreview;

// Bodies.
struct TaskRunState;
struct LabelsOfExecutions;

}  // namespace json

template <>
struct Described<json::StateHistory> {
  static constexpr std::string_view name = "StateHistory";
  static constexpr auto fields = std::tuple(field<std::string>("state"), field<base::Instant>("date"));
};
template <>
struct Described<json::State> {
  static constexpr std::string_view name = "State";
  static constexpr auto fields =
      std::tuple(field<std::string>("current"), field<std::vector<json::StateHistory>>("histories"),
                 field<base::Instant>("startDate"), field<std::optional<base::Instant>>("endDate"),
                 field<std::optional<base::Duration>>("duration"));
};
template <>
struct Described<json::TaskRunAttempt> {
  static constexpr std::string_view name = "TaskRunAttempt";
  static constexpr auto fields = std::tuple(field<json::State>("state"), field<std::optional<std::string>>("workerId"),
                                            field<std::optional<std::string>>("logFile"));
};
template <>
struct Described<json::TaskRun> {
  static constexpr std::string_view name = "TaskRun";
  static constexpr auto fields = std::tuple(
      field<std::optional<std::string>>("tenantId"), field<std::string>("id"), field<std::string>("executionId"),
      field<std::string>("namespace"), field<std::string>("flowId"), field<std::string>("taskId"),
      field<std::optional<std::string>>("parentTaskRunId"), field<std::optional<std::string>>("value"),
      field<std::optional<int64_t>>("iteration"), field<std::optional<std::vector<json::TaskRunAttempt>>>("attempts"),
      field<std::optional<Object>>("outputs"), field<json::State>("state"), field<std::optional<bool>>("dynamic"),
      field<std::optional<bool>>("forceExecution"));
};
template <>
struct Described<json::ExecutionTrigger> {
  static constexpr std::string_view name = "ExecutionTrigger";
  static constexpr auto fields =
      std::tuple(field<std::string>("id"), field<std::string>("type"), field<std::optional<Object>>("variables"),
                 field<std::optional<std::string>>("logFile"));
};
template <>
struct Described<json::ExecutionMetadata> {
  static constexpr std::string_view name = "ExecutionMetadata";
  static constexpr auto fields =
      std::tuple(field<int64_t>("attemptNumber"), field<base::Instant>("originalCreatedDate"));
};
template <>
struct Described<json::Breakpoint> {
  static constexpr std::string_view name = "Breakpoint";
  static constexpr auto fields = std::tuple(field<std::string>("id"), field<std::optional<std::string>>("value"));
};
template <>
struct Described<json::Execution> {
  static constexpr std::string_view name = "Execution";
  static constexpr auto fields = std::tuple(
      field<std::string>("tenantId"), field<std::string>("id"), field<std::string>("namespace"),
      field<std::string>("flowId"), field<int64_t>("flowRevision"),
      field<std::optional<std::vector<json::TaskRun>>>("taskRunList"), field<std::optional<Object>>("inputs"),
      field<std::optional<Object>>("outputs"), field<std::vector<json::Label>>("labels"),
      field<std::optional<Object>>("variables"), field<json::State>("state"),
      field<std::optional<std::string>>("parentId"), field<std::string>("originalId"),
      field<std::optional<json::ExecutionTrigger>>("trigger"), field<bool>("deleted"),
      field<json::ExecutionMetadata>("metadata"), field<std::optional<base::Instant>>("scheduleDate"),
      field<std::optional<std::string>>("traceParent"), field<std::optional<std::string>>("kind"),
      field<std::optional<Object>>("error"), field<std::optional<std::vector<json::Breakpoint>>>("breakpoints"));
};
template <>
struct Described<json::ExecutionResponse> {
  static constexpr std::string_view name = "ExecutionResponse";
  static constexpr auto fields =
      std::tuple_cat(Described<json::Execution>::fields, std::tuple(field<std::string>("url")));
};
template <>
struct Described<json::WebhookResponse> {
  static constexpr std::string_view name = "WebhookResponse";
  static constexpr bool is_open = true;  // with `returnOutputs`, the answer consists of the outputs of the flow
  static constexpr auto fields =
      std::tuple(field<std::optional<std::string>>("tenantId"), field<std::optional<std::string>>("id"),
                 field<std::optional<std::string>>("namespace"), field<std::optional<std::string>>("flowId"),
                 field<std::optional<int64_t>>("flowRevision"), field<std::optional<json::ExecutionTrigger>>("trigger"),
                 field<std::optional<Object>>("outputs"), field<std::optional<std::vector<json::Label>>>("labels"),
                 field<std::optional<json::State>>("state"), field<std::optional<std::string>>("url"));
};
template <>
struct Described<json::LastExecutionResponse> {
  static constexpr std::string_view name = "LastExecutionResponse";
  static constexpr auto fields =
      std::tuple(field<std::string>("id"), field<std::string>("flowId"), field<std::string>("namespace"),
                 field<base::Instant>("startDate"), field<std::string>("status"));
};
template <>
struct Described<json::ExplainedAction> {
  static constexpr std::string_view name = "ExplainedAction";
  static constexpr auto fields = std::tuple(field<std::string>("text"), field<std::optional<std::string>>("command"),
                                            field<std::string>("method"), field<std::string>("path"));
};
template <>
struct Described<json::ExplainedWait> {
  static constexpr std::string_view name = "ExplainedWait";
  static constexpr auto fields =
      std::tuple(field<std::string>("for"), field<std::string>("text"), field<base::Instant>("since"),
                 field<std::optional<base::Instant>>("until"), field<Object>("owner"),
                 field<std::optional<std::string>>("taskRunId"), field<std::optional<std::string>>("taskId"),
                 field<std::optional<std::string>>("value"), field<std::vector<json::ExplainedAction>>("actions"));
};
template <>
struct Described<json::Explanation> {
  static constexpr std::string_view name = "Explanation";
  static constexpr auto fields =
      std::tuple(field<std::string>("executionId"), field<std::string>("namespace"), field<std::string>("flowId"),
                 field<std::string>("state"), field<base::Instant>("since"), field<bool>("waiting"),
                 field<std::string>("summary"), field<std::vector<json::ExplainedWait>>("waits"),
                 field<int64_t>("more"), field<std::vector<json::ExplainedAction>>("actions"));
};
template <>
struct Described<json::InputError> {
  static constexpr std::string_view name = "InputError";
  static constexpr auto fields = std::tuple(field<std::string>("message"), field<std::optional<bool>>("renderError"));
};
template <>
struct Described<json::InputValidation> {
  static constexpr std::string_view name = "InputValidation";
  static constexpr auto fields =
      std::tuple(field<Object>("input"), field<std::optional<base::Value>>("value"), field<bool>("enabled"),
                 field<bool>("isDefault"), field<std::optional<std::vector<json::InputError>>>("errors"));
};
template <>
struct Described<json::CheckResult> {
  static constexpr std::string_view name = "CheckResult";
  static constexpr auto fields =
      std::tuple(field<std::string>("message"), field<std::string>("style"), field<std::string>("behavior"));
};
template <>
struct Described<json::InputsValidation> {
  static constexpr std::string_view name = "InputsValidation";
  static constexpr auto fields =
      std::tuple(field<std::string>("id"), field<std::string>("namespace"),
                 field<std::vector<json::InputValidation>>("inputs"), field<std::vector<json::CheckResult>>("checks"));
};
template <>
struct Described<json::FileMetas> {
  static constexpr std::string_view name = "FileMetas";
  static constexpr auto fields = std::tuple(field<int64_t>("size"));
};
template <>
struct Described<json::FilePreview> {
  static constexpr std::string_view name = "FilePreview";
  static constexpr auto fields =
      std::tuple(field<std::string>("extension"), field<std::string>("type"), field<base::Value>("content"),
                 field<int64_t>("maxLine"), field<bool>("truncated"));
};
template <>
struct Described<json::TaskRunState> {
  static constexpr std::string_view name = "TaskRunState";
  static constexpr auto fields = std::tuple(field<std::string>("taskRunId"), field<std::string>("state"));
};
template <>
struct Described<json::LabelsOfExecutions> {
  static constexpr std::string_view name = "LabelsOfExecutions";
  static constexpr auto fields =
      std::tuple(field<std::vector<std::string>>("executionsId"), field<std::vector<json::Label>>("executionLabels"));
};

}  // namespace gyr::web
