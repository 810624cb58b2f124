#include "main/config/byte_size.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"
#include "model/bind.h"
#include "model/errors.h"
#include "syntax/excerpt.h"

namespace gyr::main::config {
namespace {

constexpr std::string_view size_units[] = {"B", "KB", "MB", "GB"};

}  // namespace

std::optional<ByteSize> parse_byte_size(std::string_view text) {
  text = base::trim(text);
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  const std::string_view unit(end, text.data() + text.size());
  uint64_t factor = 1;
  for (std::string_view name : size_units) {
    if (base::equals_ignoring_case(unit, name) || (unit.empty() && factor == 1)) {
      if (number > static_cast<uint64_t>(INT64_MAX) / factor) return std::nullopt;
      return ByteSize{number * factor};
    }
    factor *= 1'024;
  }
  return std::nullopt;
}

std::string format_byte_size(ByteSize size) {
  size_t unit = 0;
  while (size.bytes != 0 && size.bytes % 1'024 == 0 && unit + 1 < std::size(size_units)) {
    size.bytes /= 1'024;
    ++unit;
  }
  return fmt::format("{}{}", size.bytes, size_units[unit]);
}

bool is_byte_size(const model::TypeInfo& type) {
  return type.type == model::ValueType::string && type.name == model::Binder<ByteSize>::type_name();
}

}  // namespace gyr::main::config

namespace gyr::model {

void Binder<main::config::ByteSize>::bind(const syntax::NodePtr& node, main::config::ByteSize& target,
                                          BindContext& context) {
  constexpr std::string_view expected = "a size such as 8MB is needed here";
  if (!node->is_scalar()) return detail::report_kind(type_name(), expected, node, context);
  if (auto parsed = main::config::parse_byte_size(scalar_text(*node))) {
    target = *parsed;
    return;
  }
  syntax::Diagnostic& wrong =
      context.report(wrong_kind, fmt::format("`{}` is not a size", syntax::excerpt(scalar_text(*node))), node);
  wrong.label = expected;
  wrong.help = "sizes are written as `8388608`, `8192KB`, `8MB` or `1GB`";
}

}  // namespace gyr::model
