#include "web/http/filter_fields.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace gyr::web {
namespace {

using store::Operator;

constexpr std::array<std::pair<std::string_view, Operator>, 13> operators{{
    {"EQUALS", Operator::equals},
    {"NOT_EQUALS", Operator::not_equals},
    {"GREATER_THAN", Operator::greater},
    {"GREATER_THAN_OR_EQUAL_TO", Operator::greater_or_equal},
    {"LESS_THAN", Operator::less},
    {"LESS_THAN_OR_EQUAL_TO", Operator::less_or_equal},
    {"IN", Operator::in},
    {"NOT_IN", Operator::not_in},
    {"STARTS_WITH", Operator::starts_with},
    {"ENDS_WITH", Operator::ends_with},
    {"CONTAINS", Operator::contains},
    {"REGEX", Operator::regex},
    {"PREFIX", Operator::prefix},
}};

constexpr uint32_t equality = bit(Operator::equals) | bit(Operator::not_equals);
constexpr uint32_t membership = equality | bit(Operator::in) | bit(Operator::not_in);
constexpr uint32_t ids = membership | bit(Operator::contains) | bit(Operator::starts_with) | bit(Operator::ends_with);
constexpr uint32_t names = ids | bit(Operator::regex) | bit(Operator::prefix);
constexpr uint32_t dates = equality | bit(Operator::greater) | bit(Operator::greater_or_equal) | bit(Operator::less) |
                           bit(Operator::less_or_equal);

constexpr std::array rules{
    FieldRule{Field::q, "q", equality},
    FieldRule{Field::scope, "scope", equality},
    FieldRule{Field::child_filter, "childFilter", equality},
    FieldRule{Field::existing_only, "existingOnly", equality},
    FieldRule{Field::level, "level", membership | bit(Operator::greater_or_equal)},
    FieldRule{Field::namespace_, "namespace", names},
    FieldRule{Field::flow_id, "flowId", names},
    FieldRule{Field::kind, "kind", membership},
    FieldRule{Field::state, "state", membership},
    FieldRule{Field::labels, "labels", membership | bit(Operator::contains)},
    FieldRule{Field::start_date, "startDate", dates},
    FieldRule{Field::end_date, "endDate", dates},
    FieldRule{Field::time_range, "timeRange", bit(Operator::equals)},
    FieldRule{Field::trigger_execution_id, "triggerExecutionId", ids},
    FieldRule{Field::trigger_id, "triggerId", ids},
    FieldRule{Field::execution_id, "executionId", ids},
    FieldRule{Field::task_id, "taskId", ids},
    FieldRule{Field::task_run_id, "taskRunId", ids},
    FieldRule{Field::attempt_number, "attemptNumber", bit(Operator::equals)},
    FieldRule{Field::id, "id", ids},
    FieldRule{Field::flow_revision, "flowRevision", ids},
    FieldRule{Field::worker_id, "workerId", ids},
    FieldRule{Field::trigger_state, "triggerState", equality},
    FieldRule{Field::next_execution_date, "nextExecutionDate", dates},
    FieldRule{Field::last_triggered_date, "lastTriggeredDate", dates},
    FieldRule{Field::locked, "locked", equality},
    FieldRule{Field::updated, "updated", dates},
    FieldRule{Field::tags, "tags", membership | bit(Operator::contains)},
};

constexpr std::array flow_fields{Field::labels, Field::namespace_, Field::q, Field::scope, Field::flow_id};
constexpr std::array namespace_fields{Field::q, Field::existing_only};
constexpr std::array execution_fields{
    Field::q,          Field::scope, Field::flow_id, Field::start_date,           Field::end_date,
    Field::time_range, Field::state, Field::labels,  Field::trigger_execution_id, Field::child_filter,
    Field::namespace_, Field::kind,  Field::id,      Field::flow_revision,        Field::trigger_id};
constexpr std::array log_fields{
    Field::q,          Field::scope,       Field::namespace_,    Field::start_date, Field::end_date,
    Field::time_range, Field::flow_id,     Field::trigger_id,    Field::level,      Field::execution_id,
    Field::task_id,    Field::task_run_id, Field::attempt_number};
constexpr std::array kv_fields{Field::q, Field::namespace_, Field::updated};
constexpr std::array secret_fields{Field::q, Field::namespace_};
constexpr std::array trigger_fields{Field::q,
                                    Field::scope,
                                    Field::namespace_,
                                    Field::flow_id,
                                    Field::trigger_id,
                                    Field::worker_id,
                                    Field::state,
                                    Field::trigger_state,
                                    Field::start_date,
                                    Field::end_date,
                                    Field::time_range,
                                    Field::next_execution_date,
                                    Field::last_triggered_date,
                                    Field::locked};

constexpr std::array service_fields{Field::q, Field::state};
constexpr std::array plugin_fields{Field::q};
constexpr std::array blueprint_fields{Field::q, Field::tags};

constexpr std::array<std::string_view, 2> flow_order{"id", "namespace"};
constexpr std::array<std::string_view, 1> namespace_order{"id"};
constexpr std::array<std::string_view, 7> execution_order{
    "id", "namespace", "flowId", "state.current", "state.startDate", "state.endDate", "state.duration"};
constexpr std::array<std::string_view, 2> log_order{"timestamp", "level"};
constexpr std::array<std::string_view, 8> kv_order{"key",     "namespace",  "created",        "creationDate",
                                                   "updated", "updateDate", "expirationDate", "version"};
constexpr std::array<std::string_view, 2> secret_order{"key", "namespace"};
constexpr std::array<std::string_view, 12> trigger_order{
    "id",          "triggerId",        "flowId",    "namespace",         "date",
    "evaluatedAt", "updatedDate",      "updatedAt", "nextExecutionDate", "nextEvaluationDate",
    "executionId", "lastTriggeredDate"};

constexpr std::array<std::string_view, 5> service_order{"createdAt", "updatedAt", "serviceId", "type", "state"};

constexpr std::array<std::string_view, 3> plugin_order{"name", "title", "group"};
constexpr std::array<std::string_view, 2> blueprint_order{"id", "title"};

constexpr std::array<std::string_view, 8> task_run_order{"id",
                                                         "state.current",
                                                         "state.startDate",
                                                         "state.duration",
                                                         "taskRunList.id",
                                                         "taskRunList.state.current",
                                                         "taskRunList.state.startDate",
                                                         "taskRunList.state.duration"};

/// `triggerExecutionId` and `TRIGGER_EXECUTION_ID` are one name (SDK-4).
bool same_name(std::string_view camel, std::string_view given) {
  if (camel == given) return true;
  size_t at = 0;
  for (char c : camel) {
    if (c >= 'A' && c <= 'Z') {
      if (at >= given.size() || given[at++] != '_') return false;
    }
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (at >= given.size() || given[at++] != upper) return false;
  }
  return at == given.size();
}

}  // namespace

