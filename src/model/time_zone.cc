#include "model/time_zone.h"

#include <date/tz.h>

#include <array>

namespace gyr::model {

namespace {

/// `+h`, `+hh`, `+hh:mm`, `+hhmm`, `+hh:mm:ss`, `+hhmmss`, up to 18 hours.
bool is_offset(std::string_view text) {
  if (text == "Z") return true;
  if (text.size() < 2 || (text[0] != '+' && text[0] != '-')) return false;
  text.remove_prefix(1);
  std::array<int, 3> parts{};
  size_t count = 0;
  const bool colons = text.find(':') != text.npos;
  if (text.size() == 1) {
    if (text[0] < '0' || text[0] > '9') return false;
    parts[0] = text[0] - '0';
    count = 1;
    text = {};
  }
  while (!text.empty()) {
    if (count == 3 || text.size() < 2) return false;
    for (char c : text.substr(0, 2)) {
      if (c < '0' || c > '9') return false;
    }
    parts[count++] = (text[0] - '0') * 10 + (text[1] - '0');
    text.remove_prefix(2);
    if (text.empty()) break;
    if (colons) {
      if (text[0] != ':' || text.size() < 3) return false;
      text.remove_prefix(1);
    }
  }
  return parts[1] < 60 && parts[2] < 60 && (parts[0] < 18 || (parts[0] == 18 && parts[1] == 0 && parts[2] == 0));
}

bool is_region(std::string_view text) {
  constexpr std::array<std::string_view, 4> fixed = {"EST", "MST", "HST", "ROC"};
  if (text.empty() || std::ranges::find(fixed, text) != fixed.end()) return false;
  try {
    return date::locate_zone(std::string(text)) != nullptr;
  } catch (const std::exception&) {  // the library's way to say that there is none
    return false;
  }
}

}  // namespace

bool is_time_zone(std::string_view text) {
  if (is_offset(text)) return true;
  for (std::string_view prefix : {"UTC", "GMT", "UT"}) {
    if (text == prefix) return true;
    if (text.starts_with(prefix) && is_offset(text.substr(prefix.size()))) return true;
  }
  return is_region(text);
}

}  // namespace gyr::model
