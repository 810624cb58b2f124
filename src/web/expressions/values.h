// Expressions and what they can name, as JSON.
#pragma once

#include "web/http/described.h"

namespace gyr::web {
namespace json {

struct ExpressionContext;
struct EvalResult;
struct RenderedExpressions;
struct PebbleArgument;
struct PebbleFunction;

// Bodies.
struct ExpressionsToRender;

}  // namespace json

template <>
struct Described<json::ExpressionContext> {
  static constexpr std::string_view name = "ExpressionContext";
  static constexpr auto fields = std::tuple(field<Object>("categories"));
};
template <>
struct Described<json::EvalResult> {
  static constexpr std::string_view name = "EvalResult";
  static constexpr auto fields =
      std::tuple(field<std::optional<std::string>>("result"), field<std::optional<std::string>>("error"),
                 field<std::optional<std::string>>("stackTrace"));
};
template <>
struct Described<json::RenderedExpressions> {
  static constexpr std::string_view name = "RenderedExpressions";
  static constexpr auto fields = std::tuple(field<Object>("rendered"));
};
template <>
struct Described<json::PebbleArgument> {
  static constexpr std::string_view name = "PebbleArgument";
  static constexpr auto fields =
      std::tuple(field<std::string>("name"), field<std::optional<std::string>>("defaultValue"));
};
template <>
struct Described<json::PebbleFunction> {
  static constexpr std::string_view name = "PebbleFunction";
  static constexpr auto fields =
      std::tuple(field<std::string>("name"), field<std::vector<json::PebbleArgument>>("arguments"));
};
template <>
struct Described<json::ExpressionsToRender> {
  static constexpr std::string_view name = "ExpressionsToRender";
  static constexpr auto fields =
      std::tuple(field<std::vector<std::string>>("expressions"), field<std::string>("executionId"));
};

}  // namespace gyr::web
