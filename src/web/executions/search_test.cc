// Searching and exporting executions (API-30 to API-32, API-49).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/text.h"
#include "model/execution.h"
#include "store/store.h"
#include "syntax/time.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Duration;
using base::Value;
using test::Harness;
using test::Reply;

/// The ids of a page.
std::set<std::string> found_by(Harness& harness, const std::string& query) {
  const Reply reply = harness.get("executions/search?size=100&" + query);
  EXPECT_EQ(reply.status, 200) << query << " " << reply.body;
  std::set<std::string> ids;
  const Value json = reply.json();
  if (const Value* results = json.find("results")) {
    for (const Value& row : results->items()) ids.emplace(row.find("id")->text());
  }
  return ids;
}

/// Ended executions of one flow that started at these moments.
std::vector<base::Id> store_ended(Harness& harness, const std::vector<base::Instant>& starts,
                                  std::string_view flow_id = "many") {
  const auto flow = std::make_shared<const model::FlowKey>(model::FlowKey{"main", "a.b", std::string(flow_id)});
  std::vector<base::Id> ids;
  store::Batch batch;
  for (const base::Instant start : starts) {
    store::ExecutionRow& row = batch.new_executions.emplace_back();
    row.execution.id = ids.emplace_back(model::make_execution_id(*flow, start));
    row.execution.flow = flow;
    row.execution.revision = 1;
    row.execution.state = model::StateHistory(model::State::created, start);
    row.execution.state.set(model::State::success, start + Duration::of_seconds(1));
    row.execution.original_created = start;
    row.activity = store::Activity::ended;
  }
  EXPECT_TRUE(harness.store().commit_and_wait(std::move(batch)).has_value());
  return ids;
}

std::multiset<std::string> ids_of_csv(const Reply& reply) {
  std::multiset<std::string> ids;
  for (std::string_view line : base::split(reply.body, '\n')) {
    const auto columns = base::split(line, ',');
    if (columns.size() > 2 && columns[1] != "id") ids.emplace(columns[1]);
  }
  return ids;
}

TEST(ExecutionSearch, ByRevisionTriggerIdAndGroups) {  // API-30
  Harness harness;
  harness.deploy(test::log_flow("a.b", "one"));
  const std::string first = harness.run("a.b", "one");
  EXPECT_EQ(
      harness.send("PUT", "flows/a.b/one", test::log_flow("a.b", "one") + "\ndescription: 2\n", "application/x-yaml")
          .status,
      200);
  const std::string second = harness.run("a.b", "one");
  harness.deploy(
      test::log_flow("c", "hook", "triggers:\n  - {id: t, type: io.kestra.plugin.core.trigger.Webhook, key: k}\n"));
  const std::string third = harness.send("POST", "executions/webhook/c/hook/k").text({"id"});
  using Ids = std::set<std::string>;
  EXPECT_EQ(found_by(harness, "filters[flowRevision][EQUALS]=2"), Ids{second});
  EXPECT_EQ(found_by(harness, "filters[flowRevision][NOT_IN]=2,3"), (Ids{first, third}));
  EXPECT_EQ(found_by(harness, "filters[triggerId][EQUALS]=t"), Ids{third});
  EXPECT_EQ(found_by(harness, "filters[triggerId][NOT_EQUALS]=t"), (Ids{first, second}));
  EXPECT_EQ(found_by(harness, "filters[id][IN]=" + first + "," + third), (Ids{first, third}));
  EXPECT_EQ(found_by(harness, "filters[triggerExecutionId][NOT_EQUALS]=" + first), (Ids{first, second, third}))
      << "no execution has a caller";
  EXPECT_TRUE(found_by(harness, "filters[triggerExecutionId][IN]=" + first).empty());
  EXPECT_EQ(found_by(harness, "filters[or][0][namespace][EQUALS]=c&filters[or][1][flowRevision][EQUALS]=2"),
            (Ids{second, third}));
  EXPECT_EQ(found_by(harness,
                     "filters[namespace][EQUALS]=a.b&filters[or][0][namespace][EQUALS]=c&filters[or][1]["
                     "flowRevision][EQUALS]=2"),
            Ids{second});
  EXPECT_EQ(found_by(harness, "filters[or][0][kind][EQUALS]=NOTHING&filters[or][1][id][EQUALS]=" + first), Ids{first});
  EXPECT_TRUE(found_by(harness, "filters[or][0][kind][EQUALS]=NOTHING&filters[or][1][kind][EQUALS]=NONE").empty());
  EXPECT_EQ(harness.get("executions/search?filters[or][0][state][EQUALS]=NOTHING&filters[or][1][q][EQUALS]=a").status,
            400);
}

