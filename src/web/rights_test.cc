// A caller who may see one namespace: its rows in every list, 404 for entities outside, no change outside (RBAC-3,
// RBAC-10).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>

#include "base/text.h"
#include "cluster/change_hub.h"
#include "syntax/json.h"
#include "web/http/route.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Call;
using test::Harness;
using test::Reply;
using ::testing::HasSubstr;
using ::testing::Not;

/// Every right in these namespaces; rights without a namespace everywhere.
class NamespaceRights final : public Rights {
 public:
  std::vector<std::string> namespaces_of(const Identity&, std::string_view, const Right& right) const override {
    static const std::set<std::string_view> of_tenant = {"PLUGIN", "INSTANCE", "INFRASTRUCTURE", "DASHBOARD"};
    if (of_tenant.contains(right.resource)) return {""};
    std::lock_guard lock(mutex_);
    return right.action == Action::read ? read_ : change_;
  }
  void set(std::vector<std::string> read, std::vector<std::string> change) {
    std::lock_guard lock(mutex_);
    read_ = std::move(read);
    change_ = std::move(change);
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> read_{""}, change_{""};
};

/// Two namespaces with everything in them. The words `veiled` and `open` are only in the names of each.
struct RightsTest : ::testing::Test {
  RightsTest() {
    for (const std::string name : {"veiled", "open"}) {
      const std::string space = name + ".team", flow = name + "-flow";
      server.deploy(fmt::format(
          "id: {1}\nnamespace: {0}\nlabels: {{team: {2}}}\nconcurrency: {{limit: 5}}\ntriggers:\n"
          "  - {{id: {2}-trigger, type: io.kestra.plugin.core.trigger.Schedule, cron: \"0 0 1 1 *\"}}\ntasks:\n"
          "  - {{id: say, type: io.kestra.plugin.core.log.Log, message: {2}}}\n"
          "  - {{id: put, type: io.kestra.plugin.core.output.OutputValues, values: {{word: {2}}}}}\n",
          space, flow, name));
      ids[name] = server.run(space, flow);
      server.wait_for_end(ids[name]);
      const auto ok = [](const Reply& reply) { EXPECT_LT(reply.status, 300) << reply.body; };
      ok(server.send("PUT", fmt::format("namespaces/{}/kv/{}-key", space, name), "1", "text/plain"));
      ok(server.send("PUT", fmt::format("namespaces/{}/secrets", space),
                     fmt::format(R"({{"key": "{}_SECRET", "value": "x"}})", name), "application/json"));
      ok(server.call(test::form("POST", fmt::format("namespaces/{}/files?path=/{}.txt", space, name),
                                {{"fileContent", name, name + ".txt"}})));
      ok(server.send("POST", "templates",
                     fmt::format("id: {1}-template\nnamespace: {0}\ntasks:\n  - {{id: a, type: "
                                 "io.kestra.plugin.core.log.Log, message: m}}\n",
                                 space, name),
                     "application/x-yaml"));
      ok(server.post_json("namespaces", fmt::format(R"({{"id": "{}", "description": "{}"}})", space, name)));
      ok(server.send("PUT", fmt::format("namespaces/{}/reusable-inputs/{}-set", space, name),
                     fmt::format("inputs: [{{id: {}, type: STRING}}]", name), "application/x-yaml"));
    }
  }
  static test::HarnessOptions options(const Rights* rights) {
    test::HarnessOptions options;
    options.rights = rights;
    options.templates = true;
    options.vault_key = "0123456789abcdef0123456789abcdef";
    return options;
  }
  void only_open() { rights.set({"open"}, {"open"}); }
  void everything() { rights.set({""}, {""}); }

