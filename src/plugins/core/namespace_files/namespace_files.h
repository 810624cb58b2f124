// What the tasks on namespace files share (CORE-63, NSF-31).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "base/value.h"
#include "plugin_api/run_context.h"
#include "plugins/script/file_pattern.h"

namespace gyr::plugins::core {

/// Patterns that choose files by their path with leading `/`.
class FileChoice {
 public:
  /// `files` as rendered: a pattern, a list of them, or text that holds a JSON list.
  static base::Result<FileChoice> of(const base::Value& files);
  bool takes(std::string_view path) const;

 private:
  std::vector<script::FilePattern> patterns_;
};

/// The paths of a namespace's files that are chosen, in order.
base::Task<base::Result<std::vector<std::string>>> chosen_files(plugin::RunContext* context, std::string namespace_,
                                                                FileChoice choice);

/// A path below a folder, which may have slashes around it or not; the path begins with a slash.
std::string below_folder(std::string_view folder, std::string_view path);

}  // namespace gyr::plugins::core
