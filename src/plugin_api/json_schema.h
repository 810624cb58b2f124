// JSON Schema (draft-07) of flows and types, for editors, forms and completion (API-111). All from the descriptions.
#pragma once

#include <string_view>

#include "base/value.h"
#include "model/schema.h"
#include "plugin_api/registry.h"

namespace gyr::plugin {

enum class SchemaKind : uint8_t { flow, task, trigger, plugin_default };

/// The schema of a whole document: `$ref` into `definitions`. Each registered type is one branch of an `anyOf`; the
/// constant of its `type` selects the branch. Further keywords: `$dynamic`, `$deprecated`, `$secret`, `$group`,
/// `$examples`, `$metrics`. A call takes milliseconds: keep the result. Any thread.
base::Value json_schema(const Registry& registry, SchemaKind kind, bool array_of = false);

/// `{properties, outputs, definitions}` of one type, for its documentation. `with_common` adds the properties that
/// every task (trigger …) has.
base::Value type_schema(model::TypeSource::Kind kind, const TypeDescription& type, bool with_common);

/// The properties that every object of a kind has.
const model::Schema& common_schema(model::TypeSource::Kind kind);

}  // namespace gyr::plugin
