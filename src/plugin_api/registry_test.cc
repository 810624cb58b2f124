#include "plugin_api/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/flow_parser.h"
#include "plugin_api/aliases.h"
#include "plugin_api/test_plugins.h"

namespace gyr::plugin {

namespace {

using testing::test_registry;
using Kind = model::TypeSource::Kind;

// FLOW-8
TEST(Aliases, FamiliesAndSingleCases) {
  const auto has = [](std::string_view type, std::string_view alias) {
    const auto names = family_aliases(type);
    return std::ranges::find(names, alias) != names.end();
  };
  const std::pair<const char*, const char*> rows[] = {
      {"io.kestra.core.tasks.flows.Sequential", "io.kestra.plugin.core.flow.Sequential"},
      {"io.kestra.core.tasks.flows.Flow", "io.kestra.plugin.core.flow.Subflow"},
      {"io.kestra.core.tasks.flows.Subflow", "io.kestra.plugin.core.flow.Subflow"},
      {"io.kestra.plugin.core.flow.Flow", "io.kestra.plugin.core.flow.Subflow"},
      {"io.kestra.core.tasks.flows.Worker", "io.kestra.plugin.core.flow.WorkingDirectory"},
      {"io.kestra.plugin.core.flow.WaitFor", "io.kestra.plugin.core.flow.LoopUntil"},
      {"io.kestra.core.tasks.debugs.Return", "io.kestra.plugin.core.debug.Return"},
      {"io.kestra.core.tasks.debugs.Echo", "io.kestra.plugin.core.debug.Echo"},
      {"io.kestra.core.tasks.executions.Counts", "io.kestra.plugin.core.execution.Count"},
      {"io.kestra.core.tasks.executions.Fail", "io.kestra.plugin.core.execution.Fail"},
      {"io.kestra.core.tasks.executions.Labels", "io.kestra.plugin.core.execution.Labels"},
      {"io.kestra.core.tasks.storages.Purge", "io.kestra.plugin.core.execution.PurgeExecutions"},
      {"io.kestra.plugin.core.storage.Purge", "io.kestra.plugin.core.execution.PurgeExecutions"},
      {"io.kestra.core.tasks.storages.PurgeExecution", "io.kestra.plugin.core.storage.PurgeCurrentExecutionFiles"},
      {"io.kestra.plugin.core.storage.PurgeExecution", "io.kestra.plugin.core.storage.PurgeCurrentExecutionFiles"},
      {"io.kestra.plugin.core.storage.PurgeExecutionFiles", "io.kestra.plugin.core.storage.PurgeCurrentExecutionFiles"},
      {"io.kestra.core.tasks.log.Log", "io.kestra.plugin.core.log.Log"},
      {"io.kestra.core.tasks.log.Fetch", "io.kestra.plugin.core.log.Fetch"},
      {"io.kestra.core.tasks.states.Set", "io.kestra.plugin.core.state.Set"},
      {"io.kestra.core.tasks.storages.Concat", "io.kestra.plugin.core.storage.Concat"},
      {"io.kestra.core.tasks.trigger.Toggle", "io.kestra.plugin.core.trigger.Toggle"},
      {"io.kestra.core.tasks.templating.TemplatedTask", "io.kestra.plugin.core.templating.TemplatedTask"},
      {"io.kestra.core.models.triggers.types.Flow", "io.kestra.plugin.core.trigger.Flow"},
      {"io.kestra.core.models.triggers.types.Schedule", "io.kestra.plugin.core.trigger.Schedule"},
      {"io.kestra.core.models.triggers.types.Webhook", "io.kestra.plugin.core.trigger.Webhook"},
      {"io.kestra.plugin.core.http.Webhook", "io.kestra.plugin.core.trigger.Webhook"},
      {"io.kestra.core.models.conditions.types.WeekendCondition", "io.kestra.plugin.core.condition.Weekend"},
      {"io.kestra.plugin.core.condition.WeekendCondition", "io.kestra.plugin.core.condition.Weekend"},
      {"io.kestra.core.models.conditions.types.FlowCondition", "io.kestra.plugin.core.condition.FlowCondition"},
      {"io.kestra.core.models.conditions.types.FlowNamespaceCondition",
       "io.kestra.plugin.core.condition.FlowNamespaceCondition"},
      {"io.kestra.core.models.conditions.types.MultipleCondition", "io.kestra.plugin.core.condition.MultipleCondition"},
      {"io.kestra.core.models.conditions.types.VariableCondition", "io.kestra.plugin.core.condition.Expression"},
      {"io.kestra.plugin.core.condition.ExpressionCondition", "io.kestra.plugin.core.condition.Expression"},
      {"io.kestra.core.models.tasks.runners.types.ProcessTaskRunner", "io.kestra.plugin.core.runner.Process"},
      {"io.kestra.plugin.fs.http.Request", "io.kestra.plugin.core.http.Request"},
  };
  for (const auto& [alias, type] : rows) EXPECT_TRUE(has(type, alias)) << alias << " -> " << type;
  EXPECT_FALSE(has("io.kestra.plugin.core.flow.LoopUntil", "io.kestra.core.tasks.flows.LoopUntil"));
  EXPECT_FALSE(has("io.kestra.plugin.core.flow.LoopUntil", "io.kestra.core.tasks.flows.WaitFor"));
  EXPECT_FALSE(
      has("io.kestra.plugin.core.condition.FlowCondition", "io.kestra.plugin.core.condition.FlowConditionCondition"));
  EXPECT_TRUE(family_aliases("io.kestra.plugin.aws.s3.List").empty());
}

TEST(Registry, FindsByNameAndAlias) {
  const Registry& registry = test_registry();
  const TaskType* type = registry.task("io.kestra.plugin.core.debug.Return");
  ASSERT_NE(type, nullptr);
  EXPECT_EQ(registry.task("io.kestra.core.tasks.debugs.Return"), type);
  EXPECT_EQ(registry.task("io.kestra.plugin.test.All"), registry.task("io.kestra.plugin.test.Everything"));
  EXPECT_EQ(registry.task("io.kestra.plugin.core.debug.Retur"), nullptr);
  EXPECT_EQ(registry.task(""), nullptr);
  EXPECT_EQ(registry.task("io.kestra.plugin.core.trigger.Schedule"), nullptr);
  EXPECT_NE(registry.trigger("io.kestra.plugin.core.trigger.Schedule"), nullptr);
  EXPECT_EQ(registry.trigger("io.kestra.core.models.triggers.types.Webhook")->kind, TriggerKind::webhook);
  EXPECT_TRUE(registry.condition("io.kestra.plugin.core.condition.WeekendCondition")->on_schedule);
  EXPECT_NE(registry.task_runner("io.kestra.core.models.tasks.runners.types.ProcessTaskRunner"), nullptr);
  EXPECT_TRUE(type->is(Trait::pure));
  EXPECT_FALSE(type->is(Trait::flowable));
  EXPECT_TRUE(type->runnable());
  EXPECT_FALSE(registry.task("io.kestra.plugin.core.flow.Sequential")->runnable());
  const auto names = registry.names(Kind::task);
  EXPECT_EQ(names.size(), registry.tasks().size());
  EXPECT_TRUE(std::ranges::is_sorted(names));
}

TEST(Registry, FoundTypesHaveWhatTheModelNeeds) {
  const auto* found = test_registry().find(Kind::task, "io.kestra.core.tasks.log.Log");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->type, "io.kestra.plugin.core.log.Log");
  EXPECT_TRUE(found->replaced);
  EXPECT_FALSE(test_registry().find(Kind::task, "io.kestra.plugin.core.log.Log")->replaced);
  EXPECT_TRUE(test_registry().find(Kind::task, "io.kestra.plugin.test.Everything")->deprecated);
  EXPECT_TRUE(test_registry().find(Kind::task, "io.kestra.plugin.core.flow.Sequential")->flowable);
}

TEST(Registry, TypeOfBoundObjects) {
  const auto parsed = model::parse_flow(
      "id: f\nnamespace: n\ntasks:\n  - {id: a, type: io.kestra.core.tasks.debugs.Return, format: x}\n"
      "  - {id: b, type: io.kestra.plugin.test.Everything, uri: x, commands: [ls], taskRunner: {type: "
      "io.kestra.plugin.core.runner.Process}}\n"
      "triggers:\n  - {id: t, type: io.kestra.plugin.core.trigger.Schedule, cron: '@daily', conditions: [{type: "
      "io.kestra.plugin.core.condition.Weekend}]}\n",
      test_registry());
  ASSERT_TRUE(parsed.ok()) << parsed.first_error();
  const model::Flow& flow = *parsed.flow;
  EXPECT_EQ(&test_registry().type_of(flow.tasks[0]), test_registry().task("io.kestra.plugin.core.debug.Return"));
  EXPECT_EQ(flow.tasks[0].properties<testing::Return>().format.source(), base::Value::string("x"));
  EXPECT_EQ(&test_registry().type_of(flow.triggers[0]),
            test_registry().trigger("io.kestra.plugin.core.trigger.Schedule"));
  EXPECT_EQ(test_registry().type_of(flow.triggers[0].conditions[0]).type, "io.kestra.plugin.core.condition.Weekend");
  EXPECT_EQ(test_registry().type_of(*flow.tasks[1].properties<testing::Everything>().task_runner).type,
            "io.kestra.plugin.core.runner.Process");
  EXPECT_EQ(parsed.deprecated_paths, std::vector<std::string>{"tasks[1]"});
}

TEST(Registry, TypesThatAreNotAllowed) {  // SEC-42
  auto policy = TypePolicy::make({"io\\.kestra\\.plugin\\.(core|test)\\..*"},
                                 {"io.kestra.plugin.test.Everything", "(a+)+b", ".*\\.runner\\..*"});
  ASSERT_TRUE(policy.has_value()) << policy.error().to_string();
  EXPECT_TRUE(policy->allows("io.kestra.plugin.core.debug.Return"));
  EXPECT_FALSE(policy->allows("io.kestra.plugin.test.Everything"));
  EXPECT_TRUE(policy->allows("io.kestra.plugin.test.EverythingElse")) << "names are whole";
  EXPECT_FALSE(policy->allows("io.kestra.plugin.scripts.shell.Commands")) << "not included";
  EXPECT_FALSE(policy->allows("io.kestra.plugin.core.runner.Process")) << "excludes win";
  EXPECT_FALSE(policy->allows(""));
  EXPECT_TRUE(TypePolicy().allows("anything"));
  EXPECT_FALSE(TypePolicy::make({"["}, {}).has_value());
  EXPECT_FALSE(TypePolicy::make({}, {"ok", "(?<"}).has_value());
  const auto hostile = TypePolicy::make({"(a|aa)+$"}, {});
  EXPECT_FALSE(hostile->allows(std::string(5'000, 'a') + "!")) << "what cannot be decided is not allowed";

  Registry registry;
  registry.restrict_to(*policy);
  registry.add(testing::Return::describe());
  registry.add(testing::Everything::describe());
  EXPECT_EQ(registry.task("io.kestra.plugin.test.Everything"), nullptr);
  EXPECT_EQ(registry.tasks().size(), 1U);
  EXPECT_EQ(registry.names(Kind::task), std::vector<std::string_view>{"io.kestra.plugin.core.debug.Return"});
  const auto parsed = model::parse_flow(
      "id: f\nnamespace: n\ntasks:\n  - {id: a, type: io.kestra.plugin.test.Everything, uri: [1, 2], commands: 5, "
      "taskRunner: {type: none}}\n",
      registry);
  EXPECT_FALSE(parsed.ok());
  EXPECT_THAT(parsed.first_error(),
              ::testing::HasSubstr("io.kestra.plugin.test.Everything is not allowed by `kestra.plugins.security`"));
  EXPECT_EQ(parsed.diagnostics.size(), 1U) << "its properties do not matter";
}

TEST(RegistryDeathTest, TheSameNameTwiceIsABrokenInvariant) {
  EXPECT_DEATH(
      {
        Registry registry;
        registry.add(testing::Return::describe());
        registry.add(testing::Return::describe());
      },
      ::testing::HasSubstr("is_new"));
}

}  // namespace

}  // namespace gyr::plugin