  /// The path of a GET operation, with the names of the veiled namespace; nothing if a parameter has no known name.
  std::optional<std::string> veiled_target(const Route& route) const {
    const std::map<std::string_view, std::string> values = {{"namespace", "veiled.team"},
                                                            {"flowId", "veiled-flow"},
                                                            {"id", "veiled-flow"},
                                                            {"flowNamespace", "veiled.team"},
                                                            {"executionId", ids.at("veiled")},
                                                            {"triggerId", "veiled-trigger"},
                                                            {"taskId", "say"},
                                                            {"key", "veiled-key"},
                                                            {"metric", "rows"},
                                                            {"revision", "1"},
                                                            {"path", "/veiled.txt"},
                                                            {"q", "veiled"},
                                                            {"expression", "1"},
                                                            {"field", "flowId"}};
    std::string target;
    std::string_view path = route.path;
    if (path.starts_with("~/")) {
      path.remove_prefix(2);
    } else {
      return std::nullopt;
    }
    for (std::string_view segment : base::split(path, '/')) {
      if (!target.empty()) target += '/';
      if (!segment.starts_with('{')) {
        target += segment;
        continue;
      }
      std::string name(segment.substr(1, segment.size() - 2));
      if (name == "id" && route.path.contains("/reusable-inputs/")) {
        target += "veiled-set";
        continue;
      }
      if (name == "id" && route.path.starts_with("~/namespaces/")) name = "namespace";
      if (name == "id" && route.path.starts_with("~/templates/")) {
        target += "veiled-template";
        continue;
      }
      const auto value = values.find(name);
      if (value == values.end()) return std::nullopt;
      target += value->second;
    }
    char mark = '?';
    for (const QueryParameter& parameter : route.query) {
      if (!parameter.required) continue;
      const auto value = values.find(parameter.name);
      if (value == values.end()) return std::nullopt;
      target += fmt::format("{}{}={}", std::exchange(mark, '&'), parameter.name, value->second);
    }
    return target;
  }

