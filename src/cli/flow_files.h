// Flows in files: which files, which documents in them, parsed with the places of the file.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/console.h"
#include "model/flow_parser.h"
#include "syntax/yaml.h"

namespace gyr::cli {

/// The files that arguments name: files as they are, `-` for standard input, of folders all .yml and .yaml files below
/// them in order of their paths. A folder without any is an error, so that nobody checks nothing and calls it good.
base::Result<std::vector<std::string>> find_flow_files(std::span<const std::string> paths);

/// A file as it was read, with its includes (CLI-4). `parts` look into `text`, so it stays where it was made.
struct FlowFile {
  std::string name;  ///< as messages show it
  std::string text;
  std::vector<syntax::YamlPart> parts;  ///< never empty: a file without any document is one empty part
  bool has_includes = false;
};
base::Result<std::unique_ptr<FlowFile>> read_flow_file(const std::string& path, const Console& console);

/// Parses one part; the places of its findings are those of the whole file.
model::ParsedFlow parse_part(const FlowFile& file, const syntax::YamlPart& part, const model::TypeSource& types,
                             const model::ParseOptions& options);

}  // namespace gyr::cli
