// Mathematics: results keep their kind (EXPR-227): floor of 1.5 is 1.0.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "jq/builtins.h"

namespace gyr::jq {
namespace {

using base::Value;
using Arguments = std::span<const Value>;

bool wants_number(Interpreter& jq, const Value& value) {
  return value.is_numeric() || jq.fail(fmt::format("{} number required", type_name(value)));
}

template <double (*function)(double)>
bool unary(Interpreter& jq, const Value& input, Arguments, Value& out) {
  if (!wants_number(jq, input)) return false;
  out = Value::number(function(to_double(input)));
  return true;
}

/// Results that are whole are integers, as of jq's operators.
template <double (*function)(double, double)>
bool binary(Interpreter& jq, const Value&, Arguments arguments, Value& out) {
  if (!wants_number(jq, arguments[0]) || !wants_number(jq, arguments[1])) return false;
  out = whole_or_real(function(to_double(arguments[0]), to_double(arguments[1])));
  return true;
}

bool fma_of(Interpreter& jq, const Value&, Arguments arguments, Value& out) {
  for (const Value& argument : arguments) {
    if (!wants_number(jq, argument)) return false;
  }
  out = whole_or_real(std::fma(to_double(arguments[0]), to_double(arguments[1]), to_double(arguments[2])));
  return true;
}

double exp10_of(double x) { return std::pow(10.0, x); }
double pow10_of(double x) { return std::pow(10.0, x); }
double significand_of(double x) {
  if (x == 0 || !std::isfinite(x)) return x;
  int exponent = 0;
  return std::frexp(x, &exponent) * 2;
}
double gamma_of(double x) { return std::lgamma(x); }
double drem_of(double x, double y) { return std::remainder(x, y); }
double ldexp_of(double x, double y) { return std::ldexp(x, static_cast<int>(std::clamp(y, -1e5, 1e5))); }

bool frexp_of(Interpreter& jq, const Value& input, Arguments, Value& out) {
  if (!wants_number(jq, input)) return false;
  int exponent = 0;
  double mantissa = std::frexp(to_double(input), &exponent);
  out = Value::list({whole_or_real(mantissa), Value::narrow_integer(exponent)});
  return true;
}

bool modf_of(Interpreter& jq, const Value& input, Arguments, Value& out) {
  if (!wants_number(jq, input)) return false;
  double whole = 0;
  double fraction = std::modf(to_double(input), &whole);
  out = Value::list({whole_or_real(fraction), whole_or_real(whole)});
  return true;
}

bool lgamma_r_of(Interpreter& jq, const Value& input, Arguments, Value& out) {
  if (!wants_number(jq, input)) return false;
  double value = to_double(input);
  bool negative = value < 0 && std::fmod(std::floor(value), 2.0) != 0;
  out = Value::list({whole_or_real(std::lgamma(value)), Value::narrow_integer(negative ? -1 : 1)});
  return true;
}

template <bool (*test)(double)>
bool tested(Interpreter&, const Value& input, Arguments, Value& out) {
  out = Value::boolean(input.is_numeric() && test(to_double(input)));
  return true;
}

bool is_infinite(double x) { return std::isinf(x); }
bool is_nan(double x) { return std::isnan(x); }
bool is_normal(double x) { return std::isnormal(x); }

bool infinite(Interpreter&, const Value&, Arguments, Value& out) {
  out = Value::number(HUGE_VAL);
  return true;
}
bool nan(Interpreter&, const Value&, Arguments, Value& out) {
  out = Value::number(std::nan(""));
  return true;
}

constexpr Builtin math_table[] = {
    {"floor", 0, unary<std::floor>},
    {"ceil", 0, unary<std::ceil>},
    {"round", 0, unary<std::round>},
    {"trunc", 0, unary<std::trunc>},
    {"rint", 0, unary<std::rint>},
    {"nearbyint", 0, unary<std::nearbyint>},
    {"sqrt", 0, unary<std::sqrt>},
    {"cbrt", 0, unary<std::cbrt>},
    {"fabs", 0, unary<std::fabs>},
    {"exp", 0, unary<std::exp>},
    {"exp2", 0, unary<std::exp2>},
    {"exp10", 0, unary<exp10_of>},
    {"pow10", 0, unary<pow10_of>},
    {"expm1", 0, unary<std::expm1>},
    {"log", 0, unary<std::log>},
    {"log2", 0, unary<std::log2>},
    {"log10", 0, unary<std::log10>},
    {"log1p", 0, unary<std::log1p>},
    {"logb", 0, unary<std::logb>},
    {"significand", 0, unary<significand_of>},
    {"gamma", 0, unary<gamma_of>},
    {"lgamma", 0, unary<gamma_of>},
    {"tgamma", 0, unary<std::tgamma>},
    {"sin", 0, unary<std::sin>},
    {"cos", 0, unary<std::cos>},
    {"tan", 0, unary<std::tan>},
    {"asin", 0, unary<std::asin>},
    {"acos", 0, unary<std::acos>},
    {"atan", 0, unary<std::atan>},
    {"sinh", 0, unary<std::sinh>},
    {"cosh", 0, unary<std::cosh>},
    {"tanh", 0, unary<std::tanh>},
    {"asinh", 0, unary<std::asinh>},
    {"acosh", 0, unary<std::acosh>},
    {"atanh", 0, unary<std::atanh>},
    {"j0", 0, unary<::j0>},
    {"j1", 0, unary<::j1>},
    {"y0", 0, unary<::y0>},
    {"y1", 0, unary<::y1>},
    {"pow", 2, binary<std::pow>},
    {"atan2", 2, binary<std::atan2>},
    {"fmin", 2, binary<std::fmin>},
    {"fmax", 2, binary<std::fmax>},
    {"fmod", 2, binary<std::fmod>},
    {"fdim", 2, binary<std::fdim>},
    {"hypot", 2, binary<std::hypot>},
    {"copysign", 2, binary<std::copysign>},
    {"nextafter", 2, binary<std::nextafter>},
    {"nexttoward", 2, binary<std::nextafter>},
    {"drem", 2, binary<drem_of>},
    {"ldexp", 2, binary<ldexp_of>},
    {"scalb", 2, binary<ldexp_of>},
    {"scalbln", 2, binary<ldexp_of>},
    {"fma", 3, fma_of},
    {"frexp", 0, frexp_of},
    {"modf", 0, modf_of},
    {"lgamma_r", 0, lgamma_r_of},
    {"isinfinite", 0, tested<is_infinite>},
    {"isnan", 0, tested<is_nan>},
    {"isnormal", 0, tested<is_normal>},
    {"infinite", 0, infinite},
    {"nan", 0, nan},
};

}  // namespace

std::span<const Builtin> math_builtins() { return math_table; }

}  // namespace gyr::jq
