// Running executions once more, and changing what is stored of ended ones, over the interface (EXEC-84 to EXEC-93,
// API-84, API-85).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;
using ::testing::HasSubstr;

constexpr std::string_view two = R"(
id: two
namespace: a.b
labels: {team: data}
inputs: [{id: text, type: STRING, defaults: first}]
tasks:
  - {id: a, type: io.kestra.plugin.core.debug.Return, format: "{{ inputs.text }} in {{ execution.id }}"}
  - {id: b, type: io.kestra.plugin.core.debug.Return, format: "{{ outputs.a.value }}"}
)";

constexpr std::string_view failing = R"(
id: ko
namespace: a.b
tasks:
  - {id: ko, type: io.kestra.plugin.core.execution.Fail}
  - {id: next, type: io.kestra.plugin.core.log.Log, message: hi}
)";

constexpr std::string_view gone = "0350tXGoneGoneGoneGone";

std::string label(const Value& execution, std::string_view key) {
  for (const Value& one : execution.find("labels")->items()) {
    if (one.find("key")->text() == key) return std::string(one.find("value")->text());
  }
  return "none";
}

std::string run_id(const Value& execution, std::string_view task) {
  for (const Value& run : execution.find("taskRunList")->items()) {
    if (run.find("taskId")->text() == task) return std::string(run.find("id")->text());
  }
  return {};
}

std::string value_of(const Value& execution, std::string_view task) {
  for (const Value& run : execution.find("taskRunList")->items()) {
    if (run.find("taskId")->text() == task) return std::string(run.find_path({"outputs", "value"})->text());
  }
  return {};
}

std::string state_of(const Value& execution) { return std::string(execution.find_path({"state", "current"})->text()); }

struct Reruns : ::testing::Test {
  Harness harness;
  Value ended(std::string_view source, std::string_view id) {
    harness.deploy(source);
    return harness.wait_for_end(harness.run("a.b", id));
  }
  static std::string id_of(const Value& execution) { return std::string(execution.find("id")->text()); }
  test::Reply act(const Value& execution, std::string_view action) {
    return harness.send("POST", "executions/" + id_of(execution) + "/" + std::string(action));
  }
};

TEST_F(Reruns, ReplayFromTheStartIsANewExecution) {  // EXEC-85
  const Value first = ended(two, "two");
  for (std::string_view action : {"replay", "actions/replay"}) {
    const auto answer = act(first, action);
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_NE(answer.text({"id"}), id_of(first));
    EXPECT_EQ(answer.text({"parentId"}), id_of(first));
    EXPECT_EQ(answer.text({"originalId"}), id_of(first));
    EXPECT_EQ(answer.text({"state", "current"}), "CREATED");
    const Value replay = harness.wait_for_end(answer.text({"id"}));
    EXPECT_EQ(value_of(replay, "a"), "first in " + answer.text({"id"}));
    EXPECT_EQ(label(replay, "system.replay"), "true");
    EXPECT_EQ(label(replay, "team"), "data");
    EXPECT_EQ(label(replay, "system.correlationId"), id_of(first));
    EXPECT_EQ(replay.find_path({"metadata", "attemptNumber"})->as_integer(), 2);
  }
  const Value now = harness.get("executions/" + id_of(first)).json();
  EXPECT_EQ(label(now, "system.replayed"), "true");
  EXPECT_EQ(state_of(now), "SUCCESS");
}

TEST_F(Reruns, ReplayFromATaskRunKeepsTheRunsBefore) {  // EXEC-85
  const Value first = ended(two, "two");
  const auto answer = act(first, "replay?taskRunId=" + run_id(first, "b"));
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.text({"state", "current"}), "RESTARTED");
  const Value replay = harness.wait_for_end(answer.text({"id"}));
  EXPECT_EQ(value_of(replay, "b"), "first in " + id_of(first));
  EXPECT_NE(run_id(replay, "a"), run_id(first, "a"));
  EXPECT_EQ(act(first, "replay?taskRunId=" + std::string(gone)).status, 404);
  EXPECT_EQ(act(first, "replay?taskRunId=none!").status, 404);
  EXPECT_EQ(act(first, "replay?revision=9").status, 404);
}

