// Transfers between bodies and internal storage: uploads and downloads are streamed in parts through the pool.
#pragma once

#include <memory>
#include <string>

#include "base/loop.h"
#include "net/http.h"
#include "storage/storage.h"
#include "web/http/services.h"

namespace gyr::web {

/// The location of a path: internal storage, or the machine for `file:///…` if the installation allows it.
storage::Storage& storage_of(const Services& services, std::string_view path);

/// The result of an upload.
struct StoredFile {
  std::string uri;
  uint64_t size = 0;
};

/// Writes a body to storage. If it fails, nothing is left in storage.
base::Task<base::Result<StoredFile>> store_file(const Services* services, base::Loop* loop, std::string tenant,
                                                std::string path, net::BodyReader* content);

/// The bytes of an object from an offset, at most `length`, as a stream for an answer.
base::Task<base::Result<std::function<base::Task<base::Result<std::string>>()>>> file_stream(
    const Services* services, base::Loop* loop, std::string tenant, std::string path, uint64_t offset, uint64_t length);

/// The first bytes of an object, at most `limit`.
struct FileBegin {
  std::string bytes;
  bool whole = false;
};
base::Result<FileBegin> read_begin(storage::Storage& storage, std::string_view tenant, std::string_view path,
                                   size_t limit);

/// An answer with the complete object, or the part of a `Range` header (API-49).
base::Task<base::Result<net::ServerResponse>> download(const Services* services, base::Loop* loop, std::string tenant,
                                                       std::string path, std::string file_name,
                                                       std::string content_type, std::string range);

}  // namespace gyr::web
