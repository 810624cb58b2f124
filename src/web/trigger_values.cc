#include "web/trigger_values.h"

#include "engine/label_values.h"
#include "model/execution_json.h"
#include "model/flow.h"
#include "model/flow_json.h"
#include "model/labels.h"
#include "syntax/time.h"
#include "web/http/errors.h"

namespace gyr::web {
namespace {

using base::MapBuilder;
using base::Value;

std::string_view text_of(store::TriggerKind kind) {
  constexpr std::string_view names[] = {"SCHEDULE", "POLLING", "REALTIME"};
  return names[static_cast<size_t>(kind)];
}

void set_date(MapBuilder& map, std::string_view name, const std::optional<base::Instant>& date) {
  if (date) map.set(name, Value::instant(*date));
}

Value backfill_value(const store::Backfill& backfill) {
  MapBuilder map;
  map.set("start", Value::instant(backfill.start));
  map.set("end", Value::instant(backfill.end));
  map.set("currentDate", Value::instant(backfill.current));
  map.set("paused", Value::boolean(backfill.paused));
  if (!backfill.inputs.is_null()) map.set("inputs", backfill.inputs);
  if (!backfill.labels.empty()) map.set("labels", model::labels_to_value(backfill.labels));
  set_date(map, "previousNextExecutionDate", backfill.previous_next);
  return map.build();
}

base::Result<std::optional<base::Instant>> date_at(const Value& body, std::string_view name) {
  const Value* value = body.find(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  auto parsed = value->is_string() ? syntax::parse_api_instant(value->text())
                                   : base::Result<base::Instant>(base::fail(bad_argument, ""));
  if (!parsed)
    return base::fail(bad_argument, fmt::format("backfill.{}: must be a date-time such as 2024-01-01T00:00:00Z", name));
  return *parsed;
}

}  // namespace

Value trigger_state_value(const store::TriggerRow& row) {
  MapBuilder map;
  map.set("tenantId", Value::string(row.flow->tenant));
  map.set("namespace", Value::string(row.flow->namespace_));
  map.set("flowId", Value::string(row.flow->id));
  map.set("triggerId", Value::string(row.trigger_id));
  map.set("kind", Value::string(text_of(row.kind)));
  set_date(map, "date", row.evaluated);
  set_date(map, "evaluatedAt", row.evaluated);
  if (!row.disabled) set_date(map, "nextExecutionDate", row.next);  // TRIG-241
  set_date(map, "nextEvaluationDate", row.next);
  map.set("updatedDate", Value::instant(row.updated));
  map.set("updatedAt", Value::instant(row.updated));
  if (!row.execution_id.is_none()) map.set("executionId", Value::string(row.execution_id.to_text()));
  set_date(map, "lastTriggeredDate", row.last_triggered);
  set_date(map, "evaluateRunningDate", row.evaluating_since);
  map.set("locked", Value::boolean(row.is_locked()));
  if (!row.worker_id.empty()) map.set("workerId", Value::string(row.worker_id));
  map.set("disabled", Value::boolean(row.disabled));
  if (!row.stop_after.empty()) {
    base::ListBuilder states;
    for (const model::State state : row.stop_after) states.push(Value::string(model::to_text(state)));
    map.set("stopAfter", states.build());
  }
  if (row.backfill) map.set("backfill", backfill_value(*row.backfill));
  return map.build();
}

Value trigger_with_definition(const store::TriggerRow& row, const executor::LoadedFlow* flow,
                              const plugin::Registry& registry) {
  const model::TriggerSpec* spec =
      flow == nullptr || flow->compiled == nullptr ? nullptr : flow->compiled->flow().find_trigger(row.trigger_id);
  const Value definition = spec == nullptr ? Value() : model::trigger_to_value(*spec, registry);
  const Value state = trigger_state_value(row);
  return Value::map(
      {{"trigger", definition}, {"state", state}, {"abstractTrigger", definition}, {"triggerContext", state}});
}

base::Result<TriggerName> trigger_name_of(const Value& body) {
  TriggerName name;
  const auto take = [&body](std::string_view key, std::string& target) -> base::Result<void> {
    const Value* value = body.is_map() ? body.find(key) : nullptr;
    if (value == nullptr || !value->is_string())
      return base::fail(bad_argument, "each trigger must have `namespace`, `flowId` and `triggerId`");
    target = value->text();
    return {};
  };
  GYR_CHECK(take("namespace", name.namespace_));
  GYR_CHECK(take("flowId", name.flow_id));
  GYR_CHECK(take("triggerId", name.trigger_id));
  return name;
}

base::Result<engine::trigger::CreateBackfill> backfill_of(const Value& body) {
  if (!body.is_map()) return base::fail(bad_argument, "backfill: must be a map with `start`");
  engine::trigger::CreateBackfill backfill;
  GYR_TRY(auto start, date_at(body, "start"));
  if (!start) return base::fail(bad_argument, "backfill.start: must not be null");
  backfill.start = *start;
  GYR_TRY(backfill.end, date_at(body, "end"));
  if (const Value* inputs = body.find("inputs"); inputs != nullptr && !inputs->is_null()) {
    if (!inputs->is_map()) return base::fail(bad_argument, "backfill.inputs: must be a map");
    backfill.inputs = *inputs;
  }
  if (const Value* labels = body.find("labels"); labels != nullptr) {
    auto read = engine::labels_of_value(*labels);
    if (!read) return base::fail(bad_argument, "backfill.labels: " + read.error().message());
    GYR_CHECK(model::check_caller_labels(*read));
    backfill.labels = *std::move(read);
  }
  return backfill;
}

}  // namespace gyr::web