  NamespaceRights rights;
  Harness server{options(&rights)};
  std::map<std::string, std::string> ids;
};

TEST_F(RightsTest, EveryReadFollowsWhatTheCallerSees) {  // RBAC-3, RBAC-10
  int lists = 0, entities = 0, fuller = 0, refused = 0;
  for (const Route& route : server.server().routes()) {
    if (route.method != Method::get || route.operation.starts_with("follow")) continue;
    if (route.rule.who != Rule::Who::right || route.rule.where.kind == Where::Kind::tenant_wide) continue;
    const auto target = veiled_target(route);
    if (!target) continue;
    everything();
    const Reply all = server.get(*target);
    if (all.status != 200) continue;
    only_open();
    const Reply some = server.get(*target);
    if (route.rule.where.kind == Where::Kind::rows) {
      ++lists;
      EXPECT_EQ(some.status, 200) << *target;
      EXPECT_THAT(some.body, Not(HasSubstr("veiled"))) << *target;
      EXPECT_THAT(some.body, Not(HasSubstr(ids.at("veiled")))) << *target;
      if (all.body.contains("veiled") && all.body.contains("open")) {
        ++fuller;
        EXPECT_THAT(some.body, HasSubstr("open")) << *target;
      }
    } else {
      ++entities;
      // Some operations answer with an empty list for an execution that does not exist.
      EXPECT_TRUE(some.status == 404 || (some.status == 200 && !some.body.contains("veiled")))
          << *target << " " << some.status << " " << some.body.substr(0, 300);
      refused += some.status == 404 ? 1 : 0;
    }
  }
  // Lower bounds, so that the walk cannot become empty.
  EXPECT_GE(lists, 12);
  EXPECT_GE(fuller, 8);
  EXPECT_GE(entities, 20);
  EXPECT_GE(refused, 18);
}

TEST_F(RightsTest, ListsCountsAndFilesShowOnlyVisibleRows) {
  only_open();
  const auto total = [&](std::string target) { return server.get(std::move(target)).at({"total"}).as_integer(); };
  for (const char* target : {"executions/search", "flows/search", "triggers/search", "kv", "concurrency-limit/search"})
    EXPECT_EQ(total(target), 1) << target;
  EXPECT_EQ(total("executions/search?filters[namespace][EQUALS]=veiled.team"), 0);
  EXPECT_EQ(total("executions/search?filters[q][EQUALS]=veiled"), 0);
  EXPECT_EQ(total("executions/search?filters[q][EQUALS]=open"), 1);
  for (const char* target :
       {"executions/export/by-query/csv", "flows/export/by-query/csv", "triggers/export/by-query/csv"}) {
    const Reply csv = server.get(target);
    if (csv.status == 404) continue;
    EXPECT_EQ(csv.status, 200) << target;
    EXPECT_THAT(csv.body, HasSubstr("open.team")) << target;
    EXPECT_THAT(csv.body, Not(HasSubstr("veiled"))) << target;
  }
  const auto chart = server.post_json(
      "dashboards/charts/preview",
      R"({"chart": "id: c\ntype: io.kestra.plugin.core.dashboard.chart.Table\nchartOptions: {displayName: c}\ndata:\n  type: io.kestra.plugin.core.dashboard.data.Executions\n  columns:\n    ns: {field: NAMESPACE}\n    count: {agg: COUNT}\n"})");
  EXPECT_EQ(chart.status, 200) << chart.body;
  EXPECT_THAT(chart.body, HasSubstr("open.team"));
  EXPECT_THAT(chart.body, Not(HasSubstr("veiled")));
  for (const char* target : {"stats/executions/daily/group-by-flow", "stats/executions/daily/group-by-namespace",
                             "stats/executions/latest/group-by-flow"}) {
    const auto statistics = server.post_json(target, "{}");
    EXPECT_EQ(statistics.status, 200) << target << statistics.body;
    EXPECT_THAT(statistics.body, HasSubstr("open.team")) << target;
    EXPECT_THAT(statistics.body, Not(HasSubstr("veiled"))) << target;
  }
  EXPECT_EQ(server.post_json("stats/summary", "{}").at({"flows"}).as_integer(), 1);
  EXPECT_EQ(total("executions/search?filters[or][0][namespace][EQUALS]=veiled.team&filters[or][1][q][EQUALS]=open"), 1);
  const auto latest = server.post_json(
      "executions/latest",
      R"([{"namespace": "open.team", "id": "open-flow"}, {"namespace": "veiled.team", "id": "veiled-flow"}])");
  EXPECT_EQ(latest.status, 200) << latest.body;
  EXPECT_EQ(latest.json().items().size(), 1u) << latest.body;
  const auto zip = server.post_json(
      "flows/export/by-ids",
      R"([{"namespace": "open.team", "id": "open-flow"}, {"namespace": "veiled.team", "id": "veiled-flow"}])");
  EXPECT_THAT(zip.body, Not(HasSubstr("veiled")));
}

TEST_F(RightsTest, CountsAndOverviewsHaveOnlyVisibleRows) {  // UI-261, UI-1062
  only_open();
  const auto total = [&](std::string target) { return server.get(std::move(target)).at({"total"}).as_integer(); };
  EXPECT_EQ(total("executions/counts"), 1);
  EXPECT_EQ(server.get("executions/counts").at({"buckets"}).size(), 1u);
  EXPECT_EQ(total("executions/counts?filters[namespace][EQUALS]=veiled.team"), 0);
  EXPECT_EQ(total("executions/counts?filters[labels][EQUALS][team]=veiled"), 0) << "counted row by row";
  EXPECT_EQ(total("executions/counts?filters[labels][EQUALS][team]=open"), 1);
  EXPECT_EQ(server.post_json("executions/counts", "{}").at({"total"}).as_integer(), 1);
  const auto overview = server.post_json(
      "flows/overview",
      R"({"flows": [{"namespace": "open.team", "id": "open-flow"}, {"namespace": "veiled.team", "id": "veiled-flow"}]})");
  ASSERT_EQ(overview.status, 200) << overview.body;
  const Value rows = overview.json();
  EXPECT_EQ(rows.items()[0].find_path({"last", "id"})->text(), ids.at("open"));
  EXPECT_EQ(rows.items()[0].find("triggers")->size(), 1u);
  EXPECT_EQ(rows.items()[1].find("last"), nullptr) << "as a flow that does not exist";
  EXPECT_EQ(rows.items()[1].find("runs")->size(), 0u);
  EXPECT_EQ(rows.items()[1].find("triggers")->size(), 0u);
  rights.set({}, {});
  EXPECT_EQ(server.get("executions/counts").status, 403);
}

TEST_F(RightsTest, ASubflowThatIsNotSeenIsNotNamedInARun) {  // RBAC-3
  server.deploy(
      "id: caller\nnamespace: open.team\ntasks:\n  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: "
      "veiled.team, flowId: veiled-flow, wait: true}\n");
  const std::string id = server.run("open.team", "caller");
  server.wait_for_end(id);
  const std::string target = "executions/" + id + "/runs";
  EXPECT_THAT(server.get(target).body, HasSubstr("veiled-flow"));
  only_open();
  const Reply runs = server.get(target);
  EXPECT_EQ(runs.at({"total"}).as_integer(), 1) << runs.body;
  EXPECT_THAT(runs.body, Not(HasSubstr("veiled")));
}

TEST_F(RightsTest, ASearchFindsOnlyWhatIsSeen) {  // UI-1080, RBAC-3
  const Reply all = server.get("search?q=veiled&size=100");
  for (const char* kind : {"flow", "namespace", "trigger", "key", "execution"})
    EXPECT_THAT(all.body, HasSubstr(fmt::format(R"("kind":"{}")", kind)));
  only_open();
  for (const std::string& text : {std::string("veiled"), ids.at("veiled"), ids.at("veiled").substr(0, 10)}) {
    const Reply some = server.get("search?size=100&q=" + text);
    EXPECT_EQ(some.status, 200);
    EXPECT_THAT(some.body, Not(HasSubstr("veiled")));
    EXPECT_THAT(some.body, Not(HasSubstr(ids.at("veiled"))));
  }
  EXPECT_THAT(server.get("search?q=open&size=100").body, HasSubstr("open-flow"));
  EXPECT_EQ(server.get("/api/v1/instance/health").status, 200) << "rights without a namespace are everywhere";
}

/// `PERMISSION ACTION: namespaces` of everything that `GET me` lists.
std::map<std::string, std::string> listed(const Reply& me) {
  std::map<std::string, std::string> rights;
  for (const Value& one : me.at({"permissions"}).items()) {
    std::string names;
    for (const Value& name : one.find("namespaces")->items()) names += fmt::format("[{}]", name.text());
    rights.emplace(fmt::format("{} {}", one.find("permission")->text(), one.find("action")->text()), names);
  }
  return rights;
}

TEST_F(RightsTest, TheCallerIsToldWhatItMayDo) {  // UI-6, UI-7, RBAC-2
  rights.set({"open", "veiled.team"}, {"open"});
  const auto some = listed(server.get("/api/v1/me"));
  EXPECT_EQ(some.at("EXECUTION READ"), "[open][veiled.team]");
  EXPECT_EQ(some.at("EXECUTION UPDATE"), "[open]");
  EXPECT_EQ(some.at("SECRET DELETE"), "[open]");
  EXPECT_EQ(some.at("DASHBOARD CREATE"), "[]") << "in the whole tenant";
  rights.set({"open"}, {});
  const auto reader = listed(server.get("/api/v1/me"));
  EXPECT_TRUE(reader.contains("FLOW READ"));
  for (const char* right : {"FLOW UPDATE", "EXECUTION CREATE", "EXECUTION DELETE", "KVSTORE UPDATE"})
    EXPECT_FALSE(reader.contains(right)) << right;
  const Reply refused = server.send("PUT", "namespaces/open.team/kv/open-key", "2", "text/plain");
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("KVSTORE UPDATE"));
  everything();
  const auto all = listed(server.get("/api/v1/me"));
  for (const auto& [right, names] : all) EXPECT_EQ(names, "[]") << right;
  // Every right that a route asks for, and no other.
  std::set<std::string_view> resources;
  for (const Route& route : server.server().routes()) {
    if (route.rule.who == Rule::Who::right) resources.insert(route.rule.right.resource);
  }
  for (const std::string_view resource : resources) {
    const auto found = all.lower_bound(fmt::format("{} ", resource));
    EXPECT_TRUE(found != all.end() && found->first.starts_with(fmt::format("{} ", resource))) << resource;
  }
}

