// States of triggers over the interface (TRIG-190, TRIG-191, TRIG-220 to TRIG-236, TRIG-241), and why one does not
// fire.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "syntax/time.h"
#include "web/routes.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;
using test::Reply;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Triggers : ::testing::Test {
  Harness harness;
  Triggers() { at("2030-01-01T08:30:00Z"); }
  void at(std::string_view time) { harness.clock().set(*syntax::parse_api_instant(time)); }
  void deploy(std::string_view id, std::string_view trigger, std::string_view namespace_ = "a.b") {
    harness.deploy(fmt::format(
        "id: {}\nnamespace: {}\ntasks: [{{id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}}]\n"
        "triggers:\n  - {{id: t, type: io.kestra.plugin.core.trigger.{}}}\n",
        id, namespace_, trigger));
  }
  static std::string name(std::string_view flow, std::string_view more = "") {
    return fmt::format(R"({{"namespace":"a.b","flowId":"{}","triggerId":"t"{}{}}})", flow, more.empty() ? "" : ",",
                       more);
  }
  Value row(std::string_view flow) {
    const Value answer = harness.get(fmt::format("triggers/a.b/{}", flow)).json();
    const Value* rows = answer.find("results");
    return rows == nullptr || rows->size() != 1 ? Value() : rows->items()[0];
  }
  static std::string text(const Value& map, std::string_view key) {
    const Value* value = map.is_map() ? map.find(key) : nullptr;
    return value == nullptr || !value->is_string() ? "-" : std::string(value->text());
  }
  static bool is_true(const Value& map, std::string_view key) {
    const Value* value = map.is_map() ? map.find(key) : nullptr;
    return value != nullptr && value->is_boolean() && value->as_boolean();
  }
  static int64_t count(const Reply& reply) {
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.at({"count"}).as_integer();
  }
};

constexpr std::string_view hourly = "Schedule, cron: '0 * * * *', stopAfter: [FAILED]";

TEST_F(Triggers, AreShownWithBothSpellings) {  // TRIG-190, TRIG-191, TRIG-221
  deploy("one", hourly);
  const Value shown = row("one");
  EXPECT_EQ(text(shown, "tenantId"), "main");
  EXPECT_EQ(text(shown, "triggerId"), "t");
  EXPECT_EQ(text(shown, "kind"), "SCHEDULE");
  EXPECT_EQ(text(shown, "nextExecutionDate"), "2030-01-01T09:00:00Z");
  EXPECT_EQ(text(shown, "nextEvaluationDate"), "2030-01-01T09:00:00Z");
  EXPECT_EQ(text(shown, "updatedDate"), text(shown, "updatedAt"));
  EXPECT_THAT(text(shown, "date"), StartsWith("2030-01-01T08:30:00"))
      << "before the first evaluation: when it was created";
  EXPECT_EQ(text(shown, "evaluatedAt"), "-");
  at("2030-01-01T08:40:00Z");
  harness.send("PUT", "triggers/set-disabled", name("one", R"("disabled":true)"), "application/json");
  EXPECT_EQ(text(row("one"), "date"), text(shown, "date")) << "a change is not a creation";
  EXPECT_EQ(shown.find("stopAfter")->items()[0].text(), "FAILED");
  EXPECT_EQ(harness.get("triggers/a.b/none").body, R"({"results":[],"total":0})");
  EXPECT_EQ(harness.get("triggers/a.b/one?q=x").at({"total"}).as_integer(), 0);
}

