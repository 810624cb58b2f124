// The secrets of an attempt, for tasks that read texts of programs themselves.
#pragma once

#include <string>
#include <string_view>

namespace gyr::plugin {

/// A RunContext that knows secrets is one of these as well. It is no part of RunContext because few tasks need it: log
/// lines and messages are masked anyway.
class SecretFilter {
 public:
  virtual ~SecretFilter() = default;
  /// The text with `******` instead of each secret of the attempt, in valid UTF-8.
  virtual std::string cleaned(std::string_view text) const = 0;
};

}  // namespace gyr::plugin
