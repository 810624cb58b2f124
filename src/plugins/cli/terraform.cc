// io.kestra.plugin.terraform.cli.TerraformCLI and its relatives (PLUG-130 to PLUG-138)
#include <algorithm>
#include <fstream>
#include <sstream>

#include "expression/template.h"
#include "plugin_api/render.h"
#include "plugins/cli/cli_tasks.h"
#include "plugins/cli/shell_text.h"
#include "plugins/host_calls.h"
#include "plugins/script/script_run.h"
#include "syntax/json.h"

namespace gyr::plugins::cli {
namespace {

namespace fs = std::filesystem;
using base::Value;

/// Facts of one program; constants with static storage.
struct TerraformFacts {
  std::string_view type;
  std::string_view title;
  std::string_view program;
  std::string_view image;
};

constexpr TerraformFacts terraform{.type = "io.kestra.plugin.terraform.cli.TerraformCLI",
                                   .title = "Terraform",
                                   .program = "terraform",
                                   .image = "hashicorp/terraform"};
constexpr TerraformFacts opentofu{.type = "io.kestra.plugin.opentofu.cli.OpenTofuCLI",
                                  .title = "OpenTofu",
                                  .program = "tofu",
                                  .image = "ghcr.io/opentofu/opentofu"};
constexpr TerraformFacts terragrunt{.type = "io.kestra.plugin.terragrunt.cli.TerragruntCLI",
                                    .title = "Terragrunt",
                                    .program = "terragrunt",
                                    .image = "alpine/terragrunt"};

/// A cancelled program releases the lock of its state, then it ends.
constexpr std::chrono::seconds time_to_release_lock{10};
constexpr size_t max_outputs_bytes = 10'000'000;

struct TerraformProperties : script::ScriptProperties {
  TerraformProperties() {
    interpreter =
        model::Dynamic<std::vector<std::string>>(Value::list({Value::string("/bin/sh"), Value::string("-c")}));
  }
  model::Dynamic<std::vector<std::string>> commands;
  model::Dynamic<std::vector<int64_t>> success_exit_codes;
  model::Dynamic<bool> publish_outputs;
};

/// The programs do not wait for input, whatever the author forgot. `env` overrides the variables.
class Terraform final : public script::ScriptLanguage {
 public:
  explicit Terraform(const TerraformFacts& facts) : facts_(facts) {}
  std::string_view suffix() const override { return {}; }
  std::string command(std::string_view) const override { return {}; }

  base::Task<base::Result<void>> prepare(plugin::RunContext& context, Additions* additions) const override {
    additions->environment.emplace_back("TF_IN_AUTOMATION", "1");
    additions->environment.emplace_back("TF_INPUT", "0");
    additions->kill_grace = time_to_release_lock;
    const Value cache = context.plugin_setting(facts_.type, "pluginCacheDirectory");
    if (cache.is_string()) additions->environment.emplace_back("TF_PLUGIN_CACHE_DIR", cache.text());
    const Value mirror = context.plugin_setting(facts_.type, "providerMirror");
    if (!mirror.is_string()) co_return base::Result<void>();
    GYR_CO_TRY(fs::path directory, context.files()->working_directory());
    const fs::path file = directory / fmt::format("{}-mirror.tfrc", context.info().task_run_id.to_text());
    const std::string text = fmt::format("provider_installation {{\n  filesystem_mirror {{\n    path = {}\n  }}\n}}\n",
                                         syntax::write_json(mirror));
    base::Result<void> written;
    co_await context.files()->on_pool([&] { written = script::write_local_file(file, text); });
    GYR_CO_CHECK(written);
    additions->own.insert(file);
    additions->environment.emplace_back("TF_CLI_CONFIG_FILE", file.string());
    co_return base::Result<void>();
  }

 private:
  const TerraformFacts& facts_;
};

/// What one run adds to that of a script: exit codes, the outputs of the module, the summary of a plan.
class TerraformRun final : public script::CommandHooks {
 public:
  TerraformRun(const TerraformFacts& facts, std::vector<int64_t> success_exit_codes, bool publish_outputs)
      : facts_(facts), success_exit_codes_(std::move(success_exit_codes)), publish_outputs_(publish_outputs) {}

