// The indexed part of the value of a label.
#pragma once

#include <string_view>

namespace gyr::store::sqlite {

/// Longer values are indexed by their prefix; the row decides. Keeps several entries per page.
inline constexpr size_t indexed_label_bytes = 200;
inline std::string_view indexed_label_value(std::string_view value) { return value.substr(0, indexed_label_bytes); }

/// Whether the index tells this value from all others. A value of the full length can be the prefix of a longer one.
inline bool is_indexed_whole(std::string_view value) { return value.size() < indexed_label_bytes; }

}  // namespace gyr::store::sqlite