TEST_F(Triggers, AreSearchedWithTheirDefinitions) {  // TRIG-220
  deploy("one", hourly);
  deploy("two", "ScheduleOnDates, dates: ['2031-01-01T00:00:00Z']");
  deploy("other", hourly, "c");
  Reply found = harness.get("triggers/search?filters[namespace][EQUALS]=a.b&sort=nextExecutionDate:desc");
  EXPECT_EQ(found.at({"total"}).as_integer(), 2);
  const Value rows = *found.json().find("results");
  EXPECT_EQ(text(*rows.items()[0].find("triggerContext"), "flowId"), "two");
  EXPECT_EQ(text(*rows.items()[1].find("abstractTrigger"), "cron"), "0 * * * *");
  EXPECT_EQ(*rows.items()[1].find("abstractTrigger"), *rows.items()[1].find("trigger"));
  EXPECT_EQ(*rows.items()[1].find("triggerContext"), *rows.items()[1].find("state"));
  EXPECT_EQ(harness.get("triggers/search?namespace=a&flowId=one").at({"total"}).as_integer(), 1)
      << "as 1.x clients ask";
  EXPECT_EQ(harness.get("triggers/search?filters[triggerState][EQUALS]=DISABLED").at({"total"}).as_integer(), 0);
  EXPECT_EQ(harness.get("triggers/search?filters[TRIGGER_STATE][EQUALS]=ENABLED").at({"total"}).as_integer(), 3);
  EXPECT_EQ(harness.get("triggers/search?filters[triggerState][EQUALS]=BLUE").status, 400);
  EXPECT_EQ(harness.get("triggers/search?sort=color:asc").status, 422);
  const Reply csv = harness.get("triggers/export/by-query/csv?filters[flowId][EQUALS]=one");
  EXPECT_THAT(csv.body, StartsWith("tenantId,namespace,flowId,triggerId,kind,date,nextExecutionDate"));
  EXPECT_THAT(csv.body, HasSubstr("main,a.b,one,t,SCHEDULE,2030-01-01T08:30:00.001Z,2030-01-01T09:00:00Z"));
}

TEST_F(Triggers, AreFilteredAndSortedByTheirDates) {  // API-28, API-30, API-32
  deploy("one", hourly);
  deploy("two", "ScheduleOnDates, dates: ['2031-01-01T00:00:00Z']");
  const auto found = [&](const std::string& query) {
    std::string ids;
    const Value results = harness.get("triggers/search?sort=flowId:asc&" + query).at({"results"});
    for (size_t i = 0; results.is_list() && i < results.size(); ++i)
      ids += std::string(results.items()[i].find_path({"state", "flowId"})->text()) + " ";
    return ids;
  };
  EXPECT_EQ(found("filters[nextExecutionDate][LESS_THAN]=2030-06-01T00:00:00Z"), "one ");
  EXPECT_EQ(found("filters[NEXT_EXECUTION_DATE][GREATER_THAN]=2030-06-01T00:00:00Z"), "two ");
  EXPECT_EQ(found("filters[startDate][GREATER_THAN_OR_EQUAL_TO]=2030-06-01T00:00:00Z"), "two ");
  EXPECT_EQ(found("filters[endDate][LESS_THAN_OR_EQUAL_TO]=2030-01-01T09:00:00Z"), "one ");
  EXPECT_EQ(found("filters[timeRange][EQUALS]=PT1H"), "one two ") << "since an hour ago";
  EXPECT_EQ(found("filters[lastTriggeredDate][GREATER_THAN]=2000-01-01T00:00:00Z"), "") << "none has fired";
  EXPECT_EQ(found("filters[locked][EQUALS]=false"), "one two ");
  EXPECT_EQ(found("filters[locked][NOT_EQUALS]=false"), "");
  at("2030-01-01T09:00:00Z");
  harness.send("POST", "triggers/a.b/one/x/unlock");  // lets its partition look at the clock
  harness.workers().take("nap");
  EXPECT_EQ(found("filters[lastTriggeredDate][GREATER_THAN_OR_EQUAL_TO]=2030-01-01T09:00:00Z"), "one ");
  EXPECT_EQ(found("filters[startDate][GREATER_THAN]=2030-01-01T08:00:00Z&dateFilter=LAST_TRIGGERED_DATE"), "one ");
  EXPECT_EQ(found("filters[locked][EQUALS]=true"), "one ");
  const Value sorted = harness.get("triggers/search?sort=lastTriggeredDate:desc").at({"results"});
  EXPECT_EQ(sorted.items()[0].find_path({"state", "flowId"})->text(), "one");
  EXPECT_EQ(harness.get("triggers/search?filters[nextExecutionDate][EQUALS]=soon").status, 400);
  EXPECT_EQ(harness.get("triggers/search?filters[locked][EQUALS]=maybe").status, 400);
  EXPECT_EQ(harness.get("triggers/search?dateFilter=YESTERDAY").status, 422);
}

