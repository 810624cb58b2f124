#include "base/codec.h"

#include <bit>
#include <cstring>

#include "base/limits.h"

namespace gyr::base {
namespace {

// Tags of the stable form. Small integers and short texts save their length byte.
enum class Tag : uint8_t {
  null = 0,
  false_value = 1,
  true_value = 2,
  integer = 3,
  narrow_integer = 4,
  number = 5,
  narrow_number = 6,
  decimal = 7,
  string = 8,
  list = 9,
  map = 10,
  instant = 11,
  duration = 12,
  zoned_date_time = 13,
  local_date_time = 14,
  local_date = 15,
  local_time = 16,
  short_string = 64,  // 64..127: a string of 0..63 bytes
};
constexpr size_t short_string_limit = 64;

uint64_t zigzag(int64_t value) { return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63); }
int64_t unzigzag(uint64_t value) { return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1); }

}  // namespace

void Encoder::varint(uint64_t value) {
  while (value >= 0x80) {
    byte(static_cast<uint8_t>(value) | 0x80);
    value >>= 7;
  }
  byte(static_cast<uint8_t>(value));
}

void Encoder::integer(int64_t value) { varint(zigzag(value)); }

void Encoder::fixed64(uint64_t value) {
  char bytes[8];
  std::memcpy(bytes, &value, sizeof(bytes));
  out_.append(bytes, sizeof(bytes));
}

void Encoder::number(double value) { fixed64(std::bit_cast<uint64_t>(value)); }

void Encoder::bytes(std::string_view value) {
  varint(value.size());
  out_.append(value);
}

void Encoder::id(const Id& value) {
  auto raw = value.to_bytes();
  out_.append(reinterpret_cast<const char*>(raw.data()), raw.size());
}

void Encoder::instant(const Instant& value) {
  integer(value.seconds);
  varint(value.nanos);
}

void Encoder::duration(const Duration& value) {
  integer(value.seconds);
  varint(value.nanos);
}

void Encoder::value(const Value& value) {
  auto tag = [this](Tag tag) { byte(static_cast<uint8_t>(tag)); };
  switch (value.kind()) {
    case Value::Kind::null: return tag(Tag::null);
    case Value::Kind::boolean: return tag(value.as_boolean() ? Tag::true_value : Tag::false_value);
    case Value::Kind::integer:
      tag(value.is_narrow() ? Tag::narrow_integer : Tag::integer);
      return integer(value.as_integer());
    case Value::Kind::number:
      tag(value.is_narrow() ? Tag::narrow_number : Tag::number);
      return number(value.as_number());
    case Value::Kind::decimal: tag(Tag::decimal); return bytes(value.text());
    case Value::Kind::string:
      if (value.size() < short_string_limit) {
        byte(static_cast<uint8_t>(static_cast<size_t>(Tag::short_string) + value.size()));
        out_.append(value.text());
        return;
      }
      tag(Tag::string);
      return bytes(value.text());
    case Value::Kind::list:
      tag(Tag::list);
      varint(value.size());
      for (const Value& item : value.items()) this->value(item);
      return;
    case Value::Kind::map:
      tag(Tag::map);
      varint(value.size());
      for (const auto& entry : value.entries()) {
        bytes(entry.name());
        this->value(entry.value);
      }
      return;
    case Value::Kind::instant: tag(Tag::instant); return instant(value.as_instant());
    case Value::Kind::duration: tag(Tag::duration); return duration(value.as_duration());
    case Value::Kind::zoned_date_time: {
      ZonedDateTime zoned = value.as_zoned();
      tag(Tag::zoned_date_time);
      instant(zoned.instant);
      integer(zoned.offset_seconds);
      return bytes(zoned.zone);
    }
    case Value::Kind::local_date_time: tag(Tag::local_date_time); return instant(value.as_local_date_time());
    case Value::Kind::local_date: tag(Tag::local_date); return integer(value.as_local_date());
    case Value::Kind::local_time: tag(Tag::local_time); return integer(value.as_local_time());
  }
}

