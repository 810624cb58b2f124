#include "web/http/cors.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "text/regex.h"
#include "web/http/answers.h"
#include "web/http/errors.h"
#include "web/http/status.h"

namespace gyr::web {
namespace {

bool allows_all(const std::vector<std::string>& list) {
  return list.empty() || std::ranges::find(list, "*") != list.end();
}

bool lists(const std::vector<std::string>& list, std::string_view wanted) {
  return allows_all(list) ||
         std::ranges::any_of(list, [wanted](const auto& one) { return base::equals_ignoring_case(one, wanted); });
}

/// Browsers send the origin of a page of this server, too, with every request but GET and HEAD.
bool is_own(std::string_view origin, const net::Headers& request) {
  const size_t scheme = origin.find("://");
  const auto host = request.get("Host");
  return scheme != std::string_view::npos && host && base::equals_ignoring_case(origin.substr(scheme + 3), *host);
}

/// Scheme, host and port of a URL.
std::string origin_of(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  return std::string(url.substr(0, url.find_first_of("/?#", scheme + 3)));
}

net::ServerResponse refusal(std::string message) {
  auto response = problem_answer(problem_of(base::Error(forbidden, std::move(message))), "", std::nullopt);
  response.headers.add("Vary", "Origin");
  return response;
}

bool allows_headers(const CorsRule& rule, std::string_view requested) {
  return std::ranges::all_of(base::split(requested, ','), [&rule](std::string_view one) {
    one = base::trim(one);
    return one.empty() || lists(rule.headers, one);
  });
}

void add_origin(const CorsRule& rule, std::string_view origin, net::ServerResponse& response) {
  response.headers.add("Access-Control-Allow-Origin", std::string(origin));
  if (rule.allow_credentials) response.headers.add("Access-Control-Allow-Credentials", "true");
}

}  // namespace

Cors::Cors(std::vector<CorsRule> rules, std::string_view own_url)
    : rules_(std::move(rules)), own_origin_(origin_of(own_url)) {}

std::optional<std::string_view> Cors::other_origin(const net::Headers& request) const {
  auto origin = request.get("Origin");
  if (!origin || origin->empty() || is_own(*origin, request)) return std::nullopt;
  if (!own_origin_.empty() && base::equals_ignoring_case(*origin, own_origin_)) return std::nullopt;
  return origin;
}

const CorsRule* Cors::rule_of(std::string_view origin) const {
  const bool is_opaque = origin == "null";  // of a page in a sandbox or a local file: anybody can have it
  for (const CorsRule& rule : rules_) {
    if (is_opaque && std::ranges::find(rule.origins, "null") == rule.origins.end()) continue;
    if (rule.origin_pattern.empty() ? lists(rule.origins, origin)
                                    : !rule.origins.empty() && lists(rule.origins, origin))
      return &rule;
    if (rule.origin_pattern.empty()) continue;
    auto pattern = text::Regex::compile(rule.origin_pattern);
    if (pattern && (*pattern)->matches_whole(origin).value_or(false)) return &rule;
  }
  return nullptr;
}

std::optional<net::ServerResponse> Cors::answer(const net::ServerRequest& request) const {
  if (rules_.empty()) return std::nullopt;
  const auto origin = other_origin(request.headers);
  if (!origin) return std::nullopt;
  const CorsRule* rule = rule_of(*origin);
  if (rule == nullptr) return refusal("requests from this origin are not allowed");
  const auto method = request.headers.get("Access-Control-Request-Method");
  if (request.method != "OPTIONS" || !method) {
    if (lists(rule->methods, request.method)) return std::nullopt;
    return refusal(fmt::format("the method {} is not allowed for this origin", request.method));
  }
  const std::string_view headers = request.headers.get("Access-Control-Request-Headers").value_or("");
  if (!lists(rule->methods, *method) || !allows_headers(*rule, headers)) {
    return refusal("this method, or one of these headers, is not allowed for this origin");
  }
  net::ServerResponse response = empty_answer(200);
  add_origin(*rule, *origin, response);
  response.headers.add("Access-Control-Allow-Methods", std::string(*method));
  if (!headers.empty()) response.headers.add("Access-Control-Allow-Headers", std::string(headers));
  if (rule->max_age_s > 0) response.headers.add("Access-Control-Max-Age", std::to_string(rule->max_age_s));
  response.headers.add("Vary", "Origin");
  return response;
}

void Cors::add_headers(const net::Headers& request, net::ServerResponse& response) const {
  if (rules_.empty()) return;
  response.headers.add("Vary", "Origin");
  const auto origin = other_origin(request);
  const CorsRule* rule = origin ? rule_of(*origin) : nullptr;
  if (rule == nullptr) return;
  add_origin(*rule, *origin, response);
  if (!rule->exposed_headers.empty())
    response.headers.add("Access-Control-Expose-Headers", fmt::format("{}", fmt::join(rule->exposed_headers, ", ")));
}

}  // namespace gyr::web
