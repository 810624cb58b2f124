// Records with numbered fields: the binary form of data that programs of different releases exchange. Stored rows,
// inbox messages and worker frames are records.
//
// A part (a struct) lists its fields once, for reading and writing:
//
//   template <class Visitor>
//   void fields(Visitor& visit, base::PartOf<Visitor, AttemptKey>& key) {
//     visit(1, key.execution_id);
//     visit(2, key.task_run_id);
//     visit(3, key.attempt);
//     visit(4, key.epoch, base::since(2));  // a reader of level 1 does not know it
//   }
//
//   std::string bytes;
//   base::write_record(bytes, key);
//   base::Result<AttemptKey> again = base::read_record<AttemptKey>(bytes);
//
// Declare `fields` in the namespace of its part. A member is a number, a bool, an enumeration (see value_count), a
// string (or a string_view, which then refers to the bytes of the record), an Id, an Instant, a Duration, a Value,
// another part, a Packed type, or an optional, a shared_ptr or a vector of these.
//
// Rules for parts:
// - A number never changes its meaning. Do not use the number of a removed field again. Numbers below 32 take one byte.
// - A field with the zero value of its type (0, false, empty, none, null) is not written. Reading a record without the
//   field sets the member to that zero value, whatever it was before. `base::or_default(x)` names another value instead
//   of zero.
// - A reader skips unknown numbers. A part that is read, changed and written again keeps them if the last line of its
//   `fields` is `visit.unknown(part.unknown_fields)`.
//
// The form: each field is a key (varint: number * 4 + wire) and its content. Wire 0 is a varint, 1 is a varint length
// and that many bytes, 2 is 16 bytes, 3 is 8 bytes. Signed numbers are zig-zag. Parts and lists are bytes. Fields may
// have any order; if a number occurs several times, the last occurrence counts. In a list, a shared part that equals
// the previous one in the same field is written as the number 0 (so parts with shared members do not keep unknown
// fields).
//
// A record does not contain its own length: a truncated record can be a valid shorter one. Its container (a row, the
// header of a frame) stores the length.
#pragma once

#include <bit>
#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/codec.h"

