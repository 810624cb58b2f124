#include "web/instance/contract_page.h"

#include <fmt/format.h>

#include <map>

#include "base/markup.h"
#include "base/text.h"

namespace gyr::web {
namespace {

using base::Value;

constexpr std::string_view head = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>REST API</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid; }
section { padding: 0.5rem 0; }
h3 b { text-transform: uppercase; }
h3 { margin: 0; font: 1rem ui-monospace, monospace; overflow-wrap: anywhere; }
p { margin: 0.25rem 0; }
nav a { margin-right: 0.75rem; }
table { border-collapse: collapse; width: 100%; }
td, th { border: 1px solid #8886; padding: 0.15rem 0.5rem; text-align: left; vertical-align: top; }
</style>
</head>
<body>
)";

std::string_view text_of(const Value& owner, std::string_view key) {
  const Value* found = owner.find(key);
  return found != nullptr && found->is_string() ? found->text() : std::string_view();
}

/// `Flow[]`, `string`, `map of integer`.
std::string type_name(const Value& schema) {
  if (const auto reference = text_of(schema, "$ref"); !reference.empty())
    return std::string(reference.substr(reference.rfind('/') + 1));
  const Value* item = schema.find("items");
  if (item != nullptr) return type_name(*item) + "[]";
  item = schema.find("additionalProperties");
  if (item != nullptr && item->is_map()) return "map of " + type_name(*item);
  const auto type = text_of(schema, "type");
  const auto format = text_of(schema, "format");
  if (type.empty()) return "any";
  return format.empty() ? std::string(type) : fmt::format("{} ({})", type, format);
}

/// `application/json: Flow`, for each media type.
std::string contents(const Value& owner) {
  std::string out;
  const Value* content = owner.find("content");
  if (content == nullptr) return out;
  for (const auto& media : content->entries()) {
    if (!out.empty()) out += ", ";
    out += media.key.text();
    if (const Value* schema = media.value.find("schema")) out += ": " + type_name(*schema);
  }
  return out;
}

void append_parameters(std::string& out, const Value& operation) {
  const Value* parameters = operation.find("parameters");
  if (parameters == nullptr || parameters->size() == 0) return;
  out += "<table><tr><th>Parameter</th><th>In</th><th>Type</th><th>Meaning</th></tr>\n";
  for (const Value& parameter : parameters->items()) {
    const Value* required = parameter.find("required");
    const Value* schema = parameter.find("schema");
    const bool is_required = required != nullptr && required->is_boolean() && required->as_boolean();
    out += fmt::format("<tr><td><code>{}</code>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                       base::escape_markup(text_of(parameter, "name")), is_required ? " *" : "",
                       text_of(parameter, "in"), base::escape_markup(schema == nullptr ? "" : type_name(*schema)),
                       base::escape_markup(text_of(parameter, "description")));
  }
  out += "</table>\n";
}

std::string section_of(std::string_view method, std::string_view path, const Value& operation) {
  const std::string id = base::escape_markup(text_of(operation, "operationId"));
  std::string out = fmt::format("<section id=\"{}\"><h3><b>{}</b> {}</h3>\n<p>{} (<code>{}</code>)</p>\n", id, method,
                                base::escape_markup(path), base::escape_markup(text_of(operation, "summary")), id);
  append_parameters(out, operation);
  if (const Value* body = operation.find("requestBody"))
    out += fmt::format("<p>Body: {}</p>\n", base::escape_markup(contents(*body)));
  if (const Value* responses = operation.find("responses")) {
    for (const auto& response : responses->entries()) {
      if (!response.key.text().starts_with('2')) continue;
      const std::string content = contents(response.value);
      out += fmt::format("<p>Answer: {}{}</p>\n", base::escape_markup(response.key.text()),
                         content.empty() ? "" : ", " + base::escape_markup(content));
    }
  }
  return out + "</section>\n";
}

}  // namespace

std::string contract_page(const Value& contract, std::string_view base) {
  std::map<std::string, std::string, std::less<>> by_tag;
  if (const Value* paths = contract.find("paths")) {
    for (const auto& path : paths->entries()) {
      for (const auto& operation : path.value.entries()) {
        const Value* tags = operation.value.find("tags");
        const std::string tag(tags != nullptr && tags->size() > 0 ? tags->items()[0].text() : "Other");
        by_tag[tag] += section_of(operation.key.text(), path.key.text(), operation.value);
      }
    }
  }
  std::string page(head);
  page += fmt::format(
      "<h1>REST API</h1>\n<p>The same as <a href=\"{0}swagger/kestra.yml\">YAML</a> and <a "
      "href=\"{0}api/v1/openapi\">JSON</a> (OpenAPI), for generators of clients. * marks parameters that "
      "are required.</p>\n<nav>",
      base::escape_markup(base));
  for (const auto& [tag, sections] : by_tag)
    page += fmt::format("<a href=\"#{0}\">{0}</a>\n", base::escape_markup(tag));
  page += "</nav>\n";
  for (const auto& [tag, sections] : by_tag)
    page += fmt::format("<h2 id=\"{0}\">{0}</h2>\n{1}", base::escape_markup(tag), sections);
  return page + "</body>\n</html>\n";
}

}  // namespace gyr::web