TEST_F(Triggers, AreDisabledAndEnabled) {  // TRIG-222, TRIG-231 to TRIG-233, TRIG-241
  deploy("one", hourly);
  deploy("two", hourly);
  Reply off = harness.send("PUT", "triggers/set-disabled", name("one", R"("disabled":true)"), "application/json");
  EXPECT_EQ(off.status, 200) << off.body;
  EXPECT_TRUE(is_true(off.json(), "disabled"));
  EXPECT_EQ(text(off.json(), "nextExecutionDate"), "-");
  EXPECT_EQ(text(off.json(), "nextEvaluationDate"), "2030-01-01T09:00:00Z") << "it is kept";
  EXPECT_FALSE(is_true(harness.send("PUT", "triggers", name("one", R"("disabled":false)"), "application/json").json(),
                       "disabled"));
  const std::string both =
      R"({"triggers":[)" + name("one") + "," + name("two") + "," + name("nothing") + R"(],"disabled":true})";
  EXPECT_EQ(count(harness.post_json("triggers/set-disabled/by-triggers", both)), 2)
      << "what is not there does not count";
  EXPECT_EQ(count(harness.post_json("triggers/set-disabled/by-query?disabled=false&filters[flowId][EQUALS]=two", "")),
            1);
  EXPECT_TRUE(is_true(row("one"), "disabled"));
  EXPECT_FALSE(is_true(row("two"), "disabled"));
}

TEST_F(Triggers, WhoEnablesAScheduleChoosesWhatBecomesOfMissedDates) {  // UI-822
  deploy("one", hourly);
  const auto set = [&](const char* more) {
    return harness.send("PUT", "triggers/set-disabled", name("one", more), "application/json");
  };
  for (const char* policy : {"ALL", "LAST", "NONE"}) {
    set(R"("disabled":true)");
    const Reply on = set(fmt::format(R"("disabled":false,"recoverMissedSchedules":"{}")", policy).c_str());
    EXPECT_EQ(on.status, 200) << on.body;
    EXPECT_FALSE(is_true(on.json(), "disabled"));
    const std::string query =
        fmt::format("triggers/set-disabled/by-query?disabled=false&recoverMissedSchedules={}", policy);
    EXPECT_EQ(count(harness.post_json(query, "")), 1);
    EXPECT_EQ(
        count(harness.post_json(
            "triggers/set-disabled/by-triggers",
            fmt::format(R"({{"triggers":[{}],"disabled":false,"recoverMissedSchedules":"{}"}})", name("one"), policy))),
        1);
  }
  for (const char* wrong : {R"("SOME")", "1", "[]", R"("")"}) {
    EXPECT_EQ(set(fmt::format(R"("disabled":false,"recoverMissedSchedules":{})", wrong).c_str()).status, 422) << wrong;
  }
  EXPECT_EQ(harness.post_json("triggers/set-disabled/by-query?recoverMissedSchedules=SOME", "").status, 422);
}

TEST_F(Triggers, ThatDoNotExist) {  // TRIG-222
  deploy("one", hourly);
  const Reply flow = harness.send("PUT", "triggers", name("nobody", R"("disabled":true)"), "application/json");
  EXPECT_EQ(flow.status, 404);
  EXPECT_THAT(flow.text({"message"}), HasSubstr("Flow of trigger t not found"));
  const Reply trigger = harness.send(
      "PUT", "triggers", R"({"namespace":"a.b","flowId":"one","triggerId":"x","disabled":true})", "application/json");
  EXPECT_EQ(trigger.status, 404);
  EXPECT_THAT(trigger.text({"message"}), HasSubstr("Flow one has no trigger x"));
  EXPECT_EQ(harness.send("PUT", "triggers", "[1]", "application/json").status, 422);
  EXPECT_EQ(harness.send("PUT", "triggers/set-disabled", name("one"), "application/json").status, 422);
  for (const char* action : {"unlock", "restart"}) {
    EXPECT_EQ(harness.send("POST", fmt::format("triggers/a.b/one/x/{}", action)).status, 404);
  }
  EXPECT_EQ(harness.send("DELETE", "triggers/a.b/one/x").status, 404);
}

