#include "plugins/script/script_log.h"

#include "base/text.h"
#include "plugins/script/line_protocol.h"

namespace gyr::plugins::script {
namespace {

/// How much of a protocol line that makes no sense is shown.
constexpr size_t shown_of_bad_line = 200;

/// Text that every later part can store: well-formed UTF-8 without NUL, which databases refuse.
std::string storable(std::string_view bytes) {
  std::string text = base::repair_utf8(bytes);
  for (size_t at = text.find('\0'); at != std::string::npos; at = text.find('\0', at)) text.replace(at, 1, "\uFFFD");
  return text;
}

bool needs_repair(std::string_view bytes) {
  return bytes.find('\0') != std::string_view::npos || base::find_invalid_utf8(bytes).has_value();
}

void merge(const base::Value& outputs, base::MapBuilder& into) {
  if (!outputs.is_map()) return;
  for (const auto& entry : outputs.entries()) into.set(entry.key, entry.value);
}

}  // namespace

void ScriptLog::line(bool is_stderr, std::string_view bytes) {
  std::string repaired;
  if (needs_repair(bytes)) {
    repaired = storable(bytes);
    bytes = repaired;
  }
  if (auto json = protocol_text(bytes)) return protocol_line(*json);
  context_.log(is_stderr ? model::LogLevel::error : model::LogLevel::info, bytes);
}

void ScriptLog::protocol_line(std::string_view json) {
  auto message = parse_protocol(json);
  if (!message) {
    std::string_view shown = json.substr(0, shown_of_bad_line);
    context_.log(model::LogLevel::warn,
                 fmt::format("Invalid outputs '{}' ({}): {}{}", message.error().message(), message.error().code().text,
                             base::repair_utf8(shown), shown.size() < json.size() ? "…" : ""));
    return;
  }
  merge(message->outputs, vars_);
  merge(message->encrypted_outputs, encrypted_);
  for (const auto& metric : message->metrics) context_.metric(metric.type, metric.name, metric.value, metric.tags);
  for (const auto& log : message->logs) context_.log(log.level, log.message);
}

base::Value ScriptLog::vars() {
  base::MapBuilder present;
  for (const auto& entry : vars_.entries()) {
    if (!entry.value.is_null()) present.set(entry.key, entry.value);
  }
  return present.build();
}

base::Value ScriptLog::encrypted_vars() { return base::MapBuilder(encrypted_).build(); }

}  // namespace gyr::plugins::script