TEST_F(Reruns, ReplayWithInputs) {  // EXEC-85
  const Value first = ended(two, "two");
  const std::string target = "executions/" + id_of(first) + "/replay-with-inputs";
  const auto answer = harness.call(test::form("POST", target, {{"text", "second", ""}}));
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Value replay = harness.wait_for_end(answer.text({"id"}));
  EXPECT_EQ(value_of(replay, "a"), "second in " + answer.text({"id"}));
  EXPECT_EQ(replay.find_path({"inputs", "text"})->text(), "second");
  // Together with a task run: what is kept is kept as it was.
  const auto partly =
      harness.call(test::form("POST", target + "?taskRunId=" + run_id(first, "b"), {{"text", "third", ""}}));
  ASSERT_EQ(partly.status, 200) << partly.body;
  EXPECT_EQ(value_of(harness.wait_for_end(partly.text({"id"})), "b"), "first in " + id_of(first));
}

TEST_F(Reruns, RefusedInputsLeaveNothingBehind) {  // FLOW-28
  const Value first = ended(R"(
id: strict
namespace: a.b
inputs: [{id: number, type: INT, defaults: 1}, {id: file, type: FILE, required: false}]
tasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: hi}]
)",
                            "strict");
  const auto refused = harness.call(test::form("POST", "executions/" + id_of(first) + "/replay-with-inputs",
                                               {{"number", "five", ""}, {"file", "x", "x.txt"}}));
  EXPECT_EQ(refused.status, 422) << refused.body;
  EXPECT_EQ(harness.get("executions/search").at({"total"}).as_integer(), 1);
  for (const auto& path : harness.storage().paths()) EXPECT_THAT(path, ::testing::Not(HasSubstr("x.txt")));
}

TEST_F(Reruns, RestartWithAnotherRevisionIsANewExecution) {  // EXEC-84
  const Value first = ended(failing, "ko");
  ASSERT_EQ(state_of(first), "FAILED");
  std::string repaired(failing);
  repaired.replace(repaired.find("type: io.kestra.plugin.core.execution.Fail"), 42,
                   "type: io.kestra.plugin.core.log.Log, message: ok");
  ASSERT_EQ(harness.send("PUT", "flows/a.b/ko", repaired, "application/x-yaml").status, 200);
  EXPECT_EQ(act(first, "restart?revision=7").status, 404);
  const auto answer = act(first, "restart?revision=2");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_NE(answer.text({"id"}), id_of(first));
  EXPECT_EQ(answer.text({"originalId"}), id_of(first));
  EXPECT_EQ(answer.at({"flowRevision"}).as_integer(), 2);
  EXPECT_EQ(answer.text({"state", "current"}), "RESTARTED");
  EXPECT_EQ(state_of(harness.wait_for_end(answer.text({"id"}))), "SUCCESS");
  const Value old = harness.get("executions/" + id_of(first)).json();
  EXPECT_EQ(state_of(old), "FAILED");
  EXPECT_EQ(label(old, "system.restarted"), "none") << "the old one is untouched";
}

TEST_F(Reruns, AReplayedChildDoesNotReportForItsOriginal) {  // EXEC-94
  harness.deploy("id: child\nnamespace: a.b\ntasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: hi}]\n");
  const Value parent = ended(R"(
id: parent
namespace: a.b
tasks: [{id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: a.b, flowId: child}]
)",
                             "parent");
  const std::string child(parent.find("taskRunList")->items()[0].find_path({"outputs", "executionId"})->text());
  const auto answer = harness.send("POST", "executions/" + child + "/replay");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(state_of(harness.wait_for_end(answer.text({"id"}))), "SUCCESS");
  EXPECT_EQ(state_of(harness.get("executions/" + id_of(parent)).json()), "SUCCESS");
}

TEST_F(Reruns, BulkReplayUsesTheRequestedRevision) {  // API-85
  const Value first = ended(failing, "ko");
  ASSERT_EQ(
      harness.send("PUT", "flows/a.b/ko", std::string(failing) + "description: newer\n", "application/x-yaml").status,
      200);
  auto count = [](const test::Reply& reply) { return reply.at({"count"}).as_integer(); };
  EXPECT_EQ(count(harness.post_json("executions/replay/by-ids", "[\"" + id_of(first) + "\"]")), 1);
  EXPECT_EQ(count(harness.send("POST", "executions/replay/by-query?latestRevision=true&filters[flowId][EQUALS]=ko")),
            2);
  const Value found = harness.get("executions/search?sort=state.startDate:asc").json();
  std::string revisions;
  for (const Value& one : found.find("results")->items())
    revisions += std::to_string(one.find("flowRevision")->as_integer());
  std::sort(revisions.begin(), revisions.end());
  EXPECT_EQ(revisions, "1122");
  const auto refused =
      harness.post_json("executions/replay/by-ids", "[\"" + id_of(first) + "\", \"" + std::string(gone) + "\"]");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("execution not found"));
  EXPECT_EQ(count(harness.post_json("executions/replay/by-ids", "[]")), 0);
}

