// Objects whose `type` selects their shape: retries, inputs, SLAs.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "model/schema.h"

namespace gyr::model {

/// One value of `type` and the properties that go with it.
struct Variant {
  std::string_view type;
  SchemaSource schema;
};

TypeInfo variant_type_info(std::string_view name, std::span<const Variant> variants);

/// The index of the variant that the `type` of the mapping selects. Reports a node that is not a mapping, and a type
/// that is missing or unknown (`Invalid type: X`).
std::optional<size_t> choose_variant(const syntax::NodePtr& node, std::string_view class_name,
                                     std::span<const Variant> variants, BindContext& context);

}  // namespace gyr::model
