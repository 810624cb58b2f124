// Identifiers of run-time records: 128 bits, time-ordered (UUIDv7), written as 22 base-62 characters (EXEC-1).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"

namespace gyr::base {

/// A 128-bit identifier. Later ids compare greater (by millisecond), in bytes and in text. The zero id means "none".
struct Id {
  uint64_t high = 0;
  uint64_t low = 0;

  constexpr bool is_none() const { return high == 0 && low == 0; }
  explicit constexpr operator bool() const { return !is_none(); }

  /// 22 characters of `0-9A-Za-z`; keeps the order of the ids.
  std::string to_text() const;
  void append_text(std::string& out) const;
  /// Accepts 1 to 22 base-62 characters with a value below 2^128; nothing else.
  static std::optional<Id> parse(std::string_view text);

  /// Big-endian, so that the order of bytes is the order of ids.
  std::array<unsigned char, 16> to_bytes() const;
  static Id from_bytes(const unsigned char* bytes);

  /// Of an execution: the slot of its flow, 0 to 1023, so that the id alone tells the partition. Absent in other
  /// ids.
  std::optional<uint16_t> slot() const;
  /// The same id with this slot instead of ten of its random bits, marked by version 8 instead of 7.
  Id with_slot(uint16_t slot) const;

  /// The millisecond in which it was created.
  Instant made_at() const { return Instant::of_millis(static_cast<int64_t>(high >> 16)); }

  friend constexpr auto operator<=>(const Id&, const Id&) = default;
};

/// Hash of an id for unordered containers; not stable across versions, never stored.
struct IdHash {
  size_t operator()(const Id& id) const noexcept { return id.low ^ (id.high * 0x9E3779B97F4A7C15ULL); }
};

/// Makes ids from a given time and 128 random bits. It reads neither a clock nor a random device: the pure engine gets
/// one with each event, so that the same event results in the same ids (principle: pure engine). One thread.
class IdGenerator {
 public:
  IdGenerator(Instant now, uint64_t seed_high, uint64_t seed_low);
  Id next();
  /// 64 random bits from the same source.
  uint64_t random();

 private:
  Instant now_;
  uint64_t state_[2];
  uint16_t sequence_ = 0;  // ids of one generator keep their order of creation
};

/// 64 bits from the system's random device (buffered per thread); safe on any thread.
uint64_t secure_random();
/// A fresh id at this time, from the system's random device.
Id make_id(Instant now);

}  // namespace gyr::base

template <>
struct std::hash<gyr::base::Id> : gyr::base::IdHash {};