// ---------------------------------------------------------------------------------------------- states

TEST_F(Reruns, AChangedStateOfATaskRunContinuesFromThere) {  // EXEC-86
  const Value first = ended(failing, "ko");
  const std::string target = "executions/" + id_of(first) + "/state";
  auto body = [&](std::string_view run, std::string_view state) {
    return fmt::format(R"({{"taskRunId": "{}", "state": "{}"}})", run, state);
  };
  EXPECT_EQ(harness.post_json(target, body(gone, "SUCCESS")).status, 404);
  EXPECT_EQ(harness.post_json(target, body(run_id(first, "ko"), "NOTHING")).status, 422);
  EXPECT_EQ(harness.post_json(target, body(run_id(first, "ko"), "RUNNING")).status, 422);
  EXPECT_EQ(harness.post_json(target, "{}").status, 422);
  const auto answer = harness.post_json(target, body(run_id(first, "ko"), "SUCCESS"));
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.text({"state", "current"}), "RESTARTED");
  const Value now = harness.wait_for_end(id_of(first));
  EXPECT_EQ(state_of(now), "SUCCESS");
  EXPECT_EQ(label(now, "system.restarted"), "true");
  EXPECT_EQ(now.find_path({"metadata", "attemptNumber"})->as_integer(), 2);
}

TEST_F(Reruns, StatesOnlyChangeForEndedExecutions) {  // EXEC-86, EXEC-87
  harness.deploy(test::waiting_flow("a.b", "nap"));
  const std::string id = harness.run("a.b", "nap");
  const Value running = harness.get("executions/" + id).json();
  const auto state = harness.post_json("executions/" + id + "/state",
                                       fmt::format(R"({{"taskRunId": "{}", "state": "SUCCESS"}})", gone));
  EXPECT_EQ(state.status, 422);
  EXPECT_THAT(state.body,
              HasSubstr("You can only change the state of a task run for a terminated non killed execution."));
  const auto status = act(running, "change-status?status=SUCCESS");
  EXPECT_EQ(status.status, 422);
  EXPECT_THAT(status.body, HasSubstr("You can only change the state of a terminated non killed execution."));
  ASSERT_EQ(harness.send("DELETE", "executions/" + id + "/kill").status, 202);
  harness.workers().take("nap");
}

TEST_F(Reruns, ChangeStatus) {  // EXEC-87
  const Value first = ended(failing, "ko");
  const auto answer = act(first, "change-status?status=SUCCESS");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.text({"state", "current"}), "SUCCESS");
  const Value now = harness.get("executions/" + id_of(first)).json();
  EXPECT_EQ(now.find_path({"state", "histories"})->size(), 4u) << "CREATED RUNNING FAILED SUCCESS";
  EXPECT_EQ(harness.get("executions/search?filters[state][EQUALS]=FAILED").at({"total"}).as_integer(), 0);
  EXPECT_EQ(act(first, "change-status?status=SUCCESS").at({"state", "histories"}).size(), 4u) << "no second entry";
  const auto refused = act(first, "change-status?status=RUNNING");
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body, HasSubstr("You can only change the state of an execution to a terminal state."));
  EXPECT_EQ(act(first, "change-status").status, 400);
  EXPECT_EQ(harness.post_json("executions/change-status/by-ids?newStatus=WARNING", "[\"" + id_of(first) + "\"]")
                .at({"count"})
                .as_integer(),
            1);
  EXPECT_EQ(harness.send("POST", "executions/change-status/by-query?newStatus=FAILED&filters[state][EQUALS]=WARNING")
                .at({"count"})
                .as_integer(),
            1);
  EXPECT_EQ(state_of(harness.get("executions/" + id_of(first)).json()), "FAILED");
}

// ---------------------------------------------------------------------------------------------- labels

