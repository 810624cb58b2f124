#include "model/regex.h"

#include "model/errors.h"
#include "text/regex.h"

namespace gyr::model {

namespace {

/// Longer patterns are refused: no input or file name needs them.
constexpr size_t max_pattern = 32 * 1024;

}  // namespace

Regex::Regex(Key /*key*/, std::shared_ptr<const text::Regex> compiled) : compiled_(std::move(compiled)) {}
Regex::~Regex() = default;

base::Result<std::shared_ptr<const Regex>> Regex::compile(std::string_view pattern) {
  if (pattern.size() > max_pattern)
    return base::fail(invalid_regex, fmt::format("it is longer than {} bytes", max_pattern));
  auto compiled = text::Regex::compile(pattern);
  if (!compiled) return base::fail(invalid_regex, compiled.error().message());
  return std::make_shared<const Regex>(Key{}, *std::move(compiled));
}

const std::string& Regex::pattern() const { return compiled_->pattern(); }

std::optional<bool> Regex::matches(std::string_view text) const {
  auto matched = compiled_->matches_whole(text);
  if (!matched) return std::nullopt;
  return *matched;
}

}  // namespace gyr::model
