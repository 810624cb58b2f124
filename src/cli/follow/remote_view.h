// The live tree of an execution of a server, on a terminal.
#pragma once

#include <string>
#include <vector>

#include "base/instant.h"
#include "base/value.h"
#include "cli/console.h"
#include "cli/follow/live_area.h"

namespace gyr::cli {

/// Shows an execution as the REST API answers it: its state and task runs as a tree, with log lines that scroll above.
/// One thread.
class RemoteView {
 public:
  RemoteView(Output& output, bool color) : area_(output, color) {}

  /// A complete line; it appears with the next picture.
  void log(std::string line);
  /// Draws an execution. Without one, the last one again, with the durations of now.
  void show(const base::Value& execution, base::Instant now);
  void show_again(base::Instant now);

 private:
  LiveArea area_;
  base::Value last_;
  std::vector<std::string> above_;
};

}  // namespace gyr::cli
