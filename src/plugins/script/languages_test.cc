// Every language runs real programs where its interpreter is installed (SCRIPT-1); elsewhere the test says that it did
// not.
#include "plugins/runner/spawned_processes.h"
#include "plugins/script/python_packages.h"
#include "plugins/testing/task_test.h"
#include "process/testing/program.h"

namespace gyr::plugins::testing {
namespace {

using base::Value;
using model::LogLevel;

/// One language: the program it needs, and a script that prints a variable, gives an output and ends with 3.
struct Language {
  std::string_view name;
  std::string_view program;
  std::string_view script;
  int exit_code = 3;
};

constexpr Language languages[] = {
    {"shell", "sh", R"(echo "$GREETING"; echo '::{"outputs":{"n":1}}::'; exit 3)"},
    {"python", "python3",
     "import os, sys\nprint(os.environ['GREETING'])\nprint('::{\"outputs\":{\"n\":1}}::')\nsys.exit(3)\n"},
    {"node", "node", "console.log(process.env.GREETING); console.log('::{\"outputs\":{\"n\":1}}::'); process.exit(3)"},
    {"r", "Rscript",
     "cat(Sys.getenv('GREETING'), '\\n', sep='')\ncat('::{\"outputs\":{\"n\":1}}::\\n')\nquit(status=3)\n"},
    {"julia", "julia", "println(ENV[\"GREETING\"])\nprintln(\"::{\\\"outputs\\\":{\\\"n\\\":1}}::\")\nexit(3)\n"},
    {"ruby", "ruby", "puts ENV['GREETING']\nputs '::{\"outputs\":{\"n\":1}}::'\nexit 3\n"},
    {"powershell", "pwsh", "Write-Output $env:GREETING\nWrite-Output '::{\"outputs\":{\"n\":1}}::'\nexit 3\n"},
    {"go", "go",
     "package main\nimport (\"fmt\"; \"os\")\nfunc main() { fmt.Println(os.Getenv(\"GREETING\")); "
     "fmt.Println(`::{\"outputs\":{\"n\":1}}::`); os.Exit(3) }\n",
     1},  // `go run` reports a failure, not the exit code of the program
    {"deno", "deno", "console.log('hello é'); console.log('::{\"outputs\":{\"n\":1}}::'); Deno.exit(3)"},
    {"lua", "lua", "print(os.getenv('GREETING'))\nprint('::{\"outputs\":{\"n\":1}}::')\nos.exit(3)\n"},
    {"bun", "bun", "console.log(process.env.GREETING); console.log('::{\"outputs\":{\"n\":1}}::'); process.exit(3)"},
    {"php", "php", "<?php echo getenv('GREETING'), \"\\n\"; echo '::{\"outputs\":{\"n\":1}}::', \"\\n\"; exit(3);"},
    {"perl", "perl", "print \"$ENV{GREETING}\\n\"; print '::{\"outputs\":{\"n\":1}}::', \"\\n\"; exit 3;"},
    {"groovy", "groovy", "println System.getenv('GREETING')\nprintln '::{\"outputs\":{\"n\":1}}::'\nSystem.exit(3)\n"},
};

class Languages : public TaskTest, public ::testing::WithParamInterface<Language> {
 protected:
  Languages() { context->given_processes = &processes; }
  void SetUp() override {
    if (!script::find_program(GetParam().program)) {
      GTEST_SKIP() << "NOT TESTED: `" << GetParam().program << "` is not installed";
    }
    // A launcher alone is not sufficient: it needs Java.
    if (GetParam().name == "groovy" &&
        !run("{id: t, type: io.kestra.plugin.scripts.shell.Commands, commands: [groovy --version]}").has_value()) {
      GTEST_SKIP() << "NOT TESTED: `groovy` is installed, but does not run";
    }
    context->logged.clear();
  }
  std::string type(std::string_view kind) const {
    return fmt::format("io.kestra.plugin.scripts.{}.{}", GetParam().name, kind);
  }

  std::unique_ptr<process::Spawner> spawner = process::testing::spawner_of_this_program();
  runner::SpawnedProcesses processes{*spawner, loop};
};

TEST_P(Languages, RunAScript) {  // SCRIPT-1, SCRIPT-23, SCRIPT-25, SCRIPT-26
  std::string script;
  for (char character : GetParam().script) {
    script += character;
    if (character == '\n') script += "  ";
  }
  auto result = run(fmt::format("id: t\ntype: {}\nenv: {{GREETING: 'hello é', LANG: C.UTF-8}}\nscript: |\n  {}\n",
                                type("Script"), script));
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().error.message(), fmt::format("Command failed with exit code {}", GetParam().exit_code));
  EXPECT_EQ(*result.error().outputs.find("vars"), json(R"({"n": 1})"));
  EXPECT_EQ(context->lines(LogLevel::info), (std::vector<std::string>{"hello é"}));
}

TEST_P(Languages, RunTheExamplesOfTheirDocumentation) {  // SCRIPT-1
  const plugin::TaskType* task = registry.task(type("Commands"));
  ASSERT_NE(task, nullptr);
  for (const auto& example : task->examples) {
    if (example.code.find("namespaceFiles") != std::string::npos) continue;
    context->logged.clear();
    ASSERT_TRUE(run(example.code).has_value()) << example.code;
    EXPECT_EQ(context->lines(LogLevel::info).size() + context->lines(LogLevel::error).size(), 1U) << example.code;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Languages, ::testing::ValuesIn(languages),
                         [](const auto& language) { return std::string(language.param.name); });

}  // namespace
}  // namespace gyr::plugins::testing