TEST(ExecutionSearch, AnUnknownKindMatchesNothing) {  // API-30
  Harness harness;
  harness.deploy(test::log_flow("a.b", "one"));
  const std::string id = harness.run("a.b", "one");
  EXPECT_EQ(found_by(harness, "filters[kind][EQUALS]=NORMAL"), std::set{id});
  EXPECT_TRUE(found_by(harness, "filters[kind][EQUALS]=NOTHING").empty());
  EXPECT_EQ(found_by(harness, "filters[kind][IN]=NORMAL,NOTHING"), std::set{id});
  EXPECT_EQ(found_by(harness, "filters[kind][NOT_EQUALS]=NOTHING"), std::set{id});
  EXPECT_EQ(harness.get("executions/search?filters[state][EQUALS]=NOTHING").status, 400) << "other values stay checked";
}

/// The names of the results of a list, in order.
std::string names_in(Harness& harness, const std::string& target, std::string_view name) {
  const Reply reply = harness.get(target);
  EXPECT_EQ(reply.status, 200) << target << " " << reply.body;
  std::string names;
  const Value results = reply.at({"results"});
  if (!results.is_list()) return "no results";
  for (const Value& row : results.items())
    names += fmt::format("{}{}", names.empty() ? "" : " ", row.find(name)->text());
  return names;
}

TEST(ExecutionSearch, ByTextThatMustNotBeThere) {  // API-30
  Harness harness;
  harness.deploy(test::log_flow("a.b", "one", "labels: {team: Blue}\n"));
  harness.deploy(test::log_flow("a.c", "two", "description: the second\n"));
  const std::string first = harness.run("a.b", "one");
  const std::string second = harness.run("a.c", "two");
  harness.wait_for_end(first);
  harness.wait_for_end(second);
  using Ids = std::set<std::string>;
  EXPECT_EQ(found_by(harness, "filters[q][NOT_EQUALS]=TWO"), Ids{first}) << "of a flow";
  EXPECT_EQ(found_by(harness, "filters[q][NOT_EQUALS]=a.B"), Ids{second}) << "of a namespace";
  EXPECT_EQ(found_by(harness, "filters[q][NOT_EQUALS]=blue"), Ids{second}) << "in a label";
  EXPECT_EQ(found_by(harness, "filters[q][NOT_EQUALS]=" + second), Ids{first}) << "an id";
  EXPECT_EQ(found_by(harness, "filters[q][NOT_EQUALS]=nowhere"), (Ids{first, second}));
  EXPECT_EQ(found_by(harness, "filters[q][NOT_EQUALS]="), (Ids{first, second})) << "an empty text asks for nothing";
  EXPECT_EQ(found_by(harness, "filters[q][EQUALS]=a.&filters[q][NOT_EQUALS]=two"), Ids{first});
  EXPECT_TRUE(found_by(harness, "filters[q][NOT_EQUALS]=two&filters[q][NOT_EQUALS]=one").empty());
  EXPECT_EQ(found_by(harness, "filters[or][0][q][NOT_EQUALS]=two&filters[or][1][q][EQUALS]=two"), (Ids{first, second}));
  EXPECT_EQ(harness.get("executions/search?filters[q][NOT_EQUALS]=%FF").status, 422) << "not UTF-8";
  EXPECT_EQ(harness.get("executions/search?filters[q][NOT_EQUALS]=" + std::string(5000, 'x')).status, 422);

  EXPECT_EQ(names_in(harness, "flows/search?filters[q][NOT_EQUALS]=SECOND", "id"), "one");
  EXPECT_EQ(names_in(harness, "flows/search?filters[q][NOT_EQUALS]=blue", "id"), "two");
  EXPECT_EQ(names_in(harness, "namespaces/search?filters[q][NOT_EQUALS]=A.B", "id"), "a a.c");
  EXPECT_EQ(names_in(harness, "namespaces/search?filters[q][EQUALS]=.&filters[q][NOT_EQUALS]=c", "id"), "a.b");
  EXPECT_EQ(names_in(harness, "logs/search?filters[q][NOT_EQUALS]=ONE&filters[level][EQUALS]=INFO", "flowId"), "two");
  for (const char* key : {"red", "green"})
    EXPECT_EQ(harness.send("PUT", fmt::format("namespaces/a.b/kv/{}", key), "1", "text/plain").status, 200);
  EXPECT_EQ(names_in(harness, "kv?filters[q][NOT_EQUALS]=RED", "key"), "green");
  harness.deploy(
      test::log_flow("t", "dated",
                     "triggers:\n  - {id: red, type: io.kestra.plugin.core.trigger.Schedule, cron: '0 1 * * *'}\n"
                     "  - {id: green, type: io.kestra.plugin.core.trigger.Schedule, cron: '0 1 * * *'}\n"));
  const Reply triggers = harness.get("triggers/search?filters[flowId][EQUALS]=dated&filters[q][NOT_EQUALS]=RED");
  ASSERT_EQ(triggers.status, 200) << triggers.body;
  EXPECT_EQ(triggers.at({"total"}).as_integer(), 1) << triggers.body;
}

