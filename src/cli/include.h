// `[[> path]]` in YAML that the command line reads (CLI-4).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "cli/console.h"

namespace gyr::cli {

/// Maximum depth of nested includes. A deeper nesting is a file that includes itself.
inline constexpr int include_depth_limit = 16;

/// Replaces every `[[> path]]` by the content of that file. Paths are relative to `folder`. If an include is the last
/// thing on its line, the text before it is repeated in front of each included line; elsewhere the content is inserted
/// unchanged. `\[[>` gives the text `[[>`. `name` is the name of the text in errors. A text without includes is
/// returned unchanged.
base::Result<std::string> expand_includes(std::string text, const std::filesystem::path& folder,
                                          const std::string& name, const Console& console);

}  // namespace gyr::cli
