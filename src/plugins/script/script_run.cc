#include "plugins/script/script_run.h"

#include "plugin_api/render.h"
#include "plugin_api/task_runner.h"
#include "plugins/host_calls.h"
#include "plugins/runner/process.h"
#include "plugins/script/file_pattern.h"
#include "plugins/script/namespace_files.h"
#include "plugins/script/script_log.h"

namespace gyr::plugins::script {
namespace {

namespace fs = std::filesystem;
using base::Value;

/// The kernel passes at most 128 KiB in one argument; longer commands go through a file.
constexpr size_t max_inline_command = 120'000;

/// The properties that decide how the commands are built, rendered.
struct Rendered {
  std::vector<std::string> interpreter;
  std::vector<std::string> before_commands;
  std::vector<std::string> commands;  ///< the script alone, for a Script task
  std::map<std::string, std::string> env;
  std::string image;
  bool fail_fast = true;
  TargetOs target = TargetOs::automatic;
  bool warm = false;
};

/// A shell that accepts commands as the argument of `-c`.
bool is_shell(const std::vector<std::string>& interpreter) {
  if (interpreter.size() < 2 || !interpreter.back().starts_with('-') || !interpreter.back().ends_with('c'))
    return false;
  std::string name = fs::path(interpreter.front()).filename().string();
  return name == "sh" || name == "bash" || name == "dash" || name == "ksh" || name == "zsh";
}

/// Whether text of other template languages may be in the files, which Pebble renders first (PLUG-121).
bool has_foreign_template(const Value& input_files) {
  if (!input_files.is_map()) return false;
  return std::any_of(input_files.entries().begin(), input_files.entries().end(), [](const base::MapEntry& file) {
    static constexpr std::string_view suffixes[] = {".yml", ".yaml", ".j2", ".cfg", ".ini", ".tf", ".tpl"};
    return file.value.is_string() && file.value.text().find("{{") != std::string_view::npos &&
           file.value.text().find("raw %}") == std::string_view::npos &&
           std::any_of(std::begin(suffixes), std::end(suffixes),
                       [&](std::string_view suffix) { return file.name().ends_with(suffix); });
  });
}

/// The runner of one run, with the objects that no task object owns.
struct ChosenRunner {
  const plugin::TaskRunner* runner = nullptr;
  std::string_view name;
  std::unique_ptr<plugin::TaskRunner> made;
};

ChosenRunner process_runner() {
  static const plugin::HeldRunner<runner::Process> process;
  return {&process, "io.kestra.plugin.core.runner.Process", nullptr};
}

/// A container with the options of the former property `docker`, or with none.
ChosenRunner container_runner(const ScriptProperties& properties) {
  auto docker = std::make_unique<plugin::HeldRunner<runner::Docker>>();
  if (properties.docker) docker->properties = runner::Docker(*properties.docker);
  const plugin::TaskRunner* made = docker.get();
  return {made, runner::docker_type, std::move(docker)};
}

/// The configured runner. The default is a container, or a process if the installation has no engine (SCRIPT-4).
base::Result<ChosenRunner> choose_runner(plugin::RunContext& context, const ScriptProperties& properties) {
  if (properties.runner == FormerRunner::docker) return container_runner(properties);
  if (properties.runner == FormerRunner::process) return process_runner();
  if (!properties.task_runner) {
    if (runner::default_engine(context)) return container_runner(properties);
    const syntax::NodePtr& image = properties.container_image.node();
    if (image != nullptr && image->span().line != 0) {  // written, not the language's own
      context.log(model::LogLevel::warn,
                  "no container engine is available: the commands run as processes on the worker, and `containerImage` "
                  "is ignored");
    }
    return process_runner();
  }
  const auto* chosen = dynamic_cast<const plugin::TaskRunner*>(properties.task_runner->object.get());
  if (chosen == nullptr) {
    return base::fail(no_container_runner,
                      fmt::format("the task runner `{}` is not available", properties.task_runner->type));
  }
  if (properties.docker && dynamic_cast<const plugin::HeldRunner<runner::Docker>*>(chosen) != nullptr)
    return container_runner(properties);
  return ChosenRunner{chosen, properties.task_runner->type, nullptr};
}

/// One run, step by step. Lives in the frame of run_script(), which awaits every step.
class ScriptRun {
 public:
  ScriptRun(plugin::RunContext& context, const ScriptProperties& properties, const ScriptLanguage& language,
            ScriptSource source, const plugin::TaskRunner& runner)
      : context_(context), properties_(properties), language_(language), source_(source), log_(context) {
    additions_.on_worker = runner.runs_on_worker();
  }

