// What runs below a process, read from /proc.
#pragma once

#include <vector>

namespace gyr::process {

/// One process. Zombies are among them: one whose first thread has ended may still run others.
struct ProcessEntry {
  int pid = 0;
  int parent = 0;
  int group = 0;
};

/// All descendants of `root`, without it. A snapshot: callers repeat it until nothing is left.
std::vector<ProcessEntry> descendants_of(int root);

/// Sends a signal once to every process group found among the descendants of `root`, whatever session they moved to,
/// but never to `root`'s own group.
void signal_descendants(int root, int signal);

}  // namespace gyr::process