TEST(RightsOfOpenMode, TheOneUserHasEveryPermission) {  // UI-6, UI-7
  Harness server;
  const auto all = listed(server.get("/api/v1/me"));
  for (const char* right : {"FLOW CREATE", "EXECUTION CREATE", "EXECUTION DELETE", "NAMESPACE UPDATE", "SECRET READ"})
    EXPECT_EQ(all.at(right), "[]") << right;
}

TEST_F(RightsTest, EveryoneHasPreferencesOfTheirOwn) {
  rights.set({}, {});
  EXPECT_EQ(server.get("/api/v1/me").status, 200);
  EXPECT_EQ(server.send("PUT", "me/bookmarks", R"([{"name": "a", "url": "/ui/"}])", "application/json").status, 200);
  EXPECT_EQ(server.get("me/bookmarks").json().size(), 1u);
}

/// The ends of all executions.
class Ends {
 public:
  explicit Ends(executor::ChangeHub& hub) {
    subscription_ = hub.subscribe_all([this](const executor::Change& change) {
      std::lock_guard lock(mutex_);
      if (change.ended) ended_.insert(change.execution.to_text());
      changed_.notify_all();
    });
  }
  void wait_for(const std::string& execution) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_.contains(execution); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> ended_;
  executor::ChangeHub::Subscription subscription_;
};

