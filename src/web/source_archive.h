// Source files: a zip of sources, and the sources in an upload of YAML or a zip (API-49, API-90).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "net/http.h"
#include "web/http/forms.h"
#include "web/http/limits.h"

namespace gyr::web {

/// A source to import, and its name in error messages.
struct ImportedSource {
  std::string name;
  std::string source;
};

/// All documents of a `.yaml`, `.yml` or `.zip` file. Call it on the thread of a pool.
base::Result<std::vector<ImportedSource>> unpack_sources(const Upload& upload, const Limits& limits);

/// A zip as a file download.
net::ServerResponse zip_answer(std::string zip, std::string_view name);

}  // namespace gyr::web
