// From a part of a scalar's text back to its place in the source: for carets inside of expressions.
#pragma once

#include <cstddef>
#include <string_view>

#include "syntax/node.h"

namespace gyr::syntax {

/// The place of bytes `begin` to `end` of `scalar.text()`, through quotes, escapes, folding and indentation of the
/// source that the node was parsed from. The whole scalar where that cannot be told (a node of another text, or without
/// a place). Walks the scalar and counts lines from the start of the source: for messages, not for hot paths.
Span span_in_scalar(std::string_view source, const Node& scalar, size_t begin, size_t end);

}  // namespace gyr::syntax
