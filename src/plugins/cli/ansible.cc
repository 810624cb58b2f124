// io.kestra.plugin.ansible.cli.AnsibleCLI (PLUG-100 to PLUG-122)
#include <array>
#include <fstream>

#include "base/text.h"
#include "embedded/ansible_files.h"
#include "expression/template.h"
#include "model/variant.h"
#include "plugin_api/render.h"
#include "plugins/cli/ansible_results.h"
#include "plugins/cli/batch_gate.h"
#include "plugins/cli/cli_tasks.h"
#include "plugins/cli/inventory_guard.h"
#include "plugins/cli/masked_results.h"
#include "plugins/cli/shell_text.h"
#include "plugins/script/script_run.h"
#include "syntax/json.h"

namespace gyr::plugins::cli {

enum class OutputsMode : uint8_t { all, explicit_only };
enum class LogsMode : uint8_t { summary, full };

}  // namespace gyr::plugins::cli

namespace gyr::model {

template <>
struct EnumNames<plugins::cli::OutputsMode> {
  static std::span<const std::pair<std::string_view, plugins::cli::OutputsMode>> names() {
    using plugins::cli::OutputsMode;
    static constexpr std::pair<std::string_view, OutputsMode> all[] = {{"ALL", OutputsMode::all},
                                                                       {"EXPLICIT", OutputsMode::explicit_only}};
    return all;
  }
  static std::string_view type_name() { return "io.kestra.plugin.ansible.cli.AnsibleCLI$OutputsMode"; }
};

template <>
struct EnumNames<plugins::cli::LogsMode> {
  static std::span<const std::pair<std::string_view, plugins::cli::LogsMode>> names() {
    using plugins::cli::LogsMode;
    static constexpr std::pair<std::string_view, LogsMode> all[] = {{"SUMMARY", LogsMode::summary},
                                                                    {"FULL", LogsMode::full}};
    return all;
  }
  static std::string_view type_name() { return "io.kestra.plugin.ansible.cli.AnsibleCLI$LogsMode"; }
};

}  // namespace gyr::model

namespace gyr::plugins::cli {
namespace {

namespace fs = std::filesystem;
using base::Value;

constexpr base::ErrorCode results_too_large{"GYR-P050"};

constexpr std::string_view default_config = R"([defaults]
log_path={{ workingDir }}/log
callback_plugins=./callback_plugins
callbacks_enabled=kestra_logger
stdout_callback=ansible.builtin.null
result_format=json
pretty_results=true
library=./library
)";

struct AnsibleCli : script::ScriptProperties {
  AnsibleCli() {
    interpreter =
        model::Dynamic<std::vector<std::string>>(Value::list({Value::string("/bin/bash"), Value::string("-c")}));
  }
  model::Dynamic<std::vector<std::string>> commands;
  model::Dynamic<std::string> ansible_config;
  model::Dynamic<bool> output_log_file;
  model::Dynamic<OutputsMode> outputs_mode;
  model::Dynamic<LogsMode> logs_mode;
  model::Dynamic<int64_t> max_outputs_size;
  model::Dynamic<bool> install_python;
  model::Dynamic<bool> install_galaxy;
  model::Dynamic<bool> stream_logs;
  std::optional<BatchGate> batch_gate;
  model::Dynamic<std::string> limit;
  model::Dynamic<std::vector<std::string>> facts_filter;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

/// A program that needs nothing but its commands.
class CommandsOnly final : public script::ScriptLanguage {
 public:
  std::string_view suffix() const override { return {}; }
  std::string command(std::string_view) const override { return {}; }
};

/// The value of a key of `[defaults]` in an ansible.cfg; empty if there is none.
std::string config_value(std::string_view config, std::string_view key) {
  bool in_defaults = false;
  std::string found;
  for (std::string_view line : base::split(config, '\n')) {
    line = base::trim(line);
    if (line.starts_with('[')) {
      in_defaults = line.starts_with("[defaults]");
      continue;
    }
    const size_t separator = line.find_first_of("=:");
    if (!in_defaults || separator == std::string_view::npos || base::trim(line.substr(0, separator)) != key) continue;
    std::string_view value = line.substr(separator + 1);
    value = value.substr(0, value.find(" ;"));  // a comment
    found = base::trim(value);
  }
  return found;
}

/// At most `limit` + 1 bytes; nothing if the file cannot be read. Blocking.
std::optional<std::string> file_text(const fs::path& file, size_t limit) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return std::nullopt;
  std::string text;
  std::array<char, 65536> piece{};
  while (text.size() <= limit && (stream.read(piece.data(), piece.size()) || stream.gcount() > 0)) {
    text.append(piece.data(), std::min(static_cast<size_t>(stream.gcount()), limit + 1 - text.size()));
  }
  return text;
}

/// One run of the task: its own files, what it observes, and its outputs.
class AnsibleRun final : public script::CommandHooks {
 public:
  AnsibleRun(plugin::RunContext& context, const AnsibleCli& task) : task_(task) {
    if (task.batch_gate) gate_.emplace(context, *task.batch_gate);
  }

