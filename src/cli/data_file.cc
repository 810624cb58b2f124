#include "cli/data_file.h"

#include "base/text.h"
#include "cli/errors.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace gyr::cli {
namespace {

using base::Value;

base::Error in_file(const base::Error& error, const std::string& name) {
  if (error.place() == nullptr) return error.with_prefix(name + ": ");
  base::Place place = *error.place();
  place.file = name;
  return error.with_place(std::move(place));
}

/// Parses JSON if the name or the first character says so, else YAML. JSON may contain tabs and be larger than a YAML
/// document.
base::Result<Value> parse(const std::string& text, const std::string& path) {
  std::string_view first = base::trim(text);
  bool named_json = path.ends_with(".json");
  if (named_json || first.starts_with('{') || first.starts_with('[')) {
    auto json = syntax::parse_json(text);
    if (json || named_json) return json;
  }
  GYR_TRY(syntax::NodePtr node, syntax::parse_yaml(text));
  return node->to_value();
}

}  // namespace

base::Result<Value> read_map(const std::string& path, std::string_view what, const Console& console) {
  GYR_TRY(std::string text, read_input(path, console));
  if (base::trim(text).empty()) return Value::empty_map();
  auto value = parse(text, path);
  if (!value) return base::fail(in_file(value.error(), shown_name(path)));
  if (value->is_map()) return *value;
  return base::fail(base::Error(wrong_usage, fmt::format("{} in `{}` is not a mapping", what, shown_name(path)))
                        .with_hint("write names and values, such as `name: value`, or a JSON object"));
}

}  // namespace gyr::cli
