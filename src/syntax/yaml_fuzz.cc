// Any bytes as YAML: never a crash, places inside of the text, and what was read survives being written and read again.
#include <cstdlib>

#include "base/assert.h"
#include "syntax/scalar_place.h"
#include "syntax/source_text.h"
#include "syntax/yaml.h"

namespace gyr::syntax {
namespace {

void check_spans(const Node& node, std::string_view source) {
  const Span& span = node.span();
  GYR_ASSERT(span.offset <= span.end_offset && span.end_offset <= source.size());
  GYR_ASSERT(span.line > 0 && span.column > 0 && span.end_line >= span.line);
  Position start = position_at(source, span.offset);
  GYR_ASSERT(start.line == span.line && start.column == span.column);
  Position end = position_at(source, span.end_offset);
  GYR_ASSERT(end.line == span.end_line && end.column == span.end_column);
  if (node.is_scalar() && node.text().size() < 200) {
    for (size_t i = 0; i < node.text().size(); ++i) {
      Span part = span_in_scalar(source, node, i, i + 1);
      GYR_ASSERT(part.offset >= span.offset && part.end_offset <= span.end_offset);
      // Every visible character is found under itself, an escape or a doubled quote.
      char c = node.text()[i];
      char there = part.offset < source.size() ? source[part.offset] : '\0';
      if (c > ' ' && c < 0x7F) GYR_ASSERT(there == c || there == '\\');
    }
  }
  for (const auto& item : node.items()) check_spans(*item, source);
  for (const auto& entry : node.entries()) {
    GYR_ASSERT(entry.key_span.end_offset <= source.size());
    check_spans(*entry.value, source);
  }
}

/// Types of plain scalars may change (a text of digits is written without quotes); structure, keys and texts may not.
void check_same(const Node& node, const base::Value& value) {
  if (value.is_list()) {
    GYR_ASSERT(node.is_sequence() && node.items().size() == value.size());
    for (size_t i = 0; i < value.size(); ++i) check_same(*node.items()[i], value.items()[i]);
  } else if (value.is_map()) {
    GYR_ASSERT(node.is_mapping() && node.entries().size() == value.size());
    for (size_t i = 0; i < value.size(); ++i) {
      GYR_ASSERT(node.entries()[i].key == value.entries()[i].name());
      check_same(*node.entries()[i].value, value.entries()[i].value);
    }
  } else {
    GYR_ASSERT(node.is_scalar());
    if (value.is_string()) GYR_ASSERT(node.text() == value.text());
    if (value.is_null() || value.is_boolean() || value.is_integer()) GYR_ASSERT(node.value() == value);
  }
}

void check(std::string_view text, YamlAliases aliases) {
  // Small limits, so that the fuzzer meets them.
  YamlLimits limits{.bytes = 1 << 20, .depth = 60, .nodes = 20'000};
  auto result = parse_yaml(text, limits, aliases);
  if (!result) {
    const base::Place* place = result.error().place();
    GYR_ASSERT(place != nullptr || text.size() > limits.bytes);
    if (place == nullptr) return;
    GYR_ASSERT(place->line > 0 && place->column > 0 && place->length > 0);
    auto lines = source_lines(text);
    GYR_ASSERT(place->line <= lines.size());
    GYR_ASSERT(place->column <= lines[place->line - 1].size() + 1);
    return;
  }
  bool shared = text.find('*') != std::string_view::npos;
  if (!shared) check_spans(**result, text);
  base::Value value = (*result)->to_value();
  std::string written = write_yaml(value);
  auto again = parse_yaml(written, {.depth = 60}, aliases);
  GYR_ASSERT(again.has_value());
  check_same(**again, value);
}

}  // namespace
}  // namespace gyr::syntax

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // A copy of exactly this size, so that reading beyond it is seen.
  std::string text(reinterpret_cast<const char*>(data), size);
  text.shrink_to_fit();
  gyr::syntax::check(text, gyr::syntax::YamlAliases::resolve);
  gyr::syntax::check(text, gyr::syntax::YamlAliases::as_text);
  const char* last = text.data();
  for (const auto& part : gyr::syntax::split_yaml_documents(text)) {
    GYR_ASSERT(part.text.data() >= last && part.text.data() + part.text.size() <= text.data() + text.size());
    last = part.text.data() + part.text.size();
  }
  return 0;
}
