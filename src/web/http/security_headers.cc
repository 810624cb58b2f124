#include "web/http/security_headers.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace gyr::web {
namespace {

/// Types of which a browser shows the text and runs nothing.
constexpr std::array<std::string_view, 4> inert_types = {"application/json", "application/problem+json", "text/plain",
                                                         "text/event-stream"};

constexpr std::string_view policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Pictures have styles of their own.
constexpr std::string_view policy_of_files =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "sandbox";

bool is_inert(const net::Headers& headers) {
  const auto type = headers.get("Content-Type");
  if (!type) return true;
  const std::string_view name = base::trim(type->substr(0, type->find(';')));
  return std::ranges::any_of(inert_types, [&](std::string_view one) { return base::equals_ignoring_case(name, one); });
}

void add(net::Headers& headers, std::string_view name, std::string_view value) {
  if (!headers.get(name)) headers.add(std::string(name), std::string(value));
}

}  // namespace

void add_security_headers(net::ServerResponse& response) {
  net::Headers& headers = response.headers;
  headers.reserve(headers.fields().size() + 4);
  add(headers, "Content-Security-Policy", is_inert(headers) ? policy : policy_of_files);
  add(headers, "Referrer-Policy", "no-referrer");
  add(headers, "X-Content-Type-Options", "nosniff");
  add(headers, "X-Frame-Options", "DENY");
}

}  // namespace gyr::web
