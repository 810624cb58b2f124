#include "net/mime.h"

#include "base/text.h"

namespace gyr::net {
namespace {

struct Entry {
  std::string_view extension;
  std::string_view type;
};

constexpr Entry by_extension[] = {
    // sorted
    {"7z", "application/x-7z-compressed"},
    {"avif", "image/avif"},
    {"avro", "application/vnd.apache.avro"},
    {"bmp", "image/bmp"},
    {"bz2", "application/x-bzip2"},
    {"c", "text/plain; charset=utf-8"},
    {"cfg", "text/plain; charset=utf-8"},
    {"conf", "text/plain; charset=utf-8"},
    {"css", "text/css; charset=utf-8"},
    {"csv", "text/csv; charset=utf-8"},
    {"doc", "application/msword"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"gif", "image/gif"},
    {"go", "text/plain; charset=utf-8"},
    {"gz", "application/gzip"},
    {"htm", "text/html; charset=utf-8"},
    {"html", "text/html; charset=utf-8"},
    {"ico", "image/vnd.microsoft.icon"},
    {"ini", "text/plain; charset=utf-8"},
    {"ion", "application/ion"},
    {"jar", "application/java-archive"},
    {"java", "text/plain; charset=utf-8"},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"js", "text/javascript; charset=utf-8"},
    {"json", "application/json"},
    {"jsonl", "application/x-ndjson"},
    {"log", "text/plain; charset=utf-8"},
    {"m4a", "audio/mp4"},
    {"map", "application/json"},
    {"md", "text/markdown; charset=utf-8"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"mov", "video/quicktime"},
    {"mp3", "audio/mpeg"},
    {"mp4", "video/mp4"},
    {"ndjson", "application/x-ndjson"},
    {"ods", "application/vnd.oasis.opendocument.spreadsheet"},
    {"odt", "application/vnd.oasis.opendocument.text"},
    {"ogg", "audio/ogg"},
    {"otf", "font/otf"},
    {"parquet", "application/vnd.apache.parquet"},
    {"pdf", "application/pdf"},
    {"pem", "application/x-pem-file"},
    {"png", "image/png"},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"properties", "text/plain; charset=utf-8"},
    {"py", "text/x-python; charset=utf-8"},
    {"r", "text/plain; charset=utf-8"},
    {"rs", "text/plain; charset=utf-8"},
    {"sh", "text/x-shellscript; charset=utf-8"},
    {"sql", "application/sql"},
    {"svg", "image/svg+xml"},
    {"tar", "application/x-tar"},
    {"tf", "text/plain; charset=utf-8"},
    {"tgz", "application/gzip"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"toml", "application/toml"},
    {"ts", "text/plain; charset=utf-8"},
    {"tsv", "text/tab-separated-values; charset=utf-8"},
    {"ttf", "font/ttf"},
    {"txt", "text/plain; charset=utf-8"},
    {"wasm", "application/wasm"},
    {"wav", "audio/wav"},
    {"webm", "video/webm"},
    {"webmanifest", "application/manifest+json"},
    {"webp", "image/webp"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"xls", "application/vnd.ms-excel"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"xml", "application/xml"},
    {"xz", "application/x-xz"},
    {"yaml", "application/yaml"},
    {"yml", "application/yaml"},
    {"zip", "application/zip"},
    {"zst", "application/zstd"},
};
static_assert(std::ranges::is_sorted(by_extension, {}, &Entry::extension));

constexpr std::string_view unknown_type = "application/octet-stream";
constexpr size_t max_extension_bytes = 16;

/// Types outside text/ that are text all the same.
constexpr std::string_view textual[] = {
    "application/ion", "application/javascript", "application/json",     "application/problem+json",
    "application/sql", "application/toml",       "application/x-ndjson", "application/x-yaml",
    "application/xml", "application/yaml",       "image/svg+xml",        "application/manifest+json",
};

}  // namespace

std::string_view content_type_of(std::string_view file_name) {
  file_name.remove_prefix(file_name.find_last_of("/\\") + 1);
  size_t dot = file_name.rfind('.');
  if (dot == std::string_view::npos || file_name.size() - dot - 1 > max_extension_bytes) return unknown_type;
  std::string extension = base::to_lower_ascii(file_name.substr(dot + 1));
  auto found = std::ranges::lower_bound(by_extension, std::string_view(extension), {}, &Entry::extension);
  return found != std::end(by_extension) && found->extension == extension ? found->type : unknown_type;
}

bool is_compressible(std::string_view content_type) {
  std::string type = base::to_lower_ascii(base::trim(content_type.substr(0, content_type.find(';'))));
  if (type == "text/event-stream") return false;
  if (type.starts_with("text/")) return true;
  return std::ranges::find(textual, type) != std::end(textual);
}

}  // namespace gyr::net
