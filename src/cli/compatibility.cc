// Commands of kestra's tree that need no server: `plugin list`, `config properties`, and those that have nothing to do
// here (CLI-17, CLI-40 to CLI-52).
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <vector>

#include "base/text.h"
#include "cli/api_client.h"
#include "cli/config_file.h"
#include "cli/errors.h"
#include "cli/listing.h"
#include "cli/verbs.h"
#include "plugin_api/documentation.h"
#include "plugin_api/json_schema.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace gyr::cli {
namespace {

using base::Value;

bool contains_ignoring_case(std::string_view text, std::string_view part) {
  return base::to_lower_ascii(text).find(base::to_lower_ascii(part)) != std::string::npos;
}

class PluginList final : public Command {
  void declare(Arguments& arguments) override {
    arguments.optional_positional("TEXT", text_, "types whose name or title contains this text (default: all)");
    arguments.flag("--core", core_, "types of the core only");
    listing_.declare(arguments);
  }
  int run(Session& session) override {
    const plugin::Registry& registry = session.program.registry();
    add("task", registry.tasks());
    add("trigger", registry.triggers());
    add("condition", registry.conditions());
    add("taskRunner", registry.task_runners());
    std::ranges::sort(rows_, {}, [](const Value& row) { return row.find("type")->text(); });
    constexpr Column columns[] = {{"TYPE", "type"}};
    constexpr Column wide[] = {{"TYPE", "type"}, {"KIND", "kind"}, {"TITLE", "title"}};
    const bool terminal = session.console.out.is_terminal();
    listing_.print_rows(session.console, Value::list(rows_),
                        terminal ? std::span<const Column>(wide) : std::span<const Column>(columns), "type");
    return exit_ok;
  }

  template <class Types>
  void add(std::string_view kind, const Types& types) {
    for (const auto& type : types) {
      if (core_ && !type.type.starts_with("io.kestra.plugin.core.")) continue;
      if (text_ && !contains_ignoring_case(type.type, *text_) && !contains_ignoring_case(type.title, *text_)) continue;
      rows_.push_back(Value::map({{"type", Value::string(type.type)},
                                  {"kind", Value::string(kind)},
                                  {"title", Value::string(type.title)},
                                  {"deprecated", Value::boolean(type.deprecated)}}));
    }
  }

  std::optional<std::string> text_;
  bool core_ = false;
  std::vector<Value> rows_;
  Listing listing_;
};

/// The page of one type from a server, or the pages of all types of this program in a folder (CLI-41).
class PluginDocs final : public Command {
  void declare(Arguments& arguments) override {
    arguments.positional("TYPE", type_, "name of the type, or a folder for the pages of all types of this program");
    arguments.flag("--core", core_, "with a folder: types of the core only");
    arguments.flag("--schema", schema_, "with a folder: write JSON Schemas instead of pages");
    arguments.flag("--icons", icons_, "accepted without effect: pages contain no icons");
    listing_.declare(arguments);
    client_.declare(arguments);
  }
  int run(Session& session) override {
    // As kestra: `plugins doc` writes to ./docs.
    if (!type_ && session.as_kestra) type_ = "docs";
    if (is_missing(type_))
      return session.fail(base::Error(wrong_usage, "TYPE is missing").with_hint("`gyr plugin list` lists the types"));
    if (!is_type_name()) {
      auto written = write_pages(session);
      return written ? exit_ok : session.fail(written.error());
    }
    auto answer = client_.call_json({.path = "/api/v1/plugins/" + path_part(*type_)});
    if (!answer) return session.fail(answer.error());
    if (listing_.is_json() || listing_.is_quiet()) {
      listing_.print_object(session.console, *answer, {}, "");
      return exit_ok;
    }
    const Value text = value_at(*answer, "markdown");
    session.console.out.write((text.is_string() ? printable(text.text()) : std::string()) + '\n');
    return exit_ok;
  }

  /// `io.kestra.plugin.core.log.Log`: dots, no slash, and no folder of this name.
  bool is_type_name() const {
    std::error_code error;
    return type_->find('.') != std::string::npos && !type_->starts_with('.') && type_->find('/') == std::string::npos &&
           !std::filesystem::is_directory(*type_, error);
  }

