#include "web/http/filters.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "web/http/errors.h"
#include "web/http/limits.h"
#include "web/http/numbers.h"

namespace gyr::web {
namespace {

using store::Operator;

constexpr std::string_view prefix = "filters[";

/// Groups within groups are written by programs; each level is a call of the functions below.
constexpr size_t max_group_depth = 8;

/// One step into a group of filters: its kind, and the number of the member.
struct GroupStep {
  bool is_or = false;
  uint32_t member = 0;
};

/// `filters[a][B][c]` into its keys; before them the groups in which the filter is.
struct Keys {
  std::vector<GroupStep> groups;
  std::string_view field;
  std::string_view op;
  std::string_view label;
};

/// `[a]` at the start of the text; nothing if there is none.
std::optional<std::string_view> take_bracket(std::string_view& text) {
  if (!text.starts_with('[')) return std::nullopt;
  const size_t end = text.find(']');
  if (end == std::string_view::npos || end == 1) return std::nullopt;
  std::string_view key = text.substr(1, end - 1);
  text.remove_prefix(end + 1);
  return key;
}

std::optional<Keys> parse_keys(std::string_view key) {
  key.remove_prefix(prefix.size() - 1);
  Keys keys;
  auto field = take_bracket(key);
  while (field && (base::equals_ignoring_case(*field, "or") || base::equals_ignoring_case(*field, "and"))) {
    const auto number = take_bracket(key);
    GroupStep& step = keys.groups.emplace_back(base::equals_ignoring_case(*field, "or"));
    if (!number || keys.groups.size() > max_group_depth) return std::nullopt;
    if (!read_number(*number, step.member)) return std::nullopt;
    field = take_bracket(key);
  }
  const auto op = field ? take_bracket(key) : std::nullopt;
  if (!op) return std::nullopt;
  const auto label = take_bracket(key);
  if (!key.empty()) return std::nullopt;
  keys.field = *field;
  keys.op = *op;
  keys.label = label.value_or("");
  return keys;
}

std::vector<std::string> list_values(std::string_view value) {
  if (value.starts_with('[') && value.ends_with(']') && value.size() >= 2) value = value.substr(1, value.size() - 2);
  std::vector<std::string> values;
  for (std::string_view part : base::split(value, ',')) {
    part = base::trim(part);
    if (!part.empty()) values.emplace_back(part);
  }
  return values;
}

bool lists_values(Operator op) { return op == Operator::in || op == Operator::not_in; }

/// Adds a filter; a key that IN names again makes its list longer (API-29).
void add(std::vector<Filter>& filters, Filter filter) {
  if (lists_values(filter.op)) {
    for (Filter& other : filters) {
      if (other.field != filter.field || other.op != filter.op || other.label != filter.label) continue;
      std::ranges::move(filter.values, std::back_inserter(other.values));
      return;
    }
  }
  filters.push_back(std::move(filter));
}

/// A plain value as a query would spell it.
base::Result<std::string> plain_text(const base::Value& value) {
  if (value.is_string()) return std::string(value.text());
  if (value.is_boolean()) return std::string(value.as_boolean() ? "true" : "false");
  if (value.is_integer()) return std::to_string(value.as_integer());
  return base::fail(bad_filter, "the `value` of a filter must be a string, a number, true, false or a list of these");
}

base::Result<void> add_filter_of_body(const base::Value& filter, const std::string& within, net::QueryList& query);

/// `{"logical": "or", "children": […]}`: each child is a member of a group.
base::Result<void> add_group_of_body(const base::Value& logical, const base::Value& children, const std::string& within,
                                     net::QueryList& query) {
  const bool is_known = logical.is_string() && (base::equals_ignoring_case(logical.text(), "or") ||
                                                base::equals_ignoring_case(logical.text(), "and"));
  if (!is_known || !children.is_list() || children.size() == 0)
    return base::fail(bad_filter, "a group of filters must have `logical` (and, or) and a list of `children`");
  size_t number = 0;
  for (const base::Value& child : children.items()) {
    GYR_CHECK(add_filter_of_body(
        child, fmt::format("{}[{}][{}]", within, base::to_lower_ascii(logical.text()), number++), query));
  }
  return {};
}

base::Result<void> add_filter_of_body(const base::Value& filter, const std::string& within, net::QueryList& query) {
  if (!filter.is_map()) return base::fail(bad_filter, "a filter must be a map with `field`, `operation` and `value`");
  const base::Value *field = nullptr, *operation = nullptr, *value = nullptr, *logical = nullptr, *children = nullptr;
  for (const auto& entry : filter.entries()) {
    // Clients write the keys in either case: the names of JSON, or those of their own fields.
    const std::string key = base::to_lower_ascii(entry.key.text());
    const base::Value** part = key == "field"       ? &field
                               : key == "operation" ? &operation
                               : key == "value"     ? &value
                               : key == "logical"   ? &logical
                               : key == "children"  ? &children
                                                    : nullptr;
    if (part == nullptr) {
      if (entry.value.is_null()) continue;
      return base::fail(bad_filter, fmt::format("unknown property `{}` of a filter", entry.key.text()));
    }
    if (*part != nullptr) return base::fail(bad_filter, fmt::format("a filter has two properties `{}`", key));
    *part = &entry.value;
  }
  if (children != nullptr && field == nullptr)
    return add_group_of_body(logical == nullptr ? base::Value() : *logical, *children, within, query);
  // A value can be wrapped, as the generated clients do it.
  if (value != nullptr && value->is_map() && value->size() == 1) {
    if (const base::Value* wrapped = value->find("value")) value = wrapped;
  }
  if (field == nullptr || !field->is_string() || operation == nullptr || !operation->is_string() || value == nullptr) {
    return base::fail(bad_filter, "a filter must be a map with `field`, `operation` and `value`");
  }
  const std::string key = fmt::format("filters{}[{}][{}]", within, field->text(), operation->text());
  if (!value->is_list()) {
    GYR_TRY(std::string text, plain_text(*value));
    query.emplace_back(key, std::move(text));
    return {};
  }
  if (value->size() == 0) query.emplace_back(key, "");
  for (const base::Value& item : value->items()) {
    GYR_TRY(std::string text, plain_text(item));
    query.emplace_back(key, std::move(text));
  }
  return {};
}

}  // namespace

base::Result<net::QueryList> filters_of_body(const base::Value& body) {
  const base::Value* list = &body;
  if (body.is_map()) {
    list = body.find("filters");
    if (list == nullptr ? body.size() > 0 : body.size() > 1)
      return base::fail(bad_filter, "the body must only contain `filters`");
    if (list == nullptr) return net::QueryList();
  }
  if (!list->is_list()) return base::fail(bad_filter, "`filters` must be a list");
  net::QueryList query;
  size_t number = 0;
  for (const base::Value& filter : list->items()) {
    // Groups beside each other stay apart.
    const bool is_group = filter.is_map() && filter.find("children") != nullptr;
    GYR_CHECK(add_filter_of_body(filter, is_group ? fmt::format("[and][{}]", number++) : std::string(), query));
  }
  return query;
}

bool has_filters(const net::QueryList& query) {
  return std::ranges::any_of(query, [](const auto& pair) { return pair.first.starts_with(prefix); });
}

namespace {

/// Filters that belong together, and the groups within them.
struct FilterNode {
  std::vector<Filter> filters;
  std::map<uint32_t, FilterNode> any, all;
};

/// More combinations than people write; each is a query of its own.
constexpr size_t max_combinations = 64;

using Alternatives = std::vector<std::vector<Filter>>;

base::Error too_many_combinations() {
  return {bad_filter, fmt::format("the groups of filters have more than {} combinations", max_combinations)};
}

/// Adds the members of a group, all of which must hold, to each alternative.
base::Result<Alternatives> combined(const Alternatives& left, const Alternatives& right) {
  if (left.size() * right.size() > max_combinations) return base::fail(too_many_combinations());
  Alternatives product;
  for (const auto& one : left) {
    for (const auto& other : right) {
      auto& both = product.emplace_back(one);
      both.insert(both.end(), other.begin(), other.end());
    }
  }
  return product;
}

base::Result<Alternatives> alternatives_of(const FilterNode& node);

/// Those of the groups alone.
base::Result<Alternatives> alternatives_of_groups(const FilterNode& node) {
  Alternatives all(1);
  for (const auto& [number, member] : node.all) {
    GYR_TRY(auto of_member, alternatives_of(member));
    GYR_TRY(all, combined(all, of_member));
  }
  if (node.any.empty()) return all;
  Alternatives any;
  for (const auto& [number, member] : node.any) {
    GYR_TRY(auto of_member, alternatives_of(member));
    std::ranges::move(of_member, std::back_inserter(any));
  }
  return combined(all, any);
}

base::Result<Alternatives> alternatives_of(const FilterNode& node) {
  GYR_TRY(auto groups, alternatives_of_groups(node));
  return combined({node.filters}, groups);
}

base::Result<FilterNode> parse_filter_tree(const net::QueryList& query, Resource resource) {
  FilterNode root;
  std::vector<std::string> problems;
  size_t count = 0;
  for (const auto& [key, value] : query) {
    if (!key.starts_with(prefix)) continue;
    if (++count > web::filters) return base::fail(bad_filter, fmt::format("more than {} filters", web::filters));
    const auto keys = parse_keys(key);
    if (!keys) {
      problems.push_back(fmt::format("`{}` does not have the form filters[field][OPERATION]", key));
      continue;
    }
    const FieldRule* rule = find_field(keys->field);
    const auto op = parse_operator(keys->op);
    if (rule == nullptr) {
      problems.push_back(fmt::format("unknown field `{}`", keys->field));
    } else if (std::ranges::find(fields_of(resource), rule->field) == fields_of(resource).end()) {
      problems.push_back(fmt::format("field `{}` is not supported for resource `{}`", rule->name, to_text(resource)));
    } else if (!op) {
      problems.push_back(fmt::format("unknown operation `{}`", keys->op));
    } else if ((rule->operators & bit(*op)) == 0) {
      problems.push_back(fmt::format("operation `{}` is not supported for field `{}`", keys->op, rule->name));
    } else if (!keys->label.empty() && rule->field != Field::labels) {
      problems.push_back(fmt::format("field `{}` does not accept a third key", rule->name));
    } else {
      FilterNode* node = &root;
      for (const GroupStep& step : keys->groups) node = &(step.is_or ? node->any : node->all)[step.member];
      add(node->filters, {rule->field, *op, std::string(keys->label),
                          lists_values(*op) ? list_values(value) : std::vector<std::string>{value}});
    }
  }
  if (!problems.empty()) return base::fail(bad_filter, fmt::format("{}", fmt::join(problems, "; ")));
  return root;
}

}  // namespace

base::Result<FilterGroups> parse_filter_groups(const net::QueryList& query, Resource resource) {
  GYR_TRY(FilterNode root, parse_filter_tree(query, resource));
  FilterGroups groups{std::move(root.filters), {}};
  if (root.any.empty() && root.all.empty()) return groups;
  GYR_TRY(groups.any_of, alternatives_of_groups(root));
  if (groups.any_of.size() > 1) return groups;
  std::ranges::move(groups.any_of.front(), std::back_inserter(groups.all));
  groups.any_of.clear();
  return groups;
}

base::Result<std::vector<Filter>> parse_filters(const net::QueryList& query, Resource resource) {
  GYR_TRY(FilterGroups groups, parse_filter_groups(query, resource));
  if (!groups.any_of.empty())
    return base::fail(bad_filter,
                      fmt::format("groups of filters are not supported for resource `{}`", to_text(resource)));
  return std::move(groups.all);
}

base::Result<std::vector<store::Order>> parse_order(const net::QueryList& query, Resource resource) {
  return parse_order(query, sortable_fields(resource));
}

base::Result<std::vector<store::Order>> parse_order(const net::QueryList& query,
                                                    std::span<const std::string_view> sortable) {
  std::vector<store::Order> orders;
  for (const auto& [key, value] : query) {
    if (key != "sort") continue;
    for (std::string_view entry : base::split(value, ',')) {
      entry = base::trim(entry);
      if (entry.empty()) continue;
      const auto parts = base::split(entry, ':');
      const std::string_view field = base::trim(parts[0]);
      if (parts.size() > 2 || std::ranges::find(sortable, field) == sortable.end()) {
        return base::fail(
            base::Error(bad_argument, "Invalid sort parameter")
                .with_hint(fmt::format("`field:asc` or `field:desc`, with a field of: {}", fmt::join(sortable, ", "))));
      }
      const bool ascending = parts.size() == 1 || base::equals_ignoring_case(base::trim(parts[1]), "asc");
      orders.push_back({std::string(field), !ascending});
      if (orders.size() > sortable.size())
        return base::fail(bad_argument, "Invalid sort parameter: a field occurs twice");
    }
  }
  return orders;
}

}  // namespace gyr::web
