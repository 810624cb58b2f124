// Paths: cutting them, and finding the operation they lead to (API-10 to API-14).
#include "web/http/router.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "web/http/errors.h"
#include "web/http/request.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

/// A router over all tables, asked with texts.
class RouterTest : public testing::Test {
 protected:
  Match match(Method method, std::string_view path) {
    auto cut = segments_.assign(path);
    EXPECT_TRUE(cut.has_value()) << path;
    return router_.match(method, segments_);
  }
  std::string operation(Method method, std::string_view path) {
    const Match found = match(method, path);
    return found.path == nullptr ? "" : std::string(found.path->route->operation);
  }
  std::string parameter(const Match& found, std::string_view name) {
    return std::string(segments_[found.first_segment + found.path->position_of(name)]);
  }

  const std::vector<Route> routes_ = all_routes();
  const Router router_{routes_};
  PathSegments segments_;
};

TEST_F(RouterTest, FindsEveryRouteOfEveryTable) {
  size_t count = 0;
  for (const CompiledPath& path : router_.paths()) {
    std::string target(path.pattern);
    if (target.starts_with('~')) target.replace(0, 1, "/api/v1/main");
    if (target.starts_with('$')) target.replace(0, 1, "/api/v1");
    std::vector<std::string> values;
    for (size_t at = target.find('{'); at != std::string::npos; at = target.find('{')) {
      values.push_back(fmt::format("some-value.{}", values.size()));
      target.replace(at, target.find('}') - at + 1, values.back());
    }
    const Match found = match(path.route->method, target);
    ASSERT_NE(found.path, nullptr) << to_text(path.route->method) << " " << target;
    EXPECT_EQ(found.path->route, path.route) << target;
    for (size_t i = 0; i < values.size(); ++i)
      EXPECT_EQ(parameter(found, found.path->parameters[i].first), values[i]) << target;
    ++count;
  }
  EXPECT_GE(count, 100u);
}

TEST_F(RouterTest, ToleratesSlashesAndDecodesOnce) {  // API-14
  EXPECT_EQ(operation(Method::get, "/api/v1/main/flows/a.b/c/"), "getFlow");
  EXPECT_EQ(operation(Method::get, "//api//v1/main///flows//a.b//c"), "getFlow");
  const Match found = match(Method::get, "/api/v1/main/flows/a%2Eb/c%252Fd%20%C3%A9");
  ASSERT_NE(found.path, nullptr);
  EXPECT_EQ(parameter(found, "namespace"), "a.b");
  EXPECT_EQ(parameter(found, "id"), "c%2Fd é");
  const Match slash = match(Method::get, "/api/v1/main/namespaces/ns/kv/a%2Fb");
  ASSERT_NE(slash.path, nullptr);
  EXPECT_EQ(parameter(slash, "key"), "a/b");
}

TEST_F(RouterTest, StartsFlowsWithTheNamesOfActions) {  // API-12
  for (std::string_view name : {"flow", "follow", "file", "logs", "outputs"}) {
    EXPECT_EQ(operation(Method::post, fmt::format("/api/v1/main/executions/a.b/{}", name)), "createExecution") << name;
  }
  const Match found = match(Method::del, "/api/v1/main/executions/6RrV2ruzUPwoXAx0aXgvBf/flow");
  EXPECT_EQ(found.path, nullptr);
  EXPECT_NE(found.methods & 1U << static_cast<unsigned>(Method::get), 0u);
  EXPECT_NE(found.methods & 1U << static_cast<unsigned>(Method::post), 0u) << "all that the path can be";
}

TEST_F(RouterTest, RefusesPathsThatCannotBeRead) {
  PathSegments segments;
  for (std::string_view bad : {"/a/%", "/a/%4", "/a/%zz", "/a/%00", "/a/%ff", "/a/\x01"}) {
    auto cut = segments.assign(bad);
    ASSERT_FALSE(cut.has_value()) << bad;
    EXPECT_EQ(cut.error().code(), bad_argument);
  }
  EXPECT_EQ(segments.assign(std::string(200, '/') + "a").has_value(), true);
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "/a";
  EXPECT_FALSE(segments.assign(deep).has_value());
}

TEST_F(RouterTest, PathsWithoutTenantMeanMain) {  // API-11
  for (std::string_view path : {"/api/v1/flows/a.b/c", "/api/v1/main/flows/a.b/c"}) {
    const Match found = match(Method::get, path);
    ASSERT_NE(found.path, nullptr) << path;
    EXPECT_EQ(found.path->route->operation, "getFlow");
    EXPECT_EQ(found.tenant, "main");
    EXPECT_EQ(parameter(found, "id"), "c");
  }
  EXPECT_EQ(operation(Method::post, "/api/v1/executions/webhook/a.b/c/key"), "triggerExecutionByPostWebhook");
  EXPECT_EQ(operation(Method::get, "/api/v1/main/configs"), "getConfiguration");
  EXPECT_EQ(match(Method::get, "/api/v1/configs").tenant, "");
}

