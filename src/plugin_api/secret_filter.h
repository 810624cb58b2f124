// The secrets of an attempt, for tasks that read texts of programs themselves.
#pragma once

#include <string>
#include <string_view>

namespace gyr::plugin {

/// A RunContext that knows secrets implements this interface as well. It is separate from RunContext because few tasks
/// need it: log lines and messages are always masked.
class SecretFilter {
 public:
  virtual ~SecretFilter() = default;
  /// The text with `******` instead of each secret of the attempt, in valid UTF-8.
  virtual std::string cleaned(std::string_view text) const = 0;
};

}  // namespace gyr::plugin