  /// Everything up to the start of the command.
  base::Task<base::Result<plugin::RunnerJob>> prepare();
  /// Files and variables, whether the command succeeded or not (SCRIPT-24).
  base::Task<base::Result<Value>> collect(plugin::RunnerExit exit);
  /// Ends what hooks have begun, if nothing is collected (the commands were killed or not started). Returns their
  /// outputs.
  base::Task<Value> abandon();

 private:
  base::Task<base::Result<void>> set_variables();
  base::Task<base::Result<void>> write_inputs();
  base::Task<void> remove_secret_files();
  base::Task<base::Result<Rendered>> render_all();
  base::Task<base::Result<std::vector<std::string>>> build(Rendered rendered);
  /// A name for a file of the task itself. It is the same after a restart, because a resumed container has files with
  /// these names.
  std::string own_name(std::string_view what) const {
    return fmt::format("{}-{}-{}", context_.info().task_run_id.to_text(), context_.info().resumed_attempt, what);
  }
  base::Task<base::Result<fs::path>> write_own_file(std::string text, std::string suffix);
  base::Task<base::Result<void>> allow_warm(const Rendered& rendered, plugin::RunnerJob* job);
  base::Task<base::Result<Value>> all_vars();
  plugin::RunnerJob make_job(const Rendered& rendered, std::vector<std::string> command);

