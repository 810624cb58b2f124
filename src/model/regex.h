// Regular expressions that authors write: Java's syntax, bounded time (FLOW-24).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace gyr::text {
class Regex;
}

namespace gyr::model {

/// One compiled pattern for whole texts: validators of inputs, patterns of properties. Immutable, shared, any thread;
/// text::Regex does the matching.
class Regex {
  /// Only compile() makes them.
  struct Key {};

 public:
  Regex(Key key, std::shared_ptr<const text::Regex> compiled);
  static base::Result<std::shared_ptr<const Regex>> compile(std::string_view pattern);
  ~Regex();

  const std::string& pattern() const;
  /// Whether the whole text matches; nothing where the bound of steps was reached.
  std::optional<bool> matches(std::string_view text) const;

 private:
  std::shared_ptr<const text::Regex> compiled_;
};

}  // namespace gyr::model
