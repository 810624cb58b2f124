#include "cli/evaluation.h"

#include "cli/errors.h"
#include "expression/convert.h"
#include "expression/mask.h"
#include "syntax/json.h"
#include "syntax/time.h"

namespace gyr::cli {

using base::Result;
using base::Value;
using expression::Outcome;

namespace {

/// Each host call of a template needs one more round. A template with more calls than this has a loop.
constexpr int max_host_calls = 10'000;

/// Renders until no answer is missing. The answer to every host call is the error that it needs a server.
template <class Render>
Result<Value> settled(const Evaluation& evaluation, Render render) {
  expression::Environment environment;
  environment.now = evaluation.now;
  environment.random_seed = evaluation.random_seed;
  environment.recursive_rendering = evaluation.mode == "recursive";
  expression::ValueContext context(evaluation.context);
  for (int round = 0; round < max_host_calls; ++round) {
    Outcome outcome = render(context, environment);
    if (outcome.failed()) return base::fail(outcome.error());
    if (outcome.ok()) return outcome.value();
    auto call = outcome.needs().call;
    base::Error refused(no_server,
                        fmt::format("`{}` needs a server; run it in a flow: gyr flow run FILE", call.function));
    environment.answers.push_back({std::move(call), base::fail(std::move(refused))});
  }
  return base::fail(no_server,
                    fmt::format("the expression needs a server, and calls it more than {} times", max_host_calls));
}

Result<Value> rendered(const Evaluation& evaluation, const Value& source, bool typed = false) {
  expression::ValueTemplate compiled(source);
  return settled(evaluation, [&](const expression::Context& context, const expression::Environment& environment) {
    return typed ? compiled.render_typed(context, environment) : compiled.render(context, environment);
  });
}

template <class T, class Make>
Result<Value> optional_value(Result<std::optional<T>> converted, Make make) {
  GYR_TRY(std::optional<T> scalar, std::move(converted));
  return scalar ? make(*scalar) : Value();
}

constexpr std::string_view property_types =
    "INT, LONG, DOUBLE, BOOLEAN, STRING, DURATION, INSTANT, LEVEL, OBJECT, LIST<T> and MAP<T>";

Result<Value> convert_scalar(std::string_view type, const Value& value) {
  if (type == "OBJECT") return value;
  if (type == "INT")
    return optional_value(expression::to_small_integer(value),
                          [](int32_t number) { return Value::narrow_integer(number); });
  if (type == "LONG")
    return optional_value(expression::to_integer(value), [](int64_t number) { return Value::integer(number); });
  if (type == "DOUBLE")
    return optional_value(expression::to_number(value), [](double number) { return Value::number(number); });
  if (type == "BOOLEAN")
    return optional_value(expression::to_boolean(value), [](bool truth) { return Value::boolean(truth); });
  if (type == "STRING")
    return optional_value(expression::to_string(value), [](const std::string& text) { return Value::string(text); });
  if (type == "DURATION") {
    return optional_value(expression::to_duration(value),
                          [](base::Duration length) { return Value::string(syntax::format_duration(length)); });
  }
  if (type == "INSTANT") {
    return optional_value(expression::to_instant(value),
                          [](base::Instant date) { return Value::string(syntax::format_instant(date)); });
  }
  if (type == "LEVEL") {
    constexpr std::string_view levels[] = {"ERROR", "WARN", "INFO", "DEBUG", "TRACE"};
    return optional_value(expression::to_name(value, levels),
                          [](const std::string& text) { return Value::string(text); });
  }
  return base::fail(base::Error(wrong_usage, fmt::format("`{}` is not a type of a property", type))
                        .with_hint(fmt::format("the types are {}", property_types)));
}

/// EXPR-346 and EXPR-347. In a literal list, only strings and mappings are converted; other items are kept.
Result<Value> container_property(const Evaluation& evaluation, std::string_view type, std::string_view element) {
  GYR_TRY(Value source, expression::container_source(evaluation.source));
  GYR_TRY(Value value, rendered(evaluation, source));
  if (type == "MAP") {
    GYR_TRY(Value map, expression::to_map(value));
    base::MapBuilder converted;
    for (const base::MapEntry& entry : map.entries()) {
      GYR_TRY(Value item, convert_scalar(element, entry.value));
      converted.set(entry.key, std::move(item));
    }
    return converted.build();
  }
  GYR_TRY(Value list, expression::to_list(value));
  base::ListBuilder converted;
  for (size_t i = 0; i < list.size(); ++i) {
    const Value& item = list.items()[i];
    const Value* written = source.is_list() ? source.at(i) : nullptr;
    bool as_written = written != nullptr && !written->is_string() && !written->is_map();
    GYR_TRY(Value result, as_written ? Result<Value>(item) : convert_scalar(element, item));
    converted.push(std::move(result));
  }
  return converted.build();
}

/// Evaluates each item of a list.
template <class One>
Result<Value> each_case(const Value& source, One one) {
  if (!source.is_list()) return one(source);
  base::ListBuilder results;
  for (const Value& item : source.items()) {
    GYR_TRY(Value result, one(item));
    results.push(std::move(result));
  }
  return results.build();
}

Result<Value> property(const Evaluation& evaluation, std::string_view type) {
  size_t open = type.find('<');
  std::string_view container = type.substr(0, open);
  if (container == "LIST" || container == "MAP") {
    bool closed = open == std::string_view::npos || type.ends_with('>');
    if (!closed) return base::fail(wrong_usage, fmt::format("`{}` is not a type of a property", type));
    return container_property(
        evaluation, container,
        open == std::string_view::npos ? "OBJECT" : type.substr(open + 1, type.size() - open - 2));
  }
  return each_case(evaluation.source, [&](const Value& source) -> Result<Value> {
    GYR_TRY(Value value, rendered(evaluation, source));
    return convert_scalar(type, value);
  });
}

Result<Value> hidden_in_log(const Evaluation& evaluation, std::string_view secrets) {
  GYR_TRY(Value list, syntax::parse_json(secrets));
  if (!list.is_list()) return base::fail(wrong_usage, "the mode `log:` needs a JSON list of strings");
  expression::SecretMask mask;
  for (const Value& secret : list.items()) {
    if (secret.is_string()) mask.add(secret.text());
  }
  return mask.mask(evaluation.source);
}

Result<Value> whole_text(const Evaluation& evaluation, bool typed) {
  if (!evaluation.source.is_string())
    return base::fail(wrong_usage, fmt::format("the template of the mode `{}` must be a string", evaluation.mode));
  auto compiled = expression::Template::compile(evaluation.source.text());
  return settled(evaluation, [&](const expression::Context& context, const expression::Environment& environment) {
    return typed ? compiled->render_typed(context, environment) : compiled->render(context, environment);
  });
}

}  // namespace

base::Result<Value> evaluate(const Evaluation& evaluation) {
  std::string_view mode = evaluation.mode;
  if (!evaluation.context.is_map()) return base::fail(wrong_usage, "the context is not a mapping");
  if (mode == "render" || mode == "server" || mode == "recursive") return whole_text(evaluation, false);
  if (mode == "typed") return whole_text(evaluation, true);
  if (mode == "map" || mode == "list") return rendered(evaluation, evaluation.source);
  if (mode == "condition" || mode == "expression-condition") {
    return each_case(evaluation.source, [&](const Value& source) -> Result<Value> {
      GYR_TRY(Value value, rendered(evaluation, source));
      return Value::boolean(mode == "condition" ? expression::is_truthy(value)
                                                : expression::holds_as_expression(value));
    });
  }
  if (mode.starts_with("property:")) return property(evaluation, mode.substr(9));
  if (mode.starts_with("log:")) return hidden_in_log(evaluation, mode.substr(4));
  return base::fail(base::Error(wrong_usage, fmt::format("unknown mode `{}`", mode))
                        .with_hint("the modes are render, typed, map, list, property:T, condition, "
                                   "expression-condition, log:[secrets], recursive and server"));
}

std::string_view type_name(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::null: return "null";
    case Value::Kind::boolean: return "boolean";
    case Value::Kind::integer: return "integer";
    case Value::Kind::number: return "number";
    case Value::Kind::decimal: return "decimal";
    case Value::Kind::string: return "string";
    case Value::Kind::list: return "list";
    case Value::Kind::map: return "map";
    case Value::Kind::instant: return "instant";
    case Value::Kind::duration: return "duration";
    case Value::Kind::zoned_date_time: return "zoned_date_time";
    case Value::Kind::local_date_time: return "local_date_time";
    case Value::Kind::local_date: return "local_date";
    case Value::Kind::local_time: return "local_time";
  }
  return "null";
}

}  // namespace gyr::cli
