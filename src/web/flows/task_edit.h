// Replaces a task in the source of a flow (1.3 `updateTask`).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/value.h"

namespace gyr::web {

/// The source with one task replaced, at any depth; everything around the task stays byte for byte. Nothing if the
/// source has no such task. Error: GYR-W010 if the source is not YAML, or if the place of the task cannot be edited,
/// such as that of an alias.
base::Result<std::optional<std::string>> with_task(std::string_view source, std::string_view task_id,
                                                   const base::Value& task);

}  // namespace gyr::web
