// Cutting a file of lines into pieces (CORE-40).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "plugin_api/run_context.h"
#include "plugin_api/split_rules.h"
#include "text/regex.h"

namespace gyr::plugins::core {

/// Maximum number of pieces of one file: each piece becomes a file, a row and a message.
inline constexpr size_t max_pieces = 1'000'000;

/// The rendered rules; the first one that is set applies. Immutable; any thread.
struct SplitPlan {
  std::optional<uint64_t> bytes;
  std::optional<uint64_t> partitions;
  std::optional<uint64_t> rows;
  std::shared_ptr<const text::Regex> pattern;
  std::string separator = "\n";  ///< written after every line
  std::string line_end = "\n";   ///< what ends a line that is read; a carriage return before a line feed goes, too
};

/// `10MB`, `1GB` or a plain number of bytes; multiples of 1,024.
base::Result<uint64_t> parse_size(std::string_view text);

/// `rules_for_items`: the rules of a ForEachItem. Its separator also separates the lines of the input, and the default
/// is one line per piece.
base::Task<base::Result<SplitPlan>> render_split(plugin::RunContext& context, const plugin::SplitRules* rules,
                                                 bool rules_for_items);

/// Writes the pieces as files below `directory` and returns them in order. Blocking; memory use does not depend on the
/// size of the file.
base::Result<std::vector<std::filesystem::path>> split_file(const std::filesystem::path& source,
                                                            const std::filesystem::path& directory,
                                                            const std::string& name, const std::string& extension,
                                                            const SplitPlan& plan);

/// Fetches the file, splits it and stores the pieces; returns their URIs in order.
base::Task<base::Result<std::vector<std::string>>> split_stored_file(plugin::RunContext& context, std::string uri,
                                                                     SplitPlan plan);

}  // namespace gyr::plugins::core
