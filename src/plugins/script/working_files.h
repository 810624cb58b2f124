// The input files and output files of a script in its working directory (SCRIPT-20, SCRIPT-24).
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "base/value.h"
#include "plugin_api/run_context.h"

namespace gyr::plugins::script {

inline constexpr base::ErrorCode bad_file{"GYR-P032"};  ///< a file of a script that cannot be written, read or kept

/// Files and folders that the task itself created in the working directory (the script, copies of stored files,
/// packages). They are never outputs.
using OwnFiles = std::set<std::filesystem::path>;

/// Maximum number of directory entries that are checked for outputs: a runaway script must not exhaust the worker.
inline constexpr size_t max_entries_walked = 1'000'000;
/// Maximum number of output files of one task; use an archive for more.
inline constexpr size_t max_output_files = 10'000;

/// A file below a directory, by its path relative to it.
struct FoundFile {
  std::string name;
  std::filesystem::path path;
};

/// The regular files that match one of the patterns (NSF-32), and all files below `output_directory` (empty: none), by
/// name; links are never followed. Blocking.
base::Result<std::vector<FoundFile>> find_output_files(const std::filesystem::path& directory,
                                                       const std::vector<std::string>& patterns,
                                                       const std::filesystem::path& output_directory,
                                                       const OwnFiles& own);

/// Writes bytes to a local file, making parent folders; blocking.
base::Result<void> write_local_file(const std::filesystem::path& file, std::string_view bytes);

/// The input files whose content comes from secrets, by what the author wrote.
struct SecretFiles {
  bool all = false;             ///< one expression gives all files
  std::set<std::string> names;  ///< as written
};
SecretFiles find_secret_files(const base::Value& written);

/// `input_files` as rendered: a map of name to content, or text with a JSON object. A null in a map is skipped; a null
/// in JSON text makes an empty file. Content with one of the three schemes is fetched; anything else is written as
/// text. Only the owner can read the `secret` ones; their paths are added to `secret_paths`.
base::Task<base::Result<size_t>> write_input_files(plugin::RunContext& context, base::Value input_files,
                                                   SecretFiles secret = {},
                                                   std::vector<std::filesystem::path>* secret_paths = nullptr);

/// The texts with every `kestra://` URI replaced by the absolute path of a local copy; one copy for each URI.
base::Task<base::Result<std::vector<std::string>>> localize_addresses(plugin::RunContext& context,
                                                                      std::vector<std::string> texts, OwnFiles* own);

/// Stores the regular files that match one of the patterns, and all files below `output_directory` (empty: none).
/// Returns a map of path (relative to the working directory, or to the output directory) to URI.
base::Task<base::Result<base::Value>> store_output_files(plugin::RunContext& context, std::vector<std::string> patterns,
                                                         std::filesystem::path output_directory, OwnFiles own);

}  // namespace gyr::plugins::script
