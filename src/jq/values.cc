// Parts of values: getting, setting, removing; order; JSON texts.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "jq/interpreter.h"
#include "jq/interpreter_frame.h"
#include "syntax/json.h"
#include "syntax/time.h"
#include "text/characters.h"
#include "text/decimal.h"

namespace gyr::jq {

using base::Value;

namespace {

// Setting an element far after the end fills the elements in between with nulls.
constexpr int64_t last_index = 1'000'000;
constexpr size_t max_path = 150;

/// Whole part of a number, within what indices may be.
int64_t to_index(const Value& number) {
  double value = std::floor(to_double(number));
  if (std::isnan(value)) return 0;
  return static_cast<int64_t>(std::clamp(value, -1e15, 1e15));
}

bool is_slice(const Value& key) { return key.is_map() && (key.find("start") != nullptr || key.find("end") != nullptr); }

struct Bounds {
  size_t from = 0;
  size_t to = 0;
};

/// Bounds of a slice within a length; negative ones count from the end.
std::optional<Bounds> slice_bounds(const Value& key, size_t length) {
  auto size = static_cast<double>(length);
  double bounds[2] = {0, size};
  constexpr std::string_view names[] = {"start", "end"};
  for (size_t i = 0; i < 2; ++i) {
    const Value* bound = key.find(names[i]);
    if (bound == nullptr || bound->is_null()) continue;
    if (!bound->is_numeric()) return std::nullopt;
    double value = to_double(*bound);
    if (std::isnan(value)) value = 0;
    if (value < 0) value += size;
    bounds[i] = std::clamp(i == 0 ? std::floor(value) : std::ceil(value), 0.0, size);
  }
  bounds[1] = std::max(bounds[0], bounds[1]);
  return Bounds{static_cast<size_t>(bounds[0]), static_cast<size_t>(bounds[1])};
}

/// Part of a text by code points.
std::string_view text_slice(std::string_view text, Bounds bounds) {
  if (text::is_ascii(text)) return text.substr(bounds.from, bounds.to - bounds.from);
  size_t begin = text.size();
  size_t end = text.size();
  size_t count = 0;
  for (size_t at = 0, size = 0; at < text.size(); at += size, ++count) {
    if (count == bounds.from) begin = at;
    if (count == bounds.to) end = at;
    text::decode_utf8(text, at, size);
  }
  return text.substr(begin, end - std::min(begin, end));
}

std::string described(const Value& key) {
  return key.is_string() ? fmt::format("\"{}\"", key.text().substr(0, 60)) : std::string(type_name(key));
}

int order_of_kinds(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::null: return 1;
    case Value::Kind::boolean: return value.as_boolean() ? 3 : 2;
    case Value::Kind::integer:
    case Value::Kind::number:
    case Value::Kind::decimal: return 4;
    case Value::Kind::list: return 6;
    case Value::Kind::map: return 7;
    default: return 5;
  }
}

int compare_real(double a, double b) {
  // Not a number sorts below all others.
  if (std::isnan(a)) return -1;
  if (std::isnan(b)) return 1;
  return a < b ? -1 : (a > b ? 1 : 0);
}

std::vector<const base::MapEntry*> sorted_entries(const Value& map) {
  std::vector<const base::MapEntry*> entries;
  for (const auto& entry : map.entries()) entries.push_back(&entry);
  std::ranges::sort(entries, {}, [](const base::MapEntry* entry) { return entry->name(); });
  return entries;
}

int compare_maps(const Value& a, const Value& b) {
  auto left = sorted_entries(a);
  auto right = sorted_entries(b);
  for (size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    if (int order = left[i]->name().compare(right[i]->name()); order != 0) return order;
  }
  if (left.size() != right.size()) return left.size() < right.size() ? -1 : 1;
  for (size_t i = 0; i < left.size(); ++i) {
    if (int order = compare(left[i]->value, right[i]->value); order != 0) return order;
  }
  return 0;
}

}  // namespace

bool is_true(const Value& value) { return !value.is_null() && !(value.is_boolean() && !value.as_boolean()); }

std::string_view type_name(const Value& value) {
  switch (order_of_kinds(value)) {
    case 1: return "null";
    case 2:
    case 3: return "boolean";
    case 4: return "number";
    case 6: return "array";
    case 7: return "object";
    default: return "string";
  }
}

double to_double(const Value& number) {
  if (number.is_integer()) return static_cast<double>(number.as_integer());
  if (number.is_number()) return number.as_number();
  auto exact = text::Decimal::parse(number.text());
  return exact ? exact->to_double() : std::numeric_limits<double>::infinity();
}

Value whole_or_real(double value) {
  constexpr double limit = 9'223'372'036'854'775'808.0;
  if (std::trunc(value) == value && value >= -limit && value < limit)
    return Value::fitting_integer(static_cast<int64_t>(value));
  return Value::number(value);
}