const FieldRule* find_field(std::string_view name) {
  if (name == "QUERY") name = "q";
  if (name == "MIN_LEVEL" || name == "minLevel") name = "level";
  const auto found = std::ranges::find_if(rules, [name](const FieldRule& rule) { return same_name(rule.name, name); });
  return found == rules.end() ? nullptr : &*found;
}

std::span<const Field> fields_of(Resource resource) {
  switch (resource) {
    case Resource::flow: return flow_fields;
    case Resource::namespace_: return namespace_fields;
    case Resource::execution: return execution_fields;
    case Resource::log: return log_fields;
    case Resource::kv: return kv_fields;
    case Resource::secret: return secret_fields;
    case Resource::trigger: return trigger_fields;
    case Resource::service: return service_fields;
    case Resource::plugin: return plugin_fields;
    case Resource::blueprint: return blueprint_fields;
    case Resource::task_run: return execution_fields;
  }
  return {};
}

std::string_view name_of(Field field) { return std::ranges::find(rules, field, &FieldRule::field)->name; }

std::string_view to_text(Resource resource) {
  constexpr std::string_view all[] = {"flow",    "namespace", "execution", "log",       "key",    "secret",
                                      "trigger", "service",   "plugin",    "blueprint", "taskrun"};
  return all[static_cast<size_t>(resource)];
}

std::optional<Operator> parse_operator(std::string_view text) {
  for (const auto& [name, op] : operators) {
    if (name == text) return op;
  }
  return std::nullopt;
}

std::string_view to_text(Operator op) {
  return std::ranges::find(operators, op, &std::pair<std::string_view, Operator>::second)->first;
}

std::span<const std::string_view> sortable_fields(Resource resource) {
  switch (resource) {
    case Resource::flow: return flow_order;
    case Resource::namespace_: return namespace_order;
    case Resource::execution: return execution_order;
    case Resource::log: return log_order;
    case Resource::kv: return kv_order;
    case Resource::secret: return secret_order;
    case Resource::trigger: return trigger_order;
    case Resource::service: return service_order;
    case Resource::plugin: return plugin_order;
    case Resource::blueprint: return blueprint_order;
    case Resource::task_run: return task_run_order;
  }
  return {};
}

}  // namespace gyr::web
