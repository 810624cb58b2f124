// The holds of operators: ignore options, kill switches and maintenance mode (EXEC-99, OPS-2, OPS-12, OPS-13).
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/id.h"
#include "model/execution.h"
#include "store/entities/kill_switch.h"
#include "store/store.h"

namespace gyr::executor {

/// The targets of the command-line options (OPS-2). An empty tenant means all tenants.
struct IgnoreOptions {
  struct Place {
    std::string tenant;
    std::string namespace_;
    std::string flow = {};  ///< empty: all flows of the namespace and of those below it
  };
  std::vector<base::Id> executions;
  std::vector<Place> flows;
  std::vector<Place> namespaces;
  std::vector<std::string> tenants;
};

/// One active rule.
struct Hold {
  store::SwitchEffect effect = store::SwitchEffect::ignore;
  std::string tenant = {};      ///< empty: all tenants
  std::string namespace_ = {};  ///< includes child namespaces; empty: all
  std::string flow = {};
  std::unordered_set<base::Id> executions = {};  ///< empty: all executions of the scope
  std::string switch_id = {};                    ///< empty: an option of the command line
  std::string name = {};                         ///< the name of the switch, or the option
  std::string description = {};

  bool covers(const model::FlowKey& flow) const;
  bool covers(const model::FlowKey& flow, base::Id execution) const;
};

/// All rules that are active at one moment. Immutable, thread-safe.
class HoldSet {
 public:
  HoldSet() = default;
  HoldSet(uint64_t version, base::Instant made) : version_(version), made_(made) {}
  void add(Hold rule);
  void set_maintenance() { maintenance_ = true; }
  /// The next time at which a switch starts or ends.
  void set_next_change(base::Instant next) { next_change_ = next; }

  /// Whether no rule is active: the fast path of nearly every message.
  bool empty() const { return rules_.empty() && !maintenance_; }
  bool maintenance() const { return maintenance_; }
  /// Whether a rule ignores.
  bool ignores_any() const { return ignores_any_; }
  /// Whether a rule kills or cancels.
  bool stops_any() const { return stops_any_; }
  /// Whether an ignore rule can only be checked with the flow of an execution.
  bool ignores_by_flow() const { return ignores_by_flow_; }

  /// The strongest rule for an execution; null if there is none. Without an id: for all executions of the flow.
  const Hold* strongest(const model::FlowKey& flow, base::Id execution) const;
  /// The rule that ignores the execution; null if there is none.
  const Hold* ignoring(const model::FlowKey& flow, base::Id execution) const;
  /// The same for rules that name executions: the flow is not needed.
  const Hold* ignoring(base::Id execution) const;

  uint64_t version() const { return version_; }
  base::Instant made() const { return made_; }
  const std::optional<base::Instant>& next_change() const { return next_change_; }

 private:
  uint64_t version_ = 0;
  base::Instant made_;
  std::vector<Hold> rules_;  // the strongest first
  bool maintenance_ = false;
  bool ignores_any_ = false;
  bool stops_any_ = false;
  bool ignores_by_flow_ = false;
  std::optional<base::Instant> next_change_;
};
using HoldSetPtr = std::shared_ptr<const HoldSet>;

/// The text of a rule for users: `option --ignore-flows`, `kill switch 'NAME'`.
std::string origin_of(const Hold& rule);
/// The error for a command on an ignored target (409).
base::Error ignored_error(const Hold& rule);

/// The active rules, and the stored ones. Thread-safe.
class OperatorHolds {
 public:
  /// `changed` is called after each read() but the first, on its thread.
  OperatorHolds(IgnoreOptions options, std::function<void()> changed);

  /// Call it at the start, and after each commit of a kill switch or of the mode, with a reader that has not read
  /// anything yet.
  base::Result<void> read(store::Reader& reader);

  /// Grows with each read(). HoldSet::next_change() reports changes that only depend on the clock.
  uint64_t version() const { return version_.load(std::memory_order_seq_cst); }
  HoldSetPtr at(base::Instant now) const;
  store::MaintenanceRow maintenance() const;
  /// The active switches.
  std::vector<store::KillSwitchRow> switches_at(base::Instant now) const;

 private:
  std::vector<Hold> options_;
  const std::function<void()> changed_;
  std::mutex reading_;  ///< reads are serialized, so that the newest one wins
  mutable std::mutex mutex_;
  std::vector<store::KillSwitchRow> switches_;  // enabled and not archived
  store::MaintenanceRow maintenance_;
  bool is_read_ = false;
  std::atomic<uint64_t> version_{1};
};

/// Whether a switch is active.
bool is_active(const store::KillSwitchRow& row, base::Instant now);

}  // namespace gyr::executor
