// When values are equal, and their hash: numbers by what they are, maps in any order, everything else by its kind.
#include <charconv>
#include <cmath>

#include "base/hash.h"
#include "base/value.h"

namespace gyr::base {

namespace {

/// Sign, digits without leading zeros, and the power of ten of the last digit: equal numbers give equal forms.
struct Exact {
  bool negative = false;
  std::string digits;
  int64_t exponent = 0;
  friend bool operator==(const Exact&, const Exact&) = default;
};

std::optional<Exact> exact_of(std::string_view text) {
  Exact exact;
  size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) exact.negative = text[i++] == '-';
  bool fraction = false;
  bool any = false;
  for (; i < text.size(); ++i) {
    char c = text[i];
    if (c == '.' && !fraction) {
      fraction = true;
    } else if (c >= '0' && c <= '9') {
      any = true;
      exact.digits.push_back(c);
      if (fraction) exact.exponent -= 1;
    } else {
      break;
    }
  }
  if (!any) return std::nullopt;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && text[i] == '+') ++i;
    int64_t power = 0;
    auto [end, error] = std::from_chars(text.data() + i, text.data() + text.size(), power);
    if (error != std::errc() || power > 1'000'000'000 || power < -1'000'000'000) return std::nullopt;
    i = static_cast<size_t>(end - text.data());
    exact.exponent += power;
  }
  if (i != text.size()) return std::nullopt;
  exact.digits.erase(0, exact.digits.find_first_not_of('0'));
  while (!exact.digits.empty() && exact.digits.back() == '0') {
    exact.digits.pop_back();
    exact.exponent += 1;
  }
  if (exact.digits.empty()) return Exact{};
  return exact;
}

std::optional<Exact> exact_of(const Value& value) {
  if (value.is_decimal()) return exact_of(value.text());
  char buffer[64];
  std::to_chars_result end{};
  if (value.is_integer()) {
    end = std::to_chars(buffer, buffer + sizeof(buffer), value.as_integer());
  } else {
    if (!std::isfinite(value.as_number())) return std::nullopt;
    end = std::to_chars(buffer, buffer + sizeof(buffer), value.as_number());
  }
  return exact_of(std::string_view(buffer, static_cast<size_t>(end.ptr - buffer)));
}

bool integer_equals_number(int64_t integer, double number) {
  constexpr double limit = 9'223'372'036'854'775'808.0;
  return number >= -limit && number < limit && std::trunc(number) == number && static_cast<int64_t>(number) == integer;
}

bool numbers_equal(const Value& a, const Value& b) {
  if (a.is_integer() && b.is_integer()) return a.as_integer() == b.as_integer();
  if (a.is_number() && b.is_number()) return a.as_number() == b.as_number();
  if (a.is_integer() && b.is_number()) return integer_equals_number(a.as_integer(), b.as_number());
  if (a.is_number() && b.is_integer()) return integer_equals_number(b.as_integer(), a.as_number());
  auto exact_a = exact_of(a);
  auto exact_b = exact_of(b);
  return exact_a.has_value() && exact_b.has_value() && *exact_a == *exact_b;
}

bool maps_equal(const Value& a, const Value& b) {
  if (a.size() != b.size()) return false;
  for (const auto& entry : a.entries()) {
    const Value* other = b.find(entry.name());
    if (other == nullptr || !(entry.value == *other)) return false;
  }
  return true;
}

/// Equal numbers of whatever kinds are rounded to the same double.
size_t hash_number(const Value& value) {
  double number = 0;
  if (value.is_integer()) {
    number = static_cast<double>(value.as_integer());
  } else if (value.is_number()) {
    number = value.as_number();
  } else {
    std::string_view text = value.text();
    std::from_chars(text.data(), text.data() + text.size(), number);
  }
  return std::hash<double>()(number);
}

}  // namespace

bool operator==(const Value& a, const Value& b) {
  if (a.is_numeric() && b.is_numeric()) return numbers_equal(a, b);
  if (a.kind_ != b.kind_) return false;
  if (a.same_storage(b)) return true;
  switch (a.kind_) {
    case Value::Kind::null: return true;
    case Value::Kind::string: return a.text() == b.text();
    case Value::Kind::list: {
      auto left = a.items();
      auto right = b.items();
      return std::equal(left.begin(), left.end(), right.begin(), right.end());
    }
    case Value::Kind::map: return maps_equal(a, b);
    case Value::Kind::zoned_date_time: {
      ZonedDateTime left = a.as_zoned();
      ZonedDateTime right = b.as_zoned();
      return left.instant == right.instant && left.offset_seconds == right.offset_seconds && left.zone == right.zone;
    }
    default: return a.bits_ == b.bits_ && a.nanos_ == b.nanos_;
  }
}

size_t hash_of(const Value& value) {
  if (value.is_numeric()) return hash_number(value);
  auto mix = [](size_t a, size_t b) { return (a ^ b) * 0x9E37'79B9'7F4A'7C15ULL; };
  switch (value.kind()) {
    case Value::Kind::null: return 1;
    case Value::Kind::boolean: return value.as_boolean() ? 3 : 2;
    case Value::Kind::string: return hash_text(value.text());
    case Value::Kind::list: {
      size_t hash = 5;
      for (const Value& item : value.items()) hash = mix(hash, hash_of(item));
      return hash;
    }
    case Value::Kind::map: {
      size_t hash = 7;  // a sum, since order does not count
      for (const auto& entry : value.entries()) hash += mix(hash_text(entry.name()), hash_of(entry.value));
      return hash;
    }
    case Value::Kind::instant: return mix(static_cast<size_t>(value.as_instant().seconds), value.as_instant().nanos);
    case Value::Kind::duration: return mix(static_cast<size_t>(value.as_duration().seconds), value.as_duration().nanos);
    case Value::Kind::zoned_date_time:
      return mix(static_cast<size_t>(value.as_zoned().instant.seconds), value.as_zoned().instant.nanos);
    case Value::Kind::local_date_time: return mix(static_cast<size_t>(value.as_local_date_time().seconds), 11);
    case Value::Kind::local_date: return mix(static_cast<size_t>(value.as_local_date()), 13);
    case Value::Kind::local_time: return mix(static_cast<size_t>(value.as_local_time()), 17);
    default: return 0;
  }
}

}  // namespace gyr::base
