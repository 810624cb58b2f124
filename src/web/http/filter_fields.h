// The fields and operators of `filters[field][OP]` by resource (API-29, API-30).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "store/query.h"

namespace gyr::web {

enum class Resource : uint8_t {
  flow,
  namespace_,
  execution,
  log,
  kv,
  secret,
  trigger,
  service,
  plugin,
  blueprint,
  task_run
};

enum class Field : uint8_t {
  q,
  scope,
  child_filter,
  existing_only,
  level,
  namespace_,
  flow_id,
  kind,
  state,
  labels,
  start_date,
  end_date,
  time_range,
  trigger_execution_id,
  trigger_id,
  execution_id,
  task_id,
  task_run_id,
  attempt_number,
  worker_id,
  trigger_state,
  next_execution_date,
  last_triggered_date,
  locked,
  updated,
  tags,
  id,
  flow_revision,
};

/// One field with its possible operators. Static data.
struct FieldRule {
  Field field;
  std::string_view name;
  uint32_t operators;  ///< bits by store::Operator
};

/// Searches all fields; `name` can be the camel-case name of the API or the constant of SDKs (`FLOW_ID`, `QUERY`).
const FieldRule* find_field(std::string_view name);
std::span<const Field> fields_of(Resource resource);
std::string_view name_of(Field field);
std::string_view to_text(Resource resource);

/// `EQUALS`, `NOT_IN` …
std::optional<store::Operator> parse_operator(std::string_view text);
std::string_view to_text(store::Operator op);
constexpr uint32_t bit(store::Operator op) { return 1U << static_cast<uint32_t>(op); }

/// The sortable fields of a resource (API-28).
std::span<const std::string_view> sortable_fields(Resource resource);

}  // namespace gyr::web
