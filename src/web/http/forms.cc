#include "web/http/forms.h"

#include <algorithm>

#include "net/form.h"
#include "web/http/limits.h"

namespace gyr::web {
namespace {

base::Task<base::Result<std::string>> keep(std::unique_ptr<net::BodyReader> content, size_t limit) {
  co_return co_await content->all(limit);
}

}  // namespace

net::FileSink keep_files(size_t limit) {
  return [limit](net::PartHead, std::unique_ptr<net::BodyReader> content) { return keep(std::move(content), limit); };
}

base::Task<base::Result<std::vector<net::FormEntry>>> read_entries(Request* request, net::MultipartLimits limits,
                                                                   net::FileSink sink) {
  std::vector<net::FormEntry> entries;
  limits.file_bytes = std::min(limits.file_bytes, request->settings().limits.part_bytes);
  if (request->media_type() == "multipart/form-data") {
    auto boundary = net::multipart_boundary(request->headers().get("Content-Type").value_or(""));
    if (!boundary) {
      // Generated clients send only the type if they have no parts.
      const auto body = co_await request->read_body(limits.field_bytes);
      if (body && body->empty()) co_return entries;
      co_return base::fail(boundary.error());
    }
    co_return co_await net::read_multipart(request->http().body.get(), *std::move(boundary), limits, std::move(sink));
  }
  if (request->media_type() == "application/x-www-form-urlencoded") {
    GYR_CO_TRY(auto pairs, co_await net::read_form(request->http().body.get(), limits.field_bytes));
    for (auto& [name, value] : pairs) entries.push_back({std::move(name), std::move(value), std::nullopt, {}});
  }
  co_return entries;
}

base::Task<base::Result<std::optional<Upload>>> read_upload(Request* request, std::string part, size_t limit) {
  net::MultipartLimits limits;
  limits.file_bytes = limit;
  GYR_CO_TRY(auto entries, co_await read_entries(request, limits, keep_files(limit)));
  std::optional<Upload> upload;
  for (auto& entry : entries) {
    if (!entry.file_name) continue;
    const bool named = entry.name == part;
    if (upload && !named) continue;
    upload = Upload{*std::move(entry.file_name), std::move(entry.value)};
    if (named) break;
  }
  co_return upload;
}

}  // namespace gyr::web
