// AnsibleCLI with the real program where it is installed, and the merge of results from stored events.
#include <gmock/gmock.h>

#include <filesystem>

#include "plugins/cli/ansible_fixture_test.h"
#include "plugins/cli/ansible_results.h"

namespace gyr::plugins::testing {
namespace {

namespace fs = std::filesystem;
using base::Value;
using model::LogLevel;
using ::testing::HasSubstr;

constexpr std::string_view ansible_events = R"({"e":"playbook"}
{"e":"hosts","hosts":[{"host":"b","groups":["web"]},{"host":"a","groups":[]}]}
{"e":"play","name":"P","batch":1,"hosts":["b","a"]}
{"e":"task","name":"T","at":"2026-01-01T00:00:00Z"}
{"e":"result","host":"a","status":"ok","changed":true,"at":"2026-01-01T00:00:01Z","diffs":[{"path":"/x","before":"1","after":"2"}],"facts":{"ansible_os":"x"},"result":{"changed":true}}
{"e":"result","host":"b","status":"failed","changed":false,"at":"2026-01-01T00:00:02Z","msg":"no","result":{"msg":"no"}}
)";

TEST(AnsibleResults, KeepsWhatAKilledRunWrote) {  // PLUG-106
  cli::AnsibleResults results(false);
  results.add(std::string(ansible_events) + R"({"e":"result","host":"a","status":"fai)");
  EXPECT_EQ(results.outputs(), json(R"([{"changed": true}, {"msg": "no"}])"));
  const Value hosts = results.hosts();
  EXPECT_EQ(hosts, json(R"([
    {"host": "b", "groups": ["web"], "changed": false, "failed": true, "unreachable": false,
     "stats": {"ok": 0, "changed": 0, "failed": 1, "unreachable": 0, "skipped": 0, "rescued": 0, "ignored": 0},
     "changedTasks": [], "failedTasks": [{"task": "T", "msg": "no"}], "diffs": [], "facts": {}},
    {"host": "a", "groups": [], "changed": true, "failed": false, "unreachable": false,
     "stats": {"ok": 1, "changed": 1, "failed": 0, "unreachable": 0, "skipped": 0, "rescued": 0, "ignored": 0},
     "changedTasks": ["T"], "failedTasks": [], "diffs": [{"task": "T", "path": "/x", "before": "1", "after": "2"}],
     "facts": {"ansible_os": "x"}}])"));
}

TEST(AnsibleResults, HasTheShapeOfThePlaybooks) {  // PLUG-102
  cli::AnsibleResults results(false);
  results.add(ansible_events);
  const Value books = results.playbooks();
  EXPECT_EQ(at(books, {"0", "plays", "0", "tasks", "0", "uid"}), text("P | T"));
  EXPECT_EQ(at(books, {"0", "plays", "0", "tasks", "0", "endedAt"}), text("2026-01-01T00:00:02Z"));
  EXPECT_EQ(at(books, {"0", "plays", "0", "tasks", "0", "hosts", "1"}),
            json(R"({"host": "b", "status": "failed", "result": {"msg": "no"}})"));
  EXPECT_EQ(at(books, {"0", "plays", "0", "batchHosts"}), json(R"(["b", "a"])"));
}

TEST(AnsibleResults, TakesTheCountsOfAnsible) {  // PLUG-107: a rescued failure does not count as a failure
  cli::AnsibleResults results(false);
  results.add(ansible_events);
  results.add(
      R"({"e":"stats","hosts":{"b":{"ok":1,"changed":0,"failed":0,"unreachable":0,"skipped":0,"rescued":1,"ignored":0}}}
)");
  EXPECT_EQ(at(results.hosts(), {"0", "failed"}), Value::boolean(false));
  EXPECT_EQ(at(results.hosts(), {"0", "stats", "rescued"}).as_integer(), 1);
}

TEST(AnsibleResults, MergesCommands) {  // PLUG-107
  cli::AnsibleResults results(false);
  results.add(ansible_events);
  results.add(ansible_events);
  EXPECT_EQ(results.hosts().size(), 2U);
  EXPECT_EQ(at(results.hosts(), {"1", "stats", "ok"}).as_integer(), 2);
  EXPECT_EQ(results.playbooks().size(), 2U);
}

TEST(AnsibleResults, KeepsTheOrderOfTheNewestInventory) {  // PLUG-107
  cli::AnsibleResults results(false);
  results.add(R"({"e":"result","host":"z","status":"ok"}
{"e":"hosts","hosts":[{"host":"b"},{"host":"a"},{"host":"b"}]}
{"e":"result","host":"a","status":"ok"}
{"e":"hosts","hosts":[{"host":"a"},{"host":"c"}]}
)");
  std::string order;
  const Value hosts = results.hosts();
  for (const Value& host : hosts.items()) order += host.find("host")->text();
  EXPECT_EQ(order, "zbac") << "each host once";
}

TEST(AnsibleResults, CollectsOnlyWhatWasSetInExplicitMode) {  // PLUG-101
  cli::AnsibleResults results(true);
  results.add(R"({"e":"result","host":"a","status":"ok","outputs":{"x":[1]},"result":{"changed":false}}
{"e":"result","host":"b","status":"ok","outputs":{"y":2},"result":{"changed":false}}
)");
  EXPECT_EQ(results.outputs(), json(R"({"x": [1], "y": 2})"));
  EXPECT_EQ(at(results.playbooks(), {"0", "plays", "0", "name"}), text("implicit_play"));
}

TEST(AnsibleResults, SurvivesNonsense) {
  for (std::string_view line : {"", "\n\n", "[]\n", "{\"e\":\"result\"}\n", "{\"e\":\"task\",\"name\":[]}\n",
                                "{\"e\":\"hosts\",\"hosts\":[1,null,{}]}\n", "{\"e\":\"stats\",\"hosts\":{\"a\":[]}}\n",
                                "{\"e\":\"play\",\"name\":7}\n{\"e\":\"result\",\"diffs\":[1],\"facts\":[]}\n"}) {
    cli::AnsibleResults results(false);
    results.add(line);
    EXPECT_TRUE(results.outputs().is_list()) << line;
    EXPECT_TRUE(results.hosts().is_list()) << line;
    EXPECT_TRUE(results.playbooks().is_list()) << line;
  }
}

TEST_F(Ansible, FindsTheHostThatDrifted) {  // PLUG-101 to PLUG-108
  put("alpha", "right\n");
  put("beta", "wrong\n");
  put("gamma", "right\n");
  const Value given = outputs(task(banner_play, "--check --diff", "outputLogFile: true"));
  const Value hosts = *given.find("hosts");
  ASSERT_EQ(hosts.size(), 3U);
  EXPECT_EQ(at(hosts, {"0", "changed"}), Value::boolean(false));
  EXPECT_EQ(at(hosts, {"1", "changed"}), Value::boolean(true));
  EXPECT_EQ(at(hosts, {"1", "changedTasks"}), json(R"(["Banner"])"));
  EXPECT_EQ(at(hosts, {"1", "diffs", "0", "path"}), text((fleet / "beta").string()));
  EXPECT_EQ(at(hosts, {"1", "diffs", "0", "before"}), text("wrong\n"));
  EXPECT_EQ(at(hosts, {"0", "diffs"}).size(), 0U) << "equal texts do not differ";
  EXPECT_EQ(content("beta"), "wrong\n") << "check mode changes nothing";
  EXPECT_EQ(at(given, {"vars", "outputs"}).size(), 3U);
  EXPECT_EQ(at(given, {"vars", "playbooks"}), *given.find("playbooks"));
  EXPECT_THAT(context->fake_files.stored.at(std::string(at(given, {"outputFiles", "log"}).text())),
              HasSubstr("Banner | beta: changed"));
  EXPECT_THAT(context->lines(LogLevel::info), ::testing::Contains("Banner | beta: changed"));
  EXPECT_EQ(at(given, {"outputFiles"}).size(), 1U) << "nothing of the task's own files";
}

TEST_F(Ansible, WorksWithEachCallback) {  // PLUG-104, PLUG-120
  for (std::string_view callback : {"kestra_logger", "yaml", "ansible.builtin.null"}) {
    const Value given =
        outputs(task(banner_play, "--check --limit alpha",
                     fmt::format("ansibleConfig: |\n  [defaults]\n  log_path = {{{{ workingDir }}}}/a.log\n"
                                 "  stdout_callback = {}",
                                 callback)));
    EXPECT_EQ(at(given, {"vars", "outputs"}).size(), 1U) << callback;
  }
}

TEST_F(Ansible, AFailedRunKeepsItsResults) {  // PLUG-106, PLUG-110
  auto result = run(task(R"(- hosts: fleet
  gather_facts: false
  tasks:
    - name: Check
      ansible.builtin.fail: {msg: broken}
      when: inventory_hostname == 'beta')"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error.message(), "Command failed with exit code 2: a host failed");
  const Value& given = result.error().outputs;
  EXPECT_EQ(given.find("exitCode")->as_integer(), 2);
  EXPECT_EQ(at(given, {"hosts", "1", "failedTasks"}), json(R"([{"task": "Check", "msg": "broken"}])"));
  EXPECT_EQ(at(given, {"hosts", "0", "failed"}), Value::boolean(false));
}

TEST_F(Ansible, CollectsOutputsOfTheModule) {  // PLUG-101, PLUG-103
  const Value given = outputs(task(R"(- hosts: alpha
  gather_facts: false
  tasks:
    - kestra: {outputs: {x: {y: [1, 2]}}}
    - ansible.builtin.command: echo secret-text)",
                                   "", "outputsMode: EXPLICIT"));
  EXPECT_EQ(at(given, {"vars", "outputs"}), json(R"({"x": {"y": [1, 2]}})"));
  EXPECT_EQ(at(given, {"playbooks", "0", "plays", "0", "tasks", "1", "hosts", "0", "result"}),
            json(R"({"changed": true})"));
}

TEST_F(Ansible, ARefusedGateLeavesTheNextBatchAlone) {  // PLUG-118
  http.answers = {{.status = 200}, {.status = 503}, {.status = 503}};
  http.answer.status = 200;
  auto result = run(task(fmt::format("{}\n  serial: 1", banner_play), "",
                         R"(batchGate:
  uri: "http://health.test/{% raw %}{{ host }}{% endraw %}"
  retry: {type: constant, interval: PT0.01S, maxAttempts: 2})"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error.code().text, "GYR-P051") << result.error().error.to_string();
  EXPECT_THAT(result.error().error.message(), HasSubstr("beta: status 503"));
  ASSERT_EQ(http.requests.size(), 3U);
  EXPECT_EQ(http.requests[0].url, "http://health.test/alpha");
  EXPECT_EQ(http.requests[2].url, "http://health.test/beta");
  EXPECT_EQ(content("beta"), "right\n");
  EXPECT_FALSE(fs::exists(fleet / "gamma"));
  EXPECT_EQ(at(result.error().outputs, {"batches"}), json(R"([{"n": 1, "hosts": ["alpha"], "gate": "passed"},
                     {"n": 2, "hosts": ["beta"], "gate": "failed", "detail": "beta: status 503"}])"));
  EXPECT_EQ(at(result.error().outputs, {"hosts"}).size(), 2U);
}

TEST_F(Ansible, LimitsEveryPlaybook) {  // PLUG-115
  const Value given = outputs(task(banner_play, "", "limit: 'alpha,gamma'"));
  EXPECT_EQ(at(given, {"hosts"}).size(), 2U);
  EXPECT_FALSE(fs::exists(fleet / "beta"));
}

TEST_F(Ansible, ResultsThatAreTooLargeFailTheTask) {  // `maxOutputsSize`
  auto result = run(task(banner_play, "", "maxOutputsSize: 100"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error.code().text, "GYR-P050");
}

TEST_F(Ansible, OnlyTheOwnerReadsSecretFiles) {  // PLUG-114
  context->host = [](std::string_view function, const Value&) -> base::Result<Value> {
    return base::fail(plugin::host_refused, fmt::format("no {}", function));
  };
  const Value given = outputs(R"(id: t
type: io.kestra.plugin.ansible.cli.AnsibleCLI
taskRunner: {type: io.kestra.plugin.core.runner.Process}
inputFiles:
  key: "{{ 'secret(no)' }}"
  plain: text
commands:
  - stat -c '%a' key plain
)");
  EXPECT_EQ(context->lines(LogLevel::info)[0], "600");
  EXPECT_NE(context->lines(LogLevel::info)[1], "600");
  const fs::path directory = *context->fake_files.working_directory();
  EXPECT_FALSE(fs::exists(directory / "key"));
  EXPECT_TRUE(fs::exists(directory / "plain"));
  EXPECT_EQ(given.find("stdOutLineCount")->as_integer(), 2);
}

TEST_F(Ansible, SaysHowToWriteTheExpressionsOfAnsible) {  // PLUG-121
  auto result = run(R"(id: t
type: io.kestra.plugin.ansible.cli.AnsibleCLI
inputFiles: {play.yml: "{{ inventory_hostname }}"}
commands: [echo started]
)");
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().error.hint(), HasSubstr("{% raw %}"));
}

TEST_F(Ansible, CommandsAreNotInTheListOfProcesses) {  // PLUG-10
  outputs(R"(id: t
type: io.kestra.plugin.ansible.cli.AnsibleCLI
taskRunner: {type: io.kestra.plugin.core.runner.Process}
commands:
  - cat /proc/$PPID/cmdline /proc/$$/cmdline | tr '\0' ' '; echo hidden-word
)");
  ASSERT_EQ(context->lines(LogLevel::info).size(), 1U);
  const std::string shown = context->lines(LogLevel::info)[0];
  EXPECT_EQ(shown.find("hidden-word"), shown.rfind("hidden-word")) << shown;
}

TEST_F(Ansible, AKillEndsThePlaybook) {  // PLUG-9
  context->on_log = [this](LogLevel level) {
    if (level == LogLevel::info) context->cancel.cancel();
  };
  const auto begin = std::chrono::steady_clock::now();
  auto result = run(task(R"(- hosts: alpha
  gather_facts: false
  tasks:
    - name: First
      ansible.builtin.debug: {msg: x}
    - name: Long
      ansible.builtin.command: sleep 60)"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error.code(), plugin::task_cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(50));
  EXPECT_EQ(at(result.error().outputs, {"hosts", "0", "host"}), text("alpha")) << "results survive";
}

}  // namespace
}  // namespace gyr::plugins::testing