TEST_F(RightsTest, AStreamOfEventsHasOnlyVisibleRows) {  // UI-1001, RBAC-3
  server.deploy(
      "id: veiled-hook\nnamespace: veiled.team\ntriggers:\n  - {id: hook, type: "
      "io.kestra.plugin.core.trigger.Webhook, key: abcdefgh}\ntasks:\n  - {id: say, type: "
      "io.kestra.plugin.core.log.Log, message: veiled}\n");
  only_open();
  Ends ends(server.services().changes);
  auto events = server.follow("events");
  const auto hello = events.next();
  ASSERT_TRUE(hello);
  const std::string stream = "events/" + std::string(syntax::parse_json(hello->data)->find("stream")->text());
  const auto subscribe = [&](std::string_view topics) {
    return server.post_json(stream, fmt::format(R"({{"subscribe": [{}]}})", topics)).status;
  };
  const std::string veiled = ids.at("veiled");
  ASSERT_EQ(subscribe(fmt::format(R"({{"topic": "execution:{0}"}}, {{"topic": "runs:{0}"}}, )"
                                  R"({{"topic": "log:{0}", "since": 0}}, {{"topic": "flow:veiled.team/veiled-flow"}})",
                                  veiled)),
            200);
  std::set<std::string> gone;
  while (gone.size() < 3) {
    const auto event = events.next();
    ASSERT_TRUE(event);
    if (event->data.empty()) continue;
    const Value frame = *syntax::parse_json(event->data);
    EXPECT_NE(frame.find("gone"), nullptr) << "as what does not exist: " << event->data;
    for (std::string_view part : {"patch", "rows", "lines"}) EXPECT_EQ(frame.find(part), nullptr) << event->data;
    gone.insert(std::string(frame.find("topic")->text()));
  }
  ASSERT_EQ(server
                .post_json(stream, fmt::format(R"({{"unsubscribe": ["execution:{0}", "runs:{0}", "log:{0}", )"
                                               R"("flow:veiled.team/veiled-flow"]}})",
                                               veiled))
                .status,
            200);
  ASSERT_EQ(subscribe(R"({"topic": "executions"}, {"topic": "triggers"})"), 200);
  const Reply hook = server.post_json("executions/webhook/veiled.team/veiled-hook/abcdefgh", "{}");
  ASSERT_EQ(hook.status, 200) << hook.body;
  const std::string hidden = hook.text({"id"});
  ends.wait_for(hidden);
  const std::string seen = server.run("open.team", "open-flow");
  for (bool ended = false; !ended;) {
    const auto event = events.next();
    ASSERT_TRUE(event);
    EXPECT_THAT(event->data, Not(HasSubstr("veiled")));
    EXPECT_THAT(event->data, Not(HasSubstr(hidden)));
    if (!event->data.contains(seen)) continue;
    const Value frame = *syntax::parse_json(event->data);
    for (const Value& row : frame.find("rows")->items())
      ended = ended || (row.find("id")->text() == seen && row.find_path({"state", "current"})->text() == "SUCCESS");
  }
}

