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
#include "expression/regex.h"
#include "plugin/run_context.h"
#include "plugin/split_rules.h"

namespace gyr::plugins::core {

/// Pieces that one file may be cut into: each is a file, a row and a message later on.
inline constexpr size_t max_pieces = 1'000'000;

/// The rules, rendered; the first that is there decides. Immutable; any thread.
struct SplitPlan {
  std::optional<uint64_t> bytes;
  std::optional<uint64_t> partitions;
  std::optional<uint64_t> rows;
  std::shared_ptr<const expression::Regex> pattern;
  std::string separator = "\n";  ///< written behind every line
  std::string line_end = "\n";   ///< what ends a line that is read; a carriage return before a line feed goes, too
};

/// `10MB`, `1GB` or a plain number of bytes; multiples of 1,024.
base::Result<uint64_t> parse_size(std::string_view text);

/// `rules_for_items`: those of a ForEachItem, whose separator also ends the lines that are read, and which takes one
/// line a piece where nothing is said.
base::Task<base::Result<SplitPlan>> render_split(plugin::RunContext& context, const plugin::SplitRules* rules,
                                                 bool rules_for_items);

/// Writes the pieces as files below `directory`; gives them in order. Blocking; memory stays small whatever the file's
/// size.
base::Result<std::vector<std::filesystem::path>> split_file(const std::filesystem::path& source,
                                                            const std::filesystem::path& directory,
                                                            const std::string& name, const std::string& extension,
                                                            const SplitPlan& plan);

/// Fetches the file, cuts it and stores the pieces; gives their addresses in order.
base::Task<base::Result<std::vector<std::string>>> split_stored_file(plugin::RunContext& context, std::string uri,
                                                                     SplitPlan plan);

}  // namespace gyr::plugins::core
