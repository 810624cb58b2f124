// Expressions and what they can name, as JSON.
#pragma once

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// The completions of an expression, by category (API-74).
struct ExpressionContext {
  std::vector<std::pair<std::string, std::vector<std::string>>> categories;
};

/// The text of a result, or the error of the expression.
struct EvalResult {
  std::optional<std::string> result;
  std::optional<std::string> error;
  std::optional<std::string> stack_trace;
};

/// The text of each expression.
struct RenderedExpressions {
  std::vector<std::pair<std::string, std::string>> rendered;
};

/// A parameter of a function.
struct PebbleArgument {
  std::string name;
  std::optional<std::string> default_value;
};
/// A function of expressions.
struct PebbleFunction {
  std::string name;
  std::vector<PebbleArgument> arguments;
};

/// Expressions to render in an execution.
struct ExpressionsToRender {
  std::vector<std::string> expressions;
  std::optional<std::string> execution_id;
};

}  // namespace json

template <>
struct Described<json::ExpressionContext> {
  using T = json::ExpressionContext;
  static constexpr std::string_view name = "ExpressionContext";
  static constexpr auto fields = std::tuple(
      field("categories", &T::categories, {.documentation = "`inputs`, `variables`, `taskOutputs` and others"}));
};
template <>
struct Described<json::EvalResult> {
  using T = json::EvalResult;
  static constexpr std::string_view name = "EvalResult";
  static constexpr auto fields =
      std::tuple(field("result", &T::result), field("error", &T::error), field("stackTrace", &T::stack_trace));
};
template <>
struct Described<json::RenderedExpressions> {
  using T = json::RenderedExpressions;
  static constexpr std::string_view name = "RenderedExpressions";
  static constexpr auto fields =
      std::tuple(field("rendered", &T::rendered, {.documentation = "The text of each expression"}));
};
template <>
struct Described<json::PebbleArgument> {
  using T = json::PebbleArgument;
  static constexpr std::string_view name = "PebbleArgument";
  static constexpr auto fields = std::tuple(field("name", &T::name), field("defaultValue", &T::default_value));
};
template <>
struct Described<json::PebbleFunction> {
  using T = json::PebbleFunction;
  static constexpr std::string_view name = "PebbleFunction";
  static constexpr auto fields =
      std::tuple(field("name", &T::name, {.example = "kv"}), field("arguments", &T::arguments));
};
template <>
struct Described<json::ExpressionsToRender> {
  using T = json::ExpressionsToRender;
  static constexpr std::string_view name = "ExpressionsToRender";
  static constexpr auto fields = std::tuple(field("expressions", &T::expressions, {.example = "{{ inputs.name }}"}),
                                            field("executionId", &T::execution_id, {.documentation = "Required"}));
};

}  // namespace gyr::web
