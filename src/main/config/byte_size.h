// Sizes in bytes, as configuration files write them.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/schema.h"

namespace gyr::main::config {

/// A number of bytes as a member of described objects: `8388608`, `8192KB`, `8MB`, `1GB`. A kilobyte is 1024 bytes.
struct ByteSize {
  uint64_t bytes = 0;
  friend auto operator<=>(const ByteSize&, const ByteSize&) = default;
};

/// Nothing where the text is no size, or the size has more than 63 bits.
std::optional<ByteSize> parse_byte_size(std::string_view text);
/// With the largest unit that divides it: `8MB`, `5242879B`.
std::string format_byte_size(ByteSize size);

/// Whether a property of this type is a ByteSize: a text, or a number of bytes. Its bounds are bytes.
bool is_byte_size(const model::TypeInfo& type);

}  // namespace gyr::main::config

namespace gyr::model {

template <>
struct Binder<main::config::ByteSize> {
  static constexpr bool dynamic = false;
  static std::string_view type_name() { return "ByteSize"; }
  static TypeInfo type_info() { return {.type = ValueType::string, .name = std::string(type_name())}; }
  static void bind(const syntax::NodePtr& node, main::config::ByteSize& target, BindContext& context);
};

}  // namespace gyr::model
