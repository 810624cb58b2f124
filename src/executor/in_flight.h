// The execution that each executor thread is processing, readable after the process has aborted (principle:
// quarantine).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/id.h"

namespace gyr::executor {

/// The number of entries of the file. More threads than that would be idle, because an executor mostly waits for
/// commits.
inline constexpr size_t max_threads = 64;

/// A small memory-mapped file with one entry per thread. Writing an entry is a store to memory; the page cache keeps it
/// when the process dies. Only a crash of the process itself counts (a fatal signal, a broken invariant): an entry left
/// by `kill -9` or a power loss does not implicate the execution.
class InFlight {
  struct Token {};  // only open() creates one

 public:
  explicit InFlight(Token) {}
  /// Opens or creates the file. `suspects()` returns the executions that were being processed when the last process
  /// crashed.
  static base::Result<std::unique_ptr<InFlight>> open(const std::string& file, size_t threads);
  ~InFlight();

  const std::vector<base::Id>& suspects() const { return suspects_; }

  /// Marks the execution that thread `place` processes; none when it is done. Call it on that thread.
  void set(size_t place, base::Id execution);

  /// Installs handlers for fatal signals that record the crash in the file and then continue with the default action.
  void watch_signals();

 private:
  struct Mapped;
  Mapped* mapped_ = nullptr;
  size_t bytes_ = 0;
  std::vector<base::Id> suspects_;
};

}  // namespace gyr::executor
