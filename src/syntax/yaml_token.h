// The tokens of a YAML text, and the description of an invalid token.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gyr::syntax {

/// A place in the text: offset in bytes; line and column from 1, column in characters.
struct YamlMark {
  size_t offset = 0;
  uint32_t line = 1;
  uint32_t column = 1;
};

enum class ScalarStyle : uint8_t { plain, single_quoted, double_quoted, literal, folded };

enum class YamlTokenType : uint8_t {
  stream_end,
  directive,             ///< `%TAG` with handle and prefix, others without
  document_start,        ///< `---`
  document_end,          ///< `...`
  block_sequence_start,  ///< inserted where a deeper `- ` starts, like the next two
  block_mapping_start,
  block_end,
  flow_sequence_start,
  flow_sequence_end,
  flow_mapping_start,
  flow_mapping_end,
  block_entry,  ///< `- `
  flow_entry,   ///< `,`
  key,          ///< `? `, or inserted before a key that a `:` follows
  value,        ///< `: `
  alias,
  anchor,
  tag,
  scalar,
};

/// One token; its views point into the source, which outlives it.
struct YamlToken {
  YamlTokenType type = YamlTokenType::stream_end;
  ScalarStyle style = ScalarStyle::plain;
  bool built = false;  ///< its text differs from the source text
  YamlMark begin;
  YamlMark end;
  std::string_view handle;  ///< of a tag and a tag directive: `!`, `!!`, `!e!`; empty for `!<…>`
  std::string_view source;  ///< text of a scalar, name of an alias or anchor, suffix of a tag, prefix of a directive
  std::string composed;

  std::string_view text() const { return built ? std::string_view(composed) : source; }
};

/// Why a text is not valid YAML.
struct YamlProblem {
  std::string message;
  std::string hint;
  YamlMark begin;
  size_t end = 0;  ///< offset after the error, on the same line
};

}  // namespace gyr::syntax
