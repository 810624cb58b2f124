#include "model/variant.h"

#include "base/text.h"
#include "model/bind.h"
#include "model/errors.h"

namespace gyr::model {

TypeInfo variant_type_info(std::string_view name, std::span<const Variant> variants) {
  TypeInfo info{.type = ValueType::object, .name = std::string(name)};
  for (const Variant& variant : variants) info.variants.emplace_back(variant.type, variant.schema);
  return info;
}

std::optional<size_t> choose_variant(const syntax::NodePtr& node, std::string_view class_name,
                                     std::span<const Variant> variants, BindContext& context) {
  if (!detail::expect_mapping(class_name, node, context)) return std::nullopt;
  const syntax::NodeEntry* type = node->find_entry("type");
  if (type == nullptr || type->value->is_null() || !type->value->is_scalar()) {
    const syntax::Span place = type != nullptr           ? type->key_span
                               : node->entries().empty() ? node->span()
                                                         : node->entries().front().key_span;
    syntax::Diagnostic& found = context.report(unknown_type, "Invalid type: null", place);
    found.own_words = "property \"type\" is required";
    found.label = "`type` is missing";
    return std::nullopt;
  }
  const std::string name = scalar_text(*type->value);
  std::vector<std::string_view> known;
  for (size_t i = 0; i < variants.size(); ++i) {
    if (variants[i].type == name) return i;
    known.push_back(variants[i].type);
  }
  syntax::Diagnostic& found = context.report(unknown_type, "Invalid type: " + name, type->value);
  found.own_words = fmt::format("unknown type \"{}\"", name);
  found.label = "no such type";
  const auto meant = base::nearest(name, known);
  found.help =
      meant ? fmt::format("did you mean `{}`?", *meant) : fmt::format("the types are {}", fmt::join(known, ", "));
  return std::nullopt;
}

}  // namespace gyr::model
