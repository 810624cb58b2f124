// Patterns that choose files: `outputFiles` (NSF-32) and namespace files (NSF-31).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "model/regex.h"

namespace gyr::plugins::script {

inline constexpr base::ErrorCode bad_file_pattern{"GYR-P031"};

/// A regular expression with the meaning of a glob of the JDK: `*` within a name, `**` across folders, `?`, `{a,b}`,
/// `[a-z]`, `[!a]`, and `\` to escape the next character. The message of the error is only the reason.
base::Result<std::string> regex_of_glob(std::string_view glob);

/// One pattern. Immutable, any thread.
class FilePattern {
 public:
  /// NSF-32: anchored at the working directory, unless it begins with `glob:` or `regex:`; those see the absolute path.
  static base::Result<FilePattern> in_directory(std::string_view pattern, std::string_view directory);
  /// NSF-31: sees the path of a namespace file, with leading `/`. A pattern that begins with a letter, digit or `_`
  /// matches in every folder.
  static base::Result<FilePattern> of_namespace(std::string_view pattern);

  const std::string& text() const { return text_; }
  /// Also false if a regular expression of the author exceeds its limit of steps (model::Regex).
  bool matches(std::string_view path) const { return regex_->matches(path).value_or(false); }

 private:
  FilePattern(std::string_view text, std::shared_ptr<const model::Regex> regex)
      : text_(text), regex_(std::move(regex)) {}
  /// Errors name `text`, the pattern as its author wrote it.
  static base::Result<FilePattern> compile(std::string_view text, std::string_view regex);
  static base::Result<FilePattern> compile_glob(std::string_view text, std::string_view literal_start,
                                                std::string_view glob);

  std::string text_;
  std::shared_ptr<const model::Regex> regex_;
};

/// Whether a text holds characters that make it a pattern rather than a name (SCRIPT-20).
bool looks_like_pattern(std::string_view text);

}  // namespace gyr::plugins::script
