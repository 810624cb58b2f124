#include "web/kill_switches.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/text.h"
#include "syntax/time.h"
#include "web/errors.h"

namespace gyr::web {
namespace {

using base::Value;
using store::KillSwitchRow;
using store::SwitchEffect;

constexpr std::array<std::pair<std::string_view, SwitchEffect>, 4> effects{{{"PASS", SwitchEffect::pass},
                                                                            {"CANCEL", SwitchEffect::cancel},
                                                                            {"KILL", SwitchEffect::kill},
                                                                            {"IGNORE", SwitchEffect::ignore}}};

base::Error broken(std::string_view field, std::string_view rule) {
  return base::Error(invalid_entity, fmt::format("{}: {}", field, rule));
}

/// Null is as good as nothing.
const Value* given(const Value& body, std::string_view name) {
  const Value* value = body.find(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

base::Result<void> read_text(const Value& body, std::string_view name, size_t longest, std::string& text) {
  const Value* value = given(body, name);
  if (value == nullptr) {
    text.clear();
    return {};
  }
  if (!value->is_string()) return base::fail(broken(name, "must be a string"));
  if (value->text().size() > longest)
    return base::fail(broken(name, fmt::format("must have at most {} bytes", longest)));
  text = value->text();
  return {};
}

base::Result<void> read_date(const Value& body, std::string_view name, std::optional<base::Instant>& date) {
  const Value* value = given(body, name);
  if (value == nullptr) return {};
  if (!value->is_string()) return base::fail(broken(name, "must be a date"));
  auto parsed = syntax::parse_api_instant(value->text());
  if (!parsed) return base::fail(broken(name, parsed.error().message()));
  date = *parsed;
  return {};
}

base::Result<void> read_executions(const Value& body, std::vector<base::Id>& executions) {
  executions.clear();
  const Value* list = given(body, "executionIds");
  if (list == nullptr) return {};
  if (!list->is_list()) return base::fail(broken("executionIds", "must be a list"));
  if (list->size() > max_switch_executions)
    return base::fail(broken("executionIds", fmt::format("must have at most {} elements", max_switch_executions)));
  for (const Value& element : list->items()) {
    const auto id = element.is_string() ? base::Id::parse(element.text()) : std::nullopt;
    if (!id) return base::fail(broken("executionIds", "must contain ids of executions"));
    executions.push_back(*id);
  }
  return {};
}

base::Result<void> read_effect(const Value& body, SwitchEffect& effect) {
  const Value* value = given(body, "evaluationType");
  for (const auto& [name, meant] : effects) {
    if (value == nullptr || !value->is_string() || value->text() != name) continue;
    effect = meant;
    return {};
  }
  return base::fail(broken("evaluationType", "must be one of KILL, CANCEL, IGNORE, PASS"));
}

base::Result<void> check_scope(const KillSwitchRow& row) {
  if (!row.flow.empty() && row.namespace_.empty()) return base::fail(broken("flowId", "requires a namespace"));
  if (!row.namespace_.empty() && row.tenant.empty()) return base::fail(broken("namespace", "requires a tenantId"));
  if (row.tenant.empty() && row.executions.empty())
    return base::fail(broken("tenantId", "must not be empty, unless executionIds names executions"));
  return {};
}

}  // namespace

base::Result<KillSwitchRow> kill_switch_of(const Value& body, KillSwitchRow row) {
  if (!body.is_map()) return base::fail(bad_body, "the body must be an object");
  GYR_CHECK(read_text(body, "name", max_switch_name, row.name));
  if (base::trim(row.name).empty()) return base::fail(broken("name", "must not be blank"));
  GYR_CHECK(read_text(body, "tenantId", max_switch_name, row.tenant));
  GYR_CHECK(read_text(body, "namespace", max_switch_name, row.namespace_));
  GYR_CHECK(read_text(body, "flowId", max_switch_name, row.flow));
  GYR_CHECK(read_text(body, "description", max_switch_description, row.description));
  GYR_CHECK(read_executions(body, row.executions));
  GYR_CHECK(read_effect(body, row.effect));
  GYR_CHECK(check_scope(row));
  std::optional<base::Instant> start = row.start;
  GYR_CHECK(read_date(body, "startDate", start));
  row.start = *start;
  row.end.reset();
  GYR_CHECK(read_date(body, "endDate", row.end));
  if (row.end && *row.end <= row.start) return base::fail(broken("endDate", "must be after startDate"));
  if (const Value* enabled = given(body, "enabled")) {
    if (!enabled->is_boolean()) return base::fail(broken("enabled", "must be true or false"));
    row.enabled = enabled->as_boolean();
  }
  return row;
}

Value kill_switch_value(const KillSwitchRow& row) {
  base::MapBuilder map;
  map.set("id", Value::string(row.id));
  map.set("name", Value::string(row.name));
  const auto set_text = [&map](std::string_view name, const std::string& text) {
    if (!text.empty()) map.set(name, Value::string(text));
  };
  set_text("tenantId", row.tenant);
  set_text("namespace", row.namespace_);
  set_text("flowId", row.flow);
  if (!row.executions.empty()) {
    base::ListBuilder list;
    for (const base::Id& id : row.executions) list.push(Value::string(id.to_text()));
    map.set("executionIds", list.build());
  }
  map.set("startDate", Value::string(syntax::format_instant(row.start)));
  if (row.end) map.set("endDate", Value::string(syntax::format_instant(*row.end)));
  set_text("description", row.description);
  map.set("evaluationType", Value::string(effects[static_cast<size_t>(row.effect)].first));
  map.set("enabled", Value::boolean(row.enabled));
  map.set("deleted", Value::boolean(row.deleted));
  return map.build();
}

executor::HoldSetPtr operator_holds_of(const Request* request) {
  const executor::OperatorHolds* operator_holds = request->services().operator_holds;
  if (operator_holds == nullptr) return std::make_shared<const executor::HoldSet>();
  return operator_holds->at(request->services().clock.now());
}

base::Result<void> check_not_ignored(const Request* request, const model::Execution& execution) {
  const auto operator_holds = operator_holds_of(request);
  const executor::Hold* rule = operator_holds->ignoring(*execution.flow, execution.id);
  if (rule != nullptr) return base::fail(executor::ignored_error(*rule));
  return {};
}

}  // namespace gyr::web
