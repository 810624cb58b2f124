#include "connectors/request_text.h"

#include "base/text.h"
#include "connectors/definition.h"
#include "expression/template.h"
#include "net/url.h"

namespace gyr::connectors {
namespace {

using base::Value;

base::Result<void> add_segment(const Value& segment, std::string* path) {
  if (segment.is_null()) return {};
  if (segment.is_list()) {
    for (const Value& part : segment.items()) GYR_CHECK(add_segment(part, path));
    return {};
  }
  const std::string text = expression::to_text(segment);
  if (text.empty() || text == "." || text == "..")
    return base::fail(bad_property, fmt::format("`{}` cannot be a part of an address", text));
  *path += '/';
  *path += net::percent_encode(text);
  return {};
}

void add_parameter(std::string_view name, const Value& value, std::string* query) {
  if (value.is_null()) return;
  if (value.is_list()) {
    for (const Value& item : value.items()) add_parameter(name, item, query);
    return;
  }
  if (!query->empty()) *query += '&';
  *query += fmt::format("{}={}", net::percent_encode(name), net::percent_encode(expression::to_text(value)));
}

}  // namespace

base::Result<std::string> path_of(const Value& segments) {
  std::string path;
  GYR_CHECK(add_segment(segments, &path));
  return path;
}

std::string query_of(const Value& map) {
  std::string query;
  if (!map.is_map()) return query;
  for (const auto& entry : map.entries()) add_parameter(entry.name(), entry.value, &query);
  return query;
}

Value without_nulls(const Value& value) {
  if (value.is_list()) {
    base::ListBuilder items;
    for (const Value& item : value.items()) items.push(without_nulls(item));
    return items.build();
  }
  if (!value.is_map()) return value;
  base::MapBuilder entries;
  for (const auto& entry : value.entries()) {
    if (!entry.value.is_null()) entries.set(entry.key, without_nulls(entry.value));
  }
  return entries.build();
}

std::optional<std::string> next_link(std::string_view header) {
  for (std::string_view link : base::split(header, ',')) {
    const size_t open = link.find('<');
    const size_t close = link.find('>');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open) continue;
    if (link.find("rel=\"next\"", close) != std::string_view::npos)
      return std::string(link.substr(open + 1, close - open - 1));
  }
  return std::nullopt;
}

}  // namespace gyr::connectors