namespace gyr::base {

/// The level of the records that this program writes. A program knows the fields of all levels up to this one.
inline constexpr uint32_t record_level = 1;
/// Limits of a reader. The maximum nesting of parts:
inline constexpr uint32_t max_record_depth = 16;
/// The maximum number of fields in one part, known or unknown.
inline constexpr size_t max_record_fields = 1000;
/// The maximum memory for the elements of all lists, as a multiple of the size of the record, in addition to
/// `free_list_memory` bytes.
inline constexpr size_t max_list_expansion = 64;
inline constexpr size_t free_list_memory = 64 * 1024;

/// The parameter of `fields`: a reader fills the part, a writer does not change it.
template <class Visitor, class Part>
using PartOf = std::conditional_t<Visitor::fills, Part, const Part>;

/// The number of values of an enumeration. A value is written as its number; a larger number means that the record is
/// damaged. Specialise it next to `fields`.
template <class E>
inline constexpr uint64_t value_count = 0;

/// The first level that has a field.
struct Since {
  uint32_t level = 1;
};
constexpr Since since(uint32_t level) { return {level}; }

/// The default of a number, bool or enumeration if it is not zero.
template <class T>
struct OrDefault {
  T value;
};
template <class T>
constexpr OrDefault<T> or_default(T value) {
  return {value};
}

/// Stores large values outside their record. Used by one thread.
class ValueVault {
 public:
  virtual ~ValueVault() = default;
  /// The number under which the value is stored; nothing if it belongs in the record. Called only for values that weigh
  /// more than a quarter of `limits::blob_threshold_bytes`.
  virtual std::optional<uint64_t> keep(const Value& value) = 0;
  virtual Result<Value> find(uint64_t number) = 0;
};

namespace record {

/// Writes the length of everything after the byte at `at` into that byte and, if it is long, into further bytes.
void set_length(std::string& out, size_t at);

enum class Wire : uint8_t { number = 0, bytes = 1, id = 2, fixed = 3 };

template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool>;
template <class T>
concept Number = std::integral<T> || std::is_enum_v<T>;
template <class T>
concept Time = std::same_as<T, Instant> || std::same_as<T, Duration>;
template <class T>
concept Text = std::same_as<T, std::string> || std::same_as<T, std::string_view>;

/// A type with its own form, declared next to it: `pack(Encoder&, const T&)` and `unpack(Decoder&, T&)`. It is always
/// written, unless it has `empty()` and is empty.
template <class T>
concept Packed = requires(Encoder& encoder, const T& value) { pack(encoder, value); };

template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_shared = false;
template <class T>
inline constexpr bool is_shared<std::shared_ptr<const T>> = true;

template <class T>
inline constexpr bool is_part = !(Number<T> || std::same_as<T, double> || Text<T> || std::same_as<T, Id> || Time<T> ||
                                  std::same_as<T, Value> || Packed<T> || is_list<T> || is_optional<T> || is_shared<T>);

template <class T>
inline constexpr Wire wire_of = Number<T>                   ? Wire::number
                                : std::same_as<T, double>   ? Wire::fixed
                                : std::same_as<T, base::Id> ? Wire::id
                                                            : Wire::bytes;

template <class T>
bool is_zero(const T& value) {
  if constexpr (std::same_as<T, double>) {
    return std::bit_cast<uint64_t>(value) == 0;
  } else if constexpr (std::same_as<T, Id>) {
    return value.is_none();
  } else if constexpr (std::same_as<T, Value>) {
    return value.is_null();
  } else if constexpr (is_optional<T> || is_shared<T>) {
    return !value;
  } else if constexpr (Number<T> || Time<T>) {
    return value == T{};
  } else if constexpr (!is_part<T> && requires { value.empty(); }) {
    return value.empty();
  } else {
    return false;
  }
}

/// The shared part of the previous element of a list, by its field.
template <class Pointer>
struct LastShared {
  const void* type = nullptr;
  uint32_t number = 0;
  Pointer part{};
};
template <class T>
inline constexpr char type_tag = 0;

}  // namespace record

/// Appends a varint length and then everything that `write` appends.
template <class Write>
void append_sized(std::string& out, Write&& write) {
  const size_t at = out.size();
  out.push_back('\0');
  write();
  record::set_length(out, at);
}

/// Appends one record. Never fails. Used by one thread.
class RecordWriter {
 public:
  static constexpr bool fills = false;
  /// `level` is the level of the program that will read it.
  explicit RecordWriter(std::string& out, uint32_t level = record_level, ValueVault* vault = nullptr)
      : out_(out), encoder_(out), level_(level), vault_(vault) {}

  template <class T>
  void operator()(uint32_t number, const T& member, Since since = {}) {
    if (since.level > level_ || record::is_zero(member)) return;
    const size_t begin = out_.size();
    present(number, member);
    if constexpr (record::is_part<T>) {
      if (is_empty_part(begin)) out_.resize(begin);
    }
  }
  template <record::Number T>
  void operator()(uint32_t number, const T& member, OrDefault<T> normal) {
    if (member != normal.value) present(number, member);
  }
  /// The fields of a later level that the part had when it was read.
  void unknown(const std::string& fields) { out_.append(fields); }

  /// The date, in microseconds, to which dates that are written as differences refer. Parts inherit the origin of the
  /// part that contains them.
  int64_t origin_us() const { return origin_us_; }
  void count_from(int64_t us) { origin_us_ = us; }

 private:
  using Wire = record::Wire;
  using LastShared = record::LastShared<const void*>;