std::string_view Decoder::take(size_t count) {
  if (count > rest_.size()) {
    set_damaged();
    return {};
  }
  std::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

uint8_t Decoder::byte() {
  std::string_view taken = take(1);
  return taken.empty() ? 0 : static_cast<uint8_t>(taken[0]);
}

uint64_t Decoder::varint() {
  uint64_t value = 0;
  size_t count = 0;
  for (unsigned shift = 0; shift < 64 && count < rest_.size(); shift += 7) {
    const auto next = static_cast<uint8_t>(rest_[count++]);
    if (shift == 63 && next > 1) break;
    value |= static_cast<uint64_t>(next & 0x7F) << shift;
    if ((next & 0x80) != 0) continue;
    rest_.remove_prefix(count);
    return value;
  }
  set_damaged();
  return 0;
}

int64_t Decoder::integer() { return unzigzag(varint()); }

uint64_t Decoder::fixed64() {
  std::string_view taken = take(8);
  uint64_t value = 0;
  if (taken.size() == 8) std::memcpy(&value, taken.data(), 8);
  return value;
}

double Decoder::number() { return std::bit_cast<double>(fixed64()); }

std::string_view Decoder::bytes() { return take(count()); }

size_t Decoder::count(size_t min_bytes) {
  uint64_t count = varint();
  if (count > rest_.size() / std::max<size_t>(1, min_bytes)) {
    set_damaged();
    return 0;
  }
  return static_cast<size_t>(count);
}

Id Decoder::id() {
  std::string_view taken = take(16);
  if (taken.size() != 16) return {};
  return Id::from_bytes(reinterpret_cast<const unsigned char*>(taken.data()));
}

Instant Decoder::instant() {
  int64_t seconds = integer();
  uint64_t nanos = varint();
  if (nanos >= static_cast<uint64_t>(nanos_per_second)) {
    set_damaged();
    return {};
  }
  return {seconds, static_cast<uint32_t>(nanos)};
}

Duration Decoder::duration() {
  Instant raw = instant();
  return {raw.seconds, raw.nanos};
}

Value Decoder::value() { return value_at(0); }

Value Decoder::value_at(uint32_t depth) {
  uint8_t tag = byte();
  if (!ok_) return {};
  if (tag >= static_cast<uint8_t>(Tag::short_string) &&
      tag < static_cast<uint8_t>(Tag::short_string) + short_string_limit) {
    return Value::string(take(tag - static_cast<size_t>(Tag::short_string)));
  }
  switch (static_cast<Tag>(tag)) {
    case Tag::null: return {};
    case Tag::false_value: return Value::boolean(false);
    case Tag::true_value: return Value::boolean(true);
    case Tag::integer: return Value::integer(integer());
    case Tag::narrow_integer: return Value::fitting_integer(integer());
    case Tag::number: return Value::number(number());
    case Tag::narrow_number: return Value::narrow_number(static_cast<float>(number()));
    case Tag::decimal: return Value::decimal(bytes());
    case Tag::string: return Value::string(bytes());
    case Tag::list: {
      size_t size = count();
      if (depth + 1 > limits::value_depth) set_damaged();
      ListBuilder list;
      list.reserve(ok_ ? size : 0);
      for (size_t i = 0; i < size && ok_; ++i) list.push(value_at(depth + 1));
      return ok_ ? list.build() : Value();
    }
    case Tag::map: {
      size_t size = count(2);
      if (depth + 1 > limits::value_depth) set_damaged();
      MapBuilder map;
      map.reserve(ok_ ? size : 0);
      for (size_t i = 0; i < size && ok_; ++i) {
        std::string_view key = bytes();
        Value value = value_at(depth + 1);
        if (ok_) map.set(key, std::move(value));
      }
      return ok_ ? map.build() : Value();
    }
    case Tag::instant: return Value::instant(instant());
    case Tag::duration: return Value::duration(duration());
    case Tag::zoned_date_time: {
      Instant when = instant();
      int64_t offset = integer();
      if (offset > 86400 || offset < -86400) set_damaged();
      return Value::zoned_date_time(when, static_cast<int32_t>(offset), bytes());
    }
    case Tag::local_date_time: {
      Instant when = instant();
      return Value::local_date_time(when.seconds, when.nanos);
    }
    case Tag::local_date: return Value::local_date(integer());
    case Tag::local_time: return Value::local_time(integer());
    default: set_damaged(); return {};
  }
}

Result<void> Decoder::finish() const {
  if (!ok_) return fail(damaged_record, "a stored record is damaged or was written by a newer version");
  return {};
}

std::string encode_value(const Value& value) {
  std::string out;
  Encoder(out).value(value);
  return out;
}

Result<Value> decode_value(std::string_view bytes) {
  Decoder decoder(bytes);
  Value value = decoder.value();
  if (!decoder.at_end()) decoder.set_damaged();
  GYR_CHECK(decoder.finish());
  return value;
}

}  // namespace gyr::base
