#include "plugin_api/render.h"

namespace gyr::plugin::detail {

using base::Value;

base::Result<size_t> name_index(const Value& rendered, std::string_view type, std::span<const std::string_view> names) {
  const std::string text = rendered.is_null() ? "null" : expression::to_text(rendered);
  const auto found = std::ranges::find(names, std::string_view(text));
  if (found != names.end()) return static_cast<size_t>(found - names.begin());
  return base::fail(expression::conversion_failed,
                    fmt::format("`{}` is not a value of `{}`: it must be one of {}", text,
                                type.substr(type.find_last_of(".$") + 1), fmt::join(names, ", ")));
}

base::Error at_item(const base::Error& error, size_t index) {
  return error.with_prefix(fmt::format("item {}: ", index));
}
base::Error at_key(const base::Error& error, std::string_view key) {
  return error.with_prefix(fmt::format("`{}`: ", key));
}
base::Error no_item() { return {expression::conversion_failed, "must not be null"}; }

base::Result<std::optional<int32_t>> Convert<int32_t>::from(const Value& rendered) {
  GYR_TRY(const std::optional<int64_t> wide, expression::to_integer(rendered));
  if (!wide) return std::optional<int32_t>();
  if (!std::in_range<int32_t>(*wide)) {
    return base::fail(expression::conversion_failed,
                      fmt::format("`{}` is out of the range of a 32-bit integer", *wide));
  }
  return static_cast<int32_t>(*wide);
}

}  // namespace gyr::plugin::detail
