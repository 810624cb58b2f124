// Encodes and decodes the fields of frames by their types. frame_fields.h lists the fields of each frame, once for both
// directions.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/codec.h"
#include "link/frames.h"

namespace gyr::link {

/// The minimum number of bytes of one list element. A count larger than the remaining bytes divided by this number is
/// refused before any memory is reserved.
template <class T>
inline constexpr size_t min_bytes = 1;
template <>
inline constexpr size_t min_bytes<AttemptKey> = 34;
template <>
inline constexpr size_t min_bytes<model::MetricEntry> = 8;
template <>
inline constexpr size_t min_bytes<model::LogEntry> = 16;

/// The number of values of an enumeration. A value is written as its number, in one byte.
template <class E>
inline constexpr size_t value_count = 0;
template <>
inline constexpr size_t value_count<model::State> = model::state_count;
template <>
inline constexpr size_t value_count<model::MetricType> = 3;
template <>
inline constexpr size_t value_count<model::LogLevel> = 5;
template <>
inline constexpr size_t value_count<ChildReport::Kind> = 5;
template <>
inline constexpr size_t value_count<TriggerResult::Outcome> = 3;

/// The parameter type of `fields`: a part that is read is filled, a part that is written is const.
template <class Codec, class Part>
using PartOf = std::conditional_t<Codec::fills, Part, const Part>;

using SharedFlow = std::shared_ptr<const model::FlowKey>;

/// Appends the bytes of each field.
class FieldWriter {
 public:
  static constexpr bool fills = false;
  explicit FieldWriter(std::string& bytes) : out_(bytes) {}

  template <class... Fields>
  void operator()(const Fields&... fields) {
    (field(fields), ...);
  }

 private:
  void field(bool value) { out_.boolean(value); }
  void field(int32_t value) { out_.integer(value); }
  void field(uint16_t value) { out_.varint(value); }
  void field(uint32_t value) { out_.varint(value); }
  void field(uint64_t value) { out_.varint(value); }
  void field(double value) { out_.number(value); }
  void field(const std::string& text) { out_.bytes(text); }
  void field(const base::Id& id) { out_.id(id); }
  void field(const base::Instant& instant) { out_.instant(instant); }
  void field(const base::Value& value) { out_.value(value); }
  void field(const std::optional<std::string>& text) {
    out_.boolean(text.has_value());
    if (text) out_.bytes(*text);
  }
  /// Most entries of a list belong to the same flow: the flow is written once, and the reader shares it.
  void field(const SharedFlow& flow) {
    const bool same = last_flow_ != nullptr && (last_flow_ == flow.get() || (flow && *last_flow_ == *flow));
    out_.boolean(same);
    if (same) return;
    field(flow ? *flow : model::FlowKey{});
    last_flow_ = flow.get();
  }
  template <class T>
  void field(const std::vector<T>& list) {
    last_flow_ = nullptr;
    out_.varint(list.size());
    for (const T& element : list) field(element);
  }
  template <class T>
  void field(const T& part) {
    if constexpr (std::is_enum_v<T>) {
      out_.byte(static_cast<uint8_t>(part));
    } else {
      fields(*this, part);
    }
  }

  base::Encoder out_;
  const model::FlowKey* last_flow_ = nullptr;  // of the current list
};

/// Fills each field from the bytes. Input that a FieldWriter cannot have written marks the Decoder as damaged.
class FieldReader {
 public:
  static constexpr bool fills = true;
  explicit FieldReader(base::Decoder& in) : in_(in) {}

  template <class... Fields>
  void operator()(Fields&... fields) {
    (field(fields), ...);
  }

 private:
  void field(bool& value) { value = unsigned_up_to<uint8_t>(in_.byte(), 1) == 1; }
  void field(int32_t& value) {
    const int64_t wide = in_.integer();
    if (wide < INT32_MIN || wide > INT32_MAX) in_.set_damaged();
    value = static_cast<int32_t>(wide);
  }
  void field(uint16_t& value) { value = unsigned_up_to<uint16_t>(in_.varint(), UINT16_MAX); }
  void field(uint32_t& value) { value = unsigned_up_to<uint32_t>(in_.varint(), UINT32_MAX); }
  void field(uint64_t& value) { value = in_.varint(); }
  void field(double& value) { value = in_.number(); }
  void field(std::string& text) { text = in_.bytes(); }
  void field(base::Id& id) { id = in_.id(); }
  void field(base::Instant& instant) { instant = in_.instant(); }
  void field(base::Value& value) { value = in_.value(); }
  void field(std::optional<std::string>& text) {
    bool is_there = false;
    field(is_there);
    if (is_there) field(text.emplace());
  }
  void field(SharedFlow& flow) {
    bool same = false;
    field(same);
    if (same && !last_flow_) in_.set_damaged();
    if (!same) {
      auto fresh = std::make_shared<model::FlowKey>();
      field(*fresh);
      last_flow_ = std::move(fresh);
    }
    flow = last_flow_;
  }
  template <class T>
  void field(std::vector<T>& list) {
    last_flow_ = nullptr;
    const size_t count = in_.count(min_bytes<T>);
    for (size_t i = 0; i < count && in_.ok(); ++i) field(list.emplace_back());
  }
  template <class T>
  void field(T& part) {
    if constexpr (std::is_enum_v<T>) {
      static_assert(value_count<T> > 0);
      const auto number = unsigned_up_to<uint8_t>(in_.byte(), value_count<T> - 1);
      part = in_.ok() ? static_cast<T>(number) : T{};
    } else {
      fields(*this, part);
    }
  }

  template <class T>
  T unsigned_up_to(uint64_t value, uint64_t most) {
    if (value > most) in_.set_damaged();
    return static_cast<T>(value);
  }

  base::Decoder& in_;
  SharedFlow last_flow_;  // of the current list
};

/// The size in bytes of the largest value of a frame. The elements of lists are not counted.
class ValueWeigher {
 public:
  static constexpr bool fills = false;
  template <class... Fields>
  void operator()(const Fields&... fields) {
    (field(fields), ...);
  }
  uint64_t largest() const { return max_; }

 private:
  void field(const base::Value& value) { max_ = std::max(max_, value.weight()); }
  void field(const auto&) {}
  uint64_t max_ = 0;
};

}  // namespace gyr::link
