#include "web/http/router.h"

#include <algorithm>

#include "base/assert.h"

namespace gyr::web {
namespace {

/// API-11: what is below `/api/v1` without a tenant, whether or not there is an operation yet. A tenant may not be
/// named so.
constexpr std::string_view global_roots[] = {"auditlogs",
                                             "auths",
                                             "banners",
                                             "basicAuthValidationErrors",
                                             "cluster",
                                             "configs",
                                             "forgotten-password",
                                             "instance",
                                             "invitation",
                                             "kill-switches",
                                             "license",
                                             "license-info",
                                             "login",
                                             "logout",
                                             "main-tenant-flows",
                                             "me",
                                             "notifications",
                                             "openapi",
                                             "pebble",
                                             "plugins",
                                             "request-code",
                                             "reset-password",
                                             "service-accounts",
                                             "setup",
                                             "tenants",
                                             "users",
                                             "validate-password"};
/// API-11: paths of a tenant, which without one mean `main`.
constexpr std::string_view tenant_roots[] = {"acls",
                                             "apps",
                                             "assets",
                                             "basicAuth",
                                             "bindings",
                                             "blueprints",
                                             "concurrency-limit",
                                             "credentials",
                                             "dashboards",
                                             "executions",
                                             "expressions",
                                             "flows",
                                             "groups",
                                             "invitations",
                                             "kv",
                                             "logs",
                                             "metrics",
                                             "namespaces",
                                             "outputs",
                                             "policies",
                                             "quota-limits",
                                             "reusable-inputs",
                                             "roles",
                                             "secrets",
                                             "security-integrations",
                                             "stats",
                                             "support",
                                             "taskruns",
                                             "templates",
                                             "tests",
                                             "triggers",
                                             "usages",
                                             "worker-selectors"};
/// API-12: words below `executions` that are never ids; else a key that is open to everybody would open other paths,
/// too.
constexpr std::string_view never_execution_ids[] = {"by-ids",  "by-query", "change-status", "distinct-field-values",
                                                    "export",  "flows",    "force-run",     "kill",
                                                    "labels",  "latest",   "namespaces",    "pause",
                                                    "replay",  "restart",  "resume",        "search",
                                                    "trigger", "unqueue",  "webhook"};

constexpr std::string_view main_tenant = "main";

template <size_t n>
bool is_one_of(const std::string_view (&words)[n], std::string_view word) {
  return std::ranges::find(words, word) != std::end(words);
}

bool alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

std::vector<std::string_view> split_pattern(std::string_view pattern) {
  std::vector<std::string_view> parts;
  pattern.remove_prefix(1);  // ~, $ or /
  while (!pattern.empty()) {
    if (pattern.front() == '/') {
      pattern.remove_prefix(1);
      continue;
    }
    parts.push_back(pattern.substr(0, pattern.find('/')));
    pattern.remove_prefix(parts.back().size());
  }
  return parts;
}

}  // namespace

bool is_tenant(std::string_view text) {
  const auto lower = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && lower(text.front()) &&
         std::ranges::all_of(text, [&](char c) { return lower(c) || c == '_' || c == '-'; });
}

bool looks_like_execution_id(std::string_view text) {
  return text.size() >= 16 && std::ranges::all_of(text, alphanumeric);
}

size_t CompiledPath::position_of(std::string_view parameter) const {
  for (const auto& [name, position] : parameters) {
    if (name == parameter) return position;
  }
  GYR_ASSERT(false);
  return 0;
}

/// One segment of all patterns with the same start.
struct Router::Node {
  std::vector<std::pair<std::string_view, std::unique_ptr<Node>>> literals;  // sorted once all are in
  std::unique_ptr<Node> parameter;
  std::array<const CompiledPath*, method_count> paths{};
  bool excludes_reserved = false;
  bool takes_rest = false;  ///< of a parameter: for all further segments, too