TEST(ExecutionSearch, ById) {  // API-30
  Harness harness;
  harness.deploy(test::log_flow("a.b", "one"));
  const std::string first = harness.run("a.b", "one");
  const std::string second = harness.run("a.b", "one");
  EXPECT_EQ(found_by(harness, "filters[id][EQUALS]=" + first), std::set{first});
  EXPECT_EQ(found_by(harness, "filters[id][NOT_EQUALS]=" + first), std::set{second});
  EXPECT_EQ(found_by(harness, "filters[id][IN]=" + first + "," + second), (std::set{first, second}));
}

TEST(ExecutionSearch, TheDateFilterTellsWhichDateIsMeant) {  // API-32
  Harness harness;
  const base::Instant begin = harness.clock().now();
  const auto ids = store_ended(harness, {begin});
  harness.clock().advance(Duration::of_seconds(60));
  const std::string id = ids[0].to_text();
  // It ended a second after it started: only its start is before this moment.
  const std::string moment = "endDate=" + syntax::format_instant(begin + Duration::of_millis(500));
  EXPECT_EQ(found_by(harness, moment + "&dateFilter=START_DATE"), std::set{id});
  EXPECT_TRUE(found_by(harness, moment + "&dateFilter=END_DATE").empty());
  EXPECT_TRUE(found_by(harness, moment).empty());
  const std::string from = "startDate=" + syntax::format_instant(begin + Duration::of_millis(500));
  EXPECT_TRUE(found_by(harness, from).empty());
  EXPECT_EQ(found_by(harness, from + "&dateFilter=END_DATE"), std::set{id});
  EXPECT_EQ(harness.get("executions/search?dateFilter=SOME_DATE").status, 422);
}

TEST(ExecutionExport, EachRowStandsInItOnce) {  // API-49
  Harness harness;
  const base::Instant begin = harness.clock().now();
  // More rows of one moment than a page of the export has, between others.
  std::vector<base::Instant> starts(1'200, begin + Duration::of_seconds(5));
  starts.push_back(begin);
  for (int i = 0; i < 900; ++i) starts.push_back(begin + Duration::of_seconds(10 + i));
  const auto ids = store_ended(harness, starts);
  harness.clock().advance(Duration::of_seconds(2'000));
  const Reply reply = harness.get("executions/export/by-query/csv");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto rows = ids_of_csv(reply);
  EXPECT_EQ(rows.size(), ids.size());
  for (const base::Id& id : ids) EXPECT_EQ(rows.count(id.to_text()), 1u);
}

TEST(ExecutionValues, AreThoseOfAllExecutions) {  // API-50
  Harness harness;
  const base::Instant begin = harness.clock().now();
  store_ended(harness, {begin}, "oldest");
  store_ended(harness, std::vector<base::Instant>(1'500, begin + Duration::of_seconds(10)));
  harness.deploy(test::log_flow("c", "newest"));
  harness.clock().advance(Duration::of_seconds(100));
  harness.wait_for_end(harness.run("c", "newest"));
  const auto values = [&](const std::string& query) {
    return harness.get("executions/distinct-field-values?" + query).body;
  };
  EXPECT_EQ(values("field=flowId"), R"(["many","newest","oldest"])");
  EXPECT_EQ(values("field=NAMESPACE"), R"(["a.b","c"])");
  EXPECT_EQ(values("field=state"), R"(["SUCCESS"])");
  EXPECT_EQ(values("field=KIND"), R"(["NORMAL"])");
  EXPECT_EQ(values("field=flowId&filters[namespace][EQUALS]=c"), R"(["newest"])");
  EXPECT_EQ(values("field=flowId&size=1").find(','), std::string::npos);
}

TEST(Start, WithoutPartsNeedsNoBoundary) {  // API-21, API-80
  Harness harness;
  harness.deploy(test::log_flow("a.b", "one"));
  for (std::string_view type : {"multipart/form-data", "application/x-www-form-urlencoded"}) {
    const Reply started = harness.send("POST", "executions/a.b/one", "", std::string(type));
    EXPECT_EQ(started.status, 200) << type << " " << started.body;
  }
  EXPECT_EQ(harness.send("POST", "executions/a.b/one", "x", "multipart/form-data").status, 422);
}

TEST(Start, WhatIsNeitherAnExecutionNorAFlowIs404) {  // API-12
  Harness harness;
  harness.deploy(test::log_flow("a.b", "state"));
  for (std::string_view target : {"executions/a.b/labels", "executions/0350tXGoneGoneGoneGone/labels",
                                  "executions/0350tXGoneGoneGoneGone/state", "executions/x/nothing"}) {
    for (std::string_view type : {"application/json", "text/csv", "multipart/form-data"}) {
      const Reply reply = harness.send("POST", std::string(target), "{", std::string(type));
      EXPECT_EQ(reply.status, 404) << target << " " << type << " " << reply.body;
    }
  }
  // The flow that is called like the action is there: what is wrong is the request.
  EXPECT_EQ(harness.send("POST", "executions/a.b/state", "{}", "application/json").status, 415);
}

}  // namespace
}  // namespace gyr::web
