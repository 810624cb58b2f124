// The beginning of a file, for display: text, rows, images (STOR-52).
#pragma once

#include <optional>
#include <string_view>

#include "base/error.h"
#include "storage/storage.h"
#include "web/executions/values.h"

namespace gyr::web {

/// The supported character sets of previews.
enum class TextEncoding : uint8_t { utf8, latin1, ascii, utf16le, utf16be, utf16 };
/// By name, case-insensitive, with or without hyphens.
std::optional<TextEncoding> parse_encoding(std::string_view name);
/// The text as UTF-8; invalid bytes become U+FFFD.
std::string decode_encoding(std::string_view bytes, TextEncoding encoding);

/// Reads a limited part of the file; blocks.
base::Result<json::FilePreview> preview_of(storage::Storage& storage, std::string_view tenant, std::string_view path,
                                           size_t rows, TextEncoding encoding);

}  // namespace gyr::web
