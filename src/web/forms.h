// Bodies that are forms: multipart, URL-encoded, or none at all (API-21).
#pragma once

#include <string>
#include <vector>

#include "net/multipart.h"
#include "web/request.h"

namespace gyr::web {

/// The entries of a form in order; none where there is no body. Files go to `sink`.
base::Task<base::Result<std::vector<net::FormEntry>>> read_entries(Request* request, net::MultipartLimits limits,
                                                                   net::FileSink sink);

/// A sink that keeps files in memory, each up to `limit` bytes.
net::FileSink keep_files(size_t limit);

/// The one file of an upload: the part of this name, else the first file there is; nothing where there is none.
struct Upload {
  std::string file_name;
  std::string content;
};
base::Task<base::Result<std::optional<Upload>>> read_upload(Request* request, std::string part, size_t limit);

}  // namespace gyr::web
