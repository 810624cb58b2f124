// The documentation page of a type, in Markdown, from its description (principle: described once).
#pragma once

#include <string>

#include "model/schema.h"
#include "plugin/type_builder.h"

namespace gyr::plugin {

/// One page: what it is, examples, properties, outputs, metrics. `with_common` adds what every task (trigger …) has.
std::string documentation_page(model::TypeSource::Kind kind, const TypeDescription& type, bool with_common = false);

/// How people read the type of a property: `duration`, `list of text`, `one of A, B`.
std::string type_words(const model::TypeInfo& type);

}  // namespace gyr::plugin
