// CPU time and memory of a process, as the kernel counts them.
#pragma once

#include <cstdint>
#include <optional>

namespace gyr::load {

/// What /proc says of a process at one moment.
struct ProcessStats {
  double user_s = 0;    ///< CPU time in user mode since its start, threads and waited-for children included
  double system_s = 0;  ///< the same in the kernel
  uint64_t rss_bytes = 0;
};

/// Nothing where there is no such process (any more) or its files cannot be read.
std::optional<ProcessStats> read_process(int pid);

}  // namespace gyr::load