  base::Task<base::Result<std::vector<std::string>>> arrange(plugin::RunContext& context,
                                                             std::vector<std::string> commands, const Value& variables,
                                                             script::ScriptLanguage::Additions* additions) override;
  bool take_line(plugin::RunContext& context, bool is_stderr, std::string_view line) override;
  base::Task<base::Result<void>> complete(plugin::RunContext& context, base::MapBuilder* vars,
                                          base::MapBuilder* outputs) override;
  base::Error failure(int exit_code) const override;

 private:
  base::Task<base::Result<void>> render(plugin::RunContext& context);
  base::Task<base::Result<void>> choose_config(plugin::RunContext& context, const Value& variables);
  std::string header(const std::string& own, size_t index) const;
  base::Result<void> write(const fs::path& file, std::string_view text, fs::perms mode);
  std::string join_logs(const plugin::SecretFilter* filter);

  const AnsibleCli& task_;
  std::optional<GateKeeper> gate_;
  fs::path directory_;
  script::OwnFiles own_;
  std::vector<std::string> commands_;
  std::vector<fs::path> results_;  // one for each command
  std::vector<fs::path> logs_;     // the same, with `outputLogFile`
  std::string config_;             // the file written by this task; empty if the author's is used
  std::string stdout_callback_;    // as configured
  std::string limit_;
  bool explicit_ = false;
  bool stream_logs_ = false;
  size_t max_outputs_ = 0;
  bool install_python_ = true;
  bool install_galaxy_ = true;
  bool keep_log_ = false;
  int64_t stdout_lines_ = 0;
  int64_t stderr_lines_ = 0;
};

base::Task<base::Result<void>> AnsibleRun::render(plugin::RunContext& context) {
  GYR_CO_TRY(auto mode, co_await context.render(task_.outputs_mode));
  explicit_ = mode == OutputsMode::explicit_only;
  GYR_CO_TRY(auto stream, co_await context.render(task_.stream_logs));
  stream_logs_ = stream.value_or(false);
  GYR_CO_TRY(auto size, co_await context.render(task_.max_outputs_size));
  max_outputs_ = static_cast<size_t>(std::clamp<int64_t>(size.value_or(10'000'000), 1, 100'000'000));
  GYR_CO_TRY(auto python, co_await context.render(task_.install_python));
  install_python_ = python.value_or(true);
  GYR_CO_TRY(auto galaxy, co_await context.render(task_.install_galaxy));
  install_galaxy_ = galaxy.value_or(true);
  GYR_CO_TRY(auto log, co_await context.render(task_.output_log_file));
  keep_log_ = log.value_or(false);
  GYR_CO_TRY(auto limit, co_await context.render(task_.limit));
  limit_ = limit.value_or(std::string());
  if (limit_.find('\n') != std::string::npos)
    co_return base::fail(plugin::task_failed, "`limit` must be a pattern of hosts in one line");
  co_return base::Result<void>();
}

/// The author's ansible.cfg in the working directory wins over `ansibleConfig` (PLUG-104).
base::Task<base::Result<void>> AnsibleRun::choose_config(plugin::RunContext& context, const Value& variables) {
  std::optional<std::string> given;
  co_await context.files()->on_pool([&] { given = file_text(directory_ / "ansible.cfg", 1'000'000); });
  if (given) {
    context.log(model::LogLevel::warn,
                "the file `ansible.cfg` is used, and the configuration of the task (`ansibleConfig`) is not");
    stdout_callback_ = config_value(*given, "stdout_callback");
    co_return base::Result<void>();
  }
  GYR_CO_TRY(auto text, co_await context.render(task_.ansible_config, variables));
  config_ = text.value_or(std::string());
  stdout_callback_ = config_value(config_, "stdout_callback");
  co_return base::Result<void>();
}

base::Result<void> AnsibleRun::write(const fs::path& file, std::string_view text, fs::perms mode) {
  own_.insert(file);
  GYR_CHECK(script::write_local_file(file, text));
  std::error_code error;
  fs::permissions(file, mode, error);
  if (error)
    return base::fail(script::bad_file, fmt::format("cannot protect `{}`: {}", file.string(), error.message()));
  return {};
}

/// What precedes a command, in its own shell.
std::string AnsibleRun::header(const std::string& own, size_t index) const {
  std::string text = "set -e\n";
  auto folder_first = [&](std::string_view variable, std::string_view folder) {
    text += fmt::format("export {0}={1}\"${{{0}:+:${0}}}\"\n", variable, shell_word((directory_ / folder).string()));
  };
  folder_first("ANSIBLE_CALLBACK_PLUGINS", "callback_plugins");
  folder_first("ANSIBLE_LIBRARY", "library");
  text += fmt::format("export KESTRA_OUTPUTS_FILE={}\n", shell_word(results_[index].string()));
  if (keep_log_) text += fmt::format("export ANSIBLE_LOG_PATH={}\n", shell_word(logs_[index].string()));
  // Callbacks of a collection that is often not installed (PLUG-104, PLUG-120).
  text += fmt::format("case \"${{ANSIBLE_STDOUT_CALLBACK:-{}}}\" in\n",
                      stdout_callback_.empty() ? "default" : "$GYR_ANSIBLE_STDOUT");
  text += fmt::format(
      "null|ansible.builtin.null|community.general.null) export ANSIBLE_STDOUT_CALLBACK={} ;;\n"
      "yaml|ansible.builtin.yaml|community.general.yaml)\n"
      "  export ANSIBLE_STDOUT_CALLBACK=default ANSIBLE_CALLBACK_RESULT_FORMAT=yaml ;;\n"
      "esac\n",
      stream_logs_ ? "default" : "gyr_silent");
  if (!limit_.empty())
    text += fmt::format("export PATH={}:\"$PATH\"\n", shell_word((directory_ / (own + "-bin")).string()));
  return text;
}

base::Task<base::Result<std::vector<std::string>>> AnsibleRun::arrange(plugin::RunContext& context,
                                                                       std::vector<std::string> commands,
                                                                       const Value& variables,
                                                                       script::ScriptLanguage::Additions* additions) {
  GYR_CO_CHECK(co_await check_inventories(
      context, task_.commands.source(), task_.input_files.is_set() ? task_.input_files.source() : Value(), variables));
  GYR_CO_TRY(directory_, context.files()->working_directory());
  GYR_CO_CHECK(co_await render(context));
  GYR_CO_CHECK(co_await choose_config(context, variables));
  commands_ = std::move(commands);
  const std::string own = fmt::format("{}-{}", context.info().task_run_id.to_text(), context.info().resumed_attempt);
  auto& environment = additions->environment;
  environment.emplace_back("KESTRA_OUTPUTS_MODE", explicit_ ? "explicit" : "all");
  environment.emplace_back("GYR_ANSIBLE_STDOUT", stdout_callback_);
  environment.emplace_back("GYR_ANSIBLE_LINES", "9");
  GYR_CO_TRY(auto logs, co_await context.render(task_.logs_mode));
  environment.emplace_back("GYR_ANSIBLE_LOGS", logs == LogsMode::full ? "FULL" : "SUMMARY");
  GYR_CO_TRY(auto facts, co_await context.render(task_.facts_filter));
  base::ListBuilder patterns;
  for (const auto& pattern : facts.value_or(std::vector<std::string>())) patterns.push(Value::string(pattern));
  environment.emplace_back("GYR_ANSIBLE_FACTS", syntax::write_json(patterns.build()));
  if (!limit_.empty()) environment.emplace_back("GYR_ANSIBLE_LIMIT", limit_);

  std::vector<std::string> lines = {"exec 9>&1"};
  if (install_python_)
    lines.emplace_back("if [ -f requirements.txt ]; then pip install --no-cache-dir -r requirements.txt; fi");
  if (install_galaxy_)
    lines.emplace_back("if [ -f requirements.yml ]; then ansible-galaxy install -r requirements.yml; fi");
  base::Result<void> written;
  co_await context.files()->on_pool([&] {
    constexpr fs::perms private_file = fs::perms::owner_read | fs::perms::owner_write;
    constexpr fs::perms public_file = private_file | fs::perms::group_read | fs::perms::others_read;
    written = [&]() -> base::Result<void> {
      for (const base::EmbeddedFile& file : embedded::ansible_files()) {
        const fs::path folder = file.name == "kestra.py" ? "library" : "callback_plugins";
        GYR_CHECK(write(directory_ / folder / file.name, file.content, public_file));
      }
      if (!config_.empty()) {
        const fs::path file = directory_ / (own + "-ansible.cfg");
        GYR_CHECK(write(file, config_, public_file));
        environment.emplace_back("ANSIBLE_CONFIG", file.string());
      }
      if (!limit_.empty()) {
        GYR_CHECK(
            write(directory_ / (own + "-bin") / "ansible-playbook",
                  "#!/bin/bash\nPATH=\"${PATH#*:}\" exec ansible-playbook \"$@\" --limit \"$GYR_ANSIBLE_LIMIT\"\n",
                  public_file | fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec));
      }
      for (size_t i = 0; i < commands_.size(); ++i) {
        results_.push_back(directory_ / fmt::format("{}-results-{}", own, i));
        logs_.push_back(directory_ / fmt::format("{}-log-{}", own, i));
        const fs::path file = directory_ / fmt::format("{}-command-{}.sh", own, i);
        // Commands may contain secrets: a file is in no list of processes.
        GYR_CHECK(write(file, header(own, i) + commands_[i] + "\n", private_file));
        lines.push_back(fmt::format("/bin/bash {}", shell_word(file.string())));
      }
      if (!gate_) return {};
      const fs::path pipe = directory_ / (own + "-gate");
      own_.insert(pipe);
      environment.emplace_back("GYR_ANSIBLE_GATE", pipe.string());
      environment.emplace_back("GYR_ANSIBLE_GATE_KEY", gate_->key());
      return gate_->open(pipe);
    }();
  });
  GYR_CO_CHECK(written);
  if (gate_ && !additions->on_worker)
    co_return base::fail(gate_refused, "`batchGate` needs the task runner io.kestra.plugin.core.runner.Process");
  for (const auto* files : {&results_, &logs_}) {
    for (const fs::path& file : *files) {
      own_.insert(file);
      additions->output_patterns.push_back(file.filename().string());
    }
  }
  if (keep_log_) additions->output_patterns.emplace_back("log");
  additions->own.insert(own_.begin(), own_.end());
  co_return lines;
}

bool AnsibleRun::take_line(plugin::RunContext& context, bool is_stderr, std::string_view line) {
  if (!is_stderr && gate_ && gate_->take_line(line)) return true;
  if (!is_stderr && log_callback_line(context, line)) return true;
  if (line.starts_with("::{")) return false;
  ++(is_stderr ? stderr_lines_ : stdout_lines_);
  return false;
}

/// One log of all commands, without secrets; Ansible begins a new file for each. Blocking.
std::string AnsibleRun::join_logs(const plugin::SecretFilter* filter) {
  std::ofstream whole(directory_ / "log", std::ios::binary | std::ios::trunc);
  for (const fs::path& file : logs_) {
    std::ifstream log(file, std::ios::binary);
    copy_masked(log, whole, filter);
    std::error_code ignored;  // the working directory is removed with the task
    fs::remove(file, ignored);
  }
  whole.close();
  return whole ? std::string() : "cannot write the file `log`";
}

base::Task<base::Result<void>> AnsibleRun::complete(plugin::RunContext& context, base::MapBuilder* vars,
                                                    base::MapBuilder* outputs) {
  if (gate_) co_await gate_->close();
  const auto* filter = dynamic_cast<const plugin::SecretFilter*>(&context);
  AnsibleResults results(explicit_);
  size_t size = 0;
  std::string log_problem;
  std::vector<size_t> missing;
  Value all, playbooks, hosts;
  co_await context.files()->on_pool([&] {
    for (size_t i = 0; i < results_.size(); ++i) {
      auto text = file_text(results_[i], max_outputs_);
      std::error_code ignored;  // the working directory is removed with the task
      fs::remove(results_[i], ignored);
      if (!text) {
        if (commands_[i].find("ansible-playbook") != std::string::npos) missing.push_back(i + 1);
        continue;
      }
      size += text->size();
      if (size <= max_outputs_) results.add(*text);
    }
    if (keep_log_) log_problem = join_logs(filter);
    if (size > max_outputs_) return;
    all = masked(results.outputs(), filter);
    playbooks = masked(results.playbooks(), filter);
    hosts = masked(results.hosts(), filter);
  });
  if (!log_problem.empty()) context.log(model::LogLevel::warn, log_problem);
  for (size_t command : missing) {
    context.log(model::LogLevel::warn, fmt::format("command {} wrote no results: the callback `kestra_logger` did not "
                                                   "run, or no play began",
                                                   command));
  }
  outputs->set("stdOutLineCount", Value::fitting_integer(stdout_lines_));
  outputs->set("stdErrLineCount", Value::fitting_integer(stderr_lines_));
  if (gate_) {
    const Value batches = gate_->take_batches();
    if (batches.size() > 0) outputs->set("batches", batches);
  }
  if (size > max_outputs_) {
    co_return base::fail(base::Error(results_too_large,
                                     fmt::format("the results of the playbooks are larger than {} bytes", max_outputs_))
                             .with_hint("raise `maxOutputsSize`, or use `outputsMode: EXPLICIT`"));
  }
  vars->set("outputs", all);
  vars->set("playbooks", playbooks);
  outputs->set("playbooks", playbooks);
  outputs->set("hosts", hosts);
  co_return base::Result<void>();
}

base::Error AnsibleRun::failure(int exit_code) const {
  if (gate_ && !gate_->refusal().empty()) return {gate_refused, gate_->refusal()};
  std::string_view meaning;
  if (exit_code == 2) meaning = ": a host failed";
  if (exit_code == 4) meaning = ": a host was unreachable";
  if (exit_code == 5) meaning = ": the options are wrong";
  if (exit_code == 99) meaning = ": Ansible was interrupted";
  if (exit_code == 127)
    meaning =
        ": the commands need a program that is not installed where they run; on Debian, ansible-core has those of "
        "Ansible";
  if (exit_code == 250) meaning = ": Ansible had an unexpected error";
  return {script::command_failed, fmt::format("Command failed with exit code {}{}", exit_code, meaning)};
}

base::Task<plugin::TaskResult> AnsibleCli::run(plugin::RunContext& context) const {
  static const CommandsOnly language;
  AnsibleRun hooks(context, *this);
  co_return co_await script::run_script(context, *this, language, {.commands = &commands, .hooks = &hooks});
}

}  // namespace

