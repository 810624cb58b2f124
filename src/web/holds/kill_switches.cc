#include "web/holds/kill_switches.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/text.h"
#include "web/http/errors.h"

namespace gyr::model {

std::span<const std::pair<std::string_view, store::SwitchEffect>> EnumNames<store::SwitchEffect>::names() {
  static constexpr std::array<std::pair<std::string_view, store::SwitchEffect>, 4> effects{
      {{"PASS", store::SwitchEffect::pass},
       {"CANCEL", store::SwitchEffect::cancel},
       {"KILL", store::SwitchEffect::kill},
       {"IGNORE", store::SwitchEffect::ignore}}};
  return effects;
}

}  // namespace gyr::model

namespace gyr::web {
namespace {

using store::KillSwitchRow;

base::Error broken(std::string_view field, std::string_view rule) {
  return base::Error(invalid_entity, fmt::format("{}: {}", field, rule));
}

base::Result<void> take_text(std::optional<std::string>& given, std::string_view name, size_t longest,
                             std::string& text) {
  text = std::move(given).value_or("");
  if (text.size() > longest) return base::fail(broken(name, fmt::format("must have at most {} bytes", longest)));
  return {};
}

base::Result<void> take_executions(const json::KillSwitchToWrite& body, std::vector<base::Id>& executions) {
  executions.clear();
  if (!body.execution_ids) return {};
  if (body.execution_ids->size() > max_switch_executions)
    return base::fail(broken("executionIds", fmt::format("must have at most {} elements", max_switch_executions)));
  for (const std::string& text : *body.execution_ids) {
    const auto id = base::Id::parse(text);
    if (!id) return base::fail(broken("executionIds", "must contain ids of executions"));
    executions.push_back(*id);
  }
  return {};
}

/// With neither a tenant nor executions it is about the whole installation.
base::Result<void> check_scope(const store::SwitchScope& scope) {
  if (!scope.flow.empty() && scope.namespace_.empty()) return base::fail(broken("flowId", "requires a namespace"));
  if (!scope.namespace_.empty() && scope.tenant.empty()) return base::fail(broken("namespace", "requires a tenantId"));
  return {};
}

}  // namespace

base::Result<KillSwitchRow> kill_switch_of(json::KillSwitchToWrite body, KillSwitchRow row) {
  GYR_CHECK(take_text(body.name, "name", max_switch_name, row.name));
  if (base::trim(row.name).empty()) return base::fail(broken("name", "must not be blank"));
  GYR_CHECK(take_text(body.tenant_id, "tenantId", max_switch_name, row.scope.tenant));
  GYR_CHECK(take_text(body.namespace_, "namespace", max_switch_name, row.scope.namespace_));
  GYR_CHECK(take_text(body.flow_id, "flowId", max_switch_name, row.scope.flow));
  GYR_CHECK(take_text(body.description, "description", max_switch_description, row.description));
  GYR_CHECK(take_executions(body, row.scope.executions));
  row.effect = body.evaluation_type;
  GYR_CHECK(check_scope(row.scope));
  row.start = body.start_date.value_or(row.start);
  row.end = body.end_date;
  if (row.end && *row.end <= row.start) return base::fail(broken("endDate", "must be after startDate"));
  row.enabled = body.enabled.value_or(row.enabled);
  return row;
}

json::KillSwitch kill_switch_json(const KillSwitchRow& row) {
  const auto given = [](const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); };
  json::KillSwitch shown{.id = row.id,
                         .name = row.name,
                         .tenant_id = given(row.scope.tenant),
                         .namespace_ = given(row.scope.namespace_),
                         .flow_id = given(row.scope.flow),
                         .execution_ids = {},
                         .start_date = row.start,
                         .end_date = row.end,
                         .description = given(row.description),
                         .evaluation_type = row.effect,
                         .enabled = row.enabled,
                         .deleted = row.archived};
  if (!row.scope.executions.empty()) {
    shown.execution_ids.emplace();
    for (const base::Id& id : row.scope.executions) shown.execution_ids->push_back(id.to_text());
  }
  return shown;
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
