// The task runs of an execution and of its subflows as a tree.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "cli/follow/styled_line.h"
#include "model/execution.h"

namespace gyr::cli {

/// The known data of a task run.
struct ShownRun {
  base::Id id;
  base::Id parent;  ///< task run above it; none at the top
  base::Id execution;
  uint32_t position = 0;
  std::string label;  ///< task id, with the value of an iteration
  model::State state = model::State::created;
  base::Instant created;
  std::optional<base::Instant> started;  ///< first RUNNING
  std::optional<base::Instant> ended;
  size_t attempts = 0;
};

/// Collects task runs as they change and formats them. Memory is bounded: beyond `max_runs`, successful runs are
/// removed and only counted. One thread.
class RunTree {
 public:
  static constexpr size_t max_runs = 10'000;

  /// `caller` is the task run that started the execution of this run, for subflows.
  void put(const model::TaskRun& run, base::Id execution, uint32_t position, base::Id caller);
  void remove(base::Id run);
  /// The label of a run; empty if the run is unknown.
  std::string label_of(base::Id run) const;
  size_t size() const { return runs_.size(); }

  /// The tree in at most `max_lines` lines. The last line counts the runs that do not fit. Running and failed runs are
  /// shown first.
  std::vector<StyledLine> lines(base::Instant now, size_t max_lines) const;
  /// Labels of the innermost runs that failed, at most `limit`.
  std::vector<std::string> failed(size_t limit) const;

 private:
  struct Place {
    uint32_t depth;
    const ShownRun* run;
  };
  using Order = std::pair<base::Id, uint32_t>;  // execution, position
  void unlink(const ShownRun& run);
  void forget_if_many(base::Id run);
  std::vector<Place> in_order() const;

  std::unordered_map<base::Id, ShownRun> runs_;
  std::unordered_map<base::Id, std::map<Order, base::Id>> children_;  // by parent, none for the top
  size_t forgotten_ = 0;
};

/// The sign and colour of a state.
std::pair<std::string_view, Paint> sign_of(model::State state);
/// `850 ms`, `3.2 s`, `1 min 5 s`, `2 h 3 min`; with `whole_seconds` in seconds, for running tasks.
std::string length_text(base::Duration length, bool whole_seconds = false);

}  // namespace gyr::cli
