// Files with one item per line (STOR-12), for tasks that process them item by item.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "base/value.h"
#include "plugin_api/run_context.h"

namespace gyr::plugins::core {

/// The item of a line: Ion or JSON, and a map; its entries are variables of expressions.
base::Result<base::Value> parse_item(std::string_view line, uint64_t number);

/// Reads the lines of a local file in batches, on the file pool, so that the loop is blocked only for a moment.
class ItemRows {
 public:
  ItemRows(plugin::Files& files, const std::filesystem::path& file) : files_(files), stream_(file, std::ios::binary) {}

  /// The next lines without their ends; none at the end of the file. Blank lines are left out, but counted.
  base::Task<base::Result<std::vector<std::string>>> next();
  /// The line number, from 0, of the first row that the last next() returned.
  uint64_t position() const { return position_; }

 private:
  plugin::Files& files_;
  std::ifstream stream_;
  uint64_t position_ = 0;
  uint64_t read_ = 0;
};

/// A local copy, in the working directory, of a file of internal storage, and the name of the file to write.
struct ItemFiles {
  std::filesystem::path source;
  std::filesystem::path target;
  std::string name;
};
base::Task<base::Result<ItemFiles>> fetch_items(plugin::RunContext& context, std::string uri);

/// Appends whole lines to a file; blocking work on the file pool.
base::Task<base::Result<void>> append_lines(plugin::Files& files, const std::filesystem::path& file, std::string lines);

}  // namespace gyr::plugins::core
