// Tasks that change their execution: variables and labels.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/harness.h"

namespace gyr::engine {
namespace {

using base::Value;
using ::testing::Contains;
using testing::Harness;

TEST(Variables, SetAndUnset) {  // TASK-83, FLOW-41
  Harness flow(R"(
variables: {a: 1, b: {c: 2, d: 3}}
tasks:
  - {id: set, type: io.kestra.plugin.core.execution.SetVariables, variables: {b: {c: "{{ vars.a }}"}, e: x}}
  - {id: show, type: test.Echo, text: "{{ vars.b.c }}{{ vars.b.d }}{{ vars.e }}"}
  - {id: unset, type: io.kestra.plugin.core.execution.UnsetVariables, variables: [b.d]}
  - {id: keep, type: io.kestra.plugin.core.execution.SetVariables, overwrite: false, variables: {a: 2, z: 1}}
)");
  flow.run();
  EXPECT_EQ(flow.find("show")->run.outputs.find("value")->text(), "13x");
  EXPECT_EQ(flow.tree(), "set:SUCCESS show:SUCCESS unset:SUCCESS keep:FAILED");
  EXPECT_THAT(flow.log_messages(),
              Contains("`overwrite` is set to false and the following variables already exist: a"));
  EXPECT_EQ(flow.state().execution().variables.find("b")->find("d"), nullptr);
}

TEST(Variables, KeepTheirKindAndAreMissed) {  // CORE-84, CORE-85, CORE-97
  Harness flow(R"(
variables: {a: {deep: {x: 1, y: 2}}, b: 3}
tasks:
  - {id: set, type: io.kestra.plugin.core.execution.SetVariables, variables: {a: {deep: {y: 42, z: [true, "{{ 40 + 2 }}"]}}}}
  - {id: missing, type: io.kestra.plugin.core.execution.UnsetVariables, allowFailure: true, variables: [b, a.deep.nope]}
  - {id: ignored, type: io.kestra.plugin.core.execution.UnsetVariables, ignoreMissing: true, variables: [nope, a.deep.nope, a.deep.x, b.c]}
  - {id: kept, type: io.kestra.plugin.core.execution.SetVariables, allowFailure: true, overwrite: false, variables: {b: 9, a: 9, fresh: 1}}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "set:SUCCESS missing:WARNING ignored:SUCCESS kept:WARNING");
  const Value& variables = flow.state().execution().variables;
  const Value* deep = variables.find_path({"a", "deep"});
  ASSERT_NE(deep, nullptr);
  EXPECT_EQ(*deep->find("y"), Value::integer(42)) << "a number";
  EXPECT_EQ(*deep->find("z"), Value::list({Value::boolean(true), Value::string("42")}))
      << "what an expression gives is text (TASK-83)";
  EXPECT_EQ(deep->find("x"), nullptr);
  ASSERT_NE(variables.find("b"), nullptr) << "a failed task changes nothing";
  EXPECT_EQ(*variables.find("b"), Value::integer(3));
  EXPECT_EQ(variables.find("fresh"), nullptr);
  EXPECT_THAT(flow.log_messages(),
              Contains("`overwrite` is set to false and the following variables already exist: b,a"));
}

TEST(Labels, AreMerged) {  // TASK-80
  Harness flow(R"(
tasks:
  - {id: l, type: io.kestra.plugin.core.execution.Labels, labels: {team: "{{ flow.id }}", n: 5}}
  - {id: bad, type: io.kestra.plugin.core.execution.Labels, labels: {system.x: y}, allowFailure: true}
)");
  flow.run();
  EXPECT_EQ(flow.state().execution().labels, (std::vector<model::Label>{{"team", "flow"}, {"n", "5"}}));
  EXPECT_EQ(flow.tree(), "l:SUCCESS bad:WARNING");
}

}  // namespace
}  // namespace gyr::engine
