#include "text/zone.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "text/characters.h"
#include "text/errors.h"

namespace gyr::text {
namespace {

constexpr int32_t max_offset = 18 * 3600;
// Times further from now than this are the same for a database of transitions (about 100,000 years).
constexpr int64_t farthest_lookup = 3'000'000'000'000;

// A segment ends at the latest at this distance from the requested moment (a century).
constexpr int64_t max_segment = 3'155'760'000;

bool is_region_name(std::string_view id) {
  bool letters = !id.empty() && std::isalpha(static_cast<unsigned char>(id[0])) != 0;
  for (char c : id) {
    letters &= std::isalnum(static_cast<unsigned char>(c)) != 0 ||
               std::string_view("~/._+-").find(c) != std::string_view::npos;
  }
  // Kept apart by Java, or other forms of the same files.
  for (std::string_view refused : {"EST", "MST", "HST", "Factory", "posixrules", "localtime"}) letters &= id != refused;
  return letters && !id.starts_with("posix/") && !id.starts_with("right/");
}

const ::date::time_zone* find_region(std::string_view id) {
  if (!is_region_name(id)) return nullptr;
  try {
    return ::date::locate_zone(std::string(id));
  } catch (const std::runtime_error&) {
    return nullptr;
  }
}

::date::sys_info info_at(const ::date::time_zone& region, int64_t seconds) {
  seconds = std::clamp(seconds, -farthest_lookup, farthest_lookup);
  return region.get_info(::date::sys_seconds(std::chrono::seconds(seconds)));
}

/// `+2`, `+02`, `+0230`, `+02:30`, `+023015`, `+02:30:15`
std::optional<int32_t> parse_offset(std::string_view text) {
  if (text.size() < 2 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  int32_t sign = text[0] == '-' ? -1 : 1;
  text.remove_prefix(1);
  std::string digits;
  bool colons = text.find(':') != std::string_view::npos;
  for (size_t i = 0; i < text.size(); ++i) {
    if (colons && i % 3 == 2) {
      if (text[i] != ':') return std::nullopt;
    } else if (text[i] >= '0' && text[i] <= '9') {
      digits.push_back(text[i]);
    } else {
      return std::nullopt;
    }
  }
  if (digits.size() == 1) digits.insert(0, 1, '0');
  if (digits.size() % 2 != 0 || digits.empty() || digits.size() > 6) return std::nullopt;
  if (colons && text.size() != digits.size() + digits.size() / 2 - 1) return std::nullopt;
  int32_t parts[3] = {0, 0, 0};
  for (size_t i = 0; i < digits.size(); ++i) parts[i / 2] = parts[i / 2] * 10 + (digits[i] - '0');
  int32_t seconds = parts[0] * 3600 + parts[1] * 60 + parts[2];
  if (parts[1] > 59 || parts[2] > 59 || seconds > max_offset) return std::nullopt;
  return sign * seconds;
}

}  // namespace

std::string offset_text(int32_t seconds, std::string_view zero) {
  if (seconds == 0) return std::string(zero);
  int32_t size = std::abs(seconds);
  std::string text = fmt::format("{}{:02}:{:02}", seconds < 0 ? '-' : '+', size / 3600, size / 60 % 60);
  if (size % 60 != 0) text += fmt::format(":{:02}", size % 60);
  return text;
}

Zone Zone::of_offset(int32_t seconds) {
  Zone zone;
  zone.id_ = offset_text(seconds, "Z");
  zone.offset_ = seconds;
  return zone;
}

base::Result<Zone> Zone::find(std::string_view id) {
  if (id == "Z") return of_offset(0);
  if (auto offset = parse_offset(id)) return of_offset(*offset);
  for (std::string_view prefix : {"UTC", "GMT", "UT"}) {
    if (!id.starts_with(prefix)) continue;
    std::string_view rest = id.substr(prefix.size());
    auto offset = rest.empty() ? std::optional(0) : parse_offset(rest);
    if (!offset) continue;
    Zone zone;
    zone.id_ = fmt::format("{}{}", prefix, offset_text(*offset, ""));
    zone.offset_ = *offset;
    return zone;
  }
  if (const ::date::time_zone* region = find_region(id)) {
    Zone zone;
    zone.id_ = id;
    zone.region_ = region;
    return zone;
  }
  return base::fail(base::Error(evaluation_failed, fmt::format("Unknown time-zone ID: {}", shown_text(id)))
                        .with_hint("write a time zone such as Europe/Paris, UTC or +02:00"));
}

base::Result<Zone> Zone::find_abbreviation(std::string_view name) {
  struct Known {
    std::string_view name;
    std::string_view region;
  };
  constexpr Known known[] = {
      {"EST", "America/New_York"},    {"EDT", "America/New_York"},    {"ET", "America/New_York"},
      {"CST", "America/Chicago"},     {"CDT", "America/Chicago"},     {"CT", "America/Chicago"},
      {"MST", "America/Denver"},      {"MDT", "America/Denver"},      {"MT", "America/Denver"},
      {"PST", "America/Los_Angeles"}, {"PDT", "America/Los_Angeles"}, {"PT", "America/Los_Angeles"},
      {"CET", "Europe/Paris"},        {"CEST", "Europe/Paris"},       {"EET", "Europe/Bucharest"},
      {"EEST", "Europe/Bucharest"},   {"WET", "Europe/Lisbon"},       {"WEST", "Europe/Lisbon"},
      {"BST", "Europe/London"},       {"MSK", "Europe/Moscow"},       {"IST", "Asia/Kolkata"},
      {"JST", "Asia/Tokyo"},          {"KST", "Asia/Seoul"},          {"SGT", "Asia/Singapore"},
      {"HKT", "Asia/Hong_Kong"},      {"AEST", "Australia/Sydney"},   {"AEDT", "Australia/Sydney"},
      {"NZST", "Pacific/Auckland"},   {"NZDT", "Pacific/Auckland"},   {"HST", "Pacific/Honolulu"},
  };
  for (const auto& [abbreviation, region] : known) {
    if (abbreviation == name) return find(region);
  }
  return find(name);
}

int32_t Zone::offset_at(int64_t epoch_seconds) const {
  if (region_ == nullptr) return offset_;
  return static_cast<int32_t>(info_at(*region_, epoch_seconds).offset.count());
}

Zone::Segment Zone::segment_at(int64_t epoch_seconds) const {
  if (region_ == nullptr) return {.offset = offset_};
  auto info = info_at(*region_, epoch_seconds);
  Segment segment{info.begin.time_since_epoch().count(), info.end.time_since_epoch().count(),
                  static_cast<int32_t>(info.offset.count())};
  // A change of the name alone is none of the clocks. The database has some hundred of them for a zone.
  for (auto next = info; next.end.time_since_epoch().count() < farthest_lookup;) {
    next = region_->get_info(next.end);
    if (next.offset != info.offset) break;
    if (next.end.time_since_epoch().count() <= segment.end) break;
    segment.end = next.end.time_since_epoch().count();
    if (segment.end - epoch_seconds > max_segment) break;
  }
  for (auto former = info; former.begin.time_since_epoch().count() > -farthest_lookup;) {
    former = region_->get_info(former.begin - std::chrono::seconds(1));
    if (former.offset != info.offset || former.begin.time_since_epoch().count() >= segment.begin) break;
    segment.begin = former.begin.time_since_epoch().count();
    if (epoch_seconds - segment.begin > max_segment) break;
  }
  return segment;
}

std::string Zone::abbreviation(int64_t epoch_seconds) const {
  if (region_ == nullptr) return id_;
  std::string name = info_at(*region_, epoch_seconds).abbrev;
  bool is_name = !name.empty() && std::isalpha(static_cast<unsigned char>(name[0])) != 0;
  // The database has no abbreviation for many zones; Java shows the offset then.
  return is_name ? name : fmt::format("GMT{}", offset_text(offset_at(epoch_seconds), ""));
}

int64_t Zone::from_local(int64_t local_seconds, const int32_t* preferred_offset) const {
  if (region_ == nullptr) return local_seconds - offset_;
  constexpr int64_t day = 86'400;  // no two transitions are that close
  int32_t before = offset_at(local_seconds - day);
  int32_t after = offset_at(local_seconds + day);
  auto shows_it = [&](int32_t offset) { return offset_at(local_seconds - offset) == offset; };
  if (preferred_offset != nullptr && shows_it(*preferred_offset)) return local_seconds - *preferred_offset;
  if (shows_it(before)) return local_seconds - before;
  if (shows_it(after)) return local_seconds - after;
  return local_seconds - before;
}

}  // namespace gyr::text
