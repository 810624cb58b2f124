// The display of a run: a live tree on a terminal, lines elsewhere.
#pragma once

#include <string>
#include <vector>

#include "cli/console.h"
#include "cli/follow/follower.h"
#include "cli/follow/live_area.h"

namespace gyr::cli {

/// Shows log lines as they arrive and, on a terminal, the tree of task runs below them. One thread.
class RunView {
 public:
  RunView(Output& output, bool color, bool live) : output_(output), color_(color), live_(live), area_(output, color) {}

  bool is_live() const { return live_; }
  void log(const model::LogEntry& entry, std::string_view who);
  /// Shows a message of the program.
  void say(Paint paint, std::string_view text);
  /// Draws the current state. `execution` is null until it exists.
  void show(const store::ExecutionRow* execution, const RunTree& tree, base::Instant now);
  /// Keeps the last picture and prints the state, the duration, the failed tasks and the outputs.
  void end(const store::ExecutionRow& execution, const RunTree& tree, base::Instant now);

 private:
  StyledLine title(const store::ExecutionRow& execution, base::Instant now) const;
  void put(std::string line);

  Output& output_;
  bool color_;
  bool live_;
  LiveArea area_;
  std::vector<std::string> above_;  // lines that wait for the next picture
  std::vector<StyledLine> last_picture_;
};

}  // namespace gyr::cli
