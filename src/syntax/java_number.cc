#include "syntax/java_number.h"

#include <charconv>
#include <cmath>

#include "base/assert.h"

namespace gyr::syntax {
namespace {

// The decimal exponents between which Java prints without `E`: 0.001 to below 10,000,000.
constexpr int min_plain_exponent = -3;
constexpr int first_scientific_exponent = 7;

/// Digits of the shortest decimal that reads back as the number: value = d.ddd × 10^exponent.
struct Digits {
  char text[24];
  int count = 0;
  int exponent = 0;
};

Digits digits_of(const char* begin, const char* end) {
  Digits digits;
  const char* at = begin;
  for (; at != end && *at != 'e'; ++at) {
    if (*at != '.') digits.text[digits.count++] = *at;
  }
  if (at != end) {
    at += at[1] == '+' ? 2 : 1;
    std::from_chars(at, end, digits.exponent);
  }
  return digits;
}

template <class Number>
Digits min_digits(Number magnitude) {
  char text[48];
  auto end = std::to_chars(text, text + sizeof text, magnitude, std::chars_format::scientific).ptr;
  Digits digits = digits_of(text, end);
  if (digits.count > 1) return digits;
  // Java always shows two digits and takes the nearest such decimal: the least double is 4.9E-324, not 5.0E-324.
  end = std::to_chars(text, text + sizeof text, magnitude, std::chars_format::scientific, 1).ptr;
  Number read_back = 0;
  std::from_chars(text, end, read_back);
  Digits two = digits_of(text, end);
  return read_back == magnitude && two.text[1] != '0' ? two : digits;
}

void append_plain(std::string& out, const Digits& digits) {
  int point = digits.exponent + 1;  // digits before the point
  if (point <= 0) {
    out += "0.";
    out.append(static_cast<size_t>(-point), '0');
    out.append(digits.text, static_cast<size_t>(digits.count));
    return;
  }
  for (int i = 0; i < point; ++i) out += i < digits.count ? digits.text[i] : '0';
  out += '.';
  if (digits.count <= point) {
    out += '0';
  } else {
    out.append(digits.text + point, static_cast<size_t>(digits.count - point));
  }
}

void append_scientific(std::string& out, const Digits& digits) {
  out += digits.text[0];
  out += '.';
  if (digits.count == 1) {
    out += '0';
  } else {
    out.append(digits.text + 1, static_cast<size_t>(digits.count - 1));
  }
  out += 'E';
  fmt::format_to(std::back_inserter(out), "{}", digits.exponent);
}

template <class Number>
void append_java(std::string& out, Number value) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::signbit(value)) out += '-';
  Number magnitude = std::fabs(value);
  if (std::isinf(magnitude)) {
    out += "Infinity";
  } else if (magnitude == 0) {
    out += "0.0";
  } else {
    Digits digits = min_digits(magnitude);
    bool plain = digits.exponent >= min_plain_exponent && digits.exponent < first_scientific_exponent;
    plain ? append_plain(out, digits) : append_scientific(out, digits);
  }
}

}  // namespace

void append_java_double(std::string& out, double value) { append_java(out, value); }
void append_java_float(std::string& out, float value) { append_java(out, value); }

void append_number(std::string& out, const base::Value& value) {
  if (value.is_integer()) {
    char text[24];
    out.append(text, std::to_chars(text, text + sizeof text, value.as_integer()).ptr);
  } else if (value.is_decimal()) {
    out += value.text();
  } else {
    GYR_ASSERT(value.is_number());
    if (value.is_narrow()) {
      append_java_float(out, static_cast<float>(value.as_number()));
    } else {
      append_java_double(out, value.as_number());
    }
  }
}

void append_seconds(std::string& out, base::Duration duration) {
  if (duration.is_zero()) {
    out += "0.0";
    return;
  }
  // Sign and magnitude: -0.5 s is {-1, 500,000,000}.
  bool borrow = duration.seconds < 0 && duration.nanos > 0;
  int64_t seconds = borrow ? duration.seconds + 1 : duration.seconds;
  int64_t nanos = borrow ? base::nanos_per_second - duration.nanos : duration.nanos;
  if (borrow && seconds == 0) out += '-';
  fmt::format_to(std::back_inserter(out), "{}.{:09}", seconds, nanos);
}

std::string java_double_text(double value) {
  std::string out;
  append_java_double(out, value);
  return out;
}

std::string java_float_text(float value) {
  std::string out;
  append_java_float(out, value);
  return out;
}

}  // namespace gyr::syntax