TEST_F(RouterTest, KnowsOneTenant) {  // API-10
  for (std::string_view path :
       {"/api/v1/other/flows/search", "/api/v1/Main/flows/search", "/api/v1/-x/flows/search", "/api/v1/a b/flows"}) {
    const Match found = match(Method::get, path);
    EXPECT_EQ(found.path, nullptr) << path;
    EXPECT_TRUE(found.unknown_tenant) << path;
    EXPECT_EQ(found.methods, 0) << path;
  }
  EXPECT_TRUE(is_tenant("main"));
  EXPECT_TRUE(is_tenant("0a_b-c"));
  for (std::string_view bad : {"", "Main", "_a", "-a", "a.b", "a/b"}) EXPECT_FALSE(is_tenant(bad)) << bad;
}

TEST_F(RouterTest, UnknownPathsAndMethods) {  // API-2, API-40
  for (std::string_view path : {"/api/v1/nothing-here", "/api/v1/main/nothing-here", "/api/v1/main/flows/a/b/c/d/e",
                                "/api/v9/flows", "/api/v1", "/nowhere", "/api/v1/plugins/a/b/c/d"}) {
    const Match found = match(Method::get, path);
    EXPECT_EQ(found.path, nullptr) << path;
    EXPECT_EQ(found.methods, 0) << path;
  }
  for (auto [method, path] :
       {std::pair{Method::patch, "/api/v1/main/flows/search"}, std::pair{Method::put, "/api/v1/main/logs/search"},
        std::pair{Method::del, "/api/v1/configs"}, std::pair{Method::post, "/api/v1/main/flows/search"},
        std::pair{Method::del, "/api/v1/main/executions/webhook/a/b/k"}}) {
    const Match found = match(method, path);
    EXPECT_EQ(found.path, nullptr) << path;
    EXPECT_NE(found.methods, 0) << path;
  }
}

TEST_F(RouterTest, ALiteralWinsOverAParameter) {
  EXPECT_EQ(operation(Method::get, "/api/v1/main/flows/search"), "searchFlows");
  EXPECT_EQ(operation(Method::get, "/api/v1/main/flows/some.namespace"), "listFlowsByNamespace");
  EXPECT_EQ(operation(Method::get, "/api/v1/main/flows/export/by-query"), "exportFlowsByQuery");
  EXPECT_EQ(operation(Method::get, "/api/v1/main/flows/export/my-flow"), "getFlow")
      << "a namespace may be named like a word of another path";
  EXPECT_EQ(operation(Method::get, "/api/v1/main/executions/namespaces/a.b/flows"), "listFlowExecutionsByNamespace");
}

TEST_F(RouterTest, WordsBelowExecutionsAreNeverIds) {  // API-12
  // The webhooks' path is open to everybody: it must not open the start of flows in a namespace of that name.
  EXPECT_EQ(operation(Method::post, "/api/v1/main/executions/webhook/some-flow"), "");
  EXPECT_EQ(operation(Method::post, "/api/v1/executions/webhook/some-flow"), "");
  EXPECT_EQ(operation(Method::get, "/api/v1/main/executions/by-ids"), "");
  EXPECT_EQ(operation(Method::get, "/api/v1/main/executions/kill"), "");
}

TEST_F(RouterTest, ActionsAnswerOnBothPaths) {  // API-3, API-12
  for (auto [method, action, wanted] :
       {std::tuple{Method::del, "kill", "killExecution"}, std::tuple{Method::post, "restart", "restartExecution"},
        std::tuple{Method::post, "eval", "evalExpression"}}) {
    EXPECT_EQ(operation(method, fmt::format("/api/v1/main/executions/6RrV2ruzUPwoXAx0aXgvBf/actions/{}", action)),
              wanted);
    EXPECT_EQ(operation(method, fmt::format("/api/v1/main/executions/6RrV2ruzUPwoXAx0aXgvBf/{}", action)), wanted);
  }
  EXPECT_EQ(operation(Method::post, "/api/v1/main/executions/trigger/a.b/c"), "createExecution");
  EXPECT_TRUE(looks_like_execution_id("6RrV2ruzUPwoXAx0aXgvBf"));
  EXPECT_FALSE(looks_like_execution_id("company.team.name"));
  EXPECT_FALSE(looks_like_execution_id("short"));
}