  base::Task<base::Result<std::vector<std::string>>> arrange(plugin::RunContext& context,
                                                             std::vector<std::string> commands, const Value&,
                                                             script::ScriptLanguage::Additions* additions) override {
    if (!publish_outputs_) co_return commands;
    GYR_CO_TRY(fs::path directory, context.files()->working_directory());
    outputs_file_ = directory / fmt::format("{}-outputs.json", context.info().task_run_id.to_text());
    additions->own.insert(outputs_file_);
    additions->output_patterns.push_back(outputs_file_.filename().string());
    const std::string file = shell_word(outputs_file_.string());
    // The exit code is that of the author's commands, also if they continue after a failure. Without outputs, the
    // file does not exist, and that fails the task unless it has failed already. Sensitive values are in the file.
    commands.emplace_back("gyr_exit_code=$?");
    commands.push_back(
        fmt::format("if ! (umask 077; {} output -json > {}); then\n  rm -f {}\n"
                    "  [ \"$gyr_exit_code\" -ne 0 ] || gyr_exit_code=1\nfi",
                    facts_.program, file, file));
    commands.emplace_back("exit \"$gyr_exit_code\"");
    co_return commands;
  }

  /// The machine-readable form of a plan has one line with the counts (PLUG-133).
  bool take_line(plugin::RunContext&, bool is_stderr, std::string_view line) override {
    if (is_stderr || !line.starts_with("{\"@level\"") || line.find("\"change_summary\"") == std::string_view::npos)
      return false;
    auto message = syntax::parse_json(line);
    const Value* changes = message ? message->find("changes") : nullptr;
    if (changes == nullptr || !changes->is_map()) return false;
    auto count = [&](std::string_view name) {
      const Value* number = changes->find(name);
      return number != nullptr && number->is_integer() ? *number : Value::narrow_integer(0);
    };
    summary_ = Value::map({{"add", count("add")}, {"change", count("change")}, {"destroy", count("remove")}});
    return false;
  }

  base::Task<base::Result<void>> complete(plugin::RunContext& context, base::MapBuilder*,
                                          base::MapBuilder* outputs) override {
    if (!summary_.is_null()) outputs->set("planSummary", summary_);
    if (outputs_file_.empty()) co_return base::Result<void>();
    std::optional<std::string> text;
    co_await context.files()->on_pool([&] { text = take_file(); });
    if (!text) co_return base::Result<void>();  // the commands failed, or `output` did
    if (text->size() > max_outputs_bytes) {
      co_return base::fail(script::bad_file,
                           fmt::format("the outputs of {} are larger than {} bytes", facts_.title, max_outputs_bytes));
    }
    auto published = syntax::parse_json(*text);
    if (!published || !published->is_map()) {
      co_return base::fail(script::bad_file, fmt::format("`{} output -json` printed no JSON object", facts_.program));
    }
    base::MapBuilder values;
    for (const auto& entry : published->entries()) {
      const Value* value = entry.value.find("value");
      if (value == nullptr) continue;
      const Value* sensitive = entry.value.find("sensitive");
      if (sensitive == nullptr || !sensitive->is_boolean() || !sensitive->as_boolean()) {
        values.set(entry.key, *value);
        continue;
      }
      std::string secret = value->is_container() ? syntax::write_json(*value) : expression::to_text(*value);
      context.mask(secret);
      GYR_CO_TRY(Value encrypted,
                 co_await context.host_call(host_calls::encrypt, Value::map({{"value", Value::string(secret)}})));
      values.set(entry.key, std::move(encrypted));
    }
    outputs->set("tf", values.build());
    co_return base::Result<void>();
  }

  base::Error failure(int exit_code) const override {
    if (exit_code != 127) return script::CommandHooks::failure(exit_code);
    return {script::command_failed, fmt::format("Command failed with exit code 127: the commands need a program that "
                                                "is not installed where they run; that is usually `{}`",
                                                facts_.program)};
  }

