// Script tasks with real processes (SCRIPT-20 to SCRIPT-31, RUNNER-10 and following).
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "plugins/runner/spawned_processes.h"
#include "plugins/script/python_packages.h"
#include "plugins/testing/task_test.h"
#include "process/testing/program.h"

namespace gyr::plugins::testing {
namespace {

using base::Value;
using model::LogLevel;
using Lines = std::vector<std::string>;

class ScriptTasks : public TaskTest {
 protected:
  ScriptTasks() {
    context->given_processes = &processes;
    context->host = [this](std::string_view function, const Value& arguments) -> base::Result<Value> {
      if (function != "namespace-files.list") return base::fail(plugin::host_refused, "not here");
      base::ListBuilder paths;
      std::string prefix = "nsfile://" + std::string(arguments.find("namespace")->text());
      for (const auto& [uri, bytes] : context->fake_files.namespace_files) {
        if (uri.starts_with(prefix + "/")) paths.push(text(uri.substr(prefix.size())));
      }
      return paths.build();
    };
  }
  /// A shell task with these further properties.
  static std::string shell(std::string_view more) {
    return fmt::format("{{id: t, type: io.kestra.plugin.scripts.shell.Commands, {}}}", more);
  }
  Lines info() const { return context->lines(LogLevel::info); }
  std::string stored(const Value& outputs, std::string_view name) const {
    const Value* uri = outputs.find("outputFiles")->find(name);
    return uri == nullptr ? "<none>" : context->fake_files.stored.at(std::string(uri->text()));
  }

