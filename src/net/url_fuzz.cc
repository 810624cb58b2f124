// URLs, queries and header values: what is understood can be written and understood again.
#include <cstdlib>

#include "base/text.h"
#include "net/header_value.h"
#include "net/http_syntax.h"
#include "net/url.h"

namespace gyr::net {
namespace {

void check(bool condition) {
  if (!condition) std::abort();
}

void check_url(const Url& url) {
  auto again = parse_url(url.to_string());
  check(again.has_value());
  check(again->to_string() == url.to_string());
  check(again->host == url.host && again->path == url.path && again->query == url.query && again->port == url.port);
  check(url.path.starts_with('/'));
  check(is_header_value(url.to_string()));
  check(url.to_string().find(' ') == std::string::npos);
}

}  // namespace
}  // namespace gyr::net

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gyr::net;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  if (auto url = parse_url(input)) check_url(*url);
  static const Url base = *parse_url("http://user:pw@host:81/a/b;c?q");
  if (auto url = resolve_url(base, input)) check_url(*url);

  auto decoded = percent_decode(input);
  if (decoded) check(percent_decode(percent_encode(*decoded)) == *decoded);
  for (Plus plus : {Plus::keep, Plus::blank}) {
    if (auto pairs = parse_query(input, plus)) {
      auto again = parse_query(encode_query(*pairs), Plus::blank);
      // A pair without name and value is written as `=`, which is one again.
      check(again && *again == *pairs);
    }
  }
  if (auto value = parse_parameterised(input)) {
    for (const auto& [name, text] : value->parameters) check(value->parameter(name).has_value());
  }
  check(choose_media_type(input, {"a/b", "c/d"}) < 2);
  check(parse_weighted(input).size() <= 64);
  size_t half = size / 2;
  static_cast<void>(cookie(input.substr(0, half), input.substr(half)));
  if (auto made = set_cookie(input.substr(0, half), input.substr(half), {})) {
    check(is_header_value(*made));
    check(cookie(made->substr(0, made->find(';')), input.substr(0, half)) == input.substr(half));
  }
  static_cast<void>(is_valid_host(input));
  return 0;
}
