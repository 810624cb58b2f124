#include "web/file_store.h"

#include "base/text.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/limits.h"
#include "web/http/numbers.h"

namespace gyr::web {

base::Task<base::Result<StoredFile>> store_file(const Services* services, base::Loop* loop, std::string tenant,
                                                std::string path, net::BodyReader* content) {
  using Sink = std::shared_ptr<storage::ByteSink>;
  GYR_CO_TRY(Sink sink, co_await on_pool<Sink>(&services->work, loop,
                                               [storage = &services->storage, tenant, path]() -> base::Result<Sink> {
                                                 GYR_TRY(auto made, storage->put(tenant, path));
                                                 return Sink(std::move(made));
                                               }));
  StoredFile stored;
  std::string gathered;
  for (bool more = true; more;) {
    GYR_CO_TRY(std::string piece, co_await content->next());
    more = !piece.empty();
    stored.size += piece.size();
    if (gathered.empty()) {
      gathered = std::move(piece);
    } else {
      gathered += piece;
    }
    // Small pieces of the network make one write, so that the pool is not asked for each.
    if (gathered.empty() || (more && gathered.size() < file_piece_bytes)) continue;
    GYR_CO_CHECK(co_await on_pool<void>(&services->work, loop,
                                        [sink, bytes = std::exchange(gathered, {})] { return sink->write(bytes); }));
  }
  GYR_CO_TRY(stored.uri, co_await on_pool<std::string>(&services->work, loop, [sink] { return sink->finish(); }));
  co_return stored;
}

namespace {

/// An object being read.
struct Reading {
  const Services* services;
  base::Loop* loop;
  std::unique_ptr<storage::ByteSource> source;
  uint64_t left;
};

base::Task<base::Result<std::string>> next_piece(std::shared_ptr<Reading> reading) {
  co_return co_await on_pool<std::string>(
      &reading->services->work, reading->loop, [reading]() -> base::Result<std::string> {
        std::string piece(static_cast<size_t>(std::min<uint64_t>(file_piece_bytes, reading->left)), '\0');
        size_t used = 0;
        while (used < piece.size()) {
          GYR_TRY(const size_t count, reading->source->read(piece.data() + used, piece.size() - used));
          if (count == 0) break;
          used += count;
        }
        piece.resize(used);
        reading->left -= used;
        return piece;
      });
}

/// `bytes=a-b`, `bytes=a-`, `bytes=-n`; nothing for what cannot be understood or names several parts, which is then
/// ignored.
struct ByteRange {
  uint64_t begin = 0;
  uint64_t length = 0;
  bool satisfiable = true;
};

std::optional<uint64_t> parse_number(std::string_view text) {
  uint64_t number = 0;
  return read_number(text, number) ? std::optional(number) : std::nullopt;
}

std::optional<ByteRange> parse_range(std::string_view header, uint64_t size) {
  constexpr std::string_view unit = "bytes=";
  if (!header.starts_with(unit)) return std::nullopt;
  header.remove_prefix(unit.size());
  const size_t dash = header.find('-');
  if (dash == std::string_view::npos || header.find(',') != std::string_view::npos) return std::nullopt;
  const auto first = parse_number(base::trim(header.substr(0, dash)));
  const auto last = parse_number(base::trim(header.substr(dash + 1)));
  if (!first && !last) return std::nullopt;
  if (!first) {
    const uint64_t length = std::min(*last, size);
    return ByteRange{size - length, length, length > 0};
  }
  if (*first >= size) return ByteRange{0, 0, false};
  if (last && *last < *first) return std::nullopt;
  const uint64_t end = last && *last < size ? *last + 1 : size;
  return ByteRange{*first, end - *first, true};
}

}  // namespace

base::Task<base::Result<std::function<base::Task<base::Result<std::string>>()>>> file_stream(
    const Services* services, base::Loop* loop, std::string tenant, std::string path, uint64_t offset,
    uint64_t length) {
  using Source = std::unique_ptr<storage::ByteSource>;
  GYR_CO_TRY(Source source, co_await on_pool<Source>(&services->work, loop,
                                                     [storage = &storage_of(*services, path), tenant, path, offset] {
                                                       return storage->get(tenant, path, offset);
                                                     }));
  auto reading = std::make_shared<Reading>(Reading{services, loop, std::move(source), length});
  co_return std::function<base::Task<base::Result<std::string>>()>([reading] { return next_piece(reading); });
}

storage::Storage& storage_of(const Services& services, std::string_view path) {
  return services.host_files != nullptr && path.starts_with("file:") ? *services.host_files : services.storage;
}

base::Result<FileBegin> read_begin(storage::Storage& storage, std::string_view tenant, std::string_view path,
                                   size_t limit) {
  GYR_TRY(auto source, storage.get(tenant, path, 0));
  FileBegin begin;
  begin.bytes.resize(limit + 1);
  size_t used = 0;
  while (used < begin.bytes.size()) {
    GYR_TRY(const size_t count, source->read(begin.bytes.data() + used, begin.bytes.size() - used));
    if (count == 0) break;
    used += count;
  }
  begin.whole = used <= limit;
  begin.bytes.resize(std::min(used, limit));
  return begin;
}

base::Task<base::Result<net::ServerResponse>> download(const Services* services, base::Loop* loop, std::string tenant,
                                                       std::string path, std::string file_name,
                                                       std::string content_type, std::string range) {
  GYR_CO_TRY(auto attributes, co_await on_pool<storage::FileAttributes>(
                                  &services->work, loop, [storage = &storage_of(*services, path), tenant, path] {
                                    return storage->attributes(tenant, path);
                                  }));
  if (attributes.directory) co_return base::fail(storage::file_not_found, "the path is a directory");
  net::ServerResponse response;
  response.headers.add("Content-Type", std::move(content_type));
  response.headers.add("Content-Disposition", content_disposition(file_name));
  response.headers.add("Accept-Ranges", "bytes");
  uint64_t begin = 0, length = attributes.size;
  if (const auto part = parse_range(range, attributes.size)) {
    if (!part->satisfiable) {
      response.status = 416;
      response.headers.add("Content-Range", fmt::format("bytes */{}", attributes.size));
      co_return response;
    }
    begin = part->begin;
    length = part->length;
    response.status = 206;
    response.headers.add("Content-Range", fmt::format("bytes {}-{}/{}", begin, begin + length - 1, attributes.size));
  }
  response.stream_length = length;
  GYR_CO_TRY(response.stream, co_await file_stream(services, loop, std::move(tenant), std::move(path), begin, length));
  co_return response;
}

}  // namespace gyr::web