  base::Result<void> write_pages(Session& session) const {
    const plugin::Registry& registry = session.program.registry();
    using Kind = model::TypeSource::Kind;
    std::map<std::string, std::string> pages;  // by file
    auto add = [&](Kind kind, const auto& list) {
      for (const plugin::TypeDescription& type : list) {
        if (core_ && !type.type.starts_with("io.kestra.plugin.core.")) continue;
        pages.emplace(type.type + (schema_ ? ".json" : ".md"),
                      schema_ ? syntax::write_json(plugin::type_schema(kind, type, false), {.pretty = true}) + '\n'
                              : plugin::documentation_page(kind, type, false));
      }
    };
    add(Kind::task, registry.tasks());
    add(Kind::trigger, registry.triggers());
    add(Kind::condition, registry.conditions());
    add(Kind::task_runner, registry.task_runners());
    std::error_code error;
    std::filesystem::create_directories(*type_, error);
    if (error)
      return base::fail(cannot_write, fmt::format("cannot create the folder `{}`: {}", *type_, error.message()));
    for (const auto& [name, page] : pages) {
      const auto file = std::filesystem::path(*type_) / name;
      std::ofstream out(file, std::ios::binary | std::ios::trunc);
      out << page;
      out.close();
      if (out.fail()) return base::fail(cannot_write, fmt::format("cannot write `{}`", file.string()));
      session.console.out.write(file.string() + '\n');
    }
    return {};
  }

  std::optional<std::string> type_;
  bool core_ = false, schema_ = false, icons_ = false;
  Listing listing_;
  ApiClient client_;
};

/// `configs properties` of kestra: the configuration in use (CLI-52).
class ConfigProperties final : public Command {
  void declare(Arguments& arguments) override { arguments.flag("--json", json_, "print JSON instead of YAML"); }
  int run(Session& session) override {
    auto document = session.program.effective_configuration(config_file(session));
    if (!document) return session.fail(document.error());
    session.console.out.write(json_ ? syntax::write_json(*document) + '\n' : syntax::write_yaml(*document));
    return exit_ok;
  }
  bool json_ = false;
};

/// Accepts what kestra's command accepts and says that there is nothing to do.
class NothingToDo final : public Command {
  void declare(Arguments& arguments) override {
    arguments.optional_positionals("WORD", words_, "accepted without effect");
    for (const char* name : {"--all", "--locally", "--dry-run"})
      arguments.flag(name, ignored_flags_.emplace_back(), "accepted without effect");
    for (const char* name : {"--type", "--tenant-id", "--tenant-name", "--repositories"})
      arguments.option(name, "VALUE", ignored_values_.emplace_back(), "accepted without effect");
  }
  int run(Session& session) override {
    session.console.err.write("nothing to do: Gyrfalcon does not need this command\n");
    return exit_ok;
  }

  std::vector<std::string> words_;
  std::deque<bool> ignored_flags_;
  std::deque<std::optional<std::string>> ignored_values_;
};

constexpr CommandInfo nothing_to_do(std::string_view path, std::string_view example) {
  return {path,
          "Accepted for compatibility, without effect",
          "Gyrfalcon does not need this step. The command prints a message and ends with exit code 0.",
          {{{example, "Does nothing"},
            {"gyr config list", "List the configuration keys"},
            {"gyr version", "Show the version"}}},
          make_nothing_to_do};
}

constexpr CommandInfo without_effect[] = {
    nothing_to_do("flow syncFromSource", "gyr flow syncFromSource"),
    nothing_to_do("sys reindex", "gyr sys reindex --type flow"),
    nothing_to_do("sys submit-queued-execution", "gyr sys submit-queued-execution"),
    nothing_to_do("sys database migrate", "gyr sys database migrate"),
    nothing_to_do("sys state-store migrate", "gyr sys state-store migrate"),
    nothing_to_do("migrate default-tenant", "gyr migrate default-tenant --tenant-id main --tenant-name Main"),
    nothing_to_do("migrate metadata", "gyr migrate metadata kv"),
};

}  // namespace

std::span<const CommandInfo> compatibility_commands() { return without_effect; }
std::unique_ptr<Command> make_plugin_list() { return std::make_unique<PluginList>(); }
std::unique_ptr<Command> make_config_properties() { return std::make_unique<ConfigProperties>(); }
std::unique_ptr<Command> make_plugin_docs() { return std::make_unique<PluginDocs>(); }
std::unique_ptr<Command> make_nothing_to_do() { return std::make_unique<NothingToDo>(); }

}  // namespace gyr::cli