TEST_F(Triggers, AreUnlocked) {  // TRIG-228, TRIG-229, TRIG-1086
  deploy("one", hourly);
  const Reply free = harness.send("POST", "triggers/a.b/one/t/unlock");
  EXPECT_EQ(free.status, 409);
  EXPECT_THAT(free.text({"message"}), HasSubstr("Trigger is not locked"));
  EXPECT_EQ(count(harness.post_json("triggers/unlock/by-triggers", "[" + name("one") + "]")), 0);
  at("2030-01-01T09:00:00Z");
  harness.send("POST", "triggers/a.b/one/x/unlock");  // lets its partition look at the clock, whatever comes first
  const std::string id = harness.workers().take("nap").origin.execution.to_text();
  EXPECT_EQ(text(row("one"), "executionId"), id);
  EXPECT_TRUE(is_true(row("one"), "locked"));
  const Value explained = harness.get("triggers/a.b/one/t/explain").json();
  EXPECT_THAT(text(explained, "summary"),
              HasSubstr("the trigger waits for its execution " + id + ", which is RUNNING"));
  EXPECT_THAT(explained.find("log")->items()[0].find("message")->text(), HasSubstr("Scheduled execution " + id));
  EXPECT_EQ(count(harness.post_json("triggers/unlock/by-query?filters[flowId][EQUALS]=one", "")), 1);
  EXPECT_FALSE(is_true(row("one"), "locked"));
}

TEST_F(Triggers, AreDeletedAndCreatedAgain) {  // TRIG-230, TRIG-234, TRIG-235
  deploy("one", hourly);
  harness.send("PUT", "triggers/set-disabled", name("one", R"("disabled":true)"), "application/json");
  EXPECT_EQ(harness.send("DELETE", "triggers/a.b/one/t").status, 204);
  EXPECT_FALSE(is_true(row("one"), "disabled"));
  EXPECT_EQ(harness.send("POST", "triggers/a.b/one/t/restart").status, 200);
  EXPECT_EQ(count(harness.send("DELETE", "triggers/delete/by-triggers", "[" + name("one") + "," + name("none") + "]",
                               "application/json")),
            1);
  EXPECT_EQ(count(harness.send("DELETE", "triggers/delete/by-query?filters[namespace][EQUALS]=a.b")), 1);
}

TEST_F(Triggers, Backfills) {  // TRIG-223 to TRIG-227, TRIG-70
  deploy("one", hourly);
  const std::string range =
      R"("backfill":{"start":"2029-01-01T00:00:00Z","end":"2029-01-01T05:00:00Z","labels":[{"key":"k","value":"v"}]})";
  Reply made = harness.send("PUT", "triggers/backfill/create", name("one", range), "application/json");
  EXPECT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(made.text({"backfill", "currentDate"}), "2029-01-01T00:00:00Z");
  EXPECT_EQ(made.text({"backfill", "previousNextExecutionDate"}), "2030-01-01T09:00:00Z");
  EXPECT_EQ(harness.send("PUT", "triggers/backfill/create", name("one", range), "application/json").status, 409);
  harness.workers().take("nap");
  Reply paused = harness.send("PUT", "triggers/backfill/pause", name("one"), "application/json");
  EXPECT_TRUE(paused.at({"backfill", "paused"}).as_boolean());
  EXPECT_THAT(text(harness.get("triggers/a.b/one/t/explain").json(), "summary"),
              HasSubstr("the backfill of the trigger is paused at 2029-01-01T01:00:00Z"));
  EXPECT_EQ(
      count(harness.post_json("triggers/backfill/unpause/by-triggers", "[" + name("one") + "," + name("two") + "]")),
      1);
  EXPECT_EQ(count(harness.post_json("triggers/backfill/pause/by-query", "")), 1);
  EXPECT_EQ(harness.send("PUT", "triggers/backfill/unpause", name("one"), "application/json").status, 200);
  Reply gone = harness.post_json("triggers/backfill/delete", name("one"));
  EXPECT_EQ(gone.status, 200);
  EXPECT_EQ(text(gone.json(), "nextExecutionDate"), "2030-01-01T09:00:00Z");
  const Reply none = harness.post_json("triggers/backfill/delete", name("one"));
  EXPECT_EQ(none.status, 400);
  EXPECT_THAT(none.text({"message"}), HasSubstr("No backfill found"));
  EXPECT_EQ(count(harness.post_json("triggers/backfill/delete/by-query", "")), 0);
  EXPECT_EQ(harness
                .send("PUT", "triggers/backfill/create", name("one", R"("backfill":{"end":"2029-01-01T05:00:00Z"})"),
                      "application/json")
                .status,
            422);
  EXPECT_EQ(
      harness.send("PUT", "triggers/backfill/create", name("one", R"("backfill":{"start":"soon"})"), "application/json")
          .status,
      422);
}

