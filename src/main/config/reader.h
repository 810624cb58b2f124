// Reads the configuration: a YAML file with Kestra's keys, a document in a variable over it, single variables over
// both.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "main/config/errors.h"
#include "main/config/settings.h"
#include "syntax/diagnostic.h"

namespace gyr::main::config {

/// Larger files are refused.
inline constexpr size_t max_file_bytes = 4 * 1024 * 1024;

/// What was found in a file, in the document of KESTRA_CONFIGURATION, or in a single variable.
struct SourceFindings {
  std::string name;  ///< path of the file, or name of the variable
  std::string text;  ///< what the places of the findings count in
  std::vector<syntax::Diagnostic> diagnostics;
};

/// Settings, and what is wrong with them. With an error they are not to be used.
struct Reading {
  Settings settings;
  std::vector<SourceFindings> sources;
  base::Value given;  ///< what was configured, by name below its sections; with secrets

  bool failed() const;
  /// Only where failed(): the first error with its place, and how many more there are.
  base::Error error() const;
};

/// How strict a reading is.
enum class Strictness : uint8_t {
  server,  ///< unknown keys are warnings, variables that are not set are errors
  check,   ///< the reverse: a typo is an error, and another machine may set the variable
};

/// `file`: empty for none. `environment`: `NAME=value` entries, may be null. Keys are compared as Micronaut compares
/// them: case, dashes and underscores do not count. `${NAME}` and `${NAME:default}` in values are replaced.
Reading read_file(const std::string& file, const char* const* environment, Strictness strictness = Strictness::server);
Reading read_text(std::string name, std::string text, const char* const* environment,
                  Strictness strictness = Strictness::server);

/// For programs that only use the settings: writes warnings to the log.
base::Result<Settings> load(const std::string& file, const char* const* environment);
/// The same of a reading that was made.
void log_warnings(const Reading& reading);

/// What applies where nothing is configured.
Settings defaults();

}  // namespace gyr::main::config
