#include "syntax/yaml.h"

#include "syntax/source_text.h"
#include "syntax/yaml_characters.h"
#include "syntax/yaml_tree.h"

namespace gyr::syntax {
namespace {

base::Error forbidden(std::string_view text, const ForbiddenText& found) {
  Position place = position_at(text, found.offset);
  auto message =
      fmt::format("special characters are not allowed: {} at line {}, column {}", found.what, place.line, place.column);
  return base::Error(yaml_invalid_text, std::move(message))
      .with_place({.file = {}, .line = place.line, .column = place.column, .length = 1});
}

}  // namespace

base::Result<NodePtr> parse_yaml(std::string_view text, const YamlLimits& limits, YamlAliases aliases) {
  // Spans count bytes in 32 bits.
  if (text.size() > std::min<uint64_t>(limits.bytes, UINT32_MAX)) {
    return base::fail(yaml_limit_exceeded,
                      fmt::format("the text has {} bytes; the limit is {}", text.size(), limits.bytes));
  }
  if (auto found = find_forbidden_text(text)) return base::fail(forbidden(text, *found));
  return YamlTree(text, limits, aliases).build();
}

}  // namespace gyr::syntax