  uint8_t methods() const {
    uint8_t bits = 0;
    for (size_t i = 0; i < paths.size(); ++i) bits |= static_cast<uint8_t>(paths[i] != nullptr ? 1U << i : 0U);
    return bits;
  }
  const Node* literal(std::string_view word) const {
    const auto found = std::ranges::lower_bound(literals, word, {}, [](const auto& entry) { return entry.first; });
    return found != literals.end() && found->first == word ? found->second.get() : nullptr;
  }
};

Router::Router(std::span<const Route> routes) {
  for (auto& root : roots_) root = std::make_unique<Node>();
  size_t count = routes.size();
  for (const Route& route : routes) count += route.also.size();
  paths_.reserve(count);  // nodes point into it
  for (const Route& route : routes) {
    std::vector<std::string_view> patterns{route.path};
    patterns.insert(patterns.end(), route.also.begin(), route.also.end());
    for (std::string_view pattern : patterns) {
      CompiledPath& path = paths_.emplace_back(CompiledPath{&route, pattern, {}});
      const auto parts = split_pattern(pattern);
      for (size_t i = 0; i < parts.size(); ++i) {
        if (!parts[i].starts_with('{')) continue;
        path.parameters.emplace_back(parts[i].substr(1, parts[i].size() - 2), static_cast<uint8_t>(i));
      }
      add(path);
    }
  }
}

Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(const CompiledPath& path) {
  const char first = path.pattern.front();
  Node* node = roots_[first == '~' ? tenant : first == '$' ? api : root].get();
  bool below_executions = first == '~';
  for (std::string_view part : split_pattern(path.pattern)) {
    if (part.starts_with('{')) {
      if (!node->parameter) node->parameter = std::make_unique<Node>();
      node = node->parameter.get();
      below_executions = false;
      continue;
    }
    auto place = std::ranges::lower_bound(node->literals, part, {}, [](const auto& entry) { return entry.first; });
    if (place == node->literals.end() || place->first != part) {
      place = node->literals.emplace(place, part, std::make_unique<Node>());
    }
    node = place->second.get();
    node->excludes_reserved = below_executions && part == "executions";
    below_executions = false;
  }
  node->takes_rest = node->takes_rest || path.route->has_rest;
  const CompiledPath*& here = node->paths[static_cast<size_t>(path.route->method)];
  GYR_ASSERT(here == nullptr);  // two operations of one method and path
  here = &path;
}

/// True when the path exists below this node for this method. Otherwise `match.methods` tells those it exists for. A
/// literal wins over a parameter; behind a parameter only where it has the method: `POST executions/{namespace}/{id}`
/// starts a flow called `logs`, too, while `DELETE flows/search` is no namespace's.
bool Router::descend(const Node& node, Method method, const PathSegments& segments, size_t at, bool behind_parameter,
                     Match& match) const {
  if (at == segments.size() || node.takes_rest) {
    match.methods |= node.methods();
    match.path = node.paths[static_cast<size_t>(method)];
    return match.path != nullptr;
  }
  if (const Node* next = node.literal(segments[at])) {
    if (descend(*next, method, segments, at + 1, behind_parameter, match)) return true;
    if (match.methods != 0 && !behind_parameter) return false;
  }
  if (!node.parameter || (node.excludes_reserved && is_one_of(never_execution_ids, segments[at]))) return false;
  return descend(*node.parameter, method, segments, at + 1, true, match);
}

Match Router::match(Method method, const PathSegments& segments) const {
  Match match;
  const bool below_api = segments.size() >= 2 && segments[0] == "api" && segments[1] == "v1";
  if (!below_api) {
    descend(*roots_[root], method, segments, 0, false, match);
    return match;
  }
  match.first_segment = 2;
  if (segments.size() == 2) return match;
  const std::string_view first = segments[2];
  if (descend(*roots_[api], method, segments, 2, false, match) || match.methods != 0) return match;
  if (is_one_of(global_roots, first)) return match;
  if (is_one_of(tenant_roots, first)) {
    match.tenant = main_tenant;
    descend(*roots_[tenant], method, segments, 2, false, match);
    return match;
  }
  match.first_segment = 3;
  match.tenant = first;
  descend(*roots_[tenant], method, segments, 3, false, match);
  if (!is_tenant(first) || first != main_tenant) {
    match.unknown_tenant = true;
    match.path = nullptr;
    match.methods = 0;
  }
  return match;
}

const CompiledPath* Router::find(std::string_view operation) const {
  const auto found = std::ranges::find_if(
      paths_, [operation](const CompiledPath& path) { return path.route->operation == operation; });
  return found == paths_.end() ? nullptr : &*found;
}

}  // namespace gyr::web
