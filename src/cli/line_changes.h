// Differences between two texts, line by line, and the namespace of a source.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace gyr::cli {

/// A line of a comparison.
struct LineChange {
  char kind = ' ';  ///< `-` only in the first text, `+` only in the second, blank in both
  std::string text;
};

/// The fewest lines that change `from` into `to`, with all lines that are in both. Texts that are too large for an
/// exact comparison are compared by their common beginning and end.
std::vector<LineChange> line_changes(std::string_view from, std::string_view to);

/// The source of a flow with another `namespace`; everything else is kept byte for byte. Fails if the source has no
/// plain line `namespace: …` at its top level.
base::Result<std::string> moved_to_namespace(std::string_view source, std::string_view namespace_);

}  // namespace gyr::cli
