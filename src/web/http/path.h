// The path of a request, split into decoded segments (API-14).
#pragma once

#include <array>
#include <deque>
#include <string>
#include <string_view>

#include "base/error.h"
#include "web/http/limits.h"

namespace gyr::web {

/// The segments of a path, decoded once; double slashes and a slash at the end add no segments. Segments are views into
/// the original text, or into this object if they had to be decoded; so it is not copyable.
class PathSegments {
 public:
  PathSegments() = default;
  PathSegments(const PathSegments&) = delete;
  PathSegments& operator=(const PathSegments&) = delete;

  /// `path` must outlive this object. Fails with bad_argument for an invalid escape, a NUL character or text that is
  /// not UTF-8, and with unknown_path for more segments than any operation has.
  base::Result<void> assign(std::string_view path);

  size_t size() const { return count_; }
  std::string_view operator[](size_t index) const { return parts_[index]; }
  /// Whether the path ended with a slash.
  bool open_end() const { return open_end_; }

 private:
  std::array<std::string_view, path_segments> parts_;
  size_t count_ = 0;
  bool open_end_ = false;
  std::deque<std::string> decoded_;
};

/// The path without double slashes, for comparisons with prefixes (AUTH-9). Returns the argument itself if there are
/// none.
std::string_view collapse_slashes(std::string_view path, std::string& buffer);

}  // namespace gyr::web
