// The path of a request, cut into decoded segments (API-14).
#pragma once

#include <array>
#include <deque>
#include <string>
#include <string_view>

#include "base/error.h"
#include "web/limits.h"

namespace gyr::web {

/// Segments of a path, decoded once; doubled slashes and one at the end make none. Views into the text it was cut from,
/// or into itself where something had to be decoded; so it is not copied.
class PathSegments {
 public:
  PathSegments() = default;
  PathSegments(const PathSegments&) = delete;
  PathSegments& operator=(const PathSegments&) = delete;

  /// `path` must live as long as this. Fails with bad_argument on an escape that is none, on NUL, on what is not UTF-8,
  /// and on more segments than any operation has (unknown_path).
  base::Result<void> assign(std::string_view path);

  size_t size() const { return count_; }
  std::string_view operator[](size_t index) const { return parts_[index]; }
  /// The path ended with a slash.
  bool open_end() const { return open_end_; }

 private:
  std::array<std::string_view, path_segments> parts_;
  size_t count_ = 0;
  bool open_end_ = false;
  std::deque<std::string> decoded_;
};

/// The path without doubled slashes, for comparing with prefixes (AUTH-9). The argument itself where there are none.
std::string_view collapse_slashes(std::string_view path, std::string& buffer);

}  // namespace gyr::web