  void key(uint32_t number, Wire wire) {
    encoder_.varint(static_cast<uint64_t>(number) << 2 | static_cast<uint64_t>(wire));
  }
  /// Writes the field even if it is zero: an optional can contain zero.
  template <class T>
  void present(uint32_t number, const T& value) {
    if constexpr (record::is_optional<T>) {
      present(number, *value);
    } else if constexpr (record::is_shared<T>) {
      shared(number, *value);
    } else if constexpr (record::Time<T>) {
      time_field(number, value.seconds, value.nanos);
    } else if constexpr (std::same_as<T, Value>) {
      value_field(number, value);
    } else {
      key(number, record::wire_of<T>);
      content(value);
    }
  }
  /// The content after the key of a field; also an element of a list.
  template <class T>
  void content(const T& value, LastShared* before = nullptr) {
    if constexpr (std::is_enum_v<T>) {
      static_assert(value_count<T> > 0, "specialise value_count for this enumeration");
      encoder_.varint(static_cast<uint64_t>(value));
    } else if constexpr (std::signed_integral<T>) {
      encoder_.integer(value);
    } else if constexpr (std::unsigned_integral<T>) {
      encoder_.varint(value);
    } else if constexpr (std::same_as<T, double>) {
      encoder_.number(value);
    } else if constexpr (record::Text<T>) {
      encoder_.bytes(value);
    } else if constexpr (std::same_as<T, Id>) {
      encoder_.id(value);
    } else if constexpr (std::same_as<T, Instant>) {
      encoder_.instant(value);
    } else if constexpr (std::same_as<T, Value>) {
      encoder_.value(value);
    } else if constexpr (record::Packed<T>) {
      sized([&] { pack(encoder_, value); });
    } else if constexpr (record::is_list<T>) {
      sized([&] {
        LastShared among;
        for (const auto& element : value) content(element, &among);
      });
    } else {
      sized([&] {
        LastShared* const outer = std::exchange(before_, before);
        fields(*this, value);
        before_ = outer;
      });
    }
  }
  template <class Part>
  void shared(uint32_t number, const Part& part) {
    if (before_ == nullptr) return present(number, part);
    const void* const type = &record::type_tag<Part>;
    if (before_->type == type && before_->number == number) {
      const auto* const last = static_cast<const Part*>(before_->part);
      if (last == &part || *last == part) return present(number, 0U);
    }
    *before_ = {type, number, &part};
    present(number, part);
  }
  void time_field(uint32_t number, int64_t seconds, uint32_t nanos);
  void value_field(uint32_t number, const Value& value);
  template <class Write>
  void sized(Write&& write) {
    append_sized(out_, write);
  }
  bool is_empty_part(size_t begin) const;

  std::string& out_;
  Encoder encoder_;
  uint32_t level_;
  ValueVault* vault_;
  int64_t origin_us_ = 0;
  LastShared* before_ = nullptr;  // of the list whose element is being written
};

/// Reads one record. For any input it stays within the bytes and limits its memory; finish() reports errors. The bytes
/// must outlive it. Used by one thread.
class RecordReader {
 public:
  static constexpr bool fills = true;
  explicit RecordReader(std::string_view bytes, ValueVault* vault = nullptr);
  RecordReader(const RecordReader&) = delete;
  RecordReader& operator=(const RecordReader&) = delete;

  template <class T>
  void operator()(uint32_t number, T& member, Since = {}) {
    if (const Field* found = take(number)) {
      read(*found, member);
    } else if constexpr (record::is_part<T>) {
      part({}, member);
    } else {
      member = T{};
    }
  }
  template <record::Number T>
  void operator()(uint32_t number, T& member, OrDefault<T> normal) {
    member = normal.value;
    if (const Field* found = take(number)) read(*found, member);
  }
  /// The fields that were not requested. Call it last.
  void unknown(std::string& fields) const;
  /// As in RecordWriter.
  int64_t origin_us() const { return origin_us_; }
  void count_from(int64_t us) { origin_us_ = us; }

  bool ok() const { return !damaged_; }
  /// GYR-S001 if the record is truncated or a field has the wrong kind; or the error of the vault.
  Result<void> finish() const;

 private:
  using Wire = record::Wire;
  using LastShared = record::LastShared<std::shared_ptr<const void>>;
  struct Field {
    const char* begin;
    size_t size;
    uint32_t number;
    Wire wire;
    uint8_t key_size;
    bool is_taken;
    std::string_view whole() const { return {begin, size}; }
    std::string_view content() const { return whole().substr(key_size); }
  };
  static constexpr size_t inline_fields = 24;

  RecordReader(std::string_view bytes, RecordReader& outer, LastShared* before);
  void index(std::string_view bytes);
  const Field* take(uint32_t number);
  void damage() { damaged_ = true; }
  void check(const Decoder& decoder) {
    if (!decoder.ok() || !decoder.at_end()) damage();
  }

