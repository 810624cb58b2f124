// TerraformCLI and its relatives, with a program that records how it was called, and with OpenTofu where it is
// installed.
#include <gmock/gmock.h>

#include <filesystem>

#include "plugins/runner/spawned_processes.h"
#include "plugins/script/python_packages.h"
#include "plugins/testing/task_test.h"
#include "process/testing/program.h"

namespace gyr::plugins::testing {
namespace {

using base::Value;
using model::LogLevel;

class TerraformCli : public TaskTest {
 protected:
  TerraformCli() { context->given_processes = &processes; }
  static std::string tofu(std::string_view more) {
    return fmt::format(
        "{{id: t, type: io.kestra.plugin.opentofu.cli.OpenTofuCLI, taskRunner: {{type: "
        "io.kestra.plugin.core.runner.Process}}, {}}}",
        more);
  }

  std::unique_ptr<process::Spawner> spawner = process::testing::spawner_of_this_program();
  runner::SpawnedProcesses processes{*spawner, loop};
};

TEST_F(TerraformCli, SetsVariablesUnlessEnvDoes) {  // PLUG-135
  outputs(tofu(R"(commands: ['echo "$TF_IN_AUTOMATION $TF_INPUT"'])"));
  outputs(tofu(R"(env: {TF_INPUT: "1"}, commands: ['echo "$TF_IN_AUTOMATION $TF_INPUT"'])"));
  EXPECT_EQ(context->lines(LogLevel::info), (std::vector<std::string>{"1 0", "1 1"}));
}

TEST_F(TerraformCli, AFailedPlanKeepsItsExitCodeAndFiles) {  // PLUG-137
  auto result = run(tofu(
      R"(outputFiles: [tfplan], commands: ["printf 'a\\000b' > tfplan", "echo '::{\"outputs\":{\"a\":{\"b\":1}}}::'", "exit 2"])"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().outputs.find("exitCode")->as_integer(), 2);
  EXPECT_EQ(*result.error().outputs.find("vars"), json(R"({"a": {"b": 1}})"));
  const Value uri = *result.error().outputs.find("outputFiles")->find("tfplan");
  EXPECT_EQ(context->fake_files.stored.at(std::string(uri.text())), std::string("a\0b", 3));
}

TEST_F(TerraformCli, ExitCodesThatAreNoFailure) {  // PLUG-133
  EXPECT_EQ(outputs(tofu("successExitCodes: [0, 2], commands: [exit 2]")).find("exitCode")->as_integer(), 2);
  EXPECT_EQ(failure(tofu("successExitCodes: [0, 2], commands: [exit 1]")), "Command failed with exit code 1");
  EXPECT_EQ(failure(tofu("successExitCodes: [2], commands: ['true']")), "Command failed with exit code 0");
}

TEST_F(TerraformCli, AProgramThatIsMissingIsNamed) {
  EXPECT_EQ(failure(tofu("commands: [no-such-program-of-terraform]")),
            "Command failed with exit code 127: the commands need a program that is not installed where they run; that "
            "is usually `tofu`");
}

TEST_F(TerraformCli, CountsTheChangesOfAPlan) {  // PLUG-133
  const Value given = outputs(tofu(
      R"x(commands: ['echo "{\"@level\":\"info\",\"changes\":{\"add\":2,\"change\":1,\"remove\":3,\"operation\":\"plan\"},\"type\":\"change_summary\"}"'])x"));
  EXPECT_EQ(*given.find("planSummary"), json(R"({"add": 2, "change": 1, "destroy": 3})"));
}

TEST_F(TerraformCli, EncryptsSensitiveOutputs) {  // PLUG-132
  context->host = [](std::string_view function, const Value& arguments) -> base::Result<Value> {
    if (function != "encrypt") return base::fail(plugin::host_refused, "unknown");
    return Value::map({{"type", text("io.kestra.datatype:aes_encrypted")},
                       {"value", text(std::string(arguments.find("value")->text().rbegin(),
                                                  arguments.find("value")->text().rend()))}});
  };
  const Value given = outputs(tofu(
      R"x(publishOutputs: true, commands: ['tofu() { echo "{\"a\":{\"value\":[1],\"sensitive\":false},\"p\":{\"value\":\"pw\",\"sensitive\":true}}"; }'])x"));
  EXPECT_EQ(*given.find("tf")->find("a"), json("[1]"));
  EXPECT_EQ(*given.find("tf")->find("p")->find("value"), text("wp"));
  EXPECT_EQ(context->masked, std::vector<std::string>{"pw"});
  EXPECT_EQ(given.find("outputFiles")->size(), 0U);
  EXPECT_FALSE(run(tofu("publishOutputs: true, commands: ['tofu() { echo no; }']")).has_value());
}

TEST_F(TerraformCli, PublishingOutputsKeepsTheExitCode) {  // PLUG-132, PLUG-137
  const std::string outputs_of_module = R"x('tofu() { echo "{\"a\":{\"value\":1}}"; }')x";
  auto failed =
      run(tofu(fmt::format("failFast: false, publishOutputs: true, commands: [{}, 'false']", outputs_of_module)));
  ASSERT_FALSE(failed.has_value()) << "a failed apply is not a success";
  EXPECT_EQ(failed.error().error.message(), "Command failed with exit code 1");
  EXPECT_EQ(failed.error().outputs.find("exitCode")->as_integer(), 1);
  EXPECT_EQ(*failed.error().outputs.find("tf"), json(R"({"a": 1})"));
  const Value changed = outputs(tofu(fmt::format(
      "failFast: false, successExitCodes: [2], publishOutputs: true, commands: [{}, '(exit 2)']", outputs_of_module)));
  EXPECT_EQ(changed.find("exitCode")->as_integer(), 2);
  EXPECT_EQ(*changed.find("tf"), json(R"({"a": 1})"));
  EXPECT_EQ(failure(tofu("failFast: false, publishOutputs: true, commands: ['tofu() { return 3; }', 'false']")),
            "Command failed with exit code 1");
  EXPECT_EQ(failure(tofu("publishOutputs: true, commands: ['tofu() { return 3; }']")),
            "Command failed with exit code 1")
      << "outputs that cannot be read are a failure";
}

TEST_F(TerraformCli, UsesAMirrorOfProviders) {  // PLUG-138
  context->settings.add("io.kestra.plugin.opentofu.cli.OpenTofuCLI", json(R"({"providerMirror": "/srv/mirror"})"));
  outputs(tofu(R"(commands: ['cat "$TF_CLI_CONFIG_FILE"'])"));
  EXPECT_THAT(context->lines(LogLevel::info), ::testing::Contains("    path = \"/srv/mirror\""));
}

TEST_F(TerraformCli, NeedsCommands) {
  EXPECT_FALSE(problems("{id: t, type: io.kestra.plugin.terraform.cli.TerraformCLI, commands: []}").empty());
  EXPECT_FALSE(problems("{id: t, type: io.kestra.plugin.terragrunt.cli.TerragruntCLI}").empty());
  EXPECT_TRUE(
      problems("{id: t, type: io.kestra.plugin.terragrunt.cli.TerragruntCLI, commands: [terragrunt plan]}").empty());
}

TEST_F(TerraformCli, AppliesAModule) {  // PLUG-130, PLUG-131
  if (!script::find_program("tofu")) GTEST_SKIP() << "tofu is not installed (tests/peers)";
  const Value given = outputs(R"(id: t
type: io.kestra.plugin.opentofu.cli.OpenTofuCLI
taskRunner: {type: io.kestra.plugin.core.runner.Process}
publishOutputs: true
inputFiles:
  main.tf: |
    resource "terraform_data" "a" {
      input = { b = [1, "x"] }
    }
    output "a" {
      value = terraform_data.a.output
    }
beforeCommands: [tofu init]
commands: [tofu plan -json, tofu apply -auto-approve]
)");
  EXPECT_EQ(*given.find("tf")->find("a"), json(R"({"b": [1, "x"]})"));
  EXPECT_EQ(*given.find("planSummary"), json(R"({"add": 1, "change": 0, "destroy": 0})"));
}

}  // namespace
}  // namespace gyr::plugins::testing
