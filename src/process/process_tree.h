// What runs below a process, read from /proc.
#pragma once

#include <vector>

namespace gyr::process {

/// One process. Zombies are included: a process whose first thread has ended may still run other threads.
struct ProcessEntry {
  int pid = 0;
  int parent = 0;
  int group = 0;
};

/// All descendants of `root`, without it. A snapshot: callers repeat it until nothing is left.
std::vector<ProcessEntry> descendants_of(int root);

/// Sends a signal once to every process group found among the descendants of `root`, whatever session they moved to,
/// but never to `root`'s own group; `spared` and its group are passed over, what it started apart from that is not.
void signal_descendants(int root, int signal, int spared = 0);

/// Whether this process has a child besides `other`. Zombies count.
bool has_child_besides(int other);

}  // namespace gyr::process
