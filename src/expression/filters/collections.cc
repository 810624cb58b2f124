// Filters over lists and maps (EXPR-184 to EXPR-195).
#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <unordered_set>

#include "expression/evaluator.h"
#include "expression/filters/arguments.h"
#include "expression/numbers.h"
#include "expression/operators.h"
#include "expression/registry.h"
#include "expression/template.h"
#include "text/characters.h"

namespace gyr::expression {
namespace {

using base::Value;

Operand end_of(Invocation& call, bool first) {
  const Value& value = call.value();
  if (value.is_list()) {
    if (value.size() == 0) return Value();
    return first ? value.items().front() : value.items().back();
  }
  if (value.is_string()) {
    size_t length = text::utf16_length(value.text());
    if (length == 0)
      return call.fail(fmt::format("The '{}' filter needs a text that is not empty.", call.entry().name));
    return call.text(first ? text::utf16_slice(value.text(), 0, 1)
                           : text::utf16_slice(value.text(), length - 1, length));
  }
  if (value.is_map() && first) return value.size() == 0 ? Value() : value.entries().front().value;
  return call.fail(fmt::format("The '{}' filter can only be applied to lists and texts. Actual type was: {}",
                               call.entry().name, class_name(value)));
}

Operand first(Invocation& call) { return end_of(call, true); }
Operand last(Invocation& call) { return end_of(call, false); }

Operand length(Invocation& call) {
  const Value& value = call.value();
  size_t size = value.is_string() ? text::utf16_length(value.text()) : (value.is_container() ? value.size() : 0);
  return Value::fitting_integer(static_cast<int64_t>(size));
}

Operand join(Invocation& call) {
  if (!call.input().is_list()) {
    return call.fail("The 'join' filter expects that the input is either a collection or an array.");
  }
  std::string separator = call.given(0) ? call.text_of(call.argument(0)) : std::string();
  std::string out;
  bool begins = true;
  for (const Value& item : call.value().items()) {
    if (!begins) out.append(separator);
    begins = false;
    if (item.is_null()) out.append("null");
    append_java_text(out, item);
    if (!call.check_size(out.size())) return Operand::failed();
  }
  return call.text(out);
}

/// Order of two elements; nothing where Java cannot compare them.
std::optional<int> order(const Value& a, const Value& b) {
  if (a.is_numeric() && b.is_numeric()) {
    auto x = number_of(a);
    auto y = number_of(b);
    return x && y ? compare_numbers(*x, *y) : std::nullopt;
  }
  if (a.kind() != b.kind()) return std::nullopt;
  switch (a.kind()) {
    case Value::Kind::string: return text::compare_utf16(a.text(), b.text());
    case Value::Kind::boolean: return static_cast<int>(a.as_boolean()) - static_cast<int>(b.as_boolean());
    case Value::Kind::instant: return a.as_instant() < b.as_instant() ? -1 : (b.as_instant() < a.as_instant() ? 1 : 0);
    case Value::Kind::duration:
      return a.as_duration() < b.as_duration() ? -1 : (b.as_duration() < a.as_duration() ? 1 : 0);
    case Value::Kind::local_date:
      return a.as_local_date() < b.as_local_date() ? -1 : (b.as_local_date() < a.as_local_date() ? 1 : 0);
    default: return std::nullopt;
  }
}

Operand sorted(Invocation& call, bool descending) {
  if (!call.input().is_list()) return call.fail("Unsupported input type for sort filter");
  std::vector<Value> items(call.value().items().begin(), call.value().items().end());
  if (!call.charge(items.size())) return Operand::failed();
  // All elements comparable with the first one are comparable with each other.
  for (const Value& item : items) {
    if (order(items.front(), item)) continue;
    return call.fail(
        fmt::format("the elements {} and {} cannot be compared", class_name(items.front()), class_name(item)));
  }
  // By number where they compare equal, so that their order stays.
  std::vector<uint32_t> numbers(items.size());
  std::iota(numbers.begin(), numbers.end(), 0U);
  std::ranges::sort(numbers, [&](uint32_t a, uint32_t b) {
    int compared = order(items[a], items[b]).value_or(0);
    return compared == 0 ? a < b : (descending ? compared > 0 : compared < 0);
  });
  base::ListBuilder list;
  list.reserve(items.size());
  for (uint32_t number : numbers) list.push(items[number]);
  return list.build();
}

Operand sort(Invocation& call) { return sorted(call, false); }
Operand rsort(Invocation& call) { return sorted(call, true); }

Operand reverse(Invocation& call) {
  if (!call.input().is_list()) {
    return call.fail(fmt::format("The 'reverse' filter can only be applied to lists. Actual type was: {}",
                                 class_name(call.value())));
  }
  std::vector<Value> items(call.value().items().rbegin(), call.value().items().rend());
  return Value::list(items);
}

Operand chunk(Invocation& call) {
  if (!call.input().is_list()) {
    return call.fail(
        fmt::format("'chunk' filter can only be applied to List. Actual type was: {}", class_name(call.value())));
  }
  const Value& size = call.argument(0);
  if (!size.is_numeric()) {
    return call.fail(
        fmt::format("'chunk' filter argument 'size' must be a number. Actual type was: {}", class_name(size)));
  }
  int64_t step = integer_part(size).value_or(0);
  if (step < 1) return call.fail("'chunk' filter argument 'size' must be greater than 0");
  base::ListBuilder chunks;
  auto items = call.value().items();
  while (!items.empty()) {
    size_t taken = std::min(items.size(), static_cast<size_t>(step));
    chunks.push(Value::list(items.first(taken)));
    items = items.subspan(taken);
  }
  return call.list(chunks);
}

struct ByKind {
  size_t operator()(const Value& value) const { return base::hash_of(value); }
  bool operator()(const Value& a, const Value& b) const { return equal_by_kind(a, b); }
};

Operand distinct(Invocation& call) {
  if (call.input().is_null()) return Value::string("null");
  if (!call.input().is_list()) {
    return call.fail(fmt::format("Input must be a list, but received : {}", class_name(call.value())));
  }
  std::unordered_set<Value, ByKind, ByKind> seen;
  base::ListBuilder list;
  for (const Value& item : call.value().items()) {
    if (seen.insert(item).second) list.push(item);
  }
  return call.list(list);
}

Operand slice(Invocation& call) {
  const Value& value = call.value();
  if (!value.is_list() && !value.is_string()) {
    return call.fail(fmt::format(
        "Slice filter can only be applied to String, List and array inputs. Actual type was: {}", class_name(value)));
  }
  auto size = static_cast<int64_t>(value.is_list() ? value.size() : text::utf16_length(value.text()));
  int64_t bounds[2] = {0, size};
  constexpr std::string_view names[] = {"fromIndex", "toIndex"};
  for (size_t i = 0; i < 2; ++i) {
    if (!call.given(i)) continue;
    if (!call.argument(i).is_numeric()) {
      return call.fail(
          fmt::format("Argument {} must be a number. Actual type: {}", names[i], class_name(call.argument(i))));
    }
    bounds[i] = integer_part(call.argument(i)).value_or(0);
  }
  auto [from, to] = bounds;
  if (from < 0) return call.fail("fromIndex must be greater than or equal to 0");
  // An end that was not given may coincide with the beginning: nothing is left.
  if (call.given(1) ? to <= from : to < from) return call.fail("toIndex must be greater than fromIndex");
  if (to > size) return call.fail(fmt::format("toIndex must be smaller than input size: {}", size));
  auto begin = static_cast<size_t>(from);
  auto end = static_cast<size_t>(to);
  if (value.is_string()) return call.text(text::utf16_slice(value.text(), begin, end));
  return Value::list(value.items().subspan(begin, end - begin));
}

Operand merge(Invocation& call) {
  const Value& left = call.value();
  const Value& right = call.argument(0);
  if (left.is_null() && right.is_null()) return call.fail("The two arguments to be merged are null");
  if (left.is_null()) return right;
  if (right.is_null()) return left;
  if (!left.is_container()) return call.fail("The object being filtered is not a Map/List/Array");
  if (!right.is_container()) {
    return call.fail(fmt::format("Currently, only Maps and Lists can be merged with a {}. Arg2: {}",
                                 left.is_list() ? "List" : "Map", class_name(right)));
  }
  if (left.is_list()) {
    base::ListBuilder list;
    for (const Value& item : left.items()) list.push(item);
    if (right.is_map()) {
      list.push(right);
    } else {
      for (const Value& item : right.items()) list.push(item);
    }
    return call.list(list);
  }
  base::MapBuilder map(left);
  if (right.is_map()) {
    for (const auto& entry : right.entries()) map.set(entry.key, entry.value);
  } else {
    for (const Value& item : right.items()) map.set(java_text(item), item);
  }
  return call.map(map);
}

Operand flatten(Invocation& call) {
  if (!call.input().is_list()) return call.fail("The 'flatten' filter can only be applied to lists.");
  base::ListBuilder list;
  for (const Value& item : call.value().items()) {
    if (!item.is_list()) {
      list.push(item);
      continue;
    }
    for (const Value& inner : item.items()) list.push(inner);
  }
  return call.list(list);
}

Operand keys(Invocation& call) {
  const Value& value = call.value();
  base::ListBuilder list;
  if (value.is_map()) {
    for (const auto& entry : value.entries()) list.push(entry.key);
  } else if (value.is_list()) {
    for (size_t i = 0; i < value.size(); ++i) list.push(Value::fitting_integer(static_cast<int64_t>(i)));
  } else {
    return call.fail(
        fmt::format("'keys' filter can only be applied to List, Map, Array. Actual type was: {}", class_name(value)));
  }
  return call.list(list);
}

Operand values(Invocation& call) {
  if (!call.value().is_map()) {
    return call.fail(
        fmt::format("'values' filter can only be applied to Map. Actual type was: {}", class_name(call.value())));
  }
  base::ListBuilder list;
  for (const auto& entry : call.value().entries()) list.push(entry.value);
  return call.list(list);
}

constexpr Parameter join_parameters[] = {{.name = "separator", .default_value = "\"\""}};
constexpr Parameter chunk_parameters[] = {{.name = "size", .required = "'chunk' filter expects an argument 'size'."}};
constexpr Parameter slice_parameters[] = {{.name = "fromIndex", .default_value = "0"}, {.name = "toIndex"}};
constexpr Parameter merge_parameters[] = {{.name = "items"}};

constexpr Entry collections_entries[] = {
    {.name = "chunk",
     .run = chunk,
     .parameters = chunk_parameters,
     .traits = null_is_null,
     .summary = "splits a list into lists of the given size",
     .example = "{{ [1,2,3,4,5] | chunk(2) }}",
     .result = "[[1,2],[3,4],[5]]"},
    {.name = "distinct",
     .run = distinct,
     .summary = "each element once",
     .example = "{{ [1,2,2,3,1] | distinct }}",
     .result = "[1,2,3]"},
    {.name = "first",
     .run = first,
     .traits = null_is_null,
     .summary = "the first element of a list, or character of a text",
     .example = R"({{ "Kestra" | first }})",
     .result = "K"},
    {.name = "flatten",
     .run = flatten,
     .traits = null_is_null,
     .summary = "removes one level of lists inside a list",
     .example = "{{ [[1,2],[3]] | flatten }}",
     .result = "[1,2,3]"},
    {.name = "join",
     .run = join,
     .parameters = join_parameters,
     .traits = null_is_null,
     .summary = "joins the texts of the elements",
     .example = R"({{ ["a","b"] | join(", ") }})",
     .result = "a, b"},
    {.name = "keys",
     .run = keys,
     .traits = null_is_null,
     .summary = "the keys of a map, or the indexes of a list",
     .example = R"({{ {"a": 1, "b": 2} | keys }})",
     .result = R"(["a","b"])"},
    {.name = "last",
     .run = last,
     .traits = null_is_null,
     .summary = "the last element of a list, or character of a text",
     .example = R"({{ "Kestra" | last }})",
     .result = "a"},
    {.name = "length",
     .run = length,
     .summary = "the number of characters, elements or entries",
     .example = R"({{ "abc" | length }})",
     .result = "3"},
    {.name = "merge",
     .run = merge,
     .parameters = merge_parameters,
     .summary = "joins two lists or merges two maps",
     .example = R"({{ {"a":1} | merge({"a":2,"b":3}) }})",
     .result = R"({"a":2,"b":3})"},
    {.name = "reverse",
     .run = reverse,
     .traits = null_is_null,
     .summary = "the elements from last to first",
     .example = "{{ [1,2,3] | reverse }}",
     .result = "[3,2,1]"},
    {.name = "rsort",
     .run = rsort,
     .traits = null_is_null,
     .summary = "sorts from the largest to the smallest",
     .example = "{{ [3,1,2] | rsort }}",
     .result = "[3,2,1]"},
    {.name = "slice",
     .run = slice,
     .parameters = slice_parameters,
     .traits = null_is_null,
     .summary = "part of a list or text; the end is excluded",
     .example = R"({{ "Kestra" | slice(1, 3) }})",
     .result = "es"},
    {.name = "sort",
     .run = sort,
     .traits = null_is_null,
     .summary = "sorts from the smallest to the largest",
     .example = "{{ [3,1,2] | sort }}",
     .result = "[1,2,3]"},
    {.name = "values",
     .run = values,
     .traits = null_is_null,
     .summary = "the values of a map",
     .example = R"({{ {"a": 1, "b": "two"} | values }})",
     .result = R"([1,"two"])"},
};

}  // namespace

std::span<const Entry> collection_filters() { return collections_entries; }

}  // namespace gyr::expression
