// The threads of this process, as the kernel describes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace gyr::web {

/// One thread at the time of the question.
struct ThreadState {
  std::string name;
  int64_t id = 0;  ///< as the kernel counts it: `top -H`, `gdb` and `perf` have the same
  char state = '?';
  int64_t cpu_time_ms = 0;
  std::string waits_in;  ///< the function of the kernel; empty if it runs, or if the kernel does not say
};

/// Reads files of /proc: blocks. A thread that ends meanwhile is left out.
base::Result<std::vector<ThreadState>> threads_of_process();

/// The line of /proc/PID/task/TID/stat; nothing if it is not one. The name in it can contain blanks and brackets.
std::optional<ThreadState> parse_thread_stat(std::string_view line, int64_t ticks_per_second);

}  // namespace gyr::web
