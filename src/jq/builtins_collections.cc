// Arrays and objects.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/text.h"
#include "jq/builtins.h"
#include "jq/interpreter_frame.h"
#include "text/characters.h"

namespace gyr::jq {
namespace {

using base::Value;
using Arguments = std::span<const Value>;

Value number_of(size_t value) { return Value::fitting_integer(static_cast<int64_t>(value)); }

bool wants_array(Interpreter& jq, const Value& input, std::string_view what) {
  return input.is_list() || jq.fail(fmt::format("{} cannot be {}, as it is not an array", type_name(input), what));
}

bool length(Interpreter& jq, const Value& input, Arguments, Value& out) {
  if (input.is_boolean()) return jq.fail("boolean has no length");
  if (input.is_numeric()) {
    out = to_double(input) < 0 ? Value() : input;
    return !out.is_null() || jq.calculate(Operator::subtract, Value::narrow_integer(0), input, out);
  }
  out = number_of(input.is_string() ? base::code_points(input.text()) : input.size());
  return true;
}

bool sorted_keys(Interpreter& jq, const Value& input, bool sorts, Value& out) {
  base::ListBuilder list;
  if (input.is_map()) {
    std::vector<Value> keys;
    for (const auto& entry : input.entries()) keys.push_back(entry.key);
    if (sorts) std::ranges::sort(keys, [](const Value& a, const Value& b) { return a.text() < b.text(); });
    for (Value& key : keys) list.push(std::move(key));
  } else if (input.is_list()) {
    for (size_t i = 0; i < input.size(); ++i) list.push(number_of(i));
  } else {
    return jq.fail(fmt::format("{} has no keys", type_name(input)));
  }
  return jq.make_list(list, out);
}

bool keys(Interpreter& jq, const Value& input, Arguments, Value& out) { return sorted_keys(jq, input, true, out); }
bool keys_unsorted(Interpreter& jq, const Value& input, Arguments, Value& out) {
  return sorted_keys(jq, input, false, out);
}

bool has(Interpreter& jq, const Value& input, Arguments arguments, Value& out) {
  const Value& key = arguments[0];
  if (input.is_null()) {
    out = Value::boolean(false);
  } else if (input.is_map() && key.is_string()) {
    out = Value::boolean(input.find(key.text()) != nullptr);
  } else if (input.is_list() && key.is_numeric()) {
    double index = to_double(key);
    out = Value::boolean(index >= 0 && index < static_cast<double>(input.size()));
  } else {
    return jq.fail(fmt::format("Cannot check whether {} has a {} key", type_name(input), type_name(key)));
  }
  return true;
}

bool holds(Interpreter& jq, const Value& whole, const Value& part, bool& result) {
  if (!jq.charge(1)) return false;
  result = false;
  if (whole.is_map() && part.is_map()) {
    for (const auto& entry : part.entries()) {
      const Value* other = whole.find(entry.name());
      if (other == nullptr) return true;
      bool inner = false;
      if (!holds(jq, *other, entry.value, inner)) return false;
      if (!inner) return true;
    }
    result = true;
    return true;
  }
  if (whole.is_list() && part.is_list()) {
    for (const Value& wanted : part.items()) {
      bool found = false;
      for (const Value& item : whole.items()) {
        // Kinds that cannot be compared are just not it.
        bool same_kind = type_name(item) == type_name(wanted);
        if (same_kind && !holds(jq, item, wanted, found)) return false;
        if (found) break;
      }
      if (!found) return true;
    }
    result = true;
    return true;
  }
  if (whole.is_string() && part.is_string()) {
    result = whole.text().find(part.text()) != std::string_view::npos;
    return true;
  }
  result = type_name(whole) == type_name(part) && compare(whole, part) == 0;
  return true;
}

bool contains(Interpreter& jq, const Value& input, Arguments arguments, Value& out) {
  const Value& part = arguments[0];
  if (type_name(input) != type_name(part))  // below, values of other types are just not contained
    return jq.fail(fmt::format("{} and {} cannot have their containment checked", type_name(input), type_name(part)));
  bool result = false;
  if (!holds(jq, input, part, result)) return false;
  out = Value::boolean(result);
  return true;
}

bool add(Interpreter& jq, const Value& input, Arguments, Value& out) {
  if (!input.is_container()) return jq.fail(fmt::format("Cannot iterate over {}", type_name(input)));
  std::vector<Value> items;
  if (input.is_list()) items.assign(input.items().begin(), input.items().end());
  if (input.is_map()) {
    for (const auto& entry : input.entries()) items.push_back(entry.value);
  }
  // Texts and arrays are joined at once: one by one would take the square of the time.
  bool texts = !items.empty() && std::ranges::all_of(items, [](const Value& item) { return item.is_string(); });
  if (texts) {
    std::string text;
    for (const Value& item : items) {
      text.append(item.text());
      if (!jq.check_size(text.size())) return false;
    }
    return jq.make_string(text, out);
  }
  bool arrays = !items.empty() && std::ranges::all_of(items, [](const Value& item) { return item.is_list(); });
  if (arrays) {
    base::ListBuilder list;
    for (const Value& item : items) {
      for (const Value& inner : item.items()) list.push(inner);
    }
    return jq.make_list(list, out);
  }
  out = Value();
  for (const Value& item : items) {
    Value sum;
    if (!jq.charge(1) || !jq.calculate(Operator::add, out, item, sum)) return false;
    out = std::move(sum);
  }
  return true;
}

bool flatten_into(Interpreter& jq, const Value& value, double levels, base::ListBuilder& list) {
  for (const Value& item : value.items()) {
    if (!jq.charge(1)) return false;
    if (item.is_list() && levels > 0) {
      if (!flatten_into(jq, item, levels - 1, list)) return false;
    } else {
      list.push(item);
    }
  }
  return true;
}

/// The values of an object as a list; other inputs as they are.
bool values_of(Interpreter& jq, const Value& input, Value& out) {
  out = input;
  if (!input.is_map()) return true;
  base::ListBuilder list;
  list.reserve(input.size());
  for (const auto& entry : input.entries()) list.push(entry.value);
  return jq.make_list(list, out);
}

bool flatten_levels(Interpreter& jq, const Value& given, double levels, Value& out) {
  Value input;
  if (!values_of(jq, given, input)) return false;
  if (!input.is_list()) return jq.fail(fmt::format("Cannot iterate over {}", type_name(input)));
  if (levels < 0) return jq.fail("flatten depth must not be negative");
  base::ListBuilder list;
  return flatten_into(jq, input, levels, list) && jq.make_list(list, out);
}

bool flatten(Interpreter& jq, const Value& input, Arguments, Value& out) { return flatten_levels(jq, input, 1e9, out); }
bool flatten_to(Interpreter& jq, const Value& input, Arguments arguments, Value& out) {
  if (!arguments[0].is_numeric()) return jq.fail("flatten depth must be a number");
  return flatten_levels(jq, input, to_double(arguments[0]), out);
}

// ---- order

/// The elements by a key each, equal ones in their order. Keys are lists, since filters may give several values.
bool order_by(Interpreter& jq, const std::vector<Value>& keys, std::vector<uint32_t>& numbers) {
  numbers.resize(keys.size());
  std::iota(numbers.begin(), numbers.end(), 0U);
  uint64_t weight = 0;
  for (const Value& key : keys) weight += key.weight();
  if (!jq.charge(keys.size() + weight / items_per_step)) return false;
  std::ranges::sort(numbers, [&](uint32_t a, uint32_t b) {
    int order = compare(keys[a], keys[b]);
    return order == 0 ? a < b : order < 0;
  });
  return true;
}

bool keys_by(Interpreter& jq, const Node& call, const Scope* scope, const Value& input, std::vector<Value>& keys) {
  for (const Value& item : input.items()) {
    base::ListBuilder key;
    if (!jq.collect(*call.parts[0], scope, item, key)) return false;
    keys.push_back(key.build());
  }
  return true;
}

enum class Ordered : uint8_t { sorted, grouped, unique, least, greatest };

bool ordered(Interpreter& jq, const Value& input, const std::vector<Value>& keys, Ordered form, Value& out) {
  auto items = input.items();
  std::vector<uint32_t> numbers;
  if (form == Ordered::least || form == Ordered::greatest) {
    out = Value();
    size_t best = 0;
    for (size_t i = 1; i < items.size(); ++i) {
      if (!jq.charge(1)) return false;
      int order = compare(keys[i], keys[best]);
      if (form == Ordered::least ? order < 0 : order >= 0) best = i;
    }
    if (!items.empty()) out = items[best];
    return true;
  }
  if (!order_by(jq, keys, numbers)) return false;
  base::ListBuilder list;
  base::ListBuilder group;
  for (size_t i = 0; i < numbers.size(); ++i) {
    bool begins = i == 0 || compare(keys[numbers[i - 1]], keys[numbers[i]]) != 0;
    if (form == Ordered::sorted || (form == Ordered::unique && begins)) list.push(items[numbers[i]]);
    if (form != Ordered::grouped) continue;
    if (begins && i > 0) {
      Value done;
      if (!jq.make_list(group, done)) return false;
      list.push(std::move(done));
    }
    group.push(items[numbers[i]]);
  }
  if (form == Ordered::grouped && group.size() > 0) {
    Value done;
    if (!jq.make_list(group, done)) return false;
    list.push(std::move(done));
  }
  return jq.make_list(list, out);
}

template <Ordered form>
bool ordered_plain(Interpreter& jq, const Value& input, Arguments, Value& out) {
  if (!wants_array(jq, input, "sorted")) return false;
  return ordered(jq, input, std::vector<Value>(input.items().begin(), input.items().end()), form, out);
}

template <Ordered form>
bool ordered_by(Interpreter& jq, const Node& call, const Scope* scope, const Value& input, const PathStep* path,
                Emit emit) {
  if (!wants_array(jq, input, form == Ordered::grouped ? "grouped" : "sorted")) return false;
  std::vector<Value> keys;
  Value out;
  return keys_by(jq, call, scope, input, keys) && ordered(jq, input, keys, form, out) &&
         emit(out, Interpreter::lost(path));
}

/// What jq takes as well where an array without elements would do.
bool has_no_length(const Value& value) {
  if (value.is_numeric()) return to_double(value) == 0;
  return value.is_null() || ((value.is_string() || value.is_container()) && value.size() == 0);
}

bool reverse(Interpreter& jq, const Value& input, Arguments, Value& out) {
  if (has_no_length(input)) {
    out = Value::empty_list();
    return true;
  }
  if (!input.is_list()) return jq.fail(fmt::format("Cannot reverse {}", type_name(input)));
  base::ListBuilder list;
  for (size_t i = input.size(); i-- > 0;) list.push(input.items()[i]);
  return jq.make_list(list, out);
}

bool transpose(Interpreter& jq, const Value& input, Arguments, Value& out) {
  if (!wants_array(jq, input, "transposed")) return false;
  size_t width = 0;
  for (const Value& row : input.items()) {
    if (!row.is_list() && !has_no_length(row)) return jq.fail("transpose requires an array of arrays");
    if (row.is_list()) width = std::max(width, row.size());
  }
  if (!jq.charge(width * input.size())) return false;
  base::ListBuilder list;
  for (size_t column = 0; column < width; ++column) {
    base::ListBuilder line;
    for (const Value& row : input.items())
      line.push(!row.is_list() || row.at(column) == nullptr ? Value() : *row.at(column));
    Value done;
    if (!jq.make_list(line, done)) return false;
    list.push(std::move(done));
  }
  return jq.make_list(list, out);
}

// ---- entries

bool push_entry(Interpreter& jq, Value key, const Value& value, base::ListBuilder& list) {
  base::MapBuilder pair;
  pair.set("key", std::move(key));
  pair.set("value", value);
  Value done;
  if (!jq.make_map(pair, done)) return false;
  list.push(std::move(done));
  return true;
}

/// Of an array the keys are the indices.
bool to_entries(Interpreter& jq, const Value& input, Arguments, Value& out) {
  if (!input.is_container()) return jq.fail(fmt::format("{} has no keys", type_name(input)));
  base::ListBuilder list;
  if (input.is_map()) {
    for (const auto& entry : input.entries()) {
      if (!push_entry(jq, entry.key, entry.value, list)) return false;
    }
  } else {
    for (size_t i = 0; i < input.size(); ++i) {
      if (!push_entry(jq, number_of(i), input.items()[i], list)) return false;
    }
  }
  return jq.make_list(list, out);
}

/// The first of several names an entry has a value under.
const Value* member(const Value& entry, std::initializer_list<std::string_view> names, bool takes_false) {
  for (std::string_view name : names) {
    const Value* value = entry.find(name);
    if (value != nullptr && (is_true(*value) || (takes_false && !value->is_null()))) return value;
  }
  return nullptr;
}

bool from_entries(Interpreter& jq, const Value& given, Arguments, Value& out) {
  Value input;
  if (!values_of(jq, given, input)) return false;
  if (!input.is_list()) return jq.fail(fmt::format("Cannot iterate over {}", type_name(input)));
  base::MapBuilder map;
  for (const Value& entry : input.items()) {
    if (!entry.is_map()) return jq.fail(fmt::format("Cannot index {} with \"key\"", type_name(entry)));
    const Value* key = member(entry, {"key", "k", "name", "Name", "K", "Key"}, true);
    const Value* value = member(entry, {"value", "v", "Value", "V"}, true);
    std::string name = "null";
    if (key != nullptr && key->is_string()) {
      name = key->text();
    } else if (key != nullptr) {
      if (key->is_container()) return jq.fail(fmt::format("Cannot use {} as object key", type_name(*key)));
      name.clear();
      append_json(name, *key);
    }
    map.set(name, value == nullptr ? Value() : *value);
  }
  return jq.make_map(map, out);
}

// ---- positions

bool indices(Interpreter& jq, const Value& input, Arguments arguments, Value& out) {
  const Value& wanted = arguments[0];
  if (input.is_null()) {
    out = Value();
    return true;
  }
  if (input.is_string() && wanted.is_string()) {
    base::ListBuilder list;
    std::string_view text = input.text();
    if (!jq.charge(text.size() / items_per_step)) return false;
    size_t characters = 0;
    size_t counted = 0;
    for (size_t at = wanted.size() == 0 ? std::string_view::npos : text.find(wanted.text());
         at != std::string_view::npos; at = text.find(wanted.text(), at + 1)) {
      characters += base::code_points(text.substr(counted, at - counted));
      counted = at;
      list.push(number_of(characters));
    }
    return jq.make_list(list, out);
  }
  if (input.is_list() && !wanted.is_list()) {
    Value single = Value::list({wanted});
    return jq.get(input, single, out);
  }
  return jq.get(input, wanted, out);
}

bool index_end(Interpreter& jq, const Value& input, Arguments arguments, bool first, Value& out) {
  Value all;
  if (!indices(jq, input, arguments, all)) return false;
  out = !all.is_list() || all.size() == 0 ? Value() : (first ? all.items().front() : all.items().back());
  return true;
}

bool index_first(Interpreter& jq, const Value& input, Arguments arguments, Value& out) {
  return index_end(jq, input, arguments, true, out);
}
bool index_last(Interpreter& jq, const Value& input, Arguments arguments, Value& out) {
  return index_end(jq, input, arguments, false, out);
}

/// Position in a sorted array; where it is not, -1 minus the position where it belongs.
bool bsearch(Interpreter& jq, const Value& input, Arguments arguments, Value& out) {
  if (!wants_array(jq, input, "searched from")) return false;
  auto items = input.items();
  auto found = std::lower_bound(items.begin(), items.end(), arguments[0],
                                [](const Value& a, const Value& b) { return compare(a, b) < 0; });
  auto at = static_cast<int64_t>(found - items.begin());
  bool is_there = found != items.end() && compare(*found, arguments[0]) == 0;
  out = Value::fitting_integer(is_there ? at : -1 - at);
  return true;
}

constexpr Builtin collections_table[] = {
    {"length", 0, length},
    {"keys", 0, keys},
    {"keys_unsorted", 0, keys_unsorted},
    {"has", 1, has},
    {"contains", 1, contains},
    {"add", 0, add},
    {"flatten", 0, flatten},
    {"flatten", 1, flatten_to},
    {"sort", 0, ordered_plain<Ordered::sorted>},
    {"unique", 0, ordered_plain<Ordered::unique>},
    {"min", 0, ordered_plain<Ordered::least>},
    {"max", 0, ordered_plain<Ordered::greatest>},
    {"sort_by", 1, nullptr, ordered_by<Ordered::sorted>},
    {"group_by", 1, nullptr, ordered_by<Ordered::grouped>},
    {"unique_by", 1, nullptr, ordered_by<Ordered::unique>},
    {"min_by", 1, nullptr, ordered_by<Ordered::least>},
    {"max_by", 1, nullptr, ordered_by<Ordered::greatest>},
    {"reverse", 0, reverse},
    {"transpose", 0, transpose},
    {"to_entries", 0, to_entries},
    {"from_entries", 0, from_entries},
    {"indices", 1, indices},
    {"index", 1, index_first},
    {"rindex", 1, index_last},
    {"bsearch", 1, bsearch},
};

}  // namespace

std::span<const Builtin> collection_builtins() { return collections_table; }

}  // namespace gyr::jq