  plugin::RunContext& context_;
  const ScriptProperties& properties_;
  const ScriptLanguage& language_;
  ScriptSource source_;
  ScriptLog log_;
  fs::path directory_;
  fs::path output_directory_;  // empty unless requested
  fs::path script_file_;       // the only thing that runs; empty where commands do
  std::vector<std::string> output_patterns_;
  Value variables_;  // override the context: workingDir, outputDir, outputFiles
  ScriptLanguage::Additions additions_;
  std::vector<fs::path> secret_files_;  // input files whose content contains secrets; only with hooks
  bool arranged_ = false;               // the hooks have begun
};

base::Task<base::Result<plugin::RunnerJob>> ScriptRun::prepare() {
  if (properties_.namespace_files) GYR_CO_CHECK(co_await load_namespace_files(context_, *properties_.namespace_files));
  GYR_CO_CHECK(co_await set_variables());
  GYR_CO_CHECK(co_await write_inputs());
  GYR_CO_TRY(Rendered rendered, co_await render_all());
  additions_.image = rendered.image;
  GYR_CO_CHECK(co_await language_.prepare(context_, &additions_));
  GYR_CO_TRY(auto command, co_await build(rendered));
  plugin::RunnerJob job = make_job(rendered, std::move(command));
  if (rendered.warm) GYR_CO_CHECK(co_await allow_warm(rendered, &job));
  co_return job;
}

/// Names a started interpreter for the job where it runs nothing but the script, in the usual shell.
base::Task<base::Result<void>> ScriptRun::allow_warm(const Rendered& rendered, plugin::RunnerJob* job) {
  const bool usual_shell = rendered.interpreter == std::vector<std::string>{"/bin/sh", "-c"};
  if (script_file_.empty() || !additions_.on_worker || additions_.installed || !usual_shell ||
      !rendered.before_commands.empty() || rendered.target == TargetOs::windows) {
    co_return base::Result<void>();
  }
  GYR_CO_TRY(job->warm, co_await language_.warm(context_, job->environment));
  if (!job->warm) co_return base::Result<void>();
  job->warm->script = script_file_.string();
  job->warm->own_variables = {"WORKING_DIR"};
  if (!output_directory_.empty()) job->warm->own_variables.emplace_back("OUTPUT_DIR");
  co_return base::Result<void>();
}

/// Variables that expressions of this run see (RUNNER-3, SCRIPT-20).
base::Task<base::Result<void>> ScriptRun::set_variables() {
  plugin::Files* files = context_.files();
  GYR_CO_TRY(directory_, files->working_directory());
  base::MapBuilder variables;
  variables.set("workingDir", Value::string(directory_.string()));
  GYR_CO_TRY(auto with_output_directory, co_await context_.render(properties_.output_directory));
  if (with_output_directory.value_or(properties_.runner.has_value())) {
    output_directory_ = directory_ / own_name("output");
    std::error_code error;
    fs::create_directory(output_directory_, error);
    if (error) co_return base::fail(bad_file, fmt::format("cannot create the output directory: {}", error.message()));
    variables.set("outputDir", Value::string(output_directory_.string()));
  }
  GYR_CO_TRY(auto patterns, co_await context_.render(properties_.output_files, base::MapBuilder(variables).build()));
  output_patterns_ = std::move(patterns).value_or(std::vector<std::string>());
  base::MapBuilder names;
  for (const auto& pattern : output_patterns_) {
    if (looks_like_pattern(pattern)) continue;
    names.set(pattern, Value::string((directory_ / pattern).string()));
  }
  if (!names.empty()) variables.set("outputFiles", names.build());
  variables_ = variables.build();
  co_return base::Result<void>();
}

base::Task<base::Result<void>> ScriptRun::write_inputs() {
  if (!properties_.input_files.is_set()) co_return base::Result<void>();
  auto rendered = co_await context_.render_value(properties_.input_files, variables_, false);
  if (!rendered) {
    base::Error error = rendered.error();
    if (source_.hooks != nullptr && has_foreign_template(properties_.input_files.source())) {
      error = error.with_hint(
          "text in `{{ }}` that belongs to the program and not to the flow must be between `{% raw %}` and "
          "`{% endraw %}`, or in a namespace file");
    }
    co_return base::fail(std::move(error));
  }
  Value input_files = *std::move(rendered);
  if (input_files.is_null()) co_return base::Result<void>();
  SecretFiles secret;
  if (source_.hooks != nullptr) secret = find_secret_files(properties_.input_files.source());
  GYR_CO_TRY(size_t count, co_await write_input_files(context_, std::move(input_files), secret, &secret_files_));
  context_.log(model::LogLevel::trace, fmt::format("Provided {} input(s).", count));
  co_return base::Result<void>();
}

base::Task<base::Result<Rendered>> ScriptRun::render_all() {
  using Texts = std::vector<std::string>;
  Rendered rendered;
  GYR_CO_TRY(auto interpreter, co_await context_.render(properties_.interpreter, variables_));
  rendered.interpreter = std::move(interpreter).value_or(Texts());
  GYR_CO_TRY(auto before, co_await context_.render(properties_.before_commands, variables_));
  rendered.before_commands = std::move(before).value_or(Texts());
  if (source_.commands != nullptr) {
    GYR_CO_TRY(auto commands, co_await context_.render(*source_.commands, variables_));
    rendered.commands = std::move(commands).value_or(Texts());
  } else {
    GYR_CO_TRY(auto script, co_await context_.render(*source_.script, variables_));
    rendered.commands = {std::move(script).value_or(std::string())};
  }
  GYR_CO_TRY(auto env, co_await context_.render(properties_.env, variables_));
  rendered.env = std::move(env).value_or(std::map<std::string, std::string>());
  GYR_CO_TRY(auto image, co_await context_.render(properties_.container_image, variables_));
  rendered.image = std::move(image).value_or(std::string());
  GYR_CO_TRY(auto fail_fast, co_await context_.render(properties_.fail_fast, variables_));
  rendered.fail_fast = fail_fast.value_or(true);
  GYR_CO_TRY(auto target, co_await context_.render(properties_.target_os, variables_));
  rendered.target = target.value_or(TargetOs::automatic);
  GYR_CO_TRY(auto warm, co_await context_.render(properties_.warm_interpreter, variables_));
  rendered.warm = warm.value_or(false);
  co_return rendered;
}

base::Task<base::Result<std::vector<std::string>>> ScriptRun::build(Rendered rendered) {
  GYR_CO_TRY(auto commands, co_await localize_addresses(context_, std::move(rendered.commands), &additions_.own));
  if (source_.script != nullptr && !language_.suffix().empty()) {
    GYR_CO_TRY(fs::path file, co_await write_own_file(std::move(commands.front()), std::string(language_.suffix())));
    commands = {language_.command(file.string())};
    script_file_ = std::move(file);
  }
  GYR_CO_TRY(auto before, co_await localize_addresses(context_, std::move(rendered.before_commands), &additions_.own));
  bool shell = is_shell(rendered.interpreter);
  if (source_.hooks != nullptr) {
    arranged_ = true;
    GYR_CO_TRY(commands, co_await source_.hooks->arrange(context_, std::move(commands), variables_, &additions_));
    output_patterns_.insert(output_patterns_.end(), additions_.output_patterns.begin(),
                            additions_.output_patterns.end());
  }
  auto command =
      build_command(std::move(rendered.interpreter), before, std::move(commands), rendered.fail_fast, rendered.target);
  if (shell && command.back().size() > max_inline_command) {
    GYR_CO_TRY(fs::path file, co_await write_own_file(std::move(command.back()), ".sh"));
    command.back() = fmt::format(". '{}'", file.string());
  }
  co_return command;
}

/// Writes text of the task itself to a new file in the working directory.
base::Task<base::Result<fs::path>> ScriptRun::write_own_file(std::string text, std::string suffix) {
  fs::path path = directory_ / own_name("script" + suffix);
  base::Result<void> written;
  co_await context_.files()->on_pool([&] { written = write_local_file(path, text); });
  GYR_CO_CHECK(written);
  additions_.own.insert(path);
  co_return path;
}

plugin::RunnerJob ScriptRun::make_job(const Rendered& rendered, std::vector<std::string> command) {
  plugin::RunnerJob job;
  job.command = std::move(command);
  job.environment = std::move(additions_.environment);
  for (const auto& [name, value] : rendered.env) job.environment.emplace_back(name, value);
  job.environment.emplace_back("WORKING_DIR", directory_.string());
  if (!output_directory_.empty()) job.environment.emplace_back("OUTPUT_DIR", output_directory_.string());
  job.image = rendered.image;
  job.directory = directory_;
  job.output_directory = output_directory_;
  job.output_patterns = output_patterns_;
  job.kill_grace = additions_.kill_grace;
  job.on_line = [this](bool is_stderr, std::string_view line) {
    if (source_.hooks != nullptr && source_.hooks->take_line(context_, is_stderr, line)) return;
    log_.line(is_stderr, line);
  };
  return job;
}

/// What the script gave, with the `encryptedOutputs` in their stored form (SEC-31).
base::Task<base::Result<Value>> ScriptRun::all_vars() {
  Value plain = log_.encrypted_vars();
  base::MapBuilder all(log_.vars());
  for (const auto& entry : plain.entries()) {
    if (entry.value.is_null()) continue;
    std::string text = expression::to_text(entry.value);
    context_.mask(text);
    GYR_CO_TRY(Value encrypted,
               co_await context_.host_call(host_calls::encrypt, Value::map({{"value", Value::string(text)}})));
    all.set(entry.key, std::move(encrypted));
  }
  co_return all.build();
}

base::Task<base::Result<Value>> ScriptRun::collect(plugin::RunnerExit exit) {
  co_await remove_secret_files();
  base::MapBuilder outputs;
  base::MapBuilder vars;
  base::Result<void> completed;
  if (std::exchange(arranged_, false)) completed = co_await source_.hooks->complete(context_, &vars, &outputs);
  GYR_CO_TRY(Value files, co_await store_output_files(context_, output_patterns_, output_directory_, additions_.own));
  context_.log(model::LogLevel::trace, fmt::format("Captured {} output file(s).", files.size()));
  GYR_CO_CHECK(completed);
  GYR_CO_TRY(Value printed, co_await all_vars());
  for (const auto& entry : printed.entries()) vars.set(entry.key, entry.value);
  outputs.set("vars", vars.build());
  outputs.set("exitCode", Value::narrow_integer(exit.exit_code));
  outputs.set("outputFiles", std::move(files));
  if (!exit.details.is_null()) outputs.set("taskRunner", exit.details);
  co_return outputs.build();
}

base::Task<Value> ScriptRun::abandon() {
  co_await remove_secret_files();
  base::MapBuilder outputs;
  base::MapBuilder vars;
  if (!std::exchange(arranged_, false)) co_return Value();
  auto completed = co_await source_.hooks->complete(context_, &vars, &outputs);
  if (!completed) context_.log(model::LogLevel::warn, completed.error().message());
  if (!vars.empty()) outputs.set("vars", vars.build());
  co_return outputs.build();
}

/// They must not outlive the task, even if its working directory does (PLUG-114).
base::Task<void> ScriptRun::remove_secret_files() {
  if (secret_files_.empty()) co_return;
  co_await context_.files()->on_pool([this] {
    std::error_code ignored;  // what the commands have removed is gone
    for (const fs::path& file : secret_files_) fs::remove(file, ignored);
  });
  secret_files_.clear();
}

}  // namespace

base::Task<base::Result<void>> ScriptLanguage::prepare(plugin::RunContext&, Additions*) const {
  co_return base::Result<void>();
}

base::Task<base::Result<std::optional<plugin::WarmInterpreter>>> ScriptLanguage::warm(plugin::RunContext&,
                                                                                      const Environment&) const {
  co_return std::nullopt;
}

base::Task<base::Result<std::vector<std::string>>> CommandHooks::arrange(plugin::RunContext&,
                                                                         std::vector<std::string> commands,
                                                                         const Value&, ScriptLanguage::Additions*) {
  co_return commands;
}

bool CommandHooks::take_line(plugin::RunContext&, bool, std::string_view) { return false; }

base::Task<base::Result<void>> CommandHooks::complete(plugin::RunContext&, base::MapBuilder*, base::MapBuilder*) {
  co_return base::Result<void>();
}

base::Error CommandHooks::failure(int exit_code) const {
  return {command_failed, fmt::format("Command failed with exit code {}", exit_code)};
}

std::vector<std::string> build_command(std::vector<std::string> interpreter, const std::vector<std::string>& before,
                                       std::vector<std::string> commands, bool fail_fast, TargetOs target) {
  if (interpreter.empty() && before.empty()) return commands;
  std::vector<std::string> lines;
  // Windows has no `set -e`; the reference leaves the line empty.
  if (fail_fast) lines.emplace_back(target == TargetOs::windows ? "" : "set -e");
  lines.insert(lines.end(), before.begin(), before.end());
  lines.insert(lines.end(), std::make_move_iterator(commands.begin()), std::make_move_iterator(commands.end()));
  interpreter.push_back(fmt::format("{}", fmt::join(lines, target == TargetOs::windows ? "\r\n" : "\n")));
  return interpreter;
}

base::Task<plugin::TaskResult> run_script(plugin::RunContext& context, const ScriptProperties& properties,
                                          const ScriptLanguage& language, ScriptSource source) {
  if (context.files() == nullptr)
    co_return std::unexpected(
        plugin::Failure({plugin::task_failed, "cannot run the script: no working directory is available"}));
  auto chosen = choose_runner(context, properties);
  if (!chosen) co_return std::unexpected(plugin::Failure(chosen.error()));
  context.log(model::LogLevel::debug, fmt::format("Using task runner '{}'", chosen->name));
  ScriptRun run(context, properties, language, source, *chosen->runner);
  auto job = co_await run.prepare();
  if (!job) {
    co_await run.abandon();
    co_return std::unexpected(plugin::Failure(job.error()));
  }
  auto exit = co_await chosen->runner->run(context, *std::move(job));
  if (!exit || exit->killed) {
    Value outputs = co_await run.abandon();
    if (!exit) co_return std::unexpected(plugin::Failure(exit.error(), std::move(outputs)));
    co_return std::unexpected(
        plugin::Failure({plugin::task_cancelled, "the script was cancelled"}, std::move(outputs)));
  }
  auto outputs = co_await run.collect(*exit);
  static const CommandHooks no_hooks;
  const CommandHooks& hooks = source.hooks == nullptr ? no_hooks : *source.hooks;
  if (!hooks.succeeded(exit->exit_code)) {
    if (!outputs) context.log(model::LogLevel::error, outputs.error().message());
    co_return std::unexpected(plugin::Failure(hooks.failure(exit->exit_code), outputs ? *outputs : Value()));
  }
  context.log(model::LogLevel::debug, fmt::format("Command succeed with exit code {}", exit->exit_code));
  if (!outputs) co_return std::unexpected(plugin::Failure(outputs.error()));
  co_return plugin::Success{*std::move(outputs), std::nullopt};
}

}  // namespace gyr::plugins::script