TEST_F(Reruns, LabelsOfOneAreReplaced) {  // EXEC-89
  const Value first = ended(two, "two");
  const std::string target = "executions/" + id_of(first) + "/labels";
  const auto answer = harness.post_json(target, R"([{"key": "seen", "value": "yes"}, {"key": "", "value": ""}])");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Value now = harness.get("executions/" + id_of(first)).json();
  EXPECT_EQ(label(now, "team"), "none");
  EXPECT_EQ(label(now, "seen"), "yes");
  EXPECT_EQ(label(now, "system.correlationId"), id_of(first));
  EXPECT_EQ(harness.get("executions/search?filters[labels][EQUALS][seen]=yes").at({"total"}).as_integer(), 1);
  EXPECT_EQ(harness.get("executions/search?filters[labels][EQUALS][team]=data").at({"total"}).as_integer(), 0);
  // A system label may be sent along as it is, and nothing else.
  EXPECT_EQ(
      harness.post_json(target, fmt::format(R"([{{"key": "system.correlationId", "value": "{}"}}])", id_of(first)))
          .status,
      200);
  for (std::string_view wrong :
       {R"([{"key": "system.correlationId", "value": "other"}])", R"([{"key": "system.from", "value": "me"}])",
        R"([{"key": "a", "value": "1"}, {"key": "a", "value": "2"}])", R"([{"key": "a", "value": ""}])", R"("text")",
        R"([1])"}) {
    EXPECT_EQ(harness.post_json(target, std::string(wrong)).status, 422) << wrong;
  }
  EXPECT_EQ(label(harness.get("executions/" + id_of(first)).json(), "system.correlationId"), id_of(first));
}

TEST_F(Reruns, LabelsOfManyAreMerged) {  // EXEC-89
  const Value first = ended(two, "two");
  const std::string ids = R"({"executionsId": [")" + id_of(first) + R"("], "executionLabels": )";
  EXPECT_EQ(harness
                .post_json("executions/labels/by-ids",
                           ids + R"([{"key": "team", "value": "other"}, {"key": "a", "value": "1"}]})")
                .at({"count"})
                .as_integer(),
            1);
  EXPECT_EQ(
      harness.post_json("executions/labels/by-query?filters[flowId][EQUALS]=two", R"([{"key": "b", "value": "2"}])")
          .at({"count"})
          .as_integer(),
      1);
  const Value now = harness.get("executions/" + id_of(first)).json();
  EXPECT_EQ(label(now, "team") + label(now, "a") + label(now, "b"), "other12");
  EXPECT_EQ(harness.post_json("executions/labels/by-ids", ids + R"([{"key": "system.x", "value": "1"}]})").status, 422);
  harness.deploy(test::waiting_flow("a.b", "nap"));
  const std::string running = harness.run("a.b", "nap");
  const auto one = harness.post_json("executions/" + running + "/labels", R"([{"key": "b", "value": "2"}])");
  EXPECT_EQ(one.status, 400) << one.body;
  const auto refused = harness.post_json("executions/labels/by-query", R"([{"key": "c", "value": "3"}])");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("execution is not terminated"));
  EXPECT_EQ(label(harness.get("executions/" + id_of(first)).json(), "c"), "none") << "nothing is done";
  ASSERT_EQ(harness.send("DELETE", "executions/" + running + "/kill").status, 202);
}

TEST_F(Reruns, UnknownExecutionsAreNotFound) {  // EXEC-93
  const std::string here = "executions/" + std::string(gone) + "/";
  EXPECT_EQ(harness.send("POST", here + "replay").status, 404);
  EXPECT_EQ(harness.call(test::form("POST", here + "replay-with-inputs", {{"a", "b", ""}})).status, 404);
  EXPECT_EQ(harness.post_json(here + "state", R"({"taskRunId": "x", "state": "SUCCESS"})").status, 404);
  EXPECT_EQ(harness.send("POST", here + "change-status?status=SUCCESS").status, 404);
  EXPECT_EQ(harness.post_json(here + "labels", "[]").status, 404);
}

// ---------------------------------------------------------------------------------------------- delete

TEST_F(Reruns, DeletingAnOpenChildInformsItsParent) {  // EXEC-90: nothing waits for what is gone
  harness.deploy(test::waiting_flow("a.b", "nap"));
  harness.deploy(
      "id: parent\nnamespace: a.b\ntasks: [{id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: a.b, "
      "flowId: nap}]\n");
  const std::string parent = harness.run("a.b", "parent");
  const auto job = harness.workers().take("nap");
  const std::string child = job.origin.execution.to_text();
  ASSERT_EQ(harness.send("DELETE", "executions/" + child).status, 204);
  EXPECT_EQ(state_of(harness.wait_for_end(parent)), "KILLED");
  EXPECT_EQ(harness.get("executions/" + child).status, 404);
}

}  // namespace
}  // namespace gyr::web
