// The documentation page of a type, in Markdown, from its description (principle: described once).
#pragma once

#include <string>

#include "model/schema.h"
#include "plugin_api/type_builder.h"

namespace gyr::plugin {

/// The page of one type: purpose, examples, properties, outputs, metrics. `with_common` adds the properties that every
/// task (trigger …) has.
std::string documentation_page(model::TypeSource::Kind kind, const TypeDescription& type, bool with_common = false);

/// The type of a property in words: `duration`, `list of text`, `one of A, B`.
std::string type_words(const model::TypeInfo& type);

}  // namespace gyr::plugin
