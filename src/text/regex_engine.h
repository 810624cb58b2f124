// What matches a compiled pattern: RE2 in linear time, or Oniguruma within a bounded number of steps.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace gyr::text {

/// One compiled pattern in one of the engines. Immutable, safe on any thread.
class RegexEngine {
 public:
  enum class Found : uint8_t { no, yes, gave_up };

  virtual ~RegexEngine() = default;
  /// Names by group, empty for unnamed groups; the first is group 0, the whole match.
  virtual std::vector<std::string> group_names() const = 0;
  /// The first match from an offset on. `groups` may be fewer than the pattern has; groups that did not match get null
  /// data. `nth` counts the searches of one operation from 1: later searches may use fewer steps, so that the total is
  /// bounded.
  virtual Found find(std::string_view text, size_t from, size_t nth, std::vector<std::string_view>& groups) const = 0;
  virtual Found match_whole(std::string_view text) const = 0;
};

/// A pattern in RE2's syntax; the error's message is the reason alone.
base::Result<std::unique_ptr<RegexEngine>> linear_regex(const std::string& re2_pattern);
/// A pattern in Java's syntax, with lookaround, back references, possessive quantifiers and operations on classes.
base::Result<std::unique_ptr<RegexEngine>> backtracking_regex(std::string_view java_pattern);

}  // namespace gyr::text