  template <class T>
  void read(const Field& found, T& member) {
    if constexpr (record::is_optional<T>) {
      read(found, member.emplace());
    } else if constexpr (record::is_shared<T>) {
      shared(found, member);
    } else if constexpr (record::Time<T>) {
      const Instant when = time(found);
      if constexpr (std::same_as<T, Instant>) {
        member = when;
      } else {
        member = when.since_epoch();
      }
    } else if constexpr (std::same_as<T, Value>) {
      member = value(found);
    } else {
      if (found.wire != record::wire_of<T>) return damage();
      Decoder decoder(found.content());
      content(decoder, member);
      check(decoder);
    }
  }
  template <class T>
  void content(Decoder& decoder, T& member, LastShared* before = nullptr) {
    if constexpr (std::is_enum_v<T> || std::same_as<T, bool>) {
      const uint64_t number = decoder.varint();
      constexpr uint64_t count = std::is_enum_v<T> ? value_count<T> : 2;
      static_assert(count > 0, "specialise value_count for this enumeration");
      if (number >= count) return damage();
      member = static_cast<T>(number);
    } else if constexpr (std::signed_integral<T>) {
      const int64_t number = decoder.integer();
      if (!std::in_range<T>(number)) return damage();
      member = static_cast<T>(number);
    } else if constexpr (std::unsigned_integral<T>) {
      const uint64_t number = decoder.varint();
      if (!std::in_range<T>(number)) return damage();
      member = static_cast<T>(number);
    } else if constexpr (std::same_as<T, double>) {
      member = decoder.number();
    } else if constexpr (std::same_as<T, std::string>) {
      member.assign(decoder.bytes());
    } else if constexpr (std::same_as<T, std::string_view>) {
      member = decoder.bytes();
    } else if constexpr (std::same_as<T, Id>) {
      member = decoder.id();
    } else if constexpr (std::same_as<T, Instant>) {
      member = decoder.instant();
    } else if constexpr (std::same_as<T, Value>) {
      member = decoder.value();
    } else if constexpr (record::Packed<T>) {
      Decoder inner(decoder.bytes());
      unpack(inner, member);
      check(inner);
    } else if constexpr (record::is_list<T>) {
      member.clear();
      LastShared among;
      Decoder inner(decoder.bytes());
      while (inner.ok() && !inner.at_end() && has_memory(sizeof(typename T::value_type))) {
        content(inner, member.emplace_back(), &among);
      }
      check(inner);
    } else {
      const std::string_view bytes = decoder.bytes();
      if (decoder.ok()) part(bytes, member, before);
    }
  }
  template <class T>
  void shared(const Field& found, std::shared_ptr<const T>& member) {
    const void* const type = &record::type_tag<T>;
    if (found.wire == Wire::number) {
      const bool is_known = before_ != nullptr && before_->type == type && before_->number == found.number;
      if (!is_known || found.content() != std::string_view("\0", 1)) return damage();
      member = std::static_pointer_cast<const T>(before_->part);
      return;
    }
    auto fresh = std::make_shared<T>();
    read(found, *fresh);
    if (before_ != nullptr) *before_ = {type, found.number, fresh};
    member = std::move(fresh);
  }
  template <class Part>
  void part(std::string_view bytes, Part& member, LastShared* before = nullptr) {
    RecordReader inner(bytes, *this, before);
    fields(inner, member);
    if (!inner.ok()) damage();
    if (inner.error_ && !error_) error_ = std::move(inner.error_);
  }
  Instant time(const Field& found);
  Value value(const Field& found);
  bool has_memory(size_t bytes);

  Field* begin() { return more_.empty() ? few_ : more_.data(); }
  const Field* begin() const { return more_.empty() ? few_ : more_.data(); }

  Field few_[inline_fields];  // the first `count_` are set
  std::vector<Field> more_;   // all fields, if there are too many
  size_t count_ = 0;
  size_t next_ = 0;  // in an ascending record: the position after the field that was requested last
  uint32_t last_asked_ = 0;
  bool is_ascending_ = true;
  bool damaged_ = false;
  uint32_t depth_ = 0;
  ValueVault* vault_;
  int64_t origin_us_ = 0;
  LastShared* before_ = nullptr;  // of the list whose element this is
  size_t list_memory_;            // left for lists; of the outermost record
  size_t* list_memory_left_ = &list_memory_;
  std::optional<Error> error_;  // of the vault
};

/// Appends the record of the part. `level` is the level of the program that will read it.
template <class Part>
void write_record(std::string& out, const Part& part, uint32_t level = record_level, ValueVault* vault = nullptr) {
  RecordWriter writer(out, level, vault);
  fields(writer, part);
}

/// Error: as RecordReader::finish().
template <class Part>
Result<Part> read_record(std::string_view bytes, ValueVault* vault = nullptr) {
  Part part;
  RecordReader reader(bytes, vault);
  fields(reader, part);
  GYR_CHECK(reader.finish());
  return part;
}

}  // namespace gyr::base
