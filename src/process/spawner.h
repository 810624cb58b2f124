// Starts processes through a small helper process, so that the server never forks.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "base/loop.h"
#include "process/process.h"

namespace gyr::process {

/// The helper. When the server's end of its socket closes (the server died, by whatever cause) all its process trees
/// are killed, so a restarted server may run unfinished tasks again at once. A helper that dies is replaced at the next
/// start. Destroy it after all processes.
class Spawner {
 public:
  virtual ~Spawner() = default;
  /// Loop thread of `loop`. The observer is called from later turns of the loop, and must live until on_exit or the end
  /// of the Process. The returned error covers only what is known at once; an error of the system about the program is
  /// delivered by on_exit.
  virtual base::Result<std::unique_ptr<Process>> start(base::Loop& loop, Command command, Observer& observer) = 0;
  /// For tests and diagnostics: the helper's pid.
  virtual int helper_pid() const = 0;
};

/// Starts the helper: `program` is this program (`/proc/self/exe`, which also refers to a binary that was replaced on
/// disk). Its main() must call run_spawner(FD) for `--spawner FD` before it does anything else. Call it early.
base::Result<std::unique_ptr<Spawner>> start_spawner(const std::string& program);
/// The helper's main loop, for main(): returns its exit code.
int run_spawner(int socket_fd);

}  // namespace gyr::process