int compare(const Value& a, const Value& b) {
  int left = order_of_kinds(a);
  int right = order_of_kinds(b);
  if (left != right) return left < right ? -1 : 1;
  switch (left) {
    case 4:
      if (a.is_integer() && b.is_integer()) {
        return a.as_integer() < b.as_integer() ? -1 : (a.as_integer() > b.as_integer() ? 1 : 0);
      }
      return compare_real(to_double(a), to_double(b));
    case 5: return a.text().compare(b.text());
    case 6: {
      auto x = a.items();
      auto y = b.items();
      for (size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
        if (int order = compare(x[i], y[i]); order != 0) return order;
      }
      return x.size() < y.size() ? -1 : (x.size() > y.size() ? 1 : 0);
    }
    case 7: return compare_maps(a, b);
    default: return 0;
  }
}

void append_json(std::string& out, const Value& value) {
  switch (value.kind()) {
    case Value::Kind::number: {
      double real = value.as_number();
      if (std::isnan(real)) {
        out.append("null");
      } else if (std::isinf(real)) {
        out.append(real < 0 ? "-1.7976931348623157e+308" : "1.7976931348623157e+308");
      } else if (std::trunc(real) == real && std::abs(real) < 1e17) {
        fmt::format_to(std::back_inserter(out), "{:.0f}", real);
      } else {
        fmt::format_to(std::back_inserter(out), "{}", real);
      }
      return;
    }
    case Value::Kind::list: {
      out.push_back('[');
      for (size_t i = 0; i < value.size(); ++i) {
        if (i > 0) out.push_back(',');
        append_json(out, value.items()[i]);
      }
      out.push_back(']');
      return;
    }
    case Value::Kind::map: {
      out.push_back('{');
      bool first = true;
      for (const auto& entry : value.entries()) {
        if (!first) out.push_back(',');
        first = false;
        syntax::append_json_string(out, entry.name());
        out.push_back(':');
        append_json(out, entry.value);
      }
      out.push_back('}');
      return;
    }
    default: syntax::append_json(out, value);
  }
}

Value plain(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::list: {
      base::ListBuilder list;
      list.reserve(value.size());
      bool changed = false;
      for (const Value& item : value.items()) {
        Value part = plain(item);
        changed = changed || part.kind() != item.kind() || (part.is_container() && !part.same_storage(item));
        list.push(std::move(part));
      }
      return changed ? list.build() : value;
    }
    case Value::Kind::map: {
      base::MapBuilder map;
      map.reserve(value.size());
      bool changed = false;
      for (const auto& entry : value.entries()) {
        Value part = plain(entry.value);
        changed =
            changed || part.kind() != entry.value.kind() || (part.is_container() && !part.same_storage(entry.value));
        map.set(entry.key, std::move(part));
      }
      return changed ? map.build() : value;
    }
    case Value::Kind::duration: return Value::number(value.as_duration().to_fraction());
    case Value::Kind::instant:
    case Value::Kind::zoned_date_time:
    case Value::Kind::local_date_time:
    case Value::Kind::local_date:
    case Value::Kind::local_time: return Value::string(syntax::format_temporal(value));
    default: return value;
  }
}

// ---------------------------------------------------------------------------------------------- get

bool Interpreter::get(const Value& container, const Value& key, Value& out) {
  if (container.is_null() && (key.is_string() || key.is_numeric() || key.is_null() || is_slice(key))) {
    out = Value();
    return true;
  }
  if (container.is_map() && key.is_string()) {
    const Value* found = container.find(key.text());
    out = found == nullptr ? Value() : *found;
    return true;
  }
  if (container.is_list() && key.is_numeric()) {
    int64_t index = to_index(key);
    if (index < 0) index += static_cast<int64_t>(container.size());
    const Value* found = index < 0 ? nullptr : container.at(static_cast<size_t>(index));
    out = found == nullptr ? Value() : *found;
    return true;
  }
  if (is_slice(key) && (container.is_list() || container.is_string())) {
    size_t length = container.is_list() ? container.size() : base::code_points(container.text());
    auto bounds = slice_bounds(key, length);
    if (!bounds) return fail("Start and end indices of an array slice must be numbers");
    if (!charge(length / bytes_per_step)) return false;
    if (container.is_string()) {
      out = Value::string(text_slice(container.text(), *bounds));
    } else {
      out = Value::list(container.items().subspan(bounds->from, bounds->to - bounds->from));
    }
    return true;
  }
  if (container.is_list() && key.is_list()) {
    base::ListBuilder found;
    auto items = container.items();
    auto wanted = key.items();
    if (!charge(items.size() * (wanted.size() + 1) / items_per_step)) return false;
    for (size_t i = 0; !wanted.empty() && i + wanted.size() <= items.size(); ++i) {
      bool same = std::equal(wanted.begin(), wanted.end(), items.begin() + static_cast<ptrdiff_t>(i),
                             [](const Value& a, const Value& b) { return compare(a, b) == 0; });
      if (same) found.push(Value::fitting_integer(static_cast<int64_t>(i)));
    }
    return make_list(found, out);
  }
  return fail(fmt::format("Cannot index {} with {}", type_name(container), described(key)));
}

