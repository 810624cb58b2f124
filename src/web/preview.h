// The begin of a file, fit to be shown: text, rows, pictures (STOR-52).
#pragma once

#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/value.h"
#include "storage/storage.h"

namespace gyr::web {

/// Character sets that previews can read.
enum class TextEncoding : uint8_t { utf8, latin1, ascii, utf16le, utf16be, utf16 };
/// By its name in any case, hyphens or not.
std::optional<TextEncoding> parse_encoding(std::string_view name);
/// The text as UTF-8; what is not of the encoding becomes U+FFFD.
std::string decode_encoding(std::string_view bytes, TextEncoding encoding);

/// `{extension, type, content, maxLine, truncated}`. Reads a bounded part of the file; blocks.
base::Result<base::Value> preview_of(storage::Storage& storage, std::string_view tenant, std::string_view path,
                                     size_t rows, TextEncoding encoding);

}  // namespace gyr::web
