// `gyr config check` and `gyr config list`: configuration files without a server, and the keys that there are.
#include "cli/command.h"
#include "cli/errors.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using base::Value;
using syntax::Severity;

/// `[login](#login)` as `login`: descriptions are made for the pages of the user guide, too.
std::string without_links(std::string_view text) {
  std::string out;
  for (;;) {
    const size_t begin = text.find('['), middle = text.find("](", begin);
    const size_t end = middle == std::string_view::npos ? middle : text.find(')', middle);
    if (end == std::string_view::npos) break;
    out.append(text.substr(0, begin)).append(text.substr(begin + 1, middle - begin - 1));
    text.remove_prefix(end + 1);
  }
  return out.append(text);
}

class ConfigCheck final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.positionals("FILE", paths_, "configuration files; `-` is standard input");
    arguments.flag("--json", json_, "print the findings as JSON");
  }

  int run(Session& session) override {
    if (paths_.empty())
      return session.fail(
          base::Error(wrong_usage, "FILE is missing").with_hint("for example: gyr config check /etc/gyr/config.yml"));
    int code = exit_ok;
    for (const std::string& path : paths_) {
      auto text = read_input(path, session.console);
      if (!text) {
        code = std::max(code, session.fail(text.error()));
        continue;
      }
      check(session, shown_name(path), *std::move(text));
    }
    if (json_) session.console.out.write(syntax::write_json(values_.build()) + '\n');
    return failed_ ? exit_failed : code;
  }

 private:
  void check(Session& session, const std::string& name, std::string text) {
    size_t errors = 0, warnings = 0;
    base::ListBuilder findings;
    std::string out;
    const bool color = session.console.color(session.console.out);
    for (const CheckedConfiguration& source : session.program.check_configuration(name, std::move(text))) {
      for (const syntax::Diagnostic& found : source.diagnostics) {
        errors += found.severity == Severity::error ? 1 : 0;
        warnings += found.severity == Severity::warning ? 1 : 0;
      }
      if (json_) {
        const Value diagnostics = syntax::diagnostics_to_value(source.diagnostics, source.name);
        for (const Value& found : diagnostics.items()) findings.push(found);
      } else {
        out += syntax::print_diagnostics(source.diagnostics, source.name, source.text, {.color = color}) + '\n';
      }
    }
    failed_ = failed_ || errors > 0;
    if (json_) {
      values_.push(Value::map({{"filename", Value::string(name)},
                               {"valid", Value::boolean(errors == 0)},
                               {"diagnostics", findings.build()}}));
      return;
    }
    out += errors == 0 ? painted(Paint::green, "✓", color) : painted(Paint::red, "✗", color);
    out += fmt::format(" {}", printable(name));
    if (errors > 0) out += fmt::format("  {} error{}", errors, errors == 1 ? "" : "s");
    if (warnings > 0) out += fmt::format("  {} warning{}", warnings, warnings == 1 ? "" : "s");
    session.console.out.write(out + '\n');
  }

  std::vector<std::string> paths_;
  bool json_ = false, failed_ = false;
  base::ListBuilder values_;
};

class ConfigList final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.flag("--json", json_, "print the keys as JSON");
    arguments.flag("--schema", schema_, "print a JSON Schema of the file, for editors");
  }

  int run(Session& session) override {
    if (json_ && schema_)
      return session.fail(
          base::Error(wrong_usage, "`--json` and `--schema` exclude each other").with_hint("leave one of them out"));
    const Value document = schema_ ? session.program.configuration_schema() : session.program.configuration_keys();
    if (json_ || schema_) {
      session.console.out.write(syntax::write_json(document, {.pretty = schema_}) + '\n');
      return exit_ok;
    }
    std::string out;
    for (const Value& key : document.items()) {
      if (!out.empty()) out += '\n';
      append(key, out);
    }
    session.console.out.write(out);
    return exit_ok;
  }

 private:
  static std::string field(const Value& key, std::string_view name) {
    const Value* value = key.find(name);
    if (value == nullptr) return {};
    return value->is_string() ? std::string(value->text()) : syntax::write_json(*value);
  }

  /// The key with its facts, then what it means.
  static void append(const Value& key, std::string& out) {
    out += fmt::format("{}: {}", field(key, "key"), field(key, "type"));
    if (const Value* values = key.find("values")) {
      std::vector<std::string_view> names;
      for (const Value& name : values->items()) names.push_back(name.text());
      out += fmt::format(" ({})", fmt::join(names, ", "));
    }
    if (const std::string limits = field(key, "limits"); !limits.empty()) out += ' ' + limits;
    const std::string words = field(key, "defaultText");
    const std::string usual = words.empty() ? field(key, "default") : words;
    if (!usual.empty()) out += ", default " + usual;
    for (std::string_view mark : {"required", "secret", "deprecated"}) {
      if (key.find(mark) != nullptr) out += fmt::format(", {}", mark);
    }
    out += fmt::format("\n    {}.", without_links(field(key, "title")));
    if (const std::string more = field(key, "documentation"); !more.empty()) out += ' ' + without_links(more);
    out += '\n';
    if (const std::string variable = field(key, "variable"); !variable.empty())
      out += fmt::format("    Variable: {}\n", variable);
  }

  bool json_ = false, schema_ = false;
};

}  // namespace

std::unique_ptr<Command> make_config_check() { return std::make_unique<ConfigCheck>(); }
std::unique_ptr<Command> make_config_list() { return std::make_unique<ConfigList>(); }

}  // namespace gyr::cli
