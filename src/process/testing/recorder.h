// An observer that records its calls.
#pragma once

#include <string>

#include "process/spawner.h"

namespace gyr::process::testing {

/// Records everything about one process for the test. Thread of the loop, like every Observer.
class Recorder : public Observer {
 public:
  void on_started(int pid) override { started_pid = pid; }
  bool on_output(bool is_stderr, std::string_view bytes) override {
    (is_stderr ? error : output).append(bytes);
    return true;
  }
  void on_exit(base::Result<Exit> result) override {
    exits += 1;
    exit = std::move(result);
  }

  bool done() const { return exits > 0; }

  int started_pid = 0;
  std::string output;
  std::string error;
  int exits = 0;
  base::Result<Exit> exit = Exit{.status = -1};
};

}  // namespace gyr::process::testing
