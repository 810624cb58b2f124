#include "plugins/testing/task_test.h"

namespace gyr::plugins::testing {
namespace {

using base::Value;

class ResumeTask : public TaskTest {
 protected:
  ResumeTask() {
    context->host = [](std::string_view, const Value&) { return base::Result<Value>(Value()); };
  }
};

TEST_F(ResumeTask, CallsTheServer) {  // CORE-86, TASK-96
  EXPECT_TRUE(
      run(R"({id: t, type: io.kestra.plugin.core.execution.Resume, executionId: "{{ 'abc' }}", namespace: a.b, flowId: f,
      inputs: {why: "because {{ 1 }}"}})")
          .has_value());
  EXPECT_EQ(context->host_calls.back().first, "execution.resume");
  EXPECT_EQ(context->host_calls.back().second, Value::map({{"executionId", text("abc")},
                                                           {"namespace", text("a.b")},
                                                           {"flowId", text("f")},
                                                           {"inputs", Value::map({{"why", text("because 1")}})}}));
}

TEST_F(ResumeTask, WithoutATargetItIsTheRunningExecution) {  // CORE-3
  EXPECT_TRUE(run("{id: t, type: io.kestra.plugin.core.execution.Resume}").has_value());
  EXPECT_EQ(
      context->host_calls.back().second,
      Value::map(
          {{"executionId", Value()}, {"namespace", Value()}, {"flowId", Value()}, {"inputs", Value::empty_map()}}));
}

TEST_F(ResumeTask, HalfATargetIsRefused) {  // CORE-3
  for (std::string_view more : {"namespace: a.b", "flowId: f", "namespace: a.b, flowId: f",
                                "executionId: x, namespace: a.b", "executionId: x, flowId: f"}) {
    EXPECT_FALSE(run(fmt::format("{{id: t, type: io.kestra.plugin.core.execution.Resume, {}}}", more)).has_value())
        << more;
  }
  EXPECT_TRUE(context->host_calls.empty());
}

TEST_F(ResumeTask, FailsWithWhatTheServerSays) {  // CORE-98
  context->host = [](std::string_view, const Value&) -> base::Result<Value> {
    return base::fail(plugin::task_failed, "The execution is not paused");
  };
  EXPECT_EQ(failure("{id: t, type: io.kestra.plugin.core.execution.Resume, executionId: x}"),
            "The execution is not paused");
}

}  // namespace
}  // namespace gyr::plugins::testing
