// The binary form of records: the store keeps it in its value columns, and WorkerLink frames carry it.
//
// Little-endian; lengths and counts are LEB128 varints, signed numbers zig-zag. The form of a Value is stable: new
// kinds get new tags, old tags keep their meaning, so that version N reads the data of version N-1.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/id.h"
#include "base/instant.h"
#include "base/value.h"

namespace gyr::base {

inline constexpr ErrorCode damaged_record{"GYR-S001"};

/// Appends to a string. Never fails.
class Encoder {
 public:
  explicit Encoder(std::string& out) : out_(out) {}

  void byte(uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void boolean(bool value) { byte(value ? 1 : 0); }
  void varint(uint64_t value);
  void integer(int64_t value);
  void fixed64(uint64_t value);
  void number(double value);
  void bytes(std::string_view value);  ///< length, then the bytes
  void id(const Id& value);
  void instant(const Instant& value);
  void duration(const Duration& value);
  void value(const Value& value);

 private:
  std::string& out_;
};

/// Reads the output of an Encoder. After the first error every read returns an empty value, and ok() is false. It never
/// reads beyond the input, whatever the input contains; nesting is limited by limits::value_depth.
class Decoder {
 public:
  explicit Decoder(std::string_view input) : rest_(input) {}

  uint8_t byte();
  bool boolean() { return byte() != 0; }
  uint64_t varint();
  int64_t integer();
  uint64_t fixed64();
  double number();
  std::string_view bytes();
  Id id();
  Instant instant();
  Duration duration();
  Value value();
  /// A count of elements that take at least `min_bytes` each; a count that cannot be true is an error.
  size_t count(size_t min_bytes = 1);

  /// The next `count` bytes.
  std::string_view take(size_t count);

  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }
  /// What is not read yet.
  std::string_view rest() const { return rest_; }
  /// Error of this input, or success where all reads were good.
  Result<void> finish() const;
  void set_damaged() {
    ok_ = false;
    rest_ = {};
  }

 private:
  Value value_at(uint32_t depth);

  std::string_view rest_;
  bool ok_ = true;
};

/// A value alone.
std::string encode_value(const Value& value);
Result<Value> decode_value(std::string_view bytes);

}  // namespace gyr::base
