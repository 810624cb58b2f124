// `[[> path]]` in YAML that the command line reads (CLI-4).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "cli/console.h"

namespace gyr::cli {

/// Includes inside of includes go so deep; deeper is a file that includes itself.
inline constexpr int include_depth_limit = 16;

/// The text with every `[[> path]]` replaced by that file, whose path counts from `folder`. On a line of its own, a
/// file of several lines takes the line's leading text before each of them; inside a line only the content comes in.
/// `\[[>` is the text
/// `[[>`. `name` is what errors call the text. A text without includes comes back as it is.
base::Result<std::string> expand_includes(std::string text, const std::filesystem::path& folder,
                                          const std::string& name, const Console& console);

}  // namespace gyr::cli
