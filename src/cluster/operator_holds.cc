#include "cluster/operator_holds.h"

#include <fmt/format.h>

#include <algorithm>

#include "command/errors.h"

namespace gyr::executor {

using store::KillSwitchRow;
using store::SwitchEffect;

namespace {

/// It only names executions: their flow is not needed.
bool is_by_id(const Hold& rule) {
  return !rule.executions.empty() && rule.tenant.empty() && rule.namespace_.empty() && rule.flow.empty();
}

bool is_in(std::string_view namespace_, std::string_view above) {
  return namespace_.starts_with(above) && (namespace_.size() == above.size() || namespace_[above.size()] == '.');
}

std::vector<Hold> rules_of(const IgnoreOptions& options) {
  std::vector<Hold> rules;
  if (!options.executions.empty()) {
    Hold rule{.name = "--ignore-executions"};
    rule.executions.insert(options.executions.begin(), options.executions.end());
    rules.push_back(std::move(rule));
  }
  for (const auto& place : options.flows)
    rules.push_back(
        {.tenant = place.tenant, .namespace_ = place.namespace_, .flow = place.flow, .name = "--ignore-flows"});
  for (const auto& place : options.namespaces)
    rules.push_back({.tenant = place.tenant, .namespace_ = place.namespace_, .name = "--ignore-namespaces"});
  for (const auto& tenant : options.tenants) rules.push_back({.tenant = tenant, .name = "--ignore-tenants"});
  return rules;
}

Hold rule_of(const KillSwitchRow& row) {
  Hold rule{.effect = row.effect,
            .tenant = row.scope.tenant,
            .namespace_ = row.scope.namespace_,
            .flow = row.scope.flow,
            .switch_id = row.id,
            .name = row.name,
            .description = row.description};
  rule.executions.insert(row.scope.executions.begin(), row.scope.executions.end());
  return rule;
}

}  // namespace

bool Hold::covers(const model::FlowKey& key) const {
  if (!tenant.empty() && key.tenant != tenant) return false;
  if (!flow.empty()) return key.id == flow && key.namespace_ == namespace_;
  return namespace_.empty() || is_in(key.namespace_, namespace_);
}

bool Hold::covers(const model::FlowKey& key, base::Id execution) const {
  return (executions.empty() || executions.contains(execution)) && covers(key);
}

void HoldSet::add(Hold rule) {
  if (rule.effect == SwitchEffect::pass) return;
  const bool ignores = rule.effect == SwitchEffect::ignore;
  ignores_any_ = ignores_any_ || ignores;
  stops_any_ = stops_any_ || !ignores;
  ignores_by_flow_ = ignores_by_flow_ || (ignores && !is_by_id(rule));
  const auto weaker = std::ranges::find_if(rules_, [&rule](const Hold& other) { return other.effect < rule.effect; });
  rules_.insert(weaker, std::move(rule));
}

const Hold* HoldSet::strongest(const model::FlowKey& flow, base::Id execution) const {
  const auto found = std::ranges::find_if(rules_, [&](const Hold& rule) { return rule.covers(flow, execution); });
  return found == rules_.end() ? nullptr : &*found;
}

const Hold* HoldSet::ignoring(const model::FlowKey& flow, base::Id execution) const {
  if (!ignores_any_) return nullptr;
  const Hold* rule = strongest(flow, execution);
  return rule != nullptr && rule->effect == SwitchEffect::ignore ? rule : nullptr;
}

const Hold* HoldSet::ignoring(base::Id execution) const {
  if (!ignores_any_) return nullptr;
  const auto found = std::ranges::find_if(rules_, [&](const Hold& rule) {
    return rule.effect == SwitchEffect::ignore && is_by_id(rule) && rule.executions.contains(execution);
  });
  return found == rules_.end() ? nullptr : &*found;
}

std::string origin_of(const Hold& rule) {
  if (rule.switch_id.empty()) return fmt::format("the server was started with {}", rule.name);
  if (rule.description.empty()) return fmt::format("kill switch '{}'", rule.name);
  return fmt::format("kill switch '{}': {}", rule.name, rule.description);
}

base::Error ignored_error(const Hold& rule) {
  return base::Error(ignored, fmt::format("cannot do this: the execution or its flow is ignored ({})", origin_of(rule)))
      .with_hint(rule.switch_id.empty() ? "start the server without the option" : "disable the kill switch");
}

bool is_active(const KillSwitchRow& row, base::Instant now) {
  return row.enabled && !row.archived && now >= row.start && (!row.end || now < *row.end);
}

OperatorHolds::OperatorHolds(IgnoreOptions options, std::function<void()> changed)
    : options_(rules_of(options)), changed_(std::move(changed)) {}

base::Result<void> OperatorHolds::read(store::Reader& reader) {
  bool is_first = false;
  {
    std::lock_guard one_by_one(reading_);
    const auto visible = store::Visible::internal("holds apply to every caller");
    GYR_TRY(auto switches, store::list_entities<KillSwitchRow>(reader, visible, {}));
    GYR_TRY(store::MaintenanceRow maintenance, reader.maintenance());
    std::erase_if(switches, [](const KillSwitchRow& row) { return !row.enabled || row.archived; });
    std::lock_guard lock(mutex_);
    switches_ = std::move(switches);
    maintenance_ = maintenance;
    is_first = !std::exchange(is_read_, true);
    version_.fetch_add(1, std::memory_order_seq_cst);
  }
  if (!is_first) changed_();
  return {};
}

HoldSetPtr OperatorHolds::at(base::Instant now) const {
  std::lock_guard lock(mutex_);
  auto set = std::make_shared<HoldSet>(version(), now);
  for (const Hold& rule : options_) set->add(rule);
  std::optional<base::Instant> next;
  const auto note = [&](base::Instant change) {
    if (change > now && (!next || change < *next)) next = change;
  };
  for (const KillSwitchRow& row : switches_) {
    if (is_active(row, now)) set->add(rule_of(row));
    note(row.start);
    if (row.end) note(*row.end);
  }
  if (next) set->set_next_change(*next);
  if (maintenance_.on) set->set_maintenance();
  return set;
}

store::MaintenanceRow OperatorHolds::maintenance() const {
  std::lock_guard lock(mutex_);
  return maintenance_;
}

std::vector<KillSwitchRow> OperatorHolds::switches_at(base::Instant now) const {
  std::lock_guard lock(mutex_);
  std::vector<KillSwitchRow> active;
  std::ranges::copy_if(switches_, std::back_inserter(active), [now](const auto& row) { return is_active(row, now); });
  return active;
}

}  // namespace gyr::executor
