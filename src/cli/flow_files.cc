#include "cli/flow_files.h"

#include <filesystem>

#include "cli/errors.h"
#include "cli/include.h"

namespace gyr::cli {
namespace {

namespace fs = std::filesystem;

bool is_flow_file(const fs::path& path) { return path.extension() == ".yml" || path.extension() == ".yaml"; }

base::Result<void> append_folder(const std::string& folder, std::vector<std::string>& files) {
  std::error_code error;
  std::vector<std::string> found;
  // Symbolic links to folders are not followed: they could form a cycle.
  fs::recursive_directory_iterator walk(folder, error);
  for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
    std::error_code ignored;
    if (is_flow_file(walk->path()) && walk->is_regular_file(ignored)) found.push_back(walk->path().string());
  }
  if (error)
    return base::fail(unreadable_file, fmt::format("cannot read the folder `{}`: {}", folder, error.message()));
  if (found.empty()) {
    return base::fail(base::Error(no_such_file, fmt::format("folder `{}` contains no .yml or .yaml file", folder))
                          .with_hint("give the folder that contains the flows"));
  }
  std::ranges::sort(found);
  files.insert(files.end(), found.begin(), found.end());
  return {};
}

/// Converts a place within one document of a file to a place within the file.
void move_behind(syntax::Diagnostic& found, uint32_t lines, size_t bytes) {
  if (!found.span || found.span->line == 0) return;
  // The message of a source that is not YAML ends with the place within the document: the one of the parser, then the
  // one of the flow in brackets. Remove both: the place is shown anyway.
  std::string place = fmt::format("at line {}, column {}", found.span->line, found.span->column);
  for (const std::string& said : {fmt::format(" ({})", place), " " + place}) {
    if (found.message.ends_with(said)) found.message.resize(found.message.size() - said.size());
  }
  found.span->line += lines;
  found.span->end_line += lines;
  found.span->offset += static_cast<uint32_t>(bytes);
  found.span->end_offset += static_cast<uint32_t>(bytes);
}

}  // namespace

base::Result<std::vector<std::string>> find_flow_files(std::span<const std::string> paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (path != "-" && fs::is_directory(path, error)) {
      GYR_CHECK(append_folder(path, files));
    } else if (path != "-" && !fs::exists(path, error)) {
      return base::fail(base::Error(no_such_file, fmt::format("file or folder `{}` does not exist", path))
                            .with_hint("check the path; it is relative to the current folder"));
    } else {
      files.push_back(path);
    }
  }
  return files;
}

base::Result<std::unique_ptr<FlowFile>> read_flow_file(const std::string& path, const Console& console) {
  auto file = std::make_unique<FlowFile>();
  file->name = shown_name(path);
  GYR_TRY(std::string text, read_input(path, console));
  size_t size = text.size();
  GYR_TRY(file->text,
          expand_includes(std::move(text), fs::path(path == "-" ? "" : path).parent_path(), file->name, console));
  file->has_includes = file->text.size() != size;
  file->parts = syntax::split_yaml_documents(file->text);
  if (file->parts.empty()) file->parts.push_back({file->text, 1});
  return file;
}

model::ParsedFlow parse_part(const FlowFile& file, const syntax::YamlPart& part, const model::TypeSource& types,
                             const model::ParseOptions& options) {
  model::ParsedFlow parsed = model::parse_flow(part.text, types, options);
  auto bytes = static_cast<size_t>(part.text.data() - file.text.data());
  for (syntax::Diagnostic& found : parsed.diagnostics) {
    move_behind(found, part.first_line - 1, bytes);
    if (file.has_includes) found.notes.emplace_back("line numbers include the lines of included files (`[[> …]]`)");
  }
  return parsed;
}

}  // namespace gyr::cli