  std::unique_ptr<process::Spawner> spawner = process::testing::spawner_of_this_program();
  runner::SpawnedProcesses processes{*spawner, loop};
};

TEST_F(ScriptTasks, RunsCommands) {  // SCRIPT-25, SCRIPT-31, RUNNER-12
  Value given = outputs(shell(R"(commands: ["echo {{ flow.id }}", "echo two >&2", "echo", "printf 'no line end'"])"));
  EXPECT_EQ(given, json(R"({"vars": {}, "exitCode": 0, "outputFiles": {}})"));
  EXPECT_EQ(info(), (Lines{"flow", "", "no line end"}));
  EXPECT_EQ(context->lines(LogLevel::error), (Lines{"two"}));
  EXPECT_GT(context->rooms, 0U) << "output waits for room in the log";
  Lines debug = context->lines(LogLevel::debug);
  ASSERT_EQ(debug.size(), 3U);
  EXPECT_TRUE(debug[1].starts_with("Starting command with pid ")) << debug[1];
}

TEST_F(ScriptTasks, LosesNoneOfManyLines) {  // SCRIPT-31
  outputs(shell(R"(commands: ["seq 1 50000"])"));
  Lines lines = info();
  ASSERT_EQ(lines.size(), 50'000U);
  for (size_t i = 0; i < lines.size(); ++i) ASSERT_EQ(lines[i], std::to_string(i + 1));
}

TEST_F(ScriptTasks, AFailedCommandKeepsWhatItGave) {  // SCRIPT-26
  auto result = run(shell(
      R"(outputFiles: [made.txt], commands: ["echo x > made.txt", "echo '::{\"outputs\":{\"k\":\"v\"}}::'", "exit 7"])"));
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().error.message(), "Command failed with exit code 7");
  EXPECT_EQ(result.error().error.code().text, "GYR-P033");
  const Value& given = result.error().outputs;
  EXPECT_EQ(given.find("exitCode")->as_integer(), 7);
  EXPECT_EQ(*given.find("vars"), json(R"({"k": "v"})"));
  EXPECT_EQ(stored(given, "made.txt"), "x\n");
  EXPECT_EQ(failure(shell("commands: [/no/such/program]")), "Command failed with exit code 127");
  EXPECT_EQ(failure(shell("commands: [kill -9 $$]")), "Command failed with exit code 137");
}

TEST_F(ScriptTasks, FailFastAndBeforeCommands) {  // SCRIPT-21
  EXPECT_EQ(failure(shell("commands: ['false', echo not reached]")), "Command failed with exit code 1");
  outputs(shell("commands: ['false', echo reached], failFast: false"));
  outputs(shell("beforeCommands: [X=5, cd /], commands: [echo x=$X, pwd]"));
  EXPECT_EQ(info(), (Lines{"reached", "x=5", "/"}));
  EXPECT_EQ(failure(shell("beforeCommands: [exit 4], commands: [echo not reached]")),
            "Command failed with exit code 4");
  EXPECT_EQ(outputs(shell("commands: []")).find("exitCode")->as_integer(), 0);
}

TEST_F(ScriptTasks, HasAnEnvironment) {  // RUNNER-3, RUNNER-10
  outputs(shell(
      R"(commands: ['echo "$A|$B|$N|${PATH:+path}|$WORKING_DIR|$OUTPUT_DIR"'], env: {A: "{{ flow.id }}", "{{ 'B' }}": "two  words", N: null, WORKING_DIR: mine})"));
  outputs(shell(R"(commands: ["echo made=$A"], env: "{{ {'A': 'x'} }}")"));
  std::string directory = context->fake_files.working_directory()->string();
  EXPECT_EQ(info(), (Lines{"flow|two  words||path|" + directory + "|", "made=x"}));
  EXPECT_NE(failure(shell("commands: [echo], env: {'A=B': x}")).find("A=B"), std::string::npos);
  EXPECT_FALSE(run(shell("commands: [echo], env: [A=x]")).has_value());
}

TEST_F(ScriptTasks, ALimitThatCannotBeKeptFailsTheTask) {  // RUNNER-10
  auto limited = [&](std::string_view properties) {
    return run(shell(fmt::format("commands: [echo ran], taskRunner: {{type: io.kestra.plugin.core.runner.Process, {}}}",
                                 properties)));
  };
  auto result = limited("memory: {memory: '{{ 500 }}MB'}, cpu: {cpus: 1.5}, pids: '{{ 100 }}'");
  if (result) {  // a system that keeps limits
    EXPECT_EQ(info(), (Lines{"ran"}));
  } else {
    EXPECT_EQ(result.error().error.code(), process::limits_unavailable) << result.error().error.to_string();
    EXPECT_TRUE(info().empty());
  }
  for (std::string_view bad : {"memory: {memory: much}", "memory: {memory: '0'}", "memory: {memory: '-1'}",
                               "memory: {memory: '99999999999999999999'}", "cpu: {cpus: 0}", "cpu: {cpus: -1}",
                               "cpu: {cpus: 0.001}", "cpu: {cpus: 1e9}", "pids: 0", "pids: -4"}) {
    EXPECT_FALSE(limited(bad).has_value()) << bad;
  }
  EXPECT_FALSE(
      problems(shell("commands: [echo], taskRunner: {type: io.kestra.plugin.core.runner.Process, memory: {what: 1}}"))
          .empty());
  EXPECT_TRUE(limited("memory: {}, cpu: {}").has_value()) << "no limit";
}

TEST_F(ScriptTasks, HasAnInterpreter) {  // SCRIPT-21
  outputs(shell("commands: [a, b], interpreter: [/bin/echo, -n], failFast: false"));
  outputs(shell("commands: [echo, a b, $HOME], interpreter: []"));
  EXPECT_EQ(info(), (Lines{"a", "b", "a b $HOME"}));
  auto result = run(shell("commands: [echo], interpreter: [/no/such]"));
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().error.code(), process::spawn_failed);
  EXPECT_NE(result.error().error.message().find("/no/such"), std::string::npos);
}

TEST_F(ScriptTasks, NothingRunsWhereSomethingCannotBeRendered) {  // SCRIPT-20
  EXPECT_NE(failure(shell(R"(commands: ["echo started", "echo {{ nope }}"])")).find("nope"), std::string::npos);
  EXPECT_TRUE(info().empty());
  outputs(shell(R"(commands: "{{ ['echo one', 'echo two'] }}")"));
  EXPECT_EQ(info(), (Lines{"one", "two"}));
  EXPECT_FALSE(run(shell("commands: echo plain")).has_value());
  EXPECT_FALSE(problems("{id: t, type: io.kestra.plugin.scripts.shell.Commands}").empty());
  EXPECT_FALSE(problems("{id: t, type: io.kestra.plugin.scripts.shell.Script}").empty());
}

TEST_F(ScriptTasks, WritesInputFiles) {  // SCRIPT-20
  context->fake_files.namespace_files["nsfile:///given.txt"] = "namespace file";
  std::string uri = context->fake_files.put("made", "stored é");
  outputs(shell(
      fmt::format(R"(commands: ["for f in a.txt s/b.txt c.txt n; do echo $f:$(cat $f); done", "test ! -e skipped"],
      inputFiles: {{a.txt: "plain {{{{ flow.id }}}}", s/b.txt: "{}", "{{{{ 'c' }}}}.txt": "nsfile:///given.txt", n: 5, skipped: null}})",
                  uri)));
  EXPECT_EQ(info(), (Lines{"a.txt:plain flow", "s/b.txt:stored é", "c.txt:namespace file", "n:5"}));
  context->logged.clear();
  outputs(shell(R"(commands: ["cat j.txt; echo", "test -e empty.txt && test ! -s empty.txt && echo empty"],
      inputFiles: '{"j.txt": "json {{ flow.id }}", "empty.txt": null}')"));
  EXPECT_EQ(info(), (Lines{"json flow", "empty"}));
}

TEST_F(ScriptTasks, RefusesInputFilesThatMakeNoSense) {  // SCRIPT-20, STOR-31
  for (std::string_view files :
       {"{../evil.txt: x}", "{/tmp/gyr-evil.txt: x}", "{x.txt: 'nsfile:///missing.txt'}", "{x.txt: {b: 1}}",
        "{x.txt: [1]}", "[a]", "nojson", "'[1]'", "{'': x}", "{'a/': x}", "{b: y, b/c: z}"}) {
    EXPECT_FALSE(run(shell(fmt::format("commands: [echo started], inputFiles: {}", files))).has_value()) << files;
  }
  EXPECT_NE(failure(shell("commands: [echo started], inputFiles: {x: 'file:///etc/passwd'}")).find("allowed-paths"),
            std::string::npos);
  EXPECT_TRUE(info().empty());
  EXPECT_FALSE(std::filesystem::exists("/tmp/gyr-evil.txt"));
}

TEST_F(ScriptTasks, ReplacesAddressesInCommands) {  // SCRIPT-20
  std::string uri = context->fake_files.put("made.csv", "stored words");
  outputs(shell(fmt::format(
      "commands: ['cat {0} | tr a-z A-Z; echo', 'cat {0}; echo; echo {0} | grep -c csv$'], outputFiles: ['**']", uri)));
  outputs(fmt::format("{{id: t, type: io.kestra.plugin.scripts.shell.Script, script: 'wc -c < {}'}}", uri));
  ASSERT_EQ(info().size(), 4U);
  EXPECT_EQ(info()[0], "STORED WORDS");
  EXPECT_EQ(info()[1], "stored words");
  EXPECT_EQ(info()[2], "1");
  EXPECT_EQ(std::atoi(info()[3].c_str()), 12);
  EXPECT_FALSE(run(shell("commands: [cat kestra:///none]")).has_value());
}

TEST_F(ScriptTasks, KeepsOutputFiles) {  // SCRIPT-24, NSF-32
  std::string uri = context->fake_files.put("in", "x");
  Value all = outputs(shell(fmt::format(
      R"(commands: ["mkdir -p a b; echo 1 > a/f.txt; echo 2 > b/f.txt; echo 3 > 'sp ace.txt'; ln -s a/f.txt link.txt; cat {} > /dev/null"], outputFiles: ["**"])",
      uri)));
  ASSERT_EQ(all.find("outputFiles")->size(), 3U) << "no link, no copy of our own";
  EXPECT_EQ(stored(all, "a/f.txt"), "1\n");
  EXPECT_EQ(stored(all, "b/f.txt"), "2\n");
  EXPECT_EQ(stored(all, "sp ace.txt"), "3\n");
  Value some =
      outputs(shell(R"(commands: ["mkdir -p o/p; echo 1 > o/1.txt; echo 2 > o/p/2.txt; echo 3 > 3.csv; echo 4 > 4.log"],
      outputFiles: ["o/**", "{{ '*' }}.csv", "missing.txt", "o", "/etc/passwd"])"));
  EXPECT_EQ(some.find("outputFiles")->size(), 3U);
  EXPECT_EQ(stored(some, "o/p/2.txt"), "2\n");
  EXPECT_FALSE(run(shell("commands: [echo], outputFiles: ['[']")).has_value());
}

TEST_F(ScriptTasks, NamesOutputFilesForTheScript) {  // SCRIPT-20, EXPR-398
  Value given =
      outputs(shell(R"(commands: ["cd /", "echo 1 > '{{ outputFiles['x.txt'] }}'"], outputFiles: ["x.txt"])"));
  EXPECT_EQ(stored(given, "x.txt"), "1\n");
}

TEST_F(ScriptTasks, HasAnOutputDirectory) {  // SCRIPT-24, EXPR-398
  for (std::string_view spelling : {"outputDirectory", "outputDirectoryEnabled"}) {
    context->run_info.resumed_attempt += 1;  // as a second attempt in a shared directory
    Value given = outputs(shell(fmt::format(
        R"(commands: ["echo 1 > {{{{ outputDir }}}}/r.txt", "mkdir $OUTPUT_DIR/s", "echo 2 > $OUTPUT_DIR/s/t.txt"], {}: true)",
        spelling)));
    EXPECT_EQ(given.find("outputFiles")->size(), 2U);
    EXPECT_EQ(stored(given, "s/t.txt"), "2\n");
  }
  outputs(shell(R"(commands: ["echo [{{ outputDir ?? 'none' }}][$OUTPUT_DIR]"])"));
  EXPECT_EQ(info(), (Lines{"[none][]"}));
}

TEST_F(ScriptTasks, LoadsNamespaceFiles) {  // NSF-30
  auto& files = context->fake_files.namespace_files;
  files["nsfile://company.team/a.txt"] = "AAA";
  files["nsfile://company.team/d/b.txt"] = "BBB";
  outputs(shell(R"y(commands: ["echo $(cat a.txt d/b.txt)", "rm -r *"], namespaceFiles: {})y"));
  EXPECT_EQ(context->metric_value("namespacefiles.count"), 2);
  outputs(shell(R"(commands: ["find . -type f", "rm -r *"], namespaceFiles: {include: ["d/**"]})"));
  outputs(shell(
      R"(commands: ["find . -type f", "rm -r *"], namespaceFiles: {exclude: ["a.txt"], folderPerNamespace: true})"));
  outputs(shell(
      R"y(commands: ["echo $(cat a.txt)", "rm -r *"], inputFiles: {a.txt: mine}, namespaceFiles: {enabled: true})y"));
  outputs(shell(R"(commands: ["echo [$(find . -type f)]"], namespaceFiles: {enabled: false})"));
  Lines lines = info();
  std::erase_if(lines, [](const std::string& line) { return line.find("namespace files from") != std::string::npos; });
  EXPECT_EQ(lines, (Lines{"AAABBB", "./d/b.txt", "./company.team/d/b.txt", "mine", "[]"}));
}

TEST_F(ScriptTasks, TheOrderOfNamespacesDecides) {  // NSF-30
  auto& files = context->fake_files.namespace_files;
  files["nsfile://one/a.txt"] = "first";
  files["nsfile://two/a.txt"] = "second";
  auto load = [this](std::string_view more) {
    context->logged.clear();
    auto result = run(shell(fmt::format("commands: [cat a.txt; echo; rm a.txt], namespaceFiles: {{{}}}", more)));
    return result ? info().back() : result.error().error.message();
  };
  EXPECT_EQ(load("namespaces: [one, two]"), "second");
  EXPECT_EQ(load("namespaces: [two, one]"), "first");
  EXPECT_EQ(load("namespaces: [one, two], ifExists: IGNORE"), "first");
  EXPECT_EQ(load("namespaces: [one, two], ifExists: WARN"), "first");
  EXPECT_EQ(context->lines(LogLevel::warn).size(), 1U);
  EXPECT_NE(load("namespaces: [one, two], ifExists: FAIL").find("a.txt"), std::string::npos);
}

TEST_F(ScriptTasks, SpeaksTheProtocol) {  // SCRIPT-30
  Value given = outputs(R"yaml(
id: t
type: io.kestra.plugin.scripts.shell.Commands
commands: [cat lines.txt, cat lines.txt >&2]
inputFiles:
  lines.txt: |
    ::{"outputs": {"a": 1, "b": {"c": [1]}, "gone": null}}::
    ::{"outputs":{"a":2,"é":"ü"}}::
    text ::{"outputs":{"no":1}}::
    ::{"metrics":[{"name":"rows","type":"counter","value":2}]}::
    ::{"logs":[{"level":"DEBUG","message":"d words"}]}::
    ::{"outputs": nope}::
)yaml");
  EXPECT_EQ(*given.find("vars"), json(R"({"a": 2, "b": {"c": [1]}, "é": "ü"})"));
  EXPECT_EQ(info(), (Lines{"text ::{\"outputs\":{\"no\":1}}::"}));
  EXPECT_EQ(context->lines(LogLevel::error), info()) << "both streams are read alike";
  Lines debug = context->lines(LogLevel::debug);
  EXPECT_EQ(std::count(debug.begin(), debug.end(), "d words"), 2);
  EXPECT_EQ(context->metric_value("rows"), 4);
  Lines warnings = context->lines(LogLevel::warn);
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_TRUE(warnings[0].starts_with("Invalid outputs '")) << warnings[0];
}

TEST_F(ScriptTasks, TakesLongProtocolLinesAndStrangeBytes) {  // SCRIPT-31
  Value given = outputs(shell(
      R"(commands: ["printf '::{\"outputs\":{\"big\":\"'; head -c 400000 /dev/zero | tr '\\0' x; echo '\"}}::'", "printf 'a\\377b\\000c\\n'"])"));
  EXPECT_EQ(given.find("vars")->find("big")->text().size(), 400'000U);
  EXPECT_EQ(info(), (Lines{"a\uFFFDb\uFFFDc"}));
}

TEST_F(ScriptTasks, EncryptsEncryptedOutputs) {  // SEC-31
  context->host = [](std::string_view function, const Value& arguments) -> base::Result<Value> {
    EXPECT_EQ(function, "encrypt");
    return Value::map({{"value", text("enc:" + std::string(arguments.find("value")->text()))}});
  };
  Value given = outputs(shell(R"(commands: ["echo '::{\"encryptedOutputs\":{\"s\":\"hidden\"}}::'"])"));
  EXPECT_EQ(given.find("vars")->find("s")->find("value")->text(), "enc:hidden");
  EXPECT_EQ(context->masked, (Lines{"hidden"}));
}

TEST_F(ScriptTasks, RunsScriptsOfSeveralLines) {  // SCRIPT-23
  outputs(R"(
id: t
type: io.kestra.plugin.scripts.shell.Script
script: |
  X=3
  if [ $X -eq 3 ]; then
    echo "x is {{ 1 + 2 }}"
  fi
)");
  EXPECT_EQ(info(), (Lines{"x is 3"}));
}

TEST_F(ScriptTasks, RunsCommandsThatAreTooLongForAnArgument) {
  std::string data(300'000, 'x');
  outputs(
      fmt::format("{{id: t, type: io.kestra.plugin.scripts.shell.Script, script: \"X={}; "
                  "{{% raw %}}echo ${{#X}}{{% endraw %}}; false\\necho reached\", failFast: false}}",
                  data));
  EXPECT_EQ(info(), (Lines{"300000", "reached"}));
  EXPECT_EQ(failure(fmt::format(
                "{{id: t, type: io.kestra.plugin.scripts.shell.Script, script: \"false # {}\\necho reached\"}}", data)),
            "Command failed with exit code 1");
  EXPECT_NE(failure(shell(fmt::format("commands: [\"{}\"], interpreter: [/bin/echo]", data))).find("bytes"),
            std::string::npos);
}

TEST_F(ScriptTasks, RefusesNulCharacters) {
  EXPECT_NE(failure(shell(R"(commands: ["echo a\0b"])")).find("NUL"), std::string::npos);
  EXPECT_NE(failure(shell(R"(commands: [echo], env: {A: "x\0y"})")).find("NUL"), std::string::npos);
}

TEST_F(ScriptTasks, HasAWorkingDirectory) {  // SCRIPT-40, EXPR-398
  outputs(shell(
      R"(commands: ["test \"$PWD\" = \"$WORKING_DIR\" && test \"$PWD\" = '{{ workingDir }}' && echo same", "ls -A | wc -l"])"));
  EXPECT_EQ(info()[0], "same");
  EXPECT_EQ(std::atoi(info()[1].c_str()), 0) << "nothing of ours is in it";
}

TEST_F(ScriptTasks, CancellingKillsTheTree) {  // SCRIPT-27
  auto task = bind(shell("commands: ['(sleep 300 & echo $!; wait) & echo $$; trap \"\" TERM; wait; sleep 300']"));
  std::optional<plugin::TaskResult> result;
  base::TaskScope scope(loop);
  scope.spawn(process::testing::detail::keep(registry.type_of(*task).run(*task->object, *context), &result));
  ASSERT_TRUE(loop.run_until([&] { return info().size() == 2; }));
  auto before = base::monotonic_now();
  context->cancel.cancel();
  ASSERT_TRUE(loop.run_until([&] { return result.has_value(); }));
  EXPECT_LT(base::monotonic_now() - before, std::chrono::seconds(2));
  EXPECT_EQ(result->error().error.code(), plugin::task_cancelled);
  for (const auto& line : info()) EXPECT_NE(::kill(std::atoi(line.c_str()), 0), 0) << line;
  ASSERT_TRUE(loop.run_until([&] { return scope.running() == 0; }));
}

TEST_F(ScriptTasks, CancellingBeforeTheStartPreventsIt) {  // RUNNER-1
  context->cancel.cancel();
  auto result = run(shell("commands: [echo started]"));
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().error.code(), plugin::task_cancelled);
  EXPECT_TRUE(info().empty());
}

TEST_F(ScriptTasks, WarnsOfProcessesLeftInTheBackground) {
  EXPECT_EQ(outputs(shell("commands: ['sleep 300 >/dev/null 2>&1 &']")).find("exitCode")->as_integer(), 0);
  EXPECT_EQ(context->lines(LogLevel::warn).size(), 1U);
}

TEST_F(ScriptTasks, KnowsItsRunners) {  // RUNNER-2, SCRIPT-4
  for (std::string_view more : {"runner: PROCESS", "taskRunner: {type: io.kestra.plugin.core.runner.Process}",
                                "taskRunner: {type: io.kestra.core.models.tasks.runners.types.ProcessTaskRunner}",
                                "warningOnStdErr: true", "containerImage: ubuntu", "docker: {image: ubuntu}"}) {
    EXPECT_TRUE(run(shell(fmt::format("commands: [echo here >&2], {}", more))).has_value()) << more;
  }
  // The missing engine is reported only if an image was set.
  EXPECT_EQ(context->lines(LogLevel::warn), (Lines{"no container engine is available: the commands run as processes on "
                                                   "the worker, and `containerImage` is ignored"}));
  auto refused =
      problems(shell("commands: [echo], taskRunner: {type: io.kestra.plugin.ee.kubernetes.runner.Kubernetes}"));
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused[0], "taskRunner: Invalid type: io.kestra.plugin.ee.kubernetes.runner.Kubernetes");
  EXPECT_FALSE(
      problems(shell("commands: [echo], taskRunner: {type: io.kestra.plugin.core.runner.Process, what: 1}")).empty());
}

TEST_F(ScriptTasks, JoinsForTheTargetSystem) {  // SCRIPT-4
  std::string show = R"(commands: [a, b], interpreter: [/bin/sh, -c, 'printf %s "$0" | od -An -c | tr -d " "'])";
  outputs(shell(show + ", targetOS: LINUX"));
  outputs(shell(show + ", targetOS: WINDOWS"));
  EXPECT_EQ(info(), (Lines{"set-e\\na\\nb", "\\r\\na\\r\\nb"}));
}

// ---------------------------------------------------------------------------------------------- other languages

std::string with_process(std::string_view language, std::string_view script, std::string_view more = "") {
  std::string indented = "  ";
  for (char character : script) indented += character == '\n' ? std::string("\n  ") : std::string(1, character);
  return fmt::format("id: t\ntype: io.kestra.plugin.scripts.{}.Script\n{}script: |\n{}\n", language, more, indented);
}

/// The first line that a command of the shell prints; empty where it fails.
std::string first_line_of(const std::string& command) {
  FILE* shell = ::popen(command.c_str(), "r");
  if (shell == nullptr) return {};
  std::array<char, 4096> line{};
  bool read = std::fgets(line.data(), line.size(), shell) != nullptr;
  if (::pclose(shell) != 0 || !read) return {};
  return std::string(base::trim(line.data()));
}

class PythonTasks : public ScriptTasks {
 protected:
  /// Whatever installs packages is kept from the network. The helper takes it over when a test starts it.
  static void SetUpTestSuite() {
    ::setenv("PIP_NO_INDEX", "1", 1);
    ::setenv("UV_OFFLINE", "1", 1);
  }
  static void TearDownTestSuite() {
    ::unsetenv("PIP_NO_INDEX");
    ::unsetenv("UV_OFFLINE");
  }
  static bool can_install() {
    auto python = script::find_python(std::nullopt);
    return script::find_program("uv") || (python && !first_line_of(python->string() + " -m pip --version").empty());
  }
  void SetUp() override {
    if (!script::find_program("python3")) GTEST_SKIP() << "python3 is not installed";
  }
};

TEST_F(PythonTasks, RunsScripts) {  // SCRIPT-23
  Value given = outputs(
      with_process("python",
                   "import json, os\n"
                   "with open('o.txt', 'w') as f:\n"
                   "    f.write('{{ flow.id }}')\n"
                   "print('::' + json.dumps({'outputs': {'here': os.path.exists('o.txt'), 'n': 1 + 1}}) + '::')",
                   "outputFiles: [o.txt]\n"));
  EXPECT_EQ(*given.find("vars"), json(R"({"here": true, "n": 2})"));
  EXPECT_EQ(stored(given, "o.txt"), "flow");
  EXPECT_EQ(failure(with_process("python", "raise ValueError('wrong word')")), "Command failed with exit code 1");
  Lines errors = context->lines(LogLevel::error);
  EXPECT_TRUE(std::any_of(errors.begin(), errors.end(),
                          [](const std::string& line) { return line == "ValueError: wrong word"; }));
}

TEST_F(PythonTasks, ImportsItsInputFiles) {
  outputs(
      with_process("python", "import helper\nprint(helper.word)", "inputFiles: {helper.py: \"word = 'helped'\"}\n"));
  EXPECT_EQ(info(), (Lines{"helped"}));
}

/// A wheel without code to build, so that nothing has to be downloaded.
std::string make_wheel(const std::filesystem::path& directory) {
  std::filesystem::create_directories(directory);
  std::string wheel = (directory / "gyrtest-1.0-py3-none-any.whl").string();
  std::string program = fmt::format(
      "python3 - <<'END'\nimport zipfile\nz = zipfile.ZipFile('{}', 'w')\n"
      "z.writestr('gyrtest.py', \"word = 'installed'\\n\")\n"
      "z.writestr('gyrtest-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: gyrtest\\nVersion: 1.0\\n')\n"
      "z.writestr('gyrtest-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: "
      "py3-none-any\\n')\n"
      "z.writestr('gyrtest-1.0.dist-info/RECORD', '')\nz.close()\nEND\n",
      wheel);
  FILE* shell = ::popen(program.c_str(), "w");
  return shell != nullptr && ::pclose(shell) == 0 ? wheel : "";
}

TEST_F(PythonTasks, InstallsDependenciesOnce) {  // SCRIPT-10
  if (!can_install()) GTEST_SKIP() << "neither uv nor pip is installed";
  std::string wheel = make_wheel(*context->fake_files.cache_directory() / "wheels");
  ASSERT_FALSE(wheel.empty());
  std::string more = fmt::format("dependencies: ['{}']\n", wheel);
  auto installs = [this] {
    Lines lines = info();
    return std::count_if(lines.begin(), lines.end(),
                         [](const std::string& line) { return line.starts_with("Installing"); });
  };
  outputs(with_process("python", "import gyrtest\nprint(gyrtest.word)", more));
  EXPECT_EQ(info().back(), "installed");
  EXPECT_EQ(installs(), 1);
  outputs(with_process("python", "import gyrtest\nprint(gyrtest.word)", more));
  EXPECT_EQ(installs(), 1) << "the second run finds the packages of the first";
  // As every task run has a directory of its own: without the scripts of the runs before.
  std::filesystem::remove_all(*context->fake_files.working_directory());
  Value uncached = outputs(with_process("python", "import gyrtest\nprint(gyrtest.word)",
                                        more + "dependencyCacheEnabled: false\noutputFiles: ['**']\n"));
  EXPECT_EQ(installs(), 2);
  EXPECT_EQ(uncached.find("outputFiles")->size(), 0U) << "installed packages are no outputs";
}

TEST_F(PythonTasks, ReportsPackagesThatCannotBeInstalled) {
  if (!can_install()) GTEST_SKIP() << "neither uv nor pip is installed";
  auto result = run(with_process("python", "print('not reached')", "dependencies: ['./no-such-file.whl']\n"));
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().error.code(), script::install_failed);
  EXPECT_NE(result.error().error.message().find("no-such-file"), std::string::npos);
  size_t partial = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*context->fake_files.cache_directory())) {
    partial += entry.path().string().find("partial") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(partial, 0U) << "a failed installation leaves nothing behind";
}

TEST_F(PythonTasks, KnowsTheVersionsThatAreThere) {  // SCRIPT-10
  auto result = run(with_process("python", "print(1)", "pythonVersion: '9.99'\n"));
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().error.code(), script::no_python);
  EXPECT_FALSE(run(with_process("python", "print(1)", "pythonVersion: '3; rm -rf /'\n")).has_value());
  auto found = script::find_program("python3.11");
  if (!found) return;
  outputs(with_process("python", "import sys\nprint(sys.version_info[:2])", "pythonVersion: '3.11'\n"));
  EXPECT_EQ(info(), (Lines{"(3, 11)"}));
}

TEST_F(PythonTasks, UsesPython3WherePythonIsMissing) {
  // The program itself: what PATH names may be a script of a version manager, which needs more than this PATH has.
  std::string python3 = first_line_of("python3 -c 'import sys; print(sys.executable)'");
  ASSERT_FALSE(python3.empty());
  auto directory = *context->fake_files.cache_directory() / "only-python3";
  std::filesystem::create_directories(directory);
  std::filesystem::create_symlink(python3, directory / "python3");
  std::string path = std::getenv("PATH");
  ::setenv("PATH", directory.c_str(), 1);
  auto second = process::testing::spawner_of_this_program();  // the helper has the environment it was started with
  runner::SpawnedProcesses narrow(*second, loop);
  context->given_processes = &narrow;
  auto scripted = run(with_process("python", "print('scripted')"));
  auto commanded =
      run("{id: t, type: io.kestra.plugin.scripts.python.Commands, commands: [\"python -c 'print(1 + 1)'\"]}");
  ::setenv("PATH", path.c_str(), 1);
  context->given_processes = nullptr;
  EXPECT_TRUE(scripted.has_value()) << scripted.error().error.to_string();
  EXPECT_TRUE(commanded.has_value()) << commanded.error().error.to_string();
  EXPECT_EQ(info(), (Lines{"scripted", "2"}));
}

TEST_F(ScriptTasks, RunsThePlainLanguagesThatAreInstalled) {  // SCRIPT-1
  struct {
    std::string_view name, program, script;
  } languages[] = {{"node", "node", "console.log('out {{ flow.id }}')"},
                   {"perl", "perl", "print \"out {{ flow.id }}\\n\";"},
                   {"ruby", "ruby", "puts 'out {{ flow.id }}'"},
                   {"lua", "lua", "print('out {{ flow.id }}')"},
                   {"php", "php", "<?php echo 'out {{ flow.id }}';"}};
  size_t tried = 0;
  for (const auto& language : languages) {
    if (!script::find_program(language.program)) continue;
    tried += 1;
    context->logged.clear();
    outputs(with_process(language.name, language.script));
    EXPECT_EQ(info(), (Lines{"out flow"})) << language.name;
  }
  EXPECT_GT(tried, 0U) << "perl is part of every Debian";
}

}  // namespace
}  // namespace gyr::plugins::testing