TEST_F(RightsTest, NothingOutsideIsChanged) {
  only_open();
  const std::string execution = ids.at("veiled");
  // Named by its path: refused before anything is looked for.
  EXPECT_EQ(server.send("PUT", "namespaces/veiled.team/kv/veiled-key", "2", "text/plain").status, 404);
  EXPECT_EQ(server.send("DELETE", "namespaces/veiled.team/kv/veiled-key").status, 404);
  EXPECT_EQ(server.send("DELETE", "flows/veiled.team/veiled-flow").status, 404);
  EXPECT_EQ(server.send("DELETE", "logs/veiled.team/veiled-flow?triggerId=t").status, 404);
  EXPECT_EQ(server.send("DELETE", "namespaces/veiled.team/files?path=/veiled.txt").status, 404);
  const std::string set = "namespaces/veiled.team/reusable-inputs/veiled-set";
  EXPECT_EQ(server.send("PUT", set, "inputs: [{id: a, type: INT}]", "application/x-yaml").status, 404);
  EXPECT_EQ(server.send("DELETE", set).status, 404);
  EXPECT_EQ(server.call(test::form("POST", "executions/veiled.team/veiled-flow", {})).status, 404);
  // Named in the body.
  EXPECT_EQ(server.send("POST", "flows", test::log_flow("veiled.team", "new"), "application/x-yaml").status, 403);
  EXPECT_EQ(server.post_json("namespaces", R"({"id": "veiled.new"})").status, 403);
  EXPECT_EQ(server
                .send("POST", "templates",
                      "id: new\nnamespace: veiled.team\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, "
                      "message: m}\n",
                      "application/x-yaml")
                .status,
            403);
  // An entity by its id.
  EXPECT_EQ(server.send("DELETE", "executions/" + execution).status, 404);
  EXPECT_EQ(server.send("DELETE", "executions/" + execution + "/kill").status, 404);
  EXPECT_EQ(server.send("DELETE", "logs/" + execution).status, 404);
  // Many at once.
  const Reply by_ids =
      server.send("DELETE", "executions/by-ids", fmt::format(R"(["{}"])", execution), "application/json");
  EXPECT_EQ(by_ids.status, 400) << by_ids.body;
  EXPECT_EQ(
      server.send("DELETE", "executions/by-query?filters[namespace][EQUALS]=veiled.team").at({"count"}).as_integer(),
      0);
  EXPECT_EQ(server.send("DELETE", "flows/delete/by-query?filters[namespace][EQUALS]=veiled.team").status, 200);
  server.send("DELETE", "flows/delete/by-ids", R"([{"namespace": "veiled.team", "id": "veiled-flow"}])",
              "application/json");
  everything();
  EXPECT_EQ(server.get("executions/" + execution).status, 200);
  EXPECT_EQ(server.get("flows/veiled.team/veiled-flow").status, 200);
  EXPECT_EQ(server.get("namespaces/veiled.team/kv/veiled-key").at({"revision"}).as_integer(), 1);
  EXPECT_EQ(server.get(set).at({"revision"}).as_integer(), 1);
  EXPECT_EQ(server.get("namespaces/veiled.team/files?path=/veiled.txt").status, 200);
  EXPECT_EQ(server.get("flows/veiled.team/new").status, 404);
}

