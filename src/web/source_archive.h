// Sources as files: a zip of them, and what an upload of YAML or a zip holds (API-49, API-90).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "net/http.h"
#include "web/forms.h"
#include "web/limits.h"

namespace gyr::web {

/// A source to import and the name by which a failure is told.
struct ImportedSource {
  std::string name;
  std::string source;
};

/// All documents of a `.yaml`, `.yml` or `.zip`. On a pool's thread.
base::Result<std::vector<ImportedSource>> unpack_sources(const Upload& upload, const Limits& limits);

/// A zip as a file to download.
net::ServerResponse zip_answer(std::string zip, std::string_view name);

}  // namespace gyr::web
