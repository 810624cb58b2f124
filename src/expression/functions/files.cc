// Functions over files (EXPR-273 to EXPR-276).
#include <fmt/format.h>

#include <algorithm>

#include "expression/evaluator.h"
#include "expression/functions/host.h"
#include "expression/program.h"
#include "expression/registry.h"
#include "text/characters.h"

namespace gyr::expression {
namespace {

using base::Value;

/// `..` as a whole part of a path.
bool climbs(std::string_view path) {
  for (size_t at = path.find(".."); at != std::string_view::npos; at = path.find("..", at + 1)) {
    bool begins = at == 0 || path[at - 1] == '/';
    bool ends = at + 2 == path.size() || path[at + 2] == '/';
    if (begins && ends) return true;
  }
  return false;
}

/// Scheme of a URI, empty for a plain path.
std::string_view scheme_of(std::string_view path) {
  size_t colon = path.find("://");
  if (colon == std::string_view::npos || colon == 0) return {};
  for (char c : path.substr(0, colon)) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '+' && c != '-' && c != '.') return {};
  }
  return path.substr(0, colon);
}

/// Checks what does not need the host; the host decides whether the file may be read.
Operand ask_for_file(Invocation& call) {
  std::string path = call.text_of(call.argument(0));
  if (climbs(path)) {
    return call.fail("File should be accessed with their full path and not using relative '..' path.");
  }
  std::string_view scheme = scheme_of(path);
  constexpr std::string_view schemes[] = {"", "kestra", "nsfile", "file"};
  if (std::ranges::find(schemes, scheme) == std::end(schemes)) {
    return call.fail(fmt::format("Cannot process the URI {}: scheme not supported.", text::shown_text(path)));
  }
  return ask_with_arguments(call, call.entry().name);
}

bool is_uri_character(char c) {
  return static_cast<unsigned char>(c) > ' ' && std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
}

Operand file_uri(Invocation& call) {
  std::string path = call.text_of(call.argument(0));
  if (path.find("../") != std::string::npos) return call.fail("Path must not contain '../'");
  std::string_view name = path;
  if (name.starts_with("./")) name.remove_prefix(2);
  if (name.starts_with('/')) name.remove_prefix(1);
  auto bad = std::ranges::find_if_not(name, is_uri_character);
  if (bad != name.end()) {
    return call.fail(
        fmt::format("Illegal character in path at index {}: {}", bad - name.begin(), text::shown_text(name)));
  }
  std::string space;
  if (call.given(1)) {
    space = call.text_of(call.argument(1));
  } else {
    Operand own = call.evaluator().value_at({"flow", "namespace"}, call.offset());
    if (own.is_failed()) return own;
    if (!own.is_string()) return call.fail("the namespace is unknown; set the argument 'namespace'");
    space = own.value().text();
  }
  std::ranges::replace(space, '.', '/');
  return call.text(fmt::format("kestra:///{}/_files/{}", space, name));
}

constexpr Parameter read_parameters[] = {{.name = "path",
                                          .required = "The 'read' function expects an argument 'path' that is a path "
                                                      "to a namespace file or an internal storage URI."},
                                         {.name = "namespace"},
                                         {.name = "version"}};
constexpr Parameter uri_parameters[] = {
    {.name = "path",
     .required = "The 'fileURI' function expects an argument 'path' that is a path to a namespace file."},
    {.name = "namespace"},
    {.name = "version"}};
constexpr Parameter size_parameters[] = {{.name = "path",
                                          .required = "The 'fileSize' function expects an argument 'path' that is a "
                                                      "path to a namespace file or an internal storage URI."},
                                         {.name = "namespace"}};
constexpr Parameter exists_parameters[] = {{.name = "path",
                                            .required = "The 'fileExists' function expects an argument 'path' that is "
                                                        "a path to a namespace file or an internal storage URI."},
                                           {.name = "namespace"}};
constexpr Parameter empty_parameters[] = {{.name = "path",
                                           .required = "The 'isFileEmpty' function expects an argument 'path' that is "
                                                       "a path to a namespace file or an internal storage URI."},
                                          {.name = "namespace"}};
constexpr std::string_view uri_reads[] = {"flow.namespace"};

constexpr Entry files_entries[] = {
    {.name = "fileExists",
     .run = ask_for_file,
     .parameters = exists_parameters,
     .traits = asks_host,
     .summary = "whether a file exists",
     .example = R"({{ fileExists("hello.txt") }})"},
    {.name = "fileSize",
     .run = ask_for_file,
     .parameters = size_parameters,
     .traits = asks_host,
     .summary = "the bytes of a file",
     .example = R"({{ fileSize(outputs.download.uri) }})"},
    {.name = "fileURI",
     .run = file_uri,
     .parameters = uri_parameters,
     .summary = "the URI of a namespace file",
     .example = R"({{ fileURI("dir/a.txt", namespace="company.team") }})",
     .result = "kestra:///company/team/_files/dir/a.txt",
     .reads = uri_reads},
    {.name = "isFileEmpty",
     .run = ask_for_file,
     .parameters = empty_parameters,
     .traits = asks_host,
     .summary = "whether a file has no bytes",
     .example = R"({{ isFileEmpty("hello.txt") }})"},
    {.name = "read",
     .run = ask_for_file,
     .parameters = read_parameters,
     .traits = asks_host,
     .summary = "the text of a namespace file or a file of the execution",
     .example = R"({{ read("hello.txt") }})"},
};

}  // namespace

std::span<const Entry> file_functions() { return files_entries; }

}  // namespace gyr::expression