TEST_F(RightsTest, WhoMayOnlyReadIsTold403) {
  rights.set({"open", "veiled"}, {"open"});
  EXPECT_EQ(server.get("flows/veiled.team/veiled-flow").status, 200);
  EXPECT_EQ(server.get("executions/" + ids.at("veiled")).status, 200);
  EXPECT_EQ(server.send("DELETE", "flows/veiled.team/veiled-flow").status, 403);
  EXPECT_EQ(server.send("PUT", "namespaces/veiled.team/kv/veiled-key", "2", "text/plain").status, 403);
  EXPECT_EQ(server.send("DELETE", "executions/" + ids.at("veiled")).status, 403);
  EXPECT_EQ(server.send("DELETE", "namespaces/open.team/kv/open-key").status, 200);
  EXPECT_EQ(server.send("DELETE", "namespaces/veiled.team/reusable-inputs/veiled-set").status, 403);
  EXPECT_EQ(server.send("DELETE", "namespaces/open.team/reusable-inputs/open-set").status, 200);
}

TEST_F(RightsTest, ABulkUpdateIsJudgedBeforeItDeletes) {  // API-68, RBAC-3
  server.deploy(
      "id: absent\nnamespace: open.team.child\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: x}\n");
  rights.set({""}, {"open.team.child"});
  const Reply refused = server.send("POST", "flows/bulk?namespace=open.team&allowNamespaceChild=true&delete=true",
                                    "id: fresh\nnamespace: open.team\ntasks:\n  - {id: a, type: "
                                    "io.kestra.plugin.core.log.Log, message: x}\n",
                                    "application/x-yaml");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(server.get("flows/open.team.child/absent").status, 200) << "nothing was deleted";
}

TEST_F(RightsTest, APrefixIsANamespaceAndItsChildren) {
  everything();
  server.deploy(test::log_flow("openly", "other"));
  server.deploy(test::log_flow("open", "parent"));
  only_open();
  EXPECT_EQ(server.get("flows/openly/other").status, 404);
  EXPECT_EQ(server.get("flows/open/parent").status, 200);
  EXPECT_EQ(server.get("flows/search").at({"total"}).as_integer(), 2);
  rights.set({}, {});
  EXPECT_EQ(server.get("flows/search").status, 403) << "no right at all";
}

TEST_F(RightsTest, AFlowThatIsNotSeenHasNoNameInAGraph) {  // API-103
  everything();
  server.deploy(
      "id: caller\nnamespace: open.team\ntasks:\n  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: "
      "veiled.team, flowId: veiled-flow}\n");
  EXPECT_THAT(server.get("flows/open.team/caller/dependencies").body, HasSubstr("veiled-flow"));
  only_open();
  const Reply graph = server.get("flows/open.team/caller/dependencies");
  EXPECT_EQ(graph.at({"nodes"}).items().size(), 2u) << graph.body;
  EXPECT_EQ(graph.at({"edges"}).items().size(), 1u) << graph.body;
  EXPECT_THAT(graph.body, HasSubstr("hidden_"));
  EXPECT_THAT(graph.body, Not(HasSubstr("veiled")));
}

}  // namespace
}  // namespace gyr::web
