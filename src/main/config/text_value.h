// Texts of a configuration as values of the type that a key has.
#pragma once

#include <string_view>

#include "model/schema.h"
#include "syntax/node.h"

namespace gyr::main::config {

/// The text as a value of this type, in the form that model/bind.h binds. Null if it is not such a value, or is outside
/// the limits of the key. A duration can also have one of Micronaut's short forms (`10s`, `5m`).
syntax::NodePtr node_of_text(std::string_view text, const model::TypeInfo& type, const model::PropertyOptions& options);

}  // namespace gyr::main::config