bool Interpreter::get_path(const Value& root, std::span<const Value> path, Value& out) {
  Value current = root;
  for (const Value& key : path) {
    Value part;
    if (!get(current, key, part)) return false;
    current = std::move(part);
  }
  out = std::move(current);
  return true;
}

// ---------------------------------------------------------------------------------------------- set

bool Interpreter::set(const Value& container, const Value& key, const Value& part, Value& out) {
  if (key.is_string() && (container.is_map() || container.is_null())) {
    base::MapBuilder map(container);
    map.set(key, part);
    return make_map(map, out);
  }
  if (key.is_numeric() && (container.is_list() || container.is_null())) {
    int64_t index = to_index(key);
    if (index < 0) index += static_cast<int64_t>(container.size());
    if (index < 0) return fail("Out of bounds negative array index");
    if (index > last_index && index >= static_cast<int64_t>(container.size()))
      return fail_limit("Array index too large");
    base::ListBuilder list;
    auto at = static_cast<size_t>(index);
    size_t size = std::max(container.size(), at + 1);
    list.reserve(size);
    for (size_t i = 0; i < size; ++i) {
      const Value* old = container.at(i);
      list.push(i == at ? part : (old == nullptr ? Value() : *old));
    }
    return make_list(list, out);
  }
  if (is_slice(key) && (container.is_list() || container.is_null())) {
    if (!part.is_list()) return fail("A slice of an array can only be assigned another array");
    auto bounds = slice_bounds(key, container.size());
    if (!bounds) return fail("Start and end indices of an array slice must be numbers");
    base::ListBuilder list;
    auto items = container.is_null() ? std::span<const Value>() : container.items();
    for (const Value& item : items.first(bounds->from)) list.push(item);
    for (const Value& item : part.items()) list.push(item);
    for (const Value& item : items.subspan(bounds->to)) list.push(item);
    return make_list(list, out);
  }
  return fail(fmt::format("Cannot index {} with {}", type_name(container), described(key)));
}

bool Interpreter::set_path(const Value& root, std::span<const Value> path, const Value& part, Value& out) {
  if (path.empty()) {
    out = part;
    return true;
  }
  if (path.size() > max_path) return fail_limit("a path is too long");
  Value inner;
  Value changed;
  if (!get(root, path[0], inner) || !set_path(inner, path.subspan(1), part, changed)) return false;
  return set(root, path[0], changed, out);
}

// ---------------------------------------------------------------------------------------------- remove

bool Interpreter::remove(const Value& container, const Value& key, Value& out) {
  out = container;
  if (container.is_null()) return true;
  if (container.is_map() && key.is_string()) {
    base::MapBuilder map(container);
    map.remove(key.text());
    return make_map(map, out);
  }
  Bounds gone;
  if (container.is_list() && key.is_numeric()) {
    int64_t index = to_index(key);
    if (index < 0) index += static_cast<int64_t>(container.size());
    if (index < 0 || index >= static_cast<int64_t>(container.size())) return true;
    gone = {static_cast<size_t>(index), static_cast<size_t>(index) + 1};
  } else if (container.is_list() && is_slice(key)) {
    auto bounds = slice_bounds(key, container.size());
    if (!bounds) return fail("Start and end indices of an array slice must be numbers");
    gone = *bounds;
  } else {
    return fail(fmt::format("Cannot delete field at {} of {}", described(key), type_name(container)));
  }
  base::ListBuilder list;
  auto items = container.items();
  for (const Value& item : items.first(gone.from)) list.push(item);
  for (const Value& item : items.subspan(gone.to)) list.push(item);
  return make_list(list, out);
}

/// Later paths first, so that removing one does not move the others.
bool Interpreter::remove_paths(Value root, std::vector<Value> paths, Value& out) {
  std::ranges::sort(paths, [](const Value& a, const Value& b) { return compare(a, b) > 0; });
  for (const Value& path : paths) {
    if (!path.is_list()) return fail("Path must be specified as an array");
    auto keys = path.items();
    if (keys.empty()) {
      root = Value();
      continue;
    }
    Value parent;
    Value changed;
    if (!get_path(root, keys.first(keys.size() - 1), parent)) return false;
    if (parent.is_null()) continue;
    if (!remove(parent, keys.back(), changed)) return false;
    Value next;
    if (!set_path(root, keys.first(keys.size() - 1), changed, next)) return false;
    root = std::move(next);
  }
  out = std::move(root);
  return true;
}

}  // namespace gyr::jq
