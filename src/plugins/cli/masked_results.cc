#include "plugins/cli/masked_results.h"

#include <istream>
#include <ostream>
#include <string>

#include "base/text.h"
#include "plugins/script/line_protocol.h"
#include "syntax/json.h"

namespace gyr::plugins::cli {

using base::Value;

namespace {

/// Of a log, at once in memory.
constexpr size_t piece_bytes = 1'000'000;

}  // namespace

Value masked(const Value& value, const plugin::SecretFilter* filter) {
  if (filter == nullptr) return value;
  if (value.is_string()) return Value::string(filter->cleaned(value.text()));
  if (value.is_list()) {
    base::ListBuilder list;
    for (const Value& item : value.items()) list.push(masked(item, filter));
    return list.build();
  }
  if (!value.is_map()) return value;
  base::MapBuilder map;
  for (const auto& entry : value.entries()) map.set(filter->cleaned(entry.name()), masked(entry.value, filter));
  return map.build();
}

void copy_masked(std::istream& from, std::ostream& to, const plugin::SecretFilter* filter) {
  std::string piece;
  for (std::string line; std::getline(from, line);) {
    piece += line;
    if (!from.eof()) piece += '\n';
    if (piece.size() < piece_bytes) continue;
    to << (filter == nullptr ? piece : filter->cleaned(piece));
    piece.clear();
  }
  if (!piece.empty()) to << (filter == nullptr ? piece : filter->cleaned(piece));
}

std::string masked_and_cut(std::string_view text, size_t characters, const plugin::SecretFilter* filter) {
  std::string clean = filter == nullptr ? base::repair_utf8(text) : filter->cleaned(text);
  size_t counted = 0;
  for (size_t at = 0; at < clean.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(clean[at]) & 0xC0U) != 0x80U;
    if (begins && counted++ == characters) return clean.substr(0, at) + "…";
  }
  return clean;
}

bool log_callback_line(plugin::RunContext& context, std::string_view line) {
  const auto json = script::protocol_text(line);
  if (!json || !json->starts_with("{\"ansible\"")) return false;
  const auto message = syntax::parse_json(*json);
  const Value* said = message ? message->find("ansible") : nullptr;
  if (said == nullptr || !said->is_map()) return false;
  auto text = [&](std::string_view key) {
    const Value* value = said->find(key);
    return value != nullptr && value->is_string() ? value->text() : std::string_view();
  };
  const Value* limit = said->find("limit");
  const size_t characters =
      limit != nullptr && limit->is_integer() && limit->as_integer() > 0 ? static_cast<size_t>(limit->as_integer()) : 0;
  const auto* filter = dynamic_cast<const plugin::SecretFilter*>(&context);
  const std::string cut = text("long").empty() ? std::string() : masked_and_cut(text("long"), characters, filter);
  context.log(model::parse_log_level(text("level")).value_or(model::LogLevel::info),
              fmt::format("{}{}{}", text("text"), cut, text("tail")));
  return true;
}

}  // namespace gyr::plugins::cli
