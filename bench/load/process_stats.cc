#include "process_stats.h"

#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace gyr::load {

std::optional<ProcessStats> read_process(int pid) {
  std::ifstream stat(fmt::format("/proc/{}/stat", pid));
  std::ifstream statm(fmt::format("/proc/{}/statm", pid));
  std::string line;
  if (!std::getline(stat, line)) return std::nullopt;
  // The program's name, in parentheses, may hold blanks and parentheses itself.
  const size_t end_of_name = line.rfind(')');
  if (end_of_name == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(end_of_name + 1));
  std::string skipped;
  for (int field = 3; field <= 13; ++field) fields >> skipped;  // proc(5): utime is field 14
  int64_t user = 0, system = 0, children_user = 0, children_system = 0;
  fields >> user >> system >> children_user >> children_system;
  uint64_t pages = 0, resident = 0;
  statm >> pages >> resident;
  if (!fields || !statm) return std::nullopt;

  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  return ProcessStats{.user_s = static_cast<double>(user + children_user) / ticks,
                      .system_s = static_cast<double>(system + children_system) / ticks,
                      .rss_bytes = resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE))};
}

}  // namespace gyr::load
