#include "web/source_archive.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "storage/zip.h"
#include "syntax/yaml.h"
#include "web/http/answers.h"
#include "web/http/errors.h"

namespace gyr::web {

using storage::ZipReader;

namespace {

bool is_yaml_name(std::string_view name) {
  const std::string lower = base::to_lower_ascii(name);
  return lower.ends_with(".yml") || lower.ends_with(".yaml");
}

}  // namespace

base::Result<std::vector<ImportedSource>> unpack_sources(const Upload& upload, const Limits& limits) {
  std::vector<ImportedSource> sources;
  if (is_yaml_name(upload.file_name)) {
    size_t index = 0;
    for (const auto& part : syntax::split_yaml_documents(upload.content))
      sources.push_back({std::to_string(index++), std::string(part.text)});
    return sources;
  }
  if (!base::to_lower_ascii(upload.file_name).ends_with(".zip")) {
    return base::fail(
        bad_argument,
        fmt::format("Cannot import file of type {}; it must be .yaml, .yml or .zip",
                    upload.file_name.substr(std::min(upload.file_name.rfind('.'), upload.file_name.size()))));
  }
  ZipReader zip(upload.content);
  uint64_t total = 0;
  for (;;) {
    GYR_TRY(const auto entry, zip.next());
    if (!entry) return sources;
    if (entry->directory || !is_yaml_name(entry->name)) continue;
    total += entry->size_bytes;
    if (total > limits.unpacked_bytes)
      return base::fail(bad_archive, fmt::format("the unpacked archive has more than {} bytes", limits.unpacked_bytes));
    GYR_TRY(std::string content, zip.unpack(limits.yaml_bytes));
    for (const auto& part : syntax::split_yaml_documents(content))
      sources.push_back({entry->name, std::string(part.text)});
  }
}

net::ServerResponse zip_answer(std::string zip, std::string_view name) {
  auto response = text_answer(std::move(zip), "application/octet-stream");
  response.headers.add("Content-Disposition", content_disposition(name));
  return response;
}

}  // namespace gyr::web
