// Stored templates in executions (TASK-41): taken in at the start, kept whatever happens to them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/testing/harness.h"

namespace gyr::executor {
namespace {

using model::State;
using test::Harness;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr std::string_view user_flow = R"(
tasks:
  - {id: before, type: io.kestra.plugin.core.log.Log, message: before}
  - id: shared
    type: io.kestra.plugin.core.flow.Template
    namespace: company.team
    templateId: steps
    args:
      name: "{{ flow.id }}"
  - {id: after, type: io.kestra.plugin.core.log.Log, message: "{{ outputs.shared.args.name }}"}
)";

constexpr std::string_view steps = R"(
id: steps
namespace: company.team
tasks:
  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}
  - {id: say, type: io.kestra.plugin.core.log.Log, message: "first {{ parent.outputs.args.name }}"}
)";

constexpr std::string_view other_steps = R"(
id: steps
namespace: company.team
tasks:
  - {id: other, type: io.kestra.plugin.core.log.Log, message: "second {{ parent.outputs.args.name }}"}
)";

TEST(Templates, AnExecutionKeepsItsVersions) {  // TASK-41
  Harness server;
  server.put_template("steps", steps);
  server.deploy(user_flow, "f");
  const base::Id execution = server.run("f");
  auto job = server.workers().take("nap");
  server.put_template("steps", other_steps);
  server.workers().finish(job);
  EXPECT_EQ(server.wait_for_end(execution), State::success);
  EXPECT_EQ(server.tree(execution), "before:SUCCESS shared:SUCCESS nap:SUCCESS say:SUCCESS after:SUCCESS");
  EXPECT_THAT(server.log_messages(execution), Contains("first f"));
  EXPECT_THAT(server.log_messages(execution), Contains("f")) << "args are outputs of the task";
  const base::Id next = server.run("f");
  EXPECT_EQ(server.wait_for_end(next), State::success);
  EXPECT_EQ(server.tree(next), "before:SUCCESS shared:SUCCESS other:SUCCESS after:SUCCESS")
      << "it began behind the change";
  EXPECT_THAT(server.log_messages(next), Contains("second f"));
}

TEST(Templates, AnExecutionKeepsItsVersionsAfterACrash) {  // TASK-41; principle: recovery
  Harness server;
  server.put_template("steps", steps);
  server.deploy(user_flow, "f");
  const base::Id execution = server.run("f");
  (void)server.workers().take("nap");
  server.put_template("steps", other_steps);
  server.put_template("steps", "", true);
  server.crash();
  server.start();
  auto job = server.workers().take("nap");
  EXPECT_EQ(job.origin.templates, "company.team/steps@1") << "the worker is told whose task it is";
  server.workers().finish(job);
  EXPECT_EQ(server.wait_for_end(execution), State::success);
  EXPECT_THAT(server.log_messages(execution), Contains("first f"));
  const base::Id next = server.run("f");
  EXPECT_EQ(server.wait_for_end(next), State::failed) << "the template is gone";
  EXPECT_THAT(server.log_messages(next),
              Contains(HasSubstr("Unable to find the template 'company.team.steps' [GYR-E051]")));
}

TEST(Templates, AMissingTemplateFailsItsTask) {  // TASK-41
  Harness server;
  server.deploy(user_flow, "f");
  const base::Id execution = server.run("f");
  EXPECT_EQ(server.wait_for_end(execution), State::failed);
  EXPECT_EQ(server.tree(execution), "before:SUCCESS shared:FAILED");
  server.put_template("steps", other_steps);
  const base::Id next = server.run("f");
  EXPECT_EQ(server.wait_for_end(next), State::success) << "now it is";
}

TEST(Templates, ItsErrorsRunBeforeThoseOfTheTask) {  // TASK-41
  Harness server;
  server.put_template("steps", R"(
id: steps
namespace: company.team
tasks:
  - {id: bad, type: io.kestra.plugin.core.execution.Fail}
errors:
  - {id: of_template, type: io.kestra.plugin.core.log.Log, message: "sorry, {{ parent.outputs.args.who }}"}
)");
  server.deploy(R"(
tasks:
  - id: shared
    type: io.kestra.core.tasks.flows.Template
    namespace: company.team
    templateId: steps
    args: {who: you}
    errors:
      - {id: of_task, type: io.kestra.plugin.core.log.Log, message: x}
)",
                "f");
  const base::Id execution = server.run("f");
  EXPECT_EQ(server.wait_for_end(execution), State::failed);
  EXPECT_EQ(server.tree(execution), "shared:FAILED bad:FAILED of_template:SUCCESS of_task:SUCCESS");
  EXPECT_THAT(server.log_messages(execution), Contains("sorry, you"));
}

TEST(Templates, ARecursiveTemplateFails) {  // TASK-41
  Harness server;
  server.put_template("steps", R"(
id: steps
namespace: company.team
tasks:
  - {id: fine, type: io.kestra.plugin.core.log.Log, message: x}
  - {id: again, type: io.kestra.plugin.core.flow.Template, namespace: company.team, templateId: steps}
)");
  server.deploy(user_flow, "f");
  const base::Id execution = server.run("f");
  EXPECT_EQ(server.wait_for_end(execution), State::failed);
  EXPECT_EQ(server.tree(execution), "before:SUCCESS shared:FAILED fine:SUCCESS again:FAILED");
  EXPECT_THAT(server.log_messages(execution), Contains(HasSubstr("The template 'company.team.steps' contains itself")));
}

TEST(Templates, AnInvalidTemplateFailsItsTask) {  // TASK-41
  Harness server;
  server.put_template("steps", R"(
id: steps
namespace: company.team
tasks:
  - {id: before, type: io.kestra.plugin.core.log.Log, message: x}
)");
  server.deploy(user_flow, "f");
  const base::Id execution = server.run("f");
  EXPECT_EQ(server.wait_for_end(execution), State::failed);
  EXPECT_EQ(server.tree(execution), "before:SUCCESS shared:FAILED");
  EXPECT_THAT(server.log_messages(execution),
              Contains(HasSubstr("Cannot insert the templates into the flow: Duplicate task id")));
}

TEST(Templates, AReplayOfARunUsesTheOldVersions) {  // TASK-41, EXEC-85
  Harness server;
  server.put_template("steps", other_steps);
  server.deploy(user_flow, "f");
  const base::Id execution = server.run("f");
  EXPECT_EQ(server.wait_for_end(execution), State::success);
  base::Id after;
  ASSERT_TRUE(server.wait_for([&](store::Reader& reader) {
    for (const auto& run : *reader.task_runs(execution, 0, 100)) {
      if (run.run.task_id == "after") after = run.run.id;
    }
    return true;
  }));
  server.put_template("steps", steps);
  ReplayExecution command;
  command.id = execution;
  command.replay = server.new_id("f");
  command.task_run = after;
  ASSERT_TRUE(server.submit(command).has_value());
  EXPECT_EQ(server.wait_for_end(command.replay), State::success);
  EXPECT_EQ(server.tree(command.replay), "before:SUCCESS shared:SUCCESS other:SUCCESS after:SUCCESS");
}

}  // namespace
}  // namespace gyr::executor