plugin::TaskType ansible_task() {
  using T = AnsibleCli;
  return plugin::task_type<AnsibleCli>("io.kestra.plugin.ansible.cli.AnsibleCLI")
      .title("Runs Ansible commands and collects the results of each host")
      .documentation(
          "Each command runs in its own shell in the same working directory. A callback collects what every task of a "
          "playbook did on every host; the results are kept if the run fails or is killed. A host that differs from "
          "its playbook has `changed: true`, also with `--check`. Ansible's own expressions in `inputFiles` must be "
          "between `{% raw %}` and `{% endraw %}`. Input files that contain secrets can be read by the owner only, and "
          "are removed when the task ends.")
      .trait(plugin::Trait::killable)
      .property("commands", &T::commands,
                {.title = "Commands to run, in order", .required = true, .not_empty = true, .group = "main"})
      .property("ansibleConfig", &T::ansible_config,
                {.title = "Content of `ansible.cfg`",
                 .documentation = "It is ignored if `inputFiles` or `namespaceFiles` have an `ansible.cfg`. The "
                                  "callbacks `ansible.builtin.null` and `yaml` also work without the collection that "
                                  "they belong to.",
                 .default_value = Value::string(default_config),
                 .group = "execution"})
      .property("outputLogFile", &T::output_log_file,
                {.title = "Whether to store the log of Ansible as the output file `log`",
                 .default_value = Value::boolean(false),
                 .group = "execution"})
      .property("outputsMode", &T::outputs_mode,
                {.title = "What becomes an output",
                 .documentation = "`ALL`: all results. `EXPLICIT`: only what the module `kestra` sets.",
                 .default_value = Value::string("ALL"),
                 .group = "execution"})
      .property("logsMode", &T::logs_mode,
                {.title = "What is logged for each host and task",
                 .documentation = "`SUMMARY`: the status and its reason. `FULL`: the result, up to 4,000 characters.",
                 .default_value = Value::string("SUMMARY"),
                 .group = "execution"})
      .property("maxOutputsSize", &T::max_outputs_size,
                {.title = "Maximum size of all results in bytes",
                 .default_value = Value::narrow_integer(10'000'000),
                 .minimum = 1,
                 .maximum = 100'000'000,
                 .group = "execution"})
      .property("autoInstallPythonRequirements", &T::install_python,
                {.title = "Whether to install `requirements.txt` with pip, if the file exists",
                 .default_value = Value::boolean(true),
                 .group = "execution"})
      .property("autoInstallGalaxyRequirements", &T::install_galaxy,
                {.title = "Whether to install `requirements.yml` with ansible-galaxy, if the file exists",
                 .default_value = Value::boolean(true),
                 .group = "execution"})
      .property("streamLogs", &T::stream_logs,
                {.title = "Whether to log the normal output of Ansible as well",
                 .default_value = Value::boolean(false),
                 .group = "execution"})
      .property("batchGate", &T::batch_gate,
                {.title = "Probe between the batches of a play with `serial`",
                 .documentation = "If a host of a batch does not pass, the run ends before the next batch begins, and "
                                  "the task fails. It requires the task runner Process.",
                 .group = "execution"})
      .property("limit", &T::limit,
                {.title = "Pattern of hosts",
                 .documentation = "All playbooks run with this `--limit`.",
                 .group = "execution"})
      .property("factsFilter", &T::facts_filter,
                {.title = "Names or patterns of the facts in the output `hosts`",
                 .documentation = "For example `ansible_distribution*`.",
                 .group = "execution"})
      .with([](auto& builder) { script::describe_commands(builder, "cytopia/ansible:latest-tools"); })
      .output("playbooks", {.type = model::ValueType::list,
                            .title = "Playbooks with their plays, tasks and the result of each host"})
      .output("hosts", {.type = model::ValueType::list,
                        .title = "One row for each host: `changed`, `failed`, `unreachable`, `stats`, `changedTasks`, "
                                 "`failedTasks`, `diffs`, `facts`"})
      .output("batches", {.type = model::ValueType::list, .title = "The batches that `batchGate` probed"})
      .output("stdOutLineCount", {.type = model::ValueType::integer, .title = "Number of lines on standard output"})
      .output("stdErrLineCount", {.type = model::ValueType::integer, .title = "Number of lines on standard error"})
      .example("Runs a playbook", R"(id: configure
type: io.kestra.plugin.ansible.cli.AnsibleCLI
inputFiles:
  inventory.ini: localhost ansible_connection=local
  site.yml: |
    {% raw %}
    - hosts: all
      tasks:
        - name: Greet
          ansible.builtin.debug:
            msg: "Hello from {{ inventory_hostname }}"
    {% endraw %}
commands:
  - ansible-playbook -i inventory.ini site.yml
)")
      .example("Finds hosts that differ from a playbook", R"(id: audit
type: io.kestra.plugin.ansible.cli.AnsibleCLI
namespaceFiles:
  enabled: true
inputFiles:
  id_ed25519: "{{ secret('SSH_KEY') }}"
commands:
  - ansible-playbook --check --diff -i inventory.ini --private-key id_ed25519 baseline.yml
)")
      .build();
}

}  // namespace gyr::plugins::cli
