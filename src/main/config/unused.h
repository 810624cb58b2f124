// Keys that Kestra, or the framework below it, has and this program does not use.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gyr::main::config {

/// A key, or with all keys below it a section.
struct UnusedKey {
  std::string_view path;  ///< in kebab-case, without indexes of lists
  std::string_view reason;
  bool silent = false;            ///< of the Java virtual machine and its libraries: nobody expects an effect (CONF-5)
  std::string_view refused = {};  ///< values that must not be replaced silently, separated by blanks (CONF-10)
};

/// Letters and digits in lower case: `base-path`, `basePath` and `BASE_PATH` are one key (CONF-3).
std::string normal_key(std::string_view key);

/// Whether this value must not be ignored: the server would not do what somebody relies on, for example a guard.
bool is_refused(const UnusedKey& unused, std::string_view value);
/// The entry for this path or for a section around it; null where there is none.
const UnusedKey* find_unused(std::string_view path);
/// Whether there are entries below this path: `kestra.ee` of `kestra.ee.left-sidebar`.
bool has_unused_below(std::string_view path);
/// For an environment variable, whose words do not say where one key ends.
const UnusedKey* find_unused_variable(std::string_view name);
/// Names that lie directly below the section `path`, for suggestions.
std::vector<std::string_view> unused_names_below(std::string_view path);

}  // namespace gyr::main::config
