// YAML into nodes, with the rules of Kestra's parser (FLOW-1, FLOW-2); and values into YAML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "syntax/node.h"
#include "syntax/yaml_limits.h"

namespace gyr::syntax {

/// The first document of `text`. An error carries line, column and length of its position; its message contains line
/// and column. Duplicate keys, undefined anchors, merge keys `<<` of values that are not mappings, and keys that are
/// not scalars are errors in the first document; later documents are not checked. A text without any document is a null
/// scalar; `key:` without a value is the empty text (Node::is_missing).
base::Result<NodePtr> parse_yaml(std::string_view text, const YamlLimits& limits = {},
                                 YamlAliases aliases = YamlAliases::resolve);

/// One part of a text that holds several documents, separated by lines that consist of `---`.
struct YamlPart {
  std::string_view text;
  uint32_t first_line = 1;
};
/// Splits without parsing, as the reference's operations on several flows do; parts that hold nothing but blanks,
/// comments and
/// `%` directives are left out. A `---` may be followed by blanks or a comment, not by content.
std::vector<YamlPart> split_yaml_documents(std::string_view text);

/// Writes a value as block YAML, for the `yaml` filter and exports: the text of Jackson's writer with the fewest quotes
/// (EXPR-224). It ends with a line break, except that a lone null is `null` without one. Texts of digits and dates are
/// not quoted, so they are read as numbers; texts that look like booleans or null are quoted.
std::string write_yaml(const base::Value& value);

}  // namespace gyr::syntax
