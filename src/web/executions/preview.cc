#include "web/executions/preview.h"

#include "base/text.h"
#include "web/file_store.h"
#include "web/http/errors.h"
#include "web/http/ion_rows.h"
#include "web/http/limits.h"

namespace gyr::web {

using base::Value;

namespace {

std::string extension_of(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? "" : base::to_lower_ascii(name.substr(dot + 1));
}

bool is_image(std::string_view extension) {
  constexpr std::string_view images[] = {"jpg", "jpeg", "png", "svg", "gif", "bmp", "webp"};
  return std::ranges::find(images, extension) != std::end(images);
}

bool has_rows(std::string_view extension) {
  return extension == "ion" || extension == "jsonl" || extension == "ndjson";
}

json::FilePreview preview(std::string_view extension, std::string_view type, Value content, size_t rows,
                          bool truncated) {
  return {std::string(extension), std::string(type), std::move(content), static_cast<int64_t>(rows), truncated};
}

base::Result<json::FilePreview> preview_rows(const FileBegin& begin, std::string_view extension, size_t rows) {
  const std::string text = base::repair_utf8(begin.bytes);
  IonRows reader(text);
  base::ListBuilder list;
  for (;;) {
    if (list.size() == rows) {
      // One more row shows whether there are more.
      auto more = reader.next();
      const bool truncated = !begin.whole || !more || more->has_value();
      return preview(extension, "LIST", list.build(), rows, truncated);
    }
    auto row = reader.next();
    if (!row) {
      if (!begin.whole && reader.at_cut()) return preview(extension, "LIST", list.build(), rows, true);
      return base::fail(bad_argument, row.error().message());
    }
    if (!*row) return preview(extension, "LIST", list.build(), rows, !begin.whole);
    list.push(**std::move(row));
  }
}

json::FilePreview preview_text(const FileBegin& begin, std::string_view extension, size_t rows, TextEncoding encoding) {
  std::string text = decode_encoding(begin.bytes, encoding);
  bool truncated = !begin.whole;
  size_t end = 0;
  for (size_t line = 0; line < rows && end != std::string::npos; ++line) {
    end = text.find('\n', end);
    if (end != std::string::npos) ++end;
  }
  if (end != std::string::npos && end < text.size()) {
    text.resize(end);
    truncated = true;
  }
  return preview(extension, extension == "md" ? "MARKDOWN" : "TEXT", Value::string(text), rows, truncated);
}

uint32_t unit_at(std::string_view bytes, size_t at, bool big) {
  const auto first = static_cast<unsigned char>(bytes[at]);
  const auto second = static_cast<unsigned char>(bytes[at + 1]);
  return big ? first * 256U + second : second * 256U + first;
}

std::string decode_utf16(std::string_view bytes, bool big) {
  constexpr uint32_t replacement = 0xFFFD;
  std::string out;
  for (size_t at = 0; at + 1 < bytes.size(); at += 2) {
    uint32_t code = unit_at(bytes, at, big);
    if (code >= 0xD800 && code < 0xDC00 && at + 3 < bytes.size()) {
      const uint32_t low = unit_at(bytes, at + 2, big);
      if (low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        at += 2;
      }
    }
    base::append_utf8(out, code >= 0xD800 && code < 0xE000 ? replacement : code);
  }
  return out;
}

}  // namespace

std::optional<TextEncoding> parse_encoding(std::string_view name) {
  std::string plain;
  for (char c : base::to_lower_ascii(name)) {
    if (c != '-' && c != '_') plain.push_back(c);
  }
  if (plain == "utf8") return TextEncoding::utf8;
  if (plain == "iso88591" || plain == "latin1" || plain == "windows1252" || plain == "cp1252")
    return TextEncoding::latin1;
  if (plain == "usascii" || plain == "ascii") return TextEncoding::ascii;
  if (plain == "utf16le") return TextEncoding::utf16le;
  if (plain == "utf16be") return TextEncoding::utf16be;
  if (plain == "utf16") return TextEncoding::utf16;
  return std::nullopt;
}

std::string decode_encoding(std::string_view bytes, TextEncoding encoding) {
  std::string out;
  switch (encoding) {
    case TextEncoding::utf8: return base::repair_utf8(bytes);
    case TextEncoding::latin1:
      for (char c : bytes) base::append_utf8(out, static_cast<unsigned char>(c));
      return out;
    case TextEncoding::ascii:
      for (char c : bytes)
        base::append_utf8(out, static_cast<unsigned char>(c) < 0x80 ? static_cast<unsigned char>(c) : 0xFFFD);
      return out;
    case TextEncoding::utf16le: return decode_utf16(bytes, false);
    case TextEncoding::utf16be: return decode_utf16(bytes, true);
    case TextEncoding::utf16:
      if (bytes.starts_with("\xFF\xFE")) return decode_utf16(bytes.substr(2), false);
      return decode_utf16(bytes.starts_with("\xFE\xFF") ? bytes.substr(2) : bytes, true);
  }
  return out;
}

base::Result<json::FilePreview> preview_of(storage::Storage& storage, std::string_view tenant, std::string_view path,
                                           size_t rows, TextEncoding encoding) {
  const std::string extension = extension_of(path);
  const bool binary = is_image(extension) || extension == "pdf";
  GYR_TRY(FileBegin begin, read_begin(storage, tenant, path, binary ? preview_binary_bytes : preview_bytes));
  if (binary) {
    // Half a picture is none.
    const std::string content = begin.whole ? base::base64_encode(begin.bytes) : "";
    return preview(extension, is_image(extension) ? "IMAGE" : "PDF", Value::string(content), rows, !begin.whole);
  }
  if (has_rows(extension)) return preview_rows(begin, extension, rows);
  return preview_text(begin, extension, rows, encoding);
}

}  // namespace gyr::web
