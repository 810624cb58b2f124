// A process with all its descendants: how it is described, watched and ended.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "process/cgroup.h"

namespace gyr::process {

inline constexpr base::ErrorCode spawn_failed{"GYR-P010"};  ///< no such program, no permission, too long …
inline constexpr base::ErrorCode spawner_lost{"GYR-P011"};  ///< the helper ended; its groups are dead

/// An interpreter that is started ahead of the script it runs (README.md).
struct WarmInterpreter {
  std::vector<std::string>
      arguments;        ///< the command that starts it; runs in `/`, with descriptor 3 for its instructions
  std::string starter;  ///< its first message; none where empty
  /// Each script runs in a copy that the interpreter makes of itself; otherwise the interpreter runs one script and
  /// ends.
  bool copies_itself = false;
  std::string script;                      ///< the file to run
  std::vector<std::string> own_variables;  ///< names of environment variables that only this script sees
};

/// A process to start.
struct Command {
  std::vector<std::string> arguments;  ///< arguments[0] is looked up in PATH
  std::vector<std::pair<std::string, std::string>>
      environment;                             ///< override those of the server; a name with NUL or `=` is refused
  std::string directory;                       ///< `/` where empty
  std::chrono::milliseconds kill_grace{1500};  ///< between SIGTERM and SIGKILL of the tree
  /// How long background processes that the command left running may continue without output while they hold its
  /// outputs open (`… > >(tee log)` ends after its shell). Processes that continue to print are ended after thirty
  /// times this time.
  std::chrono::milliseconds leftover_grace{1000};
  /// If it is available, the command runs in this interpreter instead of `arguments`, with the same result.
  std::optional<WarmInterpreter> warm = {};
  /// Kept by the system for the whole tree, or the command does not start. No interpreter that is kept started then.
  Limits limits = {};
};

/// How a process and the tree below it ended.
struct Exit {
  int status = 0;  ///< exit code, or 128 + signal
  bool signalled = false;
  bool leftovers = false;  ///< some background processes were still running some time after its end, and were killed
  bool survivors = false;  ///< something of the tree could not be killed (a hanging disk, another user's process)
};

/// Receives what a process does, on the loop it was started from.
class Observer {
 public:
  virtual ~Observer() = default;
  /// Called once the process runs; never called if it could not be started.
  virtual void on_started(int /*pid*/) {}
  /// A piece of output; false: stop reading both outputs until Process::resume() (back-pressure).
  virtual bool on_output(bool is_stderr, std::string_view bytes) = 0;
  /// Called once, after both outputs have ended and the whole tree has ended. The error says why the process could not
  /// be started, or that the helper was lost.
  virtual void on_exit(base::Result<Exit> exit) = 0;
};

/// A started process with all its descendants, whatever group or session they moved to. Destroying it kills them all;
/// the observer then hears nothing more. Lives on the loop it was started from.
class Process {
 public:
  virtual ~Process() = default;
  /// 0 until on_started().
  virtual int pid() const = 0;
  /// Sends SIGTERM to the group and its descendants, and SIGKILL after the grace period. A second call is not an error.
  virtual void kill() = 0;
  virtual void resume() = 0;
};

}  // namespace gyr::process
