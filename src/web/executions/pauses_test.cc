// Pausing, resuming with inputs, breakpoints over the interface (API-84, API-85, EXEC-83, EXEC-91 to EXEC-93, TASK-39).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::form;
using test::Harness;
using test::Reply;
using ::testing::HasSubstr;

constexpr std::string_view approval = R"(
id: approval
namespace: a.b
tasks:
  - {id: first, type: io.kestra.plugin.core.output.OutputValues, values: {mood: calm}}
  - id: ask
    type: io.kestra.plugin.core.flow.Pause
    onResume:
      - {id: count, type: INT}
      - {id: mood, type: STRING, defaults: "{{ outputs.first.values.mood }}"}
      - {id: data, type: FILE, required: false}
  - {id: say, type: io.kestra.plugin.core.debug.Return, format: "{{ outputs.ask.onResume.count + 1 }} {{ outputs.ask.onResume.mood }}"}
)";

std::string state_of(Harness& harness, const std::string& id) {
  return harness.get("executions/" + id).text({"state", "current"});
}

Value run_of(const Value& execution, std::string_view task) {
  for (const Value& run : execution.find("taskRunList")->items()) {
    if (run.find("taskId")->text() == task) return run;
  }
  return {};
}

TEST(Resume, UsesTheInputsOfThePause) {  // TASK-39, API-84
  Harness harness;
  harness.deploy(approval);
  const std::string id = harness.run("a.b", "approval");
  ASSERT_EQ(state_of(harness, id), "PAUSED");
  for (std::string_view path : {"executions/{}/resume", "executions/{}/actions/resume"}) {
    const auto refused = harness.call(
        form("POST", fmt::format(fmt::runtime(path), id), {{"count", "many"}, {"data", "bytes", "notes.txt"}}));
    EXPECT_EQ(refused.status, 422) << refused.body;
    EXPECT_THAT(refused.body, HasSubstr("Invalid value for input `count`"));
  }
  EXPECT_EQ(harness.send("POST", "executions/" + id + "/resume").status, 422) << "`count` is required";
  EXPECT_EQ(state_of(harness, id), "PAUSED");
  EXPECT_TRUE(harness.storage().paths().empty()) << "what was sent in vain is not kept";
  const auto answer =
      harness.call(form("POST", "executions/" + id + "/resume", {{"count", "4"}, {"data", "bytes", "notes.txt"}}));
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.text({"id"}), id);
  const Value done = harness.wait_for_end(id);
  EXPECT_EQ(*run_of(done, "say").find_path({"outputs", "value"}), Value::string("5 calm"));
  const Value outputs = *run_of(done, "ask").find("outputs");
  EXPECT_EQ(outputs.find_path({"resumed", "to"})->text(), "SUCCESS");
  EXPECT_EQ(outputs.find_path({"resumed", "by"}), nullptr) << "nobody was signed in";
  EXPECT_THAT(std::string(outputs.find_path({"onResume", "data"})->text()), HasSubstr("/tasks/ask/"));
  EXPECT_EQ(harness.storage().paths().size(), 1U);
  const auto again = harness.call(form("POST", "executions/" + id + "/resume", {{"count", "4"}}));
  EXPECT_EQ(again.status, 409);
  EXPECT_THAT(again.body, HasSubstr("Execution '" + id + "' is not paused, can't resume it"));
}

TEST(Resume, ChecksItsInputsWithoutResuming) {  // API-82, API-84
  Harness harness;
  harness.deploy(approval);
  const std::string id = harness.run("a.b", "approval");
  for (std::string_view path : {"executions/{}/resume/validate", "executions/{}/actions/resume/validate"}) {
    const auto report = harness.call(
        form("POST", fmt::format(fmt::runtime(path), id), {{"count", "many"}, {"data", "bytes", "notes.txt"}}));
    ASSERT_EQ(report.status, 200) << report.body;
    EXPECT_EQ(report.text({"id"}), "approval");
    const Value inputs = report.at({"inputs"});
    ASSERT_EQ(inputs.size(), 3U);
    EXPECT_GT(inputs.items()[0].find("errors")->size(), 0U);
    EXPECT_EQ(inputs.items()[1].find("value")->text(), "calm");
    EXPECT_TRUE(inputs.items()[1].find("isDefault")->as_boolean());
  }
  EXPECT_TRUE(harness.storage().paths().empty());
  EXPECT_EQ(state_of(harness, id), "PAUSED");
}

TEST(Resume, RecordsTheUser) {  // TASK-39
  test::HarnessOptions options;
  options.username = "ada@example.com";
  options.password = "Password1";
  Harness harness(options);
  const auto signed_in = [](test::Call call) {
    call.headers.emplace_back("Authorization", "Basic " + base::base64_encode("ada@example.com:Password1"));
    return call;
  };
  ASSERT_EQ(
      harness
          .call(signed_in({"POST",
                           "flows",
                           "id: p\nnamespace: a.b\ntasks:\n  - {id: hold, type: io.kestra.plugin.core.flow.Pause}\n",
                           "application/x-yaml",
                           {}}))
          .status,
      200);
  const std::string id = harness.call(signed_in({"POST", "executions/a.b/p", {}, {}, {}})).text({"id"});
  const auto answer = harness.call(signed_in({"POST", "executions/" + id + "/resume", {}, {}, {}}));
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(run_of(harness.call(signed_in({"GET", "executions/" + id, {}, {}, {}})).json(), "hold")
                .find_path({"outputs", "resumed", "by"})
                ->text(),
            "ada@example.com");
}

