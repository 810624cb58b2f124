// Hides secrets in texts (EXPR-410 to EXPR-412).
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace gyr::expression {

/// The functions whose results are secret (EXPR-413).
bool gives_secrets(std::string_view function);

/// The secrets that one run has used. Each occurrence in its log becomes six stars, the longest secret first. Owned by
/// the logger of the run; one thread.
class SecretMask {
 public:
  /// Empty texts and those known already are left out.
  void add(std::string_view secret);
  /// Also the forms in which programs print it: base64 (alone and inside a longer text such as `user:secret`), escaped
  /// for URLs and for JSON, and the single lines of a multi-line secret.
  void add_with_encodings(std::string_view secret);
  /// Every text inside a value, with its encodings: `secret('X', full=true)` is a map.
  void add_texts(const base::Value& value);
  bool empty() const { return count_ == 0; }

  std::string mask(std::string_view text) const;
  /// Texts at any depth; keys stay.
  base::Value mask(const base::Value& value) const;

 private:
  // By their first byte, each list from the longest to the shortest.
  std::array<std::vector<std::string>, 256> by_first_byte_;
  size_t count_ = 0;
};

}  // namespace gyr::expression