TEST_F(Triggers, FiltersOfABodySelect) {  // TRIG-235
  deploy("one", hourly);
  deploy("two", hourly);
  deploy("three", hourly);
  const auto remove = [&](const std::string& filters, std::string_view query = "") {
    return harness.send("DELETE", "triggers/delete/by-query" + std::string(query), filters, "application/json");
  };
  const auto disable = [&] { harness.post_json("triggers/set-disabled/by-query?disabled=true", ""); };
  const auto left_off = [&] {
    return harness.get("triggers/search?filters[triggerState][EQUALS]=DISABLED").at({"total"}).as_integer();
  };
  disable();
  EXPECT_EQ(count(remove(R"({"filters":[{"field":"flowId","operation":"EQUALS","value":"one"}]})")), 1);
  EXPECT_EQ(left_off(), 2) << "made anew, and on";
  EXPECT_EQ(count(remove(R"([{"field":"FLOW_ID","operation":"IN","value":["two","four"]}])")), 1);
  EXPECT_EQ(left_off(), 1);
  EXPECT_EQ(count(remove(R"({"filters":[{"field":"namespace","operation":"EQUALS","value":"a.b"}]})",
                         "?filters[flowId][EQUALS]=one")),
            1)
      << "both count";
  EXPECT_EQ(left_off(), 1);
  disable();
  for (const char* spelling : {R"({"filters":[{"Field":"FLOW_ID","Operation":"EQUALS","Value":"one"}]})",
                               R"({"filters":[{"field":"flowId","operation":"EQUALS","value":{"value":"two"}}]})"}) {
    EXPECT_EQ(count(remove(spelling)), 1) << spelling;
  }
  EXPECT_EQ(left_off(), 1);
  // What is not understood selects nothing rather than everything.
  for (const char* wrong :
       {R"({"filters":[{"field":"flowId","operation":"EQUALS"}]})",
        R"({"filters":[{"field":"flowId","operation":"EQUALS","value":null}]})",
        R"({"filters":[{"field":"colour","operation":"EQUALS","value":"x"}]})",
        R"({"filters":[{"field":"flowId","operation":"LIKE","value":"x"}]})",
        R"({"filters":[{"field":"flowId][EQUALS","operation":"x","value":"one"}]})", R"({"filters":{"flowId":"one"}})",
        R"({"filters":["flowId"]})", R"({"filters":[{"logical":"OR","children":[]}]})", R"({"where":[]})",
        R"({"filters":[],"more":1})", R"("all")",
        R"({"filters":[{"field":"flowId","Field":"flowId","operation":"EQUALS","value":"one"}]})",
        R"({"filters":[{"field":"flowId","operation":"EQUALS","value":{"a":1}}]})"}) {
    EXPECT_EQ(remove(wrong).status, 400) << wrong;
  }
  EXPECT_GE(remove(R"({"filters":)").status, 400);
  std::string many = R"({"field":"flowId","operation":"EQUALS","value":"one"})";
  for (int i = 0; i < 200; ++i) many += R"(,{"field":"flowId","operation":"EQUALS","value":"one"})";
  EXPECT_EQ(remove("[" + many + "]").status, 400);
  EXPECT_EQ(left_off(), 1) << "nothing was done";
  EXPECT_EQ(count(remove("")), 3) << "without filters it is all of them, as with the query's";
  EXPECT_EQ(left_off(), 0);
}

TEST_F(Triggers, BulkAnswersSayHowManyAndNameTheOperation) {  // TRIG-239
  deploy("one", hourly);
  deploy("two", hourly);
  for (const char* path : {"triggers/set-disabled/by-query?disabled=true", "triggers/unlock/by-query",
                           "triggers/backfill/delete/by-query"}) {
    const Reply reply = harness.post_json(path, "");
    EXPECT_EQ(reply.status, 200) << "what is answered is done";
    EXPECT_EQ(reply.at({"count"}), reply.at({"totalItems"}));
    EXPECT_FALSE(reply.text({"operationId"}).empty());
  }
  EXPECT_EQ(count(harness.post_json("triggers/set-disabled/by-query?disabled=true", "")), 2);
}

