// The flows in files, and the same flows on a server: what `flow deploy`, `diff`, `plan` and `apply` compare.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/api_client.h"
#include "cli/console.h"

namespace gyr::cli {

inline constexpr const char* yaml_media_type = "application/x-yaml";

/// A flow of a file.
struct LocalFlow {
  std::string file;
  std::string namespace_, id;
  std::string source;
};

/// The flows of one file. With `namespace_`, each flow is moved to this namespace.
base::Result<std::vector<LocalFlow>> flows_in(const std::string& path, const std::optional<std::string>& namespace_,
                                              const Console& console);
/// The source of a flow on the server; nothing if the flow does not exist.
base::Result<std::optional<std::string>> source_on_server(const ApiClient& client, const LocalFlow& flow);

}  // namespace gyr::cli
