// The states of triggers, and the windows of Flow triggers.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "model/trigger_state.h"
#include "store/api/filters.h"
#include "store/api/visible.h"

namespace gyr::store {

/// The state of one trigger; the key is flow and trigger id (TRIG-190).
using TriggerRow = model::TriggerState;
using TriggerKind = model::TriggerKind;
using Backfill = model::Backfill;

/// The content of one time window of a Flow trigger (TRIG-127). Belongs to the partition of the listening flow and is
/// committed together with the executions that it starts.
struct WindowRow {
  std::shared_ptr<const model::FlowKey> flow;
  std::string trigger_id;
  std::string window_id;  ///< identifies the set of conditions, unique in the trigger
  int64_t start = 0;      ///< identifies the window; 0 for a sliding window
  base::Instant expires;  ///< no condition can be met in it after this time
  std::string record;     ///< not interpreted here: see engine/trigger/window_state.h
};

/// A query for the states of triggers; empty fields do not restrict it. Sortable by `id` (of the trigger), `flowId`,
/// `namespace`, `date`, `updatedDate`, `nextExecutionDate`, `executionId` or `lastTriggeredDate`, in both spellings of
/// TRIG-190.
struct TriggerQuery {
  Visible visible;  ///< of the caller
  std::string tenant;
  std::vector<TextFilter> namespaces;
  std::vector<TextFilter> flow_ids;
  std::vector<TextFilter> trigger_ids;
  std::vector<TextFilter> worker_ids;
  std::optional<bool> disabled;        ///< by its state
  std::optional<bool> locked;          ///< by an execution or an evaluation
  std::vector<TimeFilter> next;        ///< a trigger without a next date matches none
  std::vector<TimeFilter> triggered;   ///< when it last started an execution
  std::string text;                    ///< case-insensitive, in the ids and the namespace
  std::vector<std::string> not_texts;  ///< in none of them
  /// If not empty, the conditions of one of these must hold as well; their tenant and visibility are those of the
  /// query.
  std::vector<TriggerQuery> any_of = {};
  /// A namespace, the id of a flow and the id of a trigger: only the triggers after this one. For lists that are read
  /// in parts while triggers come and go; without `order`.
  std::optional<std::array<std::string, 3>> after;
  std::vector<Order> order;
  Paging paging;
};

/// Reads triggers from a snapshot; see Reader.
class TriggerReader {
 public:
  virtual ~TriggerReader() = default;

  virtual base::Result<std::optional<TriggerRow>> trigger(const model::FlowKey& flow, std::string_view trigger_id) = 0;
  /// All triggers of a flow, in order of id.
  virtual base::Result<std::vector<TriggerRow>> triggers_of(const model::FlowKey& flow) = 0;
  virtual base::Result<Page<TriggerRow>> search_triggers(const TriggerQuery& query) = 0;
  struct TriggerWake {
    base::Instant at;
    std::shared_ptr<const model::FlowKey> flow;
    std::string trigger_id;
  };
  /// The next due triggers of a range of slots [first, last], earliest first.
  virtual base::Result<std::vector<TriggerWake>> next_trigger_wakes(uint16_t first_slot, uint16_t last_slot,
                                                                    size_t limit) = 0;
  /// The triggers that are due between these times, both included, of a range of slots, earliest first.
  virtual base::Result<std::vector<TriggerRow>> due_triggers(uint16_t first_slot, uint16_t last_slot,
                                                             base::Instant from, base::Instant until, size_t limit) = 0;
  struct TriggerHead {
    std::shared_ptr<const model::FlowKey> flow;
    std::string trigger_id;
    TriggerKind kind = TriggerKind::polling;
    bool evaluating = false;  ///< its row has `evaluating_since`
    bool asleep = false;      ///< it is not evaluating and has no date to be woken
  };
  /// The polling and realtime triggers of a range of slots that must be sent to workers after a start.
  virtual base::Result<std::vector<TriggerHead>> worker_triggers(uint16_t first_slot, uint16_t last_slot) = 0;
  // Flow triggers.
  /// All windows with one id, in order of start.
  virtual base::Result<std::vector<WindowRow>> windows(const model::FlowKey& flow, std::string_view trigger_id,
                                                       std::string_view window_id) = 0;
};

/// The part of a batch that changes triggers.
struct TriggerChanges {
  std::vector<TriggerRow> triggers;  ///< key: flow and trigger id
  struct TriggerDelete {
    model::FlowKey flow;
    std::string trigger_id;
  };
  std::vector<TriggerDelete> deleted_triggers;  ///< applied before `triggers`
  std::vector<WindowRow> windows;               ///< key: flow, trigger, window and start
  struct WindowDelete {
    model::FlowKey flow;
    std::string trigger_id = {};  ///< empty: all of the flow
    std::string window_id = {};
    int64_t start = 0;
  };
  std::vector<WindowDelete> deleted_windows;  ///< applied before `windows`

  bool empty() const;
  size_t weight() const;
};

}  // namespace gyr::store
