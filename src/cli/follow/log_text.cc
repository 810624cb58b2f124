#include "cli/follow/log_text.h"

#include "base/text.h"
#include "cli/console.h"

namespace gyr::cli {
namespace {

Paint paint_of(model::LogLevel level) {
  switch (level) {
    case model::LogLevel::error: return Paint::red;
    case model::LogLevel::warn: return Paint::yellow;
    case model::LogLevel::info: return Paint::green;
    case model::LogLevel::debug:
    case model::LogLevel::trace: break;
  }
  return Paint::dim;
}

std::string time_of_day(base::Instant instant) {
  constexpr int64_t day = 86'400;
  int64_t second = ((instant.seconds % day) + day) % day;
  return fmt::format("{:02}:{:02}:{:02}.{:03}", second / 3600, second / 60 % 60, second % 60,
                     instant.nanos / 1'000'000);
}

/// Replaces `[[link execution="1a…" flowId="f" namespace="n"]]`, which the user interface shows as a link, by its id.
std::string without_links(std::string text) {
  constexpr std::string_view opening = "[[link execution=\"";
  for (size_t at = text.find(opening); at != std::string::npos; at = text.find(opening, at)) {
    size_t id = at + opening.size();
    size_t id_end = text.find('"', id);
    size_t end = text.find("]]", id);
    if (id_end == std::string::npos || end == std::string::npos || id_end > end) break;
    std::string shown = text.substr(id, id_end - id);
    text.replace(at, end + 2 - at, shown);
    at += shown.size();
  }
  return text;
}

}  // namespace

std::vector<std::string> log_lines(const model::LogEntry& entry, std::string_view who, bool color) {
  constexpr std::string_view below_message = "                   ";  // as wide as time and level
  std::string message = without_links(printable(entry.message));
  while (message.ends_with('\n')) message.pop_back();
  std::vector<std::string> lines;
  for (std::string_view line : base::split(message, '\n')) {
    if (lines.empty()) {
      lines.push_back(
          fmt::format("{} {} {}  {}", painted(Paint::dim, time_of_day(entry.timestamp), color),
                      painted(paint_of(entry.level), fmt::format("{:<5}", model::to_text(entry.level)), color),
                      painted(Paint::cyan, printable(who), color), line));
    } else {
      lines.push_back(fmt::format("{}{}", below_message, line));
    }
  }
  return lines;
}

}  // namespace gyr::cli
