// What operators hold back: ignore options, kill switches and maintenance mode (EXEC-99, OPS-2, OPS-12, OPS-13).
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
#include "store/store.h"

namespace gyr::executor {

/// What the options of the command line name (OPS-2). An empty tenant means every one.
struct IgnoreOptions {
  struct Place {
    std::string tenant;
    std::string namespace_;
    std::string flow = {};  ///< empty: all of the namespace and of those below it
  };
  std::vector<base::Id> executions;
  std::vector<Place> flows;
  std::vector<Place> namespaces;
  std::vector<std::string> tenants;
};

/// One rule that is in force.
struct Hold {
  store::SwitchEffect effect = store::SwitchEffect::ignore;
  std::string tenant = {};      ///< empty: every one
  std::string namespace_ = {};  ///< with those below it; empty: every one
  std::string flow = {};
  std::unordered_set<base::Id> executions = {};  ///< empty: all of the scope
  std::string switch_id = {};                    ///< empty: an option of the command line
  std::string name = {};                         ///< of the switch, or the option
  std::string description = {};

  bool covers(const model::FlowKey& flow) const;
  bool covers(const model::FlowKey& flow, base::Id execution) const;
};

/// All that holds at one moment. Immutable; any thread.
class HoldSet {
 public:
  HoldSet() = default;
  HoldSet(uint64_t version, base::Instant made) : version_(version), made_(made) {}
  void add(Hold rule);
  void set_maintenance() { maintenance_ = true; }
  /// When a switch begins or ends next.
  void set_next_change(base::Instant next) { next_change_ = next; }

  /// Nothing is held back: the way of nearly every message.
  bool empty() const { return rules_.empty() && !maintenance_; }
  bool maintenance() const { return maintenance_; }
  /// Some rule ignores.
  bool ignores_any() const { return ignores_any_; }
  /// Some rule kills or cancels.
  bool stops_any() const { return stops_any_; }
  /// Some rule that ignores can only be looked up with the flow of an execution.
  bool ignores_by_flow() const { return ignores_by_flow_; }

  /// The strongest rule for an execution; null where there is none. Without an id: for all of the flow.
  const Hold* strongest(const model::FlowKey& flow, base::Id execution) const;
  /// The rule that ignores it; null where it is not ignored.
  const Hold* ignoring(const model::FlowKey& flow, base::Id execution) const;
  /// The same, of rules that name executions: their flow need not be known.
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

/// How a rule is told to people: `option --ignore-flows`, `kill switch 'NAME'`.
std::string origin_of(const Hold& rule);
/// Why nothing is done with what a command names (409).
base::Error ignored_error(const Hold& rule);

/// What is in force now, and what is stored of it. Any thread.
class OperatorHolds {
 public:
  explicit OperatorHolds(IgnoreOptions options = {});

  /// At the start, and after each commit of a kill switch or of the mode, with a reader that has asked nothing yet.
  base::Result<void> read(store::Reader& reader);
  /// Called behind each read() that changed what is stored, on its thread. Set before the first read().
  void set_listener(std::function<void()> listener) { listener_ = std::move(listener); }

  /// Grows with each read(); what changes by the clock alone is told by HoldSet::next_change().
  uint64_t version() const { return version_.load(std::memory_order_seq_cst); }
  HoldSetPtr at(base::Instant now) const;
  store::MaintenanceRow maintenance() const;
  /// The switches in force.
  std::vector<store::KillSwitchRow> switches_at(base::Instant now) const;

 private:
  std::vector<Hold> options_;
  std::function<void()> listener_;
  std::mutex reading_;  ///< one reads after the other, so that the newest stays
  mutable std::mutex mutex_;
  std::vector<store::KillSwitchRow> switches_;  // enabled ones, not archived
  store::MaintenanceRow maintenance_;
  std::atomic<uint64_t> version_{1};
};

/// Whether a switch is in force.
bool is_active(const store::KillSwitchRow& row, base::Instant now);

}  // namespace gyr::executor