TEST_F(RouterTest, TablesAreComplete) {
  std::set<std::string_view> operations;
  for (const Route& route : routes_) {
    EXPECT_TRUE(operations.insert(route.operation).second) << route.operation << " stands twice";
    EXPECT_NE(route.handler.run, nullptr) << route.operation;
    EXPECT_FALSE(route.summary.empty()) << route.operation;
    EXPECT_EQ(route.rule.is_open(), route.rule.right.resource.empty()) << route.operation;
    std::set<std::string_view> parameters;
    for (const QueryParameter& parameter : route.older) {
      EXPECT_TRUE(parameters.insert(parameter.name).second) << route.operation << " " << parameter.name;
      EXPECT_TRUE(route.filters.has_value()) << route.operation << " reads no filters";
    }
    for (const QueryParameter& parameter : route.query) {
      EXPECT_TRUE(parameters.insert(parameter.name).second) << route.operation << " " << parameter.name;
      EXPECT_FALSE(parameter.documentation.empty()) << route.operation << " " << parameter.name;
      if (parameter.fallback.empty()) continue;
      net::QueryList query{{std::string(parameter.name), std::string(parameter.fallback)}};
      for (const QueryParameter& other : route.query) {
        if (other.required) query.emplace_back(other.name, "1");
      }
      EXPECT_TRUE(check_query(route, query)) << parameter.name;
    }
  }
}

/// Operations that need no credentials; each with its reason.
const std::map<std::string_view, std::string_view> open_operations{
    {"health", "load balancers ask it"},
    {"healthLiveness", "load balancers ask it"},
    {"healthReadiness", "load balancers ask it"},
    {"version", "load balancers ask it"},
    {"ping", "load balancers ask it"},
    {"root", "leads to the user interface"},
    {"getLoginConfiguration", "the login page reads it"},
    {"getBasicAuthConfigErrors", "the login page reads it"},
    {"login", "gets the credentials"},
    {"createBasicAuth", "no account exists before; afterwards it asks for a login itself"},
    {"logout", "removes the cookie of whoever calls"},
    {"getContract", "the description of the API has no data"},
    {"getContractYaml", "the description of the API has no data"},
    {"getContractPage", "the description of the API has no data"},
};

/// Operations for everybody who is signed in; each with its reason.
const std::map<std::string_view, std::string_view> caller_operations{
    {"getCurrentUser", "about the caller"},
    {"getPreferences", "of the caller"},
    {"putPreferences", "of the caller"},
    {"getBookmarks", "of the caller"},
    {"putBookmarks", "of the caller"},
    {"listSavedFilters", "of the caller, and what was shared with everybody"},
    {"getSavedFilter", "of the caller, or shared with everybody"},
    {"createSavedFilter", "of the caller"},
    {"updateSavedFilter", "of the caller"},
    {"deleteSavedFilter", "of the caller"},
    {"searchEverything", "each kind is searched with the right of its lists"},
    {"events", "each topic is judged on its own"},
    {"subscribeEvents", "each topic is judged on its own"},
};

TEST_F(RouterTest, EveryRouteHasARuleThatFitsIt) {  // RBAC-10
  size_t open = 0;
  for (const Route& route : routes_) {
    const Rule& rule = route.rule;
    EXPECT_EQ(rule.who == Rule::Who::caller, caller_operations.contains(route.operation)) << route.operation;
    open += rule.is_open() ? 1 : 0;
    EXPECT_EQ(rule.is_open(), open_operations.contains(route.operation)) << route.operation;
    switch (rule.where.kind) {
      case Where::Kind::path:
        EXPECT_TRUE(std::string(route.path).contains(fmt::format("{{{}}}", rule.where.parameter))) << route.operation;
        break;
      case Where::Kind::query: {
        const auto found = std::ranges::find(route.query, rule.where.parameter, &QueryParameter::name);
        ASSERT_NE(found, route.query.end()) << route.operation;
        EXPECT_TRUE(found->required) << route.operation;
        break;
      }
      case Where::Kind::body:
      case Where::Kind::each: EXPECT_NE(route.body, no_body) << route.operation; break;
      case Where::Kind::tenant_wide:
      case Where::Kind::entity:
      case Where::Kind::rows:
        EXPECT_FALSE(std::string(route.path).contains("{namespace}")) << route.operation;
        EXPECT_TRUE(rule.where.parameter.empty()) << route.operation;
        break;
    }
  }
  EXPECT_EQ(open, open_operations.size());
}

TEST(CollapseSlashes, LeavesOne) {
  std::string buffer;
  EXPECT_EQ(collapse_slashes("//api///v1/x", buffer), "/api/v1/x");
  EXPECT_EQ(collapse_slashes("/api/v1/", buffer), "/api/v1/");
}

}  // namespace
}  // namespace gyr::web
