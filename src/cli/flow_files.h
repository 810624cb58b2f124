// Finds and parses flows in files.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/console.h"
#include "model/flow_parser.h"
#include "syntax/yaml.h"

namespace gyr::cli {

/// The files that arguments name: files, `-` for standard input, and all .yml and .yaml files below folders, sorted by
/// path. A folder without such files is an error, so that a check of nothing does not look like a success.
base::Result<std::vector<std::string>> find_flow_files(std::span<const std::string> paths);

/// A file with expanded includes (CLI-4). `parts` refer to `text`, so the object cannot be moved.
struct FlowFile {
  std::string name;  ///< the name in messages
  std::string text;
  std::vector<syntax::YamlPart> parts;  ///< never empty: a file without a document has one empty part
  bool has_includes = false;
};
base::Result<std::unique_ptr<FlowFile>> read_flow_file(const std::string& path, const Console& console);

/// Parses one part. The places of diagnostics are places in the whole file.
model::ParsedFlow parse_part(const FlowFile& file, const syntax::YamlPart& part, const model::TypeSource& types,
                             const model::ParseOptions& options);

}  // namespace gyr::cli
