// Time zones with their Java names (EXPR-248), based on the tz database of the system.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace date {
class time_zone;
}

namespace gyr::text {

/// A zone: a region of the database or a fixed offset. Small, copied freely, safe on any thread. The database is read
/// from the system on first use.
class Zone {
 public:
  /// UTC.
  Zone() = default;
  /// `Europe/Paris`, `UTC`, `Z`, `+02:00`, `UTC+2`. Abbreviations such as `EST` are unknown.
  static base::Result<Zone> find(std::string_view id);
  /// A zone that is nothing but an offset.
  static Zone of_offset(int32_t seconds);
  /// Like find(), for abbreviations that people write in dates (`CET`, `PST`).
  static base::Result<Zone> find_abbreviation(std::string_view name);

  /// As pattern letters VV print it.
  const std::string& id() const { return id_; }
  bool is_fixed() const { return region_ == nullptr; }
  int32_t offset_at(int64_t epoch_seconds) const;
  /// A time during which the zone's clocks are not set: from `begin` up to but not including `end`, epoch seconds.
  struct Segment {
    int64_t begin = INT64_MIN;
    int64_t end = INT64_MAX;
    int32_t offset = 0;
  };
  /// The longest period that contains this moment and has the same offset. If the database does not cover some years of
  /// a region, the ends are in the far future.
  Segment segment_at(int64_t epoch_seconds) const;
  /// `CET`, `UTC`; the id for a plain offset.
  std::string abbreviation(int64_t epoch_seconds) const;
  /// The moment of a local time of the zone; the local time is counted as if in UTC. A skipped local time counts from
  /// before the gap. For a local time that occurs twice, the `preferred_offset` is used, otherwise the earlier one.
  int64_t from_local(int64_t local_seconds, const int32_t* preferred_offset = nullptr) const;

 private:
  std::string id_ = "UTC";
  const ::date::time_zone* region_ = nullptr;  // lives as long as the process
  int32_t offset_ = 0;
};

/// `+02:00`, `+05:30:15`, and `zero` where the offset is 0.
std::string offset_text(int32_t seconds, std::string_view zero);

}  // namespace gyr::text