TEST_F(Triggers, ASingleTriggerIsValidated) {  // TRIG-237
  const auto check = [&](const std::string& text, const char* type) {
    return harness.send("POST", "flows/validate/trigger", text, type);
  };
  const Reply fine =
      check(R"({"id":"t","type":"io.kestra.plugin.core.trigger.Schedule","cron":"@daily"})", "application/json");
  EXPECT_EQ(fine.status, 200) << fine.body;
  EXPECT_TRUE(fine.at({"constraints"}).is_null());
  EXPECT_FALSE(fine.at({"outdated"}).as_boolean());
  const Reply wrong =
      check("id: t\ntype: io.kestra.plugin.core.trigger.Schedule\ncron: '* * *'\n", "application/x-yaml");
  EXPECT_EQ(wrong.status, 200);
  EXPECT_THAT(wrong.text({"constraints"}), HasSubstr("invalid cron expression '* * *'"));
  EXPECT_THAT(check(R"({"id":"t","type":"io.kestra.plugin.core.log.Log"})", "application/json").text({"constraints"}),
              HasSubstr("io.kestra.plugin.core.log.Log"));
  EXPECT_EQ(check("{", "application/json").status, 422);
  EXPECT_EQ(check("", "application/json").status, 422);
  EXPECT_EQ(check("[1, 2]", "application/json").status, 200);
  EXPECT_FALSE(check("[1, 2]", "application/json").text({"constraints"}).empty());
}

TEST_F(Triggers, TheirTypesAreListed) {  // TRIG-238
  const Reply listed = harness.get("/api/v1/plugins/triggers");
  ASSERT_EQ(listed.status, 200);
  const Value types = listed.at({"results"});
  EXPECT_EQ(static_cast<size_t>(listed.at({"total"}).as_integer()), types.size());
  const Value* schedule = nullptr;
  for (const Value& type : types.items()) {
    if (text(type, "type") == "io.kestra.plugin.core.trigger.Schedule") schedule = &type;
    for (const char* key : {"type", "name", "description", "group", "icon"}) EXPECT_NE(text(type, key), "-") << key;
    EXPECT_THAT(text(type, "group"), ::testing::AnyOf("core", "realtime", "app"));
    EXPECT_FALSE(type.find("ee")->as_boolean());
    EXPECT_TRUE(type.find("deprecated")->is_boolean());
  }
  ASSERT_NE(schedule, nullptr);
  EXPECT_EQ(text(*schedule, "name"), "Schedule");
  EXPECT_EQ(text(*schedule, "group"), "core");
}

/// Every operation on triggers, its path with names put in.
std::vector<std::pair<Route, std::string>> operations() {
  std::vector<std::pair<Route, std::string>> found;
  for (const auto& table : {trigger_routes(), trigger_action_routes()}) {
    for (const Route& route : table) {
      std::string path = "/api/v1/main";
      for (std::string_view rest = route.path.substr(1); !rest.empty();) {
        const size_t open = std::min(rest.find('{'), rest.size());
        path += rest.substr(0, open);
        rest.remove_prefix(open);
        if (rest.empty()) break;
        path += "x";
        rest.remove_prefix(rest.find('}') + 1);
      }
      found.emplace_back(route, path);
    }
  }
  return found;
}

TEST(TriggerPermissions, ToReadAndToChange) {  // TRIG-242
  for (const auto& [route, path] : operations()) {
    EXPECT_EQ(route.rule.right.resource, "EXECUTION") << path;
    EXPECT_EQ(route.rule.right.action, route.method == Method::get ? Action::read : Action::update) << path;
    EXPECT_EQ(route.rule.who, Rule::Who::right) << path;
  }
}

TEST(TriggerPermissions, OtherCallersAreRefused) {  // TRIG-242
  test::HarnessOptions options;
  options.username = "ada@example.com";
  options.password = "Password1";
  Harness harness(std::move(options));
  for (const auto& [route, path] : operations()) {
    EXPECT_EQ(harness.send(std::string(to_text(route.method)), path, "{}", "application/json").status, 401) << path;
  }
}

TEST_F(Triggers, OldClientsSendTheWholeRowBack) {  // TRIG-222
  deploy("one", hourly);
  Reply made = harness.send("PUT", "triggers", name("one", R"("backfill":{"start":"2029-01-01T00:00:00Z"})"),
                            "application/json");
  EXPECT_EQ(made.status, 200) << made.body;
  EXPECT_THAT(made.text({"backfill", "end"}), StartsWith("2030-01-01T08:30:00")) << "its creation";
  Reply paused = harness.send(
      "PUT", "triggers", name("one", R"("disabled":true,"backfill":{"start":"2029-01-01T00:00:00Z","paused":true})"),
      "application/json");
  EXPECT_EQ(paused.status, 200) << paused.body;
  EXPECT_TRUE(paused.at({"backfill", "paused"}).as_boolean());
  EXPECT_TRUE(paused.at({"disabled"}).as_boolean());
}

