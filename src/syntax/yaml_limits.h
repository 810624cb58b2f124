// What a YAML text may be, and the errors of one that may not.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/error.h"

namespace gyr::syntax {

inline constexpr base::ErrorCode yaml_malformed{"GYR-Y001"};
inline constexpr base::ErrorCode yaml_duplicate_key{"GYR-Y002"};
inline constexpr base::ErrorCode yaml_limit_exceeded{"GYR-Y003"};
inline constexpr base::ErrorCode yaml_invalid_text{"GYR-Y004"};  ///< not UTF-8, or a NUL or another control character

/// Beyond these a source is refused with GYR-Y003.
struct YamlLimits {
  size_t bytes =
      8 * 1024 * 1024;     ///< longer sources are refused before parsing; also the text of all scalars after expansion
  uint32_t depth = 128;    ///< nesting of sequences and mappings
  size_t nodes = 500'000;  ///< after the expansion of aliases, as a protection against alias bombs
};

enum class YamlAliases {
  /// An alias is the value of its anchor, and `<<` merges. An extension for flows: the reference reads both as text
  /// there.
  resolve,
  /// An alias is the text of its name and `<<` a key like others, as the `yaml` function of the reference has it
  /// (EXPR-283).
  as_text,
};

}  // namespace gyr::syntax
