// Which execution each executor thread is advancing, readable after the process has aborted (principle: quarantine).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/id.h"

namespace gyr::executor {

/// Places of the file. More threads than that would have nothing to do: commits are what an executor waits for.
inline constexpr size_t max_threads = 64;

/// A small memory-mapped file with one place per thread. Writing a place is a store to memory; the page cache keeps it
/// when the process dies. Only a crash of the process itself (a fatal signal, a broken invariant) counts: a place left
/// by `kill -9` or a power loss says nothing about the execution.
class InFlight {
  struct Token {};  // only open() makes one

 public:
  explicit InFlight(Token) {}
  /// Opens or creates the file; `suspects()` are the executions in flight when the last process crashed.
  static base::Result<std::unique_ptr<InFlight>> open(const std::string& file, size_t threads);
  ~InFlight();

  const std::vector<base::Id>& suspects() const { return suspects_; }

  /// Marks what thread `place` works on; none when it is done. The thread itself.
  void set(size_t place, base::Id execution);

  /// Installs handlers for fatal signals that note the crash in the file and then let the process die as it would have.
  void watch_signals();

 private:
  struct Mapped;
  Mapped* mapped_ = nullptr;
  size_t bytes_ = 0;
  std::vector<base::Id> suspects_;
};

}  // namespace gyr::executor