TEST_F(Triggers, ExplainWhyTheyDoNotFire) {
  deploy("one", hourly);
  EXPECT_THAT(text(harness.get("triggers/a.b/one/t/explain").json(), "summary"),
              HasSubstr("the next date is 2030-01-01T09:00:00Z"));
  harness.send("PUT", "triggers/set-disabled", name("one", R"("disabled":true)"), "application/json");
  const Value off = harness.get("triggers/a.b/one/t/explain").json();
  EXPECT_THAT(text(off, "summary"), HasSubstr("was disabled by a user"));
  EXPECT_EQ(text(off.find("waits")->items()[0].find("actions")->items()[0], "command"), "gyr trigger enable a.b one t");
  deploy("off", "Schedule, cron: '0 * * * *', disabled: true");
  EXPECT_THAT(text(harness.get("triggers/a.b/off/t/explain").json(), "summary"), HasSubstr("disabled in its flow"));
  deploy("never", "Schedule, cron: '0 0 30 2 *'");
  EXPECT_THAT(text(harness.get("triggers/a.b/never/t/explain").json(), "summary"), HasSubstr("no next date"));
  deploy("hook", "Webhook, key: abc");
  EXPECT_THAT(text(harness.get("triggers/a.b/hook/t/explain").json(), "summary"), HasSubstr("for each request"));
  deploy("bad", "ScheduleOnDates, dates: [\"{{ vars.nothing }}\"]");
  EXPECT_THAT(text(harness.get("triggers/a.b/bad/t/explain").json(), "summary"), HasSubstr("cannot compute the dates"));
  EXPECT_EQ(harness.get("triggers/a.b/one/x/explain").status, 404);
  EXPECT_EQ(harness.get("triggers/a.b/none/t/explain").status, 404);
}

TEST_F(Triggers, NameTheirWorker) {  // TRIG-190, TRIG-192, TRIG-150
  harness.deploy(
      "id: poll\nnamespace: a.b\ntasks: [{id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}]\n"
      "triggers:\n  - {id: t, type: io.kestra.plugin.core.http.Trigger, uri: 'http://host/', interval: PT30S}\n");
  const auto explained = [&] { return text(harness.get("triggers/a.b/poll/t/explain").json(), "summary"); };
  auto evaluation = harness.workers().take_evaluation("t");
  const auto since = [&] { return text(row("poll"), "evaluateRunningDate"); };
  EXPECT_EQ(explained(), fmt::format("the trigger has waited since {} for a worker", since()));
  EXPECT_EQ(text(row("poll"), "kind"), "POLLING");
  EXPECT_THAT(since(), StartsWith("2030-01-01T08:3"));
  EXPECT_TRUE(is_true(row("poll"), "locked"));

  harness.workers().tell(evaluation, "t", engine::trigger::EvaluationStarted{evaluation.execution, "w1"});
  // Begun anew by a person: the worker of before has nothing to say any more.
  EXPECT_EQ(harness.send("POST", "triggers/a.b/poll/t/restart").status, 200);
  const auto again = harness.workers().take_evaluation("t");
  EXPECT_NE(again.execution, evaluation.execution);
  harness.workers().tell(evaluation, "t", engine::trigger::EvaluationStarted{evaluation.execution, "w1"});
  harness.workers().tell(again, "t", engine::trigger::EvaluationStarted{again.execution, "w2"});
  harness.send("POST", "triggers/a.b/poll/x/unlock");  // behind what was told
  EXPECT_EQ(explained(), fmt::format("worker w2 has been evaluating the trigger since {}; the next evaluation follows "
                                     "one interval after the result",
                                     since()));
  EXPECT_EQ(text(row("poll"), "workerId"), "w2");

  engine::trigger::Evaluated nothing;
  nothing.evaluation = again.execution;
  harness.workers().tell(again, "t", nothing);
  harness.send("POST", "triggers/a.b/poll/x/unlock");  // behind what was told
  const std::string next = text(row("poll"), "nextEvaluationDate");
  EXPECT_EQ(explained(), fmt::format("the next evaluation is at {}", next));
  EXPECT_EQ(since(), "-");
  EXPECT_FALSE(is_true(row("poll"), "locked"));
  EXPECT_EQ(text(row("poll"), "workerId"), "-");
}

}  // namespace
}  // namespace gyr::web
