#include "web/shapes.h"

#include <algorithm>
#include <set>
#include <string>

#include "base/text.h"

namespace gyr::web {

using base::MapBuilder;
using base::Value;

namespace {

// One object: fields as `name:type`, separated by blanks; a `!` behind the type means that it is always there. Types
// are `string`, `integer`, `number`, `boolean`, `object`, `date-time`, `duration`, another shape, or any of these in
// brackets.
struct Shape {
  std::string_view name;
  std::string_view fields;
};

constexpr Shape shapes[] = {
    {"Label", "key:string! value:string!"},
    {"Task", "id:string! type:string!"},
    {"Flow",
     "tenantId:string id:string! namespace:string! revision:integer! description:string inputs:[object] "
     "outputs:[object] labels:[Label] "
     "variables:object disabled:boolean! draft:boolean! deleted:boolean! tasks:[Task]! errors:[Task] finally:[Task] "
     "afterExecution:[Task] "
     "triggers:[object] pluginDefaults:[object] concurrency:object retry:object sla:[object] checks:[object] "
     "workerGroup:object "
     "updated:date-time exception:string"},
    {"FlowWithSource",
     "tenantId:string id:string! namespace:string! revision:integer! description:string inputs:[object] "
     "outputs:[object] labels:[Label] "
     "variables:object disabled:boolean! draft:boolean! deleted:boolean! tasks:[Task]! errors:[Task] finally:[Task] "
     "afterExecution:[Task] "
     "triggers:[object] pluginDefaults:[object] concurrency:object retry:object sla:[object] checks:[object] "
     "workerGroup:object "
     "updated:date-time exception:string source:string"},
    {"FlowForExecution",
     "tenantId:string id:string! namespace:string! revision:integer! description:string inputs:[object] labels:[Label] "
     "variables:object "
     "disabled:boolean! draft:boolean! deleted:boolean! tasks:[Task]! errors:[Task] finally:[Task] "
     "afterExecution:[Task] triggers:[object]"},
    {"FlowFragments", "model:Flow! fragments:[string]!"},
    {"Violation",
     "index:integer! filename:string namespace:string flow:string constraints:string outdated:boolean! "
     "deprecationPaths:[string] "
     "warnings:[string] infos:[string] diagnostics:[Diagnostic]"},
    {"Diagnostic",
     "code:string severity:string message:string path:string line:integer column:integer endLine:integer "
     "endColumn:integer label:string "
     "help:string notes:[string]"},
    {"StateHistory", "state:string! date:date-time!"},
    {"State", "current:string! histories:[StateHistory]! startDate:date-time! endDate:date-time duration:duration"},
    {"TaskRunAttempt", "state:State! workerId:string logFile:string"},
    {"TaskRun",
     "tenantId:string id:string! executionId:string! namespace:string! flowId:string! taskId:string! "
     "parentTaskRunId:string value:string "
     "iteration:integer attempts:[TaskRunAttempt] outputs:object state:State! dynamic:boolean forceExecution:boolean"},
    {"ExecutionTrigger", "id:string! type:string! variables:object logFile:string"},
    {"ExecutionMetadata", "attemptNumber:integer! originalCreatedDate:date-time!"},
    {"Execution",
     "tenantId:string! id:string! namespace:string! flowId:string! flowRevision:integer! taskRunList:[TaskRun] "
     "inputs:object outputs:object "
     "labels:[Label]! variables:object state:State! parentId:string originalId:string! trigger:ExecutionTrigger "
     "deleted:boolean! "
     "metadata:ExecutionMetadata! scheduleDate:date-time traceParent:string kind:string error:object"},
    {"ExecutionResponse",
     "tenantId:string! id:string! namespace:string! flowId:string! flowRevision:integer! taskRunList:[TaskRun] "
     "inputs:object outputs:object "
     "labels:[Label]! variables:object state:State! parentId:string originalId:string! trigger:ExecutionTrigger "
     "deleted:boolean! "
     "metadata:ExecutionMetadata! scheduleDate:date-time traceParent:string kind:string error:object url:string!"},
    {"WebhookResponse",
     "tenantId:string! id:string! namespace:string! flowId:string! flowRevision:integer! trigger:ExecutionTrigger "
     "outputs:object "
     "labels:[Label]! state:State! url:string!"},
    {"ExpressionContext", "categories:object!"},
    {"LastExecutionResponse", "id:string! flowId:string! namespace:string! startDate:date-time! status:string!"},
    {"ConcurrencyLimit", "tenantId:string! namespace:string! flowId:string! running:integer"},
    {"PluginIcon", "name:string! icon:string! flowable:boolean! monochrome:boolean!"},
    {"Blueprint", "id:string! title:string! description:string! includedTasks:[string]! tags:[string]! source:string"},
    {"FlowNode", "uid:string! namespace:string id:string"},
    {"FlowTopologyEdge", "source:string! target:string! relation:string!"},
    {"FlowTopologyGraph", "nodes:[FlowNode]! edges:[FlowTopologyEdge]!"},
    {"FlowGraph", "nodes:[object]! edges:[object]! clusters:[object]! flowables:[string]!"},
    {"ExplainedAction", "text:string! command:string method:string! path:string!"},
    {"ExplainedWait",
     "for:string! text:string! since:date-time! until:date-time owner:object! taskRunId:string taskId:string "
     "value:string actions:[ExplainedAction]!"},
    {"Backfill",
     "start:date-time! end:date-time! currentDate:date-time! paused:boolean! inputs:object labels:[Label] "
     "previousNextExecutionDate:date-time"},
    {"TriggerState",
     "tenantId:string! namespace:string! flowId:string! triggerId:string! kind:string! date:date-time "
     "evaluatedAt:date-time "
     "nextExecutionDate:date-time nextEvaluationDate:date-time updatedDate:date-time! updatedAt:date-time! "
     "executionId:string "
     "lastTriggeredDate:date-time evaluateRunningDate:date-time locked:boolean! workerId:string disabled:boolean! "
     "stopAfter:[string] "
     "backfill:Backfill"},
    {"TriggerWithState", "trigger:object state:TriggerState! abstractTrigger:object triggerContext:TriggerState!"},
    {"TriggerExplanation",
     "namespace:string! flowId:string! triggerId:string! type:string! summary:string! state:TriggerState "
     "waits:[TriggerWait]! "
     "log:[TriggerLogLine]!"},
    {"TriggerWait", "for:string! text:string! until:date-time actions:[object]!"},
    {"TriggerLogLine", "timestamp:date-time! level:string! message:string!"},
    {"Explanation",
     "executionId:string! namespace:string! flowId:string! state:string! since:date-time! waiting:boolean! "
     "summary:string! waits:[ExplainedWait]! "
     "more:integer! actions:[ExplainedAction]!"},
    {"BulkResponse", "count:integer! operationId:string! totalItems:integer!"},
    {"InputError", "message:string! renderError:boolean"},
    {"InputValidation", "input:object! value:object enabled:boolean! isDefault:boolean! errors:[InputError]"},
    {"CheckResult", "message:string! style:string! behavior:string!"},
    {"InputsValidation", "id:string! namespace:string! inputs:[InputValidation]! checks:[CheckResult]!"},
    {"FileMetas", "size:integer!"},
    {"FilePreview", "extension:string! type:string! content:object! maxLine:integer! truncated:boolean!"},
    {"EvalResult", "result:string error:string stackTrace:string"},
    {"RenderedExpressions", "rendered:object!"},
    {"PebbleArgument", "name:string! defaultValue:string"},
    {"PebbleFunction", "name:string! arguments:[PebbleArgument]!"},
    {"LogEntry",
     "tenantId:string namespace:string! flowId:string! taskId:string executionId:string taskRunId:string "
     "attemptNumber:integer triggerId:string "
     "timestamp:date-time! level:string! thread:string message:string!"},
    {"MetricEntry",
     "tenantId:string namespace:string! flowId:string! taskId:string executionId:string taskRunId:string type:string! "
     "name:string! "
     "value:number! timestamp:date-time! tags:object"},
    {"TaskOutputInformation", "taskId:string! taskRunId:string! value:string iteration:integer inline:boolean!"},
    {"KVEntry",
     "namespace:string! key:string! version:integer! revision:integer! description:string creationDate:date-time! "
     "updateDate:date-time! "
     "expirationDate:date-time"},
    {"KvDetail", "type:string! value:object revision:integer! updated:date-time!"},
    {"DeletedKeys", "keys:[string]!"},
    {"Namespace", "id:string! deleted:boolean! description:string variables:object pluginDefaults:[object]"},
    {"FileAttributes", "fileName:string! type:string! size:integer! creationTime:integer! lastModifiedTime:integer!"},
    {"DashboardResponse",
     "tenantId:string id:string! title:string! description:string timeWindow:object charts:[object] deleted:boolean! "
     "created:date-time "
     "updated:date-time sourceCode:string"},
    {"Template",
     "tenantId:string namespace:string! id:string! description:string tasks:[object]! errors:[object] finally:[object] "
     "deleted:boolean!"},
    {"NamespaceFileRevision", "revision:integer!"},
    {"Secret", "key:string! namespace:string description:string"},
    {"SecretList", "readOnly:boolean! results:[Secret]! total:integer!"},
    {"PluginElement", "cls:string! deprecated:boolean! title:string description:string"},
    {"Plugin",
     "name:string! title:string! group:string! subGroup:string manifest:object! tasks:[PluginElement]! "
     "triggers:[PluginElement]! "
     "conditions:[PluginElement]! taskRunners:[PluginElement]! aliases:[string]!"},
    {"TriggerPlugin",
     "type:string! name:string! description:string! title:string group:string! ee:boolean! icon:string! "
     "deprecated:boolean!"},
    {"InputType", "type:string! cls:string!"},
    {"DocumentationWithSchema", "markdown:string! schema:object!"},
    {"PluginVersions", "type:string! versions:[string]!"},
    {"LoginConfiguration", "version:string! edition:string! isBasicAuthInitialized:boolean! isLoginRequired:boolean!"},
    {"PreviewLimits", "initial:integer! max:integer!"},
    {"Configuration",
     "version:string! edition:string! gyrVersion:string! uuid:string! commitId:string commitDate:string "
     "chartDefaultDuration:duration! "
     "isCustomDashboardsEnabled:boolean! isAnonymousUsageEnabled:boolean! isUiAnonymousUsageEnabled:boolean! "
     "isTemplateEnabled:boolean! "
     "isConcurrencyViewEnabled:boolean! isAiEnabled:boolean! isAiApiKeyConfigured:boolean! "
     "isBasicAuthInitialized:boolean! environment:object "
     "url:string preview:PreviewLimits! systemNamespace:string! hiddenLabelsPrefixes:[string]! pluginsHash:integer! "
     "inMaintenance:boolean! killSwitches:[KillSwitch]!"},
    {"KillSwitch",
     "id:string! name:string! tenantId:string namespace:string flowId:string executionIds:[string] "
     "startDate:date-time! endDate:date-time description:string evaluationType:string! enabled:boolean! "
     "deleted:boolean!"},
    {"MaintenanceStatusResponse", "maintenance:boolean! ready:boolean! services:object!"},
    {"ServerSummary", "id:string! type:string! version:string! hostname:string!"},
    {"ServiceSummary",
     "id:string! type:string! state:string! server:ServerSummary! createdAt:date-time! updatedAt:date-time!"},
    {"ActiveService", "type:string! total:integer!"},
    {"ActiveServices", "total:integer! services:[ActiveService]!"},
    {"ServiceEvent", "ts:date-time! value:string! type:string! state:string!"},
    {"ServiceInstance",
     "id:string! type:string! state:string! server:ServerSummary! createdAt:date-time! updatedAt:date-time! "
     "stateChangedAt:date-time! "
     "events:[ServiceEvent]! config:object! props:object! metrics:[object]! seqId:integer!"},
    {"MetricAggregation", "name:string! value:number! date:date-time!"},
    {"MetricAggregations", "groupBy:string! aggregations:[MetricAggregation]!"},
    {"Health", "name:string! status:string! details:object!"},
    {"ErrorDetail", "message:string! path:string code:string line:integer column:integer"},
    {"Error",
     "message:string! type:string! title:string! status:integer! detail:string! instance:string! errors:[ErrorDetail]! "
     "code:string hint:string "
     "traceId:string _links:object! _embedded:object!"},
};

Value shape_text(std::string_view value) { return Value::string(value); }
Value plain(std::string_view type) { return Value::map({{"type", shape_text(type)}}); }
Value formatted(std::string_view type, std::string_view format) {
  return Value::map({{"type", shape_text(type)}, {"format", shape_text(format)}});
}
Value list_of(Value item) { return Value::map({{"type", shape_text("array")}, {"items", std::move(item)}}); }
Value reference(std::string_view name) {
  return Value::map({{"$ref", shape_text(fmt::format("#/components/schemas/{}", name))}});
}

constexpr std::string_view paged_prefix = "Paged<";

std::string paged_name(std::string_view item) { return fmt::format("PagedResults_{}_", item); }

Value type_of(std::string_view type) {
  if (type.starts_with('[')) return list_of(type_of(type.substr(1, type.size() - 2)));
  if (type == "string" || type == "boolean" || type == "object") return plain(type);
  if (type == "integer") return formatted("integer", "int64");
  if (type == "number") return formatted("number", "double");
  if (type == "date-time" || type == "duration") return formatted("string", type);
  return reference(type);
}

Value shape_schema(const Shape& shape) {
  MapBuilder properties;
  base::ListBuilder required;
  for (std::string_view field : base::split(shape.fields, ' ')) {
    if (field.empty()) continue;
    const size_t colon = field.find(':');
    std::string_view type = field.substr(colon + 1);
    if (type.ends_with('!')) {
      type.remove_suffix(1);
      required.push(shape_text(field.substr(0, colon)));
    }
    properties.set(field.substr(0, colon), type_of(type));
  }
  MapBuilder map;
  map.set("type", shape_text("object"));
  if (required.size() > 0) map.set("required", required.build());
  map.set("properties", properties.build());
  return map.build();
}

}  // namespace

Value schema_of(std::string_view answer) {
  if (answer.starts_with(paged_prefix))
    return reference(paged_name(answer.substr(paged_prefix.size(), answer.size() - paged_prefix.size() - 1)));
  return type_of(answer);
}

Value component_schemas(std::span<const std::string_view> answers) {
  MapBuilder schemas;
  for (const Shape& shape : shapes) schemas.set(shape.name, shape_schema(shape));
  for (std::string_view answer : answers) {
    if (!answer.starts_with(paged_prefix)) continue;
    const std::string_view item = answer.substr(paged_prefix.size(), answer.size() - paged_prefix.size() - 1);
    schemas.set(
        paged_name(item),
        Value::map({{"type", shape_text("object")},
                    {"required", Value::list({shape_text("results"), shape_text("total")})},
                    {"properties", Value::map({{"results", list_of(type_of(item))}, {"total", type_of("integer")}})}}));
  }
  return schemas.build();
}

}  // namespace gyr::web
