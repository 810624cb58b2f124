#include "expression/registry.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace gyr::expression {
namespace {

using Group = std::span<const Entry> (*)();

constexpr Group filter_groups[] = {string_filters,     text_codec_filters, regex_filters,
                                   layout_filters,     number_filters,     collection_filters,
                                   structured_filters, date_filters,       inventory_filters};
constexpr Group function_groups[] = {rendering_functions, data_functions,    file_functions,   parsing_functions,
                                     workflow_functions,  utility_functions, crypto_functions, calendar_functions};
constexpr Group test_groups[] = {test_entries};

// EXPR-100 to EXPR-106; `raw` and `verbatim` never reach the parser (EXPR-40, EXPR-320).
constexpr TagEntry tags[] = {
    {"block", "endblock", "prints its content and stores it for block()",
     R"({% block "b" %}x{% endblock %}{{ block("b") }})", "xx"},
    {"filter", "endfilter", "applies filters to its content", "{% filter upper %}a{% endfilter %}", "A"},
    {"for", "endfor", "repeats its content for each element", "{% for i in [1, 2] %}{{ i }};{% endfor %}", "1;2;"},
    {"if", "endif", "chooses between contents by conditions", "{% if 1 > 2 %}a{% else %}b{% endif %}", "b"},
    {"macro", "endmacro", "defines a template that can be called like a function",
     "{% macro hi(name) %}Hi {{ name }}{% endmacro %}{{ hi(\"Ada\") }}", "Hi Ada"},
    {"raw", "endraw", "prints its content without rendering it, also in later renderings",
     "{% raw %}{{ x }}{% endraw %}", "{{ x }}"},
    {"set", "", "names a value", "{% set x = 5 %}{{ x * 2 }}", "10"},
    {"verbatim", "endverbatim", "prints its content without rendering it", "{% verbatim %}{{ x }}{% endverbatim %}",
     "{{ x }}"},
};

std::vector<const Entry*> sorted(std::span<const Group> groups) {
  std::vector<const Entry*> entries;
  for (Group group : groups) {
    for (const Entry& entry : group()) entries.push_back(&entry);
  }
  std::ranges::sort(entries, {}, [](const Entry* entry) { return entry->name; });
  return entries;
}

const Entry* find(std::span<const Entry* const> entries, std::string_view name) {
  auto found = std::ranges::lower_bound(entries, name, {}, [](const Entry* entry) { return entry->name; });
  return found != entries.end() && (*found)->name == name ? *found : nullptr;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> names) {
  auto nearest = base::nearest(word, names);
  return nearest ? fmt::format("did you mean `{}`?", *nearest) : std::string();
}

}  // namespace

std::span<const Entry* const> all_filters() {
  static const std::vector<const Entry*> entries = sorted(filter_groups);
  return entries;
}
std::span<const Entry* const> all_functions() {
  static const std::vector<const Entry*> entries = sorted(function_groups);
  return entries;
}
std::span<const Entry* const> all_tests() {
  static const std::vector<const Entry*> entries = sorted(test_groups);
  return entries;
}
std::span<const TagEntry> all_tags() { return tags; }

const Entry* find_filter(std::string_view name) { return find(all_filters(), name); }
const Entry* find_function(std::string_view name) { return find(all_functions(), name); }
const Entry* find_test(std::string_view name) { return find(all_tests(), name); }

std::string suggest(std::string_view word, std::span<const Entry* const> entries) {
  std::vector<std::string_view> names;
  for (const Entry* entry : entries) {
    if (!entry->has(hidden)) names.push_back(entry->name);
  }
  return suggestion(word, names);
}

std::string suggest(std::string_view word, std::span<const std::string> names) {
  return suggestion(word, std::vector<std::string_view>(names.begin(), names.end()));
}

}  // namespace gyr::expression