TEST(Resume, OneOfSeveralPauses) {  // TASK-39: the first, unless told which
  Harness harness;
  harness.deploy(R"(
id: two
namespace: a.b
tasks:
  - id: both
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - {id: left, type: io.kestra.plugin.core.flow.Pause}
      - {id: right, type: io.kestra.plugin.core.flow.Pause}
)");
  const std::string id = harness.run("a.b", "two");
  const std::string right(run_of(harness.get("executions/" + id).json(), "right").find("id")->text());
  const auto answer = harness.send("POST", "executions/" + id + "/resume?taskRunId=" + right);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(run_of(answer.json(), "right").find_path({"state", "current"})->text(), "SUCCESS");
  EXPECT_EQ(run_of(answer.json(), "left").find_path({"state", "current"})->text(), "PAUSED");
  EXPECT_EQ(answer.text({"state", "current"}), "PAUSED");
  EXPECT_EQ(harness.send("POST", "executions/" + id + "/resume?taskRunId=" + right).status, 409);
  EXPECT_EQ(harness.send("POST", "executions/" + id + "/resume?taskRunId=no-id").status, 422);
  EXPECT_EQ(harness.send("POST", "executions/" + id + "/resume").status, 200);
  EXPECT_EQ(harness.wait_for_end(id).find_path({"state", "current"})->text(), "SUCCESS");
}

TEST(Pause, IsForRunningExecutions) {  // EXEC-83, EXEC-93
  Harness harness;
  harness.deploy(test::waiting_flow("a.b", "nap"));
  const std::string id = harness.run("a.b", "nap");
  for (std::string_view path : {"executions/{}/pause", "executions/{}/actions/pause"}) {
    const auto answer = harness.send("POST", fmt::format(fmt::runtime(path), id));
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.text({"state", "current"}), "PAUSED");
    EXPECT_EQ(harness.send("POST", fmt::format(fmt::runtime(path), id)).status, 409);
    ASSERT_EQ(harness.send("POST", "executions/" + id + "/resume").text({"state", "current"}), "RUNNING");
  }
  for (std::string_view action : {"pause", "resume", "resume/validate", "resume-from-breakpoint"}) {
    EXPECT_EQ(harness.send("POST", fmt::format("executions/0350tXGoneGoneGoneGone/actions/{}", action)).status, 404)
        << action;
  }
}

TEST(Pause, ManyAtOnceAllOrNothing) {  // API-85, EXEC-92
  Harness harness;
  harness.deploy(test::waiting_flow("a.b", "nap"));
  harness.deploy(approval);
  const std::string one = harness.run("a.b", "nap");
  const std::string other = harness.run("a.b", "nap");
  const std::string asks = harness.run("a.b", "approval");
  const auto refused = harness.post_json("executions/pause/by-ids", "[\"" + one + "\", \"" + asks + "\"]");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("execution not in state RUNNING"));
  EXPECT_EQ(state_of(harness, one), "RUNNING");
  EXPECT_EQ(harness.send("POST", "executions/pause/by-query?filters[flowId][EQUALS]=nap").at({"count"}),
            Value::integer(2));
  const auto missing = harness.post_json("executions/resume/by-ids", "[\"" + one + "\", \"" + asks + "\"]");
  EXPECT_EQ(missing.status, 400);
  EXPECT_THAT(missing.body, HasSubstr("Missing required input:count"));
  EXPECT_EQ(state_of(harness, one), "PAUSED");
  EXPECT_EQ(harness.post_json("executions/resume/by-ids", "[\"" + one + "\"]").at({"count"}), Value::integer(1));
  EXPECT_EQ(harness.send("POST", "executions/resume/by-query?filters[flowId][EQUALS]=nap").status, 400)
      << "one of them runs";
  EXPECT_EQ(state_of(harness, other), "PAUSED");
  EXPECT_THAT(harness.post_json("executions/resume/by-ids", "[\"" + one + "\"]").body,
              HasSubstr("execution not in state PAUSED"));
}

TEST(Breakpoints, NameTasksOfTheFlow) {  // EXEC-91, API-80
  Harness harness;
  harness.deploy(R"(
id: three
namespace: a.b
tasks:
  - {id: a, type: io.kestra.plugin.core.log.Log, message: hi}
  - {id: b, type: io.kestra.plugin.core.log.Log, message: hi}
  - {id: c, type: io.kestra.plugin.core.log.Log, message: hi}
)");
  const auto wrong = harness.send("POST", "executions/a.b/three?breakpoints=b,nobody");
  EXPECT_EQ(wrong.status, 422);
  EXPECT_THAT(wrong.body, HasSubstr("the flow has no enabled task `nobody`"));
  const auto started = harness.send("POST", "executions/a.b/three?breakpoints=b");
  ASSERT_EQ(started.status, 200) << started.body;
  const std::string id = started.text({"id"});
  EXPECT_EQ(state_of(harness, id), "BREAKPOINT");
  EXPECT_EQ(harness.send("POST", "executions/" + id + "/resume").status, 409);
  EXPECT_EQ(harness.send("POST", "executions/" + id + "/resume-from-breakpoint?breakpoints=nobody").status, 422);
  const auto next = harness.send("POST", "executions/" + id + "/resume-from-breakpoint?breakpoints=c");
  ASSERT_EQ(next.status, 200) << next.body;
  EXPECT_EQ(next.text({"state", "current"}), "BREAKPOINT");
  EXPECT_EQ(run_of(next.json(), "c").find_path({"state", "current"})->text(), "BREAKPOINT");
  EXPECT_EQ(harness.send("POST", "executions/" + id + "/actions/resume-from-breakpoint").status, 200);
  EXPECT_EQ(harness.wait_for_end(id).find_path({"state", "current"})->text(), "SUCCESS");
  EXPECT_EQ(harness.send("POST", "executions/" + id + "/resume-from-breakpoint").status, 409);
}

}  // namespace
}  // namespace gyr::web
