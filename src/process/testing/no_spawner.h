// A spawner for tests that must start nothing.
#pragma once

#include "process/spawner.h"

namespace gyr::process::testing {

/// Refuses every command.
class NoSpawner final : public Spawner {
 public:
  base::Result<std::unique_ptr<Process>> start(base::Loop&, Command, Observer&) override {
    return base::fail(spawn_failed, "this test starts nothing");
  }
  int helper_pid() const override { return 0; }
};

}  // namespace gyr::process::testing
