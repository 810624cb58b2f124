#include "plugins/script/line_protocol.h"

#include <cmath>

#include "expression/template.h"
#include "syntax/json.h"
#include "syntax/time.h"

namespace gyr::plugins::script {
namespace {

using base::Value;

std::unexpected<base::Error> bad(std::string message) { return base::fail(bad_protocol_line, std::move(message)); }

/// A number, or text that holds one.
base::Result<double> number_of(const Value& value, std::string_view name) {
  std::optional<double> number;
  if (value.is_integer()) number = static_cast<double>(value.as_integer());
  if (value.is_number()) number = value.as_number();
  if (value.is_decimal() || value.is_string()) {
    std::string_view text = value.text();
    double parsed = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parsed);
    if (error == std::errc() && end == text.data() + text.size()) number = parsed;
  }
  if (!number || !std::isfinite(*number)) return bad(fmt::format("the value of the metric `{}` is not a number", name));
  return *number;
}

/// Seconds, or an ISO duration; in milliseconds.
base::Result<double> timer_of(const Value& value, std::string_view name) {
  if (value.is_string() && !value.text().empty() && (value.text().front() == 'P' || value.text().front() == '-')) {
    if (auto duration = syntax::parse_duration(value.text())) return duration->to_fraction() * 1000;
  }
  GYR_TRY(double seconds, number_of(value, name));
  return seconds * 1000;
}

base::Result<Value> tags_of(const Value* tags, std::string_view name) {
  base::MapBuilder texts;
  if (tags == nullptr || tags->is_null()) return texts.build();
  if (!tags->is_map()) return bad(fmt::format("the tags of the metric `{}` are not an object", name));
  for (const auto& [key, value] : tags->entries()) {
    if (value.is_null()) continue;
    if (value.is_container())
      return bad(fmt::format("the tag `{}` of the metric `{}` is not a string", key.text(), name));
    texts.set(key, Value::string(expression::to_text(value)));
  }
  return texts.build();
}

base::Result<ProtocolMessage::Metric> metric_of(const Value& item) {
  if (!item.is_map()) return bad("an item of `metrics` is not an object");
  const Value* name = item.find("name");
  if (name == nullptr || !name->is_string() || name->text().empty()) return bad("an item of `metrics` has no `name`");
  ProtocolMessage::Metric metric;
  metric.name = name->text();
  const Value* type = item.find("type");
  auto known = type != nullptr && type->is_string() ? model::parse_metric_type(type->text()) : std::nullopt;
  if (!known) return bad(fmt::format("the type of the metric `{}` must be counter, timer or gauge", metric.name));
  metric.type = *known;
  const Value* value = item.find("value");
  if (value == nullptr || value->is_null()) return bad(fmt::format("the metric `{}` has no `value`", metric.name));
  if (metric.type == model::MetricType::timer) {
    GYR_TRY(metric.value, timer_of(*value, metric.name));
  } else {
    GYR_TRY(metric.value, number_of(*value, metric.name));
  }
  GYR_TRY(metric.tags, tags_of(item.find("tags"), metric.name));
  return metric;
}

base::Result<ProtocolMessage::Log> log_of(const Value& item) {
  if (!item.is_map()) return bad("an item of `logs` is not an object");
  const Value* level = item.find("level");
  auto known = level != nullptr && level->is_string() ? model::parse_log_level(level->text()) : std::nullopt;
  if (!known) return bad("the `level` of an item of `logs` must be TRACE, DEBUG, INFO, WARN or ERROR");
  const Value* message = item.find("message");
  if (message == nullptr || message->is_null()) return ProtocolMessage::Log{*known, {}};
  if (message->is_container()) return bad("the `message` of an item of `logs` is not a string");
  return ProtocolMessage::Log{*known, expression::to_text(*message)};
}

/// Null where the key is absent or null; an error where it is neither that nor a map.
base::Result<Value> map_of(const Value& object, std::string_view key) {
  const Value* value = object.find(key);
  if (value == nullptr || value->is_null()) return Value();
  if (!value->is_map()) return bad(fmt::format("`{}` is not an object", key));
  return *value;
}

base::Result<std::span<const Value>> list_of(const Value& object, std::string_view key) {
  const Value* value = object.find(key);
  if (value == nullptr || value->is_null()) return std::span<const Value>();
  if (!value->is_list()) return bad(fmt::format("`{}` is not an array", key));
  return value->items();
}

}  // namespace

std::optional<std::string_view> protocol_text(std::string_view line) {
  constexpr size_t shortest = 6;  // ::{}::
  if (line.size() < shortest || !line.starts_with("::{") || !line.ends_with("}::")) return std::nullopt;
  return line.substr(2, line.size() - 4);
}

base::Result<ProtocolMessage> parse_protocol(std::string_view json) {
  auto object = syntax::parse_json_prefix(json);
  if (!object) return base::fail(base::Error(bad_protocol_line, object.error().message()).with_cause(object.error()));
  ProtocolMessage message;
  GYR_TRY(message.outputs, map_of(*object, "outputs"));
  GYR_TRY(message.encrypted_outputs, map_of(*object, "encryptedOutputs"));
  GYR_TRY(auto metrics, list_of(*object, "metrics"));
  for (const Value& item : metrics) {
    GYR_TRY(auto metric, metric_of(item));
    message.metrics.push_back(std::move(metric));
  }
  GYR_TRY(auto logs, list_of(*object, "logs"));
  for (const Value& item : logs) {
    GYR_TRY(auto log, log_of(item));
    message.logs.push_back(std::move(log));
  }
  return message;
}

}  // namespace gyr::plugins::script
