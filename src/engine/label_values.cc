#include "engine/label_values.h"

#include "engine/updating/updating.h"
#include "expression/template.h"
#include "syntax/json.h"

namespace gyr::engine {
namespace {

base::Result<model::Label> label_of(std::string_view key, const base::Value& value) {
  if (value.is_container()) {
    return base::fail(update_refused,
                      "Unsupported type for key: " + std::string(key) + ", value: " + expression::to_text(value));
  }
  return model::Label{std::string(key), value.is_null() ? std::string() : expression::to_text(value)};
}

}  // namespace

base::Result<std::vector<model::Label>> labels_of_value(const base::Value& rendered) {
  base::Value value = rendered;
  if (value.is_string()) {
    GYR_TRY(value, syntax::parse_json(rendered.text()));
  }
  std::vector<model::Label> labels;
  if (value.is_map()) {
    for (const auto& entry : value.entries()) {
      GYR_TRY(model::Label label, label_of(entry.name(), entry.value));
      labels.push_back(std::move(label));
    }
    return labels;
  }
  if (value.is_null()) return labels;
  if (!value.is_list()) return base::fail(update_refused, "labels must be a map or a list of pairs");
  for (const base::Value& item : value.items()) {
    const base::Value* key = item.find("key");
    const base::Value* text = item.find("value");
    if (key == nullptr || text == nullptr || !key->is_string()) {
      return base::fail(update_refused, "each label of a list needs a `key` and a `value`");
    }
    GYR_TRY(model::Label label, label_of(key->text(), *text));
    labels.push_back(std::move(label));
  }
  return labels;
}

}  // namespace gyr::engine
