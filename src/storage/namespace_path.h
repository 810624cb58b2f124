// Paths of namespace files as people write them (NSF-2, NSF-7).
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace gyr::storage {

inline constexpr base::ErrorCode forbidden_path{"GYR-W016"};  ///< a path of files outside of what may be reached

/// Normalises the path of a request to `/a/b`: forward slashes, a leading slash, no `.`; refuses `..`, NUL, control
/// characters and names of more than 255 bytes (NSF-2). The root is `/`.
base::Result<std::string> normal_file_path(std::string_view path);
/// Whether a text can be a namespace: it becomes a part of storage paths.
bool is_namespace(std::string_view text);
/// `/_flows` and below (NSF-7).
bool is_flows_path(std::string_view path);
/// The same, refused: `Forbidden path`.
base::Result<void> refuse_flows_path(std::string_view path);

}  // namespace gyr::storage
