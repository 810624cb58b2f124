// The server's own log, to standard error. What flows log is data and goes to the store, never here.
#pragma once

#include <fmt/format.h>

#include <string_view>

namespace gyr::base::log {

enum class Level { trace, debug, info, warn, error, off };

void set_level(Level level);
Level level();
/// Writes one line `2026-01-05T10:00:00.120Z WARN  message`. Any thread.
void write(Level level, std::string_view message);

template <class... Args>
void at(Level wanted, fmt::format_string<Args...> format, Args&&... args) {
  if (wanted >= level()) write(wanted, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  at(Level::debug, format, std::forward<Args>(args)...);
}
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  at(Level::info, format, std::forward<Args>(args)...);
}
template <class... Args>
void warn(fmt::format_string<Args...> format, Args&&... args) {
  at(Level::warn, format, std::forward<Args>(args)...);
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  at(Level::error, format, std::forward<Args>(args)...);
}

}  // namespace gyr::base::log
