// Chooses one page among the task runs of an execution: filters, order, counts. The task runs are shown to it one by
// one, so that an execution with very many of them is never completely in memory.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "store/api/executions.h"

namespace gyr::web {

enum class RunOrder : uint8_t { start, duration, state };

/// The place of a run in an order. Equal ranks keep the order of creation.
struct RunPlace {
  int64_t rank = 0;
  uint32_t position = 0;
  friend auto operator<=>(const RunPlace&, const RunPlace&) = default;
};

/// Which task runs are wanted.
struct RunSelection {
  base::Id parent;           ///< none: those of the top level
  bool every_level = false;  ///< `parent` is not used
  std::vector<model::State> states;
  std::string task_id;
  std::string value;  ///< of an iteration
  std::string text;   ///< case-insensitive, in the id of the task, the id of the run and the value
  RunOrder order = RunOrder::start;
  base::Instant now;  ///< running task runs last until now
  std::optional<RunPlace> after;
  size_t size = 100;
};

/// `after` of the next page; opaque for clients. It contains the order and its time.
std::string run_cursor(const RunSelection& selection, RunPlace place);
/// Sets `after`, and `now` to the time of the first page; bad_argument for a cursor of another order.
base::Result<void> read_run_cursor(std::string_view cursor, RunSelection& selection);

/// The page. Not thread-safe.
class RunList {
 public:
  using Counts = std::array<uint64_t, model::state_count>;

  explicit RunList(RunSelection selection);
  /// Call it for every task run of the execution, in order of position.
  void add(const store::TaskRunHead& head);

  /// The page in its order.
  std::vector<store::TaskRunHead> page() const;
  /// The cursor of the next page; nothing if this is the last.
  std::optional<std::string> next() const;
  uint64_t total() const { return total_; }
  /// By state; also of those in other states than `states`.
  const Counts& by_state() const { return by_state_; }
  /// The children of a run of the page; null if it has none.
  const Counts* children_of(base::Id run) const;

 private:
  struct Entry {
    RunPlace place;
    store::TaskRunHead head;
  };
  bool matches(const model::TaskRun& run) const;
  int64_t rank_of(const model::TaskRun& run) const;

  RunSelection selection_;
  std::string text_;
  std::vector<Entry> heap_;  // the first entries of the order after the cursor, at most size + 1, the last one on top
  Counts by_state_{};
  uint64_t total_ = 0;
  std::unordered_map<base::Id, Counts> children_;
};

}  // namespace gyr::web
