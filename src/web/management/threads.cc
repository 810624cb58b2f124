#include "web/management/threads.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "web/http/errors.h"
#include "web/http/numbers.h"

namespace gyr::web {
namespace {

/// The first line of a file; empty if the thread has ended.
std::string first_line(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

std::optional<int64_t> whole_number(std::string_view text) {
  int64_t number = 0;
  return read_number(text, number) ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<ThreadState> parse_thread_stat(std::string_view line, int64_t ticks_per_second) {
  const size_t open = line.find(" (");
  const size_t close = line.rfind(") ");
  if (open == std::string_view::npos || close == std::string_view::npos || close < open + 2 || ticks_per_second <= 0)
    return std::nullopt;
  const auto id = whole_number(line.substr(0, open));
  const auto rest = base::split(line.substr(close + 2), ' ');
  constexpr size_t user_ticks = 11, system_ticks = 12;  // fields 14 and 15 of the line
  if (!id || rest.size() <= system_ticks || rest[0].size() != 1) return std::nullopt;
  const auto user = whole_number(rest[user_ticks]);
  const auto system = whole_number(rest[system_ticks]);
  if (!user || !system) return std::nullopt;
  return ThreadState{.name = std::string(line.substr(open + 2, close - open - 2)),
                     .id = *id,
                     .state = rest[0][0],
                     .cpu_time_ms = (*user + *system) * 1'000 / ticks_per_second,
                     .waits_in = {}};
}

base::Result<std::vector<ThreadState>> threads_of_process() {
  std::vector<ThreadState> threads;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task", error)) {
    auto thread = parse_thread_stat(first_line(entry.path() / "stat"), ::sysconf(_SC_CLK_TCK));
    if (!thread) continue;
    std::string place = first_line(entry.path() / "wchan");
    if (place != "0") thread->waits_in = std::move(place);
    threads.push_back(*std::move(thread));
  }
  if (error) return base::fail(internal_error, "cannot read the threads: " + error.message());
  std::ranges::sort(threads, {}, &ThreadState::id);
  return threads;
}

}  // namespace gyr::web
