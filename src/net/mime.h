// Content types by file name, and what is known of them.
#pragma once

#include <string_view>

namespace gyr::net {

/// The content type for a file name or path, by its last extension, ignoring case; `application/octet-stream` for an
/// unknown extension. Text types have `charset=utf-8`.
std::string_view content_type_of(std::string_view file_name);

/// Is content of this type text that shrinks when compressed (API-25: text, JSON, YAML, SVG)? Parameters are ignored.
/// An event stream is not: it must leave piece by piece.
bool is_compressible(std::string_view content_type);

}  // namespace gyr::net