  bool succeeded(int exit_code) const override {
    return std::find(success_exit_codes_.begin(), success_exit_codes_.end(), exit_code) != success_exit_codes_.end();
  }

 private:
  /// Its bytes, one more than are allowed at most; nothing if it does not exist. The file is removed.
  std::optional<std::string> take_file() {
    std::ifstream stream(outputs_file_, std::ios::binary);
    if (!stream) return std::nullopt;
    std::string bytes(max_outputs_bytes + 1, '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<size_t>(stream.gcount()));
    std::error_code ignored;  // the working directory is removed with the task
    fs::remove(outputs_file_, ignored);
    return bytes;
  }

  const TerraformFacts& facts_;
  std::vector<int64_t> success_exit_codes_;
  bool publish_outputs_;
  fs::path outputs_file_;  // empty unless outputs are published
  Value summary_;
};

template <const TerraformFacts& Facts>
struct TerraformTask : TerraformProperties {
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const {
    GYR_CO_TRY(auto codes, co_await context.render(success_exit_codes));
    GYR_CO_TRY(auto publish, co_await context.render(publish_outputs));
    const Terraform language(Facts);
    TerraformRun hooks(Facts, codes.value_or(std::vector<int64_t>{0}), publish.value_or(false));
    co_return co_await script::run_script(context, *this, language, {.commands = &commands, .hooks = &hooks});
  }

  static plugin::TaskType describe() {
    using P = TerraformProperties;
    return plugin::task_type<TerraformTask>(Facts.type)
        .title(fmt::format("Runs {} commands", Facts.title))
        .documentation(fmt::format(
            "The commands run as written, in one shell, and stop at the first that fails. The state is that of the "
            "backend of the module. `TF_IN_AUTOMATION` and `TF_INPUT` are set unless `env` sets them. Credentials of "
            "clouds belong into `env`. When the task is killed, the program has 10 seconds to release the lock of its "
            "state. In containers, the image needs the program `{}`; on workers, it must be installed.",
            Facts.program))
        .trait(plugin::Trait::killable)
        .property("commands", &P::commands,
                  {.title = "Commands to run, in order", .required = true, .not_empty = true, .group = "main"})
        .property("successExitCodes", &P::success_exit_codes,
                  {.title = "Exit codes with which the task succeeds",
                   .documentation = "`plan -detailed-exitcode` ends with 2 if there are changes.",
                   .default_value = Value::list({Value::narrow_integer(0)}),
                   .group = "execution"})
        .property("publishOutputs", &P::publish_outputs,
                  {.title = "Whether to publish the outputs of the module",
                   .documentation = "After the commands, `output -json` runs in the same shell. Sensitive outputs are "
                                    "encrypted.",
                   .default_value = Value::boolean(false),
                   .group = "execution"})
        .with([](auto& builder) {
          script::describe_commands(builder, Facts.image);
          script::describe_fail_fast(builder);
        })
        .output("tf", {.type = model::ValueType::map, .title = "Outputs of the module, with `publishOutputs`"})
        .output("planSummary",
                {.type = model::ValueType::map,
                 .title = "Numbers of resources to `add`, `change` and `destroy`, of a plan with `-json`"})
        .example("Plans and applies a module", fmt::format(R"(id: apply
type: {}
inputFiles:
  main.tf: |
    resource "terraform_data" "greeting" {{
      input = "hello"
    }}
    output "greeting" {{
      value = terraform_data.greeting.output
    }}
beforeCommands:
  - {} init
commands:
  - {} apply -auto-approve
publishOutputs: true
)",
                                                           Facts.type, Facts.program, Facts.program))
        .build();
  }
};

}  // namespace

std::vector<plugin::TaskType> terraform_tasks() {
  std::vector<plugin::TaskType> types;
  types.push_back(TerraformTask<terraform>::describe());
  types.push_back(TerraformTask<opentofu>::describe());
  types.push_back(TerraformTask<terragrunt>::describe());
  return types;
}

}  // namespace gyr::plugins::cli
