// The property `namespaceFiles`, which script tasks and WorkingDirectory have (spec 04 section 2.2).
#pragma once

#include <string>
#include <vector>

#include "model/bind.h"
#include "model/dynamic.h"
#include "model/schema.h"

namespace gyr::plugin {

/// What happens to a namespace file whose place in the working directory is taken.
enum class IfExists : uint8_t { overwrite, fail, warn, ignore };

/// Which files of which namespaces are copied to the working directory (NSF-30). Immutable once bound; any thread.
struct NamespaceFiles {
  model::Dynamic<bool> enabled;
  model::Dynamic<std::vector<std::string>> namespaces;
  model::Dynamic<std::vector<std::string>> include;
  model::Dynamic<std::vector<std::string>> exclude;
  model::Dynamic<IfExists> if_exists;
  model::Dynamic<bool> folder_per_namespace;
  static const model::Schema& schema();
};

}  // namespace gyr::plugin

namespace gyr::model {

GYR_NAMED_ENUM(plugin::IfExists, "io.kestra.core.models.tasks.FileExistComportment");

}  // namespace gyr::model
