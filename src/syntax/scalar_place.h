// From a part of a scalar's text back to its place in the source: for carets inside of expressions.
#pragma once

#include <cstddef>
#include <string_view>

#include "syntax/node.h"

namespace gyr::syntax {

/// The source position of bytes `begin` to `end` of `scalar.text()`, taking into account quotes, escapes, folding and
/// indentation. The whole scalar if the position is unknown (a node of another text, or without a position). It walks
/// the scalar and counts lines from the start of the source: use it for messages, not in hot paths.
Span span_in_scalar(std::string_view source, const Node& scalar, size_t begin, size_t end);

}  // namespace gyr::syntax
