// Between bodies and internal storage: uploads stream into it, downloads out of it, in pieces that pass through the
// pool.
#pragma once

#include <memory>
#include <string>

#include "base/loop.h"
#include "net/http.h"
#include "storage/storage.h"
#include "web/services.h"

namespace gyr::web {

/// Where a path lies: internal storage, or for `file:///…` the machine, where the installation allows it.
storage::Storage& storage_of(const Services& services, std::string_view path);

/// What an upload came to.
struct StoredFile {
  std::string uri;
  uint64_t size = 0;
};

/// Writes a body to storage. Nothing is left behind where it fails.
base::Task<base::Result<StoredFile>> store_file(const Services* services, base::Loop* loop, std::string tenant,
                                                std::string path, net::BodyReader* content);

/// The bytes of an object from an offset on, as a stream for an answer; at most `length` of them.
base::Task<base::Result<std::function<base::Task<base::Result<std::string>>()>>> file_stream(
    const Services* services, base::Loop* loop, std::string tenant, std::string path, uint64_t offset, uint64_t length);

/// The first bytes of an object, at most `limit`.
struct FileBegin {
  std::string bytes;
  bool whole = false;
};
base::Result<FileBegin> read_begin(storage::Storage& storage, std::string_view tenant, std::string_view path,
                                   size_t limit);

/// An answer with the whole object, or the part that a `Range` header names (API-49).
base::Task<base::Result<net::ServerResponse>> download(const Services* services, base::Loop* loop, std::string tenant,
                                                       std::string path, std::string file_name,
                                                       std::string content_type, std::string range);

}  // namespace gyr::web
