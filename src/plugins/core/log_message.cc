#include "plugins/core/log_message.h"

#include "expression/template.h"
#include "plugin_api/run_context.h"

namespace gyr::plugins::core {

std::string_view kind_words(const base::Value& value) {
  using Kind = base::Value::Kind;
  switch (value.kind()) {
    case Kind::null: return "null";
    case Kind::boolean: return "a boolean";
    case Kind::integer:
    case Kind::number:
    case Kind::decimal: return "a number";
    case Kind::string: return "a text";
    case Kind::list: return "a list";
    case Kind::map: return "a map";
    default: return "a date or duration";
  }
}

base::Result<std::vector<std::string>> lines_of_message(const base::Value& source, const base::Value& rendered,
                                                        std::string_view property) {
  std::vector<std::string> lines;
  if (source.is_string()) {
    lines.push_back(rendered.is_null() ? std::string() : expression::to_text(rendered));
    return lines;
  }
  if (!source.is_list() || !rendered.is_list()) {
    return base::fail(plugin::task_failed,
                      fmt::format("`{}` must be a text or a list of texts, not {}", property, kind_words(source)));
  }
  for (size_t i = 0; i < source.size(); ++i) {
    const base::Value& written = *source.at(i);
    if (written.is_null()) continue;
    const base::Value* line = rendered.at(i);
    if (!written.is_string() || line == nullptr) {
      return base::fail(plugin::task_failed,
                        fmt::format("item {} of `{}` must be a text, not {}", i, property, kind_words(written)));
    }
    lines.push_back(line->is_null() ? std::string() : expression::to_text(*line));
  }
  return lines;
}

}  // namespace gyr::plugins::core
