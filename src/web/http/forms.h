// Form bodies: multipart, URL-encoded, or no body (API-21).
#pragma once

#include <string>
#include <vector>

#include "net/multipart.h"
#include "web/http/request.h"

namespace gyr::web {

/// The entries of a form in order; empty if there is no body. Files go to `sink`.
base::Task<base::Result<std::vector<net::FormEntry>>> read_entries(Request* request, net::MultipartLimits limits,
                                                                   net::FileSink sink);

/// A sink that keeps files in memory, each up to `limit` bytes.
net::FileSink keep_files(size_t limit);

/// The file of an upload: the part with this name, or else the first file; nothing if there is none.
struct Upload {
  std::string file_name;
  std::string content;
};
base::Task<base::Result<std::optional<Upload>>> read_upload(Request* request, std::string part, size_t limit);

}  // namespace gyr::web
