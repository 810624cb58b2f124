// AnsibleCLI with the real program: several commands, batches, logs, inventories, secrets.
#include <gmock/gmock.h>

#include <sstream>

#include "plugins/cli/ansible_fixture_test.h"
#include "plugins/cli/masked_results.h"

namespace gyr::plugins::testing {
namespace {

namespace fs = std::filesystem;
using base::Value;
using model::LogLevel;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// A task with these commands and nothing else.
std::string commands_only(std::string_view commands, std::string_view more = "") {
  return fmt::format(R"(id: t
type: io.kestra.plugin.ansible.cli.AnsibleCLI
taskRunner: {{type: io.kestra.plugin.core.runner.Process}}
commands: {}
{}
)",
                     commands, more);
}

TEST_F(Ansible, TellsWhatAllCommandsDid) {  // PLUG-100
  auto result =
      run(commands_only(R"(["echo one; echo two >&2", 'echo "::{\"outputs\":{\"a\":1}}::"', "exit 5", "echo never"])"));
  ASSERT_FALSE(result);
  const Value& given = result.error().outputs;
  EXPECT_EQ(given.find("exitCode")->as_integer(), 5);
  EXPECT_EQ(given.find("stdOutLineCount")->as_integer(), 1);
  EXPECT_EQ(given.find("stdErrLineCount")->as_integer(), 1);
  EXPECT_EQ(at(given, {"vars", "a"}).as_integer(), 1);
  EXPECT_EQ(given.find("playbooks")->size(), 0U);
  EXPECT_EQ(given.find("outputFiles")->size(), 0U);
  EXPECT_EQ(result.error().error.message(), "Command failed with exit code 5: the options are wrong");  // PLUG-110
}

TEST_F(Ansible, StandardErrorIsNoWarning) {  // PLUG-111
  auto result = run(commands_only("['echo deprecated >&2']"));
  ASSERT_TRUE(result) << result.error().error.to_string();
  EXPECT_FALSE(result->final_state.has_value()) << "the state is SUCCESS";
  EXPECT_THAT(context->lines(LogLevel::error), Contains("deprecated"));
}

TEST_F(Ansible, TheLogHoldsAllCommands) {  // PLUG-112
  put("alpha", "right\n");
  const std::string command = fmt::format("ansible-playbook -i inventory.ini -e root={} --limit", fleet.string());
  std::string source = task(banner_play, "--limit alpha", "outputLogFile: true");
  source.insert(source.find("outputLogFile"), fmt::format("  - {} beta play.yml\n", command));
  const Value given = outputs(source);
  const std::string log = context->fake_files.stored.at(std::string(at(given, {"outputFiles", "log"}).text()));
  EXPECT_THAT(log, HasSubstr("Banner | alpha: ok"));
  EXPECT_THAT(log, HasSubstr("Banner | beta: changed"));
  EXPECT_LT(log.find("alpha: ok"), log.find("beta: changed"));
  EXPECT_EQ(given.find("playbooks")->size(), 2U);
  EXPECT_EQ(at(given, {"vars", "outputs"}).size(), 2U);
}

TEST_F(Ansible, NumbersTheBatchesOfAPlay) {  // PLUG-116
  const Value given = outputs(task(fmt::format("{}\n  serial: [1, \"100%\"]", banner_play)));
  const Value plays = at(given, {"playbooks", "0", "plays"});
  ASSERT_EQ(plays.size(), 2U);
  EXPECT_EQ(at(plays, {"0", "batch"}).as_integer(), 1);
  EXPECT_EQ(at(plays, {"1", "batch"}).as_integer(), 2);
  EXPECT_EQ(at(plays, {"0", "batchHosts"}), json(R"(["alpha"])"));
  EXPECT_EQ(at(plays, {"1", "batchHosts"}), json(R"(["beta", "gamma"])"));
  EXPECT_THAT(context->lines(LogLevel::info), Contains("Baseline: batch 1: alpha"));
  EXPECT_THAT(context->lines(LogLevel::info), Contains("Baseline: batch 2: beta, gamma"));
  EXPECT_EQ(given.find("hosts")->size(), 3U);
}

TEST_F(Ansible, LogsALineForEachHost) {  // PLUG-109
  constexpr std::string_view play = R"(- hosts: alpha,beta
  gather_facts: false
  tasks:
    - name: Say
      ansible.builtin.debug: {msg: "{{ 'x' * 9000 }}"}
    - name: Check
      ansible.builtin.fail: {msg: broken}
      when: inventory_hostname == 'beta')";
  ASSERT_FALSE(run(task(play)));
  EXPECT_THAT(context->lines(LogLevel::info), Contains("Say | alpha: ok"));
  EXPECT_THAT(context->lines(LogLevel::info), Contains(HasSubstr("Check | alpha: skipped")));
  EXPECT_THAT(context->lines(LogLevel::error), Contains("Check | beta: failed: broken"));
  ASSERT_FALSE(run(task(play, "", "logsMode: FULL")));
  bool found = false;
  for (const std::string& line : context->lines(LogLevel::info)) {
    if (!line.starts_with("Say | alpha: ok: {")) continue;
    found = true;
    EXPECT_LT(line.size(), 4'100U) << "the result is cut";
    EXPECT_GT(line.size(), 4'000U);
  }
  EXPECT_TRUE(found);
}

TEST_F(Ansible, HidesSecretsInResultsAndLogs) {  // PLUG-122
  const Value given = outputs(task(R"(- hosts: alpha
  gather_facts: false
  tasks:
    - name: Say
      ansible.builtin.debug: {msg: "it is hidden-word"}
    - name: Write
      ansible.builtin.copy: {dest: "{{ root }}/alpha", content: "hidden-word"}
    - kestra: {outputs: {given: hidden-word}})",
                                   "--diff", "outputLogFile: true"));
  EXPECT_EQ(syntax::write_json(given).find("hidden-word"), std::string::npos) << syntax::write_json(given);
  EXPECT_EQ(at(given, {"hosts", "0", "diffs", "0", "after"}), text("******"));
  const std::string log = context->fake_files.stored.at(std::string(at(given, {"outputFiles", "log"}).text()));
  EXPECT_EQ(log.find("hidden-word"), std::string::npos);
  EXPECT_THAT(log, HasSubstr("Write | alpha: changed"));
  EXPECT_EQ(content("alpha"), "hidden-word") << "the playbook itself has the secret";
}

TEST_F(Ansible, AHostFromOutsideIsOneHost) {  // PLUG-119
  context->variables =
      json(R"({"good": "web-1", "lines": "a\nb", "command": "x;touch y", "quote": "a' b", "option": "-v"})");
  const std::string started = R"(["echo started", "echo ansible -i {{ NAME }},"])";
  auto with = [&](std::string_view name, std::string commands) {
    for (size_t at = commands.find("NAME"); at != std::string::npos; at = commands.find("NAME"))
      commands.replace(at, 4, name);
    return commands_only(commands);
  };
  EXPECT_TRUE(run(with("good", started)));
  EXPECT_THAT(context->lines(LogLevel::info), Contains("ansible -i web-1,"));
  for (std::string_view name : {"lines", "command", "quote", "option"}) {
    const size_t before = context->lines(LogLevel::info).size();
    auto refused = run(with(name, started));
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().error.code().text, "GYR-P053") << refused.error().error.to_string();
    EXPECT_EQ(context->lines(LogLevel::info).size(), before) << "no command has run";
  }
  EXPECT_TRUE(run(with("command", R"(["echo ansible -i '{{ NAME }},'"])"))) << "quoted, it is one word";
  EXPECT_FALSE(run(with("quote", R"(["echo ansible -i '{{ NAME }},'"])")));
  EXPECT_FALSE(run(with("lines", R"(["echo ansible --limit='{{ NAME }}'"])")));
}

TEST_F(Ansible, AHostFromOutsideIsOneLineOfAnInventory) {  // PLUG-119
  context->variables = json(R"({"good": "web-1", "lines": "a\nb", "words": "a ansible_connection=ssh", "group": "[all]",
                                "whole": "[fleet]\na\nb"})");
  auto with = [](std::string_view content) {
    return commands_only("['cat inventory.ini']", fmt::format("inputFiles: {{inventory.ini: \"{}\"}}", content));
  };
  EXPECT_TRUE(run(with("{{ good }} ansible_connection=local")));
  EXPECT_TRUE(run(with("{{ whole }}"))) << "alone in its line, it may be a whole inventory";
  for (std::string_view name : {"lines", "words", "group"}) {
    auto refused = run(with(fmt::format("{{{{ {} }}}} ansible_connection=local", name)));
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().error.code().text, "GYR-P053") << refused.error().error.to_string();
    EXPECT_THAT(refused.error().error.message(), HasSubstr("inventory.ini"));
  }
}

TEST(MaskedResults, CutsBehindTheSecrets) {  // PLUG-109
  process::testing::TestLoop loop;
  const FilteringContext filter(loop);
  EXPECT_EQ(cli::masked_and_cut("short", 5, &filter), "short");
  EXPECT_EQ(cli::masked_and_cut("äöüß", 3, &filter), "äöü…");
  EXPECT_EQ(cli::masked_and_cut("", 0, nullptr), "");
  const std::string text = std::string(95, 'x') + "hidden-word and more";
  EXPECT_EQ(cli::masked_and_cut(text, 100, &filter), std::string(95, 'x') + "*****…")
      << "not the beginning of the word";
}

TEST_F(Ansible, LinesOfTheCallbackThatMakeNoSense) {
  for (std::string_view line : {"::{\"ansible\":1}::", "::{\"ansible\":{}}::",
                                "::{\"ansible\":{\"level\":7,\"text\":[],\"long\":\"x\",\"limit\":-1}}::",
                                "::{\"ansible\"::", "::{\"outputs\":{}}::", "ansible", ""}) {
    const size_t before = context->lines(LogLevel::info).size();
    const bool taken = cli::log_callback_line(*context, line);
    EXPECT_EQ(context->lines(LogLevel::info).size() - before, taken ? 1U : 0U) << line;
  }
}

TEST_F(Ansible, AProgramThatIsMissingIsNamed) {
  EXPECT_THAT(failure(commands_only("['no-such-program-of-ansible']")), HasSubstr("ansible-core"));
}

TEST(MaskedResults, KeepsEverythingElse) {  // PLUG-122
  class Filter final : public plugin::SecretFilter {
   public:
    std::string cleaned(std::string_view text) const override { return text == "s" ? "******" : std::string(text); }
  };
  const Filter filter;
  const Value value = json(R"({"a": ["s", 1, null, true, {"s": "t"}]})");
  EXPECT_EQ(cli::masked(value, &filter), json(R"({"a": ["******", 1, null, true, {"******": "t"}]})"));
  EXPECT_EQ(cli::masked(value, nullptr), value);
  for (std::string_view log : {"", "\n", "one\ntwo", "one\n\ntwo\n"}) {
    std::istringstream from{std::string(log)};
    std::ostringstream to;
    cli::copy_masked(from, to, &filter);
    EXPECT_EQ(to.str(), log);
  }
}

}  // namespace
}  // namespace gyr::plugins::testing
